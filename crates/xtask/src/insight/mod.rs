//! Scores the methods of insights on public benchmarks, and prints what was to be reached and what was.
//!
//! A folder holds the benchmarks as `../shared/bench` does: `chat_daily/daily.csv`. Other data of the same form are scored alike: nothing here or in the
//! methods knows a file's name.

mod chat;
mod figure;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use self::figure::Figure;

/// Where the benchmarks lie unless another folder is named, from the root of the project.
const DEFAULT_DATA: &str = "../shared/bench";

/// What is asked of this task.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Which benchmarks; all that the folder holds unless named.
    #[arg(long, value_enum)]
    suite: Vec<Suite>,
    /// Folder of the benchmarks.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// A benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Suite {
    /// Alarms and forecasts on real chat volume.
    Chat,
}

/// A benchmark's data and how it is scored.
struct Benchmark {
    suite: Suite,
    file: &'static str,
    score: fn(&Path) -> Result<Vec<Figure>>,
}

const BENCHMARKS: [Benchmark; 1] = [Benchmark {
    suite: Suite::Chat,
    file: "chat_daily/daily.csv",
    score: chat::score,
}];

/// Scores the benchmarks and prints their figures.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let folder = options
        .data
        .clone()
        .unwrap_or_else(|| root.join(DEFAULT_DATA));
    let mut figures = Vec::new();
    for benchmark in &BENCHMARKS {
        let is_named = options.suite.contains(&benchmark.suite);
        let file = folder.join(benchmark.file);
        match (file.exists(), is_named) {
            (true, _) if is_named || options.suite.is_empty() => {
                figures.extend((benchmark.score)(&file)?);
            }
            _ => {}
        }
    }
    if figures.is_empty() {
        bail!("{} holds no benchmark", folder.display());
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
    } else {
        figure::print(&figures);
    }
    Ok(())
}
