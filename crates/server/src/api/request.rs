//! What happens around every request: its id, its errors' bodies, its line in the log.

use std::{borrow::Cow, sync::Arc, time::Instant as Stopwatch};

use axum::{
    Json,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::clock::Clock;
use store::Asker;

use super::{
    codes::Code,
    error::{ApiError, BROKEN, ErrorAnswer, ErrorBody, Unfinished},
    guard::{OnPages, PathKey},
};
use crate::{auth, ingest::FreshIds, telemetry::Telemetry};

/// Most bytes of the address and the headers of a request together.
const MOST_HEAD_BYTES: usize = 32 * 1024;

/// What names and counts requests.
#[derive(Clone)]
pub(super) struct Witness {
    pub(super) ids: Arc<FreshIds>,
    pub(super) telemetry: Telemetry,
    pub(super) clock: Arc<dyn Clock>,
}

/// What names a request in its answer and in the log: letters, digits, `-`, `_` and `.`.
#[derive(Debug, Clone, Default)]
pub(super) struct RequestId(pub(super) String);

/// Names a request in answers and logs.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where the API is found a second time, for the pages.
const ON_PAGES: &str = "/admin/analytics/api";
/// Where it is.
const API: &str = "/api/analytics";

/// Takes a key, or the prefix of the pages, out of the path: everything after sees the path of the API. No
/// key opens the pages: whoever reads the address in a log or a history would have them.
pub(super) fn take_prefix(request: Request) -> Request {
    let path = request.uri().path();
    if let Some((key, rest)) = auth::split_path_key(path) {
        if is_below(rest, "/admin") {
            return request;
        }
        let (key, rest) = (PathKey(key.to_owned()), rest.to_owned());
        return with_path(request, &rest, key);
    }
    if is_below(path, ON_PAGES) {
        let path = format!("{API}{}", &path[ON_PAGES.len()..]);
        return with_path(request, &path, OnPages);
    }
    request
}

/// Returns whether a path is this one or below it.
fn is_below(path: &str, top: &str) -> bool {
    path.strip_prefix(top)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns a request with another path, and a mark that says what was there before.
fn with_path<T>(mut request: Request, path: &str, mark: T) -> Request
where
    T: Clone + Send + Sync + 'static,
{
    let path = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    if let Ok(uri) = path.parse::<Uri>() {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(mark);
    }
    request
}

/// Returns the bytes of the address and the headers.
fn head_bytes(request: &Request) -> usize {
    let uri = request.uri();
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len());
    uri.path().len() + uri.query().map_or(0, str::len) + headers.sum::<usize>()
}

/// Gives the request an id, and its answer what every answer has.
pub(super) async fn around(
    State(witness): State<Witness>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Stopwatch::now();
    let request_id = id_of(&request, &witness);
    let named = RequestId(request_id.clone());
    request.extensions_mut().insert(named);
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or(Cow::Borrowed("unmatched"), |path| {
            Cow::Owned(path.as_str().to_owned())
        });
    let in_flight = witness.telemetry.request_begins();
    let response = if head_bytes(&request) > MOST_HEAD_BYTES {
        ApiError::HeadTooLarge.into_response()
    } else {
        Asker::default().scope(next.run(request)).await
    };
    let took = started.elapsed();
    let status = response.status();
    drop(in_flight);
    witness
        .telemetry
        .request_ends(&route, counted_as(&method), status.as_u16(), took);
    let mut response = finish(response, &request_id, &witness.telemetry);
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let status = status.as_u16();
    tracing::debug!(request_id, %method, %route, status, duration_ms, "request.done");
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        headers.insert(REQUEST_ID, value);
    }
    restrict(headers);
    response
}

/// Tells browsers what they may do with an answer: nothing but read it. An answer that is a page says
/// for itself what it needs.
pub(super) fn restrict(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}

/// Returns the name under which a method is counted: callers may make up any number of them.
fn counted_as(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    }
}

/// Returns the id the caller gave the request, if it can be one, or a fresh one.
fn id_of(request: &Request, witness: &Witness) -> String {
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
        .map_or_else(
            || witness.ids.next(witness.clock.now()).to_string(),
            str::to_owned,
        )
}

/// Writes the body of an error.
fn finish(mut response: Response, request_id: &str, telemetry: &Telemetry) -> Response {
    let unfinished = response.extensions_mut().remove::<Unfinished>();
    let status = response.status();
    let unfinished = match unfinished {
        Some(unfinished) => unfinished,
        // A handler that broke down: whatever it left behind stays here.
        None if status == StatusCode::INTERNAL_SERVER_ERROR => Unfinished {
            code: Code::Internal,
            message: BROKEN.to_owned(),
            details: None,
            cause: Some("the handler broke down".to_owned()),
        },
        None => return response,
    };
    telemetry.error(unfinished.code.name());
    if status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED {
        let cause = unfinished.cause.unwrap_or_default();
        tracing::error!(
            request_id,
            code = unfinished.code.name(),
            cause,
            "request.failed"
        );
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
    if unfinished.code == Code::SessionOver {
        // The browser would show it with every request from now on.
        let cookie = auth::session::clear_cookie();
        finished.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    finished
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware, routing::get};
    use domain::clock::SystemClock;
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;

    async fn breaks() -> &'static str {
        panic!("secret")
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_a_500_with_the_id_of_its_request() {
        let telemetry = Telemetry::new("test");
        telemetry.count_panics();
        let witness = Witness {
            ids: Arc::new(FreshIds::new(1)),
            telemetry: telemetry.clone(),
            clock: Arc::new(SystemClock),
        };
        let router: Router = Router::new()
            .route("/", get(breaks))
            .layer(CatchPanicLayer::new())
            .layer(middleware::from_fn_with_state(witness, around));
        let request = Request::get("/")
            .header("x-request-id", "mine")
            .body(Body::empty());
        let response = router.oneshot(request.unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()["x-request-id"], "mine");
        assert_eq!(response.headers()["referrer-policy"], "no-referrer");
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await;
        let text = String::from_utf8(body.unwrap().to_vec()).unwrap();
        assert!(
            text.contains("\"code\":\"internal\"") && text.contains("\"mine\""),
            "{text}"
        );
        assert!(!text.contains("secret"), "{text}");
        let counted = telemetry.render();
        for line in [
            "analytics_panics_total{plugin=\"analytics\"} 1",
            "nself_plugin_errors_total{plugin=\"analytics\",kind=\"internal\"} 1",
        ] {
            assert!(counted.contains(line), "{counted}");
        }
    }
}
