//! SQL of the administrator's own can read the store, and do nothing else.

use std::{collections::BTreeMap, fs, path::Path};

use domain::time::Instant;
use store::{EventLog, EventStore, SqlError, StoreError};

use crate::support::{Scratch, batch, message};

const COUNT: &str = "SELECT count(*) FROM event";

async fn stored() -> Scratch {
    let scratch = Scratch::new();
    let store = scratch.open();
    let at = Instant::from_millis(1_770_000_000_000);
    let events = (1..=3).map(|number| message(number, at, "u1", "c1"));
    store.append(batch(events.collect())).await.unwrap();
    store.close().await.unwrap();
    scratch
}

/// Every file below a folder, with what is in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.insert(path.display().to_string(), bytes);
        }
    }
    found
}

#[tokio::test]
async fn hostile_statements_change_and_reach_nothing() {
    let scratch = stored().await;
    let outside = scratch.folder.path();
    fs::write(outside.join("secret.csv"), "secret\nhunter2\n").unwrap();
    fs::write(outside.join("secret.json"), "{\"secret\":\"hunter2\"}\n").unwrap();
    let before = files(outside);
    let file = |name: &str| outside.join(name).display().to_string();
    let (csv, json, new) = (file("secret.csv"), file("secret.json"), file("new"));
    let hostile = [
        "DELETE FROM event".to_owned(),
        "ROLLBACK; DELETE FROM event".to_owned(),
        "COMMIT; DELETE FROM event".to_owned(),
        "SELECT 1; DELETE FROM event".to_owned(),
        "SELECT 1; SELECT 2".to_owned(),
        "SELECT 1; /* x */ ROLLBACK; -- y".to_owned(),
        "BEGIN".to_owned(),
        "COMMIT".to_owned(),
        "ROLLBACK".to_owned(),
        "BEGIN TRANSACTION READ WRITE".to_owned(),
        "INSERT INTO event SELECT * FROM event".to_owned(),
        "UPDATE event SET weight = 2".to_owned(),
        "TRUNCATE event".to_owned(),
        "DROP TABLE event".to_owned(),
        "DROP VIEW analytics_events".to_owned(),
        "ALTER TABLE event RENAME TO gone".to_owned(),
        "CREATE TABLE x AS SELECT 1".to_owned(),
        "CREATE TEMP TABLE x AS SELECT 1".to_owned(),
        "CREATE MACRO x() AS 1".to_owned(),
        "WITH gone AS (SELECT 1) DELETE FROM event".to_owned(),
        "EXPLAIN ANALYZE DELETE FROM event".to_owned(),
        "PREPARE x AS DELETE FROM event".to_owned(),
        "EXECUTE x".to_owned(),
        "CHECKPOINT".to_owned(),
        "FORCE CHECKPOINT".to_owned(),
        "VACUUM".to_owned(),
        "ANALYZE".to_owned(),
        "SET lock_configuration = false".to_owned(),
        "SET enable_external_access = true".to_owned(),
        "RESET GLOBAL enable_external_access".to_owned(),
        "PRAGMA enable_external_access = true".to_owned(),
        "PRAGMA database_list".to_owned(),
        "SET VARIABLE x = 1".to_owned(),
        "INSTALL httpfs".to_owned(),
        "LOAD httpfs".to_owned(),
        "CALL pragma_version()".to_owned(),
        "CALL enable_logging(storage = 'file', storage_path = '/tmp/x')".to_owned(),
        "DETACH data".to_owned(),
        "USE memory".to_owned(),
        format!("ATTACH '{new}'"),
        format!("ATTACH '{new}' AS x (READ_ONLY)"),
        format!("COPY event TO '{new}'"),
        format!("COPY (SELECT 1) TO '{new}'"),
        format!("COPY event FROM '{csv}'"),
        format!("EXPORT DATABASE '{new}'"),
        format!("IMPORT DATABASE '{new}'"),
        format!("SELECT * FROM '{csv}'"),
        format!("SELECT * FROM '{json}'"),
        format!("SELECT * FROM read_csv('{csv}')"),
        format!("SELECT * FROM read_csv_auto('{csv}')"),
        format!("SELECT * FROM sniff_csv('{csv}')"),
        format!("SELECT * FROM read_text('{csv}')"),
        format!("SELECT * FROM read_blob('{csv}')"),
        format!("SELECT * FROM read_json('{json}')"),
        format!("SELECT * FROM read_parquet('{csv}')"),
        format!("SELECT * FROM glob('{}/*')", outside.display()),
        format!("SELECT (SELECT secret FROM read_csv('{csv}') LIMIT 1)"),
        format!("SELECT * FROM query('SELECT * FROM read_csv(''{csv}'')')"),
        format!("SELECT * FROM query_table(['{csv}'])"),
        "SELECT * FROM query('DELETE FROM event')".to_owned(),
        "SELECT * FROM checkpoint()".to_owned(),
        "FROM force_checkpoint()".to_owned(),
        format!("SELECT (SELECT count(*) FROM enable_logging(storage_path = '{new}'))"),
        format!("WITH a AS (FROM enable_logging(storage_path = '{new}')) SELECT 1 FROM a"),
        format!("SELECT 1 UNION ALL FROM Enable_Logging(storage_path = '{new}')"),
        format!("SELECT * FROM query('FROM enable_logging(storage_path = ''{new}'')')"),
        format!("SELECT * FROM enable_logging(storage = 'file', storage_path = '{new}')"),
        "SELECT * FROM load_aws_credentials()".to_owned(),
        "SELECT getenv('HOME')".to_owned(),
        "SELEC 1".to_owned(),
        "(".to_owned(),
    ];
    for statement in &hostile {
        let refused = scratch.sql(statement);
        let error = refused.err().map(|error| error.to_string());
        let error = error.unwrap_or_else(|| panic!("{statement} was answered"));
        assert!(!error.contains("hunter2"), "{statement}: {error}");
        assert_eq!(files(outside), before, "{statement}");
    }
    assert_eq!(scratch.sql(COUNT).unwrap().rows, [[Some("3".to_owned())]]);
    assert_eq!(files(outside), before);
}

