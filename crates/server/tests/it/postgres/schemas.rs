//! Installations that lack something, have more or have it elsewhere, or do not let everybody read it.

use serde_json::Value;
use sqlx::PgConnection;

use super::{
    live::{ANN, BOB, GENERAL, found, write},
    server::{Server, number, run},
    wait_for, wait_for_events,
};
use crate::support::{Home, Service};

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
    grant(&mut chat, &service).await;
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
    grant(&mut chat, &service).await;
    wait_for_events(&service, "user_signed_up", 2).await;
    let setup = service.json("/api/analytics/setup").await;
    assert_eq!(setup["source"]["isConfigured"], true);
    assert_eq!(setup["source"]["variable"], "DATABASE_URL");
    assert_eq!(setup["source"].get("grants"), None, "{setup}");
}

/// Runs what the setup says that the role lacks.
async fn grant(chat: &mut PgConnection, service: &Service) {
    let setup = service.json("/api/analytics/setup").await;
    let grants = setup["source"]["grants"].as_array().unwrap();
    assert!(!grants.is_empty(), "{setup}");
    for statement in grants {
        run(chat, statement.as_str().unwrap()).await;
    }
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

#[tokio::test]
async fn calls_sign_ins_and_roles_are_read_where_an_installation_has_them() {
    let server = Server::start().await;
    let mut chat = server.make_chat("public").await;
    found(&mut chat).await;
    run(
        &mut chat,
        &format!(
            "CREATE TABLE nchat_calls (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), channel_id UUID, \
                 initiated_by UUID, started_at TIMESTAMPTZ, ended_at TIMESTAMPTZ, \
                 created_at TIMESTAMPTZ NOT NULL DEFAULT now(), \
                 source_account_id TEXT NOT NULL DEFAULT 'primary'); \
             CREATE TABLE nchat_call_participants (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), \
                 call_id UUID NOT NULL, user_id UUID, joined_at TIMESTAMPTZ NOT NULL DEFAULT now(), \
                 left_at TIMESTAMPTZ); \
             CREATE TABLE nchat_login_history (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), \
                 user_id UUID, success BOOLEAN, created_at TIMESTAMPTZ NOT NULL DEFAULT now()); \
             CREATE TABLE app_user_roles (app_id TEXT, user_id UUID, role TEXT); \
             INSERT INTO app_user_roles VALUES ('nchat', '{ANN}', 'member'), \
                 ('nchat', '{ANN}', 'admin'), ('other', '{ANN}', 'owner'), ('nchat', '{BOB}', 'guest'); \
             INSERT INTO nchat_login_history (user_id, success) \
                 VALUES ('{ANN}', true), ('{ANN}', NULL), ('{BOB}', false); \
             INSERT INTO nchat_sessions (user_id) VALUES ('{BOB}'); \
             WITH call AS (INSERT INTO nchat_calls (channel_id, initiated_by, started_at, ended_at) \
                 VALUES ('{GENERAL}', '{ANN}', now() - interval '1 minute', now()) RETURNING id) \
             INSERT INTO nchat_call_participants (call_id, user_id, joined_at, left_at) \
                 SELECT id, '{BOB}'::uuid, now() - interval '1 minute', NULL FROM call UNION ALL \
                 SELECT id, '{ANN}'::uuid, now() - interval '1 minute', now() FROM call"
        ),
    )
    .await;
    let (url, home) = (server.url("postgres"), Home::new());
    let service = home.start(&[("DATABASE_URL", &url), ("ANALYTICS_SYNC_INTERVAL", "1")]);
    for (kind, count) in [
        ("call_started", 1),
        ("call_ended", 1),
        ("call_joined", 2),
        ("call_left", 1),
        // The history of sign-ins is better than the sessions beside it, which are left alone.
        ("sign_in", 2),
        ("sign_in_failed", 1),
    ] {
        wait_for_events(&service, kind, count).await;
    }
    let users = service.json("/api/analytics/users?period=1d").await;
    let role = |name: &str| {
        let users = users["users"].as_array().unwrap();
        let user = users.iter().find(|user| user["displayName"] == name);
        user.map(|user| user["role"].clone())
    };
    assert_eq!(role("Ann"), Some("admin".into()), "{users:#}");
    assert_eq!(role("Bob"), Some("guest".into()), "{users:#}");

    // Without that history and sessions, sign-ins come from the audit log.
    let other = server.make_chat("second").await;
    let mut chat = other;
    found(&mut chat).await;
    run(
        &mut chat,
        &format!(
            "DROP TABLE nchat_sessions; \
             CREATE TABLE nchat_audit_logs (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), \
                 user_id UUID, action TEXT, created_at TIMESTAMPTZ NOT NULL DEFAULT now()); \
             INSERT INTO nchat_audit_logs (user_id, action) \
                 VALUES ('{ANN}', 'login'), ('{ANN}', 'logout'), ('{BOB}', 'login')"
        ),
    )
    .await;
    let home = Home::new();
    let service = home.start(&[
        ("DATABASE_URL", &url),
        ("ANALYTICS_SYNC_INTERVAL", "1"),
        ("ANALYTICS_SOURCE_SCHEMA", "second"),
    ]);
    wait_for_events(&service, "sign_in", 2).await;
}
