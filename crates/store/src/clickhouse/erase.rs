//! People taken out of what is stored.
//!
//! Rows of events that are others now are written once more, above those before them; rows that go are removed by a
//! mutation, which writes their parts anew. [`Erase::rewrite`] merges what stands above each other.

use std::collections::HashSet;

use async_trait::async_trait;
use domain::{
    erasure::{Traces, make_nameless},
    id::{UserId, WorkspaceId},
    time::{Day, Instant},
};
use engine::changes::Changed;
use serde_json::Value;

use super::{
    blocks::bytes_of,
    draft::{Change, difference},
    open::{ClickHouseStore, Shared},
    people::Of,
    rows::{EventRow, LetterRow},
    writer::{Writer, take_in},
};
use crate::{
    DeadLetter, Erase, ErasedCounts, Erasure, RewrittenFile, StoreError,
    sql::{Sql, all, any},
};

/// The lists of terms in which somebody may be named.
const LISTS: [&str; 7] = [
    "mentions",
    "hashtags",
    "links",
    "domains",
    "urls",
    "topics",
    "file_names",
];
/// Tables in which something of a person may stand.
const TABLES: [&str; 7] = [
    "events",
    "identity",
    "people",
    "person_name",
    "channels",
    "numbers",
    "dead_letter",
];
/// Events that are written in one go.
const AT_ONCE: usize = 20_000;

#[async_trait]
impl Erase for ClickHouseStore {
    async fn known_as(
        &self,
        workspace: &WorkspaceId,
        id: &UserId,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let _place = self.shared.server.place().await?;
        let number = {
            let inner = self.shared.directory.read();
            let known = inner.of(workspace).and_then(|of| of.person(id));
            known.and_then(|_| inner.workspaces.get(workspace).copied())
        };
        let Some(number) = number else {
            return Ok(None);
        };
        let select = Sql::raw(format!(
            "SELECT DISTINCT text FROM person_name WHERE workspace_ref = {number} AND id = "
        ))
        .with(Sql::text(id.as_str()))
        .then(" ORDER BY text");
        Ok(Some(self.shared.server.rows::<String>(&select).await?))
    }

    async fn erase(&self, erasure: Erasure) -> Result<ErasedCounts, StoreError> {
        self.writing(move |writer, shared| writer.erase(shared, &erasure))
            .await
    }

    async fn rewrite(&self) -> Result<Vec<RewrittenFile>, StoreError> {
        self.writing(|_, shared| {
            let server = &shared.server;
            let mut files = Vec::new();
            for table in TABLES {
                let bytes_before = server.wait(bytes_of(server, table))?;
                let merge = Sql::raw(format!("OPTIMIZE TABLE {table} FINAL"));
                server.wait(server.run(&merge))?;
                files.push(RewrittenFile {
                    name: table.to_owned(),
                    bytes_before,
                    bytes_after: server.wait(bytes_of(server, table))?,
                });
            }
            let blocks = shared.engine.blocks().store().rewrite()?;
            files.extend(blocks.map(|(name, bytes_before, bytes_after)| RewrittenFile {
                name: name.to_owned(),
                bytes_before,
                bytes_after,
            }));
            Ok(files)
        })
        .await
    }
}

/// What is taken out of the events of a workspace.
#[derive(Default)]
struct Events {
    /// Rows as they are to be.
    written: Vec<EventRow>,
    days: HashSet<Day>,
    has_sampled: bool,
}

impl Writer {
    fn erase(&mut self, shared: &Shared, erasure: &Erasure) -> Result<ErasedCounts, StoreError> {
        let mut counts = ErasedCounts::default();
        let found = {
            let inner = shared.directory.read();
            let number = inner.workspaces.get(&erasure.workspace).copied();
            number.zip(inner.of(&erasure.workspace).cloned())
        };
        let Some((workspace, of)) = found else {
            return Ok(counts);
        };
        let Ok(id) = UserId::new(erasure.traces.id()) else {
            return Ok(counts);
        };
        // Events of whoever counts for the person, once nobody else is merged with a person who goes.
        let theirs: HashSet<String> = match &erasure.nameless {
            _ if of.person(&id).is_none() => HashSet::new(),
            None => HashSet::from([id.to_string()]),
            Some(_) => of.others(&id).chain([&id]).map(ToString::to_string).collect(),
        };
        let change = known_change(workspace, &of, &id, erasure, &mut counts);
        let events = self.events_without(shared, workspace, (&id, &theirs), erasure, &mut counts)?;
        let letters = letters_of(shared, erasure)?;
        counts.dead_letters = letters.len() as u64;
        let mut days = self.commit(shared, &change, erasure.at)?;
        let of_events = events.days.iter().map(|day| (workspace, *day));
        let of_events: Vec<(u16, Day)> = of_events.filter(|day| !days.contains(day)).collect();
        self.invalidate(shared, &of_events, erasure.at)?;
        days.extend(of_events);
        counts.days = days.len() as u64;
        write(shared, workspace, &id, erasure, &events, &theirs)?;
        remove_letters(shared, erasure, &letters)?;
        if !theirs.is_empty() {
            let now = erasure.nameless.as_ref().map(UserId::as_str);
            let renamed = shared.directory.rename(workspace, id.as_str(), now);
            let rows: Vec<_> = renamed.into_iter().collect();
            let server = &shared.server;
            server.wait(async {
                shared.keep_numbers().await?;
                server.insert("numbers", &rows).await
            })?;
        }
        take_in(shared, change, &days, erasure.at);
        if counts != ErasedCounts::default() {
            shared.changes.count(&Changed {
                everything: true,
                ..Changed::default()
            });
        }
        Ok(counts)
    }

