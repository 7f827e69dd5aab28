//! A store that is damaged: it is told by name, or what it answers is whole.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use reqwest::StatusCode;
use serde_json::Value;

use super::{
    history::{History, import},
    stored::Stored,
    tracking::{Posted, post},
};
use crate::support::{Home, Refusal, Service, json};

/// Enough for many blocks of the file.
const EVENTS: u64 = 12_000;
const SEED: u64 = 0x6461_6d61;
/// Bytes before the first block of the file.
const HEADERS: usize = 3 * 4_096;
/// Bytes of a block.
const BLOCK: usize = 256 * 1_024;

/// A folder as it was, to be damaged again and again.
struct Original(BTreeMap<PathBuf, Vec<u8>>);

impl Original {
    fn of(home: &Home) -> Self {
        let files = fs::read_dir(home.data()).unwrap().map(|entry| {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            (path, bytes)
        });
        Self(files.collect())
    }

    fn put_back(&self, home: &Home) {
        fs::remove_dir_all(home.data()).unwrap();
        fs::create_dir(home.data()).unwrap();
        for (path, bytes) in &self.0 {
            fs::write(path, bytes).unwrap();
        }
    }
}

fn store(home: &Home) -> PathBuf {
    home.data().join("events.duckdb")
}

fn log(home: &Home) -> PathBuf {
    home.data().join("events.duckdb.wal")
}

fn change(path: &Path, work: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    work(&mut bytes);
    fs::write(path, bytes).unwrap();
}

fn try_start(home: &Home) -> Result<Service, Refusal> {
    Service::launch(home.command(&[]).arg("serve"))
}

/// The service must refuse to start, name the file and a next step, and leave all as it is.
fn refusal(home: &Home, what: &str, file: &Path) {
    let before = Original::of(home);
    let Err(refusal) = try_start(home) else {
        panic!("{what}: the service started")
    };
    let told = check_refusal(&refusal, what);
    assert!(told.contains(file.to_str().unwrap()), "{what}: {told}");
    // A log of SQLite, with its index, is taken in by whoever opens the database next: a stop may leave one.
    let may_change = |path: &Path| {
        let text = path.to_string_lossy();
        let log = before.0.get(Path::new(&format!("{text}-wal")));
        text.ends_with("-shm") || text.ends_with("-wal") || log.is_some_and(|log| !log.is_empty())
    };
    let files = before.0.iter();
    for (path, bytes) in files.filter(|(path, _)| !may_change(path)) {
        assert!(
            &fs::read(path).unwrap() == bytes,
            "{what}: {} changed",
            path.display()
        );
    }
}

fn check_refusal(refusal: &Refusal, what: &str) -> String {
    assert_eq!(refusal.code, Some(1), "{what}: {refusal:#?}");
    let told = refusal.log.last().unwrap();
    assert!(told.starts_with("error: "), "{what}: {told}");
    let next_step = told.contains("restore it from a backup") || told.contains("choose another");
    assert!(next_step, "{what}: {told}");
    let all = refusal.log.join("\n");
    assert!(
        !all.contains("panicked") && !all.contains("backtrace"),
        "{what}: {all}"
    );
    told.clone()
}

#[test]
fn a_store_whose_file_is_not_one_is_refused() {
    let home = Home::new();
    let history = History::new(SEED, EVENTS).write(&home, "history.ndjson");
    assert_eq!(import(&home, &history), (EVENTS, 0));
    let original = Original::of(&home);
    let length = original.0[&store(&home)].len();
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);

    for left in [
        0,
        10,
        4_096,
        HEADERS,
        length / 2,
        length - BLOCK,
        length - 1,
    ] {
        original.put_back(&home);
        change(&store(&home), |bytes| bytes.truncate(left));
        refusal(&home, &format!("cut to {left} bytes"), &store(&home));
    }
    for (what, from, to) in [
        ("head", 0, 4_096),
        ("roots", 4_096, HEADERS),
        ("all", 0, length),
    ] {
        original.put_back(&home);
        change(&store(&home), |bytes| rng.fill_bytes(&mut bytes[from..to]));
        refusal(&home, &format!("garbage: {what}"), &store(&home));
    }
    original.put_back(&home);
    change(&store(&home), |bytes| {
        for _ in 0..40 {
            let at = rng.random_range(HEADERS..length);
            bytes[at] ^= 0x55;
        }
    });
    refusal(&home, "flips everywhere", &store(&home));

    original.put_back(&home);
    assert_eq!(
        try_start(&home).unwrap().stop(),
        Some(0),
        "it was well before"
    );
}

