//! Every statement on a large table finds its rows by an index.

use super::{
    live::found,
    server::{Server, run},
    wait_for,
};
use crate::support::Home;

/// A chat in which reading a table whole is dear.
const LARGE: &str = "
    INSERT INTO nchat_users (display_name, created_at)
        SELECT 'p' || n, now() - n * interval '10 minutes' FROM generate_series(1, 20000) n;
    INSERT INTO nchat_channels (name) SELECT 'c' || n FROM generate_series(1, 300) n;
    INSERT INTO nchat_channel_members (channel_id, user_id, joined_at)
        SELECT c.id, u.id, now() - interval '30 days' FROM nchat_channels c,
        LATERAL (SELECT id FROM nchat_users ORDER BY id LIMIT 200) u ON CONFLICT DO NOTHING;
    INSERT INTO nchat_messages (channel_id, content, created_at, updated_at, edited_at)
        SELECT (SELECT min(id::text)::uuid FROM nchat_channels), 'hello', now() - n * interval '15 minutes',
            now() - n * interval '15 minutes', CASE WHEN n % 50 = 0 THEN now() - n * interval '15 minutes' END
        FROM generate_series(1, 200000) n;
    INSERT INTO nchat_reactions (message_id, user_id, emoji, created_at)
        SELECT id, id, 'tada', created_at FROM nchat_messages WHERE random() < 0.2;
    INSERT INTO nchat_attachments (message_id, original_filename, created_at)
        SELECT id, 'a.png', created_at FROM nchat_messages WHERE random() < 0.2;
    INSERT INTO nchat_search_history (created_at)
        SELECT now() - n * interval '3 minutes' FROM generate_series(1, 50000) n;
    ANALYZE;";

const TABLES: [&str; 6] = [
    "nchat_users",
    "nchat_channel_members",
    "nchat_messages",
    "nchat_reactions",
    "nchat_attachments",
    "nchat_search_history",
];

#[tokio::test]
async fn every_statement_on_a_large_table_uses_an_index() {
    let server = Server::start().await;
    let mut chat = server.make_chat("public").await;
    found(&mut chat).await;
    run(&mut chat, LARGE).await;
    run(
        &mut chat,
        "ALTER SYSTEM SET auto_explain.log_min_duration = 0",
    )
    .await;
    run(&mut chat, "SELECT pg_reload_conf()").await;
    let (url, home) = (server.url("postgres"), Home::new());
    let service = home.start(&[
        ("DATABASE_URL", &url),
        ("ANALYTICS_SYNC_INTERVAL", "1"),
        ("ANALYTICS_SYNC_MAX_ROWS_PER_SEC", "0"),
        // So that the present is read, and not all of history.
        ("ANALYTICS_RETENTION_DAYS", "60"),
    ]);
    wait_for(&service, "a round", |status| {
        status["source"]["stage"] == "in_step"
    })
    .await;
    // Slow looks are made in the first and in the seventh round; the eighth begins when both are over.
    let is_over =
        |_: &serde_json::Value| server.log().matches("clock_timestamp(), min(").count() >= 8;
    wait_for(&service, "two slow looks", is_over).await;
    drop(service);
    let log = server.log();
    let plans: Vec<&str> = log
        .split("\nnchat-analytics: ")
        .filter(|part| part.contains("plan:"))
        .collect();
    for table in TABLES {
        let read = plans
            .iter()
            .filter(|plan| plan.contains(&format!("on {table} ")))
            .count();
        assert!(
            read >= 2,
            "{table} was read {read} times of {}",
            plans.len()
        );
        let whole = format!("Seq Scan on {table} ");
        let bad = plans.iter().find(|plan| plan.contains(&whole));
        assert_eq!(bad, None, "{table}");
    }
}
