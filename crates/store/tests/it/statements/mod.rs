//! SQL of an administrator's own while the store is at work: it reads one workspace and nothing else.

mod hostile;

use std::time::Duration;

use domain::{
    id::{UserId, WorkspaceId},
    record::PersonRecord,
    time::Instant,
};
use serde_json::{Value, json};
use store::{
    EventLog as _, EventStore as _, SqlError, Statement, StatementRows, StoreError,
    duckdb::{DuckDbStore, OpenOptions},
};
use tokio::time::timeout;

use crate::support::{Scratch, batch, message};

/// What is in the other workspace only.
const SECRET: &str = "hunter2";
/// A statement that would take hours.
const ENDLESS: &str = "SELECT count(*) FROM range(1000000) a, range(1000000) b \
                       WHERE a.range * b.range % 7 = 3";

fn statement(text: &str) -> Statement {
    Statement {
        text: text.to_owned(),
        params: Vec::new(),
        most_rows: 100,
        with_email: true,
    }
}

async fn select(store: &DuckDbStore, asked: Statement) -> Result<StatementRows, SqlError> {
    let statements = store.statements().unwrap();
    statements.select(&WorkspaceId::default(), asked).await
}

async fn answer(store: &DuckDbStore, text: &str) -> StatementRows {
    let answered = select(store, statement(text)).await;
    answered.unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn other_workspace() -> WorkspaceId {
    WorkspaceId::new("other").unwrap()
}

/// A store with three messages of `u1`, and a message, a person and a channel of another workspace.
async fn stored(options: &OpenOptions) -> DuckDbStore {
    let store = DuckDbStore::open(options).unwrap();
    let at = Instant::from_millis(1_770_000_000_000);
    let mut events: Vec<_> = (1..=3)
        .map(|number| message(number, at, "u1", "c1"))
        .collect();
    let mut other = message(9, at, SECRET, SECRET);
    other.workspace = other_workspace();
    other.properties.insert("note".to_owned(), json!(SECRET));
    events.push(other);
    store.append(batch(events)).await.unwrap();
    for (workspace, id) in [(WorkspaceId::default(), "u1"), (other_workspace(), SECRET)] {
        let person = PersonRecord {
            id: UserId::new(id).unwrap(),
            name: Some(format!("name of {id}")),
            email: Some(format!("{id}@example.com")),
            role: None,
            is_bot: None,
            is_deactivated: None,
            created_at: Some(at),
            first_seen_at: None,
        };
        let put = store.put_records(workspace, vec![person], Vec::new(), at);
        put.await.unwrap();
    }
    store
}

#[tokio::test]
async fn nothing_but_the_documented_tables_can_be_reached_by_any_name() {
    let scratch = Scratch::new();
    let store = stored(&scratch.options()).await;
    let outside = scratch.folder.path().join("secret.csv");
    std::fs::write(&outside, "secret\nhunter2\n").unwrap();
    let before = std::fs::read_dir(scratch.folder.path()).unwrap().count();
    for text in hostile::statements(outside.to_str().unwrap()) {
        let refused = select(&store, statement(&text)).await;
        let error = refused
            .err()
            .unwrap_or_else(|| panic!("{text} was answered"));
        let said = error.to_string();
        // Refused for what it is, before it was run.
        assert!(!matches!(error, SqlError::Store(_)), "{text}: {said}");
        let by_engine = matches!(error, SqlError::Engine(_));
        assert!(
            !by_engine || said.contains("syntax error"),
            "{text}: {said}"
        );
        assert!(!said.contains("Did you mean"), "{text}: {said}");
    }
    assert_eq!(
        std::fs::read_dir(scratch.folder.path()).unwrap().count(),
        before
    );
    let count = answer(&store, "SELECT count(*) FROM analytics_events").await;
    assert_eq!(count.rows, [[json!(3)]]);
    store.close().await.unwrap();
}

/// The check of the tree is not the only wall: what it let through would find nothing by a plain name.
#[tokio::test]
async fn every_table_holds_the_rows_of_one_workspace() {
    let scratch = Scratch::new();
    let store = stored(&scratch.options()).await;
    let statements = store.statements().unwrap();
    let unknown = WorkspaceId::new("unknown").unwrap();
    let own = WorkspaceId::default();
    for table in [
        "analytics_events",
        "analytics_daily_metrics",
        "analytics_people",
        "analytics_channels",
    ] {
        let text = format!("FROM {table}");
        for (workspace, sees_secret, rows) in [
            (&own, false, true),
            (&other_workspace(), true, true),
            (&unknown, false, false),
        ] {
            let answered = statements
                .select(workspace, statement(&text))
                .await
                .unwrap();
            let shown = format!("{answered:?}");
            let has_name = table != "analytics_daily_metrics";
            assert_eq!(
                shown.contains(SECRET),
                sees_secret && has_name,
                "{table}: {shown}"
            );
            assert_eq!(!answered.rows.is_empty(), rows, "{table} of {workspace}");
        }
    }
    // One connection's views are no other's, in whatever order they are asked.
    for _ in 0..3 {
        for (workspace, events) in [(&own, 3), (&other_workspace(), 1)] {
            let counted = statement("SELECT count(*) FROM analytics_events");
            let counted = statements.select(workspace, counted).await.unwrap();
            assert_eq!(counted.rows, [[json!(events)]]);
        }
    }
    let mut people = statement("SELECT user_id, email FROM analytics_people");
    let shown = select(&store, people.clone()).await.unwrap();
    assert_eq!(shown.rows, [[json!("u1"), json!("u1@example.com")]]);
    people.with_email = false;
    let hidden = select(&store, people).await.unwrap();
    assert_eq!(hidden.rows, [[json!("u1"), Value::Null]]);
    store.close().await.unwrap();
}

/// Statements, each with the kind and the value of its only column.
fn selects() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("SELECT true", "boolean", json!(true)),
        ("SELECT 1;", "integer", json!(1)),
        ("SELECT 1 -- one\n;;", "integer", json!(1)),
        ("SELECT 0.25::DOUBLE", "number", json!(0.25)),
        ("SELECT 1.25", "number", json!(1.25)),
        ("SELECT sum(x) FROM range(4) t(x)", "integer", json!(6)),
        (
            "SELECT 12345678901234567.89::DECIMAL(19, 2)",
            "number",
            json!("12345678901234567.89"),
        ),
        ("SELECT NULL::INTEGER", "integer", Value::Null),
        ("SELECT 'a''b'", "text", json!("a'b")),
        ("SELECT DATE '2026-02-03'", "date", json!("2026-02-03")),
        (
            "SELECT min(timestamp) FROM analytics_events",
            "timestamp",
            json!("2026-02-02T02:40:00Z"),
        ),
        (
            "SELECT TIMESTAMPTZ '2026-02-02 03:40:00+01'",
            "timestamp",
            json!("2026-02-02T02:40:00Z"),
        ),
        ("SELECT [1, NULL, 3]", "list", json!([1, null, 3])),
        (
            "SELECT {'a': 1, 'b': ['x']}",
            "struct",
            json!({"a": 1, "b": ["x"]}),
        ),
        ("SELECT MAP {'k': 1.5::DOUBLE}", "map", json!({"k": 1.5})),
        (
            "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT max(n) FROM t",
            "integer",
            json!(5),
        ),
        (
            "WITH analytics_events AS (SELECT 7 AS n) SELECT n FROM analytics_events",
            "integer",
            json!(7),
        ),
        (
            "WITH a AS (SELECT 2 AS b), c AS (FROM A) SELECT b FROM C",
            "integer",
            json!(2),
        ),
        (
            "SELECT count(*) OVER () FROM analytics_events QUALIFY row_number() OVER (ORDER BY timestamp) = 1",
            "integer",
            json!(3),
        ),
        (
            "SELECT uniq(user_id) FROM analytics_events",
            "integer",
            json!(1),
        ),
        (
            "SELECT toDate(min(timestamp)) FROM analytics_events",
            "date",
            json!("2026-02-02"),
        ),
        (
            "SELECT value FROM json_each('{\"a\": 5}')",
            "text",
            json!("5"),
        ),
        (
            "SELECT list_transform([1, 2], x -> x + 1)",
            "list",
            json!([2, 3]),
        ),
    ]
}

