//! What every answer that is an error must be, and must not hold.

use reqwest::{Response, StatusCode};
use serde_json::Value;

use crate::support::json;

/// What belongs to us and to nobody else: SQL, files, engines.
const OURS: &[&str] = &[
    "--sql",
    "workspace_ref",
    "person_ref",
    "timestamp_ms",
    "Binder Error",
    "Parser Error",
    "Catalog Error",
    "Conversion Error",
    "duckdb",
    "sqlite",
    "backtrace",
    "panicked",
    ".rs",
    "/tmp/",
    "/root",
    "/home",
];

/// Asserts that a request was refused with this status and code, by the rules of all errors;
/// returns the error.
#[track_caller]
pub(crate) fn assert_refused(
    response: Response,
    status: u16,
    code: &str,
) -> impl Future<Output = Value> {
    let caller = std::panic::Location::caller();
    let status = StatusCode::from_u16(status).unwrap();
    let code = code.to_owned();
    async move {
        let url = response.url().clone();
        let id = response.headers().get("x-request-id").cloned();
        let kind = response.headers().get("content-type").cloned();
        let body = json(response, status).await;
        let about = format!("{url} at {caller}: {body}");
        let fields: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["error"], "{about}");
        let error = &body["error"];
        assert_eq!(error["code"], *code, "{about}");
        let documented = server::api::Code::named(&code).map(server::api::Code::status);
        assert_eq!(documented, Some(status), "{about}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(' ') && message.len() < 500, "{about}");
        assert_eq!(kind.unwrap(), "application/json", "{about}");
        let id = id.unwrap();
        assert_eq!(error["request_id"], id.to_str().unwrap(), "{about}");
        assert!(!id.is_empty(), "{about}");
        let text = body.to_string();
        for ours in OURS {
            assert!(!text.contains(ours), "`{ours}` leaked: {about}");
        }
        body["error"].clone()
    }
}
