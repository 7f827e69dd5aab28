//! Which events count: a small language that reads and prints itself.
//!
//! ```text
//! filter  = any ;
//! any     = all { "or" all } ;
//! all     = single { "and" single } ;
//! single  = "not" single | "(" any ")" | field "is" value { "," value } ;
//! field   = "channel" | "user" | "type" | "message" | "property." name ;
//! value   = word | '"' text '"' ;      (* \" and \\ inside quotes *)
//! ```

use std::fmt::{self, Write as _};

/// Longest filter text, in bytes.
pub const MAX_FILTER_LENGTH: usize = 4096;
/// Deepest nesting of a filter.
pub const MAX_FILTER_DEPTH: usize = 16;

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
}

/// Why a text is not a filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// Something else was expected.
    #[error("expected {expected} at byte {at}")]
    Expected {
        /// What would have been right.
        expected: &'static str,
        /// Where in the text.
        at: usize,
    },
    /// The text is too long.
    #[error("the filter is longer than {MAX_FILTER_LENGTH} bytes")]
    TooLong,
    /// The filter is nested too deeply.
    #[error("the filter is nested more than {MAX_FILTER_DEPTH} levels deep")]
    TooDeep,
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
        }
    }

    /// Returns the values that a field is compared with, each once, in their order.
    pub fn values(&self, field: &Field) -> Vec<&str> {
        let mut found = Vec::new();
        self.collect_values(field, &mut found);
        found
    }

    fn collect_values<'a>(&'a self, field: &Field, found: &mut Vec<&'a str>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.collect_values(field, found);
                }
            }
            Self::Not(part) => part.collect_values(field, found),
            Self::Is(known, values) if known == field => {
                for value in values {
                    if !found.contains(&value.as_str()) {
                        found.push(value);
                    }
                }
            }
            Self::Is(..) => {}
        }
    }

    /// Reads a filter; empty text counts every event.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        if text.len() > MAX_FILTER_LENGTH {
            return Err(FilterError::TooLong);
        }
        let mut parser = Parser { text, at: 0 };
        parser.skip_space();
        if parser.at == text.len() {
            return Ok(Self::default());
        }
        let filter = parser.any(0)?;
        if parser.at == text.len() {
            Ok(filter)
        } else {
            Err(parser.expected("`and`, `or` or the end"))
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel => f.write_str("channel"),
            Self::User => f.write_str("user"),
            Self::EventType => f.write_str("type"),
            Self::MessageType => f.write_str("message"),
            Self::Property(name) => {
                f.write_str("property.")?;
                write_value(f, name)
            }
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    write!(f, " {word} ")?;
                }
                match part {
                    Self::All(_) | Self::Any(_) => write!(f, "({part})")?,
                    Self::Not(_) | Self::Is(..) => write!(f, "{part}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::All(parts) => joined(f, parts, "and"),
            Self::Any(parts) => joined(f, parts, "or"),
            Self::Not(part) => match part.as_ref() {
                Self::All(_) | Self::Any(_) => write!(f, "not ({part})"),
                Self::Not(_) | Self::Is(..) => write!(f, "not {part}"),
            },
            Self::Is(field, values) => {
                write!(f, "{field} is ")?;
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        f.write_char(',')?;
                    }
                    write_value(f, value)?;
                }
                Ok(())
            }
        }
    }
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/' | '@' | '+')
}

