//! The whole API on one screen.

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, Method, header},
    middleware,
    routing::{delete, get, post},
};
use tower::{Layer as _, util::MapRequest};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::{AllowOrigin, CorsLayer},
};

use super::{
    annotations, catalogue, changes, channels, content, erasures,
    error::ApiError,
    events, export, funnels, hasura, health, imports, insights, keys, ledger, merges,
    openapi::{self, openapi},
    overview, pages,
    params::{self, Declared},
    people, platform_health, private, realtime, records, reports, request, responses, roles,
    search, segments, semantic, session, sessions, settings, setup, shares, sql,
    state::ApiState,
    status, tables, track, unread, users, views,
};
use crate::{auth::Authenticator, ingest::FreshIds, ui::Pages};

/// The router behind the layer that takes keys and the prefix of the pages out of paths.
pub type Service = MapRequest<Router, fn(Request) -> Request>;

/// Returns the part of the API that keeps what people define.
fn saved() -> Router<ApiState> {
    Router::new()
        .route(
            "/annotations",
            get(annotations::list_annotations).post(annotations::create_annotation),
        )
        .route(
            "/annotations/{id}",
            get(annotations::get_annotation)
                .put(annotations::put_annotation)
                .delete(annotations::delete_annotation),
        )
        .route(
            "/segments",
            get(segments::list_segments).post(segments::create_segment),
        )
        .route("/segments/preview", post(segments::preview_segment))
        .route(
            "/segments/{id}",
            get(segments::get_segment)
                .put(segments::put_segment)
                .delete(segments::delete_segment),
        )
        .route("/segments/{id}/members", get(segments::segment_members))
        .route("/views", get(views::list_views).post(views::create_view))
        .route(
            "/views/{id}",
            get(views::get_view)
                .put(views::put_view)
                .delete(views::delete_view),
        )
        .route("/search", get(search::search))
}

/// Returns the part of the API that says which identifiers are one person.
fn of_people() -> Router<ApiState> {
    Router::new()
        .route("/people/merge", post(merges::merge_people))
        .route("/people/merge/{id}", delete(merges::undo_merge))
        .route("/people/merges", get(merges::list_merges))
}

/// Returns the part of the API that erases people.
fn of_erasures() -> Router<ApiState> {
    Router::new()
        .route("/people/{id}", delete(erasures::erase_person))
        .route("/people/{id}/erasure", delete(erasures::lift_erasure))
        .route("/erasures", get(erasures::list_erasures))
        .route("/erasures/{id}", get(erasures::get_erasure))
}

/// Returns the part of the API that is about funnels.
fn of_funnels() -> Router<ApiState> {
    Router::new()
        .route(
            "/funnels",
            get(funnels::list_funnels).post(funnels::create_funnel),
        )
        .route("/funnels/presets", get(funnels::presets))
        .route("/funnels/run", post(funnels::run_posted))
        .route(
            "/funnels/{id}",
            get(funnels::get_funnel).delete(funnels::delete_funnel),
        )
        .route("/funnels/{id}/run", get(funnels::run_kept))
}

/// Returns the part of the API that takes histories in.
fn of_imports() -> Router<ApiState> {
    Router::new()
        .route("/imports", get(imports::list_imports).post(imports::upload))
        .route(
            "/imports/{id}",
            get(imports::get_import)
                .post(imports::start_import)
                .delete(imports::cancel_import),
        )
}

/// Returns the part of the API that says who may ask, and how the service is set up.
fn of_access() -> Router<ApiState> {
    Router::new()
        .route(
            "/session",
            get(session::get_session)
                .post(session::sign_in)
                .delete(session::sign_out),
        )
        .route("/session/exchange", post(session::exchange))
        .route("/sessions", get(session::list_sessions))
        .route("/sessions/{id}", delete(session::end_session))
        .route("/keys", get(keys::list_keys).post(keys::create_key))
        .route("/keys/{id}", delete(keys::revoke_key))
        .route(
            "/shares",
            get(shares::list_shares).post(shares::create_share),
        )
        .route("/shares/{id}", delete(shares::revoke_share))
        .route("/share", get(shares::opened_share))
        .route("/settings", get(settings::settings))
}

/// Returns the questions about numbers.
fn numbers() -> Router<ApiState> {
    Router::new()
        .route("/dashboard", get(overview::dashboard))
        .route("/users", get(users::users))
        .route("/users/matrix", get(people::matrix))
        .route("/users/{id}", get(people::user))
        .route("/channels", get(channels::channels))
        .route("/channels/compare", get(channels::compare))
        .route("/channels/care", get(channels::care))
        .route("/channels/{id}", get(channels::channel))
        .route("/heatmap", get(channels::heatmap))
        .route("/distribution", get(channels::distribution))
        .route("/participation", get(channels::participation))
        .route("/messages", get(overview::messages))
        .route("/content", get(overview::content))
        .route("/content/emoji", get(content::emoji))
        .route("/content/hashtags", get(content::hashtags))
        .route("/content/links", get(content::links))
        .route("/content/files", get(content::files))
        .route("/content/topics", get(content::topics))
        .route("/retention", get(overview::retention))
        .route("/logins", get(sessions::logins))
        .route("/journeys", get(sessions::journeys))
        .route("/changes", get(changes::changes))
        .route("/realtime", get(realtime::realtime))
        .route("/platform-health", get(platform_health::platform_health))
        .route("/lifecycle", get(people::lifecycle))
        .route("/stickiness", get(people::stickiness))
        .route("/adoption", get(people::adoption))
        .route("/newcomers", get(people::newcomers))
        .route("/response-times", get(responses::response_times))
        .route("/unanswered", get(responses::unanswered))
        .route("/insights", get(insights::insights))
}

