//! What happened, beside the numbers of the time.

use domain::{
    annotation::Annotation,
    filter::Field,
    time::{Instant, Range},
};
use serde::Serialize;
use store::meta::MetaError;
use utoipa::ToSchema;

use super::{Ask, QueryService};

/// Most annotations of one answer: of more, the latest.
const MOST_SHOWN: u32 = 500;

/// What happened at a time, or over a span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnnotationAnswer {
    /// Identity.
    pub id: String,
    /// When it happened, where that is one instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Instant>,
    /// When it began, where it took a while.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Instant>,
    /// First instant after it, where it took a while.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Instant>,
    /// What happened, in a line.
    #[schema(example = "Release 2.0")]
    pub title: String,
    /// More about it.
    pub text: Option<String>,
    /// note, release, outage, holiday or event.
    #[schema(example = "release")]
    pub kind: &'static str,
    /// The channel that it concerns; `null` for everything.
    pub channel_id: Option<String>,
    /// Who made it: the key, or the person of a token.
    #[schema(example = "token u1")]
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

impl From<Annotation> for AnnotationAnswer {
    fn from(annotation: Annotation) -> Self {
        let definition = annotation.definition;
        let (at, from) = match definition.to {
            None => (Some(definition.from), None),
            Some(_) => (None, Some(definition.from)),
        };
        Self {
            id: annotation.id,
            at,
            from,
            to: definition.to,
            title: definition.title,
            text: definition.text,
            kind: definition.kind.name(),
            channel_id: definition.channel.map(|id| id.as_str().to_owned()),
            created_by: annotation.created_by,
            created_at: annotation.created_at,
            updated_at: annotation.updated_at,
            version: annotation.version,
        }
    }
}

impl AnnotationAnswer {
    /// Returns whether it happened within a span, in whole or in part.
    pub(super) fn is_within(&self, span: Range) -> bool {
        let starts = self.at.or(self.from);
        starts.is_some_and(|at| at < span.to() && self.to.unwrap_or(at) >= span.from())
            && self.to != Some(span.from())
    }
}

impl QueryService {
    /// Returns what happened within the span of a request, in order of time: of everything, and of the
    /// channels that the request lets through.
    pub async fn annotations(&self, ask: &Ask) -> Result<Vec<AnnotationAnswer>, MetaError> {
        let stored = self
            .annotations
            .annotations(&ask.workspace, ask.window.range, MOST_SHOWN);
        let mut found = stored.await?;
        found.retain(|annotation| {
            let channel = annotation.definition.channel.as_ref();
            channel.is_none_or(|id| ask.filter.admits(&Field::Channel, id.as_str()))
        });
        Ok(found
            .into_iter()
            .rev()
            .map(|annotation| self.guard.annotation(annotation))
            .collect())
    }
}