    /// Returns the events that are others without the person.
    fn events_without(
        &mut self,
        shared: &Shared,
        workspace: u16,
        (id, theirs): (&UserId, &HashSet<String>),
        erasure: &Erasure,
        counts: &mut ErasedCounts,
    ) -> Result<Events, StoreError> {
        let (traces, nameless) = (&erasure.traces, erasure.nameless.as_ref());
        let texts = LISTS.map(|list| format!("arrayStringConcat({list}, '\\n')"));
        let texts = format!("concat(properties, '\\n', {})", texts.join(", '\\n', "));
        let mut conditions = may_name(traces, &texts);
        if !theirs.is_empty() {
            let ids = theirs.iter().map(Sql::text);
            let ids = Sql::raw("user_id IN (").with(Sql::join(ids, ", ")).then(")");
            conditions.push(ids);
        }
        let condition = all([
            Sql::raw(format!("workspace_ref = {workspace}")),
            any(conditions),
        ]);
        let select = Sql::raw("SELECT * FROM events FINAL WHERE ").with(condition);
        let mut events = Events::default();
        shared.server.each_chunk::<EventRow>(&select, |rows| {
            for row in rows {
                let is_theirs = row.user_id.as_ref().is_some_and(|of| theirs.contains(of));
                counts.events += u64::from(is_theirs);
                if is_theirs && nameless.is_none() {
                    events.days.insert(self.days.day(Instant::from_millis(row.timestamp_ms)));
                    events.has_sampled |= row.weight.to_bits() != 1.0f64.to_bits();
                    continue;
                }
                let mut row = row.clone();
                let mut changed = false;
                if is_theirs {
                    changed = without_name(&mut row, id, nameless);
                }
                if clean(&mut row, traces) {
                    counts.events_cleaned += 1;
                    // A list may have been counted under what it held.
                    events.days.insert(self.days.day(Instant::from_millis(row.timestamp_ms)));
                    changed = true;
                }
                if changed {
                    row.changed();
                    events.written.push(row);
                }
            }
            Ok(())
        })?;
        Ok(events)
    }
}

/// Returns the conditions of which one holds for a text that names somebody.
fn may_name(traces: &Traces, text: &str) -> Vec<Sql> {
    let traces = traces.folded().iter().map(|trace| {
        // As it stands in a JSON text.
        let quoted = Value::from(trace.as_str()).to_string();
        Sql::raw(format!("position(lowerUTF8({text}), lowerUTF8("))
            .with(Sql::text(quoted.trim_matches('"')))
            .then(")) > 0")
    });
    traces.collect()
}

/// Returns what is known once the person is taken out.
fn known_change(
    workspace: u16,
    of: &Of,
    id: &UserId,
    erasure: &Erasure,
    counts: &mut ErasedCounts,
) -> Change {
    let traces = &erasure.traces;
    let mut after = of.clone();
    let mut concerned: Vec<UserId> = vec![id.clone()];
    if let Some(person) = of.person(id) {
        counts.records = u64::from(person.has_record);
        let now = erasure.nameless.as_ref();
        for (from, into, at) in of.links().filter(|(from, into, _)| *into == id || *from == id) {
            concerned.extend([from.clone(), into.clone()]);
            if let Some(mut merged) = of.person(from).cloned() {
                merged.link = now.cloned().filter(|_| from != id).map(|now| (now, at));
                after.set(merged);
            }
        }
        after.remove(id);
        if let Some(now) = now {
            let mut nameless = person.clone();
            nameless.make_nameless(now);
            after.set(nameless);
            concerned.push(now.clone());
        }
    }
    let ids: Vec<&UserId> = concerned.iter().collect();
    let mut change = difference(workspace, of, &after, &ids);
    for channel in of.channels.values() {
        let mut now = channel.clone();
        if now.owner.as_ref() == Some(id) {
            now.owner.clone_from(&erasure.nameless);
        }
        for text in [&mut now.name, &mut now.slug] {
            let clean = text.as_deref().and_then(|text| traces.clean(text));
            *text = clean.or_else(|| text.take());
        }
        counts.channels_left += u64::from(traces.clean(channel.id.as_str()).is_some());
        if now != *channel {
            counts.channels_cleaned += 1;
            change.channels.push((workspace, now));
        }
    }
    change
}

