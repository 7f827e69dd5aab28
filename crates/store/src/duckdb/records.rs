//! People and channels as slowly changing records: a change adds a row, nothing is overwritten.

use std::collections::{BTreeSet, HashMap};

use ::duckdb::{Connection, params};
use domain::{
    id::WorkspaceId,
    record::{ChannelRecord, PersonRecord},
    rollup::Day,
    time::Instant,
};

use super::{dictionary::Table, failure::classify, rollup::Marks, writer::Writer};
use crate::StoreError;

const QUARTER_MILLIS: i64 = 15 * 60_000;

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Person {
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) role: Option<String>,
    pub(super) is_bot: Option<bool>,
    pub(super) is_deactivated: Option<bool>,
    pub(super) created_ms: Option<i64>,
    pub(super) first_seen_ms: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Channel {
    pub(super) name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) is_archived: Option<bool>,
    pub(super) member_count: Option<u32>,
    pub(super) owner_id: Option<String>,
    pub(super) created_ms: Option<i64>,
}

type ByNumber<T> = HashMap<u32, T>;
type Days = Vec<(u16, Day)>;

/// What changed: records, and days whose events were counted otherwise.
#[derive(Debug, Default)]
pub(super) struct Changed {
    pub(super) workspace: u16,
    pub(super) people: HashMap<u32, Person>,
    pub(super) channels: HashMap<u32, Channel>,
    pub(super) days: Days,
}

/// Writes what changed, and returns it.
pub(super) fn put(
    writer: &mut Writer,
    workspace: &WorkspaceId,
    people: &[PersonRecord],
    channels: &[ChannelRecord],
    at: Instant,
) -> Result<Changed, StoreError> {
    let workspace = writer.workspace(workspace)?;
    let (people, days) = put_people(writer, workspace, people, at)?;
    let channels = put_channels(writer, workspace, channels, at)?;
    Marks(&writer.connection).invalidate(&days, Some(at))?;
    Ok(Changed {
        workspace,
        people,
        channels,
        days,
    })
}

fn put_people(
    writer: &mut Writer,
    workspace: u16,
    people: &[PersonRecord],
    at: Instant,
) -> Result<(ByNumber<Person>, Days), StoreError> {
    if people.is_empty() {
        return Ok((HashMap::new(), Vec::new()));
    }
    let mut known = known_people(&writer.connection, workspace)?;
    let mut changed: HashMap<u32, Person> = HashMap::new();
    let mut new_bots = Vec::new();
    for record in people {
        let Some(number) = writer
            .dictionary
            .number(Table::Person, workspace, record.id.as_str())
        else {
            continue;
        };
        let before = known.entry(number).or_default();
        let now = merge_person(before, record);
        if now != *before || !changed.contains_key(&number) && *before == Person::default() {
            if now.is_bot == Some(true) && before.is_bot != Some(true) {
                new_bots.push(number);
            }
            *before = now.clone();
            changed.insert(number, now);
        }
    }
    let mut appender = writer
        .connection
        .appender("person_record")
        .map_err(classify)?;
    for (number, person) in &changed {
        appender
            .append_row(params![
                workspace,
                number,
                at.as_millis(),
                person.name,
                person.email,
                person.role,
                person.is_bot,
                person.is_deactivated,
                person.created_ms,
                person.first_seen_ms
            ])
            .map_err(classify)?;
    }
    appender.flush().map_err(classify)?;
    drop(appender);
    // What a bot did before it was known to be one was never a person's doing.
    let mut days = BTreeSet::new();
    for number in new_bots {
        for at in quarters_of(&writer.connection, workspace, number)? {
            // A day may begin within the quarter; one day too many does no harm.
            for at in [at, at.plus_millis(QUARTER_MILLIS - 1)] {
                days.insert((workspace, writer.local_days.day(at)));
            }
        }
        writer
            .connection
            .execute(
                "--sql\nUPDATE event SET is_bot = TRUE \
                 WHERE workspace_ref = ? AND person_ref = ? AND NOT is_bot",
                params![workspace, number],
            )
            .map_err(classify)?;
    }
    Ok((changed, days.into_iter().collect()))
}

/// Returns the begin of every quarter of an hour in which somebody not known as a bot did something.
fn quarters_of(
    connection: &Connection,
    workspace: u16,
    number: u32,
) -> Result<Vec<Instant>, StoreError> {
    let mut statement = connection
        .prepare(&format!(
            "--sql\nSELECT DISTINCT timestamp_ms - \
             ((timestamp_ms % {QUARTER_MILLIS}) + {QUARTER_MILLIS}) % {QUARTER_MILLIS} \
             FROM event WHERE workspace_ref = ? AND person_ref = ? AND NOT is_bot"
        ))
        .map_err(classify)?;
    let rows = statement
        .query_map(params![workspace, number], |row| {
            row.get(0).map(Instant::from_millis)
        })
        .map_err(classify)?;
    rows.collect::<Result<_, _>>().map_err(classify)
}

