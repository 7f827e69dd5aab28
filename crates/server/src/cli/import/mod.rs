//! `import`: a chat's history from files, into the store or through the running service.
//!
//! Reading, validating and writing run side by side: a thread reads, this task validates, and the
//! store's writer commits. What is sent twice counts once, so an import may be broken off and
//! begun again.

mod direct;
mod old;
mod progress;
mod remote;
mod summary;
mod target;
mod unknown;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use clap::ValueEnum;
use domain::{clock::Clock, id::WorkspaceId};
use store::StoreError;
use tokio::sync::mpsc;

use self::{direct::Direct, progress::Progress, remote::Remote};
use crate::{
    app::{Parts, StartError},
    config::Config,
    importer::{self, CellNotes, Confidential, Format, Piece, RecordTable, Records},
    ingest::Origin,
};

pub(super) use self::{summary::Summary, target::Target};

/// Chunks that wait to be validated.
const CHUNKS: usize = 3;

/// Reads a chat's history from files.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// NDJSON files (also .gz and .zst), Slack exports (zip or folder), files of Slack messages as
    /// JSON lines, or `-` for standard input.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Table of people: `user_id`, `display_name`, `is_bot`, email, role, `created_at` …
    #[arg(long, value_name = "CSV")]
    users: Option<PathBuf>,
    /// Table of channels: `channel_id`, name, type, `member_count`, `created_at` …
    #[arg(long, value_name = "CSV")]
    channels: Option<PathBuf>,
    /// What the files are; found out by itself unless named.
    #[arg(long, value_enum, default_value_t = FormatArgument::Auto)]
    format: FormatArgument,
    /// What channels in NDJSON are taken for of which nothing says who may see them: `public` ones
    /// give terms (hashtags, links, mentions, emoji, topics), `confidential` ones do not. Those of Slack are
    /// always confidential.
    #[arg(long, value_enum, default_value_t = UnknownChannels::Public)]
    unknown_channels: UnknownChannels,
    /// Whose chat it is.
    #[arg(long, value_name = "ID", default_value = "primary")]
    workspace: String,
    /// Import what the retention keeps and leave out what is older, instead of stopping.
    #[arg(long)]
    skip_old: bool,
    #[command(flatten)]
    through: Through,
}

/// How a running service is reached.
#[derive(Debug, clap::Args)]
pub(super) struct Through {
    /// Address of a running service to go through; found out by itself when it runs here.
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// PEM file with certificates to trust when the address begins with https.
    #[arg(long, value_name = "PEM")]
    ca_file: Option<PathBuf>,
    /// Admin key for the running service; default is `ANALYTICS_API_KEY`.
    #[arg(
        long,
        value_name = "KEY",
        env = "NCHAT_ANALYTICS_IMPORT_KEY",
        hide_env_values = true
    )]
    key: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatArgument {
    Auto,
    Ndjson,
    Slack,
}

/// What channels of unknown kind are taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum UnknownChannels {
    Public,
    Confidential,
}

impl FormatArgument {
    const fn format(self) -> Option<Format> {
        match self {
            Self::Auto => None,
            Self::Ndjson => Some(Format::Ndjson),
            Self::Slack => Some(Format::Slack),
        }
    }
}

