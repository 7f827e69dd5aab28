//! The page itself, with the policy that it is answered with.

use std::sync::{Mutex, PoisonError};

use axum::{
    http::{HeaderName, header},
    response::{Html, IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use rand::{Rng as _, rngs::StdRng};

/// What stands in the page for the nonce of the answer.
const NONCE: &str = "__CSP_NONCE__";
/// What search engines may do with the page.
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
/// What stands in the page for those who may show it in a frame, and are told of its height.
const ANCESTORS: &str = "__FRAME_ANCESTORS__";
/// Random bytes of a nonce.
const RANDOM: usize = 16;

/// The page. Each answer has a nonce of its own, with which the page may add styles; scripts are files.
pub(super) struct Index {
    text: String,
    frame_ancestors: String,
    random: Mutex<StdRng>,
}

impl Index {
    pub(super) fn new(text: &str, frame_ancestors: &[String], random: StdRng) -> Self {
        let frame_ancestors = if frame_ancestors.is_empty() {
            "'none'".to_owned()
        } else {
            frame_ancestors.join(" ")
        };
        Self {
            // They are `'self'` or origins, which have no mark that could leave an attribute.
            text: text.replace(ANCESTORS, &frame_ancestors),
            frame_ancestors,
            random: Mutex::new(random),
        }
    }

    /// Returns the page; one that a link with a token leads to is kept from search engines, and its address
    /// from everybody else.
    pub(super) fn answer(&self, is_shared: bool) -> Response {
        let nonce = self.nonce();
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
             img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
             form-action 'self'; frame-ancestors {}",
            self.frame_ancestors
        );
        let headers = [
            (header::CONTENT_SECURITY_POLICY, policy.as_str()),
            (header::CACHE_CONTROL, "no-store"),
            // Without TLS the page in `Referer` is what shows where a request comes from.
            (header::REFERRER_POLICY, "same-origin"),
        ];
        let page = Html(self.text.replace(NONCE, &nonce));
        if is_shared {
            let shared = [
                (header::REFERRER_POLICY, "no-referrer"),
                (ROBOTS, "noindex, nofollow"),
            ];
            return (headers, shared, page).into_response();
        }
        (headers, page).into_response()
    }

    fn nonce(&self) -> String {
        let mut bytes = [0; RANDOM];
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        random.fill_bytes(&mut bytes);
        BASE64_STANDARD.encode(bytes)
    }
}
