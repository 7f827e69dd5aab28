//! `/api/analytics/session`: signing in on the pages, and out. `sessions` are those of everybody.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::header,
    response::{IntoResponse as _, Response},
};
use domain::{id::WorkspaceId, privacy::PrivacyMode, time::Instant};
use serde::{Deserialize, Serialize};
use store::meta::{OpenedBy, Session};
use utoipa::ToSchema;

use super::{
    body::receive_from,
    error::{ApiError, ErrorAnswer},
    fields,
    guard::{Admin, Reader, Visitor},
    saved::RemovedAnswer,
    state::ApiState,
};
use crate::auth::{
    Caller,
    session::{self, Shown, SignedIn},
};

/// Most bytes of what somebody signs in with.
const MOST: u64 = 16 * 1024;
/// What is said of a session that there is not.
const NONE: &str = "no such session; see /api/analytics/sessions";
/// What somebody of the chat is called where nobody is to be named.
const SOMEBODY: &str = "somebody of the chat";

/// What somebody signs in with: one of these.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SignInBody {
    /// A key that may read or do everything.
    #[serde(default)]
    pub key: Option<String>,
    /// A token of an owner or admin of the chat.
    #[serde(default)]
    pub token: Option<String>,
    /// The code of a link that `nchat-analytics sign-in-link` printed; it works once.
    #[serde(default)]
    pub code: Option<String>,
}

/// Who is asking, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionAnswer {
    /// Identity of the session; absent for whoever shows a credential with each request, or none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What they are called: the name of a key or of a person.
    #[schema(example = "laptop")]
    pub name: String,
    /// Their role in the chat, `owner` or `admin`; `null` unless a token says it.
    pub role: Option<String>,
    /// What they may do: `admin` or `read`.
    #[schema(example = "admin")]
    pub access: &'static str,
    /// What they were recognised by: `key`, `configured_key`, `token` or `link` of a session, or else
    /// `request`.
    #[schema(example = "key")]
    pub opened_by: &'static str,
    /// The workspace of this answer.
    #[schema(value_type = String)]
    pub workspace: WorkspaceId,
    /// Every workspace that they may name in `X-Source-Account-ID`.
    #[schema(value_type = Vec<String>)]
    pub workspaces: Vec<WorkspaceId>,
    /// What `X-CSRF-Token` has to be in requests that change something; absent without a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csrf: Option<String>,
    /// When the session ends unless it is used before; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Instant>,
    /// When it ends however much it is used; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ends_at: Option<Instant>,
}

/// Somebody who is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenSession {
    /// Identity, for ending it.
    pub id: String,
    /// What they are called; in modes of privacy nobody of the chat is named.
    pub name: String,
    /// Their role in the chat, where a token said it.
    pub role: Option<String>,
    /// What they may do: `admin` or `read`.
    pub access: &'static str,
    /// What they signed in with: `key`, `configured_key`, `token` or `link`.
    pub opened_by: &'static str,
    /// Identity of the key they signed in with.
    pub key_id: Option<String>,
    /// The only workspace they see; `null` for any.
    #[schema(value_type = Option<String>)]
    pub workspace: Option<WorkspaceId>,
    /// The address they signed in from.
    pub address: String,
    /// When they signed in.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When they were seen last, to the minute.
    #[schema(value_type = String, format = DateTime)]
    pub seen_at: Instant,
    /// When the session ends unless it is used before.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Instant,
    /// Whether it is that of this request.
    pub is_current: bool,
}

/// Who is signed in, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionListAnswer {
    /// The sessions.
    pub sessions: Vec<OpenSession>,
}

impl OpenSession {
    fn of(session: Session, current: Option<&str>, mode: PrivacyMode) -> Self {
        let is_of_the_chat = matches!(session.opened_by, OpenedBy::Token { .. });
        Self {
            is_current: current == Some(session.id.as_str()),
            expires_at: session::expires_at(&session),
            name: if is_of_the_chat && mode != PrivacyMode::Full {
                SOMEBODY.to_owned()
            } else {
                session.name
            },
            role: session.role,
            access: session.access.name(),
            opened_by: session.opened_by.name(),
            key_id: match session.opened_by {
                OpenedBy::Key { id } => Some(id),
                _ => None,
            },
            workspace: session.workspace_id,
            address: session.address,
            created_at: session.created_at,
            seen_at: session.seen_at,
            id: session.id,
        }
    }
}

/// Returns every workspace that somebody may name.
async fn workspaces(
    state: &ApiState,
    only: Option<&WorkspaceId>,
) -> Result<Vec<WorkspaceId>, ApiError> {
    if let Some(only) = only {
        return Ok(vec![only.clone()]);
    }
    let mut known = state.store.workspaces().await?;
    if known.is_empty() {
        known.push(WorkspaceId::default());
    }
    known.sort();
    Ok(known)
}

async fn answer(
    state: &ApiState,
    signed_in: &SignedIn,
    workspace: WorkspaceId,
) -> Result<SessionAnswer, ApiError> {
    let session = &signed_in.session;
    Ok(SessionAnswer {
        id: Some(session.id.clone()),
        name: session.name.clone(),
        role: session.role.clone(),
        access: session.access.name(),
        opened_by: session.opened_by.name(),
        workspaces: workspaces(state, session.workspace_id.as_ref()).await?,
        workspace,
        csrf: Some(signed_in.csrf()),
        expires_at: Some(session::expires_at(session)),
        ends_at: Some(session.ends_at),
    })
}

