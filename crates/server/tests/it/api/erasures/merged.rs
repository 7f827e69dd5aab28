//! Somebody with several identifiers.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{SETTINGS, delete, message, post};
use crate::support::{Home, Service};

/// Messages of a guest, of the account that the guest became, and of somebody else.
async fn merged(service: &Service) {
    let users = ["guest-7781", "account-7781", "bob"];
    let events: Vec<Value> = (0..30)
        .map(|number| {
            message(
                number,
                users[usize::try_from(number % 3).unwrap()],
                1 + number % 10,
                "hello",
            )
        })
        .collect();
    service.track(&json!(events)).await;
    let merge = json!({"from": "guest-7781", "into": "account-7781"});
    post(service, "people/merge", &merge, StatusCode::OK).await;
}

/// Returns how many people and messages there are, in all and by person.
async fn counted(service: &Service) -> Value {
    let path = "/api/analytics/users?from=2025-03-01&to=2025-03-15&sort=messages";
    let answer = service.json(path).await;
    let rows = answer["users"].as_array().unwrap().iter();
    let messages: Vec<&Value> = rows.map(|row| &row["messageCount"]).collect();
    json!([answer["total"], messages])
}

/// Waits until nothing is under way; returns the states of all.
async fn states(service: &Service) -> Vec<Value> {
    loop {
        let listed = service.json("/api/analytics/erasures").await;
        let kept = listed["erasures"].as_array().unwrap().iter();
        let states: Vec<Value> = kept.map(|one| one["state"].clone()).collect();
        if states.iter().all(|state| state == "done") {
            return states;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn whoever_has_several_identifiers_is_removed_under_each() {
    let home = Home::new();
    let service = home.start(&SETTINGS);
    merged(&service).await;
    assert_eq!(counted(&service).await, json!([2, [20, 10]]));
    delete(&service, "people/guest-7781", StatusCode::OK).await;
    assert_eq!(states(&service).await.len(), 2);
    assert_eq!(counted(&service).await, json!([1, [10]]));
    let merges = service.json("/api/analytics/people/merges").await;
    assert_eq!(merges["merges"], json!([]));
    for id in ["guest-7781", "account-7781"] {
        let path = format!("/api/analytics/users/{id}");
        let answer = service.get(&path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{id}");
    }
}

#[tokio::test]
async fn whoever_is_made_nameless_stays_one_person() {
    let home = Home::new();
    let service = home.start(&SETTINGS);
    merged(&service).await;
    let before = counted(&service).await;
    delete(
        &service,
        "people/account-7781?mode=anonymise",
        StatusCode::OK,
    )
    .await;
    assert_eq!(states(&service).await.len(), 2);
    assert_eq!(counted(&service).await, before);
    let listed = service.json("/api/analytics/users?period=all").await;
    assert!(!listed.to_string().contains("7781"), "{listed}");
    let merges = service.json("/api/analytics/people/merges").await;
    let merges = merges["merges"].as_array().unwrap();
    assert_eq!(merges.len(), 1);
    assert!(
        merges[0]["from"].as_str().unwrap().starts_with("erased-"),
        "{merges:?}"
    );
}
