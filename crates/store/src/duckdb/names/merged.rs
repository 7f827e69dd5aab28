//! Which identifiers are one person.

use std::sync::Arc;

use super::{Inner, Names, WorkspaceNames};
use crate::duckdb::merges::Merged;

impl Names {
    /// Returns who counts as whom in a workspace.
    pub(in crate::duckdb) fn merged(&self, workspace: u16) -> Arc<Merged> {
        let inner = self.read();
        let merged = inner.of(workspace).map(|names| Arc::clone(&names.merged));
        merged.unwrap_or_default()
    }

    /// Takes in that others count as others now.
    pub(in crate::duckdb) fn set_merged(&self, workspace: u16, merged: Merged) {
        self.write().set_merged(workspace, merged);
    }
}

impl Inner {
    /// Takes in that others count as others now.
    pub(super) fn set_merged(&mut self, workspace: u16, merged: Merged) {
        let names = self.of.entry(workspace).or_default();
        let before = std::mem::replace(&mut names.merged, Arc::new(merged));
        let now = Arc::clone(&names.merged);
        for number in before.numbers().chain(now.numbers()) {
            let is_bot = if now.forest.holds(number) {
                !now.forest.hides(number) && now.is_bot(number)
            } else {
                before.says_bot(number)
            };
            names.decide(number, is_bot);
        }
    }
}

impl WorkspaceNames {
    /// Takes in whether one that counts is a bot.
    pub(super) fn decide(&mut self, number: u32, is_bot: bool) {
        if is_bot {
            self.bots.insert(number);
        } else {
            self.bots.remove(number);
        }
    }

    /// Returns how many people and how many bots there are, of those that count.
    pub(in crate::duckdb) fn count_people(&self) -> (u64, u64) {
        let bots = self.bots.len();
        let others = self.merged.forest.count() as u64 + u64::from(self.nobodies);
        let everyone = u64::from(self.people.count()).saturating_sub(others);
        (everyone.saturating_sub(bots), bots)
    }

    /// Returns how many channels there are.
    pub(in crate::duckdb) fn count_channels(&self) -> u64 {
        self.channels.count().into()
    }

    /// Returns who counts as whom.
    pub(in crate::duckdb) fn merged(&self) -> &Merged {
        &self.merged
    }
}
