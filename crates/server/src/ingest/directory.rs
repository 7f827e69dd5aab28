//! Which channels are confidential, at hand while events are read.

use std::collections::HashMap;

use domain::{
    event,
    id::{ChannelId, WorkspaceId},
};
use store::DirectoryRow;

/// What the chat's records say of channels.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    workspaces: HashMap<WorkspaceId, Facts>,
    content_everywhere: bool,
}

#[derive(Debug, Clone, Default)]
struct Facts {
    /// Channels whose kind is known, and whether they are confidential.
    channels: HashMap<ChannelId, bool>,
}

impl Directory {
    /// Returns the directory of these rows; `content_everywhere` allows terms from confidential
    /// channels too.
    pub fn new(rows: Vec<DirectoryRow>, content_everywhere: bool) -> Self {
        let mut workspaces: HashMap<WorkspaceId, Facts> = HashMap::new();
        for row in rows {
            let facts = workspaces.entry(row.workspace).or_default();
            facts
                .channels
                .insert(row.channel, row.kind.is_confidential());
        }
        Self {
            workspaces,
            content_everywhere,
        }
    }

    /// Returns the part that concerns one workspace. A channel whose kind is not known is taken for
    /// confidential if `unknown_is_confidential`.
    pub(super) fn of<'a>(
        &'a self,
        workspace: &WorkspaceId,
        unknown_is_confidential: bool,
    ) -> WorkspaceDirectory<'a> {
        WorkspaceDirectory {
            facts: self.workspaces.get(workspace),
            content_everywhere: self.content_everywhere,
            unknown_is_confidential,
        }
    }
}

/// The directory of one workspace.
pub(super) struct WorkspaceDirectory<'a> {
    facts: Option<&'a Facts>,
    content_everywhere: bool,
    unknown_is_confidential: bool,
}

impl WorkspaceDirectory<'_> {
    /// Returns whether records say who may see a channel.
    pub(super) fn knows(&self, channel: &ChannelId) -> bool {
        self.facts
            .is_some_and(|facts| facts.channels.contains_key(channel))
    }
}

impl event::Directory for WorkspaceDirectory<'_> {
    fn allows_content(&self, channel: Option<&ChannelId>, is_unknown: bool) -> bool {
        let known = channel
            .and_then(|channel| self.facts.and_then(|facts| facts.channels.get(channel)))
            .copied();
        let confidential = known.unwrap_or(self.unknown_is_confidential || is_unknown);
        self.content_everywhere || !confidential
    }

    fn allows_confidential_content(&self) -> bool {
        self.content_everywhere
    }
}
