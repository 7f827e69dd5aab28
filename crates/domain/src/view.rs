//! Views: questions that somebody keeps under a name.

use std::collections::BTreeMap;

use crate::{id::WorkspaceId, time::Instant};

/// Longest name, in characters.
pub const MAX_VIEW_NAME: usize = 100;
/// Most parameters of a question.
pub const MAX_VIEW_PARAMETERS: usize = 40;
/// Longest name of a parameter, in bytes.
pub const MAX_VIEW_PARAMETER_NAME: usize = 40;
/// Longest value of a parameter, in characters.
pub const MAX_VIEW_PARAMETER: usize = 4_000;

/// A question, by the parameters of its address.
pub type ViewQuery = BTreeMap<String, String>;

/// A question that is kept under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Identity within the workspace.
    pub id: String,
    /// Whose chat.
    pub workspace_id: WorkspaceId,
    /// What it is called.
    pub name: String,
    /// What is asked.
    pub query: ViewQuery,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it was changed last.
    pub updated_at: Instant,
    /// How often it was written, from 1.
    pub version: u32,
}
