//! Which resources answer in which mode of privacy.
//!
//! A resource that is not listed here answers in no mode but `full`: whoever adds one says what it shows of
//! people, and until then nobody is shown by oversight. That what is listed keeps to the rules is the work
//! of the query layer, which every question passes.

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::privacy::{PrivacyError, PrivacyMode};

use super::error::ApiError;

/// When a resource answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answers {
    /// Always.
    All,
    /// When something is put there: what was put before the mode was set may name people.
    Writing,
    /// Never.
    None,
}

use Answers::{All, None as No, Writing};

/// Every resource: its path, and when it answers in the modes `pseudonymous` and `aggregate`.
const RESOURCES: &[(&str, Answers, Answers)] = &[
    // What comes in, and the state of the service.
    ("/api/analytics/track", All, All),
    ("/api/analytics/import", All, All),
    ("/api/analytics/records", All, All),
    ("/api/analytics/ingest/hasura", All, All),
    ("/api/analytics/status", All, All),
    ("/api/analytics/setup", All, All),
    // Events of each day, and the last of them.
    ("/api/analytics/ledger", All, No),
    ("/api/analytics/ledger/refill", All, All),
    ("/api/analytics/health", All, All),
    ("/api/analytics/openapi.json", All, All),
    // Who administers, and what with: people of the chat among them are not named.
    ("/api/analytics/session", All, All),
    ("/api/analytics/session/exchange", All, All),
    ("/api/analytics/sessions", All, All),
    ("/api/analytics/sessions/{id}", All, All),
    ("/api/analytics/keys", All, All),
    ("/api/analytics/keys/{id}", All, All),
    ("/api/analytics/share", All, All),
    ("/api/analytics/shares", All, All),
    ("/api/analytics/shares/{id}", All, All),
    ("/api/analytics/settings", All, All),
    // What was uploaded is told without texts, but for the names of files.
    ("/api/analytics/imports", All, All),
    ("/api/analytics/imports/{id}", All, All),
    ("/v1/events", All, All),
    ("/v1/events/batch", All, All),
    ("/v1/status", All, All),
    ("/health", All, All),
    ("/healthz", All, All),
    ("/live", All, All),
    ("/ready", All, All),
    ("/readyz", All, All),
    ("/version", All, All),
    ("/metrics", All, All),
    // What metrics and dimensions mean, and what administrators wrote.
    ("/api/analytics/metrics", All, All),
    ("/api/analytics/dimensions", All, All),
    ("/api/analytics/annotations", All, All),
    ("/api/analytics/annotations/{id}", All, All),
    ("/api/analytics/reports", All, All),
    ("/api/analytics/reports/templates", All, All),
    ("/api/analytics/reports/{id}", All, All),
    // Its questions pass the rules; what these do not allow is left out.
    ("/api/analytics/reports/{id}/preview", All, All),
    ("/api/analytics/reports/{id}/runs", All, All),
    // Those that were made in the same mode.
    ("/api/analytics/reports/{id}/runs/{run}/file", All, All),
    ("/api/analytics/reports/{id}/test", All, All),
    ("/unsubscribe/{token}", All, All),
    ("/api/analytics/funnels", Writing, No),
    ("/api/analytics/funnels/presets", All, All),
    ("/api/analytics/funnels/{id}", Writing, No),
    ("/api/analytics/segments", Writing, No),
    ("/api/analytics/segments/{id}", Writing, No),
    ("/api/analytics/views", Writing, No),
    ("/api/analytics/views/{id}", Writing, No),
    // Questions about metrics alone.
    ("/api/analytics/query", All, All),
    // Other numbers, among them analyses of single persons.
    ("/api/analytics/dashboard", All, No),
    ("/api/analytics/messages", All, No),
    ("/api/analytics/heatmap", All, No),
    ("/api/analytics/channels", All, No),
    ("/api/analytics/channels/compare", All, No),
    ("/api/analytics/channels/care", All, No),
    ("/api/analytics/channels/{id}", All, No),
    ("/api/analytics/distribution", All, No),
    ("/api/analytics/participation", All, No),
    ("/api/analytics/content", All, No),
    ("/api/analytics/content/emoji", All, No),
    ("/api/analytics/content/hashtags", All, No),
    ("/api/analytics/content/links", All, No),
    ("/api/analytics/content/files", All, No),
    ("/api/analytics/content/topics", All, No),
    ("/api/analytics/retention", All, No),
    ("/api/analytics/logins", All, No),
    ("/api/analytics/journeys", All, No),
    ("/api/analytics/changes", All, No),
    ("/api/analytics/realtime", All, No),
    ("/api/analytics/lifecycle", All, No),
    ("/api/analytics/stickiness", All, No),
    ("/api/analytics/adoption", All, No),
    ("/api/analytics/newcomers", All, No),
    ("/api/analytics/platform-health", All, No),
    ("/api/analytics/response-times", All, No),
    ("/api/analytics/unanswered", All, No),
    ("/api/analytics/funnels/run", All, No),
    ("/api/analytics/funnels/{id}/run", All, No),
    // People, and what single events say.
    ("/api/analytics/users", All, No),
    ("/api/analytics/users/matrix", All, No),
    ("/api/analytics/users/{id}", All, No),
    ("/api/analytics/segments/preview", All, No),
    ("/api/analytics/segments/{id}/members", All, No),
    ("/api/analytics/search", All, No),
    ("/api/analytics/events", All, No),
    ("/api/analytics/export", All, No),
    // Erasing whom the caller names; receipts name nobody. Merges show identifiers as they were sent.
    ("/api/analytics/people/{id}", Writing, Writing),
    ("/api/analytics/people/{id}/erasure", Writing, Writing),
    ("/api/analytics/erasures", All, All),
    ("/api/analytics/erasures/{id}", All, All),
    ("/api/analytics/people/merge", No, No),
    ("/api/analytics/people/merge/{id}", No, No),
    ("/api/analytics/people/merges", No, No),
    // Texts as they were sent, and statements of any kind.
    ("/api/analytics/dead-letters", No, No),
    ("/api/analytics/sql", No, No),
];

