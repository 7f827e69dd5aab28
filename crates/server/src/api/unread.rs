//! Large answers that are written and not yet sent: room for all of them together, of which no caller
//! has all.
//!
//! A client that asks and does not read costs as much memory as its answers have bytes, until the write
//! deadline of its connections. Small answers are not worth the counting, and streams hold little.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes, HttpBody as _},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http_body_util::BodyExt as _;
use store::{Asker, Share, StoreError};

use super::{
    body::{Rooms, places},
    error::ApiError,
};

/// Bytes of an answer up to which it is not counted.
const SMALL: u64 = 64 * 1024;

/// Bytes of an answer, and the room they take until they are sent.
struct Unread {
    bytes: Bytes,
    _room: Arc<Share>,
}

impl AsRef<[u8]> for Unread {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Takes room for a large answer until it is sent; answers 503 where the caller, or all callers
/// together, have as much waiting to be read as they may.
pub(super) async fn bounded(
    State(rooms): State<Arc<Rooms>>,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    let size = response.body().size_hint().exact();
    let Some(size) = size.filter(|size| *size > SMALL) else {
        return response;
    };
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let asker = Asker::current();
    // A single answer is never too large. Nobody waits for room: the answer would be kept meanwhile.
    let places = places(size).min(rooms.unread.each());
    let Some(room) = rooms
        .unread
        .take(asker.name(), places, Duration::ZERO)
        .await
    else {
        return ApiError::Store(StoreError::Crowded).into_response();
    };
    let room = Arc::new(room);
    // The connection lets go of a body as soon as it has its last bytes, so the bytes hold the room.
    response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            frame.map_data(|bytes| {
                Bytes::from_owner(Unread {
                    bytes,
                    _room: Arc::clone(&room),
                })
            })
        }))
    })
}

#[cfg(test)]
mod tests {
    use axum::{Router, http::StatusCode, middleware, routing::get};
    use store::Shares;
    use tower::ServiceExt as _;

    use super::*;

    /// A router whose answer to `/` has so many bytes, with room for two of them.
    fn router(bytes: usize) -> Router {
        let rooms = Arc::new(Rooms {
            arriving: Shares::new(1, 1),
            read: Shares::new(1, 1),
            unread: Shares::new(1_000, 500),
        });
        Router::new()
            .route("/", get(move || async move { vec![b'x'; bytes] }))
            .layer(middleware::from_fn_with_state(rooms, bounded))
    }

    async fn ask(router: &Router, name: &str) -> Response {
        let asker = Asker::default();
        asker.is(name.to_owned());
        let request = Request::get("/").body(Body::empty()).unwrap();
        asker.scope(router.clone().oneshot(request)).await.unwrap()
    }

    async fn first_bytes(response: Response) -> Bytes {
        let frame = response.into_body().frame().await.unwrap().unwrap();
        frame.into_data().unwrap()
    }

    #[tokio::test]
    async fn answers_that_are_not_read_hold_up_their_caller_only() {
        let router = router(250 * 1_024);
        let first = ask(&router, "flood").await;
        assert_eq!(first.headers()["content-length"], "256000");
        // The body is gone as soon as the connection has its bytes; these still hold the room.
        let bytes = first_bytes(first).await;
        let second = ask(&router, "flood").await;
        assert_eq!(second.status(), StatusCode::OK);
        let third = ask(&router, "flood").await;
        assert_eq!(third.status(), StatusCode::SERVICE_UNAVAILABLE);
        let other = ask(&router, "other").await;
        assert_eq!(other.status(), StatusCode::OK);
        assert_eq!(bytes.len(), 256_000);
        drop(bytes);
        let fourth = ask(&router, "flood").await;
        assert_eq!(fourth.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn a_single_answer_is_never_too_large_and_a_small_one_is_not_counted() {
        let large = router(2_000 * 1_024);
        let response = ask(&large, "one").await;
        assert_eq!(response.status(), StatusCode::OK);
        let small = router(64 * 1_024);
        let mut held = Vec::new();
        for _ in 0..20 {
            let response = ask(&small, "one").await;
            assert_eq!(response.status(), StatusCode::OK);
            held.push(response);
        }
    }
}
