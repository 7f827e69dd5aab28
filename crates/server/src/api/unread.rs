//! Large answers that are written and not yet sent: room for all of them together, of which no caller
//! has all.
//!
//! A client that asks and does not read costs as much memory as its answers have bytes, until the write
//! deadline of its connections. Small answers are not worth the counting, streams hold little, and what
//! is in memory once for everybody takes no more for one of them.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use hyper::body::{Frame, SizeHint};
use store::{Asker, Share};

use super::{
    error::ApiError,
    room::{RoomError, Rooms, places},
};

/// Bytes of an answer up to which it is not counted.
const SMALL: u64 = 64 * 1024;
/// By what name those are counted who did not say who they are.
const NOBODY: &str = "nobody";

/// Marks an answer whose bytes are in memory once, however many ask for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shared;

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
    let mut response = next.run(request).await;
    let is_shared = response.extensions_mut().remove::<Shared>().is_some();
    let size = response.body().size_hint().exact();
    let Some(size) = size.filter(|size| !is_shared && *size > SMALL) else {
        return response;
    };
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let asker = Asker::current();
    let caller = asker.name().unwrap_or(NOBODY);
    // A single answer is never too large. Nobody waits for room: the answer would be kept meanwhile.
    let places = places(size).min(rooms.unread.each());
    let room = match rooms.unread.try_take(Some(caller), places) {
        Ok(room) => Arc::new(room),
        Err(full) => return ApiError::Room(RoomError::of_answers(full)).into_response(),
    };
    response.map(|body| Body::new(Held { body, room }))
}

/// A body whose bytes hold room: the connection lets go of a body as soon as it has its last bytes.
struct Held {
    body: Body,
    room: Arc<Share>,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let hold = |bytes| {
            Bytes::from_owner(Unread {
                bytes,
                _room: Arc::clone(&self.room),
            })
        };
        Poll::Ready(frame.map(|frame| frame.map(|frame| frame.map_data(hold))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::{Extension, Router, http::StatusCode, middleware, routing::get};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    /// A router whose answers have so many bytes, with room for 500 KiB of one caller.
    fn router(bytes: usize) -> Router {
        let rooms = Arc::new(Rooms::new(16 * 498 * 1_024, 1, 1));
        Router::new()
            .route("/", get(move || async move { vec![b'x'; bytes] }))
            .route(
                "/shared",
                get(move || async move { (Extension(Shared), vec![b'x'; bytes]) }),
            )
            .layer(middleware::from_fn_with_state(rooms, bounded))
    }

    async fn ask_for(router: &Router, path: &str, name: Option<&str>) -> Response {
        let asker = Asker::default();
        if let Some(name) = name {
            asker.is(name.to_owned());
        }
        let request = Request::get(path).body(Body::empty()).unwrap();
        asker.scope(router.clone().oneshot(request)).await.unwrap()
    }

    async fn ask(router: &Router, name: &str) -> Response {
        ask_for(router, "/", Some(name)).await
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
    async fn those_whom_nobody_knows_have_one_share_together() {
        let router = router(250 * 1_024);
        let mut held = Vec::new();
        for status in [
            StatusCode::OK,
            StatusCode::OK,
            StatusCode::SERVICE_UNAVAILABLE,
        ] {
            let response = ask_for(&router, "/", None).await;
            assert_eq!(response.status(), status);
            held.push(response);
        }
        for _ in 0..2 {
            let response = ask(&router, "somebody").await;
            assert_eq!(response.status(), StatusCode::OK);
            held.push(response);
        }
        // What is in memory anyway is answered, whoever asks for it.
        for name in [None, Some("somebody"), Some("other")] {
            let response = ask_for(&router, "/shared", name).await;
            assert_eq!(response.status(), StatusCode::OK);
            held.push(response);
        }
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
