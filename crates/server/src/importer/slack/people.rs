//! People and bots that no list names: their messages say what they are called.

use std::collections::{BTreeMap, HashSet};

use domain::{id::UserId, record::PersonRecord};
use serde::Deserialize;

use super::{
    author::{Author, filled},
    message::Message,
    part,
    user::SLACKBOT,
};
use crate::importer::{Records, scalar::Text, skip::shorten};

/// Most people whose names are remembered.
const MAX_FOUND: usize = 200_000;

/// Longest name that is kept, in characters.
const MAX_NAME: usize = 200;

/// Who the lists name, and what messages say of others.
#[derive(Debug, Default)]
pub(super) struct People {
    listed: HashSet<String>,
    found: BTreeMap<String, Found>,
}

#[derive(Debug, Default)]
struct Found {
    name: Option<String>,
    is_bot: Option<bool>,
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
            found: BTreeMap::new(),
        }
    }

    /// Returns whether a list of people is there and does not name `id`.
    pub(super) fn is_unlisted(&self, id: &str) -> bool {
        !self.listed.is_empty() && !self.listed.contains(id)
    }

    /// Remembers what a message says of its author; the latest message wins.
    pub(super) fn note(&mut self, message: &Message<'_>, author: &Author) {
        let Some(id) = author.user.as_ref().filter(|id| !self.listed.contains(*id)) else {
            return;
        };
        let name = name_of(message, author).or_else(|| (id == SLACKBOT).then(|| "Slackbot".into()));
        if name.is_none() && author.is_bot.is_none() {
            return;
        }
        if self.found.len() >= MAX_FOUND && !self.found.contains_key(id) {
            return;
        }
        let found = self.found.entry(id.clone()).or_default();
        found.name = name
            .map(|name| shorten(&name, MAX_NAME))
            .or(found.name.take());
        found.is_bot = author.is_bot.or(found.is_bot);
    }

    /// Returns what was found, and forgets it; `None` when it is nothing.
    pub(super) fn take_records(&mut self) -> Option<Records> {
        let found = std::mem::take(&mut self.found).into_iter();
        let people: Vec<_> = found
            .filter_map(|(id, found)| {
                Some(PersonRecord {
                    name: found.name,
                    is_bot: found.is_bot,
                    ..PersonRecord::new(UserId::new(id).ok()?)
                })
            })
            .collect();
        (!people.is_empty()).then(|| Records {
            people,
            ..Records::default()
        })
    }
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
    if filled(message.user.as_ref()) != author.user {
        return None;
    }
    let person = message.user_profile.and_then(profile)?;
    filled(person.display_name.as_ref())
        .or_else(|| filled(person.real_name.as_ref()))
        .or_else(|| filled(person.name.as_ref()))
}
