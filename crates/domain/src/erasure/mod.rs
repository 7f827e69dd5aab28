//! Erasing a person: what names them, and texts without it.

mod rule;
mod traces;

pub use rule::without;
pub use traces::Traces;

/// What stands where an erased person was named.
pub const ERASED: &str = "[erased]";

/// What becomes of the events of an erased person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// They are removed, and count no longer.
    Remove,
    /// They stay and count, as those of somebody without a name.
    Anonymise,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::Remove, Self::Anonymise];

    /// Returns the name used in storage and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::Anonymise => "anonymise",
        }
    }

    /// Returns the mode of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// Properties that answers are split by, and which values name nobody: they stay with the events of
/// somebody whose name is erased.
const KEPT_PROPERTIES: [&str; 4] = ["feature", "platform", "device", "status"];
/// Longest text of such a property, in bytes: a longer one is no plain category.
const MOST_KEPT: usize = 32;

/// Removes the properties that may say who somebody is: everything but truth values and short texts of
/// properties that answers are split by. Returns whether anything was removed.
pub fn make_nameless(properties: &mut serde_json::Map<String, serde_json::Value>) -> bool {
    use serde_json::Value;
    let before = properties.len();
    properties.retain(|name, value| match value {
        Value::Bool(_) => true,
        Value::String(text) => KEPT_PROPERTIES.contains(&name.as_str()) && text.len() <= MOST_KEPT,
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
    });
    properties.len() < before
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_answers_are_split_by_stays_and_everything_else_goes() {
        let mut properties = json!({
            "feature": "voice", "platform": "ios", "isReply": true, "text": "call me",
            "page": "/people/zelda/settings/of/a/long/address", "phone": 5, "tags": ["a"],
        });
        let properties = properties.as_object_mut().unwrap();
        assert!(make_nameless(properties));
        assert!(!make_nameless(properties));
        let left = json!({"feature": "voice", "platform": "ios", "isReply": true});
        assert_eq!(json!(properties), left);
    }
}
