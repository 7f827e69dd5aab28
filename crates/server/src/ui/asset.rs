//! A file of the pages with its compressed forms.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use rust_embed::{Embed, EmbeddedFile};

use super::encoding::{ENCODINGS, preference};

/// How long a file may be kept whose name changes with its content.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A file may be kept, and is asked for again before it is used.
const ASKED_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
/// Bytes of the hash that tell versions of a file apart.
const TAG_BYTES: usize = 12;

/// A file, in each of its forms.
pub(super) struct Asset {
    kind: HeaderValue,
    plain: Form,
    /// As [`ENCODINGS`].
    compressed: [Option<Form>; ENCODINGS.len()],
}

/// A file in one of its forms.
struct Form {
    bytes: Bytes,
    tag: HeaderValue,
}

impl Form {
    fn of(file: EmbeddedFile, ending: &str) -> Option<Self> {
        let hash = file.metadata.sha256_hash();
        let hash = BASE64_URL_SAFE_NO_PAD.encode(&hash[..TAG_BYTES]);
        Some(Self {
            bytes: Bytes::from_owner(file.data),
            tag: HeaderValue::from_str(&format!("\"{hash}{ending}\"")).ok()?,
        })
    }
}

impl Asset {
    pub(super) fn of<E: Embed>(name: &str) -> Option<Self> {
        let file = E::get(name)?;
        let kind = HeaderValue::from_str(file.metadata.mimetype()).ok()?;
        let compressed = ENCODINGS.each_ref().map(|encoding| {
            let file = E::get(&format!("{name}{}", encoding.ending))?;
            Form::of(file, encoding.ending)
        });
        Some(Self {
            kind,
            plain: Form::of(file, "")?,
            compressed,
        })
    }

    /// Answers the file in the form that the client likes best, or says that it has it already.
    pub(super) fn answer(&self, headers: &HeaderMap, is_named_by_content: bool) -> Response {
        let forms = ENCODINGS.iter().zip(&self.compressed);
        let forms = forms.filter_map(|(encoding, form)| {
            let liked = preference(headers, encoding.name);
            (liked > 0.0).then_some((encoding.name, form.as_ref()?, liked))
        });
        // Of two that are liked as much, the first is the smaller.
        let best = forms.reduce(|best, next| if next.2 > best.2 { next } else { best });
        let form = best.map_or(&self.plain, |(_, form, _)| form);
        let mut answer = if holds(headers, &form.tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut answer = form.bytes.clone().into_response();
            answer
                .headers_mut()
                .insert(header::CONTENT_TYPE, self.kind.clone());
            answer
        };
        let said = answer.headers_mut();
        if let Some((name, ..)) = best {
            said.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        said.insert(header::ETAG, form.tag.clone());
        said.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        let kept = if is_named_by_content {
            FOR_EVER
        } else {
            ASKED_AGAIN
        };
        said.insert(header::CACHE_CONTROL, kept);
        answer
    }
}

/// Returns whether the client has what this tag names.
fn holds(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let held = headers.get_all(header::IF_NONE_MATCH).iter();
    let held = held.filter_map(|value| value.to_str().ok());
    let mut tags = held.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|held| held == "*" || held.trim_start_matches("W/").as_bytes() == tag.as_bytes())
}
