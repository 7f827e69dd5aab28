//! Several threads append to one store at once: every identity counts once, whoever comes first.

use std::{
    collections::BTreeSet,
    sync::{Arc, Barrier},
};

use domain::{event::Event, filter::Filter, id::WorkspaceId, time::Range};
use proptest::prelude::*;
use store::{Appended, EventListing, EventLog as _, EventStore as _, duckdb::DuckDbStore};
use tokio::{runtime::Builder, task::JoinSet};

use crate::support::{Scratch, at, batch, message};

/// Threads that append at once.
const THREADS: usize = 4;

/// Identities of the batches that one task appends, one after the other.
type Batches = Vec<Vec<u128>>;

/// Few identities, so that batches overlap.
fn batches() -> impl Strategy<Value = Batches> {
    prop::collection::vec(prop::collection::vec(0..60u128, 1..40), 1..5)
}

/// Every third event comes without a time, so that each sender gives it another one.
fn event(number: u128, sender: usize) -> Event {
    let timed = !number.is_multiple_of(3);
    let hours = i64::try_from(number).unwrap();
    let delay = if timed { 0 } else { sender + 1 };
    let millis = hours * 3_600_000 + i64::try_from(delay).unwrap();
    let when = at("2026-03-01").plus_millis(millis);
    Event {
        timed,
        ..message(number, when, "u1", "c1")
    }
}

/// Appends all that each sender has to a new store, all of them at once.
async fn append_at_once(senders: &[Batches; THREADS]) {
    let scratch = Scratch::new();
    let store = Arc::new(scratch.open());
    let begin = Arc::new(Barrier::new(THREADS));
    let mut tasks = JoinSet::new();
    for (sender, batches) in senders.iter().enumerate() {
        let (store, begin, batches) = (Arc::clone(&store), Arc::clone(&begin), batches.clone());
        tasks.spawn(async move {
            // There is a thread for each, so that all of them may wait for the last.
            begin.wait();
            let mut appended = Vec::new();
            for numbers in batches {
                let events = numbers.iter().map(|number| event(*number, sender));
                appended.push(store.append(batch(events.collect())).await.unwrap());
            }
            appended
        });
    }
    let appended = tasks.join_all().await.into_iter().flatten();
    let appended = appended.fold(Appended::default(), |sum, one| Appended {
        stored: sum.stored + one.stored,
        duplicates: sum.duplicates + one.duplicates,
    });
    let sent: Vec<u128> = senders.iter().flatten().flatten().copied().collect();
    let distinct: BTreeSet<u128> = sent.iter().copied().collect();
    let expected = Appended {
        stored: distinct.len() as u64,
        duplicates: (sent.len() - distinct.len()) as u64,
    };
    assert_eq!(appended, expected);
    let distinct: Vec<u128> = distinct.into_iter().collect();
    assert_eq!(stored(&store).await, distinct);
    // The same from the disk.
    store.close().await.unwrap();
    drop(store);
    assert_eq!(stored(&scratch.open()).await, distinct);
}

/// Returns the identities of all events that are stored.
async fn stored(store: &DuckDbStore) -> Vec<u128> {
    let listing = EventListing {
        workspace: WorkspaceId::default(),
        range: Range::ALL,
        event_type: None,
        filter: Filter::default(),
        include_bots: true,
        limit: 1_000,
        offset: 0,
    };
    let rows = store.events(&listing).await.unwrap();
    let mut numbers: Vec<u128> = rows.iter().map(|row| row.event_id.0.as_u128()).collect();
    numbers.sort_unstable();
    numbers
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 30, ..ProptestConfig::default() })]

    #[test]
    fn every_identity_counts_once(senders in prop::array::uniform4(batches())) {
        let runtime = Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
        runtime.unwrap().block_on(append_at_once(&senders));
    }
}
