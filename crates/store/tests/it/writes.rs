//! Nothing lost, nothing twice: what the queue, the memory and the files of the writer do for it.

use domain::{
    event::{Event, EventType},
    id::WorkspaceId,
    metric::Metric,
};
use store::{
    Appended, Batch, EventLog, EventStore, QuotaError, Quotas, StoreError,
    duckdb::{DuckDbStore, OpenOptions},
};

use crate::support::{Scratch, at, batch, message, range, totals};

#[tokio::test]
async fn an_event_that_memory_forgot_is_found_in_the_store() {
    let scratch = Scratch::new();
    let mut options = scratch.options();
    options.remembered_events = 1_000;
    let store = DuckDbStore::open(&options).unwrap();
    let start = at("2026-01-01T00:00:00Z");
    let event = |number: u128| {
        let millis = i64::try_from(number).unwrap() * 1_000;
        message(number, start.plus_millis(millis), "u1", "c1")
    };
    // More than both generations of memory hold.
    let total = 9_000u128;
    for from in (0..total).step_by(600) {
        let events = (from..(from + 600).min(total)).map(event).collect();
        store.append(batch(events)).await.unwrap();
    }
    let again: Vec<_> = (0..total).step_by(97).map(event).collect();
    let count = again.len() as u64;
    let appended = store.append(batch(again)).await.unwrap();
    assert_eq!(
        appended,
        Appended {
            stored: 0,
            duplicates: count
        }
    );
    let all = totals(&store, range("2026-01-01", "2026-02-01"), &[Metric::Events]).await;
    assert_eq!(all, vec![Some(9_000.0)]);
}

