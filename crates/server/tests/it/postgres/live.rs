//! History and what happens while the service runs.

use std::time::Duration;

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{
    history::History,
    server::{Server, number, run},
    wait_for, wait_for_events,
};
use crate::support::{self, Home, KEY, Service};

const QUESTIONS: [&str; 5] = ["dashboard", "users", "channels", "messages", "content"];

/// Returns an answer without what says when and how it came about.
async fn answer(service: &Service, question: &str) -> Value {
    let limit = match question {
        "users" | "channels" | "content" => "&limit=500",
        _ => "",
    };
    let path = format!("/api/analytics/{question}?period=365d&asOf=2016-07-15{limit}");
    let mut answer = service.json(&path).await;
    answer.as_object_mut().unwrap().remove("meta");
    answer
}

fn backfill(home: &Home, url: &str, more: &[&str]) -> (u64, u64) {
    let arguments = [&["backfill", "--max-rows-per-sec", "0"], more].concat();
    let done = home.run(&arguments, &[("DATABASE_URL", url)]);
    let (out, err) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    assert!(done.status.success(), "{out}{err}");
    let number = |name: &str| {
        let line = out.lines().find_map(|line| line.trim().strip_prefix(name));
        let number = line.unwrap_or_else(|| panic!("no {name}: {out}"));
        number.trim().replace(',', "").parse().unwrap()
    };
    (number("new events"), number("known already"))
}

