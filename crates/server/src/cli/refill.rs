//! `refill`: makes rollups anew, and proves that they are what the events say.

use std::{io::Write, process::ExitCode, sync::Arc};

use anyhow::Context as _;
use domain::{
    clock::Clock,
    id::WorkspaceId,
    time::{Day, Instant, Range, date_of},
};
use indicatif::ProgressBar;
use store::{EventStore, StoreError};

use super::bar::style;
use crate::{app, config::Config};

/// Makes the rollups of days anew, while the service is stopped.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// First local day; default is the first there is.
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Local day after the last; default is the day after the last there is.
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Only compare: count each complete day anew and tell where its rollups say anything else.
    #[arg(long)]
    verify: bool,
    /// Whose chat it is.
    #[arg(long, value_name = "ID", default_value = "primary")]
    workspace: String,
}

/// Fills or compares the days, and prints what came of it.
pub(super) async fn refill(
    config: &Config,
    clock: Arc<dyn Clock>,
    arguments: &Arguments,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let workspace = WorkspaceId::new(&arguments.workspace)
        .map_err(|error| anyhow::anyhow!("--workspace: the identifier {error}"))?;
    let zone = &config.service.timezone;
    let read = |name: &str, text: &Option<String>, default: Instant| match text {
        None => Ok(default),
        Some(text) => Instant::parse(text, zone).with_context(|| format!("--{name}")),
    };
    let from = read("from", &arguments.from, Instant::MIN)?;
    let to = read("to", &arguments.to, Instant::MAX)?;
    let range = Range::new(from, to)
        .non_empty()
        .context("--to must lie after --from")?;
    let store = match app::open_store(config).await {
        Err(error @ StoreError::Locked { .. }) => {
            return Err(anyhow::Error::new(error).context(if arguments.verify {
                "the service runs: stop it first, because the events are compared in the store itself"
            } else {
                "the service runs: have it fill anew by POST /api/analytics/ledger/refill, or stop it"
            }));
        }
        opened => opened?,
    };
    let work = Work {
        store: store.as_ref(),
        workspace,
        days: Vec::new(),
    };
    let result = if arguments.verify {
        work.of(range, zone).verify(out).await
    } else {
        work.of(range, zone).fill(range, clock.as_ref(), out).await
    };
    store.close().await?;
    result
}

struct Work<'a> {
    store: &'a dyn EventStore,
    workspace: WorkspaceId,
    days: Vec<Day>,
}

impl Work<'_> {
    /// Takes the days of a span that have events.
    fn of(mut self, range: Range, zone: &jiff::tz::TimeZone) -> Self {
        let ledger = self.store.ledger(&self.workspace);
        let starts = |day: &&Day| {
            let start = Instant::start_of(date_of(**day), zone);
            range.contains(start)
        };
        self.days = ledger.days.keys().filter(starts).copied().collect();
        self
    }

    fn bar(&self) -> ProgressBar {
        let bar = ProgressBar::new(self.days.len() as u64);
        bar.with_style(style("{bar:30} {pos}/{len} days  {rate}  {eta} left"))
    }

    async fn fill(
        self,
        range: Range,
        clock: &dyn Clock,
        out: &mut impl Write,
    ) -> anyhow::Result<ExitCode> {
        let now = clock.now();
        self.store.mark_dirty(&self.workspace, range, now).await?;
        let bar = self.bar();
        let mut events = 0;
        for day in &self.days {
            events += self
                .store
                .fill(&self.workspace, *day, now)
                .await?
                .unwrap_or(0);
            bar.inc(1);
        }
        let months = self.store.fill_months(now).await?;
        while self.store.fill_contexts(now).await? > 0 {}
        bar.finish_and_clear();
        let days = self.days.len();
        writeln!(
            out,
            "filled {days} days and {months} months from {events} events"
        )?;
        Ok(ExitCode::SUCCESS)
    }

    async fn verify(self, out: &mut impl Write) -> anyhow::Result<ExitCode> {
        let bar = self.bar();
        let (mut equal, mut incomplete, mut different) = (0u64, 0u64, 0u64);
        for day in &self.days {
            match self.store.verify(&self.workspace, *day).await? {
                None => incomplete += 1,
                Some(rollups) if rollups.is_empty() => equal += 1,
                Some(rollups) => {
                    different += 1;
                    let date = date_of(*day);
                    bar.suspend(|| {
                        writeln!(
                            out,
                            "{date}: {} is not what the events say",
                            rollups.join(", ")
                        )
                    })?;
                }
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        writeln!(out, "equal to the events, row by row: {equal} days")?;
        if incomplete > 0 {
            writeln!(out, "without rollups yet: {incomplete} days")?;
        }
        if different == 0 {
            return Ok(ExitCode::SUCCESS);
        }
        writeln!(
            out,
            "different: {different} days; run refill without --verify to make them anew"
        )?;
        Ok(ExitCode::FAILURE)
    }
}
