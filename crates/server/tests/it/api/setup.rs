//! How far the first history is.

use serde_json::{Value, json};

use crate::{
    api::assert_same,
    support::{Home, Service},
};

/// Nobody listens there.
const NOWHERE: &str = "postgres://reader:a-secret-password@127.0.0.1:1/nchat";

#[tokio::test]
async fn a_new_service_says_what_is_set_and_what_is_under_way() {
    let home = Home::new();
    let service = home.start(&[]);
    let source = json!({
        "isConfigured": false, "variable": "ANALYTICS_SOURCE_DATABASE_URL", "percent": null,
        "secondsLeft": null, "stage": "off", "missing": [], "feeds": [],
    });
    let setup = service.json("/api/analytics/setup").await;
    assert_same(
        &setup,
        &json!({"events": 0, "source": source, "import": null}),
    );

    // What is of all workspaces is not for a key of one.
    let arguments = [
        "key",
        "create",
        "--name",
        "test",
        "--access",
        "read",
        "--workspace",
        "other",
        "--json",
    ];
    let made: Value = serde_json::from_slice(&home.run(&arguments, &[]).stdout).unwrap();
    let key = made["secret"].as_str().unwrap();
    let request = service.request(reqwest::Method::GET, "/api/analytics/setup");
    let answer = request.header("X-API-Key", key).send().await.unwrap();
    let setup: Value = answer.json().await.unwrap();
    assert_same(
        &setup,
        &json!({"events": 0, "source": null, "import": null}),
    );
}

#[tokio::test]
async fn a_database_that_is_away_is_told_without_its_address() {
    let home = Home::new();
    let service = home.start(&[("DATABASE_URL", NOWHERE)]);
    let setup = failed(&service).await;
    let source = &setup["source"];
    assert_eq!(
        (&source["isConfigured"], &source["code"]),
        (&json!(true), &json!("away"))
    );
    assert_eq!(source["variable"], "DATABASE_URL");
    assert!(!setup.to_string().contains("a-secret-password"), "{setup}");
}

async fn failed(service: &Service) -> Value {
    loop {
        let setup = service.json("/api/analytics/setup").await;
        if setup["source"]["stage"] == "failed" {
            return setup;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
