//! What the numbers still mean: how long events are kept, which are sampled, where they go.

use domain::event::{Category, EventType, Kind as EventKind};

use super::{Rule, Verdict, when};
use crate::config::{Config, MetadataIn, SmtpTls, kind::ConnectionUrl};

/// Rules about what the numbers still mean.
pub(super) const RULES: &[Rule] = &[
    Rule {
        verdict: Verdict::Refuse,
        about: &["ANALYTICS_CLICKHOUSE_CLUSTER", "ANALYTICS_CLICKHOUSE_HOST"],
        doc: "a cluster is named but no server",
        check: |config| {
            let unplaced = config.clickhouse.host.is_none();
            when(unplaced && config.clickhouse.cluster.is_some(), || {
                "ANALYTICS_CLICKHOUSE_CLUSTER is set, but ANALYTICS_CLICKHOUSE_HOST is not set: name \
                 one of its servers."
                    .to_owned()
            })
        },
    },
    Rule {
        verdict: Verdict::Refuse,
        about: &["ANALYTICS_SMTP_FROM", "ANALYTICS_SMTP_HOST"],
        doc: "a mail server is named but not who mail is from",
        check: |config| {
            let reports = &config.reports;
            when(
                reports.smtp_host.is_some() && reports.smtp_from.is_none(),
                || {
                    "ANALYTICS_SMTP_FROM is not set, but ANALYTICS_SMTP_HOST is: name the address that mail is \
                 from."
                    .to_owned()
                },
            )
        },
    },
    Rule {
        verdict: Verdict::Refuse,
        about: &["ANALYTICS_SMTP_PASSWORD", "ANALYTICS_SMTP_USER"],
        doc: "a user of the mail server has no password",
        check: |config| {
            let reports = &config.reports;
            when(
                reports.smtp_user.is_some() != reports.smtp_password.is_some(),
                || {
                    "ANALYTICS_SMTP_PASSWORD and ANALYTICS_SMTP_USER belong together: set both, or neither."
                    .to_owned()
                },
            )
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &["ANALYTICS_SMTP_TLS", "ANALYTICS_SMTP_PASSWORD"],
        doc: "a password is sent to the mail server without encryption",
        check: |config| {
            let reports = &config.reports;
            let is_plain = reports.smtp_tls == SmtpTls::None;
            when(is_plain && reports.smtp_password.is_some(), || {
                "ANALYTICS_SMTP_TLS is none, so that ANALYTICS_SMTP_PASSWORD is sent for everybody on the \
                 way to read: use starttls or implicit."
                    .to_owned()
            })
        },
    },
    Rule {
        verdict: Verdict::Refuse,
        about: &["REDIS_URL"],
        doc: "the address of Redis ends in something that is no number of a database",
        check: |config| {
            let is_odd = |url: &ConnectionUrl| url.has_odd_database();
            when(config.redis.url.as_ref().is_some_and(is_odd), || {
                "REDIS_URL ends in something that is no number of a database: write `/0`, or nothing."
                    .to_owned()
            })
        },
    },
    Rule {
        verdict: Verdict::Refuse,
        about: &["ANALYTICS_METADATA", "ANALYTICS_DATABASE_URL"],
        doc: "keys and settings are to be kept in Postgres, but no database is named",
        check: |config| {
            let database = &config.database;
            let unplaced =
                database.metadata == MetadataIn::Postgres && database.metadata_url.is_none();
            when(unplaced, || {
                "ANALYTICS_METADATA is postgres, but ANALYTICS_DATABASE_URL is not set: name the database."
                    .to_owned()
            })
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &[
            "ANALYTICS_SOURCE_DATABASE_URL",
            "ANALYTICS_DATABASE_URL",
            "REDIS_URL",
        ],
        doc: "an address has parameters that mean nothing here",
        check: |config| {
            // The chat's database is named once.
            let own = (config.sources.variable("ANALYTICS_DATABASE_URL")
                == "ANALYTICS_DATABASE_URL")
                .then(|| config.database.metadata_url.clone())
                .flatten();
            [
                ("ANALYTICS_SOURCE_DATABASE_URL", &config.database.source_url),
                ("ANALYTICS_DATABASE_URL", &own),
                ("REDIS_URL", &config.redis.url),
            ]
            .into_iter()
            .filter_map(|(setting, url)| {
                let ignored = url.as_ref()?.ignored();
                // Of a name only what looks like one: it may have got there by mistake.
                let is_name = |name: &&String| {
                    name.len() <= 30
                        && name
                            .bytes()
                            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
                };
                let names: Vec<String> = ignored
                    .iter()
                    .filter(is_name)
                    .map(|name| format!("`{name}`"))
                    .collect();
                let named = if names.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", names.join(", "))
                };
                (!ignored.is_empty()).then(|| {
                    format!(
                        "{} has parameters that mean nothing here{named}: they are left out.",
                        config.sources.variable(setting)
                    )
                })
            })
            .collect()
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &["ANALYTICS_ROLES", "ANALYTICS_CLICKHOUSE_HOST"],
        doc: "roles are left out, which no other instance has for an embedded store",
        check: |config| {
            let missing = config.service.roles.missing();
            let is_embedded = config.clickhouse.host.is_none();
            when(is_embedded && !missing.is_empty(), || {
                format!(
                    "ANALYTICS_ROLES leaves out {}, but the embedded store has this one instance: nobody \
                     else does it.",
                    missing.join(" and ")
                )
            })
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &["ANALYTICS_RETENTION_CONFIRM", "ANALYTICS_RETENTION_DAYS"],
        doc: "consent is given to another retention than the one that is set",
        check: |config| {
            let kept = config.store.retention_days;
            let other = config.store.retention_confirm.filter(|days| *days != kept);
            let sentence = |days| {
                format!(
                    "ANALYTICS_RETENTION_CONFIRM is {days}, but ANALYTICS_RETENTION_DAYS is {kept}: \
                     consent is given by the same number, so this has no effect."
                )
            };
            other.map(sentence).into_iter().collect()
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &["ANALYTICS_RETENTION_DAYS"],
        doc: "events are kept for less than 30 days",
        check: |config| {
            let short = config.store.retention().filter(|days| *days < 30);
            let sentence = |days| {
                format!(
                    "ANALYTICS_RETENTION_DAYS is {days}: monthly active people, 30-day retention \
                     and every period longer than this see only what is left. 60 keeps a month \
                     and the one before it."
                )
            };
            short.map(sentence).into_iter().collect()
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &["ANALYTICS_STORE_TEXT", "ANALYTICS_RETENTION_DAYS"],
        doc: "the text of messages is kept for ever",
        check: |config| {
            when(
                config.privacy.store_text && config.store.retention().is_none(),
                || {
                    "ANALYTICS_STORE_TEXT with ANALYTICS_RETENTION_DAYS=0 keeps the text of every \
                 message for ever: set a number of days."
                        .to_owned()
                },
            )
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &["ANALYTICS_SAMPLE"],
        doc: "messages are sampled",
        check: |config| {
            let messages = sampled(config).filter(|event| event.category() == Category::Message);
            messages
                .map(|event| {
                    format!(
                        "ANALYTICS_SAMPLE drops some of `{event}`: every count of messages becomes \
                         an estimate, and people whose messages were dropped look inactive."
                    )
                })
                .collect()
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &["ANALYTICS_SAMPLE"],
        doc: "a kind of event is sampled that has no meaning here",
        check: |config| sampled(config).filter_map(unknown_kind).collect(),
    },
    Rule {
        verdict: Verdict::Warn,
        about: &["ANALYTICS_CLICKHOUSE_PASSWORD", "ANALYTICS_CLICKHOUSE_HOST"],
        doc: "a password of a server is set but no server",
        check: |config| {
            let server = &config.clickhouse;
            when(server.password.is_some() && server.host.is_none(), || {
                "ANALYTICS_CLICKHOUSE_PASSWORD is set but ANALYTICS_CLICKHOUSE_HOST is not: events \
                 are kept in the embedded store."
                    .to_owned()
            })
        },
    },
];

fn sampled(config: &Config) -> impl Iterator<Item = &EventType> {
    config
        .ingest
        .sample
        .iter()
        .filter(|(_, rate)| *rate < 1.0)
        .map(|(event, _)| event)
}

fn unknown_kind(event: &EventType) -> Option<String> {
    if event.category() != Category::Custom {
        return None;
    }
    let likeness = |kind: &EventKind| strsim::jaro_winkler(event.name(), kind.name());
    let nearest = EventKind::ALL
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let meant = nearest.filter(|kind| likeness(kind) > 0.85);
    let meant = meant.map(|kind| format!(": is `{}` meant?", kind.name()));
    Some(format!(
        "ANALYTICS_SAMPLE names `{event}`, which is no kind this service knows{}",
        meant
            .as_deref()
            .unwrap_or("; events of exactly that name are sampled.")
    ))
}