/// Damage in one block is told when it is read, at the latest.
#[tokio::test]
async fn a_damaged_block_never_makes_an_answer_short() {
    let home = Home::new();
    let history = History::new(SEED, EVENTS).write(&home, "history.ndjson");
    assert_eq!(import(&home, &history), (EVENTS, 0));
    let original = Original::of(&home);
    let length = original.0[&store(&home)].len();
    let mut refused = 0;
    for block in (HEADERS..length).step_by(BLOCK) {
        original.put_back(&home);
        change(&store(&home), |bytes| bytes[block + 5_000] ^= 0x01);
        let what = format!("block at {block}");
        match try_start(&home) {
            Err(found) => {
                assert!(
                    check_refusal(&found, &what).contains("events.duckdb"),
                    "{what}"
                );
                refused += 1;
            }
            Ok(service) => whole_or_told(&service, &what).await,
        }
    }
    assert!(refused > 0);
}

async fn whole_or_told(service: &Service, what: &str) {
    let mut told = false;
    let status = service.get("/api/analytics/status").send().await.unwrap();
    if status.status() == StatusCode::OK {
        assert_eq!(
            json(status, StatusCode::OK).await["events"],
            EVENTS,
            "{what}"
        );
    } else {
        let answer = json(status, StatusCode::SERVICE_UNAVAILABLE).await;
        assert_eq!(answer["error"]["code"], "store_unavailable", "{what}");
        told = true;
    }
    let export = service
        .get("/api/analytics/export?period=all&metrics=events&format=ndjson&includeBots=true")
        .send()
        .await;
    // It may break off before its head is sent, when the damage was met before: by the filler.
    let text = match export {
        Ok(export) => export.text().await,
        Err(broken_off) => Err(broken_off),
    };
    match text {
        Ok(text) => assert_eq!(text.lines().count() as u64, EVENTS, "{what}"),
        Err(_broken_off) => {
            // Broken off, but by a service that goes on.
            service.json("/live").await;
            told = true;
        }
    }
    if told {
        let why = service.logged("restore it").await.to_string();
        assert!(why.contains("events.duckdb"), "{what}: {why}");
    }
    let log = service.log().join("\n");
    assert!(!log.contains("panicked"), "{what}: {log}");
}

/// Leaves a store with a log, as a kill does; returns how many events there are.
async fn with_log(home: &Home) -> u64 {
    let service = home.start(&[]);
    let mut posted = Posted::default();
    for first in (0..2_000).step_by(50) {
        assert!(post(&service, first..first + 50, &mut posted).await);
    }
    service.kill();
    posted.answered.len() as u64
}

#[tokio::test]
async fn a_damaged_log_is_refused_or_ends_early() {
    let home = Home::new();
    let events = with_log(&home).await;
    let original = Original::of(&home);
    let length = original.0[&log(&home)].len();
    assert!(length > 100_000);
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);

    original.put_back(&home);
    change(&log(&home), |bytes| rng.fill_bytes(&mut bytes[..200]));
    refusal(&home, "garbage at the head of the log", &log(&home));
    original.put_back(&home);
    change(&log(&home), |bytes| rng.fill_bytes(bytes));
    refusal(&home, "a log of garbage", &log(&home));
    original.put_back(&home);
    fs::remove_file(store(&home)).unwrap();
    refusal(&home, "a log without its store", &log(&home));

    // What was written last may be lost with a machine; what came before must not be.
    for left in [length - 1, length / 2, 4_000] {
        original.put_back(&home);
        change(&log(&home), |bytes| bytes.truncate(left));
        let service = try_start(&home).unwrap();
        begins(&service, events, &format!("a log of {left} bytes")).await;
    }
    for round in 0..12 {
        original.put_back(&home);
        change(&log(&home), |bytes| {
            for _ in 0..=round {
                let at = rng.random_range(0..length);
                bytes[at] ^= 0x55;
            }
        });
        let what = format!("{round} and one flips in the log");
        match try_start(&home) {
            Ok(service) => begins(&service, events, &what).await,
            Err(found) => {
                let told = check_refusal(&found, &what);
                assert!(
                    told.contains(log(&home).to_str().unwrap()),
                    "{what}: {told}"
                );
            }
        }
    }
    original.put_back(&home);
    change(&log(&home), |bytes| bytes.extend([0; 5_000]));
    refusal(&home, "a log that ends in zeros", &log(&home));
}

