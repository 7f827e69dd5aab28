//! What people who write SQL by hand find in ClickHouse.

use domain::{
    event::Event,
    metric::Metric,
    time::{Instant, Range},
};
use serde_json::Value as Json;
use store::{
    EventLog as _, Rollups as _,
    clickhouse::{ClickHouseOptions, ClickHouseStore},
};

use crate::{
    clickhouse_server::Database,
    examples::{CHANNEL_GROWTH, DAILY_ACTIVE, MESSAGES_BY_USER},
    support::{batch, message, totals},
};

/// Runs a statement as whoever asks the server by hand.
async fn sql(database: &Database, text: &str) -> Vec<Vec<Json>> {
    let client = clickhouse::Client::default()
        .with_url(database.url())
        .with_database(&database.name);
    let text = text.trim_end_matches(';');
    let mut cursor = client
        .query_raw(text)
        .fetch_bytes("JSONCompactStringsEachRow")
        .unwrap();
    let rows = cursor.collect().await.unwrap();
    let rows = std::str::from_utf8(&rows).unwrap().lines();
    rows.map(|row| serde_json::from_str(row).unwrap()).collect()
}

async fn store(database: &Database, events: Vec<Event>) -> ClickHouseStore {
    let options = ClickHouseOptions::new(database.url(), &database.name);
    let store = ClickHouseStore::open(&options).await.unwrap();
    store.append(batch(events)).await.unwrap();
    store
}

#[tokio::test]
async fn the_documented_statements_run_unchanged() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the statements themselves say NOW()"
    )]
    let now = Instant::from_millis(jiff::Timestamp::now().as_millisecond());
    let hours_ago = |hours: i64| now.plus_millis(-hours * 3_600_000);
    let database = Database::new();
    let events = vec![
        message(1, hours_ago(1), "u1", "c1"),
        message(2, hours_ago(2), "u1", "c2"),
        message(3, hours_ago(3), "u2", "c1"),
        message(4, hours_ago(24 * 8), "u1", "c1"),
        message(5, hours_ago(24 * 40), "u1", "c1"),
    ];
    store(&database, events).await;
    let by_user = sql(&database, MESSAGES_BY_USER).await;
    let counts: Vec<&[Json]> = by_user.iter().map(|row| &row[..3]).collect();
    assert_eq!(counts, [["u1", "2", "2"], ["u2", "1", "1"]]);
    let people = sql(&database, DAILY_ACTIVE).await;
    let people = people
        .iter()
        .map(|row| row[1].as_str().unwrap().parse::<u32>().unwrap());
    // u1 and u2 in the last hours (on one or two days), u1 eight days ago.
    assert!((3..=5).contains(&people.sum::<u32>()));
    let growth = sql(&database, CHANNEL_GROWTH).await;
    assert!(
        growth.contains(&["c1", "2", "1", "100"].map(Json::from).to_vec()),
        "{growth:?}"
    );
}

/// Two instances may insert the same event at the same moment, and neither sees that of the other before.
#[tokio::test]
async fn an_event_that_two_instances_inserted_counts_once() {
    let database = Database::new();
    let first = Instant::from_millis(1_770_000_000_000);
    let events = (1..=20u8).map(|number| {
        let when = first.plus_millis(i64::from(number) * 40_000_000);
        message(number.into(), when, "u1", "c1")
    });
    let store = store(&database, events.collect()).await;
    let everything = || totals(&store, Range::ALL, &[Metric::Messages, Metric::LastMessage]);
    let before = everything().await;
    assert_eq!(before[0], Some(20.0));
    // Later in the order of arrival, so that the first row stands.
    sql(
        &database,
        "INSERT INTO events SELECT * REPLACE (seq + 100 AS seq, rank - 100 AS rank, 'u2' AS user_id) FROM events",
    )
    .await;
    let rows = sql(&database, "SELECT count(*), uniqExact(user_id) FROM events").await;
    assert_eq!(rows, [["40", "2"]]);
    assert_eq!(everything().await, before);
    for dirty in store.dirty_days() {
        let filled = store.fill(&dirty.workspace, dirty.day, first).await;
        assert!(filled.unwrap().is_some());
    }
    assert_eq!(everything().await, before);
    let by_user = sql(&database, "SELECT DISTINCT user_id FROM analytics_events").await;
    assert_eq!(by_user, [["u1"]]);
}

#[tokio::test]
async fn days_and_hours_of_channels_are_there_to_read() {
    let database = Database::new();
    let at = Instant::from_millis(1_770_000_000_000);
    let robot = Event {
        is_bot: true,
        ..message(2, at, "robot", "c1")
    };
    let later = message(3, at.plus_millis(3_600_000), "u2", "c1");
    store(&database, vec![message(1, at, "u1", "c1"), robot, later]).await;
    let daily =
        "SELECT workspace_id, date, dau, total_events, messages FROM analytics_daily_metrics";
    assert_eq!(
        sql(&database, daily).await,
        [["primary", "2026-02-02", "2", "3", "2"]]
    );
    let hourly = "SELECT channel_id, hour, people, total_events, messages FROM analytics_hourly_channels ORDER BY hour";
    assert_eq!(
        sql(&database, hourly).await,
        [
            ["c1", "2026-02-02 02:00:00", "1", "2", "1"],
            ["c1", "2026-02-02 03:00:00", "1", "1", "1"],
        ]
    );
}
