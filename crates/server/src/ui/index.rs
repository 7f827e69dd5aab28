//! The page itself, with the policy that it is answered with.

use std::sync::{Mutex, PoisonError};

use axum::{
    http::header,
    response::{Html, IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use rand::{Rng as _, rngs::StdRng};

/// What stands in the page for the nonce of the answer.
const NONCE: &str = "__CSP_NONCE__";
/// Random bytes of a nonce.
const RANDOM: usize = 16;

/// The page. Each answer has a nonce of its own, with which the page may add styles; scripts are files.
pub(super) struct Index {
    text: String,
    frame_ancestors: String,
    random: Mutex<StdRng>,
}

impl Index {
    pub(super) fn new(text: String, frame_ancestors: &[String], random: StdRng) -> Self {
        Self {
            text,
            frame_ancestors: if frame_ancestors.is_empty() {
                "'none'".to_owned()
            } else {
                frame_ancestors.join(" ")
            },
            random: Mutex::new(random),
        }
    }

    pub(super) fn answer(&self) -> Response {
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
        (headers, Html(self.text.replace(NONCE, &nonce))).into_response()
    }

    fn nonce(&self) -> String {
        let mut bytes = [0; RANDOM];
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        random.fill_bytes(&mut bytes);
        BASE64_STANDARD.encode(bytes)
    }
}
