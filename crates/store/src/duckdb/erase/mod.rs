//! Taking a person out: in one transaction, and then out of the files.
//!
//! 1. Events of the person are removed or made nameless, and every text of the workspace loses what names
//!    the person. The days that are counted otherwise are dirty, and everything that is in memory of names is
//!    read anew.
//! 2. The number of a person who is removed stays given, under an identifier that nobody can have: numbers
//!    are dense, and whoever is answering a question meanwhile finds nobody under it.
//! 3. Rows that are removed stay in the file until others take their place, so the file is written anew
//!    beside itself and takes its own place by renaming ([`rewrite`]).
//!
//! | file | what it does |
//! |---|---|
//! | `events` | events of the person, and events that name them |
//! | `named` | records, dead letters and senders |
//! | `rewrite` | the files without what was removed |

mod events;
mod named;
mod rewrite;

use std::collections::BTreeSet;

use ::duckdb::params;
use async_trait::async_trait;
use domain::{
    erasure::Traces,
    id::{UserId, WorkspaceId},
    time::Day,
};
use engine::changes::Changed;

pub(super) use self::rewrite::{Copied, folder_of, remove_unfinished};
use super::{
    bots::Bots,
    failure::classify,
    ledger_table::LedgerTable,
    load,
    names::{NOBODY, Subject},
    open::DuckDbStore,
    quarter,
    reader::each_row,
    sampled,
    writer::{Job, Writer},
};
use crate::{Erase, ErasedCounts, Erasure, RewrittenFile, StoreError, sql::Sql};

/// Whom a transaction erases.
struct Erasing<'a> {
    workspace: u16,
    /// The person's number; `None` where nobody has the identifier (any more).
    person: Option<u32>,
    traces: &'a Traces,
    nameless: Option<&'a UserId>,
}

/// What a transaction erased.
#[derive(Default)]
struct Gone {
    counts: ErasedCounts,
    days: BTreeSet<(u16, Day)>,
    /// Places of events without a time that were removed.
    places: Vec<i64>,
}

impl Writer {
    /// Takes a person out, and lets those who read know.
    pub(super) fn erase(&mut self, erasure: &Erasure) -> Result<ErasedCounts, StoreError> {
        rewrite::check_room(&self.options.file())?;
        let Some(workspace) = self.dictionary.known_workspace(erasure.workspace.as_str()) else {
            return Ok(ErasedCounts::default());
        };
        let person = self
            .shared
            .names
            .number(Subject::Person, workspace, erasure.traces.id())?;
        if erasure.nameless.is_none()
            && let Some(person) = person
        {
            self.undo_merges_of(workspace, person, erasure.at)?;
        }
        let erasing = Erasing {
            workspace,
            person,
            traces: &erasure.traces,
            nameless: erasure.nameless.as_ref(),
        };
        let mut gone = self.transaction(|writer| {
            let mut gone = Gone::default();
            events::erase(writer, &erasing, &mut gone)?;
            named::erase(&writer.connection, &erasing, &erasure.workspace, &mut gone)?;
            let days: Vec<(u16, Day)> = gone.days.iter().copied().collect();
            let table = LedgerTable(&writer.connection);
            table.invalidate(&days, Some(erasure.at))?;
            table.hold_before(load::next_seq(&writer.connection)?)?;
            Ok(gone)
        })?;
        gone.counts.days = gone.days.len() as u64;
        // Nothing of this has to be known again: what fails takes room until it is too old.
        gone.counts.identities = self.untimed.remove(&gone.places).unwrap_or(0);
        self.read_anew(workspace, erasure, &gone)?;
        Ok(gone.counts)
    }

    /// Reads what is in memory anew, so that nobody finds there what is erased.
    fn read_anew(
        &mut self,
        workspace: u16,
        erasure: &Erasure,
        gone: &Gone,
    ) -> Result<(), StoreError> {
        let days: Vec<(u16, Day)> = gone.days.iter().copied().collect();
        self.shared.names.forget_file()?;
        self.shared.names.load(&self.connection)?;
        sampled::load(&self.shared.sampled, &self.connection)?;
        self.bots = Bots::load(&self.connection)?;
        self.mark.note(load::next_seq(&self.connection)?);
        self.invalidated(&days, Some(erasure.at));
        self.shared.engine.ledgers_mut().members_changed(workspace);
        self.shared.changes.count(&Changed {
            everything: true,
            ..Changed::default()
        });
        Ok(())
    }
}

impl Erasing<'_> {
    /// Returns the condition that holds of the person's rows, where there is a person.
    fn is_person(&self) -> Option<String> {
        let (workspace, person) = (self.workspace, self.person?);
        Some(format!(
            "workspace_ref = {workspace} AND person_ref = {person}"
        ))
    }

    /// Returns the condition that a text may name the person: some of those that meet it do not.
    fn may_name(&self, text: &str) -> Sql {
        let traces = self.traces.folded().iter();
        crate::sql::any(traces.map(|trace| {
            // As it stands in a JSON text.
            let quoted = serde_json::Value::from(trace.as_str()).to_string();
            let trace = quoted.trim_matches('"').to_owned();
            Sql::raw(format!("contains(lower({text}), lower("))
                .with(Sql::text(trace))
                .then("))")
        }))
    }
}

/// Returns the identifier of a number that stands for nobody.
fn nobody(number: u32) -> String {
    format!("{NOBODY}{number}")
}

#[async_trait]
impl Erase for DuckDbStore {
    async fn known_as(
        &self,
        workspace: &WorkspaceId,
        id: &UserId,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let Some(scope) = self.scope(workspace) else {
            return Ok(None);
        };
        let names = std::sync::Arc::clone(&self.shared.names);
        let (workspace, id) = (scope.workspace_ref, id.as_str().to_owned());
        self.readers
            .run(move |connection| {
                let Some(number) = names.number(Subject::Person, workspace, &id)? else {
                    return Ok(None);
                };
                let mut known = Vec::new();
                let statement = format!(
                    "--sql\nSELECT DISTINCT unnest([name, email]) AS text FROM person_record \
                     WHERE workspace_ref = {workspace} AND person_ref = {number} ORDER BY text"
                );
                each_row(connection, &Sql::raw(statement), |row| {
                    known.extend(row.get::<_, Option<String>>(0)?);
                    Ok(true)
                })?;
                Ok(Some(known))
            })
            .await
    }

    async fn check_room(&self) -> Result<(), StoreError> {
        rewrite::check_room(&self.file)
    }

    async fn erase(&self, erasure: Erasure) -> Result<ErasedCounts, StoreError> {
        self.ask(|reply| Job::Erase { erasure, reply }).await
    }

    async fn rewrite(&self) -> Result<Vec<RewrittenFile>, StoreError> {
        self.ask(|reply| Job::Rewrite { reply }).await
    }
}

/// Returns a number of rows that a statement counts.
fn count(connection: &::duckdb::Connection, sql: &str) -> Result<u64, StoreError> {
    connection
        .query_row(sql, params![], |row| row.get(0))
        .map_err(classify)
}

/// Adds the days that events of a condition are of.
fn add_days(writer: &mut Writer, condition: &str, gone: &mut Gone) -> Result<(), StoreError> {
    let (connection, days) = (&writer.connection, &mut writer.local_days);
    quarter::each_end(connection, condition, |workspace, at| {
        gone.days.insert((workspace, days.day(at)));
    })
}
