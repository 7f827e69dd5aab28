//! What annotations and segments have in common: they are defined by somebody, kept with the number of
//! their version, and changed only by whoever has seen that version.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use domain::text::counted;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{codes::Code, error::ApiError};
use crate::query::SegmentError;

/// Why something that is defined could not be kept, changed or found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SavedError {
    /// It cannot be what is asked for.
    #[error("`{field}`: {message}")]
    Bad {
        /// What it should be.
        saved: Saved,
        /// The field of the body that is wrong.
        field: &'static str,
        /// What is wrong with it, as a sentence.
        message: String,
    },
    /// The workspace has as many as it may have.
    #[error("there are the {1} {noun}s that there may be: delete one first", noun = .0.noun())]
    TooMany(Saved, u32),
    /// The workspace has no such thing.
    #[error("no such {noun}; see /api/analytics/{noun}s", noun = .0.noun())]
    NotFound(Saved),
    /// It was changed since its version was read.
    #[error("the {noun} was changed since: read it again", noun = .0.noun())]
    Changed(Saved),
    /// A segment cannot be taken away: these name it, each by identity and name.
    #[error("{count} name the segment: change or delete them first", count = counted(.0.len() as u64, "segment"))]
    Used(Vec<(String, String)>),
}

impl SavedError {
    /// Returns the stable code.
    pub(super) const fn code(&self) -> Code {
        match self {
            Self::Bad { saved, .. } => saved.bad(),
            Self::TooMany(saved, _) => saved.too_many(),
            Self::NotFound(_) => Code::NotFound,
            Self::Changed(_) => Code::Changed,
            Self::Used(_) => Code::SegmentInUse,
        }
    }

    /// Returns more for programs.
    pub(super) fn details(&self) -> Option<Value> {
        match self {
            Self::Bad { field, .. } => Some(json!({ "field": field })),
            Self::Used(users) => {
                let user = |(id, name): &(String, String)| json!({ "id": id, "name": name });
                Some(json!({ "usedBy": users.iter().map(user).collect::<Vec<_>>() }))
            }
            Self::TooMany(..) | Self::NotFound(_) | Self::Changed(_) => None,
        }
    }
}

/// Something that is defined and kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// What happened at a time.
    Annotation,
    /// Which people, or which channels, somebody means.
    Segment,
    /// A question of the pages.
    View,
    /// What is made at its times.
    Report,
    /// What callers show.
    Key,
    /// A link to one page.
    Share,
}

impl Saved {
    /// Returns what one of them is called.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Annotation => "annotation",
            Self::Segment => "segment",
            Self::View => "view",
            Self::Report => "report",
            Self::Key => "key",
            Self::Share => "share",
        }
    }

    /// Returns the code of a definition that cannot be.
    pub(super) const fn bad(self) -> Code {
        match self {
            Self::Annotation => Code::BadAnnotation,
            Self::Segment => Code::BadSegment,
            Self::View => Code::BadView,
            Self::Report => Code::BadReport,
            Self::Key => Code::BadKey,
            Self::Share => Code::BadShare,
        }
    }

    /// Returns the code of one too many.
    pub(super) const fn too_many(self) -> Code {
        match self {
            Self::Annotation => Code::TooManyAnnotations,
            Self::Segment => Code::TooManySegments,
            Self::View => Code::TooManyViews,
            Self::Report => Code::TooManyReports,
            Self::Key => Code::TooManyKeys,
            Self::Share => Code::TooManyShares,
        }
    }

    /// Returns the refusal of a field.
    pub(super) fn refuse(self, field: &'static str, message: impl Into<String>) -> ApiError {
        SavedError::Bad {
            saved: self,
            field,
            message: message.into(),
        }
        .into()
    }

    /// Returns a text of one line, neither empty nor longer than so many characters.
    pub(super) fn line(
        self,
        field: &'static str,
        text: &str,
        most: usize,
    ) -> Result<String, ApiError> {
        let text = text.trim();
        let fits = !text.is_empty() && text.chars().count() <= most;
        if !fits || text.chars().any(char::is_control) {
            let message = format!("must be one line of 1 to {most} characters");
            return Err(self.refuse(field, message));
        }
        Ok(text.to_owned())
    }

    /// Returns a text of any lines, no longer than so many characters; `None` for an empty one.
    pub(super) fn text(
        self,
        field: &'static str,
        text: Option<&str>,
        most: usize,
    ) -> Result<Option<String>, ApiError> {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        let is_bad = |text: &str| text.chars().count() > most || text.contains('\0');
        if text.is_some_and(is_bad) {
            return Err(self.refuse(field, format!("must have at most {most} characters")));
        }
        Ok(text.map(str::to_owned))
    }
}

impl From<SegmentError> for ApiError {
    fn from(error: SegmentError) -> Self {
        match error {
            SegmentError::Ask(error) => error.into(),
            SegmentError::Query(error) => error.into(),
            SegmentError::Meta(error) => error.into(),
        }
    }
}

/// What became of something that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RemovedAnswer {
    /// Always true.
    pub success: bool,
}

/// Refuses a change by whoever has not seen the version that there is. Without `If-Match` any is meant.
pub(super) fn check_version(
    headers: &HeaderMap,
    saved: Saved,
    version: u32,
) -> Result<(), ApiError> {
    let Some(held) = headers.get(header::IF_MATCH) else {
        return Ok(());
    };
    let held = held.to_str().unwrap_or_default();
    let is_it = |one: &str| {
        let one = one.trim();
        one == "*" || one.trim_matches('"') == version.to_string()
    };
    if held.split(',').any(is_it) {
        Ok(())
    } else {
        Err(SavedError::Changed(saved).into())
    }
}

/// Returns an answer with its version as `ETag`.
pub(super) fn with_version<A: Serialize>(answer: A, version: u32) -> Response {
    let mut response = Json(answer).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
