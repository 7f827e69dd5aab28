//! Where it is kept who was erased, and settings without them.

use async_trait::async_trait;
use domain::{
    erasure::{Mode, Traces},
    id::WorkspaceId,
    time::Instant,
};
use serde::{Deserialize, Serialize};

use super::MetaError;
use crate::{ErasedCounts, RewrittenFile};

/// An erasure that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptErasure {
    /// Identity within the workspace.
    pub id: String,
    /// Whose chat.
    pub workspace_id: WorkspaceId,
    /// Keyed hash of the identifier of the person.
    pub person: String,
    /// Keyed hashes of everything that is not to come again: of the identifier and of e-mail addresses.
    pub hashes: Vec<String>,
    /// What becomes of the events.
    pub mode: Mode,
    /// Who asked for it.
    pub requested_by: String,
    /// When.
    pub requested_at: Instant,
    /// What is to be erased, as long as that is not done.
    pub under_way: Option<UnderWay>,
    /// The signed receipt, once it is done.
    pub receipt: Option<String>,
    /// When it was allowed that the person comes again.
    pub lifted_at: Option<Instant>,
}

/// What an erasure that is under way has to know: kept until it is done and no longer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnderWay {
    /// The identifier.
    pub id: String,
    /// Names and e-mail addresses under which the person was known.
    pub known_as: Vec<String>,
    /// What was erased of events and records, once that is done.
    pub counts: Option<ErasedCounts>,
    /// How often it was begun.
    pub attempts: u32,
}

impl UnderWay {
    /// Returns what names the person.
    pub fn traces(&self) -> Traces {
        Traces::new(&self.id, self.known_as.iter().map(String::as_str))
    }
}

/// Settings that named the person and do no longer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SettingsCounts {
    /// Segments.
    pub segments: u64,
    /// Annotations.
    pub annotations: u64,
    /// Funnels.
    pub funnels: u64,
    /// Reports.
    pub reports: u64,
    /// Views.
    pub views: u64,
    /// Keys, entries of their log, and sessions.
    pub keys: u64,
    /// Rows of the chat's database that were watched, and are no longer.
    pub watched_rows: u64,
}

/// A place where erasures are kept, beside settings that may name people.
#[async_trait]
pub trait ErasureStore: Send + Sync {
    /// Keeps an erasure that is asked for.
    async fn insert_erasure(&self, erasure: &KeptErasure) -> Result<(), MetaError>;
    /// Returns the erasures of a workspace, or of all of them, newest first.
    async fn erasures(
        &self,
        workspace: Option<&WorkspaceId>,
    ) -> Result<Vec<KeptErasure>, MetaError>;
    /// Keeps how far an erasure is; `receipt` ends it.
    async fn update_erasure(
        &self,
        erasure: &KeptErasure,
        under_way: Option<&UnderWay>,
        receipt: Option<&str>,
    ) -> Result<(), MetaError>;
    /// Notes that the person may come again.
    async fn lift_erasure(&self, erasure: &KeptErasure, at: Instant) -> Result<(), MetaError>;
    /// Takes what names a person out of the settings of a workspace.
    async fn erase_from_settings(
        &self,
        workspace: &WorkspaceId,
        traces: &Traces,
    ) -> Result<SettingsCounts, MetaError>;
    /// Writes the settings anew, so that no file holds what was erased.
    async fn rewrite_settings(&self) -> Result<RewrittenFile, MetaError>;
}
