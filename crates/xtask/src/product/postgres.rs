//! A Postgres server of our own, with a chat in it.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

/// nChat's tables, as the tests make them.
pub(crate) const CHAT_TABLES: &str = include_str!("../../../server/tests/it/postgres/schema.sql");

/// A server on a folder of its own, ended with this.
#[derive(Debug)]
pub(crate) struct Postgres {
    child: Child,
    port: u16,
    programs: PathBuf,
    _folder: tempfile::TempDir,
}

impl Postgres {
    /// Makes an empty database and starts a server on it.
    pub(crate) fn start() -> Result<Self> {
        let programs = programs().context("Postgres is missing: scripts/ensure-tools.sh test")?;
        let folder = tempfile::tempdir()?;
        // Postgres refuses root.
        let is_root = rustix::process::getuid().is_root();
        if is_root {
            let mut given = Command::new("chown");
            given.arg("postgres").arg(folder.path());
            said(run(&mut given)?).context("there is no user postgres")?;
        }
        let command = |program: &str| {
            let mut command = Command::new("setpriv");
            command.args(["--pdeathsig", "INT"]);
            if is_root {
                command.args(["--reuid", "postgres", "--regid", "postgres"]);
                command.arg("--init-groups");
            }
            command.arg("--").arg(programs.join(program));
            command.current_dir("/");
            command
        };
        let cluster = folder.path().join("cluster");
        let mut making = command("initdb");
        making
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
            .args(["--locale=C", "-D"])
            .arg(&cluster);
        said(run(&mut making)?)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let sockets = format!("unix_socket_directories={}", folder.path().display());
        let child = command("postgres")
            .arg("-D")
            .arg(&cluster)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB"])
            .args(["-c", &sockets])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let server = Self {
            child,
            port,
            programs,
            _folder: folder,
        };
        for _try in 0..100 {
            if server.ask("SELECT 1").is_ok() {
                return Ok(server);
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("Postgres did not start")
    }

    /// Returns the address of the database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Runs statements, or a command of psql's; returns the rows of the last one, a line each, with
    /// `|` between values.
    pub(crate) fn ask(&self, statements: &str) -> Result<String> {
        let mut psql = self.program("psql");
        psql.args(["-v", "ON_ERROR_STOP=1", "-q", "-A", "-t", "-d"])
            .args([&self.url(), "-c", statements])
            .env("PGTZ", "UTC");
        said(run(&mut psql)?)
    }

    /// Returns one of Postgres' own programs.
    pub(crate) fn program(&self, name: &str) -> Command {
        Command::new(self.programs.join(name))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let pid = self.child.id().to_string();
        let _gone = Command::new("kill").args(["-INT", &pid]).status().is_err();
        let _reaped = self.child.wait().is_ok();
    }
}

fn run(command: &mut Command) -> Result<Output> {
    let output = command.output();
    output.with_context(|| Path::new(command.get_program()).display().to_string())
}

/// Returns what a program said; an error with its complaint when it failed.
pub(crate) fn said(output: Output) -> Result<String> {
    ensure!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}

/// Returns the folder of the newest server's programs: Debian keeps them off the path.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<PathBuf> = versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").is_file())
        .collect();
    folders.sort();
    folders.pop()
}