fn answers(mode: PrivacyMode, path: &str) -> Answers {
    let mut resources = RESOURCES.iter();
    let found = resources.find(|(known, ..)| *known == path);
    match (mode, found) {
        (PrivacyMode::Full, _) => All,
        (_, None) => No,
        (PrivacyMode::Pseudonymous, Some((_, answers, _)))
        | (PrivacyMode::Aggregate, Some((_, _, answers))) => *answers,
    }
}

/// Returns whether a resource is read in a mode.
pub(super) fn is_read(mode: PrivacyMode, path: &str) -> bool {
    answers(mode, path) == All
}

/// Refuses what is not answered in the mode of this installation.
pub(super) async fn only_allowed(
    State(mode): State<PrivacyMode>,
    request: Request,
    next: Next,
) -> Response {
    let is_allowed = match request.extensions().get::<MatchedPath>() {
        // It is no resource, and is answered with that.
        None => true,
        Some(path) => match answers(mode, path.as_str()) {
            All => true,
            Writing => !matches!(*request.method(), Method::GET | Method::HEAD),
            No => false,
        },
    };
    if is_allowed {
        return next.run(request).await;
    }
    let error = if mode == PrivacyMode::Aggregate {
        PrivacyError::Resource
    } else {
        PrivacyError::NoPseudonyms
    };
    ApiError::Private(error).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::openapi;

    #[test]
    fn every_resource_of_the_reference_is_decided_upon() {
        for path in openapi().paths.paths.keys() {
            let is_listed = RESOURCES.iter().any(|(known, ..)| known == path);
            // Nobody has to decide upon what is not there yet.
            assert!(is_listed || path == "/api/analytics/insights", "{path}");
        }
    }

    #[test]
    fn what_is_not_listed_answers_in_full_only() {
        let of = |mode| answers(mode, "/api/analytics/of-tomorrow");
        assert_eq!(of(PrivacyMode::Full), All);
        assert_eq!(of(PrivacyMode::Pseudonymous), No);
        assert_eq!(of(PrivacyMode::Aggregate), No);
    }
}
