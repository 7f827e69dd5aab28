//! What every answer must be, whatever was asked.

use std::time::Duration;

use serde_json::Value;
use server::api::Code;

/// An answer, read whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) kind: String,
    pub(super) body: Vec<u8>,
    /// Until it had come, or until it began where it is streamed.
    pub(super) took: Duration,
}

/// What no answer tells of us.
const OURS: [&str; 4] = ["panicked", ".rs:", "Binder Error", "workspace_ref"];

/// Returns what is wrong with an answer.
///
/// No request may bring about a 5xx, but for 501 where the reference says that something comes with
/// a later release: that is an answer and no failure. 503 is none: nothing else is asked meanwhile.
pub(super) fn fault(answer: &Answer) -> Option<String> {
    let status = answer.status;
    let text = String::from_utf8_lossy(&answer.body);
    if status < 400 {
        let is_json = answer.kind.starts_with("application/json");
        let broken = is_json && serde_json::from_slice::<Value>(&answer.body).is_err();
        return broken.then(|| format!("{status}, and the body is not JSON: {}", cut(&text)));
    }
    let body: Value = match serde_json::from_slice(&answer.body) {
        Ok(body) => body,
        Err(error) => return Some(format!("{status}, and the body: {error}: {}", cut(&text))),
    };
    let error = &body["error"];
    let has = |name: &str| error[name].as_str().is_some_and(|text| !text.is_empty());
    if !["code", "message", "request_id"].into_iter().all(has) {
        return Some(format!(
            "{status} without code, message or request_id: {}",
            cut(&text)
        ));
    }
    let code = error["code"].as_str().unwrap_or_default();
    if status >= 500 && code != "not_implemented" {
        return Some(format!("{status}: {}", cut(&text)));
    }
    if Code::named(code).is_none_or(|known| known.status().as_u16() != status) {
        return Some(format!("{status} {code} is not documented"));
    }
    let ours = OURS.iter().find(|ours| text.contains(**ours));
    ours.map(|ours| format!("`{ours}` leaked: {}", cut(&text)))
}

fn cut(text: &str) -> String {
    text.chars().take(300).collect()
}
