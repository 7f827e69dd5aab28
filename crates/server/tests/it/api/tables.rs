//! `format` and `table`: every answer as a file, one table each.

use std::io::Cursor;

use calamine::{Data, DataType as _, Reader as _, Xlsx};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    api::{
        chat::{Chat, path},
        refusal::assert_refused,
    },
    support::json as read,
};

/// Returns the lines of a CSV, each as its fields.
fn lines(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(text.as_bytes());
    let records = reader.records().map(Result::unwrap);
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

async fn file(chat: &Chat, what: &str) -> (String, String) {
    let response = chat.service.get(&path(what)).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{what}");
    let headers = response.headers();
    assert_eq!(headers.get("etag"), None, "{what}");
    let disposition = headers["content-disposition"].to_str().unwrap();
    let name = disposition.strip_prefix("attachment; filename=\"").unwrap();
    let name = name.trim_end_matches('"').to_owned();
    (name, response.text().await.unwrap())
}

/// What gives tables: its path, its tables, the main one first, and whether it is about a span.
type Tabular = (String, Vec<String>, bool);

/// Returns the operations that say that they give tables.
async fn tabular(chat: &Chat) -> Vec<Tabular> {
    let served = chat.service.json("/api/analytics/openapi.json").await;
    let mut found = Vec::new();
    for (path, item) in served["paths"].as_object().unwrap() {
        let parameters: Vec<&Value> = item["get"]["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .collect();
        let named = |name: &str| parameters.iter().find(|one| one["name"] == name);
        if let Some(parameter) = named("table") {
            let names = parameter["schema"]["enum"].as_array().unwrap().iter();
            let names = names.map(|name| name.as_str().unwrap().to_owned());
            let resource = path.strip_prefix("/api/analytics/").unwrap().to_owned();
            let has_span = named("asOf").is_some() && named("period").is_some();
            found.push((resource, names.collect(), has_span));
        }
    }
    found
}

#[tokio::test]
async fn every_table_of_every_answer_is_given_in_every_form() {
    let chat = Chat::open().await;
    let tabular = tabular(&chat).await;
    let named = |resource: &str| {
        let found = tabular.iter().find(|(name, ..)| name == resource);
        found.map(|(_, names, _)| names[0].as_str())
    };
    for (resource, main) in [
        ("dashboard", "charts.activeUsers"),
        ("users", "users"),
        ("channels", "channels"),
        ("messages", "timeline"),
        ("content", "emoji"),
        ("retention", "cohorts"),
        ("lifecycle", "series"),
        ("events", "events"),
    ] {
        assert_eq!(named(resource), Some(main), "{resource}");
    }
    for (resource, names, has_span) in &tabular {
        for name in names {
            let of = match resource.as_str() {
                "channels/compare" => "channels/compare?ids=c-gen,c-ran&".to_owned(),
                resource => {
                    let resource = resource.replace("channels/{id}", "channels/c-gen");
                    let resource = resource.replace("users/{id}", "users/ada");
                    resource.replace("funnels/{id}", "funnels/newcomers") + "?"
                }
            };
            let asked = format!("{of}table={name}");
            let ask = |format: &str| {
                let asked = format!("{asked}&format={format}");
                let asked = if *has_span {
                    path(&format!("{asked}&period=30d"))
                } else {
                    format!("/api/analytics/{asked}")
                };
                chat.service.get(&asked).send()
            };
            let rows = ask("json").await.unwrap();
            let rows = read(rows, StatusCode::OK).await;
            let count = rows.as_array().unwrap().len();
            let csv = ask("csv").await.unwrap().text().await.unwrap();
            let csv = lines(&csv);
            if count == 0 && csv.concat().concat().is_empty() {
                // Nothing tells of columns: no schema, and no row.
                continue;
            }
            assert_eq!(csv.len(), count + 1, "{asked}");
            assert!(csv.iter().all(|line| line.len() == csv[0].len()), "{asked}");
            let ndjson = ask("ndjson").await.unwrap().text().await.unwrap();
            let ndjson: Value = ndjson
                .lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap())
                .collect();
            assert_eq!(ndjson, rows, "{asked}");
            let excel = ask("excel").await.unwrap().bytes().await.unwrap().to_vec();
            let mut excel = Xlsx::new(Cursor::new(excel)).unwrap();
            let sheet = excel.worksheet_range_at(0).unwrap().unwrap();
            assert_eq!(sheet.height(), count + 1, "{asked}");
        }
    }
}

#[tokio::test]
async fn a_table_holds_the_numbers_of_the_answer() {
    let chat = Chat::open().await;
    let answer = chat.ask("messages?period=7d").await;
    let (name, text) = file(&chat, "messages?period=7d&format=csv").await;
    assert_eq!(name, "messages_2025-03-24_2025-03-30_Europe-Berlin.csv");
    let csv = lines(&text);
    let place = |head: &str| csv[0].iter().position(|one| one == head).unwrap();
    let (date, count) = (place("date (Europe/Berlin)"), place("count"));
    for (line, bucket) in csv[1..].iter().zip(answer["timeline"].as_array().unwrap()) {
        assert_eq!(json!(line[date]), bucket["date"]);
        assert_eq!(line[count], bucket["count"].to_string());
    }
    let (name, text) = file(&chat, "messages?period=7d&format=csv&table=totals").await;
    assert_eq!(
        name,
        "messages-totals_2025-03-24_2025-03-30_Europe-Berlin.csv"
    );
    assert!(text.starts_with("name,value\r\ntotal,"), "{text}");
    let total = format!("total,{}\r\n", answer["total"]);
    let by_type = format!("byType.text,{}\r\n", answer["byType"]["text"]);
    assert!(text.contains(&total) && text.contains(&by_type), "{text}");
    let (_, heat) = file(&chat, "messages?period=7d&format=csv&table=heatmap").await;
    let heat = lines(&heat);
    assert_eq!((heat.len(), heat[0].len()), (8, 24));
    assert_eq!(heat[7][20], answer["heatmap"][6][20].to_string());
    // The answer itself, as a file.
    let (name, text) = file(&chat, "messages?period=7d&format=json").await;
    assert_eq!(name, "messages_2025-03-24_2025-03-30_Europe-Berlin.json");
    let whole: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(whole["timeline"], answer["timeline"]);
    // Columns are there without rows as well.
    let (_, none) = file(
        &chat,
        "users?period=7d&format=csv&search=nobody-of-this-name",
    )
    .await;
    assert!(
        none.starts_with("userId,") && none.lines().count() == 1,
        "{none}"
    );
}

#[tokio::test]
async fn formulas_are_text_numbers_are_numbers_and_days_are_dates() {
    let chat = Chat::open().await;
    let formula = json!({"people": [{"id": "ada", "name": "=cmd|' /C calc'!A0"}]});
    let put = chat.service.post("/api/analytics/records").json(&formula);
    read(put.send().await.unwrap(), StatusCode::OK).await;
    let (_, text) = file(&chat, "users?period=7d&format=csv").await;
    assert!(text.contains("'=cmd"), "{text}");
    let asked = path("users?period=7d&format=excel");
    let bytes = chat
        .service
        .get(&asked)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let sheet = book.worksheet_range("users").unwrap();
    let heads: Vec<String> = sheet
        .rows()
        .next()
        .unwrap()
        .iter()
        .map(Data::to_string)
        .collect();
    let place = |head: &str| heads.iter().position(|one| one == head).unwrap();
    let ada = sheet
        .rows()
        .find(|row| row[place("userId")].get_string() == Some("ada"))
        .unwrap();
    assert_eq!(
        ada[place("name")],
        Data::String("=cmd|' /C calc'!A0".to_owned())
    );
    assert!(matches!(ada[place("messageCount")], Data::Float(_)));
    assert!(matches!(ada[place("lastActive")], Data::DateTime(_)));
    assert!(book.worksheet_formula("users").unwrap().is_empty());
}

#[tokio::test]
async fn what_is_posted_says_its_form_in_the_body() {
    let chat = Chat::open().await;
    let mut body = json!({
        "metrics": ["messages"], "dimensions": ["channel"], "groupBy": "day", "period": "7d",
        "asOf": crate::api::chat::AS_OF, "tz": "Europe/Berlin", "format": "csv",
    });
    let ask = async |body: &Value| {
        chat.service
            .post("/api/analytics/query")
            .json(body)
            .send()
            .await
            .unwrap()
    };
    let csv = ask(&body).await.text().await.unwrap();
    let heads = &lines(&csv)[0];
    assert!(
        heads.contains(&"keys.time (Europe/Berlin)".to_owned()),
        "{heads:?}"
    );
    assert!(
        heads.contains(&"keys.channel".to_owned()) && heads.contains(&"values.messages".to_owned())
    );
    body["table"] = json!("totals");
    let totals = ask(&body).await.text().await.unwrap();
    assert!(totals.contains("totals.values.messages,"), "{totals}");
    // Without a split there are no rows: what is left is the answer.
    let whole = json!({
        "metrics": ["messages"], "period": "7d", "asOf": crate::api::chat::AS_OF, "tz": "Europe/Berlin",
        "format": "csv",
    });
    let whole = ask(&whole).await.text().await.unwrap();
    assert!(whole.contains("totals.values.messages,9"), "{whole}");
    body["table"] = json!("rwos");
    let error = assert_refused(ask(&body).await, 400, "bad_parameter").await;
    assert_eq!(error["details"]["nearest"], "rows");
    body["table"] = Value::Null;
    body["format"] = json!("zip");
    assert_refused(ask(&body).await, 400, "bad_parameter").await;
}

#[tokio::test]
async fn an_export_of_metrics_is_the_answer_to_the_query() {
    let chat = Chat::open().await;
    let body = json!({
        "metrics": ["activeUsers", "messages"], "dimensions": ["channel"], "groupBy": "day",
        "period": "7d", "asOf": crate::api::chat::AS_OF, "tz": "Europe/Berlin",
    });
    let asked = chat.service.post("/api/analytics/query").json(&body);
    let answer = read(asked.send().await.unwrap(), StatusCode::OK).await;
    let what = "export?metrics=activeUsers,messages&dimensions=channel&groupBy=day&period=7d";
    let exported = chat.ask(what).await;
    assert_eq!(exported["rows"], answer["rows"]);
    assert!(exported["rows"].as_array().unwrap().len() > 7);
    let csv = chat
        .service
        .get(&path(&format!("{what}&format=csv")))
        .send()
        .await
        .unwrap();
    let csv = lines(&csv.text().await.unwrap());
    assert_eq!(csv.len(), answer["rows"].as_array().unwrap().len() + 1);
    let place = csv[0]
        .iter()
        .position(|head| head == "values.messages")
        .unwrap();
    let sum: u64 = csv[1..]
        .iter()
        .map(|line| line[place].parse::<u64>().unwrap())
        .sum();
    assert_eq!(json!(sum), answer["totals"]["values"]["messages"]);
    for (asked, said) in [
        ("export?metrics=activeUsrs", "did you mean `activeUsers`?"),
        ("export?metrics=users,activeUsers", "is a list"),
        (
            "export?metrics=activeUsers&dimensions=chanel",
            "did you mean `channel`?",
        ),
        ("export?dimensions=channel", "has no effect"),
        (
            "export?metrics=activeUsers&eventType=page_view",
            "has no effect",
        ),
    ] {
        let refused = chat.service.get(&path(asked)).send().await.unwrap();
        let error = assert_refused(refused, 400, "bad_parameter").await;
        assert!(
            error["message"].as_str().unwrap().contains(said),
            "{asked}: {error}"
        );
    }
}

#[tokio::test]
async fn unknown_tables_and_forms_are_refused_with_what_was_meant() {
    let chat = Chat::open().await;
    for (asked, nearest) in [
        ("messages?format=csv&table=timelin", "timeline"),
        (
            "dashboard?table=charts.messageVolum",
            "charts.messageVolume",
        ),
    ] {
        let refused = chat.service.get(&path(asked)).send().await.unwrap();
        let error = assert_refused(refused, 400, "bad_parameter").await;
        assert_eq!(error["details"]["nearest"], nearest, "{asked}");
    }
    for format in ["zip", "pdf", "CSV"] {
        let asked = path(&format!("messages?format={format}"));
        let refused = chat.service.get(&asked).send().await.unwrap();
        assert_refused(refused, 400, "bad_parameter").await;
    }
}
