//! Requests made at random against the real binary on demo history: none may break it.

mod session;

use std::{fs, path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::runtime::Runtime;

use self::session::{Kind, Target};
use crate::{
    bench::history,
    product::{self, Binary, Service},
};

/// What to send.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many requests with parameters, and as many with bodies.
    #[arg(long, default_value_t = 5_000)]
    requests: u64,
    /// From which all of them follow.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Events of the demo history.
    #[arg(long, default_value_t = 50_000)]
    events: u64,
    /// A binary that is built already.
    #[arg(long)]
    binary: Option<std::path::PathBuf>,
}

/// Longest time that an answer may take.
const LIMIT: Duration = Duration::from_secs(2);

/// Sends the requests; fails when an answer was wrong.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let binary = match &options.binary {
        Some(path) => Binary::new(path),
        None => product::build(root, false)?,
    };
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let runtime = Runtime::new()?;
    let events = history::write(&runtime, &data, options.events, |_| {})?;
    let keys = ["admin", "write", "read"];
    let keys = keys.map(|access| key(&binary, &data, access));
    let [admin, write, read] = keys;
    let service = Service::start_with(&binary, &data, &[("LOG_FORMAT", "json")])?;
    let target = Target {
        base: service.url(),
        keys: [admin?, write?, read?],
    };
    println!(
        "{events} events; {} requests of each kind, seed {}",
        options.requests, options.seed
    );
    let mut faults = 0;
    for kind in [Kind::Parameters, Kind::Bodies] {
        let sent = session::run(&target, kind, options.requests, options.seed, Some(LIMIT));
        let report = runtime.block_on(sent)?;
        println!("{kind:?}: {report}");
        faults += report.findings.len();
    }
    service.stop()?;
    let log = fs::read_to_string(data.with_extension("log"))?;
    for line in session::faults_of_log(log.lines()) {
        println!("in the log: {line}");
        faults += 1;
    }
    ensure!(faults == 0, "{faults} findings with seed {}", options.seed);
    Ok(())
}

fn key(binary: &Binary, data: &Path, access: &str) -> Result<String> {
    let mut command: Command = binary.command(data);
    command.args([
        "key", "create", "--name", "fuzz", "--json", "--access", access,
    ]);
    let output = command.output()?;
    let made: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let secret = made["secret"].as_str().context("a key without a secret")?;
    Ok(secret.to_owned())
}