fn write_value(f: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    let keyword = matches!(value, "and" | "or" | "not" | "is");
    if !value.is_empty() && !keyword && value.chars().all(is_word_char) {
        return f.write_str(value);
    }
    f.write_char('"')?;
    for c in value.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn expected(&self, expected: &'static str) -> FilterError {
        FilterError::Expected {
            expected,
            at: self.at,
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, symbol: char) -> bool {
        let found = self.rest().starts_with(symbol);
        if found {
            self.at += symbol.len_utf8();
            self.skip_space();
        }
        found
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !is_word_char(c)).unwrap_or(rest.len());
        self.at += end;
        self.skip_space();
        &rest[..end]
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let before = self.at;
        if self.word() == keyword {
            return true;
        }
        self.at = before;
        false
    }

    fn any(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let mut parts = vec![self.all(depth)?];
        while self.keyword("or") {
            parts.push(self.all(depth)?);
        }
        Ok(one_or(parts, Filter::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let mut parts = vec![self.single(depth)?];
        while self.keyword("and") {
            parts.push(self.single(depth)?);
        }
        Ok(one_or(parts, Filter::All))
    }

    fn single(&mut self, depth: usize) -> Result<Filter, FilterError> {
        if depth >= MAX_FILTER_DEPTH {
            return Err(FilterError::TooDeep);
        }
        if self.take('(') {
            let inner = self.any(depth + 1)?;
            return if self.take(')') {
                Ok(inner)
            } else {
                Err(self.expected("`)`"))
            };
        }
        if self.keyword("not") {
            return Ok(Filter::Not(Box::new(self.single(depth + 1)?)));
        }
        let field = self.field()?;
        if !self.keyword("is") {
            return Err(self.expected("`is`"));
        }
        let mut values = vec![self.value()?];
        while self.take(',') {
            values.push(self.value()?);
        }
        Ok(Filter::Is(field, values))
    }

    fn field(&mut self) -> Result<Field, FilterError> {
        let before = self.at;
        if let Some(quoted) = self.rest().strip_prefix("property.\"") {
            self.at = self.text.len() - quoted.len() - 1;
            return self.value().map(Field::Property);
        }
        let known = match self.word() {
            "channel" => Some(Field::Channel),
            "user" => Some(Field::User),
            "type" => Some(Field::EventType),
            "message" => Some(Field::MessageType),
            other => other
                .strip_prefix("property.")
                .filter(|name| !name.is_empty())
                .map(|name| Field::Property(name.to_owned())),
        };
        known.ok_or_else(|| {
            self.at = before;
            self.expected("channel, user, type, message or property.<name>")
        })
    }

    fn value(&mut self) -> Result<String, FilterError> {
        if !self.rest().starts_with('"') {
            let before = self.at;
            let word = self.word();
            if word.is_empty() || matches!(word, "and" | "or" | "not" | "is") {
                self.at = before;
                return Err(self.expected("a value"));
            }
            return Ok(word.to_owned());
        }
        let mut value = String::new();
        let mut escaped = false;
        for (index, c) in self.rest().char_indices().skip(1) {
            match c {
                _ if escaped => {
                    value.push(c);
                    escaped = false;
                }
                '\\' => escaped = true,
                '"' => {
                    self.at += index + 1;
                    self.skip_space();
                    return Ok(value);
                }
                _ => value.push(c),
            }
        }
        Err(self.expected("a closing `\"`"))
    }
}

fn one_or(mut parts: Vec<Filter>, many: fn(Vec<Filter>) -> Filter) -> Filter {
    match parts.len() {
        1 => parts.remove(0),
        _ => many(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        let filter = Filter::parse(
            "channel is c1, c2 and not (user is \"a \\\"b\\\"\" or type is page_view)",
        );
        assert_eq!(
            filter.unwrap(),
            Filter::All(vec![
                Filter::Is(Field::Channel, vec!["c1".into(), "c2".into()]),
                Filter::Not(Box::new(Filter::Any(vec![
                    Filter::Is(Field::User, vec!["a \"b\"".into()]),
                    Filter::Is(Field::EventType, vec!["page_view".into()]),
                ]))),
            ])
        );
        assert!(Filter::parse("  ").unwrap().is_everything());
    }

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

    #[test]
    fn refusals_name_the_place() {
        for (text, message) in [
            (
                "chanel is c1",
                "expected channel, user, type, message or property.<name> at byte 0",
            ),
            ("channel c1", "expected `is` at byte 8"),
            ("channel is", "expected a value at byte 10"),
            ("(channel is c1", "expected `)` at byte 14"),
            (
                "channel is c1 c2",
                "expected `and`, `or` or the end at byte 14",
            ),
            ("channel is \"c1", "expected a closing `\"` at byte 11"),
        ] {
            assert_eq!(Filter::parse(text).unwrap_err().to_string(), message);
        }
        assert_eq!(Filter::parse(&"(".repeat(100)), Err(FilterError::TooDeep));
        assert_eq!(Filter::parse(&"x".repeat(5000)), Err(FilterError::TooLong));
    }
}
