//! Every code that an error may have: programs tell errors apart by it, so a code keeps its meaning.

/// A code of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The code itself.
    pub name: &'static str,
    /// The status that it comes with.
    pub status: u16,
    /// What it means and what to do.
    pub meaning: &'static str,
}

const fn code(name: &'static str, status: u16, meaning: &'static str) -> Code {
    Code {
        name,
        status,
        meaning,
    }
}

/// Every code, in the order of the reference.
pub const CODES: &[Code] = &[
    code(
        "bad_parameter",
        400,
        "A parameter has a value that cannot be; `details.parameter` names it",
    ),
    code(
        "unknown_parameter",
        400,
        "The resource takes no such parameter; `details.nearest` is what was probably meant, `details.known` what there is",
    ),
    code(
        "repeated_parameter",
        400,
        "A parameter is given more than once: give it once",
    ),
    code(
        "bad_period",
        400,
        "`period` names no period, or stands beside `from` or `to`",
    ),
    code(
        "bad_time",
        400,
        "An instant or a day cannot be read: give RFC 3339 or `2026-02-01`",
    ),
    code("bad_range", 400, "`from` does not lie before `to`"),
    code(
        "bad_compare",
        400,
        "`compare` is none of `previous`, `weekday`, `year`, `none`, `from..to`",
    ),
    code("bad_zone", 400, "`tz` is not an IANA time zone"),
    code(
        "bad_grain",
        400,
        "`groupBy` is none of `hour`, `day`, `week`, `month`",
    ),
    code(
        "bad_filter",
        400,
        "`filter` cannot be read; the message says where",
    ),
    code(
        "too_many_buckets",
        400,
        "A chart would have too many points: ask for a wider `groupBy` or a shorter span",
    ),
    code(
        "bad_query",
        400,
        "The question has no meaning, such as a score split by emoji",
    ),
    code(
        "unsupported_encoding",
        415,
        "`Content-Encoding` is none of identity, gzip and zstd",
    ),
    code(
        "bad_encoding",
        400,
        "The body is not packed as `Content-Encoding` says",
    ),
    code(
        "body_too_large",
        413,
        "The body is larger than ANALYTICS_MAX_BODY: send less at once",
    ),
    code(
        "body_too_slow",
        408,
        "The body did not arrive in time (ANALYTICS_BODY_TIMEOUT): send it faster, or in parts",
    ),
    code("invalid_json", 400, "The body is not JSON"),
    code(
        "not_events",
        400,
        "The body is neither an event nor a list of events",
    ),
    code(
        "too_many_events",
        413,
        "The body holds more events than ANALYTICS_MAX_BATCH: send fewer at once",
    ),
    code(
        "bad_shape",
        400,
        "The body has a field of the wrong kind, or lacks one",
    ),
    code(
        "unknown_field",
        400,
        "The body has a field that is not read; `details.nearest` is what was probably meant, `details.known` what there is",
    ),
    code(
        "no_valid_event",
        400,
        "Every event was refused; `details.errors` says why",
    ),
    code("credential_missing", 401, "No credential was sent"),
    code(
        "host_not_allowed",
        403,
        "In trusted-network mode, a `Host` that is not one of ANALYTICS_ALLOWED_HOSTS, or a page of another site",
    ),
    code(
        "credential_repeated",
        401,
        "A header with a credential stands twice",
    ),
    code(
        "credential_unsupported",
        401,
        "`Authorization` has a scheme other than Bearer",
    ),
    code("token_invalid", 401, "The token is not one of this chat"),
    code("token_expired", 401, "The token has expired: sign in again"),
    code(
        "too_many_failures",
        429,
        "Too many wrong credentials came from this address: wait `Retry-After` seconds",
    ),
    code(
        "secret_invalid",
        401,
        "The secret is not the one of this installation",
    ),
    code(
        "key_malformed",
        401,
        "The key cannot be one, for example because it was cut",
    ),
    code("key_unknown", 401, "The key is not known, or was revoked"),
    code("key_expired", 401, "The key has expired: make a new one"),
    code(
        "workspace_invalid",
        400,
        "`X-Source-Account-ID` cannot name a workspace",
    ),
    code(
        "workspace_forbidden",
        403,
        "The credential is for another workspace",
    ),
    code(
        "access_forbidden",
        403,
        "The credential may not do this; the message says what it may",
    ),
    code(
        "kind_forbidden",
        403,
        "The key is not for events of this kind",
    ),
    code(
        "origin_forbidden",
        403,
        "The key is not for pages of this origin",
    ),
    code(
        "key_store_unavailable",
        503,
        "Keys cannot be checked now: try again",
    ),
    code(
        "bad_report",
        400,
        "A report cannot be what is asked for; `details.field` names the field",
    ),
    code(
        "too_many_reports",
        409,
        "The workspace has as many reports as it may have: delete one",
    ),
    code(
        "settings_unavailable",
        503,
        "Settings and reports cannot be reached now: try again",
    ),
    code("not_found", 404, "There is nothing here"),
    code(
        "method_not_allowed",
        405,
        "The resource does not have that method; `Allow` names those it has",
    ),
    code("not_implemented", 501, "It comes with a later release"),
    code(
        "disabled",
        503,
        "The service is switched off (ANALYTICS_ENABLED)",
    ),
    code(
        "busy",
        503,
        "Too much is waiting: try again after `Retry-After` seconds",
    ),
    code(
        "query_timeout",
        503,
        "The answer took longer than ANALYTICS_QUERY_TIMEOUT: ask for a shorter span",
    ),
    code(
        "scan_too_large",
        422,
        "The question would read more rows than ANALYTICS_MAX_SCAN_ROWS: ask for a shorter span",
    ),
    code(
        "query_memory",
        422,
        "The question needs more memory than ANALYTICS_STORE_MEMORY: ask for a shorter span",
    ),
    code(
        "disk_full",
        503,
        "The disk is full: nothing of the request was stored",
    ),
    code(
        "disk_low",
        503,
        "The disk is almost full (ANALYTICS_MIN_FREE_DISK): nothing of the request was stored",
    ),
    code(
        "too_many_new_ids",
        429,
        "The sender named more new people, channels or messages than it may: try again later",
    ),
    code(
        "too_many_kinds",
        413,
        "The workspace has as many kinds of events of its own as it may have",
    ),
    code(
        "too_many_workspaces",
        413,
        "There are as many workspaces as there may be",
    ),
    code(
        "store_unavailable",
        503,
        "The store does not answer: nothing of the request was stored",
    ),
    code(
        "internal",
        500,
        "Something broke; the log has more under `request_id`",
    ),
];

/// Returns whether a code is one of them, with this status.
pub(super) fn is_known(name: &str, status: u16) -> bool {
    CODES
        .iter()
        .any(|code| code.name == name && code.status == status)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_stands_once_and_is_given_by_somebody() {
        let sources = [
            include_str!("error.rs"),
            include_str!("name.rs"),
            include_str!("../auth/error.rs"),
        ];
        let mut seen = HashSet::new();
        for code in CODES {
            assert!(seen.insert(code.name), "{} stands twice", code.name);
            let literal = format!("\"{}\"", code.name);
            let given = sources.iter().any(|source| source.contains(&literal));
            assert!(given, "nothing gives {}", code.name);
        }
    }
}
