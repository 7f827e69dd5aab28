//! `GET /api/analytics/search`: people, channels and segments by name.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    error::ApiError,
    guard::Reader,
    params::{Params, wrong},
    state::ApiState,
};
use crate::query::FoundRow;

/// Longest text that is looked for, in characters.
const MOST_CHARACTERS: usize = 200;

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchAnswer {
    /// The best fit first: the whole name or identifier, its beginning, the beginning of a word, any part.
    pub results: Vec<FoundRow>,
}

/// Finds people, channels and segments by a part of their name or identifier, in any case.
#[utoipa::path(
    get, path = "/api/analytics/search", tag = "saved",
    params(
        ("q" = Option<String>, Query, description = "The text that is looked for, 1 to 200 characters; without it nothing is found"),
        ("limit" = Option<u32>, Query, description = "1 to 100, default 20"),
    ),
    responses((status = 200, body = SearchAnswer))
)]
pub(super) async fn search(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
) -> Result<Json<SearchAnswer>, ApiError> {
    let limit = params.number("limit", 20, 1, 100)?;
    let Some(text) = params.text("q")? else {
        return Ok(Json(SearchAnswer {
            results: Vec::new(),
        }));
    };
    if text.chars().count() > MOST_CHARACTERS {
        return Err(wrong(
            "q",
            format!("longer than {MOST_CHARACTERS} characters"),
        ));
    }
    let results = state.query.search(&caller.workspace, text, limit as usize);
    Ok(Json(SearchAnswer {
        results: results.await?,
    }))
}
