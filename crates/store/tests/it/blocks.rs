//! The file of blocks is made again from the events whenever it says something else than the ledger.

use domain::{
    dimension::Dimension, id::WorkspaceId, metric::Metric, record::PersonRecord, time::Grain,
};
use engine::{plan::Source, rollup::Rollup};
use rusqlite::Connection;
use store::{EventLog, EventStore, Rollups, TableRow, duckdb::DuckDbStore};

use crate::support::{Scratch, ask, at, batch, message, query, range};

const LATER: &str = "2027-01-01";
/// Days of the history: all of March, and some more.
const DAYS: usize = 40;

fn file(scratch: &Scratch) -> std::path::PathBuf {
    scratch.options().folder.join("rollups.sqlite")
}

fn open_file(scratch: &Scratch) -> Connection {
    Connection::open(file(scratch)).unwrap()
}

/// How many makings of days, and of months, the file has.
fn makings(scratch: &Scratch) -> (usize, usize) {
    let count = |grain: u8| {
        let sql =
            "SELECT count(*) FROM (SELECT DISTINCT period, version FROM block WHERE grain = ?)";
        open_file(scratch)
            .query_row(sql, [grain], |row| row.get(0))
            .unwrap()
    };
    (count(0), count(1))
}

async fn fill(store: &DuckDbStore) {
    for dirty in store.dirty_days() {
        store
            .fill(&dirty.workspace, dirty.day, at(LATER))
            .await
            .unwrap();
    }
    store.fill_months(at(LATER)).await.unwrap();
}

/// A store whose days and months are filled.
async fn filled(scratch: &Scratch) -> DuckDbStore {
    let store = scratch.open();
    let events = (0..200u128).map(|number| {
        let day = i64::try_from(number % DAYS as u128).unwrap();
        let when = at("2026-03-01T10:00:00Z").plus_millis(day * 86_400_000);
        message(number + 1, when, &format!("u{}", number % 7), "c1")
    });
    store.append(batch(events.collect())).await.unwrap();
    fill(&store).await;
    assert_eq!(store.dirty_days(), Vec::new());
    store
}

/// People and messages of each day, and where they were counted.
async fn answer(store: &DuckDbStore) -> (Vec<TableRow>, Source) {
    let metrics = [Metric::ActivePeople, Metric::Messages];
    let asked = query(range("2026-03-01", "2026-05-01"), &metrics);
    let table = ask(store, asked.by(&[Dimension::Time(Grain::Day)])).await;
    (table.rows, table.origin.source)
}

/// Opens a store again that was harmed: so many days are dirty, every answer is as before, and
/// filling them makes the file whole.
async fn recovers(scratch: &Scratch, dirty: usize, before: &[TableRow]) {
    let store = scratch.open();
    assert_eq!(store.dirty_days().len(), dirty);
    assert_eq!(answer(&store).await.0, before);
    fill(&store).await;
    assert_eq!(answer(&store).await, (before.to_vec(), Source::Rollup));
    store.close().await.unwrap();
    drop(store);
    let store = scratch.open();
    assert_eq!(store.dirty_days(), Vec::new());
    assert_eq!(answer(&store).await, (before.to_vec(), Source::Rollup));
}

#[tokio::test]
async fn what_is_missing_is_made_again() {
    let scratch = Scratch::new();
    let store = filled(&scratch).await;
    let (before, source) = answer(&store).await;
    assert_eq!(source, Source::Rollup);
    assert_eq!(before.len(), DAYS);
    store.close().await.unwrap();
    drop(store);

    let one = "DELETE FROM block WHERE rollup = 'people_day' AND grain = 0 AND period = 20520";
    assert_eq!(open_file(&scratch).execute(one, []).unwrap(), 1);
    recovers(&scratch, 1, &before).await;

    std::fs::remove_file(file(&scratch)).unwrap();
    recovers(&scratch, DAYS, &before).await;

    std::fs::write(file(&scratch), "no database at all\n".repeat(1_000)).unwrap();
    recovers(&scratch, DAYS, &before).await;

    open_file(&scratch)
        .execute_batch("PRAGMA user_version = 99")
        .unwrap();
    recovers(&scratch, DAYS, &before).await;
}

#[tokio::test]
async fn a_rollup_of_another_form_is_made_again_and_no_other() {
    let scratch = Scratch::new();
    let store = filled(&scratch).await;
    let one_more = message(1_000, at("2026-03-07T10:00:00Z"), "u1", "c1");
    store.append(batch(vec![one_more])).await.unwrap();
    fill(&store).await;
    let (before, _) = answer(&store).await;
    store.close().await.unwrap();
    drop(store);
    // One day has the messages of another, until somebody counts them again.
    let other = "UPDATE block SET body = (SELECT body FROM block WHERE rollup = 'workspace_day' AND grain = 0 AND period = 20519) \
                 WHERE rollup = 'workspace_day' AND grain = 0 AND period = 20529";
    let file = open_file(&scratch);
    assert_eq!(file.execute(other, []).unwrap(), 1);
    file.execute_batch("INSERT OR REPLACE INTO form VALUES ('people_day', 99), ('long_gone', 1)")
        .unwrap();
    drop(file);
    let mut expected = before.clone();
    expected[20529 - 20513].values[1] = before[20519 - 20513].values[1];
    assert_ne!(expected, before);
    let store = scratch.open();
    assert_eq!(store.dirty_days().len(), DAYS);
    let messages = query(range("2026-03-01", "2026-05-01"), &[Metric::Messages]);
    let table = ask(&store, messages).await;
    assert_eq!(table.origin.source, Source::Rollup);
    assert_eq!(answer(&store).await.0, before);
    fill(&store).await;
    assert_eq!(store.dirty_days(), Vec::new());
    assert_eq!(answer(&store).await, (expected.clone(), Source::Rollup));
    store.close().await.unwrap();
    drop(store);
    let form = "SELECT form FROM form WHERE rollup = 'people_day'";
    let form: u32 = open_file(&scratch)
        .query_row(form, [], |row| row.get(0))
        .unwrap();
    assert_eq!(form, Rollup::People.form());
    let store = scratch.open();
    assert_eq!(store.dirty_days(), Vec::new());
    assert_eq!(answer(&store).await, (expected, Source::Rollup));
}

