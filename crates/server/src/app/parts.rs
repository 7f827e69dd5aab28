//! The parts that commands and the service share, opened as the configuration says.

use std::{sync::Arc, time::Duration};

use domain::{clock::Clock, event::Limits};
use rand::rngs::StdRng;
use store::{
    EventStore, Quotas, StoreError, chain,
    duckdb::{DuckDbStore, OpenOptions},
    meta::{
        AnnotationStore, ErasureStore, FunnelStore, MetaError, MetaStore, Place, ReportStore,
        RunStore, SegmentStore, SessionStore, Settings, SharedLinkStore, SqliteMeta, ViewStore,
    },
};

use super::StartError;
use crate::{
    api::Rooms,
    config::{self, Config, ConnectionUrl},
    erasure::{self, Erasures, StoreSecret},
    ingest::{FreshIds, Ingest, IngestLimits, Tombstones},
    listen,
    retention::{Kept, Retention},
    source::{RecentMessages, postgres},
};

/// Most bytes of the dead letters of a workspace.
const DEAD_LETTER_BYTES: u64 = 16 * 1024 * 1024;
/// Memory for names of people and channels, as a part of all memory.
const NAMES_PART: u64 = 12;

/// The parts that commands share: store, settings, ingest.
pub struct Parts {
    /// Where events live.
    pub store: Arc<dyn EventStore>,
    /// Where keys live.
    pub meta: Arc<dyn MetaStore>,
    /// Where sessions are kept.
    pub sessions: Arc<dyn SessionStore>,
    /// Where links to pages are kept.
    pub links: Arc<dyn SharedLinkStore>,
    /// Where reports are kept.
    pub reports: Arc<dyn ReportStore>,
    /// Where runs of reports are kept.
    pub runs: Arc<dyn RunStore>,
    /// Where annotations are kept.
    pub annotations: Arc<dyn AnnotationStore>,
    /// Where segments are kept.
    pub segments: Arc<dyn SegmentStore>,
    /// Where funnels are kept.
    pub funnels: Arc<dyn FunnelStore>,
    /// Where views are kept.
    pub views: Arc<dyn ViewStore>,
    /// Takes events in.
    pub ingest: Arc<Ingest>,
    /// Erases people.
    pub erasures: Arc<Erasures>,
    /// Who was erased.
    pub tombstones: Arc<Tombstones>,
    /// How long events are kept.
    pub retention: Arc<Retention>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// Returns what senders may add by this configuration.
fn quotas(ingest: &config::Ingest) -> Quotas {
    Quotas {
        new_ids_per_hour: ingest.max_new_ids_per_hour,
        new_ids_per_day: ingest.max_new_ids_per_day,
        kinds: ingest.max_kinds,
        workspaces: ingest.max_workspaces,
        dead_letters: ingest.max_dead_letters,
        dead_letter_bytes: DEAD_LETTER_BYTES,
        free_disk: ingest.min_free_disk.bytes(),
    }
}

/// Returns how the store of this configuration is opened.
pub fn store_options(config: &Config) -> OpenOptions {
    OpenOptions {
        memory_bytes: config.store.memory.bytes(),
        threads: config.service.threads,
        query_timeout: config.query.timeout,
        queue_events: config.ingest.queue_events,
        name_bytes: config.service.memory.bytes() / NAMES_PART,
        quotas: quotas(&config.ingest),
        zone: config.service.timezone.clone(),
        rollups: config.store.rollups,
        block_bytes: config.store.rollup_memory.bytes(),
        most_scanned: Some(config.query.max_scan_rows).filter(|most| *most > 0),
        ..OpenOptions::new(&config.service.data_dir)
    }
}

/// Opens the store without the rest.
pub async fn open_store(config: &Config) -> Result<Arc<DuckDbStore>, StoreError> {
    let options = store_options(config);
    tokio::task::spawn_blocking(move || DuckDbStore::open(&options))
        .await
        .map_err(|error| StoreError::Stopped(error.to_string()))?
        .map(Arc::new)
}

/// Returns where the settings are.
pub fn settings_place(config: &Config) -> Place<'_> {
    let address = config.database.of_metadata().map(ConnectionUrl::expose);
    Place::of(address, &config.service.data_dir)
}

/// Opens the settings without the rest.
pub async fn open_meta(config: &Config) -> Result<Arc<dyn Settings>, StartError> {
    let opened = settings_place(config).open().await;
    opened.map_err(|error| settings_failed(config, error))
}

fn settings_failed(config: &Config, source: MetaError) -> StartError {
    match config.database.of_metadata() {
        None => StartError::Meta {
            file: config.service.data_dir.join(SqliteMeta::FILE_NAME),
            source,
        },
        Some(address) => StartError::MetaServer {
            address: address.to_string(),
            variable: (config.sources.variable("ANALYTICS_DATABASE_URL")).to_owned(),
            why: chain(&source),
        },
    }
}

/// Opens the secret of the store, which is made where there is none.
async fn open_secret(meta: &dyn MetaStore) -> Result<StoreSecret, MetaError> {
    let mut random: StdRng = rand::make_rng();
    StoreSecret::open(meta, &mut random).await
}

/// Returns who was erased, by the settings alone.
pub async fn open_tombstones(meta: &dyn Settings) -> Result<Arc<Tombstones>, MetaError> {
    erasure::tombstones(meta, &open_secret(meta).await?).await
}

