//! What arrived last is removed, and the store is opened again.

use domain::{
    id::WorkspaceId,
    time::{Instant, Range},
};
use jiff::tz::TimeZone;
use store::{
    EventLog, EventStore, Rollups,
    duckdb::{DuckDbStore, OpenOptions},
};

use super::both::Both;
use crate::support::{Scratch, at, message};

/// Places in the order of arrival that were of removed events are given again after a restart: a day that
/// was filled before holds none of those that come then.
#[tokio::test]
async fn what_comes_after_the_last_arrivals_were_removed_is_counted() {
    let (scratch, other) = (Scratch::new(), Scratch::new());
    let both = Both::open(&scratch, &other, &TimeZone::UTC);
    let day = at("2026-03-01");
    let by = |number: u128, when: Instant| message(number, when, "ann", "c1");
    let number = |n: i64, from: u128| u128::from(n.unsigned_abs()) + from;
    let within = |n: i64| day.plus_millis(n * 60_000);
    both.append((0..100).map(|n| by(number(n, 1), within(n))).collect())
        .await;
    // Older history comes last, and then all days are filled.
    let old = at("2025-01-01");
    both.append(
        (0..100)
            .map(|n| by(number(n, 1_001), old.plus_millis(n)))
            .collect(),
    )
    .await;
    both.fill_all().await;
    let filled = both.by_rollups.ledger(&WorkspaceId::default());
    assert!(
        filled.days.values().all(|day| day.filled_before >= 200),
        "{:?}",
        filled.days
    );
    for store in [&both.by_rollups, &both.of_events] {
        assert_eq!(store.delete_before(at("2026-01-01")).await.unwrap(), 100);
    }
    both.by_rollups.close().await.unwrap();
    let options = OpenOptions {
        zone: TimeZone::UTC,
        ..scratch.options()
    };
    let again = Both {
        by_rollups: DuckDbStore::open(&options).unwrap(),
        ..both
    };
    let days = again.by_rollups.ledger(&WorkspaceId::default()).days;
    assert!(
        days.values().all(|day| day.filled_before == 100),
        "{days:?}"
    );
    let whole = Range::new(day, day.plus_millis(86_400_000));
    again.check_span(whole, "opened again").await;
    again
        .append(
            (0..300)
                .map(|n| by(number(n, 2_001), within(n + 200)))
                .collect(),
        )
        .await;
    again.check_span(whole, "after more").await;
    again.fill_all().await;
    again.verify().await;
    again.check_span(whole, "filled again").await;
}