#[tokio::test]
async fn a_backfill_answers_as_the_import_of_the_same_history() {
    let server = Server::start().await;
    let mut chat = server.make_chat("public").await;
    let history = History::of_slack();
    history.load(&mut chat).await;
    let (home, imported) = (Home::new(), Home::new());
    let (new, known) = backfill(&home, &server.url("postgres"), &[]);
    assert_eq!((new, known), (history.import(&imported) as u64, 0));
    assert_eq!(backfill(&home, &server.url("postgres"), &[]), (0, new));

    let (service, other) = (home.start(&[]), imported.start(&[]));
    for question in QUESTIONS {
        let (found, expected) = (
            answer(&service, question).await,
            answer(&other, question).await,
        );
        assert_eq!(found, expected, "{question}");
    }
    let status = service.json("/api/analytics/status").await;
    let count = |kind: &str| status["eventTypes"][kind].as_u64().unwrap_or(0);
    let messages = number(&mut chat, "SELECT count(*) FROM nchat_messages").await;
    assert_eq!(count("message_sent") + count("thread_reply"), messages);
    for (kind, table) in [
        ("reaction_added", "nchat_reactions"),
        ("file_shared", "nchat_attachments"),
        ("channel_joined", "nchat_channel_members"),
        ("channel_created", "nchat_channels"),
    ] {
        let rows = number(&mut chat, &format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(count(kind), rows, "{kind}");
    }
}

pub(super) const ANN: &str = "00000000-0000-4000-8000-0000000000a1";
pub(super) const BOB: &str = "00000000-0000-4000-8000-0000000000b1";
pub(super) const GENERAL: &str = "00000000-0000-4000-8000-0000000000c1";

/// Two people in a channel.
pub(super) async fn found(chat: &mut PgConnection) {
    let people = format!(
        "INSERT INTO nchat_users (id, email, display_name) VALUES \
         ('{ANN}', 'ann@example.org', 'Ann'), ('{BOB}', 'bob@example.org', 'Bob'); \
         INSERT INTO nchat_channels (id, name, created_by) VALUES ('{GENERAL}', 'general', '{ANN}'); \
         INSERT INTO nchat_channel_members (channel_id, user_id) VALUES ('{GENERAL}', '{ANN}')"
    );
    run(chat, &people).await;
}

/// `count` messages of Ann with these columns beside.
pub(super) async fn write(chat: &mut PgConnection, count: u64, columns: &str, values: &str) {
    let written = format!(
        "INSERT INTO nchat_messages (channel_id, user_id, content{columns}) \
         SELECT '{GENERAL}', '{ANN}', 'hello'{values} FROM generate_series(1, {count})"
    );
    run(chat, &written).await;
}

fn environment(url: &str) -> [(&str, &str); 2] {
    [("DATABASE_URL", url), ("ANALYTICS_SYNC_INTERVAL", "1")]
}

#[tokio::test]
async fn what_happens_while_the_service_runs_is_counted_once() {
    let server = Server::start().await;
    let mut chat = server.make_chat("public").await;
    found(&mut chat).await;
    let url = server.url("postgres");
    let home = Home::new();
    let service = home.start(&environment(&url));
    wait_for_events(&service, "channel_joined", 1).await;

    write(&mut chat, 3, "", "").await;
    wait_for_events(&service, "message_sent", 3).await;
    let acts = format!(
        "INSERT INTO nchat_messages (id, channel_id, user_id, content, parent_message_id) \
         SELECT gen_random_uuid(), channel_id, '{BOB}', 'yes', id FROM nchat_messages LIMIT 1; \
         INSERT INTO nchat_reactions (message_id, user_id, emoji) \
         SELECT id, '{BOB}', '👍' FROM nchat_messages; \
         INSERT INTO nchat_channel_members (channel_id, user_id) VALUES ('{GENERAL}', '{BOB}'); \
         INSERT INTO nchat_sessions (user_id, device_type) VALUES ('{BOB}', 'mobile'); \
         INSERT INTO nchat_search_history (user_id, query, result_count) VALUES ('{BOB}', 'x', 2); \
         INSERT INTO nchat_presence (user_id, status, last_heartbeat_at) \
         VALUES ('{BOB}', 'online', now()); \
         INSERT INTO nchat_attachments (message_id, user_id, original_filename, type, size_bytes) \
         SELECT id, '{ANN}', 'plan.pdf', 'document', 9 FROM nchat_messages LIMIT 1"
    );
    run(&mut chat, &acts).await;
    for (kind, count) in [
        ("thread_reply", 1),
        ("reaction_added", 4),
        ("channel_joined", 2),
        ("sign_in", 1),
        ("search_performed", 1),
        ("presence", 1),
        ("file_shared", 1),
        ("user_signed_up", 2),
        ("channel_created", 1),
    ] {
        wait_for_events(&service, kind, count).await;
    }
    let changes = format!(
        "UPDATE nchat_messages SET is_edited = true, edited_at = now() \
         WHERE id = (SELECT min(id::text)::uuid FROM nchat_messages); \
         UPDATE nchat_messages SET is_deleted = true, deleted_at = now() \
         WHERE id = (SELECT max(id::text)::uuid FROM nchat_messages); \
         DELETE FROM nchat_reactions WHERE id = (SELECT min(id::text)::uuid FROM nchat_reactions); \
         DELETE FROM nchat_channel_members WHERE user_id = '{BOB}'; \
         UPDATE nchat_users SET display_name = 'Ann Lee' WHERE id = '{ANN}'; \
         UPDATE nchat_channels SET name = 'lobby', is_archived = true, archived_at = now()"
    );
    run(&mut chat, &changes).await;
    for (kind, count) in [
        ("message_edited", 1),
        ("message_deleted", 1),
        ("reaction_removed", 1),
        ("channel_left", 1),
        ("channel_archived", 1),
    ] {
        wait_for_events(&service, kind, count).await;
    }
    let channels = service.json("/api/analytics/channels?period=1d").await;
    let channel = &channels["channels"][0];
    assert_eq!(channel["name"], "lobby");
    assert_eq!(channel["memberCount"], 1);
    let users = service.json("/api/analytics/users?period=1d").await;
    let named = |name: &str| {
        let users = users["users"].as_array().unwrap();
        users.iter().any(|user| user["displayName"] == name)
    };
    assert!(named("Ann Lee"), "{users:#}");

    // Nothing of it is counted again after a start, or by a backfill beside the service.
    let before = service.json("/api/analytics/status").await;
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&environment(&url));
    let lag = |status: &Value| status["source"]["stage"] == "in_step";
    wait_for(&service, "a round", lag).await;
    let (new, _) = backfill(&home, &url, &["--server", &service.base, "--key", KEY]);
    assert_eq!(new, 0);
    let after = service.json("/api/analytics/status").await;
    assert_eq!(before["eventTypes"], after["eventTypes"]);
    assert_eq!(after["deadLetters"], 0);
}