#[tokio::test]
async fn what_is_no_single_select_is_refused_with_a_sentence() {
    let scratch = stored().await;
    for (statement, sentence) in [
        ("", "there is no statement"),
        ("  \n ", "there is no statement"),
        (";", "there is no statement"),
        ("-- a comment", "there is no statement"),
        ("SELECT 1; SELECT 2", "there are 2 statements"),
        ("SELECT 1;; SELECT 2; SELECT 3;", "there are 3 statements"),
        ("DELETE FROM event", "only SELECT is possible here"),
        ("SELEC 1", "syntax error"),
        ("SELECT * FROM nowhere", "nowhere does not exist"),
    ] {
        let error = scratch.sql(statement).unwrap_err().to_string();
        assert!(error.contains(sentence), "{statement}: {error}");
    }
    let missing = Scratch::new();
    assert!(matches!(missing.sql(COUNT), Err(SqlError::Missing(_))));
    assert!(!missing.options().folder.exists());
}

#[tokio::test]
async fn one_select_is_answered_in_every_form() {
    let scratch = stored().await;
    for (statement, expected) in [
        ("SELECT 1", Some("1")),
        ("SELECT 1;", Some("1")),
        (" /* first */ SELECT ';' -- last\n ;; ", Some(";")),
        ("FROM event SELECT count(*)", Some("3")),
        ("WITH a AS (SELECT 2 AS b) SELECT b FROM a", Some("2")),
        ("VALUES (7)", Some("7")),
        ("SELECT NULL", None),
        ("SELECT 'a''b'", Some("a'b")),
        ("SELECT true", Some("true")),
        ("SELECT 0.1 + 0.2", Some("0.3")),
        ("SELECT 0.1::DOUBLE", Some("0.1")),
        ("SELECT 'nan'::DOUBLE", Some("NaN")),
        (
            "SELECT 170141183460469231731687303715884105727",
            Some("170141183460469231731687303715884105727"),
        ),
        ("SELECT DATE '2026-02-03'", Some("2026-02-03")),
        // Dates of the engine that no calendar has.
        ("SELECT DATE '290000-01-01'", Some("9999-12-31")),
        ("SELECT DATE 'infinity'", Some("9999-12-31")),
        ("SELECT TIME '10:20:30.5'", Some("10:20:30.5")),
        (
            "SELECT TIMESTAMP '2026-02-03 10:20:30'",
            Some("2026-02-03T10:20:30Z"),
        ),
        ("SELECT '\\x01\\xff'::BLOB", Some("01ff")),
        (
            "SELECT INTERVAL '1 month 2 days'",
            Some(r#"{"days":2,"months":1,"nanos":0}"#),
        ),
        ("SELECT sum(x) FROM range(4) t(x)", Some("6")),
        ("SELECT x FROM unnest([5]) t(x)", Some("5")),
        ("SELECT count(*) > 3 FROM duckdb_tables()", Some("true")),
        ("SELECT [1, NULL, 3]", Some("[1,null,3]")),
        ("SELECT ['a\"b', 'c']", Some(r#"["a\"b","c"]"#)),
        ("SELECT [[1], []]", Some("[[1],[]]")),
        ("SELECT [DATE '2026-02-03']", Some(r#"["2026-02-03"]"#)),
        ("SELECT [1, 2]::INTEGER[2]", Some("[1,2]")),
        ("SELECT {'a': 1, 'b': ['x']}", Some(r#"{"a":1,"b":["x"]}"#)),
        ("SELECT MAP {'k': 1.5::DOUBLE}", Some(r#"{"k":1.5}"#)),
        ("SELECT MAP {1: 'x'}", Some(r#"{"1":"x"}"#)),
        ("SELECT list(weight) FROM event", Some("[1,1,1]")),
        ("SELECT 'b'::ENUM ('a', 'b')", Some("b")),
        ("SELECT '{\"a\": 1}'::JSON", Some("{\"a\": 1}")),
    ] {
        let rows = scratch.sql(statement);
        let rows = rows
            .unwrap_or_else(|error| panic!("{statement}: {error}"))
            .rows;
        assert_eq!(rows, [[expected.map(str::to_owned)]], "{statement}");
    }
}

#[tokio::test]
async fn a_store_in_use_says_so_and_a_log_that_was_left_is_read_and_left() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let at = Instant::from_millis(1_770_000_000_000);
    store
        .append(batch(vec![message(1, at, "u1", "c1")]))
        .await
        .unwrap();
    // The file as a kill leaves it: what was answered is in the log.
    let left = Scratch::new();
    fs::create_dir(left.options().folder).unwrap();
    for name in ["events.duckdb", "events.duckdb.wal"] {
        let from = scratch.options().folder.join(name);
        fs::copy(from, left.options().folder.join(name)).unwrap();
    }
    store.close().await.unwrap();
    let before = files(left.folder.path());
    assert!(before.keys().any(|name| name.contains("duckdb.wal")));
    assert_eq!(left.sql(COUNT).unwrap().rows, [[Some("1".to_owned())]]);
    assert_eq!(files(left.folder.path()), before);
    // Nothing of it is lost to whoever opens it next.
    let store = left.open();
    store.close().await.unwrap();
    assert_eq!(left.sql(COUNT).unwrap().rows, [[Some("1".to_owned())]]);
}

#[tokio::test]
async fn a_locked_store_is_told_from_a_broken_one() {
    let scratch = stored().await;
    fs::write(scratch.options().folder.join("events.duckdb"), "no store").unwrap();
    let error = scratch.sql(COUNT).unwrap_err();
    let is_corrupt = matches!(error, SqlError::Store(StoreError::Corrupt { .. }));
    assert!(is_corrupt, "{error}");
}
