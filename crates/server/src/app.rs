//! Puts the service together: the only file that knows everyone.

use std::{io::ErrorKind, net::SocketAddr, sync::Arc, time::Duration};

use domain::{clock::Clock, event::Limits};
use store::{
    EventStore, Quotas, Shares, StoreError,
    duckdb::{DuckDbStore, OpenOptions},
    meta::{MetaError, MetaStore, ReportStore, SqliteMeta},
};
use tokio::net::TcpListener;

use crate::{
    api::{AnswerCache, ApiState, BodyLimits, Rooms, VERSION, router},
    auth::Authenticator,
    config::{self, Config},
    ingest::{FreshIds, Ingest, IngestLimits},
    listen,
    query::QueryService,
    retention::{Kept, Retention, RetentionError},
    rollup::{Filler, LastFilled},
    source::{RecentMessages, postgres},
    task::Supervisor,
    telemetry::Telemetry,
};

/// Most bytes of the dead letters of a workspace.
const DEAD_LETTER_BYTES: u64 = 16 * 1024 * 1024;
/// Memory for names of people and channels, as a part of all memory.
const NAMES_PART: u64 = 12;
/// Longest time that requests get to end after the end was asked for: with the last checkpoint
/// less than the 10 s after which Docker kills.
const DRAIN: Duration = Duration::from_secs(5);
/// Most memory for the bodies of one caller, as a part of all memory; all callers together have twice
/// as much.
const ARRIVING_PART: u64 = 24;
/// The same for what is read out of them, and the least of it.
const READ_PART: u64 = 16;
const LEAST_READ: u64 = 8 * 1024 * 1024;
/// Events of a batch that this is enough for.
const USUAL_BATCH: u64 = 10_000;
/// Exports under way, in all and for one caller.
const EXPORTS: (u32, u32) = (4, 2);
/// Time between two notes of which keys were used and what was refused.
const BOOKS_INTERVAL: Duration = Duration::from_mins(1);

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The settings cannot be opened.
    #[error(
        "the settings file {file} cannot be used: {source}; if it is damaged, restore it from a backup, or move it away and make new keys"
    )]
    Meta {
        /// The file.
        file: std::path::PathBuf,
        /// Why.
        source: MetaError,
    },
    /// The port cannot be had.
    #[error("cannot listen on {address}: {source}; {}", listen_advice(source))]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// It cannot be told how long events are kept.
    #[error(transparent)]
    Retention(#[from] RetentionError),
    /// A key for tokens cannot be used.
    #[error(transparent)]
    TokenKey(#[from] crate::auth::UnusableKey),
    /// The server broke off.
    #[error("the server broke off")]
    Serve(#[source] std::io::Error),
}

fn listen_advice(error: &std::io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::AddrInUse => {
            "is the service running already, or another one on that port (ANALYTICS_PORT)?"
        }
        ErrorKind::PermissionDenied => {
            "set ANALYTICS_PORT to 1024 or above, or let a reverse proxy listen there"
        }
        _ => {
            "set ANALYTICS_HOST to an address this machine has: `::` for every one of them, \
             `0.0.0.0` where there is no IPv6"
        }
    }
}

/// The parts that commands share: store, settings, ingest.
pub struct Parts {
    /// Where events live.
    pub store: Arc<dyn EventStore>,
    /// Where keys live.
    pub meta: Arc<dyn MetaStore>,
    /// Where reports are kept.
    pub reports: Arc<dyn ReportStore>,
    /// Takes events in.
    pub ingest: Arc<Ingest>,
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

/// Opens the settings without the rest.
pub async fn open_meta(config: &Config) -> Result<Arc<SqliteMeta>, StartError> {
    let folder = &config.service.data_dir;
    let failed = |source| StartError::Meta {
        file: folder.join(SqliteMeta::FILE_NAME),
        source,
    };
    Ok(Arc::new(SqliteMeta::open(folder).await.map_err(failed)?))
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
        let ingest = Ingest::new(Arc::clone(&store), Arc::clone(&clock), ids, limits).await?;
        Ok(Self {
            store,
            reports: Arc::clone(&meta) as Arc<dyn ReportStore>,
            meta,
            ingest: Arc::new(ingest),
            retention: Arc::new(retention),
            clock,
        })
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
) -> postgres::Shared {
    postgres::Shared {
        meta,
        clock,
        retention: retention(config),
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

/// Returns the room for bodies and for what is read out of them.
fn body_rooms(config: &Config) -> Rooms {
    let (memory, ingest) = (config.service.memory.bytes(), &config.ingest);
    let room = |each: u64| {
        let each = u32::try_from(each / 1024 + 2).unwrap_or(u32::MAX / 2);
        Shares::new(each * 2, each)
    };
    // Whoever allows larger batches than usual allows what they need.
    let batches = (ingest.max_batch as u64).div_ceil(USUAL_BATCH);
    Rooms {
        arriving: room((memory / ARRIVING_PART).max(ingest.max_body.bytes() * 2)),
        read: room((memory / READ_PART).max(LEAST_READ) * batches),
    }
}

fn ingest_limits(config: &Config) -> IngestLimits {
    IngestLimits {
        event: Limits::default(),
        retention: retention(config),
        store_text: config.privacy.store_text,
        content_everywhere: config.privacy.content_private_channels,
        sample: config.ingest.sample.clone(),
    }
}

/// The service, listening.
pub struct App {
    address: SocketAddr,
    listener: TcpListener,
    parts: Parts,
    state: ApiState,
    request_ids: Arc<FreshIds>,
    cors_origins: Vec<String>,
    limits: listen::Limits,
    supervisor: Supervisor,
    filler: Filler,
    sync: Option<postgres::Sync>,
}

impl App {
    /// Puts the service together and begins to listen; nothing is answered before [`App::serve`].
    pub fn listen(config: &Config, parts: Parts, start: u64) -> Result<Self, StartError> {
        let address = SocketAddr::new(config.service.host, config.service.port);
        let listener =
            listen::listen(address).map_err(|source| StartError::Listen { address, source })?;
        let address = listener.local_addr().map_err(StartError::Serve)?;
        let authenticator = Authenticator::new(
            &config.access,
            config.service.route.as_deref(),
            &config.privacy,
            Arc::clone(&parts.meta),
            Arc::clone(&parts.clock),
        )?;
        let query = QueryService {
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            zone: config.service.timezone.clone(),
        };
        let answers = AnswerCache::new(
            config.query.cache_memory.bytes(),
            config.query.cache_ttl,
            Arc::clone(&parts.clock),
        );
        let body_bytes = config.ingest.max_body.bytes();
        let telemetry = Telemetry::new(VERSION);
        let filler = Filler {
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            interval: config.store.aggregation_interval,
            telemetry: telemetry.clone(),
            last: LastFilled::default(),
        };
        let ids = Arc::new(FreshIds::new(start.rotate_left(17)));
        let shared = source_shared(config, Arc::clone(&parts.meta), Arc::clone(&parts.clock));
        let (source, recent_messages) = (shared.state.clone(), shared.recent.clone());
        let sync = source_settings(config).map(|settings| postgres::Sync {
            settings,
            shared,
            ingest: Arc::clone(&parts.ingest),
            interval: config.database.sync_interval,
        });
        let state = ApiState {
            store: Arc::clone(&parts.store),
            reports: Arc::clone(&parts.reports),
            ids: Arc::clone(&ids),
            ingest: Arc::clone(&parts.ingest),
            query: Arc::new(query),
            answers: Arc::new(answers),
            authenticator: Arc::new(authenticator),
            telemetry,
            last_filled: filler.last.clone(),
            source,
            retention: Arc::clone(&parts.retention),
            recent_messages,
            clock: Arc::clone(&parts.clock),
            zone: config.service.timezone.clone(),
            limits: BodyLimits {
                bytes: body_bytes,
                events: config.ingest.max_batch,
                time: config.connections.body_timeout,
            },
            exports: Arc::new(Shares::new(EXPORTS.0, EXPORTS.1)),
            rooms: Arc::new(body_rooms(config)),
        };
        Ok(Self {
            address,
            listener,
            parts,
            state,
            request_ids: ids,
            cors_origins: config.access.cors_origins.clone(),
            limits: connection_limits(config),
            supervisor: Supervisor::default(),
            filler,
            sync,
        })
    }

    /// Returns where the service listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns who may do what, as a line for the log.
    pub fn posture(&self) -> String {
        self.state.authenticator.posture()
    }

    /// Answers until `ended`, then lets requests end and closes the store.
    pub async fn serve(
        self,
        ended: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), StartError> {
        let supervisor = self.supervisor;
        self.state.telemetry.count_panics();
        let retention = Arc::clone(&self.parts.retention);
        supervisor.start(
            "retention",
            move |stop| async move { retention.run(stop).await },
        );
        let authenticator = Arc::clone(&self.state.authenticator);
        supervisor.start("keys", move |stop| async move {
            while !stop.is_cancelled() {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep(BOOKS_INTERVAL) => {}
                }
                authenticator.keep_books().await;
            }
        });
        let filler = self.filler;
        supervisor.start("rollup", move |stop| async move { filler.run(stop).await });
        if let Some(sync) = self.sync {
            supervisor.start("source", move |stop| sync.run(stop));
        }
        let stop = supervisor.signal();
        supervisor.start("end", move |stop| async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = ended => stop.cancel(),
            }
        });
        let service = router(self.state, self.request_ids, &self.cors_origins);
        let deadline = async {
            stop.cancelled().await;
            tokio::time::sleep(DRAIN).await;
        };
        tokio::select! {
            () = listen::serve(self.listener, service, self.limits, stop.clone()) => {}
            () = deadline => tracing::warn!("some requests did not end in time"),
        }
        supervisor.end(Duration::from_secs(1)).await;
        self.parts.store.close().await?;
        // Whoever still holds a connection does not hold up the end.
        let closed = tokio::time::timeout(Duration::from_secs(1), self.parts.meta.close()).await;
        if closed.is_err() {
            tracing::debug!("the settings are still in use at the end");
        }
        Ok(())
    }
}
