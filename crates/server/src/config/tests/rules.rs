//! Each rule is broken once, and not broken by its neighbour.

use super::*;
use crate::config::{rules, section::setting, without_effect};

#[track_caller]
fn refuses(environment: &[(&str, &str)], part: &str) {
    let sentences = sentences(loaded(environment));
    assert!(
        sentences.len() == 1 && sentences[0].contains(part),
        "{sentences:#?}"
    );
}

#[track_caller]
fn warns(environment: &[(&str, &str)], part: &str) {
    let (_, warnings) = config(environment);
    assert!(
        warnings.len() == 1 && warnings[0].contains(part),
        "{warnings:#?}"
    );
}

#[track_caller]
fn is_silent(environment: &[(&str, &str)]) {
    let (_, warnings) = config(environment);
    assert!(warnings.is_empty(), "{warnings:#?}");
}

#[test]
fn every_rule_is_about_settings_that_exist() {
    for name in rules().flat_map(|rule| rule.about) {
        assert!(setting(name).is_some(), "{name}");
    }
}

#[test]
fn memory_is_shared() {
    refuses(
        &[("ANALYTICS_STORE_MEMORY", "512M")],
        "leaves nothing of ANALYTICS_MEMORY (512M)",
    );
    is_silent(&[("ANALYTICS_STORE_MEMORY", "511M")]);
    refuses(
        &[("ANALYTICS_CACHE_MEMORY", "512M")],
        "ANALYTICS_CACHE_MEMORY is 512M, which leaves nothing of ANALYTICS_MEMORY (512M)",
    );
    is_silent(&[("ANALYTICS_CACHE_MEMORY", "511M")]);
    let body = [("ANALYTICS_MAX_BODY", "128M"), ("ANALYTICS_MEMORY", "128M")];
    refuses(&body, "one request could fill all");
}

#[test]
fn mail_is_sent_by_somebody_and_passwords_are_not_shown() {
    let host = ("ANALYTICS_SMTP_HOST", "mail.example.com");
    let from = ("ANALYTICS_SMTP_FROM", "a@example.com");
    let user = ("ANALYTICS_SMTP_USER", "a");
    let password = ("ANALYTICS_SMTP_PASSWORD", "a password for mail");
    refuses(&[host], "name the address that mail is from");
    refuses(&[host, from, user], "belong together");
    refuses(&[host, from, password], "belong together");
    is_silent(&[host, from, user, password]);
    warns(
        &[host, from, user, password, ("ANALYTICS_SMTP_TLS", "none")],
        "for everybody on the way to read",
    );
    is_silent(&[host, from, ("ANALYTICS_SMTP_TLS", "none")]);
    for (tls, port) in [("starttls", 587), ("implicit", 465), ("none", 25)] {
        let (config, _) = config(&[host, from, ("ANALYTICS_SMTP_TLS", tls)]);
        assert_eq!(config.reports.smtp_port, port, "{tls}");
    }
}

#[test]
fn what_comes_in_fits_the_queue() {
    refuses(
        &[("ANALYTICS_QUEUE_EVENTS", "9999")],
        "ANALYTICS_MAX_BATCH is 10000, more than",
    );
    refuses(
        &[("ANALYTICS_BATCH_SIZE", "200001")],
        "ANALYTICS_BATCH_SIZE is 200001, more than",
    );
    is_silent(&[("ANALYTICS_QUEUE_EVENTS", "10000")]);
}

#[test]
fn no_interval_and_no_batch_is_nothing() {
    for name in [
        "ANALYTICS_FLUSH_INTERVAL",
        "ANALYTICS_AGGREGATION_INTERVAL",
        "ANALYTICS_BATCH_SIZE",
        "ANALYTICS_MAX_BATCH",
        "ANALYTICS_SYNC_INTERVAL",
        "ANALYTICS_QUERY_TIMEOUT",
        "ANALYTICS_THREADS",
    ] {
        refuses(&[(name, "0")], &format!("{name} (environment) must be"));
    }
}

#[test]
fn a_cluster_needs_a_server() {
    let cluster = ("ANALYTICS_CLICKHOUSE_CLUSTER", "main");
    refuses(&[cluster], "ANALYTICS_CLICKHOUSE_HOST is not set");
    is_silent(&[cluster, ("ANALYTICS_CLICKHOUSE_HOST", "ch")]);
    warns(
        &[("ANALYTICS_CLICKHOUSE_PASSWORD", "p")],
        "ANALYTICS_CLICKHOUSE_HOST is not",
    );
}

#[test]
fn a_trusted_network_is_not_the_whole_world() {
    let trusting = ("ANALYTICS_AUTH_MODE", "trusted-network");
    let local = ("ANALYTICS_HOST", "127.0.0.1");
    is_silent(&[trusting, local]);
    warns(
        &[trusting],
        "ANALYTICS_HOST=:: is open to more than this machine",
    );
    warns(
        &[trusting, local, ("ANALYTICS_EXPOSE_EMAIL", "true")],
        "e-mail addresses of all people",
    );
    for proxies in [
        "10.0.0.0/8,0.0.0.0/0",
        "::/0",
        "0.0.0.0/1,128.0.0.0/1",
        "::/1,8000::/1",
        "128.0.0.0/2,10.0.0.1,192.0.0.0/2,0.0.0.0/1",
        "0.0.0.0/1",
        "2000::/3",
        "64.0.0.0/8,65.0.0.0/8",
    ] {
        let proxies = ("ANALYTICS_TRUSTED_PROXIES", proxies);
        refuses(&[trusting, local, proxies], "may claim any address");
        refuses(&[proxies], "List only the proxies you run");
    }
    for proxies in [
        "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,127.0.0.0/8",
        "fc00::/7,fe80::/10,::1",
        "173.245.48.0/20,2400:cb00::/32",
    ] {
        let proxies = ("ANALYTICS_TRUSTED_PROXIES", proxies);
        is_silent(&[trusting, local, proxies]);
    }
    let origins = ("ANALYTICS_CORS_ORIGINS", "*");
    refuses(
        &[trusting, local, origins],
        "lets every web page that is opened there",
    );
    warns(&[origins], "lets every web page call");
    is_silent(&[("ANALYTICS_EXPOSE_EMAIL", "true")]);
}

