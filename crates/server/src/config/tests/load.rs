//! Environment over file over default, and everything wrong at once.

use std::{path::Path, time::Duration};

use proptest::{prelude::*, sample::Index};

use super::*;
use crate::config::{
    AuthMode, ByteSize, LogFormat, LogLevel, Place, Setting, Source, section::settings,
    setting::Preset,
};

/// The lines of the product document, as its readers copy them.
const PRODUCT: &str = "\
ANALYTICS_ENABLED=true
ANALYTICS_PORT=3106
ANALYTICS_ROUTE=analytics.localhost
ANALYTICS_MEMORY=512M
# Storage
ANALYTICS_CLICKHOUSE_HOST=clickhouse
ANALYTICS_CLICKHOUSE_PORT=8123
ANALYTICS_CLICKHOUSE_DATABASE=nchat_analytics
ANALYTICS_CLICKHOUSE_USER=default
ANALYTICS_CLICKHOUSE_PASSWORD=
# Features
ANALYTICS_RETENTION_DAYS=365
ANALYTICS_AGGREGATION_INTERVAL=300 # 5 minutes
ANALYTICS_ENABLE_ML_INSIGHTS=true
ANALYTICS_ENABLE_ANOMALY_DETECTION=true
# Performance
ANALYTICS_BATCH_SIZE=1000
ANALYTICS_FLUSH_INTERVAL=30000 # 30 seconds
ANALYTICS_CACHE_TTL=300 # 5 minutes
";

#[test]
fn the_lines_of_the_product_document_load_without_warnings() {
    let (config, warnings) = loaded_with_file(PRODUCT, &NSELF).unwrap();
    assert_eq!(warnings, []);
    assert!(config.service.enabled && config.insight.ml && config.insight.anomaly);
    assert_eq!(config.service.port, 3106);
    assert_eq!(config.service.route.as_deref(), Some("analytics.localhost"));
    assert_eq!(config.service.memory, ByteSize::mib(512));
    assert_eq!(
        config.clickhouse.url().as_deref(),
        Some("http://clickhouse:8123")
    );
    assert_eq!(config.clickhouse.database, "nchat_analytics");
    assert_eq!(config.clickhouse.user, "default");
    assert!(config.clickhouse.password.is_none());
    assert_eq!(config.store.retention(), Some(365));
    assert_eq!(config.store.aggregation_interval, Duration::from_mins(5));
    assert_eq!(config.ingest.batch_size, 1000);
    assert_eq!(config.ingest.flush_interval, Duration::from_secs(30));
    assert_eq!(config.query.cache_ttl, Duration::from_mins(5));

    // The same through the environment, where container tools keep the comments.
    let lines = PRODUCT.lines().filter_map(|line| line.split_once('='));
    let environment: Vec<_> = lines.chain(NSELF).collect();
    let (same, warnings) = loaded(&environment).unwrap();
    assert_eq!(warnings, []);
    assert!(
        same.shown()
            .map(|(_, text)| text)
            .eq(config.shown().map(|(_, text)| text))
    );
}

#[test]
fn what_nothing_replaces_is_said() {
    let file = "ANALYTICS_ROUTE=analytics.${BASE_DOMAIN:-localhost}\n";
    let (config, warnings) = loaded_with_file(file, &NSELF).unwrap();
    assert_eq!(
        config.service.route.as_deref(),
        Some("analytics.${BASE_DOMAIN:-localhost}")
    );
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0].sentence.contains("ANALYTICS_ROUTE"),
        "{}",
        warnings[0]
    );
    assert!(
        warnings[0].sentence.contains("nothing replaces"),
        "{}",
        warnings[0]
    );
}

