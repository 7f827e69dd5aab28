//! A person who is made nameless, by the command.

use serde_json::{Value, json};

use super::{
    AS_OF, ID, NAME, SETTINGS, every_answer_is_without_her, folder_is_without_her, is_without_her,
    stays_out, with_her,
};
use crate::{
    api::difference::assert_same,
    support::{Home, Service},
};

/// Answers in which she counts, with whatever she is called.
async fn totals(service: &Service) -> Vec<Value> {
    let mut found = Vec::new();
    for question in [
        "dashboard",
        "messages",
        "retention",
        "lifecycle",
        "logins",
        "stickiness",
    ] {
        let path = format!("/api/analytics/{question}?from=2025-03-01&to=2025-03-15&asOf={AS_OF}");
        let mut answer = service.json(&path).await;
        answer.as_object_mut().unwrap().remove("meta");
        answer.as_object_mut().unwrap().remove("annotations");
        // Her name and identifier are another.
        let mut text = answer.to_string().replace(&format!("\"{NAME}\""), "null");
        if let Some(at) = text.find("erased-") {
            let nameless = text[at..at + "erased-".len() + 12].to_owned();
            text = text.replace(&nameless, ID);
        }
        found.push(serde_json::from_str(&text).unwrap());
    }
    found
}

#[tokio::test]
async fn a_person_without_a_name_goes_on_to_count() {
    let home = Home::new();
    let service = home.start(&SETTINGS);
    with_her(&service).await;
    let before = totals(&service).await;
    assert_eq!(service.stop(), Some(0));
    let done = home.run(&["erase", ID, "--anonymise"], &[]);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        done.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let receipt: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (&receipt["mode"], &receipt["counts"]["events"]),
        (&json!("anonymise"), &json!(32))
    );
    is_without_her("what is said", &done.stderr);
    folder_is_without_her(&home.data());
    let service = home.start(&SETTINGS);
    // The service says what to do while it runs.
    let beside = home.run(&["erase", "ann"], &[]);
    let said = String::from_utf8_lossy(&beside.stderr).into_owned();
    assert!(said.contains("DELETE /api/analytics/people"), "{said}");
    for (found, expected) in totals(&service).await.iter().zip(&before) {
        assert_same(found, expected);
    }
    every_answer_is_without_her(&service).await;
    let listed = service.json("/api/analytics/erasures").await;
    assert_eq!(listed["erasures"][0]["receipt"], receipt);
    stays_out(&service).await;
}