#[test]
fn what_is_set_without_effect_is_named_by_what_it_waits_for() {
    let set = |environment: &[(&str, &str)]| without_effect(&config(environment).0);
    assert_eq!(set(&[]), Vec::<String>::new());
    // It means the chat's database, which is read.
    assert_eq!(
        set(&[("DATABASE_URL", "postgres://db/x")]),
        Vec::<String>::new()
    );
    let all = [
        ("REDIS_HOST", "redis"),
        ("REDIS_PORT", "6379"),
        ("ANALYTICS_CLICKHOUSE_HOST", "clickhouse"),
        ("ANALYTICS_ENABLE_ML_INSIGHTS", "true"),
        ("ANALYTICS_DATABASE_URL", "postgres://db/x"),
        ("ANALYTICS_BATCH_SIZE", "10"),
    ];
    assert_eq!(
        set(&all),
        [
            "ANALYTICS_ENABLE_ML_INSIGHTS: accepted, without effect until the insight engine is there",
            "ANALYTICS_CLICKHOUSE_HOST: accepted, without effect until the ClickHouse store is there",
        ]
    );
}

#[test]
fn secrets_that_can_be_guessed_are_warned_of() {
    warns(
        &[("PLUGIN_INTERNAL_SECRET", "changeme")],
        "PLUGIN_INTERNAL_SECRET is shorter than 16",
    );
    warns(
        &[("JWT_SECRET", "changeme")],
        "JWT_SECRET is shorter than 32",
    );
    let public = r#"{"type":"EdDSA","key":"-----BEGIN PUBLIC KEY-----"}"#;
    is_silent(&[("HASURA_GRAPHQL_JWT_SECRET", public)]);
}

#[test]
fn a_finding_is_reported_under_the_setting_it_is_about() {
    let weak = [("JWT_SECRET", "changeme"), ("ANALYTICS_PORT", "0")];
    let warnings = loaded(&weak).unwrap().1;
    let settings: Vec<_> = warnings
        .iter()
        .map(|warning| warning.setting.as_str())
        .collect();
    assert_eq!(settings, ["JWT_SECRET", "ANALYTICS_PORT"]);
}

#[test]
fn events_are_kept_long_enough_and_texts_not_for_ever() {
    warns(
        &[("ANALYTICS_RETENTION_DAYS", "29")],
        "ANALYTICS_RETENTION_DAYS is 29: monthly active",
    );
    is_silent(&[("ANALYTICS_RETENTION_DAYS", "30")]);
    is_silent(&[("ANALYTICS_RETENTION_DAYS", "0")]);
    let texts = ("ANALYTICS_STORE_TEXT", "true");
    warns(&[texts, ("ANALYTICS_RETENTION_DAYS", "0")], "for ever");
    is_silent(&[texts]);
}

#[test]
fn values_that_are_seldom_meant_are_warned_of() {
    warns(&[("ANALYTICS_FLUSH_INTERVAL", "30")], "is 30 milliseconds");
    warns(&[("ANALYTICS_PORT", "0")], "only tests can use");
}

#[test]
fn the_stream_is_named_as_redis_can_and_claimed_after_batches_are_full() {
    refuses(
        &[("REDIS_URL", "redis://redis:6379/events")],
        "REDIS_URL ends in something that is no number",
    );
    is_silent(&[("REDIS_URL", "redis://redis:6379/3")]);
    let slow = [
        ("REDIS_HOST", "redis"),
        ("ANALYTICS_FLUSH_INTERVAL", "60s"),
        ("ANALYTICS_REDIS_CLAIM_AFTER", "60s"),
    ];
    refuses(
        &slow,
        "ANALYTICS_REDIS_CLAIM_AFTER is 60 seconds, no more than",
    );
    is_silent(&slow[1..]);
    refuses(
        &[("ANALYTICS_REDIS_STREAM", "two words")],
        "ANALYTICS_REDIS_STREAM (environment) must be",
    );
}

#[test]
fn sampling_is_looked_at_kind_by_kind() {
    is_silent(&[(
        "ANALYTICS_SAMPLE",
        "page_view:0.1,presence:0.5,message_sent:1",
    )]);
    warns(
        &[("ANALYTICS_SAMPLE", "message:0.5")],
        "drops some of `message_sent`",
    );
    warns(
        &[("ANALYTICS_SAMPLE", "page_veiw:0.1")],
        "is `page_view` meant?",
    );
    warns(
        &[("ANALYTICS_SAMPLE", "button_click:0.1")],
        "events of exactly that name are sampled.",
    );
    refuses(
        &[("ANALYTICS_SAMPLE", "page_view:0")],
        "above 0 and at most 1",
    );
}
