//! People and channels that memory has no room for answer like all others, whatever became of the
//! file that they are in.

use std::path::Path;

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    id::{ChannelId, UserId, WorkspaceId},
    metric::Metric,
    query::{Order, Population},
    record::{ChannelKind, ChannelRecord, PersonRecord},
    time::{Instant, day_number},
};
use jiff::tz::TimeZone;
use store::{
    EventListing, EventLog, EventStore, Questions, Rollups, Search,
    duckdb::{DuckDbStore, OpenOptions},
};

use crate::support::{Scratch, ask, at, batch, message, query, range, retention};

/// Memory for two or three names; and for all of them.
const ROOMS: [u64; 3] = [0, 700, 1 << 24];
const PEOPLE: u64 = 150;

fn open(scratch: &Scratch, name_bytes: u64) -> DuckDbStore {
    let options = OpenOptions {
        name_bytes,
        ..scratch.options()
    };
    DuckDbStore::open(&options).unwrap()
}

fn person(number: u64) -> String {
    // Identifiers in another order than numbers.
    format!("u{:03}", number * 7919 % 1000)
}

/// Appends events of the people of a range, two batches, with records between them.
async fn add(store: &DuckDbStore, people: std::ops::Range<u64>) {
    let when = |number: u64| at("2026-03-01").plus_millis(i64::try_from(number).unwrap() * 600_000);
    let event = |number: u64, round: u64| {
        let key = u128::from(number * 10 + round + 1);
        let channel = format!("c{}", number % 17);
        message(key, when(number), &person(number), &channel)
    };
    let first = people.clone().map(|number| event(number, 0)).collect();
    store.append(batch(first)).await.unwrap();
    let records = people.clone().step_by(3).map(|number| PersonRecord {
        name: Some(format!("Person {number}")),
        email: Some(format!("{number}@example.org")),
        is_bot: Some(number % 9 == 0),
        created_at: Some(when(number)),
        ..PersonRecord::new(UserId::new(person(number)).unwrap())
    });
    let channels = (0..10).map(|number| ChannelRecord {
        name: Some(format!("Channel {number} of {}", people.end)),
        kind: Some(ChannelKind::Public),
        ..ChannelRecord::new(ChannelId::new(format!("c{number}")).unwrap())
    });
    store
        .put_records(
            WorkspaceId::default(),
            records.collect(),
            channels.collect(),
            when(0),
        )
        .await
        .unwrap();
    let again = people.step_by(4).map(|number| event(number, 1)).collect();
    store.append(batch(again)).await.unwrap();
}

/// Returns every answer that names people or channels, as text.
async fn answers(store: &DuckDbStore) -> Vec<String> {
    let workspace = WorkspaceId::default();
    let span = range("2026-03-01", "2026-03-05");
    let mut all = Vec::new();
    for (descending, limit, offset) in
        [(true, 20, 0), (true, 20, 30), (false, 7, 3), (true, 500, 0)]
    {
        let mut top = query(span, &[Metric::Messages]).by(&[Dimension::User]);
        top.order = Order::Metric {
            index: 0,
            descending,
        };
        (top.limit, top.offset) = (Some(limit), offset);
        all.push(format!("{:?}", ask(store, top.clone()).await.rows));
        top.filter = Filter::Is(Field::User, (0..40).map(person).collect());
        all.push(format!("{:?}", ask(store, top).await.rows));
    }
    let both = query(span, &[Metric::Messages]).by(&[Dimension::Channel, Dimension::EventType]);
    all.push(format!("{:?}", ask(store, both).await.rows));
    let find = async |most| {
        let search = Search::new("PERSON 1", false);
        let found = store.find_people(&workspace, Population::People, search, most);
        found.await.unwrap()
    };
    let (mut found, count) = find(1_000).await;
    assert_eq!(count, found.len() as u64);
    // However many there are, no more than asked for are in memory.
    let (some, counted) = find(3).await;
    assert_eq!((some.len(), counted), (3, count));
    found.sort_unstable();
    all.push(format!("{found:?}"));
    all.push(format!(
        "{:?}",
        store.people(&workspace, &found).await.unwrap()
    ));
    let picked = store.pick_people(
        &workspace,
        Population::People,
        Box::new(|person| person.id.ends_with('1')),
        2,
        5,
    );
    all.push(format!("{:?}", picked.await.unwrap()));
    all.push(format!("{:?}", store.known(&workspace).await.unwrap()));
    all.push(format!("{:?}", store.channels(&workspace).await.unwrap()));
    let directory = store.directory().await.unwrap();
    let mut directory: Vec<String> = directory.iter().map(|row| format!("{row:?}")).collect();
    directory.sort_unstable();
    all.push(format!("{directory:?}"));
    let listing = EventListing {
        workspace: workspace.clone(),
        range: span,
        event_type: None,
        filter: Filter::default(),
        include_bots: true,
        limit: 30,
        offset: 5,
    };
    all.push(format!("{:?}", store.events(&listing).await.unwrap()));
    let zone = TimeZone::UTC;
    let cohorts = [
        range("2026-03-01", "2026-03-02"),
        range("2026-03-02", "2026-03-03"),
    ];
    let until = at("2026-03-05");
    let everyone = Population::Everyone;
    let whose = (&zone, everyone);
    let (returned, _) = retention(store, &cohorts, &[1, 2, 3], until, whose).await;
    all.push(format!("{returned:?}"));
    all
}

async fn fill(store: &DuckDbStore) {
    let now = Instant::from_millis(i64::MAX / 4);
    for day in ["2026-03-01", "2026-03-02"] {
        let day = day_number(at(day).day(&TimeZone::UTC));
        store.fill(&WorkspaceId::default(), day, now).await.unwrap();
    }
}

