//! An answer as it is sent.

use axum::{body::Bytes, http::HeaderValue};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::{api::error::ApiError, query::Answer};

/// Bytes of a digest that make a tag: no two answers ever share as many.
const TAG_BYTES: usize = 16;

/// Stands for what names a request, until it is known whose answer it is.
const MARK: &str = "-";
/// What the mark comes after: in a text of an answer the quotes would be escaped.
const BEFORE_MARK: &[u8] = b"\"meta\":{\"requestId\":\"";

/// The body of an answer, with a place for what names the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenBody {
    bytes: Bytes,
    /// Where the mark is; `None` where the answer has none.
    mark: Option<usize>,
}

impl WrittenBody {
    fn of(bytes: Vec<u8>) -> Self {
        let found = bytes
            .windows(BEFORE_MARK.len())
            .rposition(|part| part == BEFORE_MARK);
        Self {
            mark: found.map(|place| place + BEFORE_MARK.len()),
            bytes: bytes.into(),
        }
    }

    /// Returns about how many bytes it has.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns the body for a request of that name.
    pub(super) fn of_request(&self, request_id: &str) -> Bytes {
        let Some((head, tail)) = self.mark.and_then(|mark| self.bytes.split_at_checked(mark))
        else {
            return self.bytes.clone();
        };
        let tail = tail.get(MARK.len()..).unwrap_or_default();
        [head, request_id.as_bytes(), tail].concat().into()
    }
}

/// An answer as it is sent, for whoever had it computed and for everybody after.
pub(super) struct Written {
    /// The body that says that it was computed.
    pub(super) fresh: WrittenBody,
    /// The body that says that it was remembered.
    pub(super) remembered: WrittenBody,
    /// The tag of both.
    pub(super) tag: HeaderValue,
}

impl Written {
    /// Writes an answer.
    pub(super) fn of(mut answer: impl Answer) -> Result<Self, ApiError> {
        let remembered = body(&mut answer, true)?;
        let fresh = body(&mut answer, false)?;
        // A weak one, because both bodies have it, whatever names the request, and so does each compressed form of them.
        let digest = BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(&remembered.bytes)[..TAG_BYTES]);
        let tag = HeaderValue::try_from(format!("W/\"{digest}\""))
            .map_err(|error| ApiError::Internal(error.to_string()))?;
        Ok(Self {
            fresh,
            remembered,
            tag,
        })
    }
}

fn body(answer: &mut impl Answer, cached: bool) -> Result<WrittenBody, ApiError> {
    let meta = answer.meta();
    meta.cached = cached;
    MARK.clone_into(&mut meta.request_id);
    serde_json::to_vec(answer)
        .map(WrittenBody::of)
        .map_err(|error| ApiError::Internal(error.to_string()))
}