#[test]
fn nothing_set_is_every_default() {
    let (config, _) = loaded(&[]).unwrap();
    assert_eq!(config.sources.set_count(), 0);
    assert!(config.service.host.is_unspecified() && config.service.host.is_ipv6());
    assert_eq!(config.service.port, 3106);
    assert_eq!(
        config.service.data_dir,
        Path::new("/home/analytics/.local/share/nchat-analytics")
    );
    assert_eq!(
        (config.service.threads, config.store.memory),
        (4, ByteSize::mib(256))
    );
    assert_eq!(config.access.mode, AuthMode::Required);
    assert_eq!(
        (config.log.level, config.log.format),
        (LogLevel::Info, LogFormat::Auto)
    );
    assert!(!config.privacy.store_text && !config.privacy.expose_email);
    assert!(!config.privacy.content_private_channels);
    assert!(config.ingest.sample.is_empty() && config.access.cors_origins.is_empty());
    assert_eq!(config.ingest.max_body, ByteSize::mib(10));
    assert_eq!(
        (config.ingest.max_batch, config.ingest.queue_events),
        (10_000, 200_000)
    );
    assert_eq!(config.query.timeout, Duration::from_secs(30));
    assert!(config.database.source_url.is_none() && config.redis.server().is_none());
    assert!(config.clickhouse.url().is_none());
}

#[test]
fn every_fixed_default_is_a_value_of_its_setting() {
    // `loaded` has read them all; a default that is shown otherwise than written would read
    // differently in the reference than in a print.
    let (config, _) = loaded(&[]).unwrap();
    for (setting, shown) in config.shown() {
        match setting.preset {
            Preset::Text(text) => assert_eq!(shown, text, "{}", setting.name),
            Preset::Unset => assert_eq!(shown, "", "{}", setting.name),
            Preset::Derived { .. } => assert_ne!(shown, "", "{}", setting.name),
        }
    }
}

#[test]
fn defaults_that_depend_on_something_follow_it() {
    let folder = |environment: &[(&str, &str)]| loaded(environment).unwrap().0.service.data_dir;
    assert_eq!(
        folder(&[("XDG_DATA_HOME", "/x")]),
        Path::new("/x/nchat-analytics")
    );
    let home = Path::new("/home/analytics/.local/share/nchat-analytics");
    assert_eq!(folder(&[("XDG_DATA_HOME", "relative")]), home);
    assert_eq!(folder(&[("ANALYTICS_DATA_DIR", "/d")]), Path::new("/d"));

    let installed = Machine {
        cores: 1,
        has_system_folder: true,
        container_memory: None,
    };
    let (config, _) = load_on(&installed, None, owned(&[])).unwrap();
    assert_eq!(config.service.data_dir, Path::new("/var/lib/analytics"));
    assert_eq!(config.service.threads, 1);

    let (config, _) = loaded(&[("ANALYTICS_MEMORY", "1G")]).unwrap();
    assert_eq!(config.store.memory, ByteSize::mib(512));
}

#[test]
fn a_service_fits_itself_into_its_container() {
    let memory = |limit: u64, environment: &[(&str, &str)]| {
        let container = Machine {
            container_memory: Some(ByteSize::mib(limit)),
            ..MACHINE
        };
        let (config, _) = load_on(&container, None, owned(environment)).unwrap();
        let parts = [
            config.service.memory,
            config.store.memory,
            config.store.rollup_memory,
            config.query.cache_memory,
        ];
        parts.map(|part| part.bytes() >> 20)
    };
    assert_eq!(memory(1024, &[]), [1024, 512, 128, 32]);
    assert_eq!(memory(256, &[]), [256, 128, 32, 8]);
    // An empty value is none, and one that is set wins.
    assert_eq!(memory(256, &[("ANALYTICS_MEMORY", "")])[0], 256);
    assert_eq!(
        memory(1024, &[("ANALYTICS_MEMORY", "512M")]),
        [512, 256, 64, 16]
    );
    // Too little is still a size that can be set.
    assert_eq!(memory(16, &[])[..2], [64, 32]);
}

