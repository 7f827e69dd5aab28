//! Workbooks, read back by a reader that is not the writer's.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use jiff::ToSpan as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    api::{
        chat::{Chat, path},
        refusal::assert_refused,
    },
    support::{Home, KEY, Service, json as read},
};

async fn workbook(service: &Service, path: &str) -> Xlsx<Cursor<Vec<u8>>> {
    let response = service.get(path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let headers = response.headers();
    assert_eq!(
        headers["content-type"],
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    );
    let disposition = headers["content-disposition"].to_str().unwrap();
    assert!(disposition.ends_with(".xlsx\""), "{disposition}");
    let bytes = response.bytes().await.unwrap().to_vec();
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

/// A day or instant as answers write it, from the days that a sheet counts since the end of 1899.
fn written(days: f64) -> String {
    let seconds: i64 = format!("{:.0}", days * 86_400.0).parse().unwrap();
    let time = jiff::civil::date(1899, 12, 30).at(0, 0, 0, 0) + seconds.seconds();
    let text = time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    text.trim_end_matches("T00:00:00Z").to_owned()
}

/// The rows of a sheet under their columns, as JSON.
fn rows(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Value> {
    let range = book.worksheet_range(sheet).unwrap();
    let mut rows = range.rows();
    let columns: Vec<String> = rows.next().unwrap().iter().map(Data::to_string).collect();
    rows.map(|row| {
        let cells = row.iter().map(|cell| match cell {
            Data::Empty => Value::Null,
            Data::Bool(value) => json!(value),
            Data::Float(number) => json!(number),
            Data::Int(number) => json!(number),
            // As the answers write them: instants in UTC, and days.
            Data::DateTime(time) => json!(written(time.as_f64())),
            other => json!(other.to_string()),
        });
        columns.iter().cloned().zip(cells).collect()
    })
    .collect()
}

#[tokio::test]
async fn a_workbook_holds_what_the_answers_hold() {
    let chat = Chat::open().await;
    let asked = path("export?format=excel&period=7d&metrics=users,messages,channels");
    let mut book = workbook(&chat.service, &asked).await;
    assert_eq!(book.sheet_names(), ["users", "messages", "channels"]);
    // Times are no texts: a spreadsheet can sort and count them.
    for (sheet, column) in [("users", 13), ("messages", 0), ("channels", 13)] {
        let range = book.worksheet_range(sheet).unwrap();
        let cell = range.get((1, column)).unwrap();
        assert!(matches!(cell, Data::DateTime(_)), "{sheet}: {cell:?}");
    }
    for (sheet, list, asked) in [
        ("users", "users", "users?period=7d&limit=10000"),
        ("messages", "timeline", "messages?period=7d"),
        ("channels", "channels", "channels?period=7d&limit=10000"),
    ] {
        let answer = chat.ask(asked).await;
        let answers = answer[list].as_array().unwrap();
        let rows = rows(&mut book, sheet);
        assert_eq!(rows.len(), answers.len(), "{sheet}");
        for (row, answer) in rows.iter().zip(answers) {
            for (name, cell) in row.as_object().unwrap() {
                let expected = answer.get(name).unwrap_or(&Value::Null);
                match expected.as_f64() {
                    Some(number) => assert_eq!(cell.as_f64(), Some(number), "{sheet}.{name}"),
                    // An empty text and no text are both an empty cell.
                    None if expected == "" => assert!(cell.is_null() || cell == "", "{name}"),
                    None => assert_eq!(cell, expected, "{sheet}.{name}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn a_text_is_never_a_formula_and_addresses_stay_inside() {
    let home = Home::new();
    let service = home.start(&[]);
    service
        .track(&json!({"event": "message_sent", "userId": "u1"}))
        .await;
    let records = json!({"people": [{"id": "u1", "name": "=HYPERLINK(\"http://example.com\")", "email": "u1@example.com"}]});
    let stored = service
        .post("/api/analytics/records")
        .json(&records)
        .send()
        .await
        .unwrap();
    read(stored, StatusCode::OK).await;
    let asked = "/api/analytics/export?format=xlsx&metrics=users";
    let mut book = workbook(&service, asked).await;
    let formulas = book.worksheet_formula("users").unwrap();
    assert!(formulas.used_cells().next().is_none());
    let row = rows(&mut book, "users").remove(0);
    assert_eq!(
        (&row["name"], &row["email"]),
        (
            &json!("=HYPERLINK(\"http://example.com\")"),
            &json!("u1@example.com")
        )
    );
    // As nChat asks.
    let request = service.request(Method::GET, &format!("/k/{KEY}{asked}"));
    let bytes = request.send().await.unwrap().bytes().await.unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let row = rows(&mut book, "users").remove(0);
    assert!(row["email"].is_null() || row["email"] == "", "{row}");

    let refused = service
        .get("/api/analytics/export?format=excel&metrics=users,events")
        .send()
        .await
        .unwrap();
    assert_refused(refused, 400, "bad_parameter").await;
    // Nothing to show is a workbook too.
    let empty = "/api/analytics/export?format=excel&period=1d&userId=nobody";
    let mut book = workbook(&service, empty).await;
    assert_eq!(rows(&mut book, "users"), [Value::Null; 0]);
}