/// Imports the files and prints what became of them.
pub(super) async fn import(
    config: &Config,
    clock: Arc<dyn Clock>,
    start: u64,
    arguments: &Arguments,
    out: &mut (impl Write + Send),
) -> anyhow::Result<ExitCode> {
    let workspace = WorkspaceId::new(&arguments.workspace)
        .map_err(|error| anyhow::anyhow!("--workspace: the identifier {error}"))?;
    // Opened first, so that a mistyped path is told before anything is written.
    let people = arguments.users.as_deref().map(importer::open_people_csv);
    let people = people.transpose()?;
    let channels = arguments
        .channels
        .as_deref()
        .map(importer::open_channels_csv);
    let channels = channels.transpose()?;
    let mut sources = Vec::new();
    for path in &arguments.paths {
        sources.push((
            path.clone(),
            importer::open(path, arguments.format.format())?,
        ));
    }
    let mut target = open_target(config, clock, start, &arguments.through, Origin::Import).await?;
    if !arguments.skip_old {
        old::refuse(&mut sources, target.oldest(), config)?;
    }
    let mut summary = Summary::begin();
    let mut confidential = Confidential::default();
    for (_, source) in &mut sources {
        confidential.learn(&source.records()?.channels);
    }
    let mut tables = 0;
    if let Some(people) = people {
        let records = |people| Records {
            people,
            ..Records::default()
        };
        tables += put_table(people, &workspace, &mut target, &mut summary, records).await?;
    }
    if let Some(channels) = channels {
        let records = |mut channels: Vec<_>| {
            confidential.learn(&channels);
            confidential.correct(&mut channels);
            Records {
                channels,
                ..Records::default()
            }
        };
        tables += put_table(channels, &workspace, &mut target, &mut summary, records).await?;
    }
    // What any of them knows of a channel holds for the events of all.
    for (_, source) in &mut sources {
        let mut records = source.records()?;
        confidential.correct(&mut records.channels);
        target
            .put_records(&workspace, records, &mut summary)
            .await?;
    }
    let unknown = arguments.unknown_channels;
    for (path, source) in sources {
        import_one(
            &path,
            source,
            unknown,
            &workspace,
            &mut target,
            &mut summary,
        )
        .await?;
    }
    target.finish(&mut summary).await?;
    write!(out, "{}", summary.text(&target.describe()))?;
    target.close().await?;
    match summary.nothing_taken() {
        // New tables of people and channels are something, too.
        Some(reason) if tables == 0 => anyhow::bail!(reason),
        Some(_) | None => Ok(ExitCode::SUCCESS),
    }
}

/// Takes the records of a table in, a share at a time; returns how many said something new.
async fn put_table<T>(
    mut table: RecordTable<T>,
    workspace: &WorkspaceId,
    target: &mut Target,
    summary: &mut Summary,
    mut records: impl FnMut(Vec<T>) -> Records,
) -> anyhow::Result<u64> {
    let mut all = 0;
    loop {
        let mut notes = CellNotes::default();
        let share = table.next_share(&mut notes)?;
        summary.cells(&notes);
        if share.is_empty() {
            return Ok(all);
        }
        all += target
            .put_records(workspace, records(share), summary)
            .await?;
    }
}

async fn import_one(
    path: &Path,
    mut source: Box<dyn importer::Source>,
    unknown: UnknownChannels,
    workspace: &WorkspaceId,
    target: &mut Target,
    summary: &mut Summary,
) -> anyhow::Result<()> {
    let progress = Progress::begin(path, source.total_bytes());
    let (sender, mut pieces) = mpsc::channel::<Piece>(CHUNKS);
    let is_unknown_confidential = unknown == UnknownChannels::Confidential;
    let reading = tokio::task::spawn_blocking(move || {
        importer::read_pieces(source.as_mut(), is_unknown_confidential, &sender)
    });
    let mut found = 0;
    while let Some(piece) = pieces.recv().await {
        match piece {
            Piece::Records(records) => {
                target.put_records(workspace, records, summary).await?;
            }
            Piece::Events { events, read } => {
                let count = events.len() as u64;
                found += count;
                target.put_events(workspace, events, summary).await?;
                progress.advance(read, count);
            }
            Piece::Skipped { what, reason } => summary.skipped(&what, &reason),
            Piece::Noted { what, note } => summary.noted(&what, note),
            Piece::More { code, count } => summary.more(code, count),
        }
    }
    progress.end();
    if found == 0 {
        summary.empty(path.display().to_string());
    }
    reading
        .await?
        .with_context(|| format!("{}", path.display()))
}

/// Opens the store itself, or finds the service that has it open.
pub(super) async fn open_target(
    config: &Config,
    clock: Arc<dyn Clock>,
    start: u64,
    through: &Through,
    origin: Origin,
) -> anyhow::Result<Target> {
    if let Some(server) = &through.server {
        let remote = Remote::connect(config, server, through).await?;
        return Ok(Target::Remote(remote));
    }
    match Parts::open(config, clock, start).await {
        Ok(parts) => Ok(Target::Direct(Direct::new(parts, origin))),
        Err(StartError::Store(StoreError::Locked { .. })) => {
            let server = format!("http://localhost:{}", config.service.port);
            let remote = Remote::connect(config, &server, through)
                .await
                .context("the store is in use, so the import has to go through the service")?;
            Ok(Target::Remote(remote))
        }
        Err(error) => Err(error.into()),
    }
}
