//! Measures the product on a large generated history: every endpoint over every span, beside the
//! same answers from raw events, and while events arrive.
//!
//! The history is built once and kept in the cache of the project. What a run changes is a copy.
//!
//! | file | what it does |
//! |---|---|
//! | `cache`, `build` | the history, kept from run to run |
//! | `fill` | filling its days |
//! | `question`, `times` | what is asked, and how long it took |
//! | `answers`, `row` | each question in each way of answering |
//! | `arriving`, `visible`, `closed` | the same while events arrive |
//! | `outcome`, `growth` | what a run came to, and several side by side |

mod answers;
mod arriving;
mod build;
mod cache;
mod closed;
mod fill;
mod growth;
mod outcome;
mod question;
mod row;
mod times;
mod visible;

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Result;

use self::{
    outcome::{Extent, Outcome},
    row::rows_table,
};
use super::{document, figure::figures_table, ledger, machine};
use crate::product::{self, Binary, Service};

/// What the service may use.
const LIMITS: [(&str, &str); 3] = [
    ("ANALYTICS_MEMORY", "512M"),
    ("ANALYTICS_STORE_MEMORY", "256M"),
    ("ANALYTICS_THREADS", "2"),
];
/// Events of the smaller histories.
const SMALLER: [u64; 2] = [1_000_000, 10_000_000];

/// What is asked of this task.
#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Options {
    /// Events of the history.
    #[arg(long, default_value_t = 100_000_000, value_name = "NUMBER")]
    events: u64,
    /// How often each question is asked; the first time over a span costs more than the others.
    #[arg(long, default_value_t = 100, value_name = "NUMBER")]
    draws: usize,
    /// Measure 1 and 10 million events first, and show all three side by side.
    #[arg(long)]
    growth: bool,
    /// Condense the days again, on a fresh copy, when an earlier run did it.
    #[arg(long)]
    refill: bool,
    /// Measure only what happens while events arrive.
    #[arg(long, conflicts_with_all = ["growth", "write"])]
    arriving: bool,
    /// Write the figures into docs/performance.md.
    #[arg(long)]
    write: bool,
    /// Keep the store that events arrived in.
    #[arg(long)]
    keep: bool,
    /// Measure this binary instead of building one.
    #[arg(long, value_name = "FILE", conflicts_with = "write")]
    binary: Option<PathBuf>,
}

/// Measures everything and prints it.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let binary = match &options.binary {
        Some(path) => Binary::new(path.canonicalize()?),
        None => product::build(root, true)?,
    };
    let load = machine::load();
    let machine = machine::machine(cache::Cache::open(root, options.events)?.folder());
    println!("{machine}\nload before: {load}; the client runs on the same cores");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let extent = Extent {
        events: options.events,
        draws: options.draws.max(1),
        refill: options.refill,
        arriving: true,
        keep: options.keep,
    };
    if options.arriving {
        let figures = outcome::while_arriving(root, &runtime, &binary, extent)?;
        println!("\n{}", figures_table(&figures));
        return Ok(());
    }
    let measure = |extent| Outcome::measure(root, &runtime, &binary, extent);
    let smaller = |events| {
        measure(Extent {
            events,
            arriving: false,
            ..extent
        })
    };
    let before = if options.growth {
        Some([smaller(SMALLER[0])?, smaller(SMALLER[1])?])
    } else {
        None
    };
    let outcome = measure(extent)?;
    println!("\n{}", rows_table(&outcome.rows));
    let mut text = outcome.text();
    if let Some([first, second]) = &before {
        let table = growth::growth_table([first, second, &outcome]);
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\n### How the cost grows\n\n{table}");
        println!("{table}");
    }
    if options.write {
        let text = format!("{}\n{text}", machine::measured_on(&machine, &load));
        document::LARGE.write(root, &text)?;
    }
    Ok(())
}

/// Starts the service within its limits and waits until it has filled what it wants to, so that
/// this does not disturb what is measured.
fn start(binary: &Binary, store: &Path, settings: &[(&str, &str)]) -> Result<Service> {
    let service = Service::start_with(binary, store, &[LIMITS.as_slice(), settings].concat())?;
    ledger::settle(&service.client()?, |_| {})?;
    Ok(service)
}
