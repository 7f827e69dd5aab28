//! People who were erased, by keyed hashes, so that nothing of them is taken in again.
//!
//! 1. An event or a record of such a person is refused, and leaves no dead letter.
//! 2. A value of somebody else's event that names one is replaced: as a whole, or as a word of a text. Only
//!    identifiers and e-mail addresses are known, because names of people are not theirs alone.
//! 3. What was on its way when somebody was erased is stored before they are erased, and what comes later
//!    finds them here: whoever adds one waits until nothing is on its way ([`Tombstones::add`]).
//!
//! Where nobody was erased, all of this costs one look.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    sync::{Arc, PoisonError, RwLock},
};

use domain::{
    erasure::ERASED,
    event::Event,
    id::{UserId, WorkspaceId},
    record::{ChannelRecord, PersonRecord},
    warning::{Defect, Warning},
};
use ring::hmac;
use serde_json::Value;
use tokio::sync::{RwLock as Gate, RwLockReadGuard as Passing};

/// Most words of a text that are looked up.
const MOST_WORDS: usize = 500;

/// A keyed hash.
type Hash = [u8; 32];
/// The hashes of one workspace.
type Hashes = Arc<HashSet<Hash>>;

/// People who were erased.
pub struct Tombstones {
    key: hmac::Key,
    of: RwLock<HashMap<WorkspaceId, Hashes>>,
    gate: Gate<()>,
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}

fn from_hex(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if text.len() != 2 * hash.len() || !text.is_ascii() {
        return None;
    }
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(hash)
}

impl Tombstones {
    /// Returns those of nobody; `secret` keys the hashes.
    pub fn new(secret: &[u8]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
            of: RwLock::default(),
            gate: Gate::default(),
        }
    }

    fn hash_of(&self, workspace: &WorkspaceId, text: &str) -> Hash {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(workspace.as_str().as_bytes());
        context.update(b"\0");
        // Whoever has an address has it in any case; identifiers may differ by nothing else.
        if text.contains('@') {
            context.update(text.to_lowercase().as_bytes());
        } else {
            context.update(text.as_bytes());
        }
        let mut hash = Hash::default();
        hash.copy_from_slice(context.sign().as_ref());
        hash
    }

    /// Returns the hash of an identifier or e-mail address.
    pub fn hash(&self, workspace: &WorkspaceId, text: &str) -> String {
        hex(&self.hash_of(workspace, text))
    }

    /// Adds somebody by their hashes, once nothing is on its way any more.
    pub async fn add(&self, workspace: &WorkspaceId, hashes: &[String]) {
        let _nothing_passes = self.gate.write().await;
        self.change(workspace, |of| {
            of.extend(hashes.iter().filter_map(|hash| from_hex(hash)));
        });
    }

    /// Forgets somebody.
    pub fn remove(&self, workspace: &WorkspaceId, hashes: &[String]) {
        self.change(workspace, |of| {
            for hash in hashes.iter().filter_map(|hash| from_hex(hash)) {
                of.remove(&hash);
            }
        });
    }

    fn change(&self, workspace: &WorkspaceId, change: impl FnOnce(&mut HashSet<Hash>)) {
        let mut of = self.of.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(of.entry(workspace.clone()).or_default()));
    }

    /// Lets something pass into the store: nobody is erased before it is there.
    pub(super) async fn pass(&self) -> Passing<'_, ()> {
        self.gate.read().await
    }

    /// Returns those of a workspace; `None` where nobody was erased.
    pub(super) fn of(&self, workspace: &WorkspaceId) -> Option<OfWorkspace<'_>> {
        let of = self.of.read().unwrap_or_else(PoisonError::into_inner);
        let hashes = of.get(workspace).filter(|hashes| !hashes.is_empty())?;
        Some(OfWorkspace {
            tombstones: self,
            workspace: workspace.clone(),
            hashes: Arc::clone(hashes),
        })
    }

    /// Returns whether a text names somebody who was erased, in whatever workspace.
    pub fn names_any(&self, text: &str) -> bool {
        let workspaces: Vec<WorkspaceId> = {
            let of = self.of.read().unwrap_or_else(PoisonError::into_inner);
            of.keys().cloned().collect()
        };
        let mut of = workspaces.iter().filter_map(|workspace| self.of(workspace));
        of.any(|of| of.clean(text).is_some())
    }
}

/// People of one workspace who were erased.
pub(super) struct OfWorkspace<'a> {
    tombstones: &'a Tombstones,
    workspace: WorkspaceId,
    hashes: Hashes,
}

fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '+')
}