/// The service has the first of the events, whole batches of them, and says that some are missing.
async fn begins(service: &Service, events: u64, what: &str) {
    let stored = Stored::of(service).await;
    let found = stored.0.len() as u64;
    assert!(found < events, "{what}: nothing was lost");
    assert!(stored.0.keys().copied().eq(0..found), "{what}");
    assert_eq!(found % 50, 0, "{what}: half a batch was stored");
    missing_is_told(service, what).await;
}

/// The engine opens a store without its log; that something is missing must be said.
#[tokio::test]
async fn a_log_that_is_gone_is_noticed() {
    let home = Home::new();
    let events = with_log(&home).await;
    let original = Original::of(&home);
    for what in ["removed", "empty"] {
        original.put_back(&home);
        match what {
            "removed" => fs::remove_file(log(&home)).unwrap(),
            _ => change(&log(&home), Vec::clear),
        }
        let service = try_start(&home).unwrap();
        assert!(
            (Stored::of(&service).await.0.len() as u64) < events,
            "{what}"
        );
        missing_is_told(&service, what).await;
    }
    original.put_back(&home);
    let service = try_start(&home).unwrap();
    assert_eq!(Stored::of(&service).await.0.len() as u64, events);
    assert!(!service.log().join("\n").contains("store.events_missing"));
}

async fn missing_is_told(service: &Service, what: &str) {
    let told = service.logged("store.events_missing").await.to_string();
    assert!(told.contains("events.duckdb"), "{what}: {told}");
}

#[test]
fn a_folder_that_is_none_is_refused() {
    let home = Home::new();
    fs::write(home.data(), "not a folder").unwrap();
    for folder in [home.data(), home.data().join("below")] {
        let found = Service::launch(
            home.command(&[("ANALYTICS_DATA_DIR", folder.to_str().unwrap())])
                .arg("serve"),
        );
        let told = check_refusal(&found.err().unwrap(), "a file as folder");
        assert!(told.contains(folder.to_str().unwrap()), "{told}");
    }
    assert_eq!(fs::read_to_string(home.data()).unwrap(), "not a folder");

    let home = Home::new();
    fs::create_dir_all(store(&home)).unwrap();
    let told = check_refusal(&try_start(&home).err().unwrap(), "a folder as store");
    assert!(told.contains(store(&home).to_str().unwrap()), "{told}");
}

#[test]
fn damaged_settings_are_refused() {
    let home = Home::new();
    assert_eq!(try_start(&home).unwrap().stop(), Some(0));
    let settings = home.data().join("settings.sqlite");
    let original = Original::of(&home);
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    for (what, from) in [("head", 0), ("middle", 4_096)] {
        original.put_back(&home);
        change(&settings, |bytes| rng.fill_bytes(&mut bytes[from..]));
        refusal(&home, &format!("settings with garbage: {what}"), &settings);
    }
}

/// The commands say what the service says.
#[test]
fn commands_refuse_a_damaged_store_too() {
    let home = Home::new();
    let history = History::new(SEED, 100).write(&home, "history.ndjson");
    assert_eq!(import(&home, &history), (100, 0));
    change(&store(&home), |bytes| bytes.truncate(100_000));
    let file = history.to_str().unwrap();
    for arguments in [
        &["import", file] as &[&str],
        &["sql", "SELECT 1"],
        &["status"],
        &["init"],
    ] {
        let done = home.run(arguments, &[]);
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        let log = told.lines().map(str::to_owned).collect();
        let code = done.status.code();
        let told = check_refusal(&Refusal { code, log }, arguments[0]);
        assert!(told.contains(store(&home).to_str().unwrap()), "{told}");
    }
}

/// What the log of a refusal holds is JSON, except for the sentence itself.
#[test]
fn a_refusal_is_one_sentence() {
    let home = Home::new();
    fs::create_dir_all(home.data()).unwrap();
    fs::write(store(&home), "garbage").unwrap();
    let refusal = try_start(&home).err().unwrap();
    let (_, before) = refusal.log.split_last().unwrap();
    for line in before {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
}
