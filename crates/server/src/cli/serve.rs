//! `serve` and `init`.

use std::{
    fmt,
    io::{IsTerminal as _, Write},
    path::Path,
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use demo::{Demo, Knobs};
use domain::{clock::Clock, id::WorkspaceId, text::counted, time::Instant};
use indicatif::{ProgressBar, ProgressStyle};
use rand::{Rng as _, rngs::StdRng};
use secrecy::ExposeSecret as _;
use store::{
    Batch, EventStore, StoreError,
    meta::{Access, MetaStore},
};
use tokio::signal;

use super::{disabled, key::operator, make_folder, sign_in_link};
use crate::{
    api::{DEMO as DEMO_SETTING, VERSION},
    app::{self, App, Parts},
    auth::key::{Grant, NewKey},
    config::Config,
    query::Pseudonyms,
};

/// File that keeps the demo's key, so that the next run can print it again.
const DEMO_KEY_FILE: &str = "demo-admin-key";
/// Name of the demo's key.
const DEMO_KEY_NAME: &str = "demo";

/// Runs the service until it is told to end.
pub(super) async fn serve(
    config: &Config,
    clock: Arc<dyn Clock>,
    random: &mut StdRng,
    demo: bool,
    out: &mut (impl Write + Send),
) -> anyhow::Result<ExitCode> {
    if !config.service.enabled {
        let ended = ended()?;
        return disabled::serve(config, clock, random.next_u64(), ended).await;
    }
    let parts = Parts::open(config, Arc::clone(&clock), random.next_u64()).await?;
    parts.retention.announce().await?;
    let mut demo_key = None;
    if demo {
        refuse_real_history(config, &parts).await?;
        fill(&parts, config).await?;
        demo_key = Some(demo_admin_key(config, &parts, clock.as_ref(), random).await?);
    }
    let has_keys = parts
        .meta
        .keys()
        .await?
        .iter()
        .any(|key| key.holds(clock.now()));
    // Watched before anybody can know that the service runs.
    let ended = ended()?;
    let pseudonyms = Pseudonyms::open(parts.meta.as_ref(), random).await?;
    let sessions = Arc::clone(&parts.sessions);
    let app = App::listen(config, parts, random.next_u64(), pseudonyms)?;
    let address = app.address();
    tracing::info!(version = VERSION, %address, timezone = config.service.timezone.iana_name().unwrap_or("UTC"), "service.started");
    tracing::info!("{}", app.posture());
    if !has_keys && !config.access.has_secret() {
        tracing::warn!(
            "nobody can sign in yet: make a key with `nchat-analytics key create --name admin --access admin`"
        );
    }
    if let Some(key) = demo_key {
        let base = format!("http://localhost:{}", address.port());
        writeln!(
            out,
            "\nnchat-analytics {VERSION} runs with a demo history.\n"
        )?;
        writeln!(out, "  address    {base}")?;
        writeln!(out, "  admin key  {key}")?;
        let link = sign_in_link::make(&base, sessions.as_ref(), clock.now(), random).await?;
        writeln!(out, "  sign in    {link}")?;
        writeln!(
            out,
            "             once, within ten minutes; `nchat-analytics sign-in-link` prints another"
        )?;
        writeln!(out, "\nTry it:\n")?;
        writeln!(
            out,
            "  curl -H 'X-API-Key: {key}' '{base}/api/analytics/dashboard?period=30d'\n"
        )?;
        out.flush()?;
    }
    app.serve(ended).await?;
    tracing::info!("service.ended");
    Ok(ExitCode::SUCCESS)
}

/// Returns a future that ends when the service is told to end: by SIGTERM or Ctrl-C, from now on.
#[cfg(unix)]
fn ended() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    use signal::unix::{SignalKind, signal};

    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        tracing::info!("service.ending");
    })
}

/// Returns a future that ends when the service is told to end by Ctrl-C.
#[cfg(not(unix))]
fn ended() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        let _interrupted = signal::ctrl_c().await;
        tracing::info!("service.ending");
    })
}

