//! `/api/analytics/setup`: how far the first history is, whichever way it comes.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{error::ApiError, guard::Reader, state::ApiState, status::ImportStatus};
use crate::source::postgres::{SourceStatus, Stage};

/// How far the first history is, whichever way it comes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetupAnswer {
    /// Events of this workspace.
    pub events: u64,
    /// The chat's database, which holds all workspaces; `null` for a credential of one workspace.
    pub source: Option<SetupSource>,
    /// An import of this workspace that is under way; `null` where there is none.
    pub import: Option<ImportStatus>,
}

/// The chat's database.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetupSource {
    /// Whether one is set.
    pub is_configured: bool,
    /// The variable that names it, or would.
    #[schema(example = "DATABASE_URL")]
    pub variable: String,
    /// How much of the history is read, of one hundred; `null` where nobody can tell.
    pub percent: Option<u64>,
    /// About how many seconds the reading lasts at most, from now on; `null` where nobody can tell.
    pub seconds_left: Option<u64>,
    /// How the reading goes, what the role lacks, and how far each feed was read.
    #[serde(flatten)]
    pub status: SourceStatus,
}

impl SetupSource {
    fn of(state: &ApiState) -> Self {
        let setting = "ANALYTICS_SOURCE_DATABASE_URL";
        let status = state.source.get(state.clock.now());
        let (percent, seconds_left) = progress(&status).unzip();
        Self {
            is_configured: state.config.database.source_url.is_some(),
            variable: state.config.sources.variable(setting).to_owned(),
            percent,
            seconds_left: seconds_left.flatten(),
            status,
        }
    }
}

/// Returns how much of all feeds is read, of one hundred, and how long the rest lasts: they are read one after
/// the other, so that those that have not begun are in the way of no answer.
fn progress(status: &SourceStatus) -> Option<(u64, Option<u64>)> {
    if status.stage != Stage::Reading {
        return None;
    }
    let known = status
        .feeds
        .iter()
        .filter_map(|feed| Some((feed, feed.total?)));
    let (rows, total) = known.clone().fold((0, 0), |(rows, all), (feed, total)| {
        (rows + feed.rows.min(total), all + total)
    });
    let is_known = status
        .feeds
        .iter()
        .all(|feed| feed.total.is_some() || feed.rows == 0);
    if total == 0 || !is_known {
        return None;
    }
    let fastest = known.filter_map(|(feed, _)| feed.rows_per_second).max();
    let left = fastest
        .filter(|rate| *rate > 0)
        .map(|rate| (total - rows) / rate);
    Some((rows * 100 / total, left))
}

/// Says how far the first history is: the reading of the chat's database, and imports.
#[utoipa::path(
    get, path = "/api/analytics/setup", tag = "operation",
    responses((status = 200, body = SetupAnswer))
)]
pub(super) async fn setup(
    State(state): State<ApiState>,
    Reader(caller): Reader,
) -> Result<Json<SetupAnswer>, ApiError> {
    Ok(Json(SetupAnswer {
        events: state.store.facts(&caller.workspace).await?.events,
        source: caller.sees_every_workspace.then(|| SetupSource::of(&state)),
        import: ImportStatus::of(&state, &caller),
    }))
}
