//! Nothing lost, nothing twice.

use std::sync::Arc;

use domain::{
    dimension::Dimension,
    event::{Event, EventType},
    id::{ChannelId, UserId, WorkspaceId},
    metric::Metric,
    record::{ChannelRecord, PersonRecord},
    time::Grain,
};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use store::{
    Appended, Batch, Cell, Changes, EventLog, EventStore, Questions, QuotaError, Quotas,
    StoreError, TableRow,
    duckdb::{DuckDbStore, OpenOptions},
};

use crate::support::{Scratch, ask, at, batch, message, query, range, totals};

fn row(keys: &[Cell], values: &[f64]) -> TableRow {
    TableRow {
        keys: keys.to_vec(),
        values: values.iter().copied().map(Some).collect(),
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

#[tokio::test]
async fn the_version_changes_with_everything_that_is_stored() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let mut versions = vec![store.version()];
    let when = at("2026-03-28T12:00:00Z");
    for number in 1..4 {
        let event = message(number, when, "u1", "c1");
        store.append(batch(vec![event])).await.unwrap();
        versions.push(store.version());
    }
    let people = vec![PersonRecord {
        name: Some("Ada".to_owned()),
        ..PersonRecord::new(UserId::new("u1").unwrap())
    }];
    store
        .put_records(WorkspaceId::default(), people, Vec::new(), when)
        .await
        .unwrap();
    versions.push(store.version());
    assert_eq!(store.delete_before(at("2026-03-29")).await.unwrap(), 3);
    versions.push(store.version());
    assert!(versions.is_sorted_by(|before, after| before < after));
    // Asking changes nothing.
    let all = range("2026-01-01", "2027-01-01");
    totals(&store, all, &[Metric::Messages]).await;
    assert_eq!(Some(&store.version()), versions.last());
}

#[tokio::test]
async fn what_is_appended_is_counted_by_people_channels_and_local_days() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let mut bot = message(4, at("2026-03-29T10:00:00Z"), "b1", "c2");
    bot.is_bot = true;
    let events = vec![
        message(1, at("2026-03-28T22:30:00Z"), "u1", "c1"),
        // Half past midnight in Berlin, on the day its clocks change.
        message(2, at("2026-03-28T23:30:00Z"), "u1", "c1"),
        message(3, at("2026-03-29T21:59:00Z"), "u2", "c2"),
        bot,
        message(5, at("2026-03-29T22:00:00Z"), "u3", "c2"),
    ];
    let appended = store.append(batch(events)).await.unwrap();
    assert_eq!(
        appended,
        Appended {
            stored: 5,
            duplicates: 0
        }
    );

    let span = range("2026-03-28", "2026-03-31");
    let both = totals(&store, span, &[Metric::Messages, Metric::ActivePeople]).await;
    assert_eq!(both, vec![Some(4.0), Some(3.0)]);

    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let mut days = query(span, &[Metric::Messages]).by(&[Dimension::Time(Grain::Day)]);
    days.zone = berlin;
    let day = |text: &str| Cell::Int(at(text).as_millis());
    assert_eq!(
        ask(&store, days).await.rows,
        vec![
            row(&[day("2026-03-27T23:00:00Z")], &[1.0]),
            row(&[day("2026-03-28T23:00:00Z")], &[2.0]),
            row(&[day("2026-03-29T22:00:00Z")], &[1.0]),
        ]
    );

    let channels = ask(
        &store,
        query(span, &[Metric::Messages, Metric::Posters])
            .by(&[Dimension::Channel])
            .top(10),
    )
    .await;
    assert_eq!(
        channels.rows,
        vec![
            row(&[text("c1")], &[2.0, 1.0]),
            row(&[text("c2")], &[2.0, 2.0])
        ]
    );
    let page = ask(
        &store,
        query(span, &[Metric::Messages])
            .by(&[Dimension::Channel])
            .top(1),
    )
    .await;
    assert_eq!((page.rows.len(), page.total), (1, 2));
}