fn merge_person(before: &Person, record: &PersonRecord) -> Person {
    let millis = |at: Option<Instant>| at.map(Instant::as_millis);
    Person {
        name: record.name.clone().or_else(|| before.name.clone()),
        email: record.email.clone().or_else(|| before.email.clone()),
        role: record.role.clone().or_else(|| before.role.clone()),
        is_bot: record.is_bot.or(before.is_bot),
        is_deactivated: record.is_deactivated.or(before.is_deactivated),
        created_ms: millis(record.created_at).or(before.created_ms),
        first_seen_ms: match (millis(record.first_seen_at), before.first_seen_ms) {
            (Some(new), Some(old)) => Some(new.min(old)),
            (new, old) => new.or(old),
        },
    }
}

pub(super) fn known_people(
    connection: &Connection,
    workspace: u16,
) -> Result<HashMap<u32, Person>, StoreError> {
    let mut statement = connection
        .prepare(
            "--sql\nSELECT person_ref, name, email, role, is_bot, is_deactivated, created_ms, first_seen_ms \
             FROM person_record WHERE workspace_ref = ? ORDER BY valid_from_ms, rowid",
        )
        .map_err(classify)?;
    let rows = statement
        .query_map([workspace], |row| {
            let person = Person {
                name: row.get(1)?,
                email: row.get(2)?,
                role: row.get(3)?,
                is_bot: row.get(4)?,
                is_deactivated: row.get(5)?,
                created_ms: row.get(6)?,
                first_seen_ms: row.get(7)?,
            };
            Ok((row.get::<_, u32>(0)?, person))
        })
        .map_err(classify)?;
    rows.collect::<Result<_, _>>().map_err(classify)
}

fn put_channels(
    writer: &mut Writer,
    workspace: u16,
    channels: &[ChannelRecord],
    at: Instant,
) -> Result<ByNumber<Channel>, StoreError> {
    if channels.is_empty() {
        return Ok(HashMap::new());
    }
    let mut known = known_channels(&writer.connection, workspace)?;
    let mut changed: HashMap<u32, Channel> = HashMap::new();
    for record in channels {
        let Some(number) = writer
            .dictionary
            .number(Table::Channel, workspace, record.id.as_str())
        else {
            continue;
        };
        let before = known.entry(number).or_default();
        let now = merge_channel(before, record);
        if now != *before || !changed.contains_key(&number) && *before == Channel::default() {
            *before = now.clone();
            changed.insert(number, now);
        }
    }
    let mut appender = writer
        .connection
        .appender("channel_record")
        .map_err(classify)?;
    for (number, channel) in &changed {
        appender
            .append_row(params![
                workspace,
                number,
                at.as_millis(),
                channel.name,
                channel.kind,
                channel.is_archived,
                channel.member_count,
                channel.owner_id,
                channel.created_ms
            ])
            .map_err(classify)?;
    }
    appender.flush().map_err(classify)?;
    Ok(changed)
}

fn merge_channel(before: &Channel, record: &ChannelRecord) -> Channel {
    Channel {
        name: record.name.clone().or_else(|| before.name.clone()),
        kind: record
            .kind
            .map(|kind| kind.name().to_owned())
            .or_else(|| before.kind.clone()),
        is_archived: record.is_archived.or(before.is_archived),
        member_count: record.member_count.or(before.member_count),
        owner_id: record
            .owner
            .as_ref()
            .map(|owner| owner.as_str().to_owned())
            .or_else(|| before.owner_id.clone()),
        created_ms: record
            .created_at
            .map(Instant::as_millis)
            .or(before.created_ms),
    }
}

pub(super) fn known_channels(
    connection: &Connection,
    workspace: u16,
) -> Result<HashMap<u32, Channel>, StoreError> {
    let mut statement = connection
        .prepare(
            "--sql\nSELECT channel_ref, name, kind, is_archived, member_count, owner_id, created_ms \
             FROM channel_record WHERE workspace_ref = ? ORDER BY valid_from_ms, rowid",
        )
        .map_err(classify)?;
    let rows = statement
        .query_map([workspace], |row| {
            let channel = Channel {
                name: row.get(1)?,
                kind: row.get(2)?,
                is_archived: row.get(3)?,
                member_count: row.get(4)?,
                owner_id: row.get(5)?,
                created_ms: row.get(6)?,
            };
            Ok((row.get::<_, u32>(0)?, channel))
        })
        .map_err(classify)?;
    rows.collect::<Result<_, _>>().map_err(classify)
}
