//! Tables: CSV as RFC 4180 has it, safe to open.

use std::collections::HashMap;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::export;
use crate::{
    api::chat::{Chat, path},
    support::{Home, json as read},
};

/// Reads a table back; every line must have as many fields as the first.
fn table(text: &str) -> (Vec<String>, Vec<HashMap<String, String>>) {
    assert!(text.ends_with("\r\n"));
    let mut reader = csv::ReaderBuilder::new()
        .flexible(false)
        .from_reader(text.as_bytes());
    let columns: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let rows = reader.records().map(|line| {
        let line = line.unwrap();
        columns
            .iter()
            .cloned()
            .zip(line.iter().map(str::to_owned))
            .collect()
    });
    (columns.clone(), rows.collect())
}

/// Returns a value of an answer as a table shows it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[tokio::test]
async fn a_table_holds_what_the_answers_hold() {
    let chat = Chat::open().await;
    for (section, list) in [
        ("users", "users"),
        ("channels", "channels"),
        ("messages", "timeline"),
    ] {
        let asked = format!("export?format=csv&period=7d&metrics={section}");
        let (headers, text) = export(&chat.service, &path(&asked)).await;
        assert_eq!(headers["content-type"], "text/csv; charset=utf-8");
        let disposition =
            format!("attachment; filename=\"nchat-analytics-{section}-2025-03-30.csv\"");
        assert_eq!(headers["content-disposition"], disposition);
        let (columns, rows) = table(&text);
        let answer = chat.ask(&format!("{section}?period=7d")).await;
        let expected = answer[list].as_array().unwrap();
        assert_eq!(rows.len(), expected.len());
        for (row, expected) in rows.iter().zip(expected) {
            for column in &columns {
                assert_eq!(row[column], shown(&expected[column]), "{section}.{column}");
            }
        }
    }
    // Several sections are one table, each line with the name of its section.
    let (_, text) = export(
        &chat.service,
        &path("export?format=csv&period=7d&metrics=channels,messages,users,channels"),
    )
    .await;
    let (columns, rows) = table(&text);
    assert_eq!(columns[..2], ["metric", "channelId"]);
    let sections: Vec<&str> = rows.iter().map(|row| row["metric"].as_str()).collect();
    let expected = [vec!["channels"; 5], vec!["messages"; 7], vec!["users"; 4]].concat();
    assert_eq!(sections, expected);
    assert_eq!(
        (rows[5]["date"].as_str(), rows[5]["channelId"].as_str()),
        ("2025-03-24", "")
    );
}

/// Names that a spreadsheet would run, or that break a table that is written carelessly; with what
/// the table shows.
const NAMES: &[(&str, &str)] = &[
    ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
    ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
    ("-2+3", "'-2+3"),
    ("@SUM(A1:A9)", "'@SUM(A1:A9)"),
    (" =1+1", "' =1+1"),
    ("＝1+1", "'＝1+1"),
    ("＠SUM(A1)", "'＠SUM(A1)"),
    ("'=1", "'=1"),
    ("a,b", "a,b"),
    ("a\"b\"", "a\"b\""),
    ("two\nlines", "two\nlines"),
    ("\r\n=1", "'\r\n=1"),
    ("\t=1", "'\t=1"),
    ("Zoë Ωμέγα 🦀 文字", "Zoë Ωμέγα 🦀 文字"),
    ("-5", "-5"),
    ("", ""),
];

#[tokio::test]
async fn a_table_is_safe_to_open_and_loses_nothing() {
    let home = Home::new();
    let service = home.start(&[]);
    let id = |number: usize| format!("u{number:02}");
    let people: Value = NAMES
        .iter()
        .enumerate()
        .map(|(number, (name, _))| json!({"id": id(number), "name": name, "role": name}))
        .collect();
    let channels: Value = NAMES
        .iter()
        .enumerate()
        .map(|(number, (name, _))| json!({"id": id(number), "name": name}))
        .collect();
    let records = service
        .post("/api/analytics/records")
        .json(&json!({"people": people, "channels": channels}));
    read(records.send().await.unwrap(), StatusCode::OK).await;
    let events: Value = NAMES
        .iter()
        .enumerate()
        .map(|(number, (name, _))| json!({"event": "=cmd()", "userId": id(number), "channelId": id(number), "properties": {"=a": name}}))
        .collect();
    service.track(&events).await;
    for (section, key, texts) in [
        ("users", "userId", &["name", "role"][..]),
        ("channels", "channelId", &["name"]),
        ("events", "userId", &["userName", "channelName"]),
    ] {
        let path = format!("/api/analytics/export?format=csv&metrics={section}");
        let (_, text) = export(&service, &path).await;
        let (_, rows) = table(&text);
        assert_eq!(rows.len(), NAMES.len(), "{section}");
        for (number, (_, expected)) in NAMES.iter().enumerate() {
            let row = rows.iter().find(|row| row[key] == id(number)).unwrap();
            for column in texts {
                assert_eq!(row[*column], *expected, "{section}.{column}");
            }
        }
        if section == "events" {
            assert!(rows.iter().all(|row| row["eventType"] == "'=cmd()"));
            let properties: Value = serde_json::from_str(&rows[3]["properties"]).unwrap();
            assert_eq!(properties, json!({"=a": NAMES[3].0}));
        }
    }
}