#[tokio::test]
async fn twice_is_once_in_a_batch_across_batches_and_after_a_restart() {
    let scratch = Scratch::new();
    let when = at("2026-02-01T10:00:00Z");
    let events = || {
        vec![
            message(1, when, "u1", "c1"),
            message(2, when, "u1", "c1"),
            message(1, when, "u1", "c1"),
        ]
    };
    {
        let store = scratch.open();
        assert_eq!(
            store.append(batch(events())).await.unwrap(),
            Appended {
                stored: 2,
                duplicates: 1
            }
        );
        assert_eq!(
            store.append(batch(events())).await.unwrap(),
            Appended {
                stored: 0,
                duplicates: 3
            }
        );
        store.close().await.unwrap();
    }
    let store = scratch.open();
    assert_eq!(
        store.append(batch(events())).await.unwrap(),
        Appended {
            stored: 0,
            duplicates: 3
        }
    );
    // The same key stamped anew is the same event.
    let again = message(1, at("2026-02-01T11:00:00Z"), "u1", "c1");
    assert_eq!(
        store.append(batch(vec![again])).await.unwrap(),
        Appended {
            stored: 0,
            duplicates: 1
        }
    );
    // Another workspace's event of the same identity is another event.
    let mut other = message(1, when, "u1", "c1");
    other.workspace = WorkspaceId::new("other").unwrap();
    assert_eq!(
        store.append(batch(vec![other])).await.unwrap(),
        Appended {
            stored: 1,
            duplicates: 0
        }
    );
    let seen = totals(&store, range("2026-02-01", "2026-02-02"), &[Metric::Events]).await;
    assert_eq!(seen, vec![Some(2.0)]);
}

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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_batch_from_eight_sides_at_once_counts_once() {
    let scratch = Scratch::new();
    let store = Arc::new(scratch.open());
    let when = at("2026-02-01T10:00:00Z");
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let events = (0..1_000)
                .map(|number| message(number, when, "u1", "c1"))
                .collect();
            store.append(batch(events)).await.unwrap()
        });
    }
    let all = tasks.join_all().await;
    assert_eq!(
        all.iter().map(|appended| appended.stored).sum::<u64>(),
        1_000
    );
    assert_eq!(
        all.iter().map(|appended| appended.duplicates).sum::<u64>(),
        7_000
    );
    let seen = totals(
        store.as_ref(),
        range("2026-02-01", "2026-02-02"),
        &[Metric::Events],
    )
    .await;
    assert_eq!(seen, vec![Some(1_000.0)]);
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
async fn records_keep_what_a_later_one_does_not_say() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let primary = WorkspaceId::default;
    store
        .append(batch(vec![message(1, at("2026-02-01"), "u1", "c1")]))
        .await
        .unwrap();
    let mut person = PersonRecord::new(UserId::new("u1").unwrap());
    person.name = Some("Ada".into());
    person.email = Some("ada@example.org".into());
    let mut channel = ChannelRecord::new(ChannelId::new("c1").unwrap());
    channel.member_count = Some(3);
    let put = |people, channels, when| store.put_records(primary(), people, channels, when);
    let first = put(
        vec![person.clone()],
        vec![channel.clone()],
        at("2026-02-02"),
    )
    .await
    .unwrap();
    let again = put(vec![person.clone()], vec![channel], at("2026-02-03"))
        .await
        .unwrap();
    assert_eq!((first, again), (2, 0));
    person.email = None;
    person.name = Some("Ada L.".into());
    person.is_bot = Some(true);
    assert_eq!(
        put(vec![person], vec![], at("2026-02-04")).await.unwrap(),
        1
    );
    let people = store
        .people(&primary(), &["u1".into(), "nobody".into()])
        .await
        .unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!(people[0].name.as_deref(), Some("Ada L."));
    assert_eq!(people[0].email.as_deref(), Some("ada@example.org"));
    // What a bot did before it was known to be one was no person's doing.
    let seen = totals(
        &store,
        range("2026-02-01", "2026-02-02"),
        &[Metric::Messages],
    )
    .await;
    assert_eq!(seen, vec![Some(0.0)]);
    assert_eq!(
        store.channels(&primary()).await.unwrap()[0].member_count,
        Some(3)
    );
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_order_of_arrival_changes_nothing(
        order in Just((0..60u128).collect::<Vec<_>>()).prop_shuffle(),
        cut in 1usize..20,
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let make = |number: u128| {
                let when = at("2026-02-01").plus_millis(i64::try_from(number).unwrap() * 3_600_000);
                message(number, when, &format!("u{}", number % 7), &format!("c{}", number % 3))
            };
            let shuffled = Scratch::new();
            let shuffled = shuffled.open();
            for part in order.chunks(cut) {
                shuffled.append(batch(part.iter().copied().map(make).collect())).await.unwrap();
            }
            let sorted = Scratch::new();
            let sorted = sorted.open();
            sorted.append(batch((0..60).map(make).collect())).await.unwrap();
            let question = || query(range("2026-02-01", "2026-02-05"), &[Metric::Messages, Metric::Posters])
                .by(&[Dimension::Channel, Dimension::Time(Grain::Day)]);
            assert_eq!(ask(&shuffled, question()).await, ask(&sorted, question()).await);
        });
    }
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
