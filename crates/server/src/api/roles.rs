//! What an instance answers of all there is, by its roles.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::error::ApiError;
use crate::config::Roles;

/// Where events come in: the collector's.
const TAKING: [&str; 6] = [
    "/api/analytics/track",
    "/api/analytics/import",
    "/api/analytics/records",
    "/api/analytics/ingest/hasura",
    "/v1/events",
    "/v1/events/batch",
];

/// What every instance answers: how it is.
const ALWAYS: [&str; 10] = [
    "/api/analytics/health",
    "/api/analytics/status",
    "/v1/status",
    "/health",
    "/healthz",
    "/live",
    "/ready",
    "/readyz",
    "/version",
    "/metrics",
];

/// Refuses what is another instance's to answer.
pub(super) async fn only_own(State(roles): State<Roles>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let role = if ALWAYS.contains(&path) {
        None
    } else if TAKING.contains(&path) {
        Some((roles.collector, "collector"))
    } else {
        Some((roles.api, "api"))
    };
    match role {
        Some((false, role)) => ApiError::OtherInstance(role).into_response(),
        _ => next.run(request).await,
    }
}
