//! Reads filters.

use super::{Field, Filter, is_keyword, is_word_char};
use crate::dimension::TermList;

/// Longest filter text, in bytes.
pub const MAX_FILTER_LENGTH: usize = 4096;
/// Deepest nesting of a filter.
pub const MAX_FILTER_DEPTH: usize = 16;

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

impl Filter {
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
            other => {
                let mut lists = TermList::ALL.iter();
                let list = lists.find(|list| list.name() == other);
                let property = || {
                    other
                        .strip_prefix("property.")
                        .filter(|name| !name.is_empty())
                };
                list.map(|list| Field::Term(*list))
                    .or_else(|| property().map(|name| Field::Property(name.to_owned())))
            }
        };
        known.ok_or_else(|| {
            self.at = before;
            self.expected("channel, user, type, message, property.<name> or a kind of term")
        })
    }

    fn value(&mut self) -> Result<String, FilterError> {
        if !self.rest().starts_with('"') {
            let before = self.at;
            let word = self.word();
            if word.is_empty() || is_keyword(word) {
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
    fn refusals_name_the_place() {
        for (text, message) in [
            (
                "chanel is c1",
                "expected channel, user, type, message, property.<name> or a kind of term at byte 0",
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
