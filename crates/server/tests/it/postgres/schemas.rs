//! Installations that lack something, have it elsewhere, or do not let everybody read it.

use serde_json::Value;

use super::{
    live::{found, write},
    server::{Server, number, run},
    wait_for, wait_for_events,
};
use crate::support::Home;

#[tokio::test]
async fn another_schema_without_attachments_and_presence_is_read() {
    let server = Server::start().await;
    let mut chat = server.make_chat("nchat").await;
    run(
        &mut chat,
        "DROP TABLE nchat_attachments; DROP TABLE nchat_presence; DROP TABLE nchat_search_history; \
         ALTER TABLE nchat_messages DROP COLUMN parent_message_id, DROP COLUMN mentions",
    )
    .await;
    found(&mut chat).await;
    write(&mut chat, 2, "", "").await;
    let (url, home) = (server.url("postgres"), Home::new());
    let service = home.start(&[("DATABASE_URL", &url), ("ANALYTICS_SYNC_INTERVAL", "1")]);
    let status = wait_for_events(&service, "message_sent", 2).await;
    let source = &status["source"];
    assert_eq!(source["schema"], "nchat");
    let missing: Vec<&str> = source["missing"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for name in [
        "nchat_attachments",
        "nchat_presence",
        "nchat_search_history",
        "nchat_messages.parent_message_id",
        "nchat_calls",
    ] {
        assert!(missing.contains(&name), "{name}: {missing:?}");
    }
    assert!(!missing.contains(&"nchat_audit_logs"), "{missing:?}");
    let doctor = home.run(&["doctor"], &[("DATABASE_URL", &url)]);
    let said = String::from_utf8_lossy(&doctor.stdout);
    assert!(said.contains("tables of schema nchat"), "{said}");
    assert!(said.contains("nchat_attachments"), "{said}");
}

#[tokio::test]
async fn a_role_that_sees_too_little_is_told_what_to_grant() {
    let server = Server::start().await;
    let mut chat = server.make_chat("public").await;
    found(&mut chat).await;
    run(&mut chat, "CREATE ROLE reader LOGIN").await;
    let (url, home) = (server.url("reader"), Home::new());
    let service = home.start(&[("DATABASE_URL", &url), ("ANALYTICS_SYNC_INTERVAL", "1")]);
    let code = |code: &'static str| move |status: &Value| status["source"]["code"] == code;
    let status = wait_for(&service, "a refusal", code("forbidden")).await;
    let problem = status["source"]["problem"].as_str().unwrap();
    assert!(problem.contains("GRANT SELECT ON ALL TABLES"), "{problem}");
    run(
        &mut chat,
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
    )
    .await;
    let status = wait_for(&service, "hidden rows", code("hidden_rows")).await;
    let problem = status["source"]["problem"].as_str().unwrap();
    assert!(
        problem.contains("ALTER ROLE \"reader\" BYPASSRLS"),
        "{problem}"
    );
    let done = home.run(
        &[
            "backfill",
            "--server",
            &service.base,
            "--key",
            crate::support::KEY,
        ],
        &[("DATABASE_URL", &url)],
    );
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(
        !done.status.success() && said.contains("BYPASSRLS"),
        "{said}"
    );
    run(&mut chat, "ALTER ROLE reader BYPASSRLS").await;
    wait_for_events(&service, "user_signed_up", 2).await;
}

#[tokio::test]
async fn accounts_are_workspaces_and_no_answer_mixes_them() {
    let server = Server::start().await;
    let mut chat = server.make_chat("public").await;
    found(&mut chat).await;
    write(&mut chat, 3, "", "").await;
    run(
        &mut chat,
        "INSERT INTO nchat_users (email, source_account_id) VALUES ('x@acme.example', 'acme')",
    )
    .await;
    write(&mut chat, 5, ", source_account_id", ", 'acme'").await;
    let (url, home) = (server.url("postgres"), Home::new());
    let service = home.start(&[("DATABASE_URL", &url), ("ANALYTICS_SYNC_INTERVAL", "1")]);
    wait_for_events(&service, "message_sent", 3).await;
    let acme = service
        .get("/api/analytics/status")
        .header("X-Source-Account-ID", "acme");
    let acme: Value = acme.send().await.unwrap().json().await.unwrap();
    assert_eq!(acme["eventTypes"]["message_sent"], 5);
    assert_eq!(acme["eventTypes"]["user_signed_up"], 1);
    let connections = "SELECT count(*) FROM pg_stat_activity \
                       WHERE application_name = 'nchat-analytics'";
    assert_eq!(number(&mut chat, connections).await, 1);
}
