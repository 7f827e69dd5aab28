//! A running service in a folder of its own, ended with the test.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;

/// The admin key that every test service accepts.
pub(crate) const KEY: &str = "integration-test-admin-key-0123456789";

/// How long a line of the log is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A folder with a store that services and commands of one test share.
pub(crate) struct Home {
    folder: tempfile::TempDir,
}

/// A service that runs until it is dropped.
pub(crate) struct Service {
    child: Child,
    pub(crate) base: String,
    client: Client,
    log: Arc<Mutex<Vec<String>>>,
}

/// What a service that did not start left behind.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: Option<i32>,
    pub(crate) log: Vec<String>,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The binary with an environment of its own: nothing of the test run's reaches it.
    pub(crate) fn command(&self, environment: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nchat-analytics"));
        command
            .env_clear()
            .env("HOME", self.folder.path())
            .env("ANALYTICS_DATA_DIR", self.data())
            .env("ANALYTICS_PORT", "0")
            .env("ANALYTICS_HOST", "127.0.0.1")
            .env("ANALYTICS_API_KEY", KEY)
            .env("ANALYTICS_RETENTION_DAYS", "0")
            .env("LOG_FORMAT", "json")
            .envs(environment.iter().copied());
        command
    }

    /// Runs a command of the binary to its end.
    pub(crate) fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        self.command(environment).args(arguments).output().unwrap()
    }

    /// Starts the service and waits until it listens.
    pub(crate) fn start(&self, environment: &[(&str, &str)]) -> Service {
        Service::launch(self.command(environment).arg("serve"))
            .unwrap_or_else(|refusal| panic!("the service did not start: {refusal:#?}"))
    }
}

impl Service {
    /// Starts a service by its command; waits until it listens, or has ended.
    pub(crate) fn launch(command: &mut Command) -> Result<Self, Refusal> {
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut seen = Vec::new();
        let address = loop {
            let Some(Ok(line)) = lines.next() else {
                let code = child.wait().unwrap().code();
                return Err(Refusal { code, log: seen });
            };
            let entry: Value = serde_json::from_str(&line).unwrap_or_default();
            seen.push(line);
            if entry["message"] == "service.started" {
                break entry["address"].as_str().unwrap().to_owned();
            }
        };
        let log = Arc::new(Mutex::new(seen));
        // The log must be read on, or the service would wait for a full pipe.
        let reader = Arc::clone(&log);
        std::thread::spawn(move || {
            lines.for_each(|line| reader.lock().unwrap().extend(line));
        });
        let client = server::client::local()
            .unwrap()
            .timeout(Duration::from_mins(1))
            .build()
            .unwrap();
        Ok(Self {
            child,
            base: format!("http://{address}"),
            client,
            log,
        })
    }

    /// Waits until the log has a line with this text, which may be read after the answer to the request that
    /// wrote it; returns the line.
    pub(crate) async fn logged(&self, text: &str) -> Value {
        let begun = Instant::now();
        loop {
            let log = self.log();
            if let Some(line) = log.iter().find(|line| line.contains(text)) {
                return serde_json::from_str(line).unwrap_or_else(|_| line.as_str().into());
            }
            assert!(begun.elapsed() < PATIENCE, "no {text}: {log:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// What the service has logged so far; [`Service::logged`] waits for what must be there.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// A request with the admin key.
    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client
            .get(format!("{}{path}", self.base))
            .header("X-API-Key", KEY)
    }

    /// A request with the admin key.
    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client
            .post(format!("{}{path}", self.base))
            .header("X-API-Key", KEY)
    }

    /// A request of any method without any credential; `path` may begin with a key.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// The JSON of an answer that must be a success.
    pub(crate) async fn json(&self, path: &str) -> Value {
        json(self.get(path).send().await.unwrap(), StatusCode::OK).await
    }

    /// Posts events that must be accepted; returns the answer.
    pub(crate) async fn track(&self, body: &Value) -> Value {
        let response = self
            .post("/api/analytics/track")
            .json(body)
            .send()
            .await
            .unwrap();
        json(response, StatusCode::OK).await
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends the service at once, as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for the service to end by itself; returns its exit code.
    pub(crate) fn wait(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Ends the service as a supervisor would; returns its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().code()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Gone already after `kill` and `stop`.
        let _gone = self.child.kill().is_err();
        let _reaped = self.child.wait().is_ok();
    }
}

/// The JSON of an answer that must have this status.
///
/// `meta.requestId`, in which two answers always differ, must be that of the header and is taken out.
pub(crate) async fn json(response: Response, status: StatusCode) -> Value {
    let (found, url) = (response.status(), response.url().clone());
    let id = response.headers().get("x-request-id").cloned();
    let text = response.text().await.unwrap();
    assert_eq!(found, status, "{url}: {text}");
    let mut answer: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{url}: {error}: {text}"));
    let meta = answer.get_mut("meta").and_then(Value::as_object_mut);
    if let Some(said) = meta.and_then(|meta| meta.remove("requestId")) {
        assert!(id.is_some_and(|id| said == id.to_str().unwrap()), "{url}");
    }
    answer
}

/// A file of the fixtures.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}
