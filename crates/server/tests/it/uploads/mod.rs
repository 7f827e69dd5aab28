//! Histories that administrators upload.

mod attacks;
mod broken_off;
mod whole;

use std::{
    fs,
    io::{Cursor, Write as _},
    time::{Duration, Instant},
};

use reqwest::{Method, StatusCode};
use serde_json::Value;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{Home, KEY, Service};

const IMPORTS: &str = "/api/analytics/imports";
/// Longest time until an upload of these tests is counted or imported.
const PATIENCE: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(20);

const EXPORT: [(&str, &str); 3] = [
    (
        "users.json",
        r#"[{"id":"U1","name":"ada","profile":{"display_name":"Ada"}},{"id":"U2","name":"ben"}]"#,
    ),
    (
        "channels.json",
        r#"[{"id":"C1","name":"general","members":["U1","U2"]}]"#,
    ),
    (
        "general/2024-01-02.json",
        r#"[{"type":"message","user":"U1","text":"see #plan","ts":"1704186000.000100"},
            {"type":"message","user":"U2","text":"yes","ts":"1704186060.000200"}, {"type":"message"}]"#,
    ),
];

/// Returns a zip of these files.
fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Sends a request with the admin key; returns the status and the JSON of the answer.
async fn ask(
    service: &Service,
    method: Method,
    path: &str,
    body: impl Into<reqwest::Body>,
) -> (StatusCode, Value) {
    let request = service.request(method, path).header("X-API-Key", KEY);
    let response = request.body(body).send().await.unwrap();
    let status = response.status();
    (status, response.json().await.unwrap())
}

/// Uploads a file, with more parameters that begin with `&`; returns the status and the answer.
async fn upload(
    service: &Service,
    name: &str,
    file: impl Into<reqwest::Body>,
    more: &str,
) -> (StatusCode, Value) {
    let path = format!("{IMPORTS}?name={name}{more}");
    ask(service, Method::POST, &path, file).await
}

/// Uploads a file that must be taken; returns the identity of the import.
async fn begin(
    service: &Service,
    name: &str,
    file: impl Into<reqwest::Body>,
    more: &str,
) -> String {
    let (status, answer) = upload(service, name, file, more).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

/// Starts an import that is counted; returns the status and the answer.
async fn start(service: &Service, id: &str, more: &str) -> (StatusCode, Value) {
    ask(service, Method::POST, &format!("{IMPORTS}/{id}{more}"), "").await
}

/// Cancels an import; returns the answer.
async fn cancel(service: &Service, id: &str) -> Value {
    let (status, answer) = ask(service, Method::DELETE, &format!("{IMPORTS}/{id}"), "").await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer
}

/// Waits until an import is as it is expected; returns it.
async fn until(service: &Service, id: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let import = service.json(&format!("{IMPORTS}/{id}")).await;
        if is_so(&import) {
            return import;
        }
        let is_over = ["done", "failed", "cancelled"].contains(&import["state"].as_str().unwrap());
        assert!(!is_over && begun.elapsed() < PATIENCE, "{import}");
        tokio::time::sleep(PAUSE).await;
    }
}

async fn until_state(service: &Service, id: &str, state: &str) -> Value {
    until(service, id, |import| import["state"] == state).await
}

/// Uploads, counts and imports a file; returns how many events were new and how many known.
async fn import(service: &Service, name: &str, file: impl Into<reqwest::Body>) -> (u64, u64) {
    let id = begin(service, name, file, "&start=true").await;
    let done = until_state(service, &id, "done").await;
    let number = |name: &str| done["result"][name].as_u64().unwrap();
    (number("stored"), number("known"))
}

/// Returns how many files of uploads there are.
fn files(home: &Home) -> usize {
    // The folder is there only while something is in it.
    fs::read_dir(home.data().join("uploads")).map_or(0, Iterator::count)
}

/// Waits until there is no file of an upload.
async fn until_no_file(home: &Home) {
    let begun = Instant::now();
    while files(home) > 0 {
        assert!(begun.elapsed() < PATIENCE, "a file of an upload is left");
        tokio::time::sleep(PAUSE).await;
    }
}
