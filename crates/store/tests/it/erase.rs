//! Erasing in the files of the embedded store: what the contract cannot say.

use std::{fs, path::Path};

use domain::{
    erasure::Traces,
    id::{UserId, WorkspaceId},
    metric::Metric,
    record::PersonRecord,
    time::Range,
};
use store::{
    Erase as _, Erasure, EventLog as _, EventStore as _, Questions as _,
    duckdb::{DuckDbStore, OpenOptions},
};

use crate::support::{Scratch, at, batch, message, totals};

const ID: &str = "zelda-7781-quirk";
const NAME: &str = "Zelda Quirkfield";

fn erasure() -> Erasure {
    Erasure {
        workspace: WorkspaceId::default(),
        traces: Traces::new(ID, [NAME]),
        nameless: None,
        at: at("2026-04-01"),
    }
}

/// Returns the files of a folder that hold her identifier or her name.
fn naming_her(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.is_file(), "{}", path.display());
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if [ID, NAME]
            .iter()
            .any(|name| text.contains(&name.to_lowercase()))
        {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

/// Stores events of many people, of which every tenth is hers.
async fn fill(store: &DuckDbStore, count: u128) {
    let primary = WorkspaceId::default();
    let person = |id: &str, name: &str| PersonRecord {
        name: Some(name.to_owned()),
        ..PersonRecord::new(UserId::new(id).unwrap())
    };
    let people = vec![person("ann", "Ann"), person(ID, NAME), person("bob", "Bob")];
    let now = at("2026-03-20");
    store
        .put_records(primary, people, Vec::new(), now)
        .await
        .unwrap();
    let events = (0..count).map(|number| {
        let user = if number % 10 == 7 {
            ID.to_owned()
        } else {
            format!("person-{}", number % 97)
        };
        let day = i64::try_from(number % 20).unwrap();
        let when = at("2026-03-01").plus_millis(day * 86_400_000);
        message(number, when, &user, "c1")
    });
    store.append(batch(events.collect())).await.unwrap();
}

#[tokio::test]
async fn what_is_erased_is_in_files_until_they_are_written_anew() {
    let scratch = Scratch::new();
    // Memory has room for one or two people: the others are in a file.
    let options = OpenOptions {
        name_bytes: 500,
        ..scratch.options()
    };
    let store = DuckDbStore::open(&options).unwrap();
    fill(&store, 5_000).await;
    let folder = options.folder.as_path();
    let names = |file: &String| file.starts_with("names.sqlite");
    assert!(naming_her(folder).iter().any(names));
    let counts = store.erase(erasure()).await.unwrap();
    assert_eq!((counts.events, counts.records), (500, 1));
    let left = naming_her(folder);
    assert!(!left.is_empty(), "the engine leaves what it removes");
    assert!(
        left.iter().all(|file| file.starts_with("events.duckdb")),
        "{left:?}"
    );
    let files = store.rewrite().await.unwrap();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["events.duckdb", "rollups.sqlite", "untimed.sqlite"]);
    assert_eq!(naming_her(folder), Vec::<String>::new());
    let sent = message(9_000, at("2026-03-21"), "carl", "c1");
    store.append(batch(vec![sent])).await.unwrap();
    store.close().await.unwrap();
    let store = DuckDbStore::open(&options).unwrap();
    let found = totals(
        &store,
        Range::ALL,
        &[Metric::Messages, Metric::ActivePeople],
    )
    .await;
    // 97 people, Carl, and nobody who only has a record.
    assert_eq!(found, [Some(4_501.0), Some(98.0)]);
    let known = store.known(&WorkspaceId::default()).await.unwrap();
    assert_eq!(known.people, 97 + 3);
    store.close().await.unwrap();
    assert_eq!(naming_her(folder), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_and_events_wait_for_new_files_and_none_fails() {
    let scratch = Scratch::new();
    let store = scratch.open();
    fill(&store, 20_000).await;
    let asking = async {
        let mut asked = 0;
        for _ in 0..60 {
            let found = totals(&store, Range::ALL, &[Metric::Messages]).await;
            assert!(found[0] >= Some(18_000.0));
            store.ping().await.unwrap();
            asked += 1;
        }
        asked
    };
    let sending = async {
        for number in 0..60 {
            let sent = message(50_000 + number, at("2026-03-22"), "ann", "c1");
            let appended = store.append(batch(vec![sent])).await.unwrap();
            assert_eq!(appended.stored, 1);
        }
    };
    let erasing = async {
        store.erase(erasure()).await.unwrap();
        for _ in 0..3 {
            store.rewrite().await.unwrap();
        }
    };
    let (asked, (), ()) = tokio::join!(asking, sending, erasing);
    assert_eq!(asked, 60);
    let found = totals(&store, Range::ALL, &[Metric::Messages]).await;
    assert_eq!(found, [Some(18_060.0)]);
    store.close().await.unwrap();
    let store = scratch.open();
    let found = totals(&store, Range::ALL, &[Metric::Messages]).await;
    assert_eq!(found, [Some(18_060.0)]);
}

#[tokio::test]
async fn places_that_are_given_again_are_counted_once() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let events = vec![
        message(1, at("2026-03-01"), "ann", "c1"),
        message(2, at("2026-03-05"), ID, "c1"),
        message(3, at("2026-03-05"), ID, "c1"),
    ];
    store.append(batch(events)).await.unwrap();
    for day in store::Rollups::dirty_days(&store) {
        let now = at("2026-03-20");
        store::Rollups::fill(&store, &day.workspace, day.day, now)
            .await
            .unwrap();
    }
    // The last that arrived goes, and what comes next takes its place on a day that is filled.
    store.erase(erasure()).await.unwrap();
    store.rewrite().await.unwrap();
    for number in 10..14 {
        let late = message(number, at("2026-03-01T08:00:00Z"), "bob", "c1");
        store.append(batch(vec![late])).await.unwrap();
        let found = totals(&store, Range::ALL, &[Metric::Messages]).await;
        assert_eq!(
            found,
            [Some(f64::from(u8::try_from(number).unwrap()) - 8.0)]
        );
    }
}

#[tokio::test]
async fn what_a_broken_off_rewrite_left_is_removed() {
    let scratch = Scratch::new();
    let store = scratch.open();
    fill(&store, 100).await;
    store.close().await.unwrap();
    let left = scratch.options().folder.join("events.duckdb.rewriting");
    fs::create_dir(&left).unwrap();
    fs::write(left.join("events.duckdb"), "half of it").unwrap();
    let store = scratch.open();
    assert!(!left.exists());
    let found = totals(&store, Range::ALL, &[Metric::Messages]).await;
    assert_eq!(found, [Some(100.0)]);
}