#[tokio::test]
async fn selects_are_answered_with_values_of_their_kinds() {
    let scratch = Scratch::new();
    let store = stored(&scratch.options()).await;
    for (text, kind, value) in selects() {
        let answered = answer(&store, text).await;
        assert_eq!(answered.rows, [[value]], "{text}");
        assert_eq!(answered.columns[0].kind, kind, "{text}");
        assert!(!answered.is_cut, "{text}");
    }
    let named = answer(&store, "SELECT 1 AS a, 2 AS a").await;
    let names: Vec<&str> = named
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(
        (names, named.rows),
        (vec!["a", "a"], vec![vec![json!(1), json!(2)]])
    );
    store.close().await.unwrap();
}

#[tokio::test]
async fn values_are_bound_and_answers_are_bounded() {
    let scratch = Scratch::new();
    let store = stored(&scratch.options()).await;
    let mut asked = statement("SELECT ?, $2::INTEGER + 1, $3 IS NULL, $4");
    asked.params = vec![
        json!("'; DROP TABLE event"),
        json!(41),
        Value::Null,
        json!(true),
    ];
    let bound = select(&store, asked.clone()).await.unwrap();
    let expected = [
        json!("'; DROP TABLE event"),
        json!(42),
        json!(true),
        json!(true),
    ];
    assert_eq!(bound.rows, [expected]);
    asked.params.pop();
    let refused = select(&store, asked).await.unwrap_err();
    assert!(
        matches!(
            refused,
            SqlError::Params {
                expected: 4,
                given: 3
            }
        ),
        "{refused}"
    );
    // More rows than are wanted are not made.
    let mut many = statement("SELECT range AS n FROM range(1000000000000)");
    many.most_rows = 5;
    let cut = select(&store, many.clone()).await.unwrap();
    assert!(cut.is_cut);
    assert_eq!(
        cut.rows,
        [[json!(0)], [json!(1)], [json!(2)], [json!(3)], [json!(4)]]
    );
    many.text = "SELECT range AS n FROM range(5)".to_owned();
    assert!(!select(&store, many.clone()).await.unwrap().is_cut);
    many.most_rows = 1_000_000;
    many.text =
        "SELECT (SELECT string_agg(range, ' ') FROM range(1000000)) FROM range(10)".to_owned();
    let large = select(&store, many).await.unwrap_err();
    assert!(matches!(large, SqlError::TooLarge(32)), "{large}");
    for (text, sentence) in [
        ("", "there is no statement"),
        (" ; -- nothing", "there is no statement"),
        ("SELECT 1; SELECT 2", "there are 2 statements"),
        ("DELETE FROM event", "only SELECT is possible here"),
        ("SELEC 1", "syntax error"),
        (
            "FROM events",
            "there is no table `events` here; there are analytics_events",
        ),
        (
            "SELECT nothing FROM analytics_events",
            "column \"nothing\" not found",
        ),
        ("SELECT error('INTERRUPT FATAL')", "INTERRUPT FATAL"),
        ("SELECT 1 / 'x'", "Could not convert string 'x'"),
    ] {
        let error = select(&store, statement(text)).await.unwrap_err();
        assert!(!matches!(error, SqlError::Store(_)), "{text}: {error:?}");
        let said = error.to_string();
        assert!(
            said.contains(sentence) && !said.contains("LINE"),
            "{text}: {said}"
        );
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_statement_ends_in_time_and_holds_up_no_question() {
    let scratch = Scratch::new();
    let options = OpenOptions {
        query_timeout: Duration::from_secs(1),
        readers: 1,
        ..scratch.options()
    };
    let store = stored(&options).await;
    let long = select(&store, statement(ENDLESS));
    let questions = async {
        let own = WorkspaceId::default();
        for _ in 0..20 {
            let facts = timeout(Duration::from_secs(10), store.facts(&own));
            assert_eq!(facts.await.unwrap().unwrap().events, 3);
        }
    };
    let (ended, ()) = tokio::join!(long, questions);
    let ended = ended.unwrap_err();
    assert!(
        matches!(ended, SqlError::Store(StoreError::Timeout(1))),
        "{ended:?}"
    );
    // Whoever leaves ends what they asked: the next one has the turn.
    let left = timeout(
        Duration::from_millis(100),
        select(&store, statement(ENDLESS)),
    );
    assert!(left.await.is_err());
    let count = answer(&store, "SELECT count(*) FROM analytics_events").await;
    assert_eq!(count.rows, [[json!(3)]]);
    let memory = "SELECT count(DISTINCT hash(range)) FROM range(40000000)";
    let refused = select(&store, statement(memory)).await.unwrap_err();
    let by_limit = matches!(
        refused,
        SqlError::Store(StoreError::Memory | StoreError::Timeout(_))
    );
    assert!(by_limit, "{refused:?}");
    store.close().await.unwrap();
}
