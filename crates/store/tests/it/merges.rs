//! Merges in the embedded engine, beside what every store does.

use domain::{
    event::Event,
    id::{UserId, WorkspaceId},
    metric::Metric,
    time::Range,
};
use store::{
    EventLog as _, EventStore as _, Merges as _,
    duckdb::{DuckDbStore, OpenOptions},
};

use crate::support::{Scratch, at, batch, message, totals};

const EVENTS: u128 = 400_000;
const AT_ONCE: u128 = 20_000;
/// Two months.
const SPAN_SECONDS: i64 = 60 * 86_400;

fn options(scratch: &Scratch) -> OpenOptions {
    OpenOptions {
        memory_bytes: 128 * 1024 * 1024,
        ..scratch.options()
    }
}

/// An event of somebody, some time within two months.
fn event(number: u128) -> Event {
    let seconds = i64::try_from(number).unwrap() * 7_919 % SPAN_SECONDS;
    let at = at("2026-01-01").plus_millis(seconds * 1_000);
    let who = if number.is_multiple_of(100) {
        "account"
    } else {
        "guest"
    };
    message(number + 1, at, who, "c1")
}

/// 396,000 events of a guest, 4,000 of an account: the engine has half of the memory that it usually has.
#[tokio::test]
async fn somebody_of_many_events_is_merged_within_the_memory_of_the_engine() {
    let scratch = Scratch::new();
    let store = DuckDbStore::open(&options(&scratch)).unwrap();
    for first in (0..EVENTS).step_by(usize::try_from(AT_ONCE).unwrap()) {
        let events = (first..first + AT_ONCE).map(event).collect();
        store.append(batch(events)).await.unwrap();
    }
    let (of, now) = (WorkspaceId::default(), at("2026-04-01"));
    let [guest, account] = ["guest", "account"].map(|id| UserId::new(id).unwrap());
    let asked = [Metric::Messages, Metric::Posters];
    let messages = Some(400_000.0);
    assert_eq!(
        totals(&store, Range::ALL, &asked).await,
        [messages, Some(2.0)]
    );
    store.merge(&of, &guest, &account, now).await.unwrap();
    assert_eq!(
        totals(&store, Range::ALL, &asked).await,
        [messages, Some(1.0)]
    );
    store.close().await.unwrap();
    let originals = "SELECT count(original_ref), count(DISTINCT person_ref) FROM event";
    let row = &scratch.sql(originals).unwrap().rows[0];
    let row: Vec<_> = row.iter().map(|value| value.clone().unwrap()).collect();
    assert_eq!(row, ["396000", "1"]);
    let store = DuckDbStore::open(&options(&scratch)).unwrap();
    store.undo_merge(&of, &guest, now).await.unwrap().unwrap();
    assert_eq!(
        totals(&store, Range::ALL, &asked).await,
        [messages, Some(2.0)]
    );
    store.close().await.unwrap();
    // Nothing is left of it.
    let row = &scratch.sql(originals).unwrap().rows[0];
    let row: Vec<_> = row.iter().map(|value| value.clone().unwrap()).collect();
    assert_eq!(row, ["0", "2"]);
}