#[test]
fn the_environment_wins_over_the_file_and_an_empty_value_is_none() {
    let file = "ANALYTICS_PORT=1\nANALYTICS_MAX_BATCH=2\nLOG_LEVEL=debug\n";
    let environment = [
        ("ANALYTICS_PORT", "3"),
        ("ANALYTICS_MAX_BATCH", ""),
        ("LOG_LEVEL", "  "),
    ];
    let (config, _) = loaded_with_file(file, &environment).unwrap();
    assert_eq!((config.service.port, config.ingest.max_batch), (3, 2));
    assert_eq!(config.log.level, LogLevel::Debug);
    let place = |name| match config.sources.of(name) {
        Source::Set {
            place: Place::Environment,
            ..
        } => "environment".to_owned(),
        Source::Set {
            place: Place::File { line, .. },
            ..
        } => format!("line {line}"),
        Source::Default => "default".to_owned(),
    };
    assert_eq!(place("ANALYTICS_PORT"), "environment");
    assert_eq!(place("ANALYTICS_MAX_BATCH"), "line 2");
    assert_eq!(place("ANALYTICS_HOST"), "default");
}

#[test]
fn our_name_wins_over_its_fallback_wherever_it_is_set() {
    let (config, _) = loaded(&[("PORT", "1")]).unwrap();
    assert_eq!(config.service.port, 1);
    let (config, _) = loaded_with_file("ANALYTICS_PORT=2\n", &[("PORT", "1")]).unwrap();
    assert_eq!(config.service.port, 2);

    let chat = ("DATABASE_URL", "postgres://chat/x");
    let (config, _) = loaded(&[chat]).unwrap();
    let hosts = |config: &Config| {
        let url = |url: &Option<crate::config::ConnectionUrl>| url.as_ref().unwrap().to_string();
        (
            url(&config.database.source_url),
            url(&config.database.metadata_url),
        )
    };
    assert_eq!(
        hosts(&config),
        ("postgres://chat/x".into(), "postgres://chat/x".into())
    );
    let (config, _) = loaded(&[chat, ("ANALYTICS_DATABASE_URL", "postgres://own/x")]).unwrap();
    assert_eq!(
        hosts(&config),
        ("postgres://chat/x".into(), "postgres://own/x".into())
    );
}

#[test]
fn redis_is_an_address_or_its_parts() {
    let (config, _) = loaded(&[("REDIS_HOST", "redis"), ("REDIS_PASSWORD", "p")]).unwrap();
    let server = config.redis.server().unwrap();
    assert_eq!(
        (server.host.as_str(), server.port, server.tls),
        ("redis", 6379, false)
    );
    assert!(server.password.is_some());
    let both = [
        ("REDIS_HOST", "redis"),
        ("REDIS_URL", "rediss://cache:6380/1"),
    ];
    let server = loaded(&both).unwrap().0.redis.server().unwrap();
    assert_eq!(
        (server.host.as_str(), server.port, server.tls),
        ("cache", 6380, true)
    );
    assert!(server.password.is_none());
    assert_eq!(server.database, 1);
}

#[test]
fn batches_wait_long_only_where_a_server_wants_large_ones() {
    let flush = |environment: &[(&str, &str)]| loaded(environment).unwrap().0.ingest.flush_interval;
    assert_eq!(flush(&[]), Duration::from_millis(500));
    let server = ("ANALYTICS_CLICKHOUSE_HOST", "clickhouse");
    assert_eq!(flush(&[server]), Duration::from_secs(30));
    assert_eq!(
        flush(&[server, ("ANALYTICS_FLUSH_INTERVAL", "2s")]),
        Duration::from_secs(2)
    );
}

