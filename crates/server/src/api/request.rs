//! What happens around every request: its id, its errors' bodies, its line in the log.

use std::{borrow::Cow, sync::Arc, time::Instant as Stopwatch};

use axum::{
    Json,
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{
    error::{ErrorAnswer, ErrorBody, Unfinished},
    guard::PathKey,
    state::ApiState,
};
use crate::{auth, ingest::FreshIds};

/// Names a request in answers and logs.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Takes a key out of the path, so that everything after sees the path without it.
pub(super) fn take_path_key(mut request: Request) -> Request {
    let Some((key, rest)) = auth::split_path_key(request.uri().path()) else {
        return request;
    };
    let rest = match request.uri().query() {
        Some(query) => format!("{rest}?{query}"),
        None => rest.to_owned(),
    };
    let key = PathKey(key.to_owned());
    if let Ok(uri) = rest.parse::<Uri>() {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(key);
    }
    request
}

/// Gives the request an id, and its answer what every answer has.
pub(super) async fn around(
    State((state, ids)): State<(ApiState, Arc<FreshIds>)>,
    request: Request,
    next: Next,
) -> Response {
    let started = Stopwatch::now();
    let request_id = id_of(&request, &state, &ids);
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or(Cow::Borrowed("unmatched"), |path| {
            Cow::Owned(path.as_str().to_owned())
        });
    let in_flight = state.telemetry.request_begins();
    let response = next.run(request).await;
    let took = started.elapsed();
    let status = response.status();
    drop(in_flight);
    state
        .telemetry
        .request_ends(&route, counted_as(&method), status.as_u16(), took);
    let mut response = finish(response, &request_id, &state);
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let status = status.as_u16();
    tracing::debug!(request_id, %method, %route, status, duration_ms, "request.done");
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        headers.insert(REQUEST_ID, value);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Returns the name under which a method is counted: callers may make up any number of them.
fn counted_as(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    }
}

/// Returns the id the caller gave the request, if it can be one, or a fresh one.
fn id_of(request: &Request, state: &ApiState, ids: &FreshIds) -> String {
    let usable = |text: &&str| {
        (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(usable)
        .map_or_else(|| ids.next(state.clock.now()).to_string(), str::to_owned)
}

/// Writes the body of an error.
fn finish(mut response: Response, request_id: &str, state: &ApiState) -> Response {
    let unfinished = response.extensions_mut().remove::<Unfinished>();
    let status = response.status();
    let unfinished = match unfinished {
        Some(unfinished) => unfinished,
        // A handler that broke down: whatever it left behind stays here.
        None if status == StatusCode::INTERNAL_SERVER_ERROR => Unfinished {
            code: "internal",
            message: "something went wrong here; the log has more under the request id".to_owned(),
            details: None,
            cause: Some("the handler broke down".to_owned()),
        },
        None => return response,
    };
    state.telemetry.error(unfinished.code);
    if status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED {
        let cause = unfinished.cause.unwrap_or_default();
        tracing::error!(request_id, code = unfinished.code, cause, "request.failed");
    }
    let error = ErrorBody {
        code: unfinished.code,
        message: unfinished.message,
        details: unfinished.details,
        request_id: request_id.to_owned(),
    };
    let mut finished = (status, Json(ErrorAnswer { error })).into_response();
    for (name, value) in response.headers() {
        if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
            finished.headers_mut().insert(name.clone(), value.clone());
        }
    }
    finished
}
