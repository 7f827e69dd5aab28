//! `POST /api/analytics/sql`: statements of administrators, while the service is at work.

use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::{
    api::{
        chat::{Chat, path},
        refusal::assert_refused,
    },
    support::{Home, Service, json as read},
};

const PATH: &str = "/api/analytics/sql";
const ON: (&str, &str) = ("ANALYTICS_SQL", "true");
const DOCUMENT: &str = include_str!("../../../../../docs/sql.md");

async fn select(service: &Service, text: &str) -> Value {
    let answer = service.post(PATH).json(&json!({"sql": text}));
    read(answer.send().await.unwrap(), StatusCode::OK).await
}

#[tokio::test]
async fn every_statement_of_the_document_is_answered() {
    let home = Home::new();
    let demo = [ON, ("ANALYTICS_RETENTION_DAYS", "40")];
    let service = Service::launch(home.command(&demo).args(["serve", "--demo"])).unwrap();
    let statements = DOCUMENT.split("```sql\n").skip(1);
    let statements: Vec<&str> = statements
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert_eq!(statements.len(), 13);
    for statement in statements {
        let answer = select(&service, statement).await;
        // The demo's events carry no property of that name.
        let is_empty = answer["rowCount"] == 0;
        assert!(
            !is_empty || statement.contains("$.feature"),
            "{statement}: {answer}"
        );
    }
    // The tables and columns are those that the document lists.
    for (table, columns) in [
        ("analytics_events", 19),
        ("analytics_people", 8),
        ("analytics_channels", 7),
        ("analytics_daily_metrics", 5),
    ] {
        let answer = select(&service, &format!("FROM {table} LIMIT 1")).await;
        let answered = answer["columns"].as_array().unwrap();
        assert_eq!(answered.len(), columns, "{table}");
        let start = format!("| `{table}` |");
        let line = DOCUMENT
            .lines()
            .find(|line| line.starts_with(&start))
            .unwrap();
        for column in answered {
            let name = format!("`{}`", column["name"].as_str().unwrap());
            assert!(line.contains(&name), "{table}: {name}");
        }
    }
}

#[tokio::test]
async fn it_is_off_unless_it_is_allowed_and_for_administrators_alone() {
    let home = Home::new();
    let body = json!({"sql": "SELECT 1"});
    let service = home.start(&[]);
    let error = assert_refused(
        service.post(PATH).json(&body).send().await.unwrap(),
        403,
        "sql_disabled",
    );
    assert!(
        error.await["message"]
            .as_str()
            .unwrap()
            .contains("ANALYTICS_SQL=true")
    );
    service.stop();
    let key = |access: &str| {
        let made = home.run(
            &["key", "create", "--name", "a", "--access", access, "--json"],
            &[],
        );
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        made["secret"].as_str().unwrap().to_owned()
    };
    let (reader, writer) = (key("read"), key("write"));
    let service = home.start(&[ON]);
    for key in [&reader, &writer] {
        let refused = service
            .request(reqwest::Method::POST, PATH)
            .header("X-API-Key", key);
        assert_refused(
            refused.json(&body).send().await.unwrap(),
            403,
            "access_forbidden",
        )
        .await;
    }
    let nobody = service.request(reqwest::Method::POST, PATH).json(&body);
    assert_refused(nobody.send().await.unwrap(), 401, "credential_missing").await;
}

