//! A person who is removed.

use std::{collections::BTreeSet, path::Path};

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{
    ID, OTHER, SETTINGS, answers, delete, every_answer_is_without_her, folder_is_without_her,
    folder_names_her, is_without_her, message, of_others, post, records, stays_out, with_her,
};
use crate::{
    api::{difference::assert_same, refusal::assert_refused},
    support::{Home, KEY},
};

#[tokio::test]
async fn a_person_who_was_removed_is_found_nowhere() {
    let (home, never) = (Home::new(), Home::new());
    let service = home.start(&SETTINGS);
    with_her(&service).await;
    let other = never.start(&SETTINGS);
    post(&other, "records", &records(None), StatusCode::OK).await;
    other.track(&json!(of_others(OTHER))).await;
    // She is in files and answers, and in answers that are remembered.
    assert_ne!(answers(&service).await, answers(&other).await);
    assert!(folder_names_her(&home.data()));

    let erased = delete(&service, &format!("people/{ID}"), StatusCode::OK).await;
    assert_eq!(
        (&erased["state"], &erased["mode"]),
        (&json!("done"), &json!("remove"))
    );
    let receipt = &erased["receipt"];
    for (what, count) in [
        ("events", 32),
        ("eventsCleaned", 2),
        ("records", 1),
        ("channelsCleaned", 1),
        ("deadLetters", 1),
        ("segments", 2),
        ("annotations", 1),
        ("funnels", 1),
        ("views", 1),
        ("reports", 1),
        ("channelsLeft", 0),
        ("identities", 0),
    ] {
        assert_eq!(receipt["counts"][what], count, "{what}: {receipt}");
    }
    let days = receipt["counts"]["days"].as_u64().unwrap();
    assert!((12..=14).contains(&days), "{receipt}");
    is_without_her("the receipt", erased.to_string().as_bytes());
    service.logged("person.erased").await;
    is_without_her("the log", service.log().join("\n").as_bytes());
    every_answer_is_without_her(&service).await;
    folder_is_without_her(&home.data());
    for ((path, found), (_, expected)) in answers(&service).await.iter().zip(&answers(&other).await)
    {
        println!("{path}");
        assert_same(found, expected);
    }
    let segments = service.json("/api/analytics/segments").await;
    let rules: BTreeSet<&str> = segments["segments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|segment| segment["rule"].as_str().unwrap())
        .collect();
    assert_eq!(
        rules,
        BTreeSet::from(["user is \"[erased]\"", "user is ann"])
    );

    // To ask again gives the receipt that there is; of nobody there is none.
    let again = delete(
        &service,
        &format!("people/{ID}?mode=anonymise"),
        StatusCode::OK,
    )
    .await;
    assert_eq!(again, erased);
    let request = service.request(Method::DELETE, "/api/analytics/people/eve");
    let answer = request.header("X-API-Key", KEY).send().await.unwrap();
    assert_refused(answer, 404, "user_not_found").await;
    let listed = service.json("/api/analytics/erasures").await;
    assert_eq!(listed["erasures"], json!([erased]));
    let path = format!("/api/analytics/erasures/{}", erased["id"].as_str().unwrap());
    assert_eq!(service.json(&path).await, erased);

    stays_out(&service).await;
    assert_eq!(service.stop(), Some(0));
    folder_is_without_her(&home.data());

    // What the file of the engine holds is compressed: it is asked as well.
    let rows = home.run(&["sql", "SELECT * FROM analytics_events"], &[]);
    is_without_her("sql", &rows.stdout);
    let file = home.path("receipt.json");
    std::fs::write(&file, receipt.to_string()).unwrap();
    let verify = |file: &Path| home.run(&["erase", "--verify", file.to_str().unwrap()], &[]);
    assert!(verify(&file).status.success());
    let mut forged = receipt.clone();
    forged["counts"]["events"] = json!(31);
    std::fs::write(&file, forged.to_string()).unwrap();
    assert_eq!(verify(&file).status.code(), Some(1));

    // Who was erased is known after a restart too, until that is lifted.
    let service = home.start(&SETTINGS);
    stays_out(&service).await;
    let lifted = delete(&service, &format!("people/{ID}/erasure"), StatusCode::OK).await;
    assert_eq!(lifted["state"], "lifted");
    delete(
        &service,
        &format!("people/{ID}/erasure"),
        StatusCode::NOT_FOUND,
    )
    .await;
    let back = message(900, ID, 6, "back again");
    assert_eq!(service.track(&back).await["tracked"], 1);
    service.json(&format!("/api/analytics/users/{ID}")).await;
}
