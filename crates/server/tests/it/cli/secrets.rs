//! A secret in the wrong variable, or in a wrong form, is shown nowhere.

use server::config::settings;

use super::said;
use crate::support::Home;

const MARK: &str = "hunter2";

#[test]
fn no_command_shows_a_secret_that_got_into_a_wrong_variable() {
    let home = Home::new();
    let forms = [
        "postgres://user:hunter2@127.0.0.1:1/chat?sslpassword=hunter2&password=hunter2",
        "redis://:hunter2@127.0.0.1:1/0",
        "http://default:hunter2@127.0.0.1:1/?password=hunter2",
        "https://hooks.example.org/services/hunter2?token=hunter2",
        "user:hunter2@127.0.0.1",
    ];
    // Every form of every setting is tried without a process, among the tests of `config`.
    for (setting, form) in settings().zip(forms.iter().cycle()) {
        let said = said(&home.run(&["config", "print"], &[(setting.name, form)]));
        assert!(!said.contains(MARK), "{}={form}: {said}", setting.name);
    }
    // What is accepted is used, and the use of it shows nothing either.
    let used = [
        ("DATABASE_URL", forms[0]),
        ("REDIS_URL", forms[1]),
        ("ANALYTICS_CLICKHOUSE_HOST", "127.0.0.1"),
        ("ANALYTICS_CLICKHOUSE_PORT", "1"),
        ("ANALYTICS_CLICKHOUSE_PASSWORD", MARK),
        ("ANALYTICS_API_KEY", "hunter2hunter2hunter2"),
        ("LOG_LEVEL", "debug"),
    ];
    for command in [
        &["doctor"] as &[&str],
        &["doctor", "--json"],
        &["backfill"],
        &["status"],
    ] {
        let said = said(&home.run(command, &used));
        assert!(!said.contains(MARK), "{command:?}: {said}");
    }
}

#[tokio::test]
async fn a_service_logs_no_secret_at_any_level() {
    let home = Home::new();
    let secrets = [
        (
            "DATABASE_URL",
            "postgres://user:hunter2@127.0.0.1:1/chat?sslpassword=hunter2&passfile=/hunter2",
        ),
        ("REDIS_URL", "redis://:hunter2@127.0.0.1:1/0"),
        ("PLUGIN_INTERNAL_SECRET", "hunter2-of-the-plugins"),
        ("JWT_SECRET", "hunter2-of-the-chat-hunter2-of-the-chat"),
        ("LOG_LEVEL", "trace"),
        ("ANALYTICS_SYNC_INTERVAL", "1"),
    ];
    let service = home.start(&secrets);
    for path in [
        "/api/analytics/status",
        "/k/hunter2/api/analytics/dashboard",
        "/k/hunter2",
        "/k/nca_read_hunter2hunter2hunter2hunter2hunter2hunter2/metrics",
    ] {
        let request = service.request(reqwest::Method::GET, path);
        let answer = request
            .header("X-API-Key", "hunter2")
            .bearer_auth("hunter2.hunter2.hunter2")
            .send()
            .await
            .unwrap();
        assert!(!answer.text().await.unwrap().contains(MARK), "{path}");
    }
    // The first try to reach the chat's database is in the log by then.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let log = service.log();
    assert!(log.len() > 2);
    let shown = log.iter().find(|line| line.contains(MARK));
    assert_eq!(shown, None);
}