#[tokio::test]
async fn answers_are_rows_with_their_columns_or_files() {
    let chat = Chat::open_with(&[ON, ("ANALYTICS_SQL_MAX_ROWS", "50")]).await;
    let text = "SELECT user_id, [1, 2] AS list, '=1+1' AS formula, -5 AS number, \
                max(timestamp) AS at, max(timestamp)::DATE AS day FROM analytics_events \
                WHERE user_id = ? GROUP BY ALL";
    let ask = |format: &str| {
        let body = json!({"sql": text, "params": ["ada"], "limit": 5, "format": format});
        chat.service.post(PATH).json(&body)
    };
    let answer = read(ask("").send().await.unwrap(), StatusCode::OK).await;
    let row = &answer["rows"][0];
    assert_eq!(
        (&row[0], &row[1], &row[3]),
        (&json!("ada"), &json!([1, 2]), &json!(-5))
    );
    let at = row[4].as_str().unwrap();
    assert!(at.ends_with('Z') && at.starts_with("2025-03-"), "{at}");
    assert_eq!(
        answer["columns"][4],
        json!({"name": "at", "type": "timestamp"})
    );
    assert_eq!(
        (&answer["rowCount"], &answer["truncated"]),
        (&json!(1), &json!(false))
    );
    let csv = ask("csv").send().await.unwrap();
    let disposition = csv.headers()["content-disposition"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(disposition, "attachment; filename=\"sql.csv\"");
    let csv = csv.text().await.unwrap();
    let day = row[5].as_str().unwrap();
    let expected =
        format!("user_id,list,formula,number,at,day\r\nada,\"[1,2]\",'=1+1,-5,{at},{day}\r\n");
    assert_eq!(csv, expected);
    let lines = ask("ndjson").send().await.unwrap().text().await.unwrap();
    let line: Value = serde_json::from_str(lines.trim_end()).unwrap();
    assert_eq!(
        line,
        json!({"user_id": "ada", "list": [1, 2], "formula": "=1+1", "number": -5, "at": at, "day": day})
    );
    let cut = json!({"sql": "SELECT * FROM range(100)"});
    let cut = read(
        chat.service.post(PATH).json(&cut).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(
        (&cut["rowCount"], &cut["truncated"]),
        (&json!(50), &json!(true))
    );
    // What an endpoint answers as well is the same number.
    let asked = path("messages?from=2025-03-24&to=2025-03-30&compare=none&tz=UTC");
    let messages = chat
        .service
        .json(&asked.replace("&tz=Europe/Berlin", ""))
        .await;
    let counted = "SELECT count(*) FROM analytics_events WHERE NOT is_bot \
                   AND event_type IN ('message_sent', 'thread_reply') AND message_type IS DISTINCT FROM 'system' \
                   AND timestamp >= '2025-03-24' AND timestamp < '2025-03-30'";
    let counted = select(&chat.service, counted).await;
    assert_eq!(counted["rows"][0][0], messages["total"]);
}

#[tokio::test]
async fn what_may_not_be_is_refused_with_a_sentence() {
    let chat = Chat::open_with(&[ON]).await;
    let post = |body: Value| -> RequestBuilder { chat.service.post(PATH).json(&body) };
    for (body, code, sentence) in [
        (json!({"sql": ""}), "bad_sql", "there is no statement"),
        (
            json!({"sql": "SELECT 1; SELECT 2"}),
            "bad_sql",
            "there are 2 statements",
        ),
        (
            json!({"sql": "DELETE FROM analytics_events"}),
            "bad_sql",
            "only SELECT is possible",
        ),
        (
            json!({"sql": "FROM analytics_event"}),
            "bad_sql",
            "there is no table `analytics_event`",
        ),
        (
            json!({"sql": "FROM events.main.event"}),
            "bad_sql",
            "there is no table `events.main.event`",
        ),
        (
            json!({"sql": "FROM read_text('/etc/passwd')"}),
            "bad_sql",
            "table function `read_text` is not available",
        ),
        (
            json!({"sql": "SELECT current_setting('threads')"}),
            "bad_sql",
            "function `current_setting` is not available",
        ),
        (
            json!({"sql": "SHOW TABLES"}),
            "bad_sql",
            "`SHOW_REF` is not available",
        ),
        (
            json!({"sql": "SELECT x FROM analytics_events"}),
            "bad_sql",
            "\"x\"",
        ),
        (
            json!({"sql": "SELECT ?"}),
            "bad_sql",
            "1 parameters, and there are 0 values",
        ),
        (
            json!({"sql": "SELECT ?", "params": [[1]]}),
            "bad_parameter",
            "`params`",
        ),
        (
            json!({"sql": "SELECT 1", "limit": 10001}),
            "bad_parameter",
            "ANALYTICS_SQL_MAX_ROWS",
        ),
        (
            json!({"sql": "SELECT 1", "limit": 0}),
            "bad_parameter",
            "`limit`",
        ),
        (
            json!({"sql": "SELECT 1", "format": "pdf"}),
            "bad_parameter",
            "`format`",
        ),
        (
            json!({"sql": "SELECT 1", "fromat": "csv"}),
            "unknown_field",
            "format",
        ),
        (json!({"sql": 1}), "bad_shape", "string"),
        (json!({}), "bad_shape", "sql"),
    ] {
        let refused = post(body.clone()).send().await.unwrap();
        let error = assert_refused(refused, 400, code).await;
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(sentence), "{body}: {message}");
    }
    let near = post(json!({"sql": "FROM analytics_event"}))
        .send()
        .await
        .unwrap();
    let near = assert_refused(near, 400, "bad_sql").await;
    assert_eq!(near["details"]["nearest"], "analytics_events");
}
