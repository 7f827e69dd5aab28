//! A Redis server in a folder of its own, ended with the test.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use redis::{FromRedisValue, cmd};

/// The stream that is read and written when nothing else is set.
pub(super) const STREAM: &str = "analytics:events";
/// The group of the services.
pub(super) const GROUP: &str = "nchat-analytics";

/// A running server.
pub(super) struct Server {
    child: Option<Child>,
    pub(super) port: u16,
    pub(super) folder: tempfile::TempDir,
    pub(super) options: Vec<String>,
}

impl Server {
    /// Starts a server that keeps all that it answers.
    pub(super) async fn start() -> Self {
        Self::with(&[
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--save",
            "",
        ])
        .await
    }

    /// Starts a server with these options.
    pub(super) async fn with(options: &[&str]) -> Self {
        let mut server = Self::stopped(options);
        server.go_on().await;
        server
    }

    /// Returns a server that is still to be started, at a port that nobody listens on.
    pub(super) fn stopped(options: &[&str]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            child: None,
            port: free.local_addr().unwrap().port(),
            folder: tempfile::tempdir().unwrap(),
            options: options.iter().map(|option| (*option).to_owned()).collect(),
        }
    }

    /// Starts the server, also again.
    pub(super) async fn go_on(&mut self) {
        // It ends with the test, whatever ends that.
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--", "redis-server"])
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string()])
            .arg("--dir")
            .arg(self.folder.path())
            .args(&self.options)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
        for _try in 0..200 {
            let ended = self
                .child
                .as_mut()
                .and_then(|child| child.try_wait().unwrap());
            assert!(
                ended.is_none(),
                "redis-server does not start; if it is missing, run scripts/ensure-tools.sh test"
            );
            if std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("Redis did not start");
    }

    /// Ends the server at once, as a power cut would.
    pub(super) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Sends the server a signal.
    pub(super) fn signal(&self, name: &str) {
        let pid = self.child.as_ref().unwrap().id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &pid])
            .status();
        assert!(sent.unwrap().success());
    }

    /// The address of the server.
    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Runs a command, written as in `redis-cli`: words that white space separates.
    pub(super) async fn run<T: FromRedisValue>(&self, command: &str) -> T {
        self.run_words(&command.split_whitespace().collect::<Vec<_>>())
            .await
    }

    /// Runs a command of these words.
    pub(super) async fn run_words<T: FromRedisValue>(&self, words: &[&str]) -> T {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut command = cmd(words[0]);
        for word in &words[1..] {
            command.arg(*word);
        }
        let answer = command.query_async(&mut connection).await;
        answer.unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    /// Adds an entry of these fields and values; returns its identifier.
    pub(super) async fn add(&self, fields: &[&str]) -> String {
        self.run_words(&[&["XADD", STREAM, "*"], fields].concat())
            .await
    }

    /// How many entries the stream has.
    pub(super) async fn length(&self) -> u64 {
        self.run(&format!("XLEN {STREAM}")).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
