//! Making identifiers one person, and taking that back, each as one transaction.
//!
//! The engine keeps what an update replaces until the commit: some bytes of each event that moves, within
//! the memory that it is held to. An update that does not fit fails as a whole.

use std::collections::BTreeSet;

use ::duckdb::params;
use domain::{
    id::{UserId, WorkspaceId},
    time::{Day, Instant},
};
use engine::changes::Changed;

use super::{
    super::{
        failure::classify,
        ledger_table::LedgerTable,
        merges::{Forest, Link, Merged},
        names::Subject,
        quarter,
        records::{self, LISTED, Which},
    },
    Writer,
};
use crate::{MOST_MERGES, Merge, MergeRefusal, StoreError};

/// What is asked of merges.
#[derive(Debug)]
pub(in crate::duckdb) enum MergeChange {
    /// The first is the second from now on.
    Merge {
        /// The identifier that is merged.
        from: UserId,
        /// The person that it is merged into.
        into: UserId,
    },
    /// An identifier counts for itself again.
    Undo {
        /// The identifier.
        from: UserId,
    },
}

/// The merge that is there, or was undone; `None` where there was none to undo.
pub(in crate::duckdb) type MergeOutcome = Result<Option<Merge>, MergeRefusal>;

/// Events that another number counts for from now on.
struct Move<'a> {
    workspace: u16,
    /// Which number counted for them.
    before: u32,
    /// Which of them: those that came with these identifiers, or all.
    of: Option<&'a [u32]>,
    /// Which number counts for them.
    now: u32,
}

impl Writer {
    /// Merges an identifier, or undoes that.
    pub(super) fn change_merges(
        &mut self,
        workspace: &WorkspaceId,
        change: &MergeChange,
        at: Instant,
    ) -> Result<MergeOutcome, StoreError> {
        let number = self.dictionary.known_workspace(workspace.as_str());
        match change {
            MergeChange::Merge { from, into } => match number {
                Some(number) => self.merge(number, from, into, at),
                None => Ok(Err(MergeRefusal::Unknown(from.to_string()))),
            },
            MergeChange::Undo { from } => match number {
                Some(number) => Ok(Ok(self.undo_merge(number, from, at)?)),
                None => Ok(Ok(None)),
            },
        }
    }

    fn merge(
        &mut self,
        workspace: u16,
        from_id: &UserId,
        into_id: &UserId,
        at: Instant,
    ) -> Result<MergeOutcome, StoreError> {
        let number = |id: &UserId| {
            let names = &self.shared.names;
            names.number(Subject::Person, workspace, id.as_str())
        };
        let Some(from) = number(from_id)? else {
            return Ok(Err(MergeRefusal::Unknown(from_id.to_string())));
        };
        let Some(into) = number(into_id)? else {
            return Ok(Err(MergeRefusal::Unknown(into_id.to_string())));
        };
        let merged = self.shared.names.merged(workspace);
        let forest = &merged.forest;
        if let Some(link) = forest.link(from).filter(|_| from != into) {
            return Ok(if link.into == into {
                Ok(merged.merge(from))
            } else {
                let into = merged.id(link.into).map(ToString::to_string);
                Err(MergeRefusal::Elsewhere {
                    from: from_id.to_string(),
                    into: into.unwrap_or_default(),
                })
            });
        }
        let refusal = if from == into {
            Some(MergeRefusal::Itself)
        } else if forest.root(into) == from {
            Some(MergeRefusal::Cycle {
                from: from_id.to_string(),
                into: into_id.to_string(),
            })
        } else if forest.count() >= MOST_MERGES as usize {
            Some(MergeRefusal::TooMany)
        } else {
            None
        };
        if let Some(refusal) = refusal {
            return Ok(Err(refusal));
        }
        let now = forest.with(from, Link { into, at });
        let moved = Move {
            workspace,
            before: from,
            of: None,
            now: now.root(from),
        };
        let merged = self.replace_merges(&now, &moved, at)?;
        Ok(Ok(merged.merge(from)))
    }

    fn undo_merge(
        &mut self,
        workspace: u16,
        from_id: &UserId,
        at: Instant,
    ) -> Result<Option<Merge>, StoreError> {
        let names = &self.shared.names;
        let merged = names.merged(workspace);
        let from = names.number(Subject::Person, workspace, from_id.as_str())?;
        let Some((from, undone)) = from.and_then(|from| Some((from, merged.merge(from)?))) else {
            return Ok(None);
        };
        self.undo_merge_of(workspace, &merged, from, at)?;
        Ok(Some(undone))
    }

