//! Windows that begin or end within an hour of a filled day.

use domain::{
    dimension::Dimension,
    id::WorkspaceId,
    metric::Metric,
    query::Query,
    time::{Instant, Range},
};
use engine::plan;
use jiff::tz::TimeZone;
use store::{EventLog, Questions, Rollups};

use super::{HOUR, LATER, both::Both};
use crate::support::{Scratch, at, batch, message};

/// Asks both stores for the messages and people of each channel; returns how many events were read.
async fn read_for(both: &Both, range: Range) -> u64 {
    let workspace = WorkspaceId::default();
    let metrics = [Metric::Messages, Metric::Posters];
    let query =
        Query::totals(workspace, both.zone.clone(), range, &metrics).by(&[Dimension::Channel]);
    let plan = plan::plan(query).unwrap();
    let found = both.by_rollups.query(&plan).await.unwrap();
    let expected = both.of_events.query(&plan).await.unwrap();
    assert_eq!(
        found.rows,
        expected.rows,
        "{} .. {}",
        range.from(),
        range.to()
    );
    found.origin.events_read
}

#[tokio::test]
async fn the_hour_in_which_a_window_ends_is_read_once_until_its_day_changes() {
    let (scratch, other) = (Scratch::new(), Scratch::new());
    let both = Both::open(&scratch, &other, &TimeZone::UTC);
    let begin = at("2026-03-01");
    let after = |minutes: i64| -> Instant { begin.plus_millis(minutes * HOUR / 60) };
    let by = |number: i64| {
        message(
            u128::from(number.unsigned_abs()),
            after(number),
            &format!("u{}", number % 7),
            &format!("c{}", number % 3),
        )
    };
    both.append((0..4 * 24 * 60).map(by).collect()).await;
    both.fill_all().await;
    let day = 24 * 60;
    let until = |minutes: i64| Range::new(after(day), after(2 * day + minutes));

    // The sixty messages of the first hour of the third day, once.
    assert_eq!(read_for(&both, until(5)).await, 60);
    for minutes in [1, 5, 6, 59] {
        assert_eq!(read_for(&both, until(minutes)).await, 0, "{minutes}");
    }
    // Of a later hour, once again; the whole hours before it are told by other blocks or folded.
    read_for(&both, until(125)).await;
    assert_eq!(read_for(&both, until(130)).await, 0);
    // A window within one hour, and one that goes over the end of one.
    let within = |from: i64, to: i64| Range::new(after(2 * day + from), after(2 * day + to));
    assert_eq!(read_for(&both, within(10, 20)).await, 0);
    read_for(&both, within(50, 70)).await;
    assert_eq!(read_for(&both, within(40, 80)).await, 0);

    // What arrives late belongs to the hour as well, before and after the day is filled again.
    let late = message(1_000_000, after(2 * day + 3), "late", "c0");
    for store in [&both.by_rollups, &both.of_events] {
        store.append(batch(vec![late.clone()])).await.unwrap();
    }
    read_for(&both, until(5)).await;
    both.fill_all().await;
    assert_eq!(both.by_rollups.dirty_days(), Vec::new());
    assert_eq!(read_for(&both, until(5)).await, 61);
    assert_eq!(read_for(&both, until(6)).await, 0);
    both.by_rollups.fill_months(at(LATER)).await.unwrap();
    assert_eq!(read_for(&both, until(7)).await, 0);
}
