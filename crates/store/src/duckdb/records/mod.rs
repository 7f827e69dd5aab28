//! People and channels as slowly changing records: a change adds a row, nothing is overwritten.

mod stored;

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write as _,
};

use ::duckdb::{Connection, params};
use domain::{
    id::WorkspaceId,
    record::{ChannelRecord, PersonRecord},
    time::{Day, Instant},
};
use engine::changes::Changed;
use serde::{Deserialize, Serialize};

use self::stored::known_of;
pub(super) use self::stored::{Stored, Which, count, known};
use super::{
    failure::classify, ledger_table::LedgerTable, names::Subject, quarter, writer::Writer,
};
use crate::StoreError;

/// Numbers that a statement lists.
pub(super) const LISTED: usize = 2_000;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Person {
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) role: Option<String>,
    pub(super) is_bot: Option<bool>,
    pub(super) is_deactivated: Option<bool>,
    pub(super) created_ms: Option<i64>,
    pub(super) first_seen_ms: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Channel {
    pub(super) name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) is_archived: Option<bool>,
    pub(super) member_count: Option<u32>,
    pub(super) owner_id: Option<String>,
    pub(super) created_ms: Option<i64>,
    pub(super) slug: Option<String>,
}

type ByNumber<T> = HashMap<u32, T>;
type Days = Vec<(u16, Day)>;

/// What changed: records, and days whose events were counted otherwise.
#[derive(Debug, Default)]
pub(super) struct ChangedRecords {
    pub(super) workspace: u16,
    pub(super) people: HashMap<u32, Person>,
    pub(super) channels: HashMap<u32, Channel>,
    pub(super) days: Days,
}

impl ChangedRecords {
    /// Notes what an answer was made of that is another now.
    pub(super) fn note(&self, changed: &mut Changed) {
        changed.days.extend(&self.days);
        if !(self.people.is_empty() && self.channels.is_empty()) {
            changed.names.insert(self.workspace);
        }
    }
}

