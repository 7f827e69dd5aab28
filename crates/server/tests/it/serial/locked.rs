//! Two at once: the second one is told why it cannot, and the first one goes on.

use serde_json::json;

use super::history::{History, import, summary};
use crate::support::{Home, Service};

const EVENTS: u64 = 300;

/// The folder's service, and the port it runs on.
fn start(home: &Home) -> (Service, String) {
    let service = home.start(&[]);
    let (_, port) = service.base.rsplit_once(':').unwrap();
    let port = port.to_owned();
    (service, port)
}

/// The first service takes and counts an event.
async fn is_well(service: &Service, events_before: u64) {
    let event =
        json!({"event": "message_sent", "id": format!("well-{events_before}"), "userId": "u"});
    assert_eq!(service.track(&event).await["tracked"], 1);
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["events"], events_before + 1);
    assert_eq!(service.json("/health").await["status"], "healthy");
}

#[tokio::test]
async fn a_store_in_use_is_left_alone() {
    let home = Home::new();
    let history = History::new(1, EVENTS).write(&home, "history.ndjson");
    assert_eq!(import(&home, &history), (EVENTS, 0));
    let (service, port) = start(&home);
    for arguments in [
        &["serve"] as &[&str],
        &["serve", "--demo"],
        &["sql", "SELECT 1"],
    ] {
        for port in ["0", &port] {
            let second = home.run(arguments, &[("ANALYTICS_PORT", port)]);
            let told = String::from_utf8_lossy(&second.stderr).into_owned();
            assert_eq!(second.status.code(), Some(1), "{arguments:?}: {told}");
            assert!(second.stdout.is_empty(), "{arguments:?}");
            let error = told.lines().last().unwrap();
            assert!(
                error.starts_with("error: the store file "),
                "{arguments:?}: {told}"
            );
            assert!(
                error.contains("events.duckdb is in use by another process"),
                "{told}"
            );
            assert!(
                error.contains("stop it, or choose another ANALYTICS_DATA_DIR"),
                "{told}"
            );
            assert!(!told.contains("panicked"), "{told}");
        }
    }
    is_well(&service, EVENTS).await;
    // What needs no store works beside the service.
    let key = home.run(
        &["key", "create", "--name", "second", "--access", "read"],
        &[],
    );
    assert!(
        key.status.success(),
        "{}",
        String::from_utf8_lossy(&key.stderr)
    );
    for said in ["there are some already", "in use by a running service"] {
        let init = home.run(&["init"], &[]);
        let out = String::from_utf8_lossy(&init.stdout).into_owned();
        assert!(init.status.success() && out.contains(said), "{out}");
    }
    let status = home.run(&["status", "--json"], &[("ANALYTICS_PORT", &port)]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(status["stored"]["events"], EVENTS + 1);
    assert_eq!(service.stop(), Some(0));
}

#[tokio::test]
async fn an_import_goes_through_the_service_that_has_the_store() {
    let home = Home::new();
    let history = History::new(1, EVENTS).write(&home, "history.ndjson");
    let history = history.to_str().unwrap();
    let (service, port) = start(&home);
    let import = |key: &str| {
        let environment = [
            ("ANALYTICS_PORT", port.as_str()),
            ("ANALYTICS_API_KEY", key),
        ];
        home.run(&["import", history], &environment)
    };
    let refused = import("another-admin-key-that-is-long-enough-0123");
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{told}");
    assert!(
        told.starts_with("error: ") && told.contains("give an admin key with --key"),
        "{told}"
    );

    for (new, known) in [(EVENTS, 0), (0, EVENTS)] {
        let done = import(crate::support::KEY);
        let out = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(
            done.status.success(),
            "{out}{}",
            String::from_utf8_lossy(&done.stderr)
        );
        assert!(
            out.contains(&format!("through http://localhost:{port}")),
            "{out}"
        );
        assert_eq!(
            (summary(&out, "new events"), summary(&out, "known already")),
            (new, known)
        );
    }
    is_well(&service, EVENTS).await;
}

#[tokio::test]
async fn an_import_that_cannot_find_the_service_says_so() {
    let home = Home::new();
    let history = History::new(1, EVENTS).write(&home, "history.ndjson");
    let (service, _) = start(&home);
    // A port that nobody listens on: the service's own, after it has moved.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let port = free.to_string();
    let done = home.run(
        &["import", history.to_str().unwrap()],
        &[("ANALYTICS_PORT", &port)],
    );
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(1), "{told}");
    assert!(told.contains("the store is in use"), "{told}");
    assert!(
        told.contains(&format!("no service answers at http://localhost:{port}")),
        "{told}"
    );
    assert!(told.contains("name it with --server"), "{told}");
    is_well(&service, 0).await;
}
