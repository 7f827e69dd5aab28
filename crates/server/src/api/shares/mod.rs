//! `/api/analytics/shares`: links to one page, with fixed filters, for people who are not signed in.

mod definition;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
};
use domain::{privacy::PrivacyMode, time::Instant};
use rand::Rng as _;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use store::meta::SharedLink;
use utoipa::ToSchema;

use self::definition::{ShareBody, check};
use super::{
    body::{SMALL, receive},
    error::{ApiError, ErrorAnswer},
    fields,
    guard::{Admin, Reader},
    saved::{RemovedAnswer, Saved, SavedError},
    shared::path_of,
    state::ApiState,
};
use crate::{auth::shared_link::NewToken, ui};

const SAVED: Saved = Saved::Share;
/// Most links of one workspace.
const MOST_SHARES: u32 = 1_000;
/// Days for which a link that has expired is listed.
const LISTED_DAYS: u32 = 30;

/// A link, without its token.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShareAnswer {
    /// Identity, for revoking.
    pub id: String,
    /// The page: its path below `/admin/analytics`.
    #[schema(example = "/channels")]
    pub page: String,
    /// What is shown there, as the query of its address.
    #[schema(example = "compare=previous&period=90d&tab=list")]
    pub query: String,
    /// Whether it stays at one moment: `asOf` in `query`.
    pub frozen: bool,
    /// Whether people are shown by name.
    pub names: bool,
    /// Whether annotations are shown.
    pub annotations: bool,
    /// Who made it.
    #[schema(example = "key 7d1f")]
    pub created_by: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Instant,
    /// When it was used last, to the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Instant>,
}

/// A link that was made: the only time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NewShareAnswer {
    /// The link, as a path on the host of the pages.
    #[schema(example = "/admin/analytics/s/…")]
    pub link: String,
    /// What is kept of it.
    #[serde(flatten)]
    pub share: ShareAnswer,
}

/// Links, the newest first; expired ones for 30 days.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SharesAnswer {
    /// The links.
    pub shares: Vec<ShareAnswer>,
}

/// What a link opens, for the page that it leads to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenedShareAnswer {
    /// The page: its path below `/admin/analytics`.
    #[schema(example = "/channels")]
    pub page: String,
    /// What is shown there, as the query of its address.
    #[schema(example = "compare=previous&period=90d&tab=list")]
    pub query: String,
    /// Whether people are shown by name.
    pub names: bool,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Instant,
    /// The reporting time zone.
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
}

fn query_of(link: &SharedLink) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(&link.parameters).finish()
}

/// Names of the parameters that may name people.
const NAMING: [&str; 2] = ["filter", "userId"];

impl ShareAnswer {
    fn of(state: &ApiState, mut link: SharedLink) -> Self {
        if state.query.guard.privacy.mode != PrivacyMode::Full {
            // It may be from before people had pseudonyms.
            link.parameters
                .retain(|name, _| !NAMING.contains(&name.as_str()));
        }
        Self {
            page: path_of(&link),
            query: query_of(&link),
            frozen: link.parameters.contains_key("asOf"),
            id: link.id,
            names: link.shows_names,
            annotations: link.shows_annotations,
            created_by: (state.query.guard).author(&link.workspace_id, link.created_by),
            created_at: link.created_at,
            expires_at: link.expires_at,
            last_used_at: link.last_used_at,
        }
    }
}

/// Lists the links of a workspace.
#[utoipa::path(
    get, path = "/api/analytics/shares", tag = "shares",
    responses((status = 200, body = SharesAnswer))
)]
pub(super) async fn list_shares(
    State(state): State<ApiState>,
    Admin(caller): Admin,
) -> Result<Json<SharesAnswer>, ApiError> {
    caller.require_own_key()?;
    let links = state.links.links(&caller.workspace).await?.into_iter();
    Ok(Json(SharesAnswer {
        shares: links.map(|link| ShareAnswer::of(&state, link)).collect(),
    }))
}

/// Makes a link to one page and shows it, once. Whoever has it reads that page, with its filters and nothing
/// else, until the link expires or is revoked.
#[utoipa::path(
    post, path = "/api/analytics/shares", tag = "shares", request_body = ShareBody,
    responses(
        (status = 201, body = NewShareAnswer),
        (status = 409, description = "The workspace has as many as it may have", body = ErrorAnswer),
    )
)]
pub(super) async fn create_share(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<NewShareAnswer>), ApiError> {
    caller.require_source()?;
    let body = receive(&state, &caller, &headers, body, SMALL).await?;
    let _room = body.room_for_all().await?;
    let body: ShareBody = body.read(fields::read).await?;
    let now = state.clock.now();
    let (token, id) = (state.random).with(|random| (NewToken::generate(random), random.next_u64()));
    let link = body.define(&caller, now, format!("{id:016x}"))?;
    check(&state, &link).await?;
    let forgotten = now.plus_millis(-i64::from(LISTED_DAYS) * 86_400_000);
    let kept = (state.links).insert_link(&link, &token.hash, forgotten, MOST_SHARES);
    if !kept.await? {
        return Err(SavedError::TooMany(SAVED, MOST_SHARES).into());
    }
    let token = token.secret.expose_secret();
    Ok((
        StatusCode::CREATED,
        Json(NewShareAnswer {
            link: format!("{}/{}{token}", ui::PREFIX, ui::SHARED),
            share: ShareAnswer::of(&state, link),
        }),
    ))
}

/// Revokes a link: whoever has opened it is answered no more.
#[utoipa::path(
    delete, path = "/api/analytics/shares/{id}", tag = "shares",
    params(("id" = String, Path, description = "Identity of the link")),
    responses((status = 200, body = RemovedAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn revoke_share(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<RemovedAnswer>, ApiError> {
    caller.require_own_key()?;
    let Path(id) = id.map_err(|_no_text| SavedError::NotFound(SAVED))?;
    if !state.links.delete_link(&caller.workspace, &id).await? {
        return Err(SavedError::NotFound(SAVED).into());
    }
    Ok(Json(RemovedAnswer { success: true }))
}

/// Answers what the link opens whose token is shown in `X-Share-Token`.
#[utoipa::path(
    get, path = "/api/analytics/share", tag = "shares",
    params(("X-Share-Token" = String, Header, description = "The last part of the link")),
    responses((status = 200, body = OpenedShareAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn opened_share(
    State(state): State<ApiState>,
    Reader(caller): Reader,
) -> Result<Json<OpenedShareAnswer>, ApiError> {
    let link = caller.shared_link();
    let link = link.ok_or(ApiError::NotThere("no link is shown in X-Share-Token"))?;
    let timezone = state.zone.iana_name().unwrap_or("UTC");
    Ok(Json(OpenedShareAnswer {
        page: path_of(link),
        query: query_of(link),
        names: link.shows_names,
        expires_at: link.expires_at,
        timezone: timezone.to_owned(),
    }))
}
