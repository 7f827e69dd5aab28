//! The printed configuration and the reference.

use std::collections::HashSet;

use super::*;
use crate::config::{print, reference, settings};

#[test]
fn a_printed_configuration_loads_as_the_same() {
    let file = "ANALYTICS_DATA_DIR='/srv/my data # 1'\nANALYTICS_SAMPLE=page_view:0.1\n";
    let (config, _) = loaded_with_file(
        file,
        &[
            ("PORT", "80"),
            ("ANALYTICS_TIMEZONE", "Europe/Berlin"),
            ("ANALYTICS_TRUSTED_PROXIES", "10.0.0.0/8,::1"),
            ("ANALYTICS_CORS_ORIGINS", "https://a.example"),
            ("ANALYTICS_CLICKHOUSE_USER", "o'neill"),
            ("DATABASE_URL", "postgres://u@db/x"),
        ],
    )
    .unwrap();
    let printed = print(&config);
    let (again, _) = loaded_with_file(&printed, &[]).unwrap();
    assert!(
        again
            .shown()
            .map(|(_, text)| text)
            .eq(config.shown().map(|(_, text)| text))
    );
}

#[test]
fn a_printed_configuration_says_where_each_setting_came_from() {
    let file = "ANALYTICS_CACHE_TTL=10 # short\n";
    let environment = [
        ("PORT", "80"),
        ("ANALYTICS_CLICKHOUSE_HOST", "ch"),
        ("LOG_LEVEL", "warn"),
    ];
    let (config, _) = loaded_with_file(file, &environment).unwrap();
    let printed = print(&config);
    let line = |name: &str| {
        let begins = format!("{name}=");
        printed
            .lines()
            .find(|line| line.starts_with(&begins))
            .unwrap()
    };
    assert_eq!(line("ANALYTICS_HOST"), "ANALYTICS_HOST=:: # default");
    assert_eq!(
        line("ANALYTICS_PORT"),
        "ANALYTICS_PORT=80 # environment (PORT)"
    );
    assert_eq!(line("LOG_LEVEL"), "LOG_LEVEL=warn # environment");
    assert!(
        line("ANALYTICS_CACHE_TTL").ends_with(", line 1"),
        "{printed}"
    );
    assert_eq!(
        line("ANALYTICS_CLICKHOUSE_HOST"),
        "ANALYTICS_CLICKHOUSE_HOST=ch # environment; no effect until the ClickHouse store is there"
    );
    assert_eq!(line("ANALYTICS_API_KEY"), "ANALYTICS_API_KEY= # default");
}

#[test]
fn every_name_is_declared_once() {
    let mut seen = HashSet::new();
    for setting in settings() {
        assert!(
            seen.insert(setting.name),
            "{} is declared twice",
            setting.name
        );
        assert!(
            setting.doc().ends_with('.'),
            "{}: {}",
            setting.name,
            setting.doc()
        );
    }
    for fallback in settings().flat_map(|setting| setting.fallbacks) {
        assert!(
            !seen.contains(fallback),
            "{fallback} is both a name and a fallback"
        );
    }
}

#[test]
fn the_reference_lists_every_name_in_one_row() {
    let reference = reference();
    for setting in settings() {
        let row = format!("| `{}`", setting.name);
        let rows = reference.lines().filter(|line| {
            line.strip_prefix(&row)
                .is_some_and(|rest| rest.starts_with([' ', ',']))
        });
        assert_eq!(rows.count(), 1, "{}", setting.name);
        for fallback in setting.fallbacks {
            assert!(
                reference.contains(&format!(", else `{fallback}`")),
                "{fallback}"
            );
        }
    }
    let rows = reference
        .lines()
        .filter(|line| line.starts_with("| `"))
        .count();
    assert_eq!(rows, settings().count());
}

#[test]
fn every_variable_of_the_product_document_is_declared() {
    for name in [
        "ENABLED",
        "PORT",
        "ROUTE",
        "MEMORY",
        "CLICKHOUSE_HOST",
        "CLICKHOUSE_PORT",
        "CLICKHOUSE_DATABASE",
        "CLICKHOUSE_USER",
        "CLICKHOUSE_PASSWORD",
        "CLICKHOUSE_QUERY_CACHE",
        "RETENTION_DAYS",
        "AGGREGATION_INTERVAL",
        "ENABLE_ML_INSIGHTS",
        "ENABLE_ANOMALY_DETECTION",
        "BATCH_SIZE",
        "FLUSH_INTERVAL",
        "CACHE_TTL",
    ] {
        let name = format!("ANALYTICS_{name}");
        assert!(settings().any(|setting| setting.name == name), "{name}");
    }
}
