//! Sending what was made, and saying how to send it again.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use rand::{Rng, RngExt as _};
use reqwest::Client;

use super::{
    Made, Target,
    judge::Answer,
    pick::{chance, one_of},
};

/// Longest time that an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Headers of a request, by name.
type Headers = Vec<(&'static str, String)>;

/// Returns how a request shows who it is from: headers, and what its path begins with.
pub(super) fn credential(target: &Target, rng: &mut impl Rng) -> (Headers, String) {
    let [admin, write, read] = &target.keys;
    let key = if chance(rng, 80) {
        admin
    } else {
        one_of(rng, &[write, read])
    }
    .clone();
    match rng.random_range(0..100) {
        0..=4 => (
            vec![("Authorization", format!("Bearer {key}"))],
            String::new(),
        ),
        5..=9 => (Vec::new(), format!("/k/{key}")),
        // Few: who guesses is slowed down, and so would be everything after.
        10 => (vec![("X-API-Key", "wrong".to_owned())], String::new()),
        11..=13 => (Vec::new(), String::new()),
        _ => (vec![("X-API-Key", key)], String::new()),
    }
}

/// Sends requests to a service.
pub(super) struct Sender {
    client: Client,
    base: String,
}

impl Sender {
    pub(super) fn new(target: &Target) -> anyhow::Result<Self> {
        let client = server::client::local()?
            .no_proxy()
            .timeout(PATIENCE)
            .build()?;
        Ok(Self {
            client,
            base: target.base.clone(),
        })
    }

    /// Sends a request and reads all of its answer.
    pub(super) async fn send(&self, made: &Made) -> Result<Answer, reqwest::Error> {
        let url = format!("{}{}", self.base, made.path);
        let mut request = self.client.request(made.method.clone(), url);
        for (name, value) in &made.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = &made.body {
            request = request.body(body.clone());
        }
        let started = Instant::now();
        let response = request.send().await?;
        let begun = started.elapsed();
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type");
        let kind = kind
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let body = response.bytes().await?.to_vec();
        // What is streamed takes as long as it is large: it has to begin in time.
        let is_streamed = made.path.contains("/export") && status == 200;
        let took = if is_streamed {
            begun
        } else {
            started.elapsed()
        };
        Ok(Answer {
            status,
            kind,
            body,
            took,
        })
    }

    /// Returns a command that sends a request again; its body is written in base64 where a shell could
    /// not hold it.
    pub(super) fn curl(&self, made: &Made) -> String {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
        let mut command = format!(
            "curl -sS -X {} {}",
            made.method,
            quoted(&format!("{}{}", self.base, made.path))
        );
        for (name, value) in &made.headers {
            let header = quoted(&format!("{name}: {value}"));
            command = format!("{command} -H {header}");
        }
        let Some(body) = &made.body else {
            return command;
        };
        match std::str::from_utf8(body) {
            Ok(text) if !text.contains('\0') => format!("{command} --data-raw {}", quoted(text)),
            _ => {
                let escaped = body.iter().fold(String::new(), |mut escaped, byte| {
                    // Writing to a `String` cannot fail.
                    let _ = write!(escaped, "\\x{byte:02x}");
                    escaped
                });
                format!("printf '{escaped}' | {command} --data-binary @-")
            }
        }
    }
}
