//! `/api/analytics/views`: questions of the pages that are kept under a name.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use domain::{
    filter::Filter,
    time::Instant,
    view::{
        MAX_VIEW_NAME, MAX_VIEW_PARAMETER, MAX_VIEW_PARAMETER_NAME, MAX_VIEW_PARAMETERS, View,
        ViewQuery,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    body::{SMALL, receive},
    error::{ApiError, ErrorAnswer},
    fields,
    guard::{Admin, Reader},
    saved::{RemovedAnswer, Saved, SavedError, check_version, with_version},
    state::ApiState,
};
use crate::auth::Caller;

/// Most views of one workspace.
const MOST_VIEWS: u32 = 500;
const SAVED: Saved = Saved::View;

/// A question, and what it is called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ViewBody {
    /// What it is called, in a line of at most 100 characters.
    #[schema(example = "Messages by channel")]
    pub name: String,
    /// What is asked: the parameters of the address of *Explore*, such as `metrics`, `dimensions`, `period` and `filter`.
    #[schema(value_type = std::collections::BTreeMap<String, String>, example = json!({"metrics": "messages", "dimensions": "channel"}))]
    pub query: ViewQuery,
}

/// A question that is kept under a name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ViewAnswer {
    /// Identity.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What is asked: the parameters of an address.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub query: ViewQuery,
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

/// Views by name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ViewsAnswer {
    /// The views.
    pub views: Vec<ViewAnswer>,
}

impl From<View> for ViewAnswer {
    fn from(view: View) -> Self {
        Self {
            id: view.id,
            name: view.name,
            query: view.query,
            created_by: view.created_by,
            created_at: view.created_at,
            updated_at: view.updated_at,
            version: view.version,
        }
    }
}

impl ViewBody {
    /// Returns the name and the question, if these can be.
    fn define(self) -> Result<(String, ViewQuery), ApiError> {
        let is_name = |name: &str| {
            (1..=MAX_VIEW_PARAMETER_NAME).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let is_value = |value: &str| {
            value.chars().count() <= MAX_VIEW_PARAMETER && !value.chars().any(char::is_control)
        };
        if self.query.len() > MAX_VIEW_PARAMETERS {
            let message = format!("must have at most {MAX_VIEW_PARAMETERS} parameters");
            return Err(SAVED.refuse("query", message));
        }
        if !self
            .query
            .iter()
            .all(|(name, value)| is_name(name) && is_value(value))
        {
            let message = format!(
                "must have names of letters and digits, and values of one line of at most {MAX_VIEW_PARAMETER} characters"
            );
            return Err(SAVED.refuse("query", message));
        }
        if let Some(filter) = self.query.get("filter") {
            Filter::parse(filter).map_err(|error| SAVED.refuse("query", error.to_string()))?;
        }
        Ok((SAVED.line("name", &self.name, MAX_VIEW_NAME)?, self.query))
    }
}

/// Reads what somebody posts.
async fn defined(
    state: &ApiState,
    caller: &Caller,
    headers: &HeaderMap,
    body: Body,
) -> Result<(String, ViewQuery), ApiError> {
    let body = receive(state, caller, headers, body, SMALL).await?;
    let _room = body.room_for_all().await?;
    let body: ViewBody = body.read(fields::read).await?;
    body.define()
}

async fn found(
    state: &ApiState,
    caller: &Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<View, ApiError> {
    let Path(id) = id.map_err(|_no_text| SavedError::NotFound(SAVED))?;
    let found = state.views.view(&caller.workspace, &id).await?;
    found.ok_or_else(|| SavedError::NotFound(SAVED).into())
}

fn answer(view: View) -> Response {
    let version = view.version;
    with_version(ViewAnswer::from(view), version)
}

/// Lists views by name.
#[utoipa::path(
    get, path = "/api/analytics/views", tag = "saved",
    responses((status = 200, body = ViewsAnswer))
)]
pub(super) async fn list_views(
    State(state): State<ApiState>,
    Reader(caller): Reader,
) -> Result<Json<ViewsAnswer>, ApiError> {
    let views = state.views.views(&caller.workspace).await?.into_iter();
    Ok(Json(ViewsAnswer {
        views: views.map(ViewAnswer::from).collect(),
    }))
}

/// Answers a view.
#[utoipa::path(
    get, path = "/api/analytics/views/{id}", tag = "saved",
    params(("id" = String, Path, description = "Identity of the view")),
    responses((status = 200, body = ViewAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn get_view(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    Ok(answer(found(&state, &caller, id).await?))
}

/// Keeps a view.
#[utoipa::path(
    post, path = "/api/analytics/views", tag = "saved", request_body = ViewBody,
    responses(
        (status = 201, body = ViewAnswer),
        (status = 409, description = "The workspace has as many as it may have", body = ErrorAnswer),
    )
)]
pub(super) async fn create_view(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    caller.require_own_key()?;
    let (name, query) = defined(&state, &caller, &headers, body).await?;
    let now = state.clock.now();
    let view = View {
        id: state.ids.next(now).to_string(),
        workspace_id: caller.workspace.clone(),
        name,
        query,
        created_by: caller.name(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    if !state.views.insert_view(&view, MOST_VIEWS).await? {
        return Err(SavedError::TooMany(SAVED, MOST_VIEWS).into());
    }
    Ok((StatusCode::CREATED, answer(view)).into_response())
}

/// Puts another view in the place of one.
#[utoipa::path(
    put, path = "/api/analytics/views/{id}", tag = "saved", request_body = ViewBody,
    params(
        ("id" = String, Path, description = "Identity of the view"),
        ("If-Match" = Option<String>, Header, description = "The version, or `ETag`, that is to be replaced; default is any"),
    ),
    responses(
        (status = 200, body = ViewAnswer),
        (status = 404, body = ErrorAnswer),
        (status = 412, description = "It was changed since", body = ErrorAnswer),
    )
)]
pub(super) async fn put_view(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    caller.require_own_key()?;
    let before = found(&state, &caller, id).await?;
    check_version(&headers, SAVED, before.version)?;
    let (name, query) = defined(&state, &caller, &headers, body).await?;
    let view = View {
        name,
        query,
        updated_at: state.clock.now(),
        version: before.version + 1,
        ..before
    };
    if !state.views.update_view(&view).await? {
        return Err(SavedError::Changed(SAVED).into());
    }
    Ok(answer(view))
}

/// Takes a view away.
#[utoipa::path(
    delete, path = "/api/analytics/views/{id}", tag = "saved",
    params(("id" = String, Path, description = "Identity of the view")),
    responses((status = 200, body = RemovedAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn delete_view(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<RemovedAnswer>, ApiError> {
    caller.require_own_key()?;
    let Path(id) = id.map_err(|_no_text| SavedError::NotFound(SAVED))?;
    if !state.views.delete_view(&caller.workspace, &id).await? {
        return Err(SavedError::NotFound(SAVED).into());
    }
    Ok(Json(RemovedAnswer { success: true }))
}