impl Parts {
    /// Opens what commands share. `start` is a random number that no other start has.
    pub async fn open(
        config: &Config,
        clock: Arc<dyn Clock>,
        start: u64,
    ) -> Result<Self, StartError> {
        let store: Arc<dyn EventStore> = open_store(config).await?;
        let meta = open_meta(config).await?;
        let (wanted, confirmed) = kept(config);
        let retention = Retention::settle(
            Arc::clone(&store),
            Arc::clone(&meta) as Arc<dyn MetaStore>,
            Arc::clone(&clock),
            wanted,
            confirmed,
        )
        .await?;
        let limits = ingest_limits(config);
        let ids = FreshIds::new(start);
        let failed = |source| settings_failed(config, source);
        let secret = open_secret(meta.as_ref()).await.map_err(failed)?;
        let tombstones = erasure::tombstones(meta.as_ref(), &secret).await;
        let tombstones = tombstones.map_err(failed)?;
        let erasures = Erasures::new(
            Arc::clone(&store),
            Arc::clone(&meta) as Arc<dyn ErasureStore>,
            Arc::clone(&tombstones),
            (Arc::clone(&clock), FreshIds::new(start.rotate_left(29))),
            &secret,
        )?;
        let ingest = Ingest::new(
            Arc::clone(&store),
            Arc::clone(&clock),
            ids,
            limits,
            Arc::clone(&tombstones),
        )
        .await?;
        Ok(Self {
            store,
            sessions: Arc::clone(&meta) as Arc<dyn SessionStore>,
            links: Arc::clone(&meta) as Arc<dyn SharedLinkStore>,
            reports: Arc::clone(&meta) as Arc<dyn ReportStore>,
            runs: Arc::clone(&meta) as Arc<dyn RunStore>,
            annotations: Arc::clone(&meta) as Arc<dyn AnnotationStore>,
            segments: Arc::clone(&meta) as Arc<dyn SegmentStore>,
            funnels: Arc::clone(&meta) as Arc<dyn FunnelStore>,
            views: Arc::clone(&meta) as Arc<dyn ViewStore>,
            meta,
            ingest: Arc::new(ingest),
            erasures: Arc::new(erasures),
            tombstones,
            retention: Arc::new(retention),
            clock,
        })
    }

    /// Returns what every way of reading the chat's database shares.
    pub(super) fn source_shared(&self, config: &Config) -> postgres::Shared {
        source_shared(
            config,
            Arc::clone(&self.meta),
            Arc::clone(&self.clock),
            Arc::clone(&self.tombstones),
        )
    }
}

/// Returns how long events are to be kept, and to which length consent is given.
pub fn kept(config: &Config) -> (Kept, Option<Kept>) {
    let confirmed = config.store.retention_confirm.map(Kept::of);
    (Kept::of(config.store.retention_days), confirmed)
}

/// Returns how the chat's database is read; `None` where none is set.
pub fn source_settings(config: &Config) -> Option<postgres::Settings> {
    let url = config.database.source_url.clone()?;
    Some(postgres::Settings {
        url,
        variable: config
            .sources
            .variable("ANALYTICS_SOURCE_DATABASE_URL")
            .to_owned(),
        schema: config.database.source_schema.clone(),
        rows_per_second: config.database.sync_max_rows_per_second,
        overlap: config.database.sync_overlap,
    })
}

/// Returns what every way of reading the chat's database shares.
pub fn source_shared(
    config: &Config,
    meta: Arc<dyn MetaStore>,
    clock: Arc<dyn Clock>,
    tombstones: Arc<Tombstones>,
) -> postgres::Shared {
    postgres::Shared {
        meta,
        clock,
        retention: retention(config),
        tombstones,
        recent: RecentMessages::default(),
        state: postgres::SourceState::default(),
    }
}

fn retention(config: &Config) -> Option<Duration> {
    let days = config.store.retention()?;
    Some(Duration::from_secs(u64::from(days) * 24 * 3_600))
}

/// Returns how many connections there may be, and how long each may keep the service waiting.
pub fn connection_limits(config: &Config) -> listen::Limits {
    let connections = &config.connections;
    let most = connections.most.min(listen::raise_file_limit());
    if most < connections.most {
        tracing::warn!(
            most,
            "the system allows too few open files for ANALYTICS_MAX_CONNECTIONS={}: raise its limit \
             (`ulimit -n`)",
            connections.most
        );
    }
    listen::Limits {
        connections: most,
        by_address: connections.by_address,
        proxies: config.access.trusted_proxies.clone(),
        head: connections.header_timeout,
        write: connections.write_timeout,
    }
}

/// Returns the room in memory for what requests hold.
pub(super) fn rooms(config: &Config) -> Rooms {
    let ingest = &config.ingest;
    Rooms::new(
        config.service.memory.bytes(),
        ingest.max_body.bytes(),
        ingest.max_batch as u64,
    )
}

fn ingest_limits(config: &Config) -> IngestLimits {
    IngestLimits {
        event: Limits::default(),
        retention: retention(config),
        store_text: config.privacy.store_text,
        content_everywhere: config.privacy.content_private_channels,
        banned: config.privacy.banned_terms.clone(),
        sample: config.ingest.sample.clone(),
    }
}