    fn undo_merge_of(
        &mut self,
        workspace: u16,
        merged: &Merged,
        from: u32,
        at: Instant,
    ) -> Result<(), StoreError> {
        let branch = merged.forest.branch(from);
        let moved = Move {
            workspace,
            before: merged.forest.root(from),
            of: Some(&branch),
            now: from,
        };
        self.replace_merges(&merged.forest.without(from), &moved, at)?;
        Ok(())
    }

    /// Undoes what an identifier was merged into, and what was merged into it.
    pub(in crate::duckdb) fn undo_merges_of(
        &mut self,
        workspace: u16,
        number: u32,
        at: Instant,
    ) -> Result<(), StoreError> {
        loop {
            let merged = self.shared.names.merged(workspace);
            let mut links = merged.forest.links();
            let Some(from) = links
                .find(|(from, link)| *from == number || link.into == number)
                .map(|(from, _)| from)
            else {
                return Ok(());
            };
            self.undo_merge_of(workspace, &merged, from, at)?;
        }
    }

    /// Puts other merges in the place of those that there are; returns them as those who read need them.
    fn replace_merges(
        &mut self,
        forest: &Forest,
        moved: &Move<'_>,
        at: Instant,
    ) -> Result<Merged, StoreError> {
        let workspace = moved.workspace;
        let (merged, days) = self.transaction(|writer| {
            let mut days = writer.move_events(moved)?;
            for root in [moved.before, moved.now] {
                // What was merged counts for nobody.
                if !forest.hides(root) {
                    let is_bot = forest.is_bot(root, |number| writer.bots.own(workspace, number));
                    days.extend(records::move_history(writer, workspace, &[root], is_bot)?);
                }
            }
            let days: Vec<(u16, Day)> = days.into_iter().collect();
            writer.write_merges(workspace, forest)?;
            LedgerTable(&writer.connection).invalidate(&days, Some(at))?;
            Ok((Merged::of(&writer.connection, workspace)?, days))
        })?;
        self.shared.names.set_merged(workspace, merged.clone());
        self.invalidated(&days, Some(at));
        // Whoever joined under two identifiers is one member.
        self.shared.engine.ledgers_mut().members_changed(workspace);
        let mut changed = Changed::default();
        changed.days.extend(days);
        changed.names.insert(workspace);
        self.shared.changes.count(&changed);
        Ok(merged)
    }

    /// Has another number count for events; returns on which days they are.
    fn move_events(&mut self, moved: &Move<'_>) -> Result<BTreeSet<(u16, Day)>, StoreError> {
        let Move {
            workspace,
            before,
            of,
            now,
        } = moved;
        let counted = format!("workspace_ref = {workspace} AND person_ref = {before}");
        let conditions: Vec<String> = match of {
            None => vec![counted],
            Some(originals) => originals
                .chunks(LISTED)
                .map(|part| {
                    let original = Which::Of(*workspace, part).condition("original_ref");
                    format!("{counted} AND {original}")
                })
                .collect(),
        };
        let mut days = BTreeSet::new();
        for condition in conditions {
            let mut has_events = false;
            quarter::each_end(&self.connection, &condition, |workspace, at| {
                days.insert((workspace, self.local_days.day(at)));
                has_events = true;
            })?;
            if has_events {
                let sql = format!(
                    "--sql\nUPDATE event SET person_ref = {now}, \
                     original_ref = nullif(coalesce(original_ref, person_ref), {now}) \
                     WHERE {condition}"
                );
                self.connection.execute(&sql, []).map_err(classify)?;
            }
        }
        Ok(days)
    }

    fn write_merges(&self, workspace: u16, forest: &Forest) -> Result<(), StoreError> {
        let delete = "DELETE FROM person_merge WHERE workspace_ref = ?";
        self.connection
            .execute(delete, [workspace])
            .map_err(classify)?;
        let mut appender = self.connection.appender("person_merge").map_err(classify)?;
        for (from, link) in forest.links() {
            appender
                .append_row(params![
                    workspace,
                    from,
                    link.into,
                    forest.root(from),
                    link.at.as_millis()
                ])
                .map_err(classify)?;
        }
        appender.flush().map_err(classify)
    }
}
