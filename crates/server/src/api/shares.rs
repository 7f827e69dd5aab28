//! `/api/analytics/shares`: links to one page, with fixed filters, for people who are not signed in.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
};
use domain::{
    filter::{Field, Filter},
    privacy::PrivacyMode,
    time::Instant,
};
use rand::Rng as _;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use store::meta::SharedLink;
use utoipa::ToSchema;

use super::{
    body::{SMALL, receive},
    error::{ApiError, ErrorAnswer},
    fields,
    guard::{Admin, Reader},
    saved::{RemovedAnswer, Saved, SavedError},
    shared::{PAGES, page_at, path_of, service},
    state::ApiState,
};
use crate::{
    auth::{Caller, shared_link::NewToken},
    ui,
};

const SAVED: Saved = Saved::Share;
/// Most links of one workspace.
const MOST_SHARES: u32 = 1_000;
/// For how many days a link may hold.
const DAYS: [u32; 3] = [7, 30, 90];
/// Days for which a link that has expired is listed.
const LISTED_DAYS: u32 = 30;
/// Parameters of an address that say how it is shown to one person.
const DISPLAY: [&str; 6] = ["embed", "theme", "lang", "accent", "names", "drill"];
/// Most characters of an address.
const MOST_CHARACTERS: usize = 8_192;

/// A link that is to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShareBody {
    /// The page: its path below `/admin/analytics`.
    #[schema(example = "/channels")]
    pub page: String,
    /// What is shown there: the query of the page's address, as it is.
    #[serde(default)]
    #[schema(example = "tab=list&period=90d")]
    pub query: String,
    /// Whether the link stays at this moment; else its period moves on.
    #[serde(default)]
    pub frozen: bool,
    /// Whether people are shown by name; else they have pseudonyms.
    #[serde(default)]
    pub names: bool,
    /// Whether annotations are shown; they are unless this is `false`.
    #[serde(default = "yes")]
    pub annotations: bool,
    /// For how many days it holds: 7, 30 (default) or 90.
    #[serde(default = "month")]
    pub expires_in_days: u32,
}

const fn yes() -> bool {
    true
}

const fn month() -> u32 {
    DAYS[1]
}

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

impl ShareBody {
    /// Returns the link that is asked for.
    fn define(self, caller: &Caller, now: Instant, id: String) -> Result<SharedLink, ApiError> {
        let refuse = |field, message: String| Err(SAVED.refuse(field, message));
        let Some((page, subject)) = page_at(&self.page) else {
            let known: Vec<&str> = PAGES.iter().map(|page| page.route).collect();
            return refuse("page", format!("can be one of {}", known.join(", ")));
        };
        if !DAYS.contains(&self.expires_in_days) {
            return refuse("expiresInDays", "must be 7, 30 or 90".to_owned());
        }
        let mut parameters = parameters(&self.query)?;
        if page.route.starts_with("/channels/") {
            // Which channels it is about stands in its path or in `ids`.
            parameters.remove("channelId");
        }
        if self.frozen {
            let now = || now.to_string();
            parameters.entry("asOf".to_owned()).or_insert_with(now);
        }
        Ok(SharedLink {
            id,
            workspace_id: caller.workspace.clone(),
            page: page.route.to_owned(),
            subject,
            parameters,
            shows_names: self.names,
            shows_annotations: self.annotations,
            created_by: caller.name(),
            created_at: now,
            expires_at: days_after(now, self.expires_in_days),
            last_used_at: None,
        })
    }
}

fn days_after(now: Instant, days: u32) -> Instant {
    now.plus_millis(i64::from(days) * 86_400_000)
}

/// Reads the query of an address, with what is the default where it says nothing.
fn parameters(query: &str) -> Result<BTreeMap<String, String>, ApiError> {
    let refuse = |message: &str| Err(SAVED.refuse("query", message));
    if query.chars().count() > MOST_CHARACTERS {
        return refuse("is longer than 8192 characters");
    }
    let query = query.strip_prefix('?').unwrap_or(query);
    let mut parameters = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let is_kept = !DISPLAY.contains(&&*name) && !value.is_empty();
        if is_kept
            && parameters
                .insert(name.into_owned(), value.into_owned())
                .is_some()
        {
            return refuse("has a parameter twice");
        }
    }
    let has = |name| parameters.contains_key(name);
    if has("from") != has("to") {
        return refuse("has one of `from` and `to`: give both, or a period");
    }
    let mut default = |name: &str, value: &str| {
        let entry = parameters.entry(name.to_owned());
        entry.or_insert_with(|| value.to_owned());
    };
    if !query.contains("from=") {
        default("period", "30d");
    }
    default("compare", "previous");
    Ok(parameters)
}

/// Refuses a link that could not be opened, or that would name people without being allowed to.
async fn check(state: &ApiState, link: &SharedLink) -> Result<(), ApiError> {
    let service = service(&state.query, Some(link), "", Arc::clone(&state.store) as _)?;
    let Some(shared) = &service.shared else {
        return Ok(());
    };
    let asked = &shared.request;
    let filter = Filter::parse(asked.filter.as_deref().unwrap_or_default());
    let filter = filter.unwrap_or_default();
    let names = asked.user_id.is_some() || !filter.values(&Field::User).is_empty();
    // Who is in a segment may be said by identifiers, which a link without names does not know.
    let has_segment = asked.segment.is_some() || !filter.segments().is_empty();
    if !link.shows_names && (names || has_segment) {
        let message = "must be true where filters name people or a segment";
        return Err(SAVED.refuse("names", message));
    }
    let ask = service.ask(asked, &link.workspace_id, "30d").await?;
    let unknown = ask.unknown.into_iter().next();
    unknown.map_or(Ok(()), |unknown| Err(ApiError::NotKnown(unknown)))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<String, String> {
        let parameters = parameters(query).map_err(|error| format!("{error:?}"))?;
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        Ok(text.extend_pairs(&parameters).finish())
    }

    #[test]
    fn an_address_is_kept_without_how_it_is_shown() {
        for (query, kept) in [
            ("", "compare=previous&period=30d"),
            (
                "?tab=list&period=90d&embed=1&theme=dark&lang=de&accent=000&names=0&drill=x:y:z&filter=",
                "compare=previous&period=90d&tab=list",
            ),
            (
                "from=2026-02-01&to=2026-03-01&compare=none",
                "compare=none&from=2026-02-01&to=2026-03-01",
            ),
        ] {
            assert_eq!(read(query).as_deref(), Ok(kept), "{query}");
        }
        for bad in ["period=7d&period=all", "from=2026-02-01", "to=2026-02-01"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(read(&"x".repeat(MOST_CHARACTERS + 1)).is_err());
    }

    #[test]
    fn only_pages_that_can_be_shared_are_pages() {
        let found = |path: &str| page_at(path).map(|(page, id)| (page.route, id));
        assert_eq!(found("/"), Some(("/", None)));
        assert_eq!(
            found("/channels/compare"),
            Some(("/channels/compare", None))
        );
        let general = Some("général &c".to_owned());
        assert_eq!(
            found("/channels/g%C3%A9n%C3%A9ral%20&c"),
            Some(("/channels/{id}", general))
        );
        for other in [
            "",
            "/settings",
            "/live",
            "/users/u1",
            "/channels/",
            "/channels/{id}/x",
            "/channels/a/../b",
            "/channels/%ff",
            "//evil.example",
            "https://evil.example/",
            "/../..",
            "/admin/analytics/",
        ] {
            assert_eq!(found(other), None, "{other}");
        }
    }
}
