//! Measures the reading of nChat's database: how fast a backfill is, and what the chat feels of it.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use crate::product::{self, Binary, CHAT_TABLES, Postgres, said};

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
    let server = Postgres::start()?;
    println!("making {} messages", options.messages);
    server.ask(CHAT_TABLES)?;
    server.ask(&chat(options.messages))?;
    let scratch = tempfile::tempdir()?;

    let (rows, took) = backfill(&binary, &server, &scratch.path().join("fast"), "0")?;
    println!(
        "backfill without a limit: {rows} rows in {:.1} s, {:.0} rows/s",
        took.as_secs_f64(),
        rows as f64 / took.as_secs_f64()
    );

    pgbench_init(&server)?;
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        alone.push(pgbench(&server)?);
        let store = scratch.path().join(format!("slow-{pair}"));
        let mut reading = backfill_command(&binary, &server, &store, None)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        std::thread::sleep(Duration::from_secs(2));
        let latency = pgbench(&server);
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
    server: &Postgres,
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
    server: &Postgres,
    store: &Path,
    limit: &str,
) -> Result<(u64, Duration)> {
    let begun = Instant::now();
    let done = backfill_command(binary, server, store, Some(limit)).output()?;
    let took = begun.elapsed();
    let said = said(done)?;
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

/// Makes the tables of pgbench.
fn pgbench_init(server: &Postgres) -> Result<()> {
    let mut pgbench = server.program("pgbench");
    pgbench.args(["-i", "-q", "-s", "10", &server.url()]);
    said(pgbench.output()?).map(drop)
}

/// Returns the mean latency in milliseconds of a chat that is busy, and not driven to its limit.
fn pgbench(server: &Postgres) -> Result<f64> {
    let mut pgbench = server.program("pgbench");
    pgbench
        .args(["-c", "4", "-R", "200", "-T", &SECONDS.to_string()])
        .arg(server.url());
    let said = said(pgbench.output()?)?;
    said.lines()
        .find_map(|line| line.strip_prefix("latency average = "))
        .and_then(|text| text.split_whitespace().next()?.parse().ok())
        .with_context(|| format!("pgbench: {said}"))
}
