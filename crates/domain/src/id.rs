//! Identifiers: who, where and which event.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;
use uuid::{Builder, Uuid, Variant, Version};

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

/// What programs write where a value is missing, in any case.
const NO_VALUE: [&str; 14] = [
    "undefined",
    "null",
    "(null)",
    "<null>",
    "nil",
    "<nil>",
    "none",
    "nan",
    "n/a",
    "-",
    "false",
    "true",
    "unset",
    "00000000-0000-0000-0000-000000000000",
];

/// What chats write for nobody: the number of no row, and Slack's user of a message without one.
const NOBODY: [&str; 3] = ["0", "-1", "U00"];

/// Returns whether a text is empty or what programs write where a value is missing: `undefined`,
/// `null`, `[object Object]` and the like.
pub fn is_no_value(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || has_length_of(text, LENGTHS)
            && NO_VALUE.iter().any(|word| word.eq_ignore_ascii_case(text))
        || text.starts_with("[object ") && text.ends_with(']')
}

/// Which lengths the words of [`NO_VALUE`] have, one bit each: most identifiers have another.
const LENGTHS: u64 = {
    let (mut lengths, mut index) = (0, 0);
    while index < NO_VALUE.len() {
        lengths |= 1 << NO_VALUE[index].len();
        index += 1;
    }
    lengths
};

fn has_length_of(text: &str, lengths: u64) -> bool {
    text.len() < 64 && lengths >> text.len() & 1 == 1
}

/// Returns whether a text identifies nobody and nothing: [`is_no_value`], or what chats write for
/// nobody, such as `0`.
pub fn is_placeholder(text: &str) -> bool {
    NOBODY.contains(&text.trim()) || is_no_value(text)
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

/// What makes an event countable once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EventId(pub Uuid);

/// Namespace of identifiers made from keys of sources: the `UUIDv5` of `nchat-analytics` in the URL
/// namespace, fixed for ever because stored events depend on it.
const KEY_NAMESPACE: Uuid = Uuid::from_u128(0x67ca_b8dd_18f9_593c_a76e_cd3d_e3e3_c891);

/// Namespace of identifiers made from keys of requests: the `UUIDv5` of `nchat-analytics/requests` in
/// the URL namespace, fixed for ever like the other.
const REQUEST_NAMESPACE: Uuid = Uuid::from_u128(0xc045_4b32_946b_59bf_9cab_0b0f_8baf_6a2e);

/// Whose keys make identifiers: nobody who posts events reaches those of the chat's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySpace {
    /// Whoever posts events.
    Requests,
    /// The chat's database, its triggers, and imports.
    Sources,
}

/// The identifiers of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyed {
    /// The identifier.
    pub id: EventId,
    /// The identifier that a source gives the key, where that is another one. A request that comes
    /// with the key of an event that is stored under it is no second event; what is stored later under
    /// it is not held up by the request.
    pub also: Option<EventId>,
}

impl EventId {
    /// Returns the identifier that a source gives an idempotency key: a UUID is taken as it is, any
    /// other text becomes its `UUIDv5` within the workspace, however long it is.
    ///
    /// `None` when the key is none ([`is_no_value`]): every event without one would be the same.
    pub fn from_key(workspace: &WorkspaceId, key: &str) -> Option<Self> {
        let key = key.trim();
        if is_no_value(key) {
            return None;
        }
        if let Ok(uuid) = Uuid::try_parse(key) {
            return (!uuid.is_nil()).then_some(Self(uuid));
        }
        Some(Self(made_of(&KEY_NAMESPACE, workspace, key)))
    }

    /// Returns the identifiers that a key has in a space; `None` when it is none, as in
    /// [`EventId::from_key`].
    ///
    /// In that of requests a UUID is taken as it is, unless it is of a version that sources make
    /// (5 and 8); any other text becomes its `UUIDv5` in a namespace of requests.
    pub fn of_key(workspace: &WorkspaceId, key: &str, space: KeySpace) -> Option<Keyed> {
        let of_source = Self::from_key(workspace, key)?;
        let uuid = Uuid::try_parse(key.trim()).ok();
        let is_free = uuid.is_some_and(|uuid| {
            !matches!(uuid.get_version(), Some(Version::Sha1 | Version::Custom))
        });
        if space == KeySpace::Sources || is_free {
            return Some(Keyed {
                id: of_source,
                also: None,
            });
        }
        // However a UUID is written, it is one key.
        let key = uuid.map_or_else(|| key.trim().to_owned(), |uuid| uuid.to_string());
        Some(Keyed {
            id: Self(made_of(&REQUEST_NAMESPACE, workspace, &key)),
            also: Some(of_source),
        })
    }

    /// Returns the identifier of something that happened to a message: a `UUIDv8` whose lower half
    /// is the key of the message, so that a store need not keep that key beside it.
    ///
    /// `act` tells apart what happens to one message.
    pub fn about(message: Key64, act: Key64) -> Self {
        let (act, message) = (act.0.cast_unsigned(), message.0.cast_unsigned());
        let bytes = (u128::from(act) << 64) | u128::from(message);
        Self(Builder::from_custom_bytes(bytes.to_be_bytes()).into_uuid())
    }

