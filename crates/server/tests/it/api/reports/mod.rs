//! Reports that are wanted: kept, listed and taken away.

mod mail;
mod pdf;
mod preview;
mod runs;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    api::refusal::assert_refused,
    support::{Home, KEY, Service, json as read},
};

const REPORTS: &str = "/api/analytics/reports";

/// The example of the product document.
fn example() -> Value {
    json!({
        "name": "Weekly Executive Summary",
        "period": "7d",
        "metrics": ["activeUsers", "messageVolume", "channelGrowth", "engagement"],
        "format": "pdf",
        "schedule": "0 9 * * 1",
        "recipients": ["ceo@example.com"],
    })
}

async fn create(service: &Service, body: &Value) -> Value {
    let response = service.post(REPORTS).json(body).send().await.unwrap();
    read(response, StatusCode::CREATED).await
}

#[tokio::test]
async fn a_report_is_kept_as_it_is_wanted() {
    let home = Home::new();
    let service = home.start(&[]);
    assert_eq!(service.json(REPORTS).await, json!({"reports": []}));
    let made = create(&service, &example()).await;
    let id = made["id"].as_str().unwrap().to_owned();
    let mut expected = example();
    expected["id"] = json!(id);
    expected["recipientCount"] = json!(1);
    expected["createdAt"] = made["createdAt"].clone();
    expected["updatedAt"] = made["createdAt"].clone();
    expected["version"] = json!(1);
    expected["nextRuns"] = made["nextRuns"].clone();
    expected["status"] = json!("active");
    expected["state"] = json!("stored");
    assert_eq!(made, expected);
    let at = made["createdAt"].as_str().unwrap();
    assert!(at.parse::<jiff::Timestamp>().is_ok(), "{at}");
    // The least there can be; what nChat leaves empty is absent.
    let least = json!({"name": "Later", "period": "30d", "metrics": ["retention"], "format": null, "schedule": "", "recipients": []});
    let later = create(&service, &least).await;
    assert_eq!(
        (&later["format"], &later["schedule"], &later["recipients"]),
        (&json!("pdf"), &Value::Null, &json!([]))
    );
    assert_eq!(
        (&later["status"], &later["nextRuns"]),
        (&json!("draft"), &json!([]))
    );
    // It outlives the service. The newest comes first.
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[]);
    let listed = service.json(REPORTS).await;
    assert_eq!(listed, json!({"reports": [later, made]}));
    let path = format!("{REPORTS}/{id}");
    assert_eq!(service.json(&path).await, expected);
    let delete = || {
        service
            .request(Method::DELETE, &path)
            .header("X-API-Key", KEY)
            .send()
    };
    let answer = read(delete().await.unwrap(), StatusCode::OK).await;
    assert_eq!(
        answer,
        json!({"success": true, "message": "the report is deleted"})
    );
    assert_refused(delete().await.unwrap(), 404, "not_found").await;
    assert_refused(service.get(&path).send().await.unwrap(), 404, "not_found").await;
    assert_eq!(service.json(REPORTS).await, json!({"reports": [later]}));
}

#[tokio::test]
async fn what_cannot_be_a_report_is_refused_with_the_field_that_is_wrong() {
    let home = Home::new();
    let service = home.start(&[]);
    let with = |field: &str, value: Value| {
        let mut body = example();
        body[field] = value;
        body
    };
    for (field, value) in [
        ("name", json!("  ")),
        ("period", json!("fortnight")),
        ("metrics", json!([])),
        ("metrics", json!(["messages"])),
        ("format", json!("docx")),
        ("schedule", json!("every monday")),
        ("recipients", json!(["ceo"])),
    ] {
        let body = with(field, value);
        let response = service.post(REPORTS).json(&body).send().await.unwrap();
        let error = assert_refused(response, 400, "bad_report").await;
        assert_eq!(error["details"], json!({"field": field}), "{body}");
    }
    // People count from one.
    let two = json!(["a@example.com", "nobody"]);
    let body = with("recipients", two);
    let response = service.post(REPORTS).json(&body).send().await.unwrap();
    let error = assert_refused(response, 400, "bad_report").await;
    assert_eq!(
        error["message"],
        "recipient 2 of 2 is not an e-mail address"
    );
    for body in [
        json!([]),
        json!({"name": "x"}),
        with("metrics", json!("engagement")),
        with("name", json!(7)),
    ] {
        let response = service.post(REPORTS).json(&body).send().await.unwrap();
        assert_refused(response, 400, "bad_shape").await;
    }
    assert_eq!(service.json(REPORTS).await, json!({"reports": []}));
}

#[tokio::test]
async fn addresses_of_recipients_are_shown_as_those_of_people_are() {
    let home = Home::new();
    let service = home.start(&[]);
    let made = create(&service, &example()).await;
    let id = made["id"].as_str().unwrap();
    for path in [REPORTS.to_owned(), format!("{REPORTS}/{id}")] {
        let request = service.request(Method::GET, &format!("/k/{KEY}{path}"));
        let answer = read(request.send().await.unwrap(), StatusCode::OK).await;
        assert!(!answer.to_string().contains("ceo@"), "{answer}");
        let report = answer.pointer("/reports/0").unwrap_or(&answer);
        assert_eq!(report["recipientCount"], 1);
    }
}
