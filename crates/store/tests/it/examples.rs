//! The SQL of the product document, run as it stands.

use domain::time::Instant;
use store::{EventLog, EventStore, duckdb::SqlRows};

use crate::support::{Scratch, batch, message};

pub(crate) const MESSAGES_BY_USER: &str = "SELECT
user_id,
COUNT(*) as message_count,
COUNT(DISTINCT channel_id) as channels_active,
MIN(timestamp) as first_message,
MAX(timestamp) as last_message
FROM analytics_events
WHERE
event_type = 'message_sent'
AND timestamp >= NOW() - INTERVAL 7 DAY
GROUP BY user_id
ORDER BY message_count DESC
LIMIT 20;";

pub(crate) const DAILY_ACTIVE: &str = "SELECT
DATE(timestamp) as date,
COUNT(DISTINCT user_id) as dau
FROM analytics_events
WHERE timestamp >= NOW() - INTERVAL 30 DAY
GROUP BY DATE(timestamp)
ORDER BY date;";

pub(crate) const CHANNEL_GROWTH: &str = "WITH current_week AS (
SELECT channel_id, COUNT(*) as count
FROM analytics_events
WHERE event_type = 'message_sent'
AND timestamp >= NOW() - INTERVAL 7 DAY
GROUP BY channel_id
),
previous_week AS (
SELECT channel_id, COUNT(*) as count
FROM analytics_events
WHERE event_type = 'message_sent'
AND timestamp >= NOW() - INTERVAL 14 DAY
AND timestamp < NOW() - INTERVAL 7 DAY
GROUP BY channel_id
)
SELECT
c.channel_id,
c.count as current_count,
p.count as previous_count,
ROUND((c.count - p.count) * 100.0 / p.count, 2) as growth_rate
FROM current_week c
LEFT JOIN previous_week p ON c.channel_id = p.channel_id
ORDER BY growth_rate DESC;";

fn values(rows: &SqlRows) -> Vec<Vec<&str>> {
    rows.rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|value| value.as_deref().unwrap_or("NULL"))
                .collect()
        })
        .collect()
}

#[tokio::test]
async fn the_documented_statements_run_unchanged() {
    let scratch = Scratch::new();
    let store = scratch.open();
    #[expect(
        clippy::disallowed_methods,
        reason = "the statements themselves say NOW()"
    )]
    let now = Instant::from_millis(jiff::Timestamp::now().as_millisecond());
    let hours_ago = |hours: i64| now.plus_millis(-hours * 3_600_000);
    store
        .append(batch(vec![
            message(1, hours_ago(1), "u1", "c1"),
            message(2, hours_ago(2), "u1", "c2"),
            message(3, hours_ago(3), "u2", "c1"),
            message(4, hours_ago(24 * 8), "u1", "c1"),
            message(5, hours_ago(24 * 40), "u1", "c1"),
        ]))
        .await
        .unwrap();

    store.close().await.unwrap();
    let by_user = scratch.sql(MESSAGES_BY_USER).unwrap();
    assert_eq!(
        by_user.columns,
        [
            "user_id",
            "message_count",
            "channels_active",
            "first_message",
            "last_message"
        ]
    );
    assert_eq!(
        values(&by_user),
        vec![
            vec![
                "u1",
                "2",
                "2",
                &hours_ago(2).to_string(),
                &hours_ago(1).to_string()
            ],
            vec![
                "u2",
                "1",
                "1",
                &hours_ago(3).to_string(),
                &hours_ago(3).to_string()
            ],
        ]
    );
    let daily = scratch.sql(DAILY_ACTIVE).unwrap();
    assert_eq!(daily.columns, ["date", "dau"]);
    let people: u32 = daily
        .rows
        .iter()
        .map(|row| row[1].as_ref().unwrap().parse::<u32>().unwrap())
        .sum();
    // u1 and u2 in the last hours (on one or two days), u1 eight days ago.
    assert!((3..=5).contains(&people), "{people}");

    let growth = scratch.sql(CHANNEL_GROWTH).unwrap();
    let growth = values(&growth);
    assert!(growth.contains(&vec!["c1", "2", "1", "100"]), "{growth:?}");
    assert!(
        growth.contains(&vec!["c2", "1", "NULL", "NULL"]),
        "{growth:?}"
    );
}

#[tokio::test]
async fn the_names_of_clickhouse_work() {
    let scratch = Scratch::new();
    let store = scratch.open();
    store
        .append(batch(vec![message(
            1,
            Instant::from_millis(1_770_000_000_000),
            "u1",
            "c1",
        )]))
        .await
        .unwrap();
    store.close().await.unwrap();
    let rows = scratch
        .sql(
            "SELECT toYYYYMM(timestamp), toDate(timestamp), uniqExact(user_id), countIf(event_type = 'message_sent') \
             FROM analytics_events GROUP BY ALL",
        )
        .unwrap();
    assert_eq!(values(&rows), vec![vec!["202602", "2026-02-02", "1", "1"]]);
    let daily = scratch
        .sql("SELECT date, dau, total_events, messages FROM analytics_daily_metrics")
        .unwrap();
    assert_eq!(values(&daily), vec![vec!["2026-02-02", "1", "1", "1"]]);
}