/// Makes folder, store and a first admin key; beside a running service, which has the first two, only
/// the key.
pub(super) async fn init(
    config: &Config,
    clock: Arc<dyn Clock>,
    random: &mut StdRng,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    make_folder(config)?;
    let in_use = match app::open_store(config).await {
        Ok(store) => {
            store.close().await?;
            false
        }
        Err(StoreError::Locked { .. }) => true,
        Err(error) => return Err(error.into()),
    };
    let meta = app::open_meta(config).await?;
    writeln!(out, "data folder  {}", config.service.data_dir.display())?;
    if in_use {
        writeln!(out, "store        in use by a running service")?;
    }
    let keys = meta.keys().await?;
    if keys.iter().any(|key| key.holds(clock.now())) {
        writeln!(
            out,
            "keys         there are some already, see `nchat-analytics key list`"
        )?;
    } else {
        let key = insert_key(meta.as_ref(), "admin", clock.as_ref(), random).await?;
        writeln!(out, "admin key    {key}")?;
        writeln!(
            out,
            "             It is shown only now. Send it as `X-API-Key`, or put it into the address: /k/<key>/api/analytics/…"
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn insert_key(
    meta: &dyn MetaStore,
    name: &str,
    clock: &dyn Clock,
    random: &mut StdRng,
) -> anyhow::Result<String> {
    let new = NewKey::generate(Grant::unlimited(Access::Admin, name), random, clock)?;
    meta.insert_key(&new.key, &new.hash, &operator()).await?;
    Ok(new.secret.expose_secret().to_owned())
}

/// Returns the demo's key: the one of the last run, or a new one.
async fn demo_admin_key(
    config: &Config,
    parts: &Parts,
    clock: &dyn Clock,
    random: &mut StdRng,
) -> anyhow::Result<String> {
    let file = config.service.data_dir.join(DEMO_KEY_FILE);
    if let Ok(text) = std::fs::read_to_string(&file) {
        let text = text.trim();
        let hash = crate::auth::key::hash(text);
        if parts.meta.key_by_hash(&hash).await?.is_some() {
            return Ok(text.to_owned());
        }
    }
    let key = insert_key(parts.meta.as_ref(), DEMO_KEY_NAME, clock, random).await?;
    write_private(&file, &key).with_context(|| format!("{}", file.display()))?;
    Ok(key)
}

fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(text.as_bytes())
}

/// Refuses a folder that is somebody's own: a demo would mix its events into theirs, and leave an
/// admin key in a file there. Once a folder is the demo's, it says so itself.
async fn refuse_real_history(config: &Config, parts: &Parts) -> anyhow::Result<()> {
    let (meta, folder) = (&parts.meta, &config.service.data_dir);
    let keys = meta.keys().await?;
    // Folders of earlier versions do not say whose they are.
    let is_older_demo =
        folder.join(DEMO_KEY_FILE).exists() && keys.iter().all(|key| key.name == DEMO_KEY_NAME);
    if meta.setting(DEMO_SETTING).await?.is_none() && !is_older_demo {
        let held = Held::of(parts.store.as_ref()).await?;
        if !held.is_empty() || !keys.is_empty() {
            anyhow::bail!(
                "{} holds a history of its own ({held}, {}), which --demo would mix with invented \
                 events: run `serve` without --demo, or name an empty folder with \
                 ANALYTICS_DATA_DIR",
                folder.display(),
                counted(keys.len() as u64, "key"),
            );
        }
    }
    meta.put_setting(DEMO_SETTING, "true").await?;
    Ok(())
}

/// What a store holds of anybody's chat.
struct Held {
    /// Events of all workspaces.
    events: u64,
    /// People and channels that it knows, of all workspaces.
    records: u64,
}

impl Held {
    async fn of(store: &dyn EventStore) -> Result<Self, StoreError> {
        let events = store.aged(Instant::MAX).await?;
        let mut records = 0;
        for workspace in store.workspaces().await? {
            let known = store.known(&workspace).await?;
            records += known.people + known.bots + known.channels;
        }
        Ok(Self {
            events: events.map_or(0, |events| events.events),
            records,
        })
    }

    const fn is_empty(&self) -> bool {
        self.events == 0 && self.records == 0
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&counted(self.events, "event"))?;
        if self.events == 0 && self.records > 0 {
            write!(
                f,
                ", {} of people and channels",
                counted(self.records, "record")
            )?;
        }
        Ok(())
    }
}

/// Fills an empty store with a demo history that ends now.
async fn fill(parts: &Parts, config: &Config) -> anyhow::Result<()> {
    let workspace = WorkspaceId::default();
    if parts.store.facts(&workspace).await?.events > 0 {
        return Ok(());
    }
    let mut knobs = Knobs::demo(parts.clock.now());
    knobs.zone = config.service.timezone.clone();
    if let Some(days) = config.store.retention() {
        knobs.days = knobs.days.min(days);
    }
    let days = u64::from(knobs.days);
    let demo = Demo::new(knobs);
    parts
        .ingest
        .put_records(&workspace, demo.people(), demo.channels())
        .await?;
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::new(days)
    } else {
        ProgressBar::hidden()
    };
    bar.set_style(
        ProgressStyle::with_template("demo history  {bar:32} {pos}/{len} days  {eta}")
            .unwrap_or_else(|_invalid| ProgressStyle::default_bar()),
    );
    let mut events = 0;
    let mut waiting = Vec::new();
    for day in demo.days() {
        bar.inc(1);
        events += day.len();
        waiting.extend(day);
        if waiting.len() >= 10_000 {
            let batch = Batch {
                events: std::mem::take(&mut waiting),
                ..Batch::default()
            };
            parts.store.append(batch).await?;
        }
    }
    parts
        .store
        .append(Batch {
            events: waiting,
            ..Batch::default()
        })
        .await?;
    bar.finish_and_clear();
    tracing::info!(events, days, "demo.filled");
    Ok(())
}
