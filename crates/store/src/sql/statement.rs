//! A statement and its bound values.

use std::fmt::Write as _;

/// Most characters of a text that is written in: more than a filter has, fewer than a list of members.
const MOST_SHOWN: usize = 4_096;

/// A bound value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
}

/// A piece of SQL with the values bound to its `?`, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Sql {
    /// The text.
    pub(crate) text: String,
    /// The values of its `?`.
    pub(crate) params: Vec<Value>,
}

impl Sql {
    /// Returns our own text; values never come this way.
    pub(crate) fn raw(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            params: Vec::new(),
        }
    }

    /// Returns a bound number.
    pub(crate) fn int(value: i64) -> Self {
        Self {
            text: "?".into(),
            params: vec![Value::Int(value)],
        }
    }

    /// Returns a bound text.
    pub(crate) fn text(value: impl Into<String>) -> Self {
        Self {
            text: "?".into(),
            params: vec![Value::Text(value.into())],
        }
    }

    /// Appends our own text.
    #[must_use]
    pub(crate) fn then(mut self, text: impl AsRef<str>) -> Self {
        self.text.push_str(text.as_ref());
        self
    }

    /// Appends another piece.
    #[must_use]
    pub(crate) fn with(mut self, other: Self) -> Self {
        self.text.push_str(&other.text);
        self.params.extend(other.params);
        self
    }

    /// Returns the piece in parentheses.
    #[must_use]
    pub(crate) fn grouped(self) -> Self {
        Self {
            text: format!("({})", self.text),
            params: self.params,
        }
    }

    /// Returns the pieces with `separator` between them.
    pub(crate) fn join(parts: impl IntoIterator<Item = Self>, separator: &str) -> Self {
        let mut joined = Self::default();
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                joined.text.push_str(separator);
            }
            joined = joined.with(part);
        }
        joined
    }

    /// Returns the text with the values written in, for people to read and to try out.
    pub(crate) fn explained(&self) -> String {
        let mut values = self.params.iter();
        let mut out = String::with_capacity(self.text.len() + 64);
        for c in self.text.trim_start_matches("--sql\n").chars() {
            match (c, c == '?') {
                (_, true) => match values.next() {
                    Some(Value::Int(value)) => {
                        let _ = write!(out, "{value}");
                    }
                    Some(Value::Text(text)) => {
                        let shown: String = text.chars().take(MOST_SHOWN).collect();
                        let more = if shown.len() < text.len() { "…" } else { "" };
                        let _ = write!(out, "'{}{more}'", shown.replace('\'', "''"));
                    }
                    None => out.push('?'),
                },
                (c, false) => out.push(c),
            }
        }
        out
    }
}

/// Returns a condition that holds when all of these hold.
pub(crate) fn all(conditions: impl IntoIterator<Item = Sql>) -> Sql {
    let joined = Sql::join(conditions.into_iter().map(Sql::grouped), " AND ");
    if joined.text.is_empty() {
        Sql::raw("TRUE")
    } else {
        joined
    }
}

/// Returns a condition that holds when at least one of these holds.
pub(crate) fn any(conditions: impl IntoIterator<Item = Sql>) -> Sql {
    let joined = Sql::join(conditions.into_iter().map(Sql::grouped), " OR ");
    if joined.text.is_empty() {
        Sql::raw("FALSE")
    } else {
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_in_order() {
        let both = all([
            Sql::raw("a = ").with(Sql::int(1)),
            any([Sql::raw("b = ").with(Sql::text("x'y"))]),
        ]);
        assert_eq!(both.text, "(a = ?) AND ((b = ?))");
        assert_eq!(both.params, vec![Value::Int(1), Value::Text("x'y".into())]);
        assert_eq!(both.explained(), "(a = 1) AND ((b = 'x''y'))");
        assert_eq!(
            (all([]).text, any([]).text),
            ("TRUE".to_owned(), "FALSE".to_owned())
        );
    }
}
