//! What the service is made of, each from its settings and from what is open.

use std::sync::Arc;

use domain::privacy::Privacy;
use secrecy::ExposeSecret as _;
use sysinfo::System;
use tokio::sync::Notify;

use super::{Parts, StartError, source_settings};
use crate::{
    api::BodyLimits,
    auth::{Authenticator, Randomness, UnusableKey, session::Sessions},
    backup::Backups,
    config::{Config, SmtpTls},
    imports::{Imports, UploadLimits},
    ingest::FreshIds,
    leader::{Elector, Leadership},
    query::{Guard, Pseudonyms, QueryService},
    report::{Encryption, Links, MailError, MailSettings, Mailer, Maker, Reports},
    rollup::{Filler, LastFilled},
    source::postgres,
    telemetry::{Components, Telemetry},
};

/// Returns what fills days.
pub(super) fn filler(config: &Config, parts: &Parts, telemetry: &Telemetry) -> Filler {
    Filler {
        store: Arc::clone(&parts.store),
        clock: Arc::clone(&parts.clock),
        interval: config.store.aggregation_interval,
        telemetry: telemetry.clone(),
        last: LastFilled::default(),
    }
}

/// Returns what reads the chat's database, where one is set.
pub(super) fn sync(
    config: &Config,
    parts: &Parts,
    shared: postgres::Shared,
) -> Option<postgres::Sync> {
    let settings = source_settings(config)?;
    Some(postgres::Sync {
        settings,
        shared,
        ingest: Arc::clone(&parts.ingest),
        interval: config.database.sync_interval,
    })
}

/// Returns what makes the backups that commands ask for.
pub(super) fn backups(config: &Config, parts: &Parts) -> Backups {
    Backups {
        store: Arc::clone(&parts.store),
        meta: Arc::clone(&parts.meta),
        data: config.service.data_dir.clone(),
        clock: Arc::clone(&parts.clock),
    }
}

/// Returns whether this instance leads, and what finds that out where several share the settings.
pub(super) fn elector(
    config: &Config,
    parts: &Parts,
    port: u16,
    (telemetry, components): (&Telemetry, &Components),
) -> (Leadership, Option<Elector>) {
    let clock = Arc::clone(&parts.clock);
    let Some(address) = config.database.of_metadata().cloned() else {
        telemetry.leads(config.service.roles.worker);
        return (Leadership::alone(clock), None);
    };
    // Who does none of the work leaves it to others.
    if !config.service.roles.worker {
        telemetry.leads(false);
        return (Leadership::apart(clock), None);
    }
    let leadership = Leadership::unknown(clock);
    let host = System::host_name().unwrap_or_else(|| "unknown".to_owned());
    let elector = Elector {
        address,
        name: format!("{host}:{port}"),
        has_own_store: config.clickhouse.host.is_none(),
        leadership: leadership.clone(),
        telemetry: telemetry.clone(),
        components: components.clone(),
    };
    (leadership, Some(elector))
}

/// Returns what knows who may do what.
pub(super) fn authenticator(
    config: &Config,
    parts: &Parts,
) -> Result<Arc<Authenticator>, UnusableKey> {
    let authenticator = Authenticator::new(
        &config.access,
        config.service.route.as_deref(),
        &config.privacy,
        Arc::clone(&parts.meta),
        Arc::clone(&parts.links),
        Arc::clone(&parts.clock),
    );
    authenticator.map(Arc::new)
}

/// Returns what takes histories in.
pub(super) fn imports(
    config: &Config,
    parts: &Parts,
    start: u64,
    telemetry: &Telemetry,
) -> Result<Arc<Imports>, StartError> {
    let folder = &config.service.data_dir;
    let limits = UploadLimits {
        bytes: config.ingest.max_upload.bytes(),
        free_disk: config.ingest.min_free_disk.bytes(),
    };
    let naming = (
        Arc::clone(&parts.clock),
        FreshIds::new(start.rotate_left(41)),
    );
    let ingest = Arc::clone(&parts.ingest);
    let opened = Imports::open(folder, limits, ingest, naming, telemetry.clone());
    let failed = |source| StartError::Uploads {
        folder: folder.clone(),
        source,
    };
    opened.map(Arc::new).map_err(failed)
}

/// Returns what knows who is signed in.
pub(super) fn sessions(
    parts: &Parts,
    authenticator: &Arc<Authenticator>,
    random: &Arc<Randomness>,
) -> Arc<Sessions> {
    Arc::new(Sessions::new(
        Arc::clone(authenticator),
        Arc::clone(&parts.sessions),
        Arc::clone(&parts.meta),
        Arc::clone(&parts.clock),
        Arc::clone(random),
    ))
}

/// Returns what answers questions.
pub(super) fn query_service(
    config: &Config,
    parts: &Parts,
    pseudonyms: Pseudonyms,
) -> QueryService {
    let guard = Guard {
        privacy: Privacy {
            mode: config.privacy.mode,
            min_group: config.privacy.min_group,
        },
        zone: config.service.timezone.clone(),
        clock: Arc::clone(&parts.clock),
        pseudonyms: Arc::new(pseudonyms),
    };
    QueryService {
        store: guard.over(Arc::clone(&parts.store) as _),
        annotations: Arc::clone(&parts.annotations),
        segments: Arc::clone(&parts.segments),
        clock: Arc::clone(&parts.clock),
        zone: config.service.timezone.clone(),
        week_start: config.service.week_start,
        banned: Arc::new(config.privacy.banned_terms.clone()),
        health_weights: config.query.health_weights,
        from_events: false,
        shared: None,
        guard: Arc::new(guard),
    }
}

/// Returns the bounds on what is posted.
pub(super) fn body_limits(config: &Config) -> BodyLimits {
    BodyLimits {
        bytes: config.ingest.max_body.bytes(),
        events: config.ingest.max_batch,
        time: config.connections.body_timeout,
    }
}

/// Returns what makes reports at their times.
pub(super) fn reports(
    config: &Config,
    parts: &Parts,
    query: &Arc<QueryService>,
    start: u64,
) -> Result<Arc<Reports>, MailError> {
    Ok(Arc::new(Reports {
        store: Arc::clone(&parts.reports),
        runs: Arc::clone(&parts.runs),
        maker: Maker {
            query: Arc::clone(query),
        },
        mailer: mailer(config)?,
        links: config.service.route.as_ref().map(|route| Links {
            base: format!("https://{route}"),
        }),
        clock: Arc::clone(&parts.clock),
        zone: config.service.timezone.clone(),
        ids: FreshIds::new(start.rotate_left(53)),
        keep_days: config.reports.keep_days,
        changed: Notify::new(),
    }))
}

/// Returns what sends mail, where a server is set.
fn mailer(config: &Config) -> Result<Option<Mailer>, MailError> {
    let reports = &config.reports;
    let (Some(host), Some(from)) = (&reports.smtp_host, &reports.smtp_from) else {
        return Ok(None);
    };
    let password = reports.smtp_password.as_ref();
    let settings = MailSettings {
        host: host.clone(),
        port: reports.smtp_port,
        encryption: match reports.smtp_tls {
            SmtpTls::StartTls => Encryption::StartTls,
            SmtpTls::Implicit => Encryption::Implicit,
            SmtpTls::None => Encryption::None,
        },
        credentials: reports
            .smtp_user
            .clone()
            .zip(password)
            .map(|(user, password)| (user, password.expose_secret().to_owned())),
        from: from.clone(),
        timeout: reports.smtp_timeout,
    };
    Mailer::new(settings).map(Some)
}
