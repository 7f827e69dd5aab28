//! Identifiers of workspaces, people and channels, as the chat names them.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use super::is_placeholder;
use crate::warning::Defect;

/// Longest identifier accepted from outside, in bytes.
pub const MAX_ID_LENGTH: usize = 128;

/// Why a text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text is empty or only white space.
    #[error("is empty")]
    Empty,
    /// The text is longer than [`MAX_ID_LENGTH`] bytes.
    #[error("is longer than {MAX_ID_LENGTH} bytes")]
    TooLong,
    /// The text holds control characters.
    #[error("holds control characters")]
    Control,
    /// The text is what programs write where they have no identifier.
    #[error("stands for nobody")]
    Placeholder,
}

fn check(text: &str) -> Result<&str, IdError> {
    let text = text.trim();
    if text.is_empty() {
        Err(IdError::Empty)
    } else if text.len() > MAX_ID_LENGTH {
        Err(IdError::TooLong)
    } else if text.chars().any(char::is_control) {
        Err(IdError::Control)
    } else {
        Ok(text)
    }
}

fn check_real(text: &str) -> Result<&str, IdError> {
    let text = check(text)?;
    if is_placeholder(text) {
        Err(IdError::Placeholder)
    } else {
        Ok(text)
    }
}

/// Returns what a text that is no identifier is taken for, and what was wrong with it.
///
/// A text that is too long keeps its beginning and gets its hash, so that two of them stay two.
fn repair(text: &str, error: IdError) -> (Option<Cow<'_, str>>, Option<Defect>) {
    let text = text.trim();
    match error {
        IdError::Empty => (None, None),
        IdError::Placeholder => (None, Some(Defect::Placeholder)),
        IdError::Control => {
            let clean = text.replace(char::is_control, "\u{fffd}");
            match check_real(&clean) {
                Err(error @ IdError::TooLong) => {
                    let shortened = repair(&clean, error).0.map(Cow::into_owned);
                    (shortened.map(Cow::Owned), Some(Defect::BadCharacters))
                }
                _ => (Some(Cow::Owned(clean)), Some(Defect::BadCharacters)),
            }
        }
        IdError::TooLong => {
            let hash = format!("~{:016x}", XxHash3_64::oneshot(text.as_bytes()));
            let head = &text[..text.floor_char_boundary(MAX_ID_LENGTH / 2)];
            let mut head = head.replace(char::is_control, "\u{fffd}");
            head.truncate(head.floor_char_boundary(MAX_ID_LENGTH / 2));
            (Some(Cow::Owned(head + &hash)), Some(Defect::TooLong))
        }
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $check:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Returns the identifier as it came, without surrounding white space.
            pub fn new(text: impl AsRef<str>) -> Result<Self, IdError> {
                $check(text.as_ref()).map(|text| Self(text.into()))
            }

            /// Returns the identifier that a text from outside is taken for, and what was wrong
            /// with the text: a placeholder is nobody, and what is too long or holds control
            /// characters is another text that always stands for this one.
            pub fn read(text: &str) -> (Option<Self>, Option<Defect>) {
                match $check(text) {
                    Ok(text) => (Some(Self(text.into())), None),
                    Err(error) => {
                        let (text, defect) = repair(text, error);
                        (text.map(|text| Self(text.as_ref().into())), defect)
                    }
                }
            }

            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// A workspace: nself's `source_account_id`.
    WorkspaceId, check
}
text_id! {
    /// A person or bot, as the chat names it.
    UserId, check_real
}
text_id! {
    /// A channel or conversation, as the chat names it.
    ChannelId, check_real
}

impl Default for WorkspaceId {
    /// Returns `primary`, nself's own default account.
    fn default() -> Self {
        Self("primary".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_trimmed_and_bounded() {
        assert_eq!(UserId::new(" u1 ").unwrap().as_str(), "u1");
        assert_eq!(UserId::new("  "), Err(IdError::Empty));
        assert_eq!(UserId::new("x".repeat(129)), Err(IdError::TooLong));
        assert_eq!(UserId::new("a\u{0}b"), Err(IdError::Control));
    }

    /// How programs and chats write that there is nobody.
    const PLACEHOLDERS: [&str; 24] = [
        "undefined",
        " Undefined ",
        "null",
        "NULL",
        "nil",
        "None",
        "NONE",
        "NaN",
        "nan",
        "[object Object]",
        "[object Promise]",
        "(null)",
        "<nil>",
        "N/A",
        "-",
        "false",
        "0",
        " 0 ",
        "-1",
        "U00",
        "00000000-0000-0000-0000-000000000000",
        "",
        "  ",
        "\u{a0}",
    ];

    #[test]
    fn placeholders_are_nobody_and_nothing() {
        for text in PLACEHOLDERS {
            assert!(is_placeholder(text), "{text:?}");
            assert!(UserId::new(text).is_err(), "{text:?}");
            assert!(ChannelId::new(text).is_err(), "{text:?}");
            assert_eq!(UserId::read(text).0, None, "{text:?}");
        }
        assert_eq!(UserId::read("null").1, Some(Defect::Placeholder));
        // An empty one is how many clients say so on purpose.
        assert_eq!(UserId::read(" ").1, None);
        for text in [
            "u0",
            "00",
            "nobody",
            "nullable",
            "Nonette",
            "U001",
            "1",
            "anonymous",
        ] {
            assert_eq!(UserId::read(text).0.unwrap().as_str(), text);
        }
        // A workspace is named by the operator.
        assert!(WorkspaceId::new("0").is_ok());
    }

    #[test]
    fn odd_identifiers_stay_apart() {
        let read = |text: &str| {
            let (id, defect) = UserId::read(text);
            (id.unwrap(), defect)
        };
        let (long, longer) = (read(&"é".repeat(100)), read(&"é".repeat(101)));
        assert_eq!(
            (long.1, longer.1),
            (Some(Defect::TooLong), Some(Defect::TooLong))
        );
        assert_ne!(long.0, longer.0);
        assert_eq!(long, read(&"é".repeat(100)));
        assert_eq!(
            read("a\u{0}b"),
            (
                UserId::new("a\u{fffd}b").unwrap(),
                Some(Defect::BadCharacters)
            )
        );
        for text in [
            "x".repeat(500),
            "\n".repeat(3) + &"é\u{0}".repeat(90),
            "\u{1}".repeat(120),
            "\u{1}".repeat(300),
        ] {
            let (id, _) = read(&format!("a{text}b"));
            assert_eq!(UserId::new(id.as_str()).unwrap(), id, "{text:?}");
        }
    }
}
