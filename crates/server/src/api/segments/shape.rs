//! What is sent to and from `/api/analytics/segments`.

use domain::{segment::Segment, time::Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::query::{Meta, Nearest};

/// A segment that somebody defines.
#[derive(Debug, Deserialize, ToSchema)]
pub(in crate::api) struct SegmentBody {
    /// What it is called, at most 200 characters.
    #[schema(example = "Admins who write")]
    pub name: String,
    /// More about it, at most 2000 characters.
    #[serde(default)]
    pub description: Option<String>,
    /// `people` (default) or `channels`.
    #[serde(default)]
    #[schema(example = "people")]
    pub subject: Option<String>,
    /// Whom it holds, in the language of `filter` with other conditions.
    #[schema(example = "role is admin and did messages atLeast 5 lastDays 30")]
    pub rule: String,
}

/// A rule that is tried out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct PreviewBody {
    /// `people` (default) or `channels`.
    #[serde(default)]
    pub subject: Option<String>,
    /// Whom it holds.
    #[schema(example = "role is admin and did messages atLeast 5 lastDays 30")]
    pub rule: String,
    /// Name of a period, as in questions; default is `30d`.
    #[serde(default)]
    pub period: Option<String>,
    /// First instant or local day, instead of a period.
    #[serde(default)]
    pub from: Option<String>,
    /// Instant or local day after the last one, instead of a period.
    #[serde(default)]
    pub to: Option<String>,
    /// The present for this answer; default is now.
    #[serde(default)]
    pub as_of: Option<String>,
    /// IANA time zone of days; default is the reporting time zone.
    #[serde(default)]
    pub tz: Option<String>,
}

/// A segment that is kept.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct SegmentAnswer {
    /// Identity.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// people or channels.
    #[schema(example = "people")]
    pub subject: &'static str,
    /// Whom it holds.
    pub rule: String,
    /// Who made it: the key, or the person of a token.
    pub created_by: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When it was changed last.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Instant,
    /// How often it was written, from 1; `If-Match` of a change names it.
    pub version: u32,
}

/// Segments, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct SegmentsAnswer {
    /// The segments.
    pub segments: Vec<SegmentAnswer>,
}

/// Whom a segment holds.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct MembersAnswer {
    /// people or channels.
    pub subject: &'static str,
    /// By identifier, ascending.
    pub members: Vec<Nearest>,
    /// How many there are without limit and offset.
    pub total: usize,
    /// What the answer is about.
    pub meta: Meta,
}

impl From<Segment> for SegmentAnswer {
    fn from(segment: Segment) -> Self {
        let definition = segment.definition;
        Self {
            id: segment.id,
            name: definition.name,
            description: definition.description,
            subject: definition.subject.name(),
            rule: definition.rule,
            created_by: segment.created_by,
            created_at: segment.created_at,
            updated_at: segment.updated_at,
            version: segment.version,
        }
    }
}
