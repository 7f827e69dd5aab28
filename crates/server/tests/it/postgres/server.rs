//! A Postgres server in a folder of its own, ended with the test.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// nChat's tables.
const SCHEMA: &str = include_str!("schema.sql");

/// A port that nobody listens on.
pub(super) fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().port()
}

/// Gives a file or folder to the user that the server runs as.
pub(super) fn give(path: &Path) {
    if rustix::process::getuid().is_root() {
        let given = Command::new("chown").arg("postgres").arg(path).status();
        assert!(given.unwrap().success());
    }
}

/// A running server.
pub(crate) struct Server {
    child: Option<Child>,
    pub(super) port: u16,
    pub(super) folder: tempfile::TempDir,
}

/// Returns the folder of the server's programs: Debian keeps them off the path.
fn programs() -> PathBuf {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").is_file())
        .collect();
    versions.sort();
    versions
        .pop()
        .expect("Postgres is missing: run scripts/ensure-tools.sh test")
}

/// A command of the server's.
fn command(program: &str) -> Command {
    as_postgres(&programs().join(program))
}

/// A command as another user where we are root: Postgres refuses root. It ends with the test, whatever
/// ends that.
pub(super) fn as_postgres(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "INT"]);
    if rustix::process::getuid().is_root() {
        command.args([
            "--reuid",
            "postgres",
            "--regid",
            "postgres",
            "--init-groups",
        ]);
    }
    command.arg("--").arg(program);
    command
}

impl Server {
    /// Makes an empty database and starts a server on it.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        give(folder.path());
        let made = command("initdb")
            .args([
                "--username=postgres",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
            ])
            .args(["--locale=C", "-D"])
            .arg(folder.path().join("cluster"))
            .current_dir("/")
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let mut server = Self {
            child: None,
            port: free_port(),
            folder,
        };
        server.go_on().await;
        server
    }

    /// Starts the server again.
    pub(crate) async fn go_on(&mut self) {
        let folder: &Path = self.folder.path();
        let child = command("postgres")
            .arg("-D")
            .arg(folder.join("cluster"))
            .args(["-p", &self.port.to_string(), "-c", "fsync=off"])
            .args([
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "shared_buffers=64MB",
            ])
            .arg("-c")
            .arg(format!("unix_socket_directories={}", folder.display()))
            .current_dir("/")
            .args(["-c", "shared_preload_libraries=auto_explain"])
            .args(["-c", "log_line_prefix=%a: "])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(self.log_file()).unwrap())
            .spawn()
            .unwrap();
        self.child = Some(child);
        for _try in 0..200 {
            if PgConnection::connect(&self.url("postgres")).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("Postgres did not start");
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// What the server has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap()
    }

    /// Ends the server at once, with everybody's connections.
    pub(crate) fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let interrupted = Command::new("kill")
                .args(["-INT", &child.id().to_string()])
                .status();
            assert!(interrupted.unwrap().success());
            child.wait().unwrap();
        }
    }

    /// The address of the database for a role.
    pub(crate) fn url(&self, role: &str) -> String {
        self.url_of(role, "postgres")
    }

    /// The address of another database.
    pub(crate) fn url_of(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@127.0.0.1:{}/{database}", self.port)
    }

    /// A connection of the owner of everything.
    pub(crate) async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url("postgres")).await.unwrap()
    }

    /// Makes nChat's tables in a schema.
    pub(crate) async fn make_chat(&self, schema: &str) -> PgConnection {
        let mut connection = self.connect().await;
        let text =
            format!("CREATE SCHEMA IF NOT EXISTS {schema}; SET search_path = {schema}; {SCHEMA}");
        run(&mut connection, &text).await;
        connection
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs statements.
pub(crate) async fn run(connection: &mut PgConnection, statements: &str) {
    sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))
        .execute(connection)
        .await
        .unwrap_or_else(|error| panic!("{statements}: {error}"));
}

/// Returns the number that a query answers.
pub(crate) async fn number(connection: &mut PgConnection, query: &str) -> u64 {
    let number: i64 = sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
        .fetch_one(connection)
        .await
        .unwrap_or_else(|error| panic!("{query}: {error}"));
    u64::try_from(number).unwrap()
}
