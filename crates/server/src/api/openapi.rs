//! The reference of the API, from the handlers themselves.

use std::sync::LazyLock;

use axum::{Extension, body::Bytes, http::header, response::IntoResponse};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        ContentBuilder, Ref, Response, ResponseBuilder,
        path::Operation,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::{
    error::{ApiError, ErrorAnswer},
    source::Declaration as Sourced,
    tables::Declaration as Tabular,
    unread,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "nchat-analytics",
        description = "Analytics for self-hosted nChat: who is active, which channels live, how fast people answer. Every answer says what its numbers mean (`meta.definition`) and, with `explain=true`, how they came about.",
        license(name = "MIT", identifier = "MIT"),
    ),
    paths(
        super::track::track,
        super::track::import,
        super::records::put_records,
        super::hasura::take,
        super::overview::dashboard,
        super::users::users,
        super::people::matrix,
        super::people::user,
        super::channels::channels,
        super::channels::channel,
        super::channels::compare,
        super::channels::care,
        super::channels::distribution,
        super::channels::participation,
        super::channels::heatmap,
        super::overview::messages,
        super::overview::content,
        super::content::emoji,
        super::content::hashtags,
        super::content::links,
        super::content::files,
        super::content::topics,
        super::overview::retention,
        super::sessions::logins,
        super::sessions::journeys,
        super::funnels::list_funnels,
        super::funnels::create_funnel,
        super::funnels::presets,
        super::funnels::get_funnel,
        super::funnels::delete_funnel,
        super::funnels::run_kept,
        super::funnels::run_posted,
        super::changes::changes,
        super::realtime::realtime,
        super::platform_health::platform_health,
        super::people::lifecycle,
        super::people::stickiness,
        super::people::adoption,
        super::people::newcomers,
        super::responses::response_times,
        super::responses::unanswered,
        super::insights::insights,
        super::semantic::query,
        super::sql::sql,
        super::reports::list_reports,
        super::reports::get_report,
        super::reports::create_report,
        super::reports::delete_report,
        super::reports::put_report,
        super::reports::preview_report,
        super::reports::list_runs,
        super::reports::run_file,
        super::reports::test_report,
        super::reports::ask_to_leave,
        super::reports::leave,
        super::reports::list_templates,
        super::annotations::list_annotations,
        super::annotations::get_annotation,
        super::annotations::create_annotation,
        super::annotations::put_annotation,
        super::annotations::delete_annotation,
        super::segments::list_segments,
        super::segments::get_segment,
        super::segments::create_segment,
        super::segments::put_segment,
        super::segments::delete_segment,
        super::segments::segment_members,
        super::segments::preview_segment,
        super::search::search,
        super::views::list_views,
        super::views::get_view,
        super::views::create_view,
        super::views::put_view,
        super::views::delete_view,
        super::merges::merge_people,
        super::merges::undo_merge,
        super::merges::list_merges,
        super::erasures::erase_person,
        super::erasures::lift_erasure,
        super::erasures::list_erasures,
        super::erasures::get_erasure,
        super::export::export,
        super::events::events,
        super::events::dead_letters,
        super::catalogue::metrics,
        super::catalogue::dimensions,
        super::session::sign_in,
        super::session::exchange,
        super::session::get_session,
        super::session::sign_out,
        super::session::list_sessions,
        super::session::end_session,
        super::keys::list_keys,
        super::keys::create_key,
        super::keys::revoke_key,
        super::shares::list_shares,
        super::shares::create_share,
        super::shares::revoke_share,
        super::shares::opened_share,
        super::settings::settings,
        super::imports::upload,
        super::imports::list_imports,
        super::imports::get_import,
        super::imports::start_import,
        super::imports::cancel_import,
        super::status::status,
        super::setup::setup,
        super::ledger::ledger,
        super::ledger::refill,
        super::health::health,
        super::health::live,
        super::health::version,
        super::health::prometheus,
        serve_openapi,
    ),
    components(schemas(ErrorAnswer)),
    modifiers(&Credentials, &Tabular, &Sourced, &Refusals, &Aliases),
    security(("apiKey" = []), ("token" = []), ("session" = [])),
    tags(
        (name = "ingest", description = "Events and records in"),
        (name = "numbers", description = "Answers"),
        (name = "reports", description = "Reports that are made at their times and sent"),
        (name = "saved", description = "Annotations, segments, views and search"),
        (name = "people", description = "Identifiers that are one person"),
        (name = "funnels", description = "Funnels that are kept"),
        (name = "erasures", description = "People who are erased, and receipts"),
        (name = "session", description = "Signing in on the pages"),
        (name = "keys", description = "Keys of callers"),
        (name = "shares", description = "Links to one page"),
        (name = "imports", description = "Histories that are uploaded"),
        (name = "operation", description = "Health and status"),
    ),
)]
struct Reference;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, reference: &mut utoipa::openapi::OpenApi) {
        let components = reference.components.get_or_insert_default();
        let key = ApiKeyValue::with_description(
            "X-API-Key",
            "A key made by `nchat-analytics key create`, or ANALYTICS_API_KEY",
        );
        components.add_security_scheme("apiKey", SecurityScheme::ApiKey(ApiKey::Header(key)));
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let cookie = ApiKeyValue::with_description(
            "nchat_analytics_session",
            "The cookie of the pages: below /admin/analytics/api only, from the pages only, and with \
             `X-CSRF-Token` where something changes",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// What whoever shows a credential may be told.
const OF_CREDENTIALS: [(&str, &str); 5] = [
    ("400", "The request cannot be understood"),
    ("401", "No credential was sent, or one that is not accepted"),
    ("403", "The credential does not allow this"),
    (
        "429",
        "Too much came from this sender: try again after `Retry-After` seconds",
    ),
    (
        "503",
        "Nothing was stored or answered: try again after `Retry-After` seconds",
    ),
];
/// What whoever sends a body may be told.
const OF_BODIES: [(&str, &str); 3] = [
    ("408", "The body did not arrive in time"),
    ("413", "The body, or what it adds, is too large"),
    ("415", "`Content-Encoding` is not supported"),
];
/// What whoever asks for numbers may be told.
const OF_QUESTIONS: [(&str, &str); 1] = [(
    "422",
    "The question would read too much, or needs too much memory",
)];

/// Describes the refusals that operations have in common; they describe others themselves.
struct Refusals;

impl Refusals {
    fn describe(operation: &mut Operation) {
        if operation.security.is_some() {
            return;
        }
        let tagged = |tag: &str| operation.tags.iter().flatten().any(|one| one == tag);
        let bodies = operation.request_body.as_ref().map(|_| OF_BODIES);
        let questions = tagged("numbers").then_some(OF_QUESTIONS);
        let refusals = OF_CREDENTIALS
            .into_iter()
            .chain(bodies.into_iter().flatten())
            .chain(questions.into_iter().flatten());
        let responses = &mut operation.responses.responses;
        for (status, description) in refusals {
            responses
                .entry(status.to_owned())
                .or_insert_with(|| Self::response(description).into());
        }
    }

    fn response(description: &str) -> Response {
        let schema = Ref::from_schema_name("ErrorAnswer");
        let content = ContentBuilder::new().schema(Some(schema)).build();
        ResponseBuilder::new()
            .description(description)
            .content("application/json", content)
            .build()
    }
}

impl Modify for Refusals {
    fn modify(&self, reference: &mut utoipa::openapi::OpenApi) {
        for item in reference.paths.paths.values_mut() {
            [
                &mut item.get,
                &mut item.post,
                &mut item.put,
                &mut item.delete,
            ]
            .into_iter()
            .flatten()
            .for_each(Self::describe);
        }
    }
}

/// Paths under which something is found as well.
const ALIASES: [(&str, &str); 7] = [
    ("/v1/events", "/api/analytics/track"),
    ("/v1/events/batch", "/api/analytics/track"),
    ("/v1/status", "/api/analytics/status"),
    ("/health", "/api/analytics/health"),
    ("/ready", "/api/analytics/health"),
    ("/readyz", "/api/analytics/health"),
    ("/healthz", "/live"),
];

struct Aliases;

impl Modify for Aliases {
    fn modify(&self, reference: &mut utoipa::openapi::OpenApi) {
        let paths = &mut reference.paths.paths;
        for (alias, path) in ALIASES {
            let Some(mut item) = paths.get(path).cloned() else {
                continue;
            };
            for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
                operation.operation_id = Some(format!("alias{}", alias.replace('/', "_")));
                operation.description = Some(format!("The same as `{path}`."));
            }
            paths.insert(alias.to_owned(), item);
        }
    }
}

/// Returns the reference of the API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Reference::openapi()
}

/// Answers the reference of the API.
#[utoipa::path(
    get, path = "/api/analytics/openapi.json", tag = "operation", security(()),
    responses((status = 200, body = serde_json::Value))
)]
pub(super) async fn serve_openapi() -> Result<impl IntoResponse, ApiError> {
    // One for everybody: it is large, and nobody has to say who they are.
    static TEXT: LazyLock<Result<Bytes, String>> = LazyLock::new(|| {
        let text = serde_json::to_vec(&openapi());
        text.map(Bytes::from).map_err(|error| error.to_string())
    });
    let text = (*TEXT).clone().map_err(ApiError::Internal)?;
    let json = [(header::CONTENT_TYPE, "application/json")];
    Ok((Extension(unread::Shared), json, text))
}
