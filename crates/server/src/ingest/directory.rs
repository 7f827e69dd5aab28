//! Which people are bots and which channels are confidential, at hand while events are read.

use std::collections::{HashMap, HashSet};

use domain::{
    event,
    id::{ChannelId, UserId, WorkspaceId},
};
use store::DirectoryRow;

/// What the chat's records say of people and channels.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    workspaces: HashMap<WorkspaceId, Facts>,
    content_everywhere: bool,
}

#[derive(Debug, Clone, Default)]
struct Facts {
    bots: HashSet<UserId>,
    confidential: HashSet<ChannelId>,
}

impl Directory {
    /// Returns the directory of these rows; `content_everywhere` allows terms from confidential
    /// channels too.
    pub fn new(rows: Vec<DirectoryRow>, content_everywhere: bool) -> Self {
        let mut workspaces: HashMap<WorkspaceId, Facts> = HashMap::new();
        for row in rows {
            match row {
                DirectoryRow::Bot(workspace, user) => {
                    workspaces.entry(workspace).or_default().bots.insert(user);
                }
                DirectoryRow::Channel(workspace, channel, kind) => {
                    if kind.is_confidential() {
                        workspaces
                            .entry(workspace)
                            .or_default()
                            .confidential
                            .insert(channel);
                    }
                }
            }
        }
        Self {
            workspaces,
            content_everywhere,
        }
    }

    /// Returns the part that concerns one workspace.
    pub(super) fn of<'a>(&'a self, workspace: &WorkspaceId) -> WorkspaceDirectory<'a> {
        WorkspaceDirectory {
            facts: self.workspaces.get(workspace),
            content_everywhere: self.content_everywhere,
        }
    }
}

/// The directory of one workspace.
pub(super) struct WorkspaceDirectory<'a> {
    facts: Option<&'a Facts>,
    content_everywhere: bool,
}

impl event::Directory for WorkspaceDirectory<'_> {
    fn is_bot(&self, user: &UserId) -> bool {
        self.facts.is_some_and(|facts| facts.bots.contains(user))
    }

    fn allows_content(&self, channel: Option<&ChannelId>) -> bool {
        let confidential = match (self.facts, channel) {
            (Some(facts), Some(channel)) => facts.confidential.contains(channel),
            _ => false,
        };
        self.content_everywhere || !confidential
    }

    fn allows_confidential_content(&self) -> bool {
        self.content_everywhere
    }
}
