//! Annotations: what happened, beside the numbers of the time.

use crate::{
    id::{ChannelId, WorkspaceId},
    time::Instant,
};

/// Longest title, in characters.
pub const MAX_ANNOTATION_TITLE: usize = 200;
/// Longest text, in characters.
pub const MAX_ANNOTATION_TEXT: usize = 4_000;

/// What sort of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AnnotationKind {
    /// Anything else.
    #[default]
    Note,
    /// Something was released or launched.
    Release,
    /// Something did not work.
    Outage,
    /// Many people were away.
    Holiday,
    /// A meeting, a campaign, an announcement.
    Event,
}

impl AnnotationKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Note,
        Self::Release,
        Self::Outage,
        Self::Holiday,
        Self::Event,
    ];

    /// Returns the name used in requests and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Release => "release",
            Self::Outage => "outage",
            Self::Holiday => "holiday",
            Self::Event => "event",
        }
    }

    /// Returns the kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What an annotation says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationDefinition {
    /// When it happened, or began.
    pub from: Instant,
    /// When it was over; `None` for what happened at one instant.
    pub to: Option<Instant>,
    /// What happened, in a line.
    pub title: String,
    /// More about it.
    pub text: Option<String>,
    /// What sort of thing it was.
    pub kind: AnnotationKind,
    /// The channel that it concerns; `None` for everything.
    pub channel: Option<ChannelId>,
}

/// An annotation that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// Identity within the workspace.
    pub id: String,
    /// Whose chat.
    pub workspace_id: WorkspaceId,
    /// What it says.
    pub definition: AnnotationDefinition,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it was changed last.
    pub updated_at: Instant,
    /// How often it was written, from 1.
    pub version: u32,
}
