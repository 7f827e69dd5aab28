//! Where an import goes.

use domain::{event::RawEvent, id::WorkspaceId, time::Instant};

use super::{direct::Direct, remote::Remote, summary::Summary};
use crate::importer::Records;

/// Where an import goes.
pub(in crate::cli) enum Target {
    /// Into the store.
    Direct(Direct),
    /// Through the running service.
    Remote(Remote),
}

impl Target {
    /// Returns the instant before which events would be refused, where that is known before they
    /// are sent.
    pub(in crate::cli) fn oldest(&self) -> Option<Instant> {
        match self {
            Self::Direct(direct) => direct.oldest(),
            Self::Remote(_) => None,
        }
    }

    /// Keeps records; returns how many said something new.
    pub(in crate::cli) async fn put_records(
        &mut self,
        workspace: &WorkspaceId,
        records: Records,
        summary: &mut Summary,
    ) -> anyhow::Result<u64> {
        if records.people.is_empty() && records.channels.is_empty() {
            return Ok(0);
        }
        let changed = match self {
            Self::Direct(direct) => direct.put_records(workspace, records, summary).await?,
            Self::Remote(remote) => remote.put_records(workspace, records, summary).await?,
        };
        summary.records(changed);
        Ok(changed)
    }

    /// Takes events in.
    pub(in crate::cli) async fn put_events(
        &mut self,
        workspace: &WorkspaceId,
        events: Vec<RawEvent>,
        summary: &mut Summary,
    ) -> anyhow::Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        match self {
            Self::Direct(direct) => direct.put_events(workspace, events, summary).await,
            Self::Remote(remote) => remote.put_events(workspace, &events, summary).await,
        }
    }

    /// Waits for what is under way.
    pub(in crate::cli) async fn finish(&mut self, summary: &mut Summary) -> anyhow::Result<()> {
        match self {
            Self::Direct(direct) => direct.finish(summary).await,
            Self::Remote(_) => Ok(()),
        }
    }

    /// Returns where it goes, in words.
    pub(in crate::cli) fn describe(&self) -> String {
        match self {
            Self::Direct(_) => "into the store".to_owned(),
            Self::Remote(remote) => format!("through {}", remote.server()),
        }
    }

    /// Closes what was opened.
    pub(in crate::cli) async fn close(self) -> anyhow::Result<()> {
        match self {
            Self::Direct(direct) => direct.close().await,
            Self::Remote(_) => Ok(()),
        }
    }
}