    /// Returns the key of the message that an identifier made by [`EventId::about`] is about.
    ///
    /// A client may have made a `UUIDv8` of its own: then this is the key of no message.
    pub fn message(self) -> Option<Key64> {
        let form = (self.0.get_variant(), self.0.get_version());
        (form == (Variant::RFC4122, Some(Version::Custom)))
            .then(|| Key64::of_bits(self.0.as_u64_pair().1))
    }
}

fn made_of(namespace: &Uuid, workspace: &WorkspaceId, key: &str) -> Uuid {
    let mut name = Vec::with_capacity(workspace.as_str().len() + key.len() + 1);
    name.extend_from_slice(workspace.as_str().as_bytes());
    name.push(0);
    name.extend_from_slice(key.as_bytes());
    Uuid::new_v5(namespace, &name)
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A 64-bit key that stands for a message, thread or session identifier.
///
/// Metrics only ever compare these identifiers, and 8 bytes instead of 16 or more keep an event
/// within its disk budget. The value is XXH3-64 of the text as it came, stable for ever, but for the
/// two highest bits: they are those of the lower half of a UUID, which a key can therefore be. So
/// no key is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key64(pub i64);

impl Key64 {
    /// Returns the key of an identifier.
    pub fn of(text: &str) -> Self {
        Self::of_bits(XxHash3_64::oneshot(text.trim().as_bytes()))
    }

    /// Returns the key of an identifier by its hash.
    pub const fn of_bits(hash: u64) -> Self {
        Self((hash & u64::MAX >> 2 | 1 << 63).cast_signed())
    }
}

impl fmt::Display for Key64 {
    /// Writes 16 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
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

    #[test]
    fn a_key_that_is_none_makes_no_identity() {
        let workspace = WorkspaceId::default();
        for key in ["", " ", "undefined", "null", "[object Object]"] {
            assert_eq!(EventId::from_key(&workspace, key), None, "{key:?}");
        }
        // Events may be numbered from 0.
        for key in ["0", &"k".repeat(5_000), "a\nb"] {
            assert!(EventId::from_key(&workspace, key).is_some());
        }
    }

    #[test]
    fn a_uuid_key_is_kept_and_other_keys_are_hashed_within_their_workspace() {
        let primary = WorkspaceId::default();
        let other = WorkspaceId::new("other").unwrap();
        let uuid = "0191d5a0-0000-7000-8000-000000000001";
        assert_eq!(EventId::from_key(&primary, uuid).unwrap().to_string(), uuid);
        let a = EventId::from_key(&primary, "evt_1").unwrap();
        assert_eq!(a, EventId::from_key(&primary, "evt_1").unwrap());
        assert_ne!(a, EventId::from_key(&other, "evt_1").unwrap());
        assert_ne!(a, EventId::from_key(&primary, "evt_2").unwrap());
        assert_eq!(a.0.get_version_num(), 5);
    }

    #[test]
    fn no_key_of_a_request_makes_an_identifier_of_a_source() {
        let workspace = WorkspaceId::default();
        let about = EventId::about(Key64::of("m1"), Key64::of("message_sent"));
        let row = EventId::from_key(&workspace, "pg:nchat_messages:1").unwrap();
        let braced = format!("{{{about}}}");
        let forged = [
            "pg:nchat_messages:1",
            " pg:nchat_messages:1 ",
            "slack:C1:1433558319.000002",
            &row.to_string(),
            &row.to_string().to_uppercase(),
            &about.to_string(),
            &about.to_string().replace('-', ""),
            &braced,
        ];
        for key in forged {
            let source = EventId::of_key(&workspace, key, KeySpace::Sources).unwrap();
            let request = EventId::of_key(&workspace, key, KeySpace::Requests).unwrap();
            assert_eq!(source.also, None);
            assert_ne!(request.id, source.id, "{key}");
            assert_ne!(request.id, row, "{key}");
            assert_ne!(request.id, about, "{key}");
            // What is stored under it already is known.
            assert_eq!(request.also, Some(source.id), "{key}");
            assert_eq!(request.id.0.get_version_num(), 5);
        }
        let own = "0191d5a0-0000-7000-8000-000000000001";
        let kept = EventId::of_key(&workspace, own, KeySpace::Requests).unwrap();
        assert_eq!((kept.id.to_string().as_str(), kept.also), (own, None));
        // Two spellings of one UUID are one key.
        let spelled = |key: &str| EventId::of_key(&workspace, key, KeySpace::Requests).unwrap();
        assert_eq!(spelled(&own.to_uppercase()).id, kept.id);
        assert_eq!(spelled(&about.to_string().to_uppercase()), spelled(&braced));
    }

    #[test]
    fn an_identifier_about_a_message_holds_its_key() {
        for text in ["", "m1", "slack:C1:1433558319.000002"] {
            let (message, act) = (Key64::of(text), Key64::of("import:message_sent"));
            let id = EventId::about(message, act);
            assert_eq!(id.message(), Some(message));
            assert_eq!(id.0.get_version_num(), 8);
            assert!(
                id.to_string()
                    .replace('-', "")
                    .ends_with(&message.to_string())
            );
            assert_ne!(
                id,
                EventId::about(message, Key64::of("import:message_edited"))
            );
        }
        let others = ["0191d5a0-0000-7000-8000-000000000001", "evt_1"];
        for key in others {
            let id = EventId::from_key(&WorkspaceId::default(), key).unwrap();
            assert_eq!(id.message(), None);
        }
    }
}
