//! What a request shows of its sender.

use std::{fmt, net::IpAddr};

use axum::http::{HeaderMap, HeaderValue};

use super::{Fault, shared_link};

/// What a request shows of its sender.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    /// The headers of the request.
    pub headers: &'a HeaderMap,
    /// The key that [`super::split_path_key`] found in the path.
    pub path_key: Option<&'a str>,
    /// The other end of the connection.
    pub peer: IpAddr,
}

impl fmt::Debug for Presented<'_> {
    /// Writes the peer only: all else may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presented")
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

/// What the `Authorization` header holds.
#[derive(Clone, Copy)]
pub(super) enum Authorization<'a> {
    /// Nothing.
    Nothing,
    /// A bearer credential that has the form of a token.
    Token(&'a str),
    /// Another bearer credential.
    Key(&'a [u8]),
    /// Another scheme, which may concern a proxy on the way.
    Other,
}

impl<'a> Presented<'a> {
    /// Headers that hold a credential.
    pub(super) const CREDENTIALS: [&'static str; 6] = [
        "authorization",
        "x-api-key",
        "x-plugin-secret",
        "x-internal-token",
        "x-hasura-admin-secret",
        shared_link::HEADER,
    ];

    /// Returns whether the request shows a credential beside cookies. A scheme that is none of ours, as
    /// proxies ask for, is no credential.
    pub fn shows_credential(&self) -> bool {
        let is_ours = !matches!(
            self.authorization(),
            Ok(Authorization::Nothing | Authorization::Other)
        );
        let others = Self::CREDENTIALS.into_iter().skip(1);
        self.path_key.is_some()
            || is_ours
            || others
                .map(|name| self.header(name))
                .any(|header| !matches!(header, Ok(None)))
    }

    /// Returns what the `Authorization` header holds.
    pub(super) fn authorization(&self) -> Result<Authorization<'a>, Fault> {
        let Some(value) = self.header("authorization")? else {
            return Ok(Authorization::Nothing);
        };
        let end = value.iter().position(u8::is_ascii_whitespace);
        let (scheme, credential) = value.split_at(end.unwrap_or(value.len()));
        if !scheme.eq_ignore_ascii_case(b"bearer") {
            return Ok(Authorization::Other);
        }
        let credential = credential.trim_ascii();
        Ok(if credential.is_empty() {
            Authorization::Nothing
        } else {
            let parts = credential.split(|byte| *byte == b'.').count();
            match str::from_utf8(credential) {
                Ok(text) if parts == 3 => Authorization::Token(text),
                _ => Authorization::Key(credential),
            }
        })
    }

    /// Returns the value of a header that holds a credential. An empty one is none: tools pass on
    /// every variable they know, empty when unset.
    pub(super) fn header(&self, name: &'static str) -> Result<Option<&'a [u8]>, Fault> {
        let mut values = self.headers.get_all(name).into_iter();
        let value = values.next().map_or(&b""[..], HeaderValue::as_bytes);
        if values.next().is_some() {
            return Err(Fault::Repeated);
        }
        let value = value.trim_ascii();
        Ok((!value.is_empty()).then_some(value))
    }
}
