//! Histories from files, as people import them.

mod channels;
mod huge;
mod large;
mod nothing;
mod odd;
mod old;
mod remote;
mod slack;
mod tls;

use std::{path::PathBuf, process::Output};

use serde_json::Value;

use crate::support::{Home, Service};

/// Writes an export as a folder; returns its path.
fn folder(home: &Home, name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = home.path(name);
    for (path, content) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    root
}

/// Writes a file; returns its path.
fn file(home: &Home, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = home.path(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// Returns what an import printed, output before errors, and whether it succeeded.
fn said(done: &Output) -> (bool, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        done.status.success(),
        text(&done.stdout) + &text(&done.stderr),
    )
}

/// Returns the names in a list of `content`.
async fn terms(service: &Service, list: &str) -> Vec<String> {
    let content = service
        .json("/api/analytics/content?from=2024-01-01&to=2024-02-01&limit=100")
        .await;
    let mut names: Vec<_> = content[list]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|term| {
            let name = ["name", "tag", "host", "domain"].map(|field| &term[field]);
            name.into_iter().find_map(Value::as_str).map(str::to_owned)
        })
        .collect();
    names.sort_unstable();
    names
}

/// Imports by these arguments, of which those that are files stand in the home.
fn import(home: &Home, arguments: &[&str], environment: &[(&str, &str)]) -> (Output, String) {
    let arguments: Vec<String> = std::iter::once("import".to_owned())
        .chain(arguments.iter().map(|argument| {
            let path = home.path(argument);
            if path.exists() {
                path.to_str().unwrap().to_owned()
            } else {
                (*argument).to_owned()
            }
        }))
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = home.run(&arguments, environment);
    let (_, text) = said(&done);
    (done, text)
}

/// Returns the lines of a summary, without its first.
fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().skip(1);
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}