#[tokio::test]
async fn damage_is_answered_from_the_events_and_mended_by_the_next_start() {
    let scratch = Scratch::new();
    let store = filled(&scratch).await;
    let (before, _) = answer(&store).await;
    store.close().await.unwrap();
    drop(store);
    // Bodies that cannot be unpacked, and pages that are none.
    let unpackable = "UPDATE block SET body = x'00'";
    open_file(&scratch).execute(unpackable, []).unwrap();
    let store = scratch.open();
    assert_eq!(answer(&store).await, (before.clone(), Source::Raw));
    let late = message(5_000, at("2026-03-05T12:00:00Z"), "u1", "c2");
    store.append(batch(vec![late])).await.unwrap();
    fill(&store).await;
    let (after, source) = answer(&store).await;
    assert_eq!((after.len(), source), (DAYS, Source::Raw));
    assert_ne!(after, before);
    store.close().await.unwrap();
    drop(store);
    recovers(&scratch, DAYS, &after).await;

    let mut bytes = std::fs::read(file(&scratch)).unwrap();
    bytes[8_192..].fill(0x55);
    std::fs::write(file(&scratch), bytes).unwrap();
    recovers(&scratch, DAYS, &after).await;
}

#[tokio::test]
async fn what_was_replaced_goes() {
    let scratch = Scratch::new();
    let store = filled(&scratch).await;
    assert_eq!(makings(&scratch), (DAYS, 2));
    for round in 0..5u128 {
        let late = message(1_000 + round, at("2026-03-05T12:00:00Z"), "u1", "c2");
        store.append(batch(vec![late])).await.unwrap();
        fill(&store).await;
        // The day before, until something is written again.
        let (days, months) = makings(&scratch);
        assert!(days <= DAYS + 1 && months <= 3, "{days} {months}");
    }
    // A bot takes the days away that it was seen on.
    let mut bot = PersonRecord::new(domain::id::UserId::new("u3").unwrap());
    bot.is_bot = Some(true);
    let workspace = WorkspaceId::default();
    store
        .put_records(workspace, vec![bot], Vec::new(), at(LATER))
        .await
        .unwrap();
    let gone = store.dirty_days().len();
    assert!(gone > 20);
    assert_eq!(makings(&scratch), (DAYS - gone, 0));
    fill(&store).await;
    store.delete_before(at("2026-04-01")).await.unwrap();
    fill(&store).await;
    store.close().await.unwrap();
    drop(store);
    let store = scratch.open();
    let late = message(2_000, at("2026-04-05T12:00:00Z"), "u1", "c2");
    store.append(batch(vec![late])).await.unwrap();
    fill(&store).await;
    let (days, months) = makings(&scratch);
    assert!(days <= 10 && months <= 2, "{days} {months}");
}

#[tokio::test]
async fn blocks_in_the_engine_are_dropped_and_made_again() {
    let scratch = Scratch::new();
    let store = filled(&scratch).await;
    let (before, _) = answer(&store).await;
    store.close().await.unwrap();
    drop(store);
    std::fs::remove_file(file(&scratch)).unwrap();
    let events = scratch.options().folder.join("events.duckdb");
    let engine = duckdb::Connection::open(&events).unwrap();
    engine
        .execute_batch(
            "CREATE TABLE user_day (body BLOB); INSERT INTO user_day VALUES ('x'); \
             DELETE FROM schema_migration WHERE version = 6; INSERT INTO schema_migration VALUES (5)",
        )
        .unwrap();
    drop(engine);
    recovers(&scratch, DAYS, &before).await;
    let engine = duckdb::Connection::open(&events).unwrap();
    assert!(engine.prepare("SELECT * FROM user_day").is_err());
}

/// Returns where a question over thirty days is answered from on the day after it was asked first, when
/// the blocks of all other days can no longer be read.
async fn source_on_the_next_day(ahead: bool) -> Source {
    let scratch = Scratch::new();
    let store = filled(&scratch).await;
    let people = |from: &str, to: &str| query(range(from, to), &[Metric::ActivePeople]);
    ask(&store, people("2026-03-11", "2026-04-10")).await;
    let next = message(1_000, at("2026-04-10T10:00:00Z"), "u1", "c1");
    store.append(batch(vec![next])).await.unwrap();
    fill(&store).await;
    if ahead {
        store.join_ahead(at("2026-04-10T12:00:00Z")).await.unwrap();
    }
    let unpackable = "UPDATE block SET body = x'00' WHERE period < 20553";
    open_file(&scratch).execute(unpackable, []).unwrap();
    let table = ask(&store, people("2026-03-12", "2026-04-11")).await;
    assert_eq!(table.rows[0].values, [Some(7.0)]);
    table.origin.source
}

#[tokio::test]
async fn days_are_joined_ahead_of_the_first_question_of_a_day() {
    assert_eq!(source_on_the_next_day(false).await, Source::Raw);
    assert_eq!(source_on_the_next_day(true).await, Source::Rollup);
}
