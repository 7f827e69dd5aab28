//! What a service that is switched off answers (`ANALYTICS_ENABLED=false`).
//!
//! It goes on running: whatever started it would take an end for a fault and start it again.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::get,
};
use domain::clock::Clock;
use serde_json::{Value, json};

use super::{
    error::{ApiError, ErrorAnswer, ErrorBody, Unfinished},
    health::{self, VERSION},
    request,
};
use crate::ingest::FreshIds;

/// What names a refused request.
type Names = (Arc<FreshIds>, Arc<dyn Clock>);

/// Returns the API of a service that is switched off: health says so, everything else is refused.
pub fn disabled(ids: Arc<FreshIds>, clock: Arc<dyn Clock>) -> Router {
    let mut router = Router::new();
    for path in [
        "/health",
        "/api/analytics/health",
        "/healthz",
        "/live",
        "/ready",
        "/readyz",
    ] {
        router = router.route(path, get(says_so));
    }
    router
        .route("/version", get(health::version))
        .fallback(|| async { ApiError::Disabled })
        .layer(middleware::from_fn_with_state((ids, clock), finish))
}

/// Healthy in the eyes of a supervisor, and not in those of nChat, which looks for `healthy`.
async fn says_so() -> Json<Value> {
    Json(json!({ "status": "disabled", "version": VERSION, "service": "analytics" }))
}

async fn finish(State((ids, clock)): State<Names>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(unfinished) = response.extensions_mut().remove::<Unfinished>() else {
        request::restrict(response.headers_mut());
        return response;
    };
    let error = ErrorBody {
        code: unfinished.code,
        message: unfinished.message,
        details: unfinished.details,
        request_id: ids.next(clock.now()).to_string(),
    };
    let names = [(request::REQUEST_ID, error.request_id.clone())];
    let mut answer = (response.status(), names, Json(ErrorAnswer { error })).into_response();
    request::restrict(answer.headers_mut());
    answer
}
