//! Filters as text.

use std::fmt::{self, Write as _};

use super::{Field, Filter, is_keyword, is_word_char};

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel => f.write_str("channel"),
            Self::User => f.write_str("user"),
            Self::EventType => f.write_str("type"),
            Self::MessageType => f.write_str("message"),
            Self::Term(list) => f.write_str(list.name()),
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
                    _ => write!(f, "{part}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::All(parts) => joined(f, parts, "and"),
            Self::Any(parts) => joined(f, parts, "or"),
            Self::Not(part) => match part.as_ref() {
                Self::All(_) | Self::Any(_) => write!(f, "not ({part})"),
                _ => write!(f, "not {part}"),
            },
            Self::Is(field, values) => write_values(f, field, values),
            Self::Among(field, values) => write_values(f, field, values),
            Self::Segment(id) => write!(f, "segment:{id}"),
        }
    }
}

fn write_values(f: &mut fmt::Formatter<'_>, field: &Field, values: &[String]) -> fmt::Result {
    write!(f, "{field} is ")?;
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            f.write_char(',')?;
        }
        write_value(f, value)?;
    }
    Ok(())
}

/// Writes a value, in quotes where it would be read as something else.
fn write_value(f: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    if !value.is_empty() && !is_keyword(value) && value.chars().all(is_word_char) {
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