fn of_reports() -> Router<ApiState> {
    Router::new()
        .route(
            "/reports",
            get(reports::list_reports).post(reports::create_report),
        )
        .route("/reports/templates", get(reports::list_templates))
        .route(
            "/reports/{id}",
            get(reports::get_report)
                .put(reports::put_report)
                .delete(reports::delete_report),
        )
        .route("/reports/{id}/runs", get(reports::list_runs))
        .route("/reports/{id}/runs/{run}/file", get(reports::run_file))
        .route("/reports/{id}/test", post(reports::test_report))
        .route("/reports/{id}/preview", get(reports::preview_report))
}

/// Returns the API, and the pages beside it.
///
/// `cors_origins` are the web pages of other origins that may call from a browser.
pub fn router(
    state: ApiState,
    ids: Arc<FreshIds>,
    cors_origins: &[String],
    pages: Pages,
) -> Service {
    let analytics = Router::new()
        .route("/track", post(track::track))
        .route("/import", post(track::import))
        .route("/records", post(records::put_records))
        .route("/ingest/hasura", post(hasura::take))
        .merge(numbers())
        .route("/query", post(semantic::query))
        .route("/sql", post(sql::sql))
        .route("/export", get(export::export))
        .route("/events", get(events::events))
        .route("/dead-letters", get(events::dead_letters))
        .route("/metrics", get(catalogue::metrics))
        .route("/dimensions", get(catalogue::dimensions))
        .route("/status", get(status::status))
        .route("/setup", get(setup::setup))
        .route("/ledger", get(ledger::ledger))
        .route("/ledger/refill", post(ledger::refill))
        .route("/health", get(health::health))
        .route("/openapi.json", get(openapi::serve_openapi))
        .merge(of_reports())
        .merge(of_funnels())
        .merge(of_people())
        .merge(of_erasures())
        .merge(of_access())
        .merge(of_imports())
        .merge(saved());
    let roles = state.config.service.roles;
    let witness = request::Witness {
        ids,
        telemetry: state.telemetry.clone(),
        clock: Arc::clone(&state.clock),
    };
    let declared = Arc::new(Declared::of(&openapi()));
    let tabular = tables::Layer {
        tables: Arc::new(tables::Tables::of(&openapi())),
        places: Arc::clone(&state.exports),
    };
    let router = Router::new()
        .nest("/api/analytics", analytics)
        .route(
            "/unsubscribe/{token}",
            get(reports::ask_to_leave).post(reports::leave),
        )
        .route("/v1/events", post(track::track))
        .route("/v1/events/batch", post(track::track))
        .route("/v1/status", get(status::status))
        .route("/health", get(health::health))
        .route("/healthz", get(health::live))
        .route("/live", get(health::live))
        .route("/ready", get(health::ready))
        .route("/readyz", get(health::ready))
        .route("/version", get(health::version))
        .route("/metrics", get(health::prometheus))
        .fallback(|| async { ApiError::NoRoute })
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .layer(middleware::from_fn_with_state(
            state.query.guard.privacy.mode,
            private::only_allowed,
        ))
        .layer(middleware::from_fn_with_state(tabular, tables::as_table))
        .layer(middleware::from_fn_with_state(
            declared,
            params::only_declared,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&state.rooms),
            unread::bounded,
        ))
        // What stands above is about the API only.
        .merge(pages::routes(pages))
        .layer(middleware::from_fn_with_state(roles, roles::only_own))
        .layer(CompressionLayer::new())
        .layer(cors(cors_origins, Arc::clone(&state.authenticator)))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(witness, request::around))
        .with_state(state);
    let take_prefix: fn(Request) -> Request = request::take_prefix;
    tower::util::MapRequestLayer::new(take_prefix).layer(router)
}

/// Ways on which events are sent, which are open to the pages that keys are for.
const SENDING: [&str; 3] = ["/api/analytics/track", "/v1/events", "/v1/events/batch"];

fn cors(origins: &[String], authenticator: Arc<Authenticator>) -> CorsLayer {
    // No page's own credential is ever let in: what is shown here is a header that it has to know.
    let allowed = if origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        let listed: Vec<HeaderValue> = origins
            .iter()
            .filter_map(|origin| HeaderValue::from_str(origin).ok())
            .collect();
        AllowOrigin::async_predicate(move |origin, parts| {
            let is_listed = listed.contains(&origin);
            let sends = SENDING.contains(&parts.uri.path());
            let authenticator = Arc::clone(&authenticator);
            async move {
                is_listed
                    || match origin.to_str() {
                        Ok(origin) if sends => authenticator.is_origin_of_a_key(origin).await,
                        _ => false,
                    }
            }
        })
    };
    let headers = [
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        header::CONTENT_ENCODING,
        header::IF_MATCH,
        HeaderName::from_static("x-api-key"),
        HeaderName::from_static("x-source-account-id"),
    ];
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers(headers)
}
