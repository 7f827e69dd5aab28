//! An answer with its headers, or that the asker holds it already.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use utoipa::IntoParams;

use super::cache::Given;
use crate::api::request::RequestId;

/// Says whether an answer was remembered.
const X_CACHE: HeaderName = HeaderName::from_static("x-cache");
/// Browsers may keep an answer, and ask each time whether it still holds.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("private, no-cache");
/// What it means that an answer was not sent again.
pub(in crate::api) const NOT_MODIFIED: &str = "The answer with that ETag is still the answer";

/// The tags of the answers that the asker holds, as `If-None-Match` lists them.
#[derive(Debug, Default)]
pub(in crate::api) struct IfNoneMatch {
    pub(super) tags: Vec<HeaderValue>,
    /// What names the request in its answer.
    pub(super) request_id: RequestId,
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let tags = parts.headers.get_all(header::IF_NONE_MATCH);
        let request_id = parts.extensions.get::<RequestId>();
        Ok(Self {
            tags: tags.iter().cloned().collect(),
            request_id: request_id.cloned().unwrap_or_default(),
        })
    }
}

impl IfNoneMatch {
    /// Returns the same of a request whose answer clients do not hold, as it was posted (RFC 9110, 9.3.3).
    pub(in crate::api) fn of_posted(self) -> Self {
        Self {
            tags: Vec::new(),
            ..self
        }
    }

    /// Returns whether the answer with this tag is held. Our tags hold no comma.
    pub(super) fn has(&self, tag: &HeaderValue) -> bool {
        let Ok(tag) = tag.to_str() else {
            return false;
        };
        self.tags
            .iter()
            .filter_map(|list| list.to_str().ok())
            .flat_map(|list| list.split(','))
            .any(|held| held.trim() == "*" || opaque(held) == opaque(tag))
    }
}

/// Returns a tag without its mark of weakness, which does not matter here (RFC 9110, 13.1.2).
fn opaque(tag: &str) -> &str {
    let tag = tag.trim();
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// What a request may say of the answers that the asker holds.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(
    dead_code,
    reason = "describes a header for the reference; `IfNoneMatch` reads it"
)]
pub(in crate::api) struct IfNoneMatchParams {
    /// `ETag`s of answers that the asker holds: one that still holds is not sent again.
    #[param(rename = "If-None-Match")]
    if_none_match: Option<String>,
}

/// Returns the answer, or that it is held already.
pub(super) fn reply(given: Given, held: &IfNoneMatch) -> Response {
    let mut response = if held.has(&given.tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = HeaderValue::from_static("application/json");
        let body = given.body.of_request(&held.request_id.0);
        ([(header::CONTENT_TYPE, kind)], body).into_response()
    };
    let result = if given.remembered { "hit" } else { "miss" };
    let headers = response.headers_mut();
    headers.insert(X_CACHE, HeaderValue::from_static(result));
    headers.insert(header::ETAG, given.tag);
    headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
    response
}