/// Writes what changed, and returns it.
pub(super) fn put(
    writer: &mut Writer,
    workspace: &WorkspaceId,
    people: &[PersonRecord],
    channels: &[ChannelRecord],
    at: Instant,
) -> Result<ChangedRecords, StoreError> {
    let workspace = writer.workspace(workspace, None)?;
    let (people, days) = put_people(writer, workspace, people, at)?;
    let channels = put_channels(writer, workspace, channels, at)?;
    LedgerTable(&writer.connection).invalidate(&days, Some(at))?;
    Ok(ChangedRecords {
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
    let numbers = numbers(
        writer,
        workspace,
        people.iter().map(|record| record.id.as_str()),
        Subject::Person,
    )?;
    let mut known = known_of::<Person>(&writer.connection, workspace, &numbers)?;
    let mut changed: HashMap<u32, Person> = HashMap::new();
    let mut decided: BTreeSet<u32> = BTreeSet::new();
    let merged = writer.merged(workspace);
    for (record, number) in people.iter().zip(numbers) {
        let is_known = known.contains_key(&number);
        let before = known.entry(number).or_default();
        let now = merge_person(before, record);
        if now != *before || !is_known {
            let is_bot = |person: &Person| person.is_bot == Some(true);
            // Of several that are one person, that one is known to be none decides as well.
            let decides = now.is_bot != before.is_bot && merged.forest.holds(number);
            if decides || is_bot(&now) != is_bot(before) {
                decided.insert(number);
            }
            *before = now.clone();
            changed.insert(number, now);
        }
    }
    write_people(&writer.connection, workspace, &changed, at)?;
    let days = decide(writer, workspace, &decided, &changed)?;
    Ok((changed, days.into_iter().collect()))
}

/// Has history say who is a bot, given whose records say something else of that now; returns the days on
/// which that changed what is counted.
fn decide(
    writer: &mut Writer,
    workspace: u16,
    decided: &BTreeSet<u32>,
    changed: &ByNumber<Person>,
) -> Result<BTreeSet<(u16, Day)>, StoreError> {
    let merged = writer.merged(workspace);
    let own = |number: u32| match changed.get(&number) {
        Some(person) => person.is_bot,
        None => writer.bots.own(workspace, number),
    };
    let roots: BTreeSet<u32> = decided
        .iter()
        .map(|number| merged.forest.root(*number))
        .collect();
    let (bots, people): (Vec<u32>, Vec<u32>) = roots
        .into_iter()
        .partition(|root| merged.forest.is_bot(*root, own));
    let mut days = move_history(writer, workspace, &bots, true)?;
    days.extend(move_history(writer, workspace, &people, false)?);
    Ok(days)
}

/// Keeps as records that events of the open transaction made people bots, and moves their history.
pub(super) fn keep_fresh_bots(
    writer: &mut Writer,
    at: Instant,
) -> Result<Vec<ChangedRecords>, StoreError> {
    let mut all = Vec::new();
    for (workspace, numbers) in writer.bots.fresh() {
        let mut known = known_of::<Person>(&writer.connection, workspace, &numbers)?;
        let people: HashMap<u32, Person> = numbers
            .iter()
            .map(|number| {
                let person = Person {
                    is_bot: Some(true),
                    ..known.remove(number).unwrap_or_default()
                };
                (*number, person)
            })
            .collect();
        write_people(&writer.connection, workspace, &people, at)?;
        let numbers: BTreeSet<u32> = numbers.into_iter().collect();
        let days = decide(writer, workspace, &numbers, &people)?;
        let days: Days = days.into_iter().collect();
        LedgerTable(&writer.connection).invalidate(&days, Some(at))?;
        all.push(ChangedRecords {
            workspace,
            people,
            channels: HashMap::new(),
            days,
        });
    }
    Ok(all)
}

/// Adds a row for each of these people, that stands behind all rows they have.
fn write_people(
    connection: &Connection,
    workspace: u16,
    people: &HashMap<u32, Person>,
    at: Instant,
) -> Result<(), StoreError> {
    if people.is_empty() {
        return Ok(());
    }
    let at = valid_from::<Person>(connection, workspace, people, at)?;
    let mut appender = connection.appender("person_record").map_err(classify)?;
    for (number, person) in people {
        appender
            .append_row(params![
                workspace,
                number,
                at,
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
    appender.flush().map_err(classify)
}

/// Returns from when on records hold that are written at an instant: not from before those that are
/// stored, though clocks are set back and events say themselves when they came.
fn valid_from<T: Stored>(
    connection: &Connection,
    workspace: u16,
    records: &ByNumber<T>,
    at: Instant,
) -> Result<i64, StoreError> {
    let (table, column, _) = T::PLACE;
    let numbers: Vec<u32> = records.keys().copied().collect();
    let mut latest = at.as_millis();
    for part in numbers.chunks(LISTED) {
        let sql = format!(
            "--sql\nSELECT max(valid_from_ms) FROM {table} WHERE {}",
            Which::Of(workspace, part).condition(column)
        );
        let last: Option<i64> = connection
            .query_row(&sql, [], |row| row.get(0))
            .map_err(classify)?;
        latest = latest.max(last.unwrap_or(latest));
    }
    Ok(latest)
}

/// Has all events of these people say whether a bot did it; returns the days on which that changed
/// what is counted.
pub(super) fn move_history(
    writer: &mut Writer,
    workspace: u16,
    people: &[u32],
    is_bot: bool,
) -> Result<BTreeSet<(u16, Day)>, StoreError> {
    let mut days = BTreeSet::new();
    for part in people.chunks(LISTED) {
        let condition = format!(
            "is_bot <> {is_bot} AND {}",
            Which::Of(workspace, part).condition("person_ref")
        );
        let mut has_events = false;
        quarter::each_end(&writer.connection, &condition, |workspace, at| {
            days.insert((workspace, writer.local_days.day(at)));
            has_events = true;
        })?;
        if has_events {
            let sql = format!("--sql\nUPDATE event SET is_bot = {is_bot} WHERE {condition}");
            writer.connection.execute(&sql, []).map_err(classify)?;
        }
    }
    Ok(days)
}

/// Returns the condition that a column holds one of these numbers. The bounds let the engine pass over
/// everything that was stored before the first of them was known.
fn is_one_of(column: &str, numbers: &[u32]) -> String {
    let (first, last) = (numbers.iter().min(), numbers.iter().max());
    let mut text = format!(
        "{column} BETWEEN {} AND {} AND {column} IN (",
        first.unwrap_or(&0),
        last.unwrap_or(&0)
    );
    for (index, number) in numbers.iter().enumerate() {
        let _infallible = write!(text, "{}{number}", if index > 0 { "," } else { "" });
    }
    text.push(')');
    text
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

fn put_channels(
    writer: &mut Writer,
    workspace: u16,
    channels: &[ChannelRecord],
    at: Instant,
) -> Result<ByNumber<Channel>, StoreError> {
    if channels.is_empty() {
        return Ok(HashMap::new());
    }
    let numbers = numbers(
        writer,
        workspace,
        channels.iter().map(|record| record.id.as_str()),
        Subject::Channel,
    )?;
    let mut known = known_of::<Channel>(&writer.connection, workspace, &numbers)?;
    let mut changed: HashMap<u32, Channel> = HashMap::new();
    for (record, number) in channels.iter().zip(numbers) {
        let is_known = known.contains_key(&number);
        let before = known.entry(number).or_default();
        let now = merge_channel(before, record);
        if now != *before || !is_known {
            *before = now.clone();
            changed.insert(number, now);
        }
    }
    let at = valid_from(&writer.connection, workspace, &changed, at)?;
    let mut appender = writer
        .connection
        .appender("channel_record")
        .map_err(classify)?;
    for (number, channel) in &changed {
        appender
            .append_row(params![
                workspace,
                number,
                at,
                channel.name,
                channel.kind,
                channel.is_archived,
                channel.member_count,
                channel.owner_id,
                channel.created_ms,
                channel.slug
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
        slug: record.slug.clone().or_else(|| before.slug.clone()),
    }
}

/// Returns the numbers of identifiers, giving new ones to those that have none.
fn numbers<'a>(
    writer: &mut Writer,
    workspace: u16,
    ids: impl Iterator<Item = &'a str>,
    table: Subject,
) -> Result<Vec<u32>, StoreError> {
    let full = || StoreError::Stopped("all numbers of this workspace are taken".to_owned());
    let mut number = |id| writer.dictionary.number(table, workspace, id);
    ids.map(|id| number(id)?.ok_or_else(full)).collect()
}
