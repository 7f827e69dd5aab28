//! The pages, and the ways to them.

use axum::{
    Router,
    http::{HeaderMap, Method, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::any,
};

use super::{error::ApiError, state::ApiState};
use crate::ui::{PREFIX, Pages};

/// Returns the routes of the pages, and of the addresses that people try first.
pub(super) fn routes(pages: Pages) -> Router<ApiState> {
    Router::new()
        .route("/", any(lead))
        .route("/admin", any(lead))
        .route("/admin/", any(lead))
        .merge(pages.router())
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
}

/// Leads a browser to the pages; nothing else is looking for them.
async fn lead(method: Method, headers: HeaderMap) -> Response {
    let accepted = headers.get_all(header::ACCEPT).iter();
    let mut accepted = accepted.filter_map(|value| value.to_str().ok());
    let is_asked = matches!(method, Method::GET | Method::HEAD);
    if is_asked && accepted.any(|kinds| kinds.contains("text/html")) {
        Redirect::temporary(&format!("{PREFIX}/")).into_response()
    } else {
        ApiError::NoRoute.into_response()
    }
}
