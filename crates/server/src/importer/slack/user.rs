//! `users.json`: people and bots.

use std::collections::HashMap;

use domain::{id::UserId, record::PersonRecord};
use serde::Deserialize;

use super::{archive::Archive, layout::Layout, list, notes::Notes};
use crate::importer::{ImportError, identifier::bounded};

/// The account Slack itself writes with.
pub(super) const SLACKBOT: &str = "USLACKBOT";

#[derive(Debug, Deserialize)]
struct User {
    id: String,
    name: Option<String>,
    real_name: Option<String>,
    deleted: Option<bool>,
    is_bot: Option<bool>,
    is_owner: Option<bool>,
    is_primary_owner: Option<bool>,
    is_admin: Option<bool>,
    is_restricted: Option<bool>,
    is_ultra_restricted: Option<bool>,
    #[serde(default)]
    profile: Option<Profile>,
}

#[derive(Debug, Default, Deserialize)]
struct Profile {
    display_name: Option<String>,
    real_name: Option<String>,
    email: Option<String>,
}

/// The lists that hold people; that of a Grid holds the people of all of its workspaces.
const LISTS: [&str; 2] = ["users.json", "org_users.json"];

/// Returns the people and bots of all exports of an archive, each once.
pub(super) fn read(
    archive: &mut dyn Archive,
    layout: &Layout,
    notes: &mut Notes,
) -> Result<Vec<PersonRecord>, ImportError> {
    let mut people: Vec<PersonRecord> = Vec::new();
    let mut known = HashMap::new();
    for root in layout.roots() {
        for name in LISTS {
            list::read(archive, root, name, notes, |user| {
                let Some(mut record) = record_of(user) else {
                    return Vec::new();
                };
                let defects = record.fit();
                let next = people.len();
                let place = *known.entry(record.id.as_str().to_owned()).or_insert(next);
                match people.get_mut(place) {
                    Some(before) => complete(before, record),
                    None => people.push(record),
                }
                defects
            })?;
        }
    }
    Ok(people)
}

/// Adds to what one list says of a person what only another one does.
fn complete(person: &mut PersonRecord, other: PersonRecord) {
    person.name = person.name.take().or(other.name);
    person.email = person.email.take().or(other.email);
    person.role = person.role.take().or(other.role);
    person.is_bot = person.is_bot.or(other.is_bot);
    person.is_deactivated = person.is_deactivated.or(other.is_deactivated);
}

fn record_of(user: User) -> Option<PersonRecord> {
    let id = UserId::read(&bounded(&user.id)).0?;
    let is_bot = if user.id == SLACKBOT {
        Some(true)
    } else {
        user.is_bot
    };
    let role = role_of(&user, is_bot == Some(true));
    let profile = user.profile.unwrap_or_default();
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    Some(PersonRecord {
        name: filled(profile.display_name)
            .or_else(|| filled(user.real_name))
            .or_else(|| filled(profile.real_name))
            .or_else(|| filled(user.name)),
        email: filled(profile.email),
        role,
        is_bot,
        is_deactivated: user.deleted,
        ..PersonRecord::new(id)
    })
}

/// Returns the role in the chat; `None` for bots and where the export says nothing of roles.
fn role_of(user: &User, is_bot: bool) -> Option<String> {
    let said = [
        user.is_owner,
        user.is_primary_owner,
        user.is_admin,
        user.is_restricted,
    ];
    if is_bot || said.iter().all(Option::is_none) {
        return None;
    }
    let is = |flag: Option<bool>| flag == Some(true);
    let role = if is(user.is_owner) || is(user.is_primary_owner) {
        "owner"
    } else if is(user.is_admin) {
        "admin"
    } else if is(user.is_restricted) || is(user.is_ultra_restricted) {
        "guest"
    } else {
        "member"
    };
    Some(role.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(json: &str) -> PersonRecord {
        record_of(serde_json::from_str(json).unwrap()).unwrap()
    }

    #[test]
    fn the_name_people_see_and_what_they_may_do() {
        let cara = record(
            r#"{"id":"U1","name":"cara","real_name":"Cara Reed","deleted":true,"is_admin":true,
                "is_owner":false,"is_bot":false,
                "profile":{"display_name":"","real_name":"Cara","email":"cara@example.org"}}"#,
        );
        let expected = PersonRecord {
            name: Some("Cara Reed".to_owned()),
            email: Some("cara@example.org".to_owned()),
            role: Some("admin".to_owned()),
            is_bot: Some(false),
            is_deactivated: Some(true),
            ..PersonRecord::new(UserId::new("U1").unwrap())
        };
        assert_eq!(cara, expected);
    }

    #[test]
    fn what_the_export_does_not_say_stays_unknown() {
        let id = |id: &str| PersonRecord::new(UserId::new(id).unwrap());
        assert_eq!(record(r#"{"id":"U2"}"#), id("U2"));
        let slackbot = PersonRecord {
            is_bot: Some(true),
            ..id("USLACKBOT")
        };
        assert_eq!(
            record(r#"{"id":"USLACKBOT","is_bot":false,"is_owner":false}"#),
            slackbot
        );
        let guest = PersonRecord {
            role: Some("guest".to_owned()),
            ..id("U3")
        };
        assert_eq!(
            record(r#"{"id":"U3","is_owner":false,"is_ultra_restricted":true}"#),
            guest
        );
    }
}
