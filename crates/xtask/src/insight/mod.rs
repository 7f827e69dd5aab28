//! Scores the methods of insights on public benchmarks, and prints what was to be reached and what was.
//!
//! Other data of the same form are scored alike: nothing here or in the methods knows a file's name.

mod chat;
mod figure;
mod gbstats;
mod lean;
mod looks;
mod m4;
mod nab;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use self::figure::Figure;

/// Where the benchmarks lie unless a folder is named, from the root of the project.
const BENCH: &str = "../shared/bench";
/// Where real histories lie.
const DATA: &str = "../shared/data";

/// What is asked of this task.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Which benchmarks; all that the folder holds unless named.
    #[arg(long, value_enum)]
    suite: Vec<Suite>,
    /// Folder of the benchmarks: `chat_daily/daily.csv`, `nab-part.tar.zst` or `nab/`, `m4/*.ndjson.zst`, `gbstats/vectors.json`,
    /// `lean/events-2020-2022.ndjson.zst`.
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
    /// The Numenta Anomaly Benchmark.
    Nab,
    /// Forecasts of the M4 competition.
    M4,
    /// Experiments, beside GrowthBook.
    Gbstats,
    /// Experiments without a difference, looked at every day; needs no data.
    Looks,
    /// Churn and segments of a real history.
    Lean,
}

/// A benchmark's data, the folder where they lie unless another is named, and how they are scored.
struct Benchmark {
    suite: Suite,
    home: &'static str,
    file: &'static str,
    score: fn(&Path) -> Result<Vec<Figure>>,
}

const BENCHMARKS: [Benchmark; 6] = [
    Benchmark {
        suite: Suite::Chat,
        home: BENCH,
        file: "chat_daily/daily.csv",
        score: chat::score,
    },
    Benchmark {
        suite: Suite::Nab,
        home: BENCH,
        file: "nab-part.tar.zst",
        score: nab::score,
    },
    Benchmark {
        suite: Suite::Nab,
        home: BENCH,
        file: "nab",
        score: nab::score,
    },
    Benchmark {
        suite: Suite::M4,
        home: BENCH,
        file: "m4",
        score: m4::score,
    },
    Benchmark {
        suite: Suite::Gbstats,
        home: BENCH,
        file: "gbstats/vectors.json",
        score: gbstats::score,
    },
    Benchmark {
        suite: Suite::Lean,
        home: DATA,
        file: "lean/events-2020-2022.ndjson.zst",
        score: lean::score,
    },
];

/// Scores the benchmarks and prints their figures.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let mut figures = Vec::new();
    for benchmark in &BENCHMARKS {
        let is_asked = options.suite.is_empty() || options.suite.contains(&benchmark.suite);
        let folder = options
            .data
            .clone()
            .unwrap_or_else(|| root.join(benchmark.home));
        let file = folder.join(benchmark.file);
        if is_asked && file.exists() {
            figures.extend((benchmark.score)(&file)?);
        }
    }
    if options.suite.is_empty() || options.suite.contains(&Suite::Looks) {
        figures.extend(looks::score());
    }
    if figures.is_empty() {
        bail!(
            "no such benchmark: a folder holds {}",
            BENCHMARKS.map(|one| one.file).join(", ")
        );
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
    } else {
        figure::print(&figures);
    }
    Ok(())
}
