//! Tasks of the project: `cargo xtask <task>`.
#![expect(clippy::print_stdout, reason = "tasks talk to whoever runs them")]

mod bench;
mod fuzz;
mod generate;
mod insight;
mod layers;
mod product;
mod verify;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

/// Tasks of the project.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
enum Task {
    /// Check that modules and crates use only what they may.
    Layers,
    /// Send requests made at random; none may break the service.
    FuzzApi(fuzz::Options),
    /// Write the references under docs/reference.
    Gen {
        /// Write nothing; fail when one is stale.
        #[arg(long)]
        check: bool,
    },
    /// Check the product's numbers on real chat histories.
    VerifyReal(verify::Options),
    /// Measure the product; build this task in release mode for it.
    Bench(bench::Options),
    /// Measure the product on a large generated history; build this task in release mode for it.
    BenchLarge(bench::large::Options),
    /// Score the methods of insights on public benchmarks.
    InsightScore(insight::Options),
    /// Measure the reading of nChat's database; build this task in release mode for it.
    BenchSource(bench::source::Options),
}

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Layers => layers::check(&root()),
        Task::FuzzApi(options) => fuzz::run(&root(), &options),
        Task::Gen { check } => generate::run(&root(), check),
        Task::VerifyReal(options) => verify::run(&root(), &options),
        Task::Bench(options) => bench::run(&root(), &options),
        Task::BenchLarge(options) => bench::large::run(&root(), &options),
        Task::InsightScore(options) => insight::run(&root(), &options),
        Task::BenchSource(options) => bench::source::run(&root(), &options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the root of the project.
fn root() -> PathBuf {
    // Cargo says at run time where it runs; checkouts that share a build folder share the binary.
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo speaks to its tasks through the environment"
    )]
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.ancestors().nth(2).unwrap_or(&here).to_owned()
}
