//! `/api/analytics/keys`: making, listing and revoking keys, as the command line does.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
};
use domain::{event::EventType, id::WorkspaceId, time::Instant};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use store::meta::{Access, ApiKey};
use utoipa::ToSchema;

use super::{
    body::{SMALL, receive},
    error::{ApiError, ErrorAnswer},
    fields,
    guard::Admin,
    params::shortened,
    saved::{RemovedAnswer, Saved, SavedError},
    state::ApiState,
};
use crate::{
    auth::{
        AuthError, Caller, Denial,
        key::{Grant, NewKey, life},
    },
    config::kind::origin,
};

const SAVED: Saved = Saved::Key;
/// Most keys that hold, where they are made over HTTP.
const MOST_KEYS: u32 = 1_000;

/// A key that is to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct KeyBody {
    /// What it is for, in your words.
    #[schema(example = "backup")]
    pub name: String,
    /// What it may do: `admin` (everything), `read` (numbers) or `write` (send events).
    #[schema(example = "read")]
    pub access: String,
    /// The only workspace it is for. Without it a write key is for `primary`, any other key for all.
    #[serde(default)]
    pub workspace: Option<String>,
    /// Whether it is for every workspace, also for those that come later.
    #[serde(default)]
    pub any_workspace: bool,
    /// The only kinds of events that a write key may send.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// The only web origins it is accepted from.
    #[serde(default)]
    pub origins: Vec<String>,
    /// How long it holds, like `90d` or `12h`; without it, until it is revoked.
    #[serde(default)]
    #[schema(example = "90d")]
    pub expires: Option<String>,
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct KeyAnswer {
    /// Identity, for revoking.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may do: `admin`, `read` or `write`.
    pub access: &'static str,
    /// The only workspace it is for; `null` for any.
    #[schema(value_type = Option<String>)]
    pub workspace: Option<WorkspaceId>,
    /// The only kinds of events it may send; empty for every kind.
    pub kinds: Vec<String>,
    /// The only web origins it is accepted from; empty for callers from anywhere.
    pub origins: Vec<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When it stops to hold; `null` for never.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Instant>,
    /// When it was used last, to the minute or so.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Instant>,
    /// When it was revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Instant>,
}

/// A key that was made: the only time that its secret is shown.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NewKeyAnswer {
    /// What to show as `X-API-Key`.
    #[schema(example = "nca_read_…")]
    pub secret: String,
    /// What is kept of it.
    #[serde(flatten)]
    pub key: KeyAnswer,
}

/// Keys, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeysAnswer {
    /// The keys.
    pub keys: Vec<KeyAnswer>,
}

impl KeyAnswer {
    fn of(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            access: key.access.name(),
            workspace: key.workspace_id,
            kinds: key.kinds.iter().map(ToString::to_string).collect(),
            origins: key.origins,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            revoked_at: key.revoked_at,
        }
    }
}

impl KeyBody {
    /// Returns the grant that is asked for, within what the caller may give away.
    fn grant(self, caller: &Caller, now: Instant) -> Result<Grant, ApiError> {
        let access = Access::parse(&self.access)
            .ok_or_else(|| SAVED.refuse("access", "must be `admin`, `read` or `write`"))?;
        let workspace = self.workspace.map(WorkspaceId::new).transpose();
        let workspace = workspace.map_err(|error| SAVED.refuse("workspace", error.to_string()))?;
        if workspace.is_some() && self.any_workspace {
            return Err(SAVED.refuse("anyWorkspace", "stands beside `workspace`: give one"));
        }
        if !self.kinds.is_empty() && access != Access::Write {
            return Err(SAVED.refuse("kinds", "limits what is sent: only a write key has them"));
        }
        let kind = |name: &String| {
            let message = || format!("`{}` is no name of a kind of event", shortened(name));
            EventType::parse(name).ok_or_else(|| SAVED.refuse("kinds", message()))
        };
        let from = |text: &String| {
            let message = "must be web origins like `https://chat.example`, without a path";
            origin(text).ok_or_else(|| SAVED.refuse("origins", message))
        };
        let expires = self.expires.as_deref().map(|text| {
            life(text)
                .ok_or_else(|| SAVED.refuse("expires", "must be a time like `90d`, `12h` or `30m`"))
        });
        let default = access == Access::Write && !self.any_workspace;
        Ok(Grant {
            name: self.name,
            access,
            workspace: granted(caller, workspace, self.any_workspace)?
                .or_else(|| default.then(WorkspaceId::default)),
            kinds: self.kinds.iter().map(kind).collect::<Result<_, _>>()?,
            origins: self.origins.iter().map(from).collect::<Result<_, _>>()?,
            expires_at: expires
                .transpose()?
                .map(|life| now.plus_millis(i64::try_from(life.as_millis()).unwrap_or(i64::MAX))),
        })
    }
}

