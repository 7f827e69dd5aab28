//! People taken out of what is stored.
//!
//! Rows of events that are others now are written once more, above those before them; rows that go are removed by a
//! mutation, which writes their parts anew. [`Erase::rewrite`] merges what stands above each other.

use std::collections::HashSet;

use async_trait::async_trait;
use domain::{
    id::{UserId, WorkspaceId},
    time::Day,
};
use engine::changes::Changed;
use serde_json::Value;

use super::{
    blocks::bytes_of,
    draft::{Change, difference},
    erase_events::{may_name, write},
    open::{ClickHouseStore, Shared},
    people::Of,
    rows::LetterRow,
    writer::{Writer, take_in},
};
use crate::{
    DeadLetter, Erase, ErasedCounts, Erasure, RewrittenFile, StoreError,
    sql::{Sql, all, any},
};

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
            files.extend(
                blocks.map(|(name, bytes_before, bytes_after)| RewrittenFile {
                    name: name.to_owned(),
                    bytes_before,
                    bytes_after,
                }),
            );
            Ok(files)
        })
        .await
    }
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
            Some(_) => of
                .others(&id)
                .chain([&id])
                .map(ToString::to_string)
                .collect(),
        };
        let change = known_change(workspace, &of, &id, erasure, &mut counts);
        let events =
            self.events_without(shared, workspace, (&id, &theirs), erasure, &mut counts)?;
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
        for (from, into, at) in of
            .links()
            .filter(|(from, into, _)| *into == id || *from == id)
        {
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

/// Returns the dead letters that name the person.
fn letters_of(shared: &Shared, erasure: &Erasure) -> Result<Vec<DeadLetter>, StoreError> {
    let condition = all([
        Sql::raw("workspace_id = ").with(Sql::text(erasure.workspace.as_str())),
        any(may_name(&erasure.traces, "body")),
    ]);
    let select = Sql::raw("SELECT * FROM dead_letter FINAL WHERE ").with(condition);
    let rows = shared
        .server
        .wait(shared.server.rows::<LetterRow>(&select))?;
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
    let ids: Vec<String> = letters
        .iter()
        .map(|letter| format!("'{}'", letter.id))
        .collect();
    let remove = Sql::raw("ALTER TABLE dead_letter DELETE WHERE workspace_id = ")
        .with(Sql::text(erasure.workspace.as_str()))
        .then(format!(" AND id IN ({})", ids.join(", ")));
    shared.server.wait(shared.server.run(&remove))
}
