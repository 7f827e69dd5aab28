//! Names in a request that nothing reads.

use std::fmt;

use serde_json::{Value, json};

use super::nearest::nearest;

/// Most names that a sentence lists.
const MOST_LISTED: usize = 30;

/// What is wrong with a name in a request. Names are cut, as they are repeated in the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameError {
    /// The resource takes no such parameter.
    UnknownParameter {
        /// The parameter.
        name: String,
        /// What was asked.
        path: String,
        /// What the resource takes.
        known: Vec<String>,
    },
    /// A parameter is given more than once, and only one could hold.
    RepeatedParameter(String),
    /// A parameter has a value that names nothing.
    UnknownValue {
        /// The parameter.
        parameter: &'static str,
        /// The value.
        name: String,
        /// What it may be.
        known: Vec<String>,
    },
    /// A body has a field that is not read.
    UnknownField {
        /// The field, after those that it is in.
        name: String,
        /// What is read beside it.
        known: Vec<String>,
    },
}

impl NameError {
    /// Returns the names for programs.
    pub fn details(&self) -> Value {
        match self {
            Self::UnknownParameter { name, known, .. } => {
                json!({"parameter": name, "nearest": meant(name, known), "known": known})
            }
            Self::RepeatedParameter(name) => json!({ "parameter": name }),
            Self::UnknownValue {
                parameter,
                name,
                known,
            } => {
                json!({"parameter": parameter, "value": name, "nearest": meant(name, known), "known": known})
            }
            Self::UnknownField { name, known } => {
                json!({"field": name, "nearest": meant(name, known), "known": known})
            }
        }
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, known) = match self {
            Self::UnknownParameter { name, path, known } => {
                write!(f, "`{name}` is not a parameter of {path}")?;
                (name, known)
            }
            Self::RepeatedParameter(name) => {
                return write!(f, "`{name}` is given more than once: give it once");
            }
            Self::UnknownValue {
                parameter,
                name,
                known,
            } => {
                write!(f, "`{parameter}`: `{name}` is not known")?;
                (name, known)
            }
            Self::UnknownField { name, known } => {
                write!(f, "`{name}` is not a field of this body")?;
                (name, known)
            }
        };
        match meant(name, known) {
            Some(meant) => write!(f, "; did you mean `{meant}`?"),
            None if known.is_empty() => f.write_str(": there is none"),
            None => {
                let (listed, more) = known.split_at(known.len().min(MOST_LISTED));
                write!(f, "; known are {}", listed.join(", "))?;
                if more.is_empty() {
                    return Ok(());
                }
                write!(f, " and {} more", more.len())
            }
        }
    }
}

/// Returns the known name that an unknown one was probably meant to be.
fn meant<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let last = name.rsplit('.').next().unwrap_or(name);
    nearest(last, known.iter().map(String::as_str))
}
