//! Reads filters.

use std::str::FromStr;

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
    /// A rule says of too many things that they were done.
    #[error("at most {max} conditions may begin with `did`", max = crate::segment::MAX_DEEDS)]
    TooManyDeeds,
}

impl FilterError {
    /// Returns that something else was expected at a place.
    pub(crate) const fn at(at: usize, expected: &'static str) -> Self {
        Self::Expected { expected, at }
    }
}

impl Filter {
    /// Reads a filter; empty text counts every event.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Ok(Parser::read(text)?.unwrap_or_default())
    }
}

/// A tree of conditions, which has the leaves of its kind.
pub(crate) trait Tree: Sized {
    /// Returns what holds when all of these hold.
    fn all(parts: Vec<Self>) -> Self;
    /// Returns what holds when at least one of these holds.
    fn any(parts: Vec<Self>) -> Self;
    /// Returns what holds when this does not.
    fn not(part: Self) -> Self;
    /// Reads a condition.
    fn leaf(parser: &mut Parser<'_>) -> Result<Self, FilterError>;
}

impl Tree for Filter {
    fn all(parts: Vec<Self>) -> Self {
        Self::All(parts)
    }

    fn any(parts: Vec<Self>) -> Self {
        Self::Any(parts)
    }

    fn not(part: Self) -> Self {
        Self::Not(Box::new(part))
    }

    fn leaf(parser: &mut Parser<'_>) -> Result<Self, FilterError> {
        let before = parser.at;
        if let Some(id) = parser
            .word()
            .strip_prefix("segment:")
            .filter(|id| !id.is_empty())
        {
            return Ok(Self::Segment(id.to_owned()));
        }
        parser.at = before;
        Ok(Self::Is(parser.field()?, parser.values()?))
    }
}

/// Reads trees of conditions.
pub(crate) struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    /// Reads a whole text; `None` when it is empty.
    pub(crate) fn read<T: Tree>(text: &'a str) -> Result<Option<T>, FilterError> {
        if text.len() > MAX_FILTER_LENGTH {
            return Err(FilterError::TooLong);
        }
        let mut parser = Self { text, at: 0 };
        parser.skip_space();
        if parser.at == text.len() {
            return Ok(None);
        }
        let tree = parser.some(0)?;
        if parser.at == text.len() {
            Ok(Some(tree))
        } else {
            Err(parser.expected("`and`, `or` or the end"))
        }
    }

    /// Returns how much of the text was read, in bytes.
    pub(crate) const fn place(&self) -> usize {
        self.at
    }

    /// Returns that something else was expected here.
    pub(crate) fn expected(&self, expected: &'static str) -> FilterError {
        FilterError::at(self.at, expected)
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

    /// Reads a word, which may be empty.
    pub(crate) fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !is_word_char(c)).unwrap_or(rest.len());
        self.at += end;
        self.skip_space();
        &rest[..end]
    }

    /// Reads a keyword, if it is the next word.
    pub(crate) fn keyword(&mut self, keyword: &str) -> bool {
        let before = self.at;
        if self.word() == keyword {
            return true;
        }
        self.at = before;
        false
    }

    fn some<T: Tree>(&mut self, depth: usize) -> Result<T, FilterError> {
        let mut parts = vec![self.every(depth)?];
        while self.keyword("or") {
            parts.push(self.every(depth)?);
        }
        Ok(one_or(parts, T::any))
    }

    fn every<T: Tree>(&mut self, depth: usize) -> Result<T, FilterError> {
        let mut parts = vec![self.single(depth)?];
        while self.keyword("and") {
            parts.push(self.single(depth)?);
        }
        Ok(one_or(parts, T::all))
    }

    /// Reads a condition, what does not hold, or what stands in parentheses.
    pub(crate) fn single<T: Tree>(&mut self, depth: usize) -> Result<T, FilterError> {
        if depth >= MAX_FILTER_DEPTH {
            return Err(FilterError::TooDeep);
        }
        if self.take('(') {
            let inner = self.some(depth + 1)?;
            return if self.take(')') {
                Ok(inner)
            } else {
                Err(self.expected("`)`"))
            };
        }
        if self.keyword("not") {
            return Ok(T::not(self.single(depth + 1)?));
        }
        T::leaf(self)
    }

    /// Reads `is` and the values after it.
    pub(crate) fn values(&mut self) -> Result<Vec<String>, FilterError> {
        if !self.keyword("is") {
            return Err(self.expected("`is`"));
        }
        let mut values = vec![self.value()?];
        while self.take(',') {
            values.push(self.value()?);
        }
        Ok(values)
    }

    /// Reads a whole number from 1 to `most`.
    pub(crate) fn number<N: FromStr + PartialOrd + From<u8> + Copy>(
        &mut self,
        most: N,
        expected: &'static str,
    ) -> Result<N, FilterError> {
        let before = self.at;
        let number = self.word().parse().ok();
        let fitting = number.filter(|number| *number >= N::from(1) && *number <= most);
        fitting.ok_or_else(|| FilterError::at(before, expected))
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
            self.expected(
                "channel, user, type, message, property.<name>, a kind of term or segment:<id>",
            )
        })
    }

    /// Reads a word or a text in quotes.
    pub(crate) fn value(&mut self) -> Result<String, FilterError> {
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

fn one_or<T>(mut parts: Vec<T>, many: fn(Vec<T>) -> T) -> T {
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
                "expected channel, user, type, message, property.<name>, a kind of term or segment:<id> at byte 0",
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