/// Returns the workspace that a key is for. Whoever sees one workspace gives away that one.
fn granted(
    caller: &Caller,
    asked: Option<WorkspaceId>,
    any: bool,
) -> Result<Option<WorkspaceId>, AuthError> {
    if caller.sees_every_workspace {
        return Ok(asked);
    }
    match asked {
        Some(other) if other != caller.workspace => Err(Denial::EveryWorkspace.into()),
        None if any => Err(Denial::EveryWorkspace.into()),
        _ => Ok(Some(caller.workspace.clone())),
    }
}

/// Returns the keys that a caller may see: all, or those of their own workspace.
async fn seen(state: &ApiState, caller: &Caller) -> Result<Vec<ApiKey>, ApiError> {
    caller.require_source()?;
    let keys = state.keys.keys().await?.into_iter();
    let sees = |key: &ApiKey| {
        caller.sees_every_workspace || key.workspace_id.as_ref() == Some(&caller.workspace)
    };
    Ok(keys.filter(sees).collect())
}

/// Lists keys, also those that were revoked.
#[utoipa::path(
    get, path = "/api/analytics/keys", tag = "keys",
    responses((status = 200, body = KeysAnswer))
)]
pub(super) async fn list_keys(
    State(state): State<ApiState>,
    Admin(caller): Admin,
) -> Result<Json<KeysAnswer>, ApiError> {
    let keys = seen(&state, &caller).await?.into_iter();
    Ok(Json(KeysAnswer {
        keys: keys.map(KeyAnswer::of).collect(),
    }))
}

/// Makes a key and shows it, once.
#[utoipa::path(
    post, path = "/api/analytics/keys", tag = "keys", request_body = KeyBody,
    responses((status = 201, body = NewKeyAnswer))
)]
pub(super) async fn create_key(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<NewKeyAnswer>), ApiError> {
    caller.require_source()?;
    let body = receive(&state, &caller, &headers, body, SMALL).await?;
    let _room = body.room_for_all().await?;
    let body: KeyBody = body.read(fields::read).await?;
    let now = state.clock.now();
    let grant = body.grant(&caller, now)?;
    let keys = state.keys.keys().await?;
    if keys.iter().filter(|key| key.holds(now)).count() >= MOST_KEYS as usize {
        return Err(SavedError::TooMany(SAVED, MOST_KEYS).into());
    }
    let clock = state.clock.as_ref();
    let new = (state.random).with(|random| NewKey::generate(grant, random, clock));
    let new = new.map_err(|error| SAVED.refuse("name", error.to_string()))?;
    state
        .keys
        .insert_key(&new.key, &new.hash, &caller.name())
        .await?;
    state.authenticator.forget_keys();
    Ok((
        StatusCode::CREATED,
        Json(NewKeyAnswer {
            secret: new.secret.expose_secret().to_owned(),
            key: KeyAnswer::of(new.key),
        }),
    ))
}

/// Revokes a key, and ends its sessions.
#[utoipa::path(
    delete, path = "/api/analytics/keys/{id}", tag = "keys",
    params(("id" = String, Path, description = "Identity of the key")),
    responses((status = 200, body = RemovedAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn revoke_key(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<RemovedAnswer>, ApiError> {
    let keys = seen(&state, &caller).await?;
    let Path(id) = id.map_err(|_no_text| SavedError::NotFound(SAVED))?;
    let is_seen = keys.iter().any(|key| key.id == id);
    let now = state.clock.now();
    if !is_seen || !state.keys.revoke_key(&id, now, &caller.name()).await? {
        return Err(SavedError::NotFound(SAVED).into());
    }
    state.authenticator.forget_keys();
    Ok(Json(RemovedAnswer { success: true }))
}