#[test]
fn everything_wrong_is_said_at_once_with_name_place_and_what_is_accepted() {
    let file = "ANALYTICS_PORT=notaport\nnonsense\nANALYTICS_STORE_MEMORY=1G\n";
    let environment = [
        ("ANALYTICS_AUTH_MODE", "open"),
        ("ANALYTICS_CACHE_TTL", "soon"),
        ("ANALYTICS_MEMORY", "512M"),
        ("DATABASE_URL", "mysql://u:hunter2@db/x"),
    ];
    let sentences = sentences(loaded_with_file(file, &environment));
    let expected = [
        "Line 2 of ",
        "ANALYTICS_PORT (",
        "ANALYTICS_CACHE_TTL (environment) must be a number of seconds from 0 to",
        "ANALYTICS_AUTH_MODE (environment) must be `required` or `trusted-network`.",
        "DATABASE_URL (environment) must be an address like `postgres://",
        "ANALYTICS_STORE_MEMORY is 1G, which leaves nothing of ANALYTICS_MEMORY (512M)",
    ];
    assert_eq!(sentences.len(), expected.len(), "{sentences:#?}");
    for (sentence, beginning) in sentences.iter().zip(expected) {
        assert!(sentence.starts_with(beginning), "{sentence}");
    }
    assert!(sentences[1].contains(", line 1) must be a whole number from 0 to 65535."));
}

#[test]
fn a_rule_about_a_refused_setting_does_not_speak() {
    let environment = [
        ("ANALYTICS_MEMORY", "much"),
        ("ANALYTICS_STORE_MEMORY", "1G"),
    ];
    let sentences = sentences(loaded(&environment));
    assert_eq!(sentences.len(), 1, "{sentences:#?}");
    assert!(sentences[0].starts_with("ANALYTICS_MEMORY (environment) must be"));
}

#[test]
fn a_long_value_is_not_repeated() {
    let long = "x\n".repeat(500);
    let sentences = sentences(loaded(&[("LOG_LEVEL", &long)]));
    assert!(
        sentences[0].len() < 400 && !sentences[0].contains('\n'),
        "{}",
        sentences[0]
    );
}

#[test]
fn a_default_that_cannot_be_is_a_problem() {
    let sentences = sentences(loaded(&[("HOME", "~nobody")]));
    assert!(sentences[0].starts_with("ANALYTICS_DATA_DIR is not set, and what follows from"));
}

#[test]
fn unknown_names_of_ours_are_warned_of_with_the_nearest_known_one() {
    let (_, warnings) = config(&[
        ("ANALYTICS_RETENTION_DAY", "30"),
        ("ANALYTICS_COLOUR_OF_SKY", "blue"),
        ("ANALYTICS_SERVICE_URL", "http://analytics:3106"),
        ("ANALYTICS_PORT_3106_TCP", "tcp://10.0.0.1:3106"),
        ("ANALYTICS_CLUSTER", ""),
        ("RETENTION_DAYS", "30"),
        ("PATH", "/bin"),
    ]);
    assert_eq!(
        warnings,
        [
            "ANALYTICS_CLUSTER (environment) is not known and changes nothing.",
            "ANALYTICS_COLOUR_OF_SKY (environment) is not known and changes nothing.",
            "ANALYTICS_RETENTION_DAY (environment) is not known and changes nothing: is \
             ANALYTICS_RETENTION_DAYS meant?",
        ]
    );
}

#[test]
fn a_name_that_a_file_sets_twice_is_warned_of() {
    let file = "LOG_LEVEL=debug\nLOG_LEVEL=warn\n";
    let (config, warnings) = loaded_with_file(file, &NSELF).unwrap();
    assert_eq!(config.log.level, LogLevel::Warn);
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0].sentence.ends_with("the last one holds."),
        "{}",
        warnings[0]
    );
}

#[test]
fn a_file_that_is_not_there_is_said_with_its_path() {
    let error = load_on(&MACHINE, Some(Path::new("/no/such.env")), owned(&[])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The configuration file /no/such.env could not be read."
    );
    assert!(std::error::Error::source(&error).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_file_makes_loading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let scratch = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(scratch.path(), bytes).unwrap();
        drop(load_on(&MACHINE, Some(scratch.path()), owned(&[])));
    }

    #[test]
    fn no_value_makes_loading_panic(value in "(?s).{0,40}", which in any::<Index>()) {
        let names: Vec<&str> = settings().flat_map(Setting::names).collect();
        let name = *which.get(&names);
        drop(loaded(&[(name, &value)]));
    }
}