/// Returns the answer to somebody who has just signed in, with their cookie.
async fn welcome(
    state: &ApiState,
    visitor: &Visitor,
    signed_in: &SignedIn,
) -> Result<Response, ApiError> {
    let workspace = signed_in.session.workspace_id.clone().unwrap_or_default();
    let cookie = [(header::SET_COOKIE, signed_in.cookie(&visitor.headers))];
    let answer = answer(state, signed_in, workspace).await?;
    Ok((cookie, Json(answer)).into_response())
}

/// Signs somebody in on the pages, with a cookie. It works below `/admin/analytics/api` only, and only from
/// a page of the same origin.
#[utoipa::path(
    post, path = "/api/analytics/session", tag = "session", request_body = SignInBody,
    responses((status = 200, body = SessionAnswer))
)]
pub(super) async fn sign_in(
    State(state): State<ApiState>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, ApiError> {
    let presented = visitor.on_pages()?;
    state.sessions.require_page(&presented)?;
    let address = state.authenticator.client_address(&presented).address;
    let body = receive_from(
        &state,
        format!("signs in from {address}"),
        &visitor.headers,
        body,
        MOST,
    )
    .await?;
    let _room = body.room_for_all().await?;
    let body: SignInBody = body.read(fields::read).await?;
    let shown = match (&body.key, &body.token, &body.code) {
        (Some(key), None, None) => Shown::Key(key),
        (None, Some(token), None) => Shown::Token(token),
        (None, None, Some(code)) => Shown::Code(code),
        _ => {
            let message = "give one of `key`, `token` and `code`".to_owned();
            return Err(ApiError::Shape(message));
        }
    };
    let signed_in = state.sessions.sign_in(shown, &presented).await?;
    welcome(&state, &visitor, &signed_in).await
}

/// Signs in whoever is signed in to the chat, by the token that the chat keeps in a cookie of the same host.
/// It works below `/admin/analytics/api` only, and only from a page of the same origin.
#[utoipa::path(
    post, path = "/api/analytics/session/exchange", tag = "session",
    responses((status = 200, body = SessionAnswer))
)]
pub(super) async fn exchange(
    State(state): State<ApiState>,
    visitor: Visitor,
) -> Result<Response, ApiError> {
    let presented = visitor.on_pages()?;
    let signed_in = state.sessions.exchange(&presented).await?;
    welcome(&state, &visitor, &signed_in).await
}

/// Answers who is asking: somebody who is signed in, or whoever shows a credential.
#[utoipa::path(
    get, path = "/api/analytics/session", tag = "session",
    responses((status = 200, body = SessionAnswer))
)]
pub(super) async fn get_session(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    visitor: Visitor,
) -> Result<Json<SessionAnswer>, ApiError> {
    if let Some(signed_in) = visitor.session(&state).await? {
        return Ok(Json(answer(&state, &signed_in, caller.workspace).await?));
    }
    let only = (!caller.sees_every_workspace).then_some(&caller.workspace);
    Ok(Json(SessionAnswer {
        id: None,
        name: caller.name(),
        role: None,
        access: caller.access.name(),
        opened_by: "request",
        workspaces: workspaces(&state, only).await?,
        workspace: caller.workspace,
        csrf: None,
        expires_at: None,
        ends_at: None,
    }))
}

/// Signs out, and takes the cookie away. It works below `/admin/analytics/api` only.
#[utoipa::path(
    delete, path = "/api/analytics/session", tag = "session",
    responses((status = 200, body = RemovedAnswer))
)]
pub(super) async fn sign_out(
    State(state): State<ApiState>,
    visitor: Visitor,
) -> Result<Response, ApiError> {
    state.sessions.sign_out(&visitor.on_pages()?).await?;
    let cookie = [(header::SET_COOKIE, session::clear_cookie())];
    Ok((cookie, Json(RemovedAnswer { success: true })).into_response())
}

/// Returns the sessions that a caller may see.
async fn seen(state: &ApiState, caller: &Caller) -> Result<Vec<Session>, ApiError> {
    caller.require_own_key()?;
    Ok(state.sessions.list(caller).await?)
}

/// Lists who is signed in.
#[utoipa::path(
    get, path = "/api/analytics/sessions", tag = "session",
    responses((status = 200, body = SessionListAnswer))
)]
pub(super) async fn list_sessions(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    visitor: Visitor,
) -> Result<Json<SessionListAnswer>, ApiError> {
    let current = visitor.session(&state).await?;
    let current = current.map(|signed_in| signed_in.session.id);
    let mode = state.query.guard.privacy.mode;
    let sessions = seen(&state, &caller).await?.into_iter();
    let sessions = sessions.map(|session| OpenSession::of(session, current.as_deref(), mode));
    Ok(Json(SessionListAnswer {
        sessions: sessions.collect(),
    }))
}

/// Ends somebody's session.
#[utoipa::path(
    delete, path = "/api/analytics/sessions/{id}", tag = "session",
    params(("id" = String, Path, description = "Identity of the session")),
    responses((status = 200, body = RemovedAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn end_session(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<RemovedAnswer>, ApiError> {
    caller.require_own_key()?;
    let Path(id) = id.map_err(|_no_text| ApiError::NotThere(NONE))?;
    if !state.sessions.end(&caller, &id).await? {
        return Err(ApiError::NotThere(NONE));
    }
    Ok(Json(RemovedAnswer { success: true }))
}