#[tokio::test]
async fn a_trigger_and_the_sync_count_a_row_once() {
    let server = Server::start().await;
    let mut chat = server.make_chat("public").await;
    found(&mut chat).await;
    let url = server.url("postgres");
    let home = Home::new();
    let service = home.start(&environment(&url));
    write(&mut chat, 2, "", "").await;
    run(
        &mut chat,
        &format!(
            "INSERT INTO nchat_reactions (message_id, user_id, emoji) \
             SELECT id, '{BOB}', '👍' FROM nchat_messages"
        ),
    )
    .await;
    wait_for_events(&service, "reaction_added", 2).await;
    let mut tracked = Vec::new();
    for table in [
        "nchat_users",
        "nchat_channels",
        "nchat_messages",
        "nchat_reactions",
    ] {
        let rows: Vec<sqlx::types::Json<Value>> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "SELECT to_jsonb(t) FROM {table} t"
        )))
        .fetch_all(&mut chat)
        .await
        .unwrap();
        for row in rows {
            let body = payload(table, "INSERT", &Value::Null, &row.0);
            tracked.push(send(&service, &body).await);
        }
    }
    for answer in &tracked {
        assert_eq!(answer["tracked"], answer["duplicates"], "{answer}");
        assert_eq!(answer["failed"], 0, "{answer}");
    }
    assert_eq!(tracked.len(), 7);

    // Both reactions are taken back, and of one of them the trigger tells first. The look that finds
    // the other gone finds that one gone as well.
    let reactions: Vec<sqlx::types::Json<Value>> =
        sqlx::query_scalar("SELECT to_jsonb(t) FROM nchat_reactions t")
            .fetch_all(&mut chat)
            .await
            .unwrap();
    assert_eq!(reactions.len(), 2);
    let removed = payload("nchat_reactions", "DELETE", &reactions[0].0, &Value::Null);
    let answer = send(&service, &removed).await;
    assert_eq!(
        (&answer["tracked"], &answer["duplicates"]),
        (&json!(1), &json!(0))
    );
    run(&mut chat, "DELETE FROM nchat_reactions").await;
    write(&mut chat, 1, "", "").await;
    wait_for_events(&service, "message_sent", 3).await;
    wait_for_events(&service, "reaction_removed", 2).await;
    wait_for_events(&service, "reaction_added", 2).await;

    let unknown = payload("another_table", "INSERT", &Value::Null, &json!({"id": 1}));
    assert_eq!(send(&service, &unknown).await["tracked"], 0);
    let path = "/api/analytics/ingest/hasura";
    let refused = service.request(reqwest::Method::POST, path).json(&removed);
    assert_eq!(refused.send().await.unwrap().status(), 401);
    let broken = service.post(path).json(&json!({"event": 1}));
    assert_eq!(broken.send().await.unwrap().status(), 400);
}

pub(super) fn payload(table: &str, operation: &str, old: &Value, new: &Value) -> Value {
    json!({"id": "1", "created_at": jiff_now(), "trigger": {"name": "analytics"},
        "table": {"schema": "public", "name": table},
        "event": {"op": operation, "session_variables": null, "data": {"old": old, "new": new}}})
}

#[expect(clippy::disallowed_methods, reason = "a trigger of the present")]
pub(super) fn jiff_now() -> String {
    jiff::Timestamp::now().to_string()
}

pub(super) async fn send(service: &Service, body: &Value) -> Value {
    let sent = service.post("/api/analytics/ingest/hasura").json(body);
    support::json(sent.send().await.unwrap(), reqwest::StatusCode::OK).await
}

#[tokio::test]
async fn rows_of_one_instant_and_late_commits_are_not_lost() {
    let server = Server::start().await;
    let mut chat = server.make_chat("public").await;
    found(&mut chat).await;
    let url = server.url("postgres");
    let home = Home::new();
    let settings = [
        environment(&url).as_slice(),
        &[
            // Pages of a hundred rows, so that one instant has several.
            ("ANALYTICS_SYNC_MAX_ROWS_PER_SEC", "1000"),
            // What is committed later was seen to be open, or is lost.
            ("ANALYTICS_SYNC_OVERLAP", "1"),
        ],
    ]
    .concat();
    let service = home.start(&settings);
    write(&mut chat, 550, "", "").await;
    wait_for_events(&service, "message_sent", 550).await;

    let mut late = server.connect().await;
    run(&mut late, "BEGIN").await;
    write(&mut late, 5, "", "").await;
    // A row of tomorrow must not hide those of today.
    write(&mut chat, 1, ", created_at", ", now() + interval '1 day'").await;
    write(&mut chat, 20, "", "").await;
    wait_for_events(&service, "message_sent", 570).await;
    // The transaction is open for longer than what is read again.
    tokio::time::sleep(Duration::from_secs(3)).await;
    write(&mut chat, 1, "", "").await;
    wait_for_events(&service, "message_sent", 571).await;
    service.kill();
    run(&mut late, "COMMIT").await;
    let service = home.start(&settings);
    let status = wait_for_events(&service, "message_sent", 576).await;
    assert_eq!(status["deadLetters"], 0);
}

#[tokio::test]
async fn a_database_that_is_away_is_said_and_waited_for() {
    let mut server = Server::start().await;
    let mut chat = server.make_chat("public").await;
    found(&mut chat).await;
    drop(chat);
    let url = server.url("postgres");
    let home = Home::new();
    let service = home.start(&environment(&url));
    wait_for_events(&service, "user_signed_up", 2).await;
    server.stop();
    let away = |status: &Value| status["source"]["code"] == "away";
    wait_for(&service, "an absence", away).await;
    let health = service.json("/health").await;
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["checks"]["chatDatabase"], "failed");
    server.go_on().await;
    let mut chat = server.connect().await;
    write(&mut chat, 2, "", "").await;
    wait_for_events(&service, "message_sent", 2).await;
    // What was read can be seen before the round is over that read it.
    let recovered = |status: &Value| status["source"]["stage"] == "in_step";
    wait_for(&service, "the end of the absence", recovered).await;
    let health = service.json("/health").await;
    assert_eq!(health["checks"]["chatDatabase"], "ok");
}
