//! Puts the service together: the only module that knows everyone.

mod made;
mod parts;
mod stream;
mod work;

use std::{
    io::ErrorKind,
    net::SocketAddr,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use store::{Shares, StoreError, meta::MetaError};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use self::parts::{
    Parts, connection_limits, kept, open_meta, open_store, open_tombstones, settings_place,
    source_settings, source_shared, store_options,
};
use self::{
    made::{
        authenticator, backups, body_limits, elector, filler, imports, query_service, reports,
        sessions, sync,
    },
    parts::rooms,
    stream::{start_stream, stream_of},
    work::Work,
};
use crate::{
    api::{AnswerCache, ApiParts, ApiState, VERSION, router},
    auth::{Authenticator, Randomness, UnusableKey},
    backup::Backups,
    config::Config,
    erasure::ErasureError,
    ingest::FreshIds,
    leader::Elector,
    listen,
    query::Pseudonyms,
    report::MailError,
    retention::RetentionError,
    rollup::Filler,
    source::postgres,
    stream::{Consumer, StreamError, Watch},
    task::Supervisor,
    telemetry::{Components, Telemetry},
    ui::Pages,
};

/// Longest time that requests get to end after the end was asked for: with the last checkpoint
/// less than the 10 s after which Docker kills.
const DRAIN: Duration = Duration::from_secs(5);
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
    /// The settings database cannot be used.
    #[error(
        "the settings in the database {address} cannot be used: {why}; `nchat-analytics doctor` looks at \
         it from here: start it, or set {variable} to where it is"
    )]
    MetaServer {
        /// Where it is, without the password.
        address: String,
        /// The variable that says so.
        variable: String,
        /// Why.
        why: String,
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
    /// It cannot be told who was erased.
    #[error(transparent)]
    Erasure(#[from] ErasureError),
    /// The folder of uploads cannot be made.
    #[error(
        "the folder of uploads in {folder} cannot be made anew: {source}; check its permissions"
    )]
    Uploads {
        /// The data folder.
        folder: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A key for tokens cannot be used.
    #[error(transparent)]
    TokenKey(#[from] UnusableKey),
    /// This instance has no name for the stream.
    #[error("the name of this instance cannot be kept in the data folder")]
    InstanceName(#[source] std::io::Error),
    /// The settings of the stream cannot be used.
    #[error("Redis cannot be used: {0}")]
    Stream(#[from] StreamError),
    /// Mail cannot be sent by these settings.
    #[error("mail cannot be sent: {0}; check ANALYTICS_SMTP_HOST and ANALYTICS_SMTP_FROM")]
    Mail(#[from] MailError),
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

/// Notes which keys were used until the end is asked for, and at the end.
async fn keep_books(authenticator: &Authenticator, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(BOOKS_INTERVAL) => {}
        }
        authenticator.keep_books().await;
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
    pages: Pages,
    limits: listen::Limits,
    supervisor: Supervisor,
    filler: Filler,
    sync: Option<postgres::Sync>,
    stream: Option<(Consumer, Watch)>,
    elector: Option<Elector>,
    backups: Backups,
}

impl App {
    /// Puts the service together and begins to listen; nothing is answered before [`App::serve`].
    pub fn listen(
        config: &Config,
        parts: Parts,
        start: u64,
        pseudonyms: Pseudonyms,
    ) -> Result<Self, StartError> {
        let address = SocketAddr::new(config.service.host, config.service.port);
        let listener =
            listen::listen(address).map_err(|source| StartError::Listen { address, source })?;
        let address = listener.local_addr().map_err(StartError::Serve)?;
        let authenticator = authenticator(config, &parts)?;
        let random = Arc::new(Randomness::new(rand::make_rng()));
        let sessions = sessions(&parts, &authenticator, &random);
        let answers = AnswerCache::new(
            config.query.cache_memory.bytes(),
            config.query.cache_ttl,
            Arc::clone(&parts.clock),
        );
        let telemetry = Telemetry::new(VERSION);
        let components = Components::default();
        let supervisor = Supervisor::new(
            Arc::clone(&parts.clock),
            telemetry.clone(),
            components.clone(),
        );
        let filler = filler(config, &parts, &telemetry);
        let ids = Arc::new(FreshIds::new(start.rotate_left(17)));
        let shared = parts.source_shared(config);
        let (source, recent_messages) = (shared.state.clone(), shared.recent.clone());
        let sync = sync(config, &parts, shared);
        let (leadership, elector) =
            elector(config, &parts, address.port(), (&telemetry, &components));
        let (stream_state, stream) = stream_of(config, &parts, &telemetry, &components)?;
        let query = Arc::new(query_service(config, &parts, pseudonyms));
        let state = ApiState::new(ApiParts {
            store: Arc::clone(&parts.store),
            reporter: reports(config, &parts, &query, start)?,
            annotations: Arc::clone(&parts.annotations),
            saved_changes: AtomicU64::new(0),
            funnels: Arc::clone(&parts.funnels),
            views: Arc::clone(&parts.views),
            ids: Arc::clone(&ids),
            ingest: Arc::clone(&parts.ingest),
            erasures: Arc::clone(&parts.erasures),
            imports: imports(config, &parts, start, &telemetry)?,
            query,
            answers: Arc::new(answers),
            authenticator,
            sessions,
            links: Arc::clone(&parts.links),
            keys: Arc::clone(&parts.meta),
            random,
            config: Arc::new(config.clone()),
            telemetry,
            components,
            last_filled: filler.last.clone(),
            source,
            stream: stream_state,
            retention: Arc::clone(&parts.retention),
            leadership,
            recent_messages,
            clock: Arc::clone(&parts.clock),
            zone: config.service.timezone.clone(),
            sql_rows: config.query.sql.then_some(config.query.sql_max_rows),
            limits: body_limits(config),
            exports: Arc::new(Shares::new(EXPORTS.0, EXPORTS.1)),
            rooms: Arc::new(rooms(config)),
        });
        let of_erased = state.clone();
        (parts.erasures).on_erased(move || of_erased.forget_answers());
        Ok(Self {
            address,
            listener,
            backups: backups(config, &parts),
            parts,
            state,
            request_ids: ids,
            cors_origins: config.access.cors_origins.clone(),
            pages: Pages::embedded(&config.pages.frame_ancestors, rand::make_rng()),
            limits: connection_limits(config),
            supervisor,
            filler,
            sync,
            stream,
            elector,
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
        let mut supervisor = self.supervisor;
        self.state.telemetry.count_panics();
        // Started first, and so ended last: until then, no other instance does what this one still does.
        if let Some(elector) = self.elector.map(Arc::new) {
            supervisor.start("leader", move |stop| {
                let elector = Arc::clone(&elector);
                async move {
                    elector.run(stop).await;
                    Ok(())
                }
            });
        }
        let erasures = Arc::clone(&self.parts.erasures);
        supervisor.start("erasures", move |stop| {
            let erasures = Arc::clone(&erasures);
            async move { Ok(erasures.run(stop).await?) }
        });
        let backups = Arc::new(self.backups);
        supervisor.start("backups", move |stop| {
            let backups = Arc::clone(&backups);
            async move { Ok(backups.run(stop).await?) }
        });
        let imports = Arc::clone(&self.state.imports);
        supervisor.start("imports", move |stop| {
            let imports = Arc::clone(&imports);
            async move {
                imports.run(stop).await;
                Ok(())
            }
        });
        let authenticator = Arc::clone(&self.state.authenticator);
        supervisor.start("keys", move |stop| {
            let authenticator = Arc::clone(&authenticator);
            async move {
                keep_books(&authenticator, &stop).await;
                Ok(())
            }
        });
        let roles = self.state.config.service.roles;
        if roles.worker {
            let work = Work {
                retention: Arc::clone(&self.parts.retention),
                filler: Arc::new(self.filler),
                sync: self.sync.map(Arc::new),
                reporter: Arc::clone(&self.state.reporter),
            };
            work.start(&mut supervisor, &self.state.leadership);
        }
        if let Some((consumer, watch)) = self.stream
            && roles.collector
        {
            start_stream(&mut supervisor, consumer, watch);
        }
        let service = router(self.state, self.request_ids, &self.cors_origins, self.pages);
        let stop = CancellationToken::new();
        let deadline = async {
            ended.await;
            stop.cancel();
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