fn names_file(scratch: &Scratch) -> std::path::PathBuf {
    scratch.folder.path().join("data/names.sqlite")
}

fn copy(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
}

#[tokio::test]
async fn answers_do_not_depend_on_the_room_for_names() {
    let expected = {
        let scratch = Scratch::new();
        let store = open(&scratch, 1 << 24);
        add(&store, 0..PEOPLE).await;
        fill(&store).await;
        answers(&store).await
    };
    assert!(expected.iter().all(|answer| answer != "[]"), "{expected:?}");
    for room in ROOMS {
        let scratch = Scratch::new();
        let store = open(&scratch, room);
        add(&store, 0..PEOPLE).await;
        assert_eq!(answers(&store).await, expected, "{room} bytes, from events");
        fill(&store).await;
        assert_eq!(
            answers(&store).await,
            expected,
            "{room} bytes, from rollups"
        );
        store.close().await.unwrap();
        drop(store);
        for later in ROOMS {
            let store = open(&scratch, later);
            assert_eq!(
                answers(&store).await,
                expected,
                "{room}, then {later} bytes"
            );
            store.close().await.unwrap();
        }
    }
}

/// What may become of the file while the service does not run.
#[tokio::test]
async fn the_file_is_brought_up_to_what_the_engine_has() {
    let half = PEOPLE / 2;
    let expected = {
        let scratch = Scratch::new();
        let store = open(&scratch, 1 << 24);
        add(&store, 0..half).await;
        add(&store, half..PEOPLE).await;
        answers(&store).await
    };
    for what in ["missing", "damaged", "empty", "behind", "of another store"] {
        let scratch = Scratch::new();
        let file = names_file(&scratch);
        let old = scratch.folder.path().join("old");
        let store = open(&scratch, 700);
        add(&store, 0..half).await;
        store.close().await.unwrap();
        drop(store);
        copy(&file, &old);
        let store = open(&scratch, 700);
        add(&store, half..PEOPLE).await;
        store.close().await.unwrap();
        drop(store);
        for suffix in ["-wal", "-shm"] {
            let beside = format!("{}{suffix}", file.display());
            let _was_there = std::fs::remove_file(beside).is_ok();
        }
        match what {
            "missing" => std::fs::remove_file(&file).unwrap(),
            "damaged" => {
                let mut bytes = std::fs::read(&file).unwrap();
                let middle = bytes.len() / 3;
                bytes[middle..].fill(0x5a);
                std::fs::write(&file, bytes).unwrap();
            }
            "empty" => std::fs::write(&file, b"").unwrap(),
            "behind" => copy(&old, &file),
            _ => {
                let other = Scratch::new();
                let store = open(&other, 0);
                let events = (0..200).map(|number| {
                    message(number + 1, at("2026-03-01"), &format!("x{number}"), "y")
                });
                store.append(batch(events.collect())).await.unwrap();
                store.close().await.unwrap();
                drop(store);
                copy(&names_file(&other), &file);
            }
        }
        let store = open(&scratch, 700);
        assert_eq!(answers(&store).await, expected, "{what}");
        // Who comes next gets a number that nobody has.
        let fresh = message(9_999, at("2026-03-04"), "somebody new", "somewhere new");
        store.append(batch(vec![fresh])).await.unwrap();
        let known = store.known(&WorkspaceId::default()).await.unwrap();
        assert_eq!(
            (known.people + known.bots, known.channels),
            (PEOPLE + 1, 18),
            "{what}"
        );
        store.close().await.unwrap();
        drop(store);
        let latest =
            "SELECT user_id, channel_id FROM analytics_events WHERE timestamp >= '2026-03-04'";
        let rows = scratch.sql(latest).unwrap().rows;
        let names = ["somebody new", "somewhere new"];
        assert_eq!(
            rows,
            vec![names.map(|name| Some(name.to_owned())).to_vec()],
            "{what}"
        );
    }
}

/// How a page begins that is a leaf of an index.
const LEAF: u8 = 0x0a;
/// People whose rows take several pages.
const MANY: u64 = 600;

/// Overwrites the pages of people but the last one: what is read at the start stays whole.
fn damage_pages(file: &Path) {
    let connection = rusqlite::Connection::open(file).unwrap();
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get(0)).unwrap();
    let busy: usize = number("PRAGMA wal_checkpoint(TRUNCATE)");
    let size: usize = number("PRAGMA page_size");
    assert_eq!(busy, 0);
    drop(connection);
    let mut bytes = std::fs::read(file).unwrap();
    let has = |page: &[u8], text: &str| {
        page.windows(text.len())
            .any(|found| found == text.as_bytes())
    };
    let (last, channel) = (person(MANY - 1), "Channel 0");
    for page in bytes.chunks_mut(size).skip(1) {
        // Only rows have records, the index has none; the root of the tree is no leaf.
        if page[0] == LEAF && has(page, "@example.org") && !has(page, &last) && !has(page, channel)
        {
            page.fill(0x5a);
        }
    }
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn damage_that_is_found_only_by_who_looks_is_healed_while_the_store_runs() {
    let scratch = Scratch::new();
    let store = open(&scratch, 700);
    add(&store, 0..MANY).await;
    damage_pages(&names_file(&scratch));
    let ids: Vec<String> = (0..MANY).map(person).collect();
    let workspace = WorkspaceId::default();
    let people = || store.people(&workspace, &ids);
    assert!(people().await.is_err(), "nobody notices the damage");
    let again = || batch(vec![message(77_777, at("2026-03-05"), &ids[0], "c1")]);
    let mut found = 0;
    for _ in 0..50 {
        let is_open = store.append(again()).await.is_ok();
        found = people().await.map_or(0, |people| people.len());
        if is_open && found == ids.len() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(found, ids.len());
    store.close().await.unwrap();
}
