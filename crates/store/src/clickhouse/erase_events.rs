//! Events of a person, and events that name them.

use std::collections::HashSet;

use domain::{
    erasure::{Traces, make_nameless},
    id::UserId,
    time::{Day, Instant},
};
use serde_json::Value;

use super::{open::Shared, rows::EventRow, writer::Writer};
use crate::{
    ErasedCounts, Erasure, StoreError,
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
/// Events that are written in one go.
const AT_ONCE: usize = 20_000;

/// What is taken out of the events of a workspace.
#[derive(Default)]
pub(super) struct Events {
    /// Rows as they are to be.
    written: Vec<EventRow>,
    pub(super) days: HashSet<Day>,
    has_sampled: bool,
}

impl Writer {
    /// Returns the events that are others without the person.
    pub(super) fn events_without(
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
            let ids = Sql::raw("user_id IN (")
                .with(Sql::join(ids, ", "))
                .then(")");
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
                    events
                        .days
                        .insert(self.days.day(Instant::from_millis(row.timestamp_ms)));
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
                    events
                        .days
                        .insert(self.days.day(Instant::from_millis(row.timestamp_ms)));
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
pub(super) fn may_name(traces: &Traces, text: &str) -> Vec<Sql> {
    let traces = traces.folded().iter().map(|trace| {
        // As it stands in a JSON text.
        let quoted = Value::from(trace.as_str()).to_string();
        Sql::raw(format!("position(lowerUTF8({text}), lowerUTF8("))
            .with(Sql::text(quoted.trim_matches('"')))
            .then(")) > 0")
    });
    traces.collect()
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
pub(super) fn write(
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
            let remove =
                format!("ALTER TABLE sampled_quarter DELETE WHERE workspace_ref = {workspace}");
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
