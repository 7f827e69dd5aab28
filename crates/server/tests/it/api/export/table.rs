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
    // Several sections are one table, as nChat's export asks for one file: each line has the name of
    // its section.
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
    ("\r\n=1", "'\r'\n'=1"),
    // Spreadsheets in half of Europe split lines at semicolons.
    ("x;=1+1", "x;'=1+1"),
    ("x; @SUM(A1)", "x;' @SUM(A1)"),
    ("x\t-2+3", "x\t'-2+3"),
    ("a; b", "a; b"),
    ("\t=1", "'\t'=1"),
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

/// Another program's way of reading a table: no field that it finds may be a formula.
#[tokio::test]
async fn no_other_separator_makes_a_formula() {
    let home = Home::new();
    let service = home.start(&[]);
    let event = |(number, (name, _)): (usize, &(&str, &str))| json!({"event": "e", "userId": format!("u{number}"), "channelId": name});
    let events: Value = NAMES
        .iter()
        .filter(|(name, _)| !name.is_empty())
        .enumerate()
        .map(event)
        .collect();
    service.track(&events).await;
    for metrics in ["channels", "events"] {
        let path = format!("/api/analytics/export?format=csv&metrics={metrics}");
        let (_, text) = export(&service, &path).await;
        for separator in [b',', b';', b'\t', b'|'] {
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(separator)
                .flexible(true)
                .from_reader(text.as_bytes());
            for line in reader.records() {
                for field in &line.unwrap() {
                    let runs = field.trim_start().starts_with(['=', '+', '-', '@']);
                    // A number of ours, and whatever follows it where lines are not split.
                    let first = field.split(',').next().unwrap();
                    let number = first.trim_end_matches('%').parse::<f64>().is_ok();
                    assert!(!runs || number, "{field:?} at {}", char::from(separator));
                }
            }
        }
    }
}

#[tokio::test]
async fn an_archive_holds_a_table_for_each_metric() {
    let chat = Chat::open().await;
    let asked = path("export?format=zip&period=7d&metrics=users,messages,channels,events");
    let response = chat.service.get(&asked).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/zip");
    let name = response.headers()["content-disposition"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(name.ends_with("-2025-03-30.zip\""), "{name}");
    let bytes = response.bytes().await.unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(archive.len(), 4);
    for section in ["users", "messages", "channels", "events"] {
        let asked = path(&format!("export?format=csv&period=7d&metrics={section}"));
        let (_, alone) = export(&chat.service, &asked).await;
        let mut file = archive.by_name(&format!("{section}.csv")).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut file, &mut text).unwrap();
        assert_eq!(text, alone, "{section}");
        assert!(text.lines().count() > 3, "{section}");
    }
    // What the header asks for where the parameter does not.
    let request = chat.service.get(&path("export?period=7d&metrics=users"));
    let response = request.header("Accept", "text/csv").send().await.unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "text/csv; charset=utf-8"
    );
}
