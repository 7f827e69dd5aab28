//! `backfill`: the history of nChat's database, into the store or through the running service.

use std::{
    io::{IsTerminal as _, Write},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant as Stopwatch},
};

use anyhow::Context as _;
use domain::{clock::Clock, time::Instant};
use indicatif::{HumanCount, ProgressBar};
use jiff::tz::TimeZone;

use super::{
    bar::style,
    import::{Summary, Target, Through, open_target},
    print::tell,
};
use crate::{
    app,
    config::Config,
    importer::Records,
    ingest::Origin,
    source::{
        Told,
        postgres::{Backfill, Progress, Sink, SourceError},
    },
};

/// Time between two lines where there is no terminal.
const LINE_INTERVAL: Duration = Duration::from_secs(5);

/// Reads the history of nChat's database.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The first day or instant to read, such as 2026-01-31; everything that is kept unless named.
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Most rows that are read in a second, in place of `ANALYTICS_SYNC_MAX_ROWS_PER_SEC`; 0 for as
    /// many as there are.
    #[arg(long, value_name = "ROWS")]
    max_rows_per_sec: Option<u32>,
    #[command(flatten)]
    through: Through,
}

/// Reads everything and prints what became of it.
pub(super) async fn backfill(
    config: &Config,
    clock: Arc<dyn Clock>,
    start: u64,
    arguments: &Arguments,
    out: &mut (impl Write + Send),
) -> anyhow::Result<ExitCode> {
    let mut settings = app::source_settings(config)
        .context("there is no database to read: set DATABASE_URL to nChat's")?;
    if let Some(rows) = arguments.max_rows_per_sec {
        settings.rows_per_second = rows;
    }
    let zone: &TimeZone = &config.service.timezone;
    let since = arguments.since.as_deref();
    let since = since
        .map(|since| Instant::parse(since, zone))
        .transpose()
        .context("--since")?;
    super::make_folder(config)?;
    let meta = app::open_meta(config).await?;
    let tombstones = app::open_tombstones(meta.as_ref()).await?;
    let target = open_target(
        config,
        Arc::clone(&clock),
        start,
        &arguments.through,
        Origin::Database,
    )
    .await?;
    let mut sink = TargetSink {
        target,
        summary: Summary::begin(),
    };
    let backfill = Backfill {
        settings,
        shared: app::source_shared(config, meta, clock, tombstones),
        since,
    };
    let mut progress = Bars::default();
    let read = backfill.run(&mut sink, &mut progress).await;
    progress.end();
    let rows = match read {
        Ok(rows) => rows,
        Err(error) => {
            // What was taken is kept, and the next run goes on from there.
            sink.target.close().await?;
            anyhow::bail!("{}", error.sentence());
        }
    };
    write!(out, "{}", sink.summary.text(&sink.target.describe()))?;
    writeln!(out, "  rows read        {}", HumanCount(rows))?;
    let found = backfill.shared.state.get(backfill.shared.clock.now());
    for missing in found.missing {
        writeln!(out, "  not there        {missing}")?;
    }
    sink.target.close().await?;
    Ok(ExitCode::SUCCESS)
}

/// Into the store or through the service, as an import.
struct TargetSink {
    target: Target,
    summary: Summary,
}

impl Sink for TargetSink {
    async fn put(&mut self, told: Told) -> Result<(), SourceError> {
        let failed = |error: anyhow::Error| SourceError::Sink(error.into());
        for (workspace, share) in told {
            let records = Records {
                people: share.people,
                channels: share.channels,
            };
            self.target
                .put_records(&workspace, records, &mut self.summary)
                .await
                .map_err(failed)?;
            self.target
                .put_events(&workspace, share.events, &mut self.summary)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn settle(&mut self) -> Result<(), SourceError> {
        let settled = self.target.finish(&mut self.summary).await;
        settled.map_err(|error| SourceError::Sink(error.into()))
    }
}

/// A bar for each feed on a terminal, lines elsewhere.
#[derive(Default)]
struct Bars {
    current: Option<Current>,
}

struct Current {
    feed: &'static str,
    total: u64,
    rows: u64,
    bar: ProgressBar,
    last_line: Stopwatch,
}

impl Progress for Bars {
    fn begin(&mut self, feed: &'static str, rows: u64) {
        let bar = if std::io::stderr().is_terminal() {
            ProgressBar::new(rows)
        } else {
            ProgressBar::hidden()
        };
        let template = "{prefix:<16} {bar:32} {percent:>3}%  {human_pos} rows, {rate}  {eta} left";
        bar.set_style(style(template));
        bar.set_prefix(feed);
        self.current = Some(Current {
            feed,
            total: rows,
            rows: 0,
            bar,
            last_line: Stopwatch::now(),
        });
    }

    fn advance(&mut self, rows: u64) {
        let Some(current) = &mut self.current else {
            return;
        };
        current.rows += rows;
        // The server's estimate may be too low.
        current.bar.set_length(current.total.max(current.rows));
        current.bar.set_position(current.rows);
        if current.bar.is_hidden() && current.last_line.elapsed() >= LINE_INTERVAL {
            current.last_line = Stopwatch::now();
            tell(&format!(
                "{}: {} of about {} rows",
                current.feed,
                HumanCount(current.rows),
                HumanCount(current.total.max(current.rows)),
            ));
        }
    }

    fn end(&mut self) {
        if let Some(current) = self.current.take() {
            current.bar.finish_and_clear();
        }
    }
}
