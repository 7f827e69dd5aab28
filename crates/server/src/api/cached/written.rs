//! An answer as it is sent.

use axum::{body::Bytes, http::HeaderValue};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::{api::error::ApiError, query::Answer};

/// Bytes of a digest that make a tag: no two answers ever share as many.
const TAG_BYTES: usize = 16;

/// An answer as it is sent, for whoever had it computed and for everybody after.
pub(super) struct Written {
    /// The body that says that it was computed.
    pub(super) fresh: Bytes,
    /// The body that says that it was remembered.
    pub(super) remembered: Bytes,
    /// The tag of both.
    pub(super) tag: HeaderValue,
}

impl Written {
    /// Writes an answer.
    pub(super) fn of(mut answer: impl Answer) -> Result<Self, ApiError> {
        let remembered = body(&mut answer, true)?;
        let fresh = body(&mut answer, false)?;
        // A weak one, because both bodies have it, and so does each compressed form of them.
        let digest = BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(&remembered)[..TAG_BYTES]);
        let tag = HeaderValue::try_from(format!("W/\"{digest}\""))
            .map_err(|error| ApiError::Internal(error.to_string()))?;
        Ok(Self {
            fresh,
            remembered,
            tag,
        })
    }
}

fn body(answer: &mut impl Answer, cached: bool) -> Result<Bytes, ApiError> {
    answer.meta().cached = cached;
    serde_json::to_vec(answer)
        .map(Bytes::from)
        .map_err(|error| ApiError::Internal(error.to_string()))
}
