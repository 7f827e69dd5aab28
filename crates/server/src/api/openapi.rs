//! The reference of the API, from the handlers themselves.

use axum::Json;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
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
        super::overview::channels,
        super::overview::messages,
        super::overview::content,
        super::overview::retention,
        super::insights::insights,
        super::reports::list_reports,
        super::reports::get_report,
        super::reports::create_report,
        super::reports::delete_report,
        super::export::export,
        super::events::events,
        super::events::dead_letters,
        super::catalogue::metrics,
        super::health::status,
        super::ledger::ledger,
        super::ledger::refill,
        super::health::health,
        super::health::live,
        super::health::version,
        super::health::prometheus,
        serve_openapi,
    ),
    modifiers(&Credentials, &Aliases),
    security(("apiKey" = []), ("token" = [])),
    tags(
        (name = "ingest", description = "Events and records in"),
        (name = "numbers", description = "Answers"),
        (name = "reports", description = "Reports that are wanted"),
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
pub(super) async fn serve_openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(openapi())
}
