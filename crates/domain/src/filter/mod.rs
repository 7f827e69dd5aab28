//! Which events count: a small language that reads and prints itself.
//!
//! ```text
//! filter  = any ;
//! any     = all { "or" all } ;
//! all     = single { "and" single } ;
//! single  = "not" single | "(" any ")" | field "is" value { "," value } | "segment:" id ;
//! field   = "channel" | "user" | "type" | "message" | "property." name | term ;
//! term    = "emoji" | "link" | "hashtag" | … ;   (* the name of a list of terms *)
//! value   = word | '"' text '"' ;      (* \" and \\ inside quotes *)
//! ```

mod parse;
mod show;
mod written;

use std::{collections::HashSet, sync::Arc};

pub use parse::{FilterError, MAX_FILTER_DEPTH, MAX_FILTER_LENGTH};
pub(crate) use parse::{Parser, Tree};
pub(crate) use written::{Written, each_written};

use crate::dimension::TermList;

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Field {
    /// Channel identifier.
    Channel,
    /// Person identifier.
    User,
    /// Name of the kind of event.
    EventType,
    /// Name of what a message carries.
    MessageType,
    /// A property at the first level.
    Property(String),
    /// A list of terms, of which the event has one at least.
    Term(TermList),
}

/// Which events count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Filter {
    /// All of these hold; with none, every event counts.
    All(Vec<Self>),
    /// At least one of these holds.
    Any(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
    /// The field has one of these values.
    Is(Field, Vec<String>),
    /// A saved segment holds the person, or the channel, of the event. It has to be looked up
    /// ([`Filter::resolved`]); until then it holds for nothing.
    Segment(String),
    /// The field has one of these values, which ascend: what a segment becomes. There may be very many.
    Among(Field, Arc<[String]>),
}

impl Default for Filter {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl Filter {
    /// Returns whether every event counts.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(parts) if parts.is_empty())
    }

