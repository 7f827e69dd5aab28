//! A real ClickHouse server: that of `ANALYTICS_TEST_CLICKHOUSE_URL`, else one of our own on free ports, which ends
//! with the last database of this process.

use std::{
    hash::{BuildHasher as _, RandomState},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

/// Longest time that the server may take to start, on a machine that is busy.
const START: Duration = Duration::from_secs(50);
/// Has the server listen, and then wait for ever.
const SERVE: &str = "SYSTEM START LISTEN HTTP; SELECT sleepEachRow(1) FROM numbers(1000000) \
                     SETTINGS max_block_size = 1 FORMAT Null";

struct Server {
    url: String,
    _own: Option<Own>,
}

/// A process, and the folder that it keeps everything in.
struct Own {
    child: Child,
    _folder: tempfile::TempDir,
}

impl Drop for Own {
    fn drop(&mut self) {
        // Nothing that it has is wanted any more.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A database that nobody else has.
pub(crate) struct Database {
    server: Arc<Server>,
    pub(crate) name: String,
}

impl Database {
    /// Returns a new one, on a server that runs.
    pub(crate) fn new() -> Self {
        Self {
            server: server(),
            name: format!("test_{:x}", RandomState::new().hash_one(())),
        }
    }

    /// Returns where the server answers.
    pub(crate) fn url(&self) -> &str {
        &self.server.url
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "which server is asked is said by whoever runs the tests"
)]
fn server() -> Arc<Server> {
    static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(server) = running.upgrade() {
        return server;
    }
    let server = Arc::new(match std::env::var("ANALYTICS_TEST_CLICKHOUSE_URL") {
        Ok(url) => Server { url, _own: None },
        Err(_) => start(),
    });
    *running = Arc::downgrade(&server);
    server
}

fn start() -> Server {
    let program = program();
    let deadline = Instant::now() + START;
    loop {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut child = Command::new(&program)
            .args(["--listen_host=127.0.0.1", &format!("--http_port={port}")])
            .arg(format!("--path={}", folder.path().display()))
            .args(["--query", SERVE])
            .current_dir(folder.path())
            // It ends with this process, however that ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Somebody else may have taken the port meanwhile: then it ends, and another one is tried.
        while child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "ClickHouse does not start");
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Server {
                    url: format!("http://127.0.0.1:{port}"),
                    _own: Some(Own {
                        child,
                        _folder: folder,
                    }),
                };
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(Instant::now() < deadline, "ClickHouse ends at once");
    }
}

/// Returns a port that nobody listens at when this returns.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Returns the program of the server, which is fetched once.
fn program() -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/fetch-clickhouse.sh");
    let fetched = Command::new(script)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(fetched.status.success(), "there is no ClickHouse for tests");
    String::from_utf8(fetched.stdout).unwrap().trim().to_owned()
}