impl OfWorkspace<'_> {
    /// Returns whether an identifier or e-mail address is of somebody who was erased.
    fn holds(&self, text: &str) -> bool {
        let hash = self.tombstones.hash_of(&self.workspace, text);
        self.hashes.contains(&hash)
    }

    /// Returns whether an identifier, as a sender writes it, is of somebody who was erased.
    pub(super) fn holds_user(&self, raw: Option<&str>) -> bool {
        let user = raw.and_then(|raw| UserId::read(raw).0);
        user.is_some_and(|user| self.holds(user.as_str()))
    }

    /// Returns a text without the words that name somebody who was erased; `None` where there are none.
    pub(super) fn clean(&self, text: &str) -> Option<String> {
        if self.holds(text.trim()) {
            return Some(ERASED.to_owned());
        }
        let (mut clean, mut copied) = (String::new(), 0);
        let mut rest = 0;
        for _ in 0..MOST_WORDS {
            let Some(from) = text[rest..].find(is_part_of_word).map(|at| rest + at) else {
                break;
            };
            let length = text[from..].find(|c| !is_part_of_word(c));
            let end = length.map_or(text.len(), |length| from + length);
            // A mention begins with `@`, and a sentence ends with a point.
            let word = text[from..end].trim_start_matches('@');
            let from = end - word.len();
            let word = word.trim_end_matches(['.', '-']);
            if !word.is_empty() && word.len() < text.len() && self.holds(word) {
                clean.push_str(&text[copied..from]);
                clean.push_str(ERASED);
                copied = from + word.len();
            }
            rest = end;
        }
        if copied == 0 {
            return None;
        }
        clean.push_str(&text[copied..]);
        Some(clean)
    }

    fn clean_value(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => match self.clean(text) {
                Some(clean) => {
                    *text = clean;
                    true
                }
                None => false,
            },
            Value::Array(values) => {
                let clean = |value| self.clean_value(value);
                values
                    .iter_mut()
                    .map(clean)
                    .fold(false, |any, one| any | one)
            }
            Value::Object(properties) => {
                let mut any = false;
                for value in properties.values_mut() {
                    any |= self.clean_value(value);
                }
                let named: Vec<String> = properties
                    .keys()
                    .filter(|name| self.holds(name))
                    .cloned()
                    .collect();
                for name in named {
                    any = true;
                    if let Some(value) = properties.remove(&name) {
                        properties.insert(ERASED.to_owned(), value);
                    }
                }
                any
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// Takes out of an event what names somebody who was erased; returns what was found.
    pub(super) fn clean_event(&self, event: &mut Event) -> Vec<Warning> {
        let mut found = Vec::new();
        for (name, value) in &mut event.properties {
            if self.clean_value(value) {
                found.push(Warning::new(Defect::Erased, format!("properties.{name}")));
            }
        }
        for mention in &mut event.content.mentions {
            if self.holds(mention) {
                *mention = ERASED.into();
                found.push(Warning::new(Defect::Erased, "mentions"));
            }
        }
        found
    }

    /// Leaves out the records of people who were erased, and takes them out of those of channels.
    pub(super) fn clean_records(
        &self,
        people: &mut Vec<PersonRecord>,
        channels: &mut [ChannelRecord],
    ) {
        people.retain(|person| !self.holds(person.id.as_str()));
        for channel in channels {
            let owner = channel.owner.take();
            channel.owner = owner.filter(|owner| !self.holds(owner.as_str()));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    async fn of_zelda() -> Tombstones {
        let (tombstones, primary) = (Tombstones::new(b"secret"), WorkspaceId::default());
        let hashes =
            ["zelda-7781", "z.quirk@example.org"].map(|text| tombstones.hash(&primary, text));
        tombstones.add(&primary, &hashes).await;
        tombstones
    }

    #[tokio::test]
    async fn words_and_values_that_name_somebody_are_replaced() {
        let tombstones = of_zelda().await;
        let of = tombstones.of(&WorkspaceId::default()).unwrap();
        for (text, clean) in [
            ("zelda-7781", Some("[erased]")),
            (" zelda-7781 ", Some("[erased]")),
            ("Z.Quirk@Example.org", Some("[erased]")),
            ("ask @zelda-7781, or bob", Some("ask @[erased], or bob")),
            ("it was zelda-7781.", Some("it was [erased].")),
            ("zelda-77812", None),
            ("ZELDA-7781", None),
            ("", None),
        ] {
            assert_eq!(of.clean(text).as_deref(), clean, "{text}");
        }
        let mut value = json!({"by": ["zelda-7781", {"zelda-7781": 3}], "n": 7});
        assert!(of.clean_value(&mut value));
        assert_eq!(value, json!({"by": [ERASED, {ERASED: 3}], "n": 7}));
        assert!(tombstones.names_any(r#"{"user_id":"zelda-7781"}"#));
    }

    #[tokio::test]
    async fn another_workspace_and_another_secret_have_other_hashes() {
        let tombstones = of_zelda().await;
        let (primary, other) = (WorkspaceId::default(), WorkspaceId::new("other").unwrap());
        assert!(tombstones.of(&other).is_none());
        let hash = tombstones.hash(&primary, "zelda-7781");
        assert_ne!(hash, tombstones.hash(&other, "zelda-7781"));
        assert_ne!(hash, Tombstones::new(b"x").hash(&primary, "zelda-7781"));
        let address = tombstones.hash(&primary, "z.quirk@example.org");
        tombstones.remove(&primary, &[hash, address]);
        assert!(tombstones.of(&primary).is_none());
    }

    #[tokio::test]
    async fn records_of_somebody_who_was_erased_are_left_out() {
        use domain::id::ChannelId;

        let tombstones = of_zelda().await;
        let of = tombstones.of(&WorkspaceId::default()).unwrap();
        let person = |id: &str| PersonRecord::new(UserId::new(id).unwrap());
        let mut people = vec![person("zelda-7781"), person("bob")];
        let owned = |owner: &str| ChannelRecord {
            owner: UserId::new(owner).ok(),
            ..ChannelRecord::new(ChannelId::new("c1").unwrap())
        };
        let mut channels = [owned("zelda-7781"), owned("bob")];
        of.clean_records(&mut people, &mut channels);
        assert_eq!(people, [person("bob")]);
        assert_eq!(channels[0].owner, None);
        assert_eq!(channels[1], owned("bob"));
    }
}