    /// Returns whether it looks at properties, each of which may be large.
    pub fn reads_properties(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::reads_properties),
            Self::Not(part) => part.reads_properties(),
            Self::Is(field, _) => matches!(field, Field::Property(_)),
            Self::Segment(_) | Self::Among(..) => false,
        }
    }

    /// Returns a filter that asks for both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (this, other) if other.is_everything() => this,
            (this, other) if this.is_everything() => other,
            (Self::All(mut parts), Self::All(more)) => {
                parts.extend(more);
                Self::All(parts)
            }
            (Self::All(mut parts), other) => {
                parts.push(other);
                Self::All(parts)
            }
            (this, other) => Self::All(vec![this, other]),
        }
    }

    /// Returns whether an event whose `field` is `value` could count, whatever else it is. So a list
    /// of channels or people is narrowed by the filter that narrows their events.
    pub fn admits(&self, field: &Field, value: &str) -> bool {
        self.decides(field, value) != Some(false)
    }

    /// Returns what the filter says when only one field is known; `None` where it depends on others.
    fn decides(&self, field: &Field, value: &str) -> Option<bool> {
        // One part with this result decides for all of them.
        let decided_by = |parts: &[Self], result: bool| {
            let parts = parts.iter().map(|part| part.decides(field, value));
            let results: Vec<Option<bool>> = parts.collect();
            if results.contains(&Some(result)) {
                Some(result)
            } else if results.contains(&None) {
                None
            } else {
                Some(!result)
            }
        };
        match self {
            Self::All(parts) => decided_by(parts, false),
            Self::Any(parts) => decided_by(parts, true),
            Self::Not(part) => part.decides(field, value).map(|decided| !decided),
            Self::Is(known, values) => {
                (known == field).then(|| values.iter().any(|one| one == value))
            }
            Self::Segment(_) => None,
            Self::Among(known, values) => (known == field).then(|| is_among(values, value)),
        }
    }

    /// Returns whether every event that counts has one of some given values in this field.
    pub fn narrows_to(&self, field: &Field) -> bool {
        match self {
            Self::All(parts) => parts.iter().any(|part| part.narrows_to(field)),
            Self::Any(parts) => {
                !parts.is_empty() && parts.iter().all(|part| part.narrows_to(field))
            }
            Self::Not(_) | Self::Segment(_) => false,
            Self::Is(known, _) | Self::Among(known, _) => known == field,
        }
    }

    /// Returns the values that a field is compared with, each once, in their order.
    pub fn values(&self, field: &Field) -> Vec<&str> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        self.each_leaf(&mut |leaf| {
            let values = match leaf {
                Self::Is(known, values) if known == field => values.as_slice(),
                Self::Among(known, values) if known == field => values,
                _ => return,
            };
            let fresh = values
                .iter()
                .map(String::as_str)
                .filter(|value| seen.insert(*value));
            found.extend(fresh);
        });
        found
    }

    /// Returns the fields that it looks at, each once, in their order.
    pub fn fields(&self) -> Vec<&Field> {
        let mut found: Vec<&Field> = Vec::new();
        self.each_leaf(&mut |leaf| {
            if let Self::Is(field, _) | Self::Among(field, _) = leaf
                && !found.contains(&field)
            {
                found.push(field);
            }
        });
        found
    }

    /// Returns the segments that it names and that are not looked up.
    pub fn segments(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.each_leaf(&mut |leaf| {
            if let Self::Segment(id) = leaf {
                found.push(id.as_str());
            }
        });
        found
    }

    fn each_leaf<'a>(&'a self, take: &mut impl FnMut(&'a Self)) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.each_leaf(take);
                }
            }
            Self::Not(part) => part.each_leaf(take),
            Self::Is(..) | Self::Segment(_) | Self::Among(..) => take(self),
        }
    }

    /// Returns the filter with other values in one field: those that `of` gives for each, and `none` where
    /// a condition is left without any.
    #[must_use]
    pub fn with_values(
        self,
        field: &Field,
        of: &impl Fn(&str) -> Option<String>,
        none: &str,
    ) -> Self {
        let each = |parts: Vec<Self>| -> Vec<Self> {
            let parts = parts.into_iter();
            parts
                .map(|part| part.with_values(field, of, none))
                .collect()
        };
        let mapped = |values: &[String]| {
            let mut values: Vec<String> = values.iter().filter_map(|value| of(value)).collect();
            if values.is_empty() {
                values.push(none.to_owned());
            }
            values.sort_unstable();
            values
        };
        match self {
            Self::All(parts) => Self::All(each(parts)),
            Self::Any(parts) => Self::Any(each(parts)),
            Self::Not(part) => Self::Not(Box::new(part.with_values(field, of, none))),
            Self::Is(known, values) if known == *field => {
                let values = mapped(&values);
                Self::Is(known, values)
            }
            Self::Among(known, values) if known == *field => {
                let values = mapped(&values);
                Self::Among(known, values.into())
            }
            other => other,
        }
    }

    /// Returns the filter with what `look_up` says in the place of each segment.
    #[must_use]
    pub fn resolved(self, look_up: &impl Fn(&str) -> Self) -> Self {
        let each = |parts: Vec<Self>| {
            parts
                .into_iter()
                .map(|part| part.resolved(look_up))
                .collect()
        };
        match self {
            Self::All(parts) => Self::All(each(parts)),
            Self::Any(parts) => Self::Any(each(parts)),
            Self::Not(part) => Self::Not(Box::new(part.resolved(look_up))),
            Self::Segment(id) => look_up(&id),
            leaf @ (Self::Is(..) | Self::Among(..)) => leaf,
        }
    }

    /// Returns the filter with what `rename` says in the place of each value that is listed for a field;
    /// what it says nothing of stays.
    #[must_use]
    pub fn renamed(self, of: &Field, rename: &impl Fn(&str) -> Option<String>) -> Self {
        let each = |parts: Vec<Self>| {
            let parts = parts.into_iter();
            parts.map(|part| part.renamed(of, rename)).collect()
        };
        match self {
            Self::All(parts) => Self::All(each(parts)),
            Self::Any(parts) => Self::Any(each(parts)),
            Self::Not(part) => Self::Not(Box::new(part.renamed(of, rename))),
            Self::Is(field, values) if field == *of => {
                let mut renamed: Vec<String> = Vec::with_capacity(values.len());
                for value in values {
                    let value = rename(&value).unwrap_or(value);
                    if !renamed.contains(&value) {
                        renamed.push(value);
                    }
                }
                Self::Is(field, renamed)
            }
            leaf @ (Self::Is(..) | Self::Among(..) | Self::Segment(_)) => leaf,
        }
    }
}

/// Returns whether a value is among those that ascend.
fn is_among(values: &[String], value: &str) -> bool {
    values
        .binary_search_by(|one| one.as_str().cmp(value))
        .is_ok()
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/' | '@' | '+')
}

/// Returns whether a word means something in the language, and is no value unless it is quoted.
fn is_keyword(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "is")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_alone_decides_what_it_can() {
        for (text, c1, c2) in [
            ("", true, true),
            ("channel is c1", true, false),
            ("not channel is c1", false, true),
            ("channel is c1 and user is u", true, false),
            ("channel is c1 or user is u", true, true),
            ("not (channel is c1 or user is u)", false, true),
            ("not (channel is c1 and user is u)", true, true),
            ("user is u", true, true),
            ("user is u and not channel is c2,c3", true, false),
            (
                "(user is u or channel is c2) and channel is c1",
                true,
                false,
            ),
            ("channel is c1 and channel is c2", false, false),
        ] {
            let filter = Filter::parse(text).unwrap();
            let admitted = ["c1", "c2"].map(|id| filter.admits(&Field::Channel, id));
            assert_eq!(admitted, [c1, c2], "{text}");
        }
        let filter = Filter::parse("user is b,a or not (user is a and channel is c)").unwrap();
        assert_eq!(filter.values(&Field::User), ["b", "a"]);
        assert_eq!(filter.values(&Field::Channel), ["c"]);
    }
}
