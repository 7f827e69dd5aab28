//! Identifiers of events.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid, Variant, Version};

use super::{Key64, WorkspaceId, is_no_value};

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

#[cfg(test)]
mod tests {
    use super::*;

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