#[tokio::test]
async fn a_full_queue_refuses_and_loses_nothing_it_took() {
    let scratch = Scratch::new();
    let mut options = scratch.options();
    options.queue_events = 10;
    let store = DuckDbStore::open(&options).unwrap();
    let when = at("2026-02-01T10:00:00Z");
    let waiting: Vec<_> = (0..40u128)
        .map(|number| {
            let events = (0..5)
                .map(|inner| message(number * 5 + inner, when, "u1", "c1"))
                .collect();
            store.append(batch(events))
        })
        .collect();
    let mut taken = 0.0;
    let mut refused = 0;
    for result in futures_join(waiting).await {
        match result {
            Ok(appended) => taken += f64::from(u32::try_from(appended.stored).unwrap()),
            Err(StoreError::Busy) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(refused > 0 && taken >= 10.0);
    let seen = totals(&store, range("2026-02-01", "2026-02-02"), &[Metric::Events]).await;
    assert_eq!(seen, vec![Some(taken)]);
}

/// Polls all at once, so that they wait in the queue together.
async fn futures_join<T>(futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut results: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut ready = true;
        for (future, result) in futures.iter_mut().zip(&mut results) {
            if result.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *result = Some(value),
                    std::task::Poll::Pending => ready = false,
                }
            }
        }
        if ready {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    results.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_locked_or_damaged_store_says_so() {
    let scratch = Scratch::new();
    let store = scratch.open();
    store
        .append(batch(vec![message(1, at("2026-02-01"), "u1", "c1")]))
        .await
        .unwrap();
    store.close().await.unwrap();
    drop(store);
    let file = scratch.options().folder.join("events.duckdb");
    std::fs::write(
        &file,
        b"this is no store, and it is longer than a header would be".repeat(200),
    )
    .unwrap();
    let error = DuckDbStore::open(&scratch.options()).err().unwrap();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
}

#[tokio::test]
async fn an_identity_without_a_time_counts_once_for_a_week() {
    let scratch = Scratch::new();
    let options = || OpenOptions {
        remembered_events: 10,
        ..scratch.options()
    };
    let untimed = |when: &str| {
        let mut event = message(1, at(when), "u1", "c1");
        event.timed = false;
        event
    };
    let mut next = 100;
    for (when, stored) in [
        ("2026-03-01T10:00:00Z", 1),
        ("2026-03-01T10:00:01Z", 0),
        ("2026-03-05T10:00:00Z", 0),
        ("2026-03-08T10:00:00Z", 0),
        // Long after that it may be something else.
        ("2026-03-20T10:00:00Z", 1),
        ("2026-03-21T10:00:00Z", 0),
    ] {
        let store = DuckDbStore::open(&options()).unwrap();
        let appended = store.append(batch(vec![untimed(when)])).await.unwrap();
        assert_eq!(
            (appended.stored, appended.duplicates),
            (stored, 1 - stored),
            "{when}"
        );
        // Far more than memory knows, all of them newer.
        let others = (next..next + 50).map(|number| message(number, at(when), "u2", "c1"));
        store.append(batch(others.collect())).await.unwrap();
        next += 50;
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_refused_batch_leaves_nothing_and_its_neighbours_alone() {
    let scratch = Scratch::new();
    let store = DuckDbStore::open(&OpenOptions {
        quotas: Quotas {
            new_ids_per_hour: 10,
            kinds: 3,
            workspaces: 1,
            ..Quotas::unlimited()
        },
        ..scratch.options()
    })
    .unwrap();
    let when = at("2026-03-01T10:00:00Z");
    let event = |number: u128, workspace: &str, user: &str, kind: &str| {
        let mut event = message(number, when, user, "c1");
        event.workspace = WorkspaceId::new(workspace).unwrap();
        event.event_type = EventType::parse(kind).unwrap();
        event
    };
    let sent = |sender: &str, events: Vec<Event>| Batch {
        sender: Some(sender.into()),
        ..batch(events)
    };
    let ids = (0..20).map(|n| event(n + 10, "a", &format!("new-{n}"), "message_sent"));
    let kinds = (0..4).map(|n| event(n + 40, "a", "u1", &format!("kind_{n}")));
    let (ids, kinds): (Vec<Event>, Vec<Event>) = (ids.collect(), kinds.collect());
    // All of them wait together, so they are one transaction.
    let answers = tokio::join!(
        store.append(sent("x", vec![event(1, "a", "u1", "message_sent")])),
        store.append(sent("x", ids.clone())),
        store.append(sent("x", kinds)),
        store.append(sent("x", vec![event(2, "b", "u1", "message_sent")])),
        store.append(sent("y", vec![event(3, "b", "u1", "kind_9")])),
        store.append(sent("x", vec![event(4, "a", "u2", "kind_9")])),
        store.append(batch(ids)),
    );
    assert_eq!(answers.0.unwrap().stored, 1);
    let quota = |answer: Result<Appended, StoreError>| match answer {
        Err(StoreError::Quota(quota)) => quota,
        other => panic!("{other:?}"),
    };
    assert!(matches!(
        quota(answers.1),
        QuotaError::NewIdsAtOnce { most: 10, .. }
    ));
    assert_eq!(quota(answers.2), QuotaError::Kinds(3));
    assert_eq!(quota(answers.3), QuotaError::Workspaces(1));
    for answer in [answers.4, answers.5] {
        assert_eq!(answer.unwrap().stored, 1);
    }
    assert_eq!(
        answers.6.unwrap().stored,
        20,
        "who has no quotas may add all"
    );
    store.close().await.unwrap();
    drop(store);
    let counts = "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM person), \
                  (SELECT count(*) FROM workspace), \
                  (SELECT count(*) FROM event_type WHERE code >= 1000), \
                  (SELECT max(ref) FROM person WHERE workspace_ref = 0)";
    let rows = scratch.sql(counts).unwrap().rows;
    let numbers = ["23", "23", "2", "1", "21"].map(|number| Some(number.to_owned()));
    assert_eq!(rows, vec![numbers.to_vec()]);
}

#[tokio::test]
async fn a_duplicate_counts_against_no_quota() {
    let scratch = Scratch::new();
    let store = DuckDbStore::open(&OpenOptions {
        quotas: Quotas {
            new_ids_per_hour: 2,
            ..Quotas::unlimited()
        },
        ..scratch.options()
    })
    .unwrap();
    let sent = |number: u128, user: &str, channel: &str| Batch {
        sender: Some("x".into()),
        ..batch(vec![message(number, at("2026-03-01"), user, channel)])
    };
    for (what, number, user, channel, stored) in [
        ("as many as it may", 1, "u1", "c1", Some(1)),
        ("others of an event that is stored", 1, "u2", "c2", Some(0)),
        ("others of another event", 2, "u2", "c2", None),
        ("the same of another event", 2, "u1", "c1", Some(1)),
    ] {
        let appended = store.append(sent(number, user, channel)).await;
        let found = appended.map(|appended| appended.stored).ok();
        assert_eq!(found, stored, "{what}");
    }
}

#[tokio::test]
async fn what_is_admitted_ahead_counts_once_and_is_not_stored() {
    let scratch = Scratch::new();
    let options = || OpenOptions {
        quotas: Quotas {
            new_ids_per_hour: 3,
            ..Quotas::unlimited()
        },
        ..scratch.options()
    };
    let store = DuckDbStore::open(&options()).unwrap();
    let sent = |number: u128, user: &str| Batch {
        sender: Some("x".into()),
        ..batch(vec![message(number, at("2026-03-01"), user, "c1")])
    };
    for (number, user, is_admitted) in [
        (1, "u1", true),
        (1, "u1", true),
        (2, "u2", true),
        (3, "u3", false),
        (4, "u1", true),
    ] {
        let admitted = store.admit(sent(number, user)).await;
        let given_back = admitted.as_ref().ok().map(|batch| batch.events.clone());
        let expected = is_admitted.then(|| sent(number, user).events);
        assert_eq!(
            given_back,
            expected,
            "{number} {user}: {:?}",
            admitted.err()
        );
    }
    let primary = WorkspaceId::default();
    let facts = store.facts(&primary).await.unwrap();
    assert_eq!((facts.events, facts.people, facts.channels), (0, 2, 1));
    // They are known after a start, too, and count no more when their events come.
    store.close().await.unwrap();
    drop(store);
    let store = DuckDbStore::open(&options()).unwrap();
    for (number, user) in [(1, "u1"), (2, "u2"), (5, "u4"), (6, "u5"), (7, "u6")] {
        let appended = store.append(sent(number, user)).await.unwrap();
        assert_eq!(appended.stored, 1, "{number} {user}");
    }
    assert!(store.append(sent(8, "u7")).await.is_err());
    // Whom an event names that is stored already is not known by it.
    store.admit(sent(1, "u9")).await.unwrap();
    let facts = store.facts(&primary).await.unwrap();
    assert_eq!((facts.events, facts.people), (5, 5));
}