/// Has an event say nothing of who did it; returns whether it is another.
fn without_name(row: &mut EventRow, id: &UserId, nameless: Option<&UserId>) -> bool {
    let mut changed = false;
    if row.user_id.as_deref() == Some(id.as_str()) {
        row.user_id = nameless.map(ToString::to_string);
        changed = true;
    }
    if let Ok(Value::Object(mut properties)) = serde_json::from_str(&row.properties)
        && make_nameless(&mut properties)
    {
        row.properties = Value::from(properties).to_string();
        changed = true;
    }
    changed
}

/// Removes from an event what names the person; returns whether there was anything.
fn clean(row: &mut EventRow, traces: &Traces) -> bool {
    let mut any = false;
    if let Ok(mut properties) = serde_json::from_str::<Value>(&row.properties)
        && traces.clean_value(&mut properties)
    {
        row.properties = properties.to_string();
        any = true;
    }
    let lists = [
        &mut row.mentions,
        &mut row.hashtags,
        &mut row.links,
        &mut row.domains,
        &mut row.urls,
        &mut row.topics,
        &mut row.file_names,
    ];
    for term in lists.into_iter().flatten() {
        if let Some(clean) = traces.clean(term) {
            *term = clean;
            any = true;
        }
    }
    any
}

/// Writes events as they are to be, and removes those that go.
fn write(
    shared: &Shared,
    workspace: u16,
    id: &UserId,
    erasure: &Erasure,
    events: &Events,
    theirs: &HashSet<String>,
) -> Result<(), StoreError> {
    let server = &shared.server;
    for part in events.written.chunks(AT_ONCE) {
        server.wait(server.insert("events", part))?;
    }
    let run = |text: String| {
        let statement = Sql::raw(text).with(Sql::text(id.as_str()));
        server.wait(server.run(&statement))
    };
    if theirs.is_empty() {
        return Ok(());
    }
    run(format!(
        "ALTER TABLE person_name DELETE WHERE workspace_ref = {workspace} AND id = "
    ))?;
    if erasure.nameless.is_none() {
        let identities = format!(
            "ALTER TABLE identity DELETE WHERE workspace_ref = {workspace} AND event_id IN \
             (SELECT event_id FROM events WHERE workspace_ref = {workspace} AND user_id = "
        );
        let statement = Sql::raw(identities).with(Sql::text(id.as_str())).then(")");
        server.wait(server.run(&statement))?;
    }
    // Of a person who goes on under another identifier the rows before are what goes.
    run(format!(
        "ALTER TABLE events DELETE WHERE workspace_ref = {workspace} AND user_id = "
    ))?;
    if events.has_sampled {
        server.wait(async {
            let remove = format!("ALTER TABLE sampled_quarter DELETE WHERE workspace_ref = {workspace}");
            server.run(&Sql::raw(remove)).await?;
            let fill = format!(
                "INSERT INTO sampled_quarter SELECT DISTINCT workspace_ref, \
                 toInt32(floor(timestamp_ms / 900000)) FROM events \
                 WHERE weight != 1 AND workspace_ref = {workspace}"
            );
            server.run(&Sql::raw(fill)).await?;
            shared.load_sampled().await
        })?;
    }
    Ok(())
}

/// Returns the dead letters that name the person.
fn letters_of(shared: &Shared, erasure: &Erasure) -> Result<Vec<DeadLetter>, StoreError> {
    let condition = all([
        Sql::raw("workspace_id = ").with(Sql::text(erasure.workspace.as_str())),
        any(may_name(&erasure.traces, "body")),
    ]);
    let select = Sql::raw("SELECT * FROM dead_letter FINAL WHERE ").with(condition);
    let rows = shared.server.wait(shared.server.rows::<LetterRow>(&select))?;
    let letters = rows.into_iter().map(DeadLetter::from);
    let names = |letter: &DeadLetter| {
        let body = serde_json::from_str(&letter.body);
        let mut body = body.unwrap_or_else(|_| Value::from(letter.body.as_str()));
        erasure.traces.clean_value(&mut body)
    };
    Ok(letters.filter(names).collect())
}

fn remove_letters(
    shared: &Shared,
    erasure: &Erasure,
    letters: &[DeadLetter],
) -> Result<(), StoreError> {
    if letters.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = letters.iter().map(|letter| format!("'{}'", letter.id)).collect();
    let remove = Sql::raw("ALTER TABLE dead_letter DELETE WHERE workspace_id = ")
        .with(Sql::text(erasure.workspace.as_str()))
        .then(format!(" AND id IN ({})", ids.join(", ")));
    shared.server.wait(shared.server.run(&remove))
}
