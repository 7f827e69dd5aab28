//! People and bots that no list names: their messages say what they are called.

use std::collections::{BTreeMap, HashSet};

use domain::{id::UserId, record::PersonRecord};
use serde::Deserialize;

use super::{
    author::{Author, filled},
    message::Message,
    part,
    subtype::Act,
    user::SLACKBOT,
};
use crate::importer::{Records, identifier::bounded, scalar::Text, skip::shorten};

/// Most people who are remembered.
const MAX_FOUND: usize = 200_000;

/// Most bytes that their identifiers and names take.
const MAX_FOUND_BYTES: usize = 16 << 20;

/// Longest name that is kept, in characters.
const MAX_NAME: usize = 200;

/// Who the lists name, and what messages say of others.
#[derive(Debug, Default)]
pub(super) struct People {
    listed: HashSet<String>,
    found: BTreeMap<String, Found>,
    /// Bytes of the identifiers and names of those found.
    found_bytes: usize,
}

#[derive(Debug, Default)]
struct Found {
    name: Option<String>,
    /// Whether a message looked like that of a bot.
    is_bot: bool,
    /// Whether one was surely a person's: what the account of a bot writes says which bot it is of.
    is_person: bool,
}

impl Found {
    /// Returns whether it is a bot. A person who also writes through an app, which then says that it
    /// is one, stays a person.
    fn is_bot(&self, id: &str) -> Option<bool> {
        self.is_bot.then_some(!self.is_person || id == SLACKBOT)
    }
}

/// What a message says of its author, when this is somebody of another workspace.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Profile<'a> {
    #[serde(borrow)]
    display_name: Option<Text<'a>>,
    #[serde(borrow)]
    real_name: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
}

impl People {
    /// Returns the people of lists that name these.
    pub(super) fn listed(ids: impl IntoIterator<Item = String>) -> Self {
        Self {
            listed: ids.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Returns whether no list names `id`, or there is none.
    pub(super) fn is_unlisted(&self, id: &str) -> bool {
        !self.listed.contains(id)
    }

    /// Remembers what a message says of its author; the latest message wins.
    pub(super) fn note(&mut self, message: &Message<'_>, act: Act, author: &Author) {
        let Some(id) = author.user.as_ref().filter(|id| !self.listed.contains(*id)) else {
            return;
        };
        let name = name_of(message, author).or_else(|| (id == SLACKBOT).then(|| "Slackbot".into()));
        let is_bot = author.is_bot == Some(true);
        let is_full = self.found.len() >= MAX_FOUND;
        let found = match self.found.get_mut(id) {
            Some(found) => found,
            None if is_full || self.found_bytes + id.len() > MAX_FOUND_BYTES => return,
            None => {
                self.found_bytes += id.len();
                self.found.entry(id.clone()).or_default()
            }
        };
        found.is_bot |= is_bot;
        found.is_person |= !is_bot && is_plain(message, act);
        if let Some(name) = name.map(|name| shorten(&name, MAX_NAME)) {
            let before = found.name.as_ref().map_or(0, String::len);
            let bytes = self.found_bytes - before + name.len();
            if bytes <= MAX_FOUND_BYTES {
                found.name = Some(name);
                self.found_bytes = bytes;
            }
        }
    }

    /// Returns what was found, and forgets it; `None` when it is nothing.
    pub(super) fn take_records(&mut self) -> Option<Records> {
        self.found_bytes = 0;
        let found = std::mem::take(&mut self.found).into_iter();
        let people: Vec<_> = found
            .filter_map(|(id, found)| {
                let is_bot = found.is_bot(&id);
                let says_something = found.name.is_some() || is_bot.is_some();
                Some(PersonRecord {
                    is_bot,
                    name: found.name,
                    ..PersonRecord::new(UserId::read(&id).0.filter(|_| says_something)?)
                })
            })
            .collect();
        (!people.is_empty()).then(|| Records {
            people,
            ..Records::default()
        })
    }
}

/// Returns whether a message is one that only a person writes: it names no bot. What bots join or
/// upload names none either.
fn is_plain(message: &Message<'_>, act: Act) -> bool {
    let has_file = message.files.is_some() || message.file.is_some();
    act == Act::Wrote && !has_file && filled(message.bot_id.as_ref()).is_none()
}

/// Returns what the author of a message is called: as a person, or by the name a bot wrote under.
fn name_of(message: &Message<'_>, author: &Author) -> Option<String> {
    let profile = |raw| part::of::<Profile<'_>>(raw).ok();
    if author.is_bot == Some(true) {
        let bot = message.bot_profile.and_then(profile);
        return filled(message.username.as_ref())
            .or_else(|| filled(bot.and_then(|bot| bot.name).as_ref()));
    }
    // What is said of the message's user is not said of whom a comment or a call names.
    let named = filled(message.user.as_ref());
    if named.as_deref().map(bounded).as_deref() != author.user.as_deref() {
        return None;
    }
    let person = message.user_profile.and_then(profile)?;
    filled(person.display_name.as_ref())
        .or_else(|| filled(person.real_name.as_ref()))
        .or_else(|| filled(person.name.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::identifier::Identifiers;

    fn note(people: &mut People, message: &str) {
        let message: Message<'_> = serde_json::from_str(message).unwrap();
        let author = Author::of(&message, Act::Wrote, people, &Identifiers::default());
        people.note(&message, Act::Wrote, &author);
    }

    #[test]
    fn what_is_remembered_is_bounded_in_bytes() {
        let mut people = People::default();
        let id = "x".repeat(10_000);
        for number in 0..200 {
            note(
                &mut people,
                &format!(r#"{{"user":"{id}{number}","text":"x"}}"#),
            );
        }
        assert_eq!(people.found.len(), 200);
        let held = |people: &People| -> usize {
            let found = people.found.iter();
            let bytes = |name: &Option<String>| name.as_ref().map_or(0, String::len);
            found.map(|(id, found)| id.len() + bytes(&found.name)).sum()
        };
        assert!(held(&people) < 200 * 128, "{}", held(&people));
        let name = "\u{1f600}".repeat(500);
        for number in 0..24_000 {
            let message = format!(r#"{{"bot_id":"B{number}","username":"{name}","text":"x"}}"#);
            note(&mut people, &message);
        }
        assert_eq!(people.found_bytes, held(&people));
        assert!(people.found_bytes <= MAX_FOUND_BYTES);
        assert!(people.found.len() < 24_200);
        assert!(people.take_records().is_some());
        assert_eq!((people.found_bytes, held(&people)), (0, 0));
    }
}
