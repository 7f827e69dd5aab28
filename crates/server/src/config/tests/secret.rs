//! No secret ever leaves through a text.

use super::*;
use crate::config::{Setting, print, settings};

const SECRET: &str = "hunter2hunter2hunter2hunter2hunter2hunter2";

/// Returns every secret set to one that is looked for, in every form in which it can be set.
fn environment() -> Vec<(&'static str, String)> {
    let mut all: Vec<_> = settings()
        .filter(|setting| setting.is_secret())
        .flat_map(Setting::names)
        .map(|name| (name, SECRET.to_owned()))
        .collect();
    let json = format!(r#"{{"type":"HS256","key":"{SECRET}"}}"#);
    all.push(("HASURA_GRAPHQL_JWT_SECRET", json));
    all.push((
        "DATABASE_URL",
        format!("postgres://u:{SECRET}@db/x?sslpassword={SECRET}"),
    ));
    all.push(("REDIS_URL", format!("redis://:{SECRET}@redis")));
    all.push(("ANALYTICS_CLICKHOUSE_HOST", "clickhouse".to_owned()));
    all.push(("ANALYTICS_SMTP_USER", "reports".to_owned()));
    all
}

fn pairs<'a>(owned: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    owned
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

#[test]
fn a_configuration_shows_that_secrets_are_set_and_nothing_more() {
    let all = environment();
    let (config, warnings) = loaded(&pairs(&all)).unwrap();
    let printed = print(&config);
    let everything = format!("{config:?}{config:#?}{printed}{warnings:?}");
    assert!(!everything.contains("hunter2"));
    for setting in settings().filter(|setting| setting.is_secret()) {
        let line = format!("# {}=[set] # environment", setting.name);
        assert!(printed.contains(&line), "{line}");
    }
    assert!(printed.contains("ANALYTICS_SOURCE_DATABASE_URL=postgres://db/x # environment"));
    assert!(printed.contains("REDIS_URL=redis://redis # environment"));
}

#[test]
fn what_is_refused_or_warned_of_shows_no_secret() {
    let bad = [
        (
            "HASURA_GRAPHQL_JWT_SECRET",
            r#"{"type":"HS256","key":"hunter2""#,
        ),
        ("JWT_SECRET", "-----BEGIN hunter2"),
        ("DATABASE_URL", "postgres://u:hunter2#@db"),
        ("ANALYTICS_DATABASE_URL", "hunter2"),
        ("REDIS_URL", "http://hunter2"),
    ];
    let file = "ANALYTICS_API_KEY=\"hunter2\nhunter2\nexport hunter2\n";
    let problems = problems(loaded_with_file(file, &bad));
    assert_eq!(problems.len(), 8, "{problems:#?}");
    assert!(
        !format!("{problems:?}").contains("hunter2"),
        "{problems:#?}"
    );

    let doubtful = [
        ("ANALYTICS_API_KEY", "hunter2${X} # hunter2"),
        ("JWT_SECRET", "hunter2"),
    ];
    let (_, warnings) = loaded(&doubtful).unwrap();
    assert_eq!(warnings.len(), 4, "{warnings:#?}");
    assert!(
        !format!("{warnings:?}").contains("hunter2"),
        "{warnings:#?}"
    );
}

#[test]
fn no_setting_repeats_what_got_into_it_by_mistake() {
    const MARK: &str = "hunter2";
    for form in [
        "postgres://user:hunter2@db:5432/chat",
        "postgres://hunter2@db/chat",
        "postgres://db/chat?password=hunter2&sslpassword=hunter2&passfile=hunter2&x=hunter2",
        "postgres://db/chat?hunter2",
        "postgres//user:hunter2@db",
        "user:hunter2@db:5432",
        "redis://:hunter2@redis:6379/0",
        "redis://hunter2@redis",
        "rediss://redis?password=hunter2",
        "http://default:hunter2@clickhouse:8123/?password=hunter2",
        "https://hooks.example.org/hunter2",
        "page_view:hunter2",
        "https://user:hunter2@host:0.5",
        "host=db password=hunter2",
        "{\"type\":\"HS256\",\"key\":\"hunter2\"",
        "1,hunter2",
        "10.0.0.0/8,https://user:hunter2@proxy",
        "https://chat.example,https://user:hunter2@chat.example",
        "hunter2 # hunter2",
        "hunter2\nhunter2",
    ] {
        for setting in settings() {
            let said = match loaded(&[(setting.name, form)]) {
                // A folder or a name may be any word: one that is no address is what it is.
                Ok((_, warnings)) if !form.contains(['@', '/', '=']) => format!("{warnings:?}"),
                Ok((config, warnings)) => format!("{config:?} {} {warnings:?}", print(&config)),
                Err(error) => format!("{error} {error:?}"),
            };
            assert!(!said.contains(MARK), "{}={form}: {said}", setting.name);
        }
    }
}

#[test]
fn parameters_of_an_address_that_mean_nothing_are_named() {
    let url = "postgres://u:hunter2@db/x?sslpassword=hunter2&hunter2&sslmode=prefer";
    let (_, warnings) = loaded(&[("DATABASE_URL", url), ("JWT_SECRET", SECRET)]).unwrap();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(
        warnings[0].sentence,
        "DATABASE_URL has parameters that mean nothing here (`sslpassword`): they are left out."
    );
}

#[test]
fn a_secret_that_a_comment_may_have_cut_is_warned_of() {
    let cut = [("ANALYTICS_API_KEY", "0123456789abcdef # 5")];
    let (_, warnings) = loaded(&cut).unwrap();
    assert!(warnings.len() == 1 && warnings[0].sentence.contains("was cut at ` #`"));
    let quoted = [("ANALYTICS_API_KEY", "\"0123456789abcdef # 5\"")];
    assert_eq!(loaded(&quoted).unwrap().1, []);
}

#[test]
fn what_stands_for_a_secret_in_a_print_is_none() {
    for name in ["ANALYTICS_API_KEY", "JWT_SECRET"] {
        let sentences = sentences(loaded(&[(name, "[set]")]));
        assert!(
            sentences[0].contains("in place of a secret"),
            "{sentences:?}"
        );
    }
}

#[test]
fn the_same_key_under_several_names_is_one_key() {
    let json = format!(r#"{{"type":"HS256","key":"{SECRET}"}}"#);
    let other = SECRET.to_uppercase();
    let (config, _) = loaded(&[
        ("HASURA_GRAPHQL_JWT_SECRET", &json),
        ("HASURA_JWT_KEY", SECRET),
        ("AUTH_JWT_SECRET", SECRET),
        ("JWT_SECRET", &other),
    ])
    .unwrap();
    assert_eq!(config.access.jwt_keys().len(), 2);
    assert_eq!(config.access.named_jwt_keys().count(), 4);
}
