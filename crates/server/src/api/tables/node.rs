//! JSON whose fields keep their order.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A value of JSON; fields are in the order in which they are written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Node {
    /// An object.
    Object(Fields),
    /// A list.
    List(Vec<Node>),
    /// Anything else.
    Scalar(Value),
}

/// The fields of an object.
pub(super) type Fields = IndexMap<String, Node>;

impl Node {
    /// Returns the fields of an object.
    pub(super) fn fields(&self) -> Option<&Fields> {
        match self {
            Self::Object(fields) => Some(fields),
            Self::List(_) | Self::Scalar(_) => None,
        }
    }

    /// Returns a field of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.fields()?.get(name)
    }

    /// Returns the elements of a list.
    pub(super) fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(list) => Some(list),
            Self::Object(_) | Self::Scalar(_) => None,
        }
    }

    /// Returns a text.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(Value::String(text)) => Some(text),
            Self::Scalar(_) | Self::Object(_) | Self::List(_) => None,
        }
    }
}
