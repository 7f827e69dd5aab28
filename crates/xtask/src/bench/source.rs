//! Measures the reading of nChat's database: how fast a backfill is, and what the chat feels of it.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::product::{self, Binary};

/// nChat's tables, as the tests make them.
const SCHEMA: &str = include_str!("../../../server/tests/it/postgres/schema.sql");
/// Seconds of each run of pgbench.
const SECONDS: u32 = 20;
/// Pairs of runs, one with and one without a backfill beside it.
const PAIRS: usize = 3;

/// What is asked of this task.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Messages in the chat.
    #[arg(long, default_value_t = 1_000_000, value_name = "NUMBER")]
    messages: u64,
    /// Measure the development build; its rate says nothing of the shipped one.
    #[arg(long)]
    debug: bool,
}

/// Measures and prints.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let binary = product::build(root, !options.debug)?;
    let server = Server::start()?;
    println!("making {} messages", options.messages);
    server.psql(SCHEMA)?;
    server.psql(&chat(options.messages))?;
    let scratch = tempfile::tempdir()?;

    let (rows, took) = backfill(&binary, &server, &scratch.path().join("fast"), "0")?;
    println!(
        "backfill without a limit: {rows} rows in {:.1} s, {:.0} rows/s",
        took.as_secs_f64(),
        rows as f64 / took.as_secs_f64()
    );

    server.pgbench_init()?;
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        alone.push(server.pgbench()?);
        let store = scratch.path().join(format!("slow-{pair}"));
        let mut reading = backfill_command(&binary, &server, &store, None)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        std::thread::sleep(Duration::from_secs(2));
        let latency = server.pgbench();
        reading.kill()?;
        reading.wait()?;
        beside.push(latency?);
    }
    let (alone, beside) = (median(alone), median(beside));
    println!(
        "pgbench beside a backfill with the default limit: {beside:.3} ms, alone {alone:.3} ms, {:+.1} %",
        (beside / alone - 1.0) * 100.0
    );
    Ok(())
}

fn chat(messages: u64) -> String {
    format!(
        "INSERT INTO nchat_users (display_name) SELECT 'p' || n FROM generate_series(1, 5000) n;
         INSERT INTO nchat_channels (name) SELECT 'c' || n FROM generate_series(1, 200) n;
         WITH u AS (SELECT array_agg(id) AS ids FROM nchat_users),
              c AS (SELECT array_agg(id) AS ids FROM nchat_channels)
         INSERT INTO nchat_messages (channel_id, user_id, content, created_at)
             SELECT c.ids[1 + n % 200], u.ids[1 + ((n::bigint * 7919) % 5000)::int],
                 'message ' || n || ' of some words, see https://example.org/' || n || ' :tada: #topic',
                 now() - n * interval '30 seconds'
             FROM generate_series(1, {messages}) n, u, c;
         ANALYZE"
    )
}

fn backfill_command(
    binary: &Binary,
    server: &Server,
    store: &Path,
    limit: Option<&str>,
) -> Command {
    let mut command = binary.command(store);
    command.env("DATABASE_URL", server.url()).arg("backfill");
    if let Some(limit) = limit {
        command.args(["--max-rows-per-sec", limit]);
    }
    command
}

fn backfill(
    binary: &Binary,
    server: &Server,
    store: &Path,
    limit: &str,
) -> Result<(u64, Duration)> {
    let begun = Instant::now();
    let done = backfill_command(binary, server, store, Some(limit)).output()?;
    let took = begun.elapsed();
    let said = String::from_utf8_lossy(&done.stdout);
    ensure!(
        done.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let rows = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("rows read"))
        .and_then(|rows| rows.trim().replace(',', "").parse().ok())
        .context("a backfill says how many rows it read")?;
    Ok((rows, took))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A Postgres server that ends with this.
struct Server {
    child: Child,
    port: u16,
    programs: PathBuf,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Result<Self> {
        let programs = programs().context("Postgres is missing: scripts/ensure-tools.sh test")?;
        let folder = tempfile::tempdir()?;
        let is_root = rustix::process::getuid().is_root();
        if is_root {
            let given = Command::new("chown")
                .arg("postgres")
                .arg(folder.path())
                .status()?;
            ensure!(given.success(), "there is no user postgres");
        }
        let cluster = folder.path().join("cluster");
        let command = |program: &str| {
            let mut command = Command::new("setpriv");
            command.args(["--pdeathsig", "INT"]);
            if is_root {
                command.args([
                    "--reuid",
                    "postgres",
                    "--regid",
                    "postgres",
                    "--init-groups",
                ]);
            }
            command
                .arg("--")
                .arg(programs.join(program))
                .current_dir("/");
            command
        };
        let made = command("initdb")
            .args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "-D",
            ])
            .arg(&cluster)
            .output()?;
        ensure!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = command("postgres")
            .arg("-D")
            .arg(&cluster)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB"])
            .arg("-c")
            .arg(format!(
                "unix_socket_directories={}",
                folder.path().display()
            ))
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
            if server.psql("SELECT 1").is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        anyhow::bail!("Postgres did not start")
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn psql(&self, statements: &str) -> Result<()> {
        let done = Command::new(self.programs.join("psql"))
            .args([
                "-v",
                "ON_ERROR_STOP=1",
                "-q",
                "-d",
                &self.url(),
                "-c",
                statements,
            ])
            .output()?;
        ensure!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        Ok(())
    }

    fn pgbench_init(&self) -> Result<()> {
        let done = Command::new(self.programs.join("pgbench"))
            .args(["-i", "-q", "-s", "10", &self.url()])
            .output()?;
        ensure!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        Ok(())
    }

    /// Returns the mean latency in milliseconds of a chat that is busy, and not driven to its limit.
    fn pgbench(&self) -> Result<f64> {
        let done = Command::new(self.programs.join("pgbench"))
            .args([
                "-c",
                "4",
                "-R",
                "200",
                "-T",
                &SECONDS.to_string(),
                &self.url(),
            ])
            .output()?;
        let said = String::from_utf8_lossy(&done.stdout);
        said.lines()
            .find_map(|line| line.strip_prefix("latency average = "))
            .and_then(|text| text.split_whitespace().next()?.parse().ok())
            .with_context(|| format!("pgbench: {said}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = self.child.id().to_string();
        let _gone = Command::new("kill").args(["-INT", &pid]).status().is_err();
        let _reaped = self.child.wait().is_ok();
    }
}

fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<PathBuf> = versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").is_file())
        .collect();
    folders.sort();
    folders.pop()
}
