//! Pseudonyms: the same everywhere and for ever, and no way to tell whose they are.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{AS_OF, Chat, LONE};
use crate::{api::refusal::assert_refused, support::json as read};

async fn people(chat: &Chat) -> Vec<Value> {
    let path = format!("/api/analytics/users?asOf={AS_OF}&period=30d&sort=messages&compare=none");
    let answer = chat.service.json(&path).await;
    assert_eq!(answer["meta"]["privacy"]["mode"], "pseudonymous");
    answer["users"].as_array().unwrap().clone()
}

fn id(person: &Value) -> &str {
    person["userId"].as_str().unwrap()
}

#[tokio::test]
async fn a_pseudonym_stands_for_one_person_everywhere_and_after_a_restart() {
    let chat = Chat::open("pseudonymous").await;
    let listed = people(&chat).await;
    assert_eq!(listed.len(), 9);
    // She wrote the most: 1103 and one each in two other places.
    let hers = id(&listed[0]).to_owned();
    assert_eq!(listed[0]["messageCount"], 1105, "{}", listed[0]);
    assert!(hers.starts_with("p_") && hers.len() == 34, "{hers}");
    let one = chat
        .service
        .json(&format!(
            "/api/analytics/users/{hers}?asOf={AS_OF}&period=30d"
        ))
        .await;
    assert!(one.to_string().contains("1105"), "{one}");
    let asked = json!({"metrics": ["messages"], "filter": format!("user is {hers}")});
    let found = chat.ask(asked.clone()).await;
    assert_eq!(found["totals"]["values"]["messages"], 1105);
    let by_person = chat
        .ask(json!({"metrics": ["messages"], "dimensions": ["user"]}))
        .await;
    assert_eq!(by_person["rows"][0]["keys"]["user"], hers);
    let events = format!("/api/analytics/events?asOf={AS_OF}&period=30d&limit=1&userId={hers}");
    let events = chat.service.json(&events).await;
    assert_eq!(events["events"][0]["userId"], hers);
    let chat = chat.again("pseudonymous");
    // Nobody has been shown since: the pseudonym is looked for among everybody.
    let found = chat.ask(asked).await;
    assert_eq!(found["totals"]["values"]["messages"], 1105);
    assert_eq!(id(&people(&chat).await[0]), hers);
}

#[tokio::test]
async fn an_identifier_is_nobodys() {
    let chat = Chat::open("pseudonymous").await;
    for (filter, messages) in [
        ("user is zz-lone-7f3a", 0),
        ("not user is zz-lone-7f3a", 1203),
    ] {
        let found = chat
            .ask(json!({"metrics": ["messages"], "filter": filter}))
            .await;
        assert_eq!(found["totals"]["values"]["messages"], messages, "{filter}");
        assert_eq!(found["meta"]["unknown"][0]["field"], "user");
    }
    let path = format!("/api/analytics/users/{}", LONE[0]);
    let answer = chat.service.get(&path).send().await.unwrap();
    assert_refused(answer, 404, "user_not_found").await;
    let found = chat.service.json("/api/analytics/search?q=zebedee").await;
    assert!(!found.to_string().contains("person"), "{found}");
    // A property may hold an identifier, and a guess at it would tell whose events these are.
    let guess = json!({"metrics": ["events"], "dimensions": ["user"], "filter": "property.authorId is zz-lone-7f3a"});
    let answer = chat.post(guess).await;
    assert_refused(answer, 403, "privacy_pseudonymous").await;
    let shown = json!({"metrics": ["events"], "filter": "property.platform is web"});
    let found = chat.ask(shown).await;
    assert_eq!(found["totals"]["values"]["events"], 1103);
}

#[tokio::test]
async fn rows_stand_in_the_order_of_pseudonyms() {
    // By identifier the last would be hers.
    let chat = Chat::open("pseudonymous").await;
    let asked = json!({"metrics": ["messages"], "dimensions": ["user"], "orderBy": "user"});
    let found = chat.ask(asked.clone()).await;
    let keys = |answer: &Value| -> Vec<String> {
        let rows = answer["rows"].as_array().unwrap().iter();
        rows.map(|row| row["keys"]["user"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = keys(&found);
    assert_eq!(all.len(), 9);
    assert!(all.is_sorted(), "{all:?}");
    let mut paged = Vec::new();
    for offset in 0..9 {
        let mut asked = asked.clone();
        (asked["limit"], asked["offset"]) = (1.into(), offset.into());
        paged.extend(keys(&chat.ask(asked).await));
    }
    assert_eq!(paged, all);
}

#[tokio::test]
async fn what_was_kept_in_full_is_not_shown_and_means_nobody() {
    let chat = Chat::open("full").await;
    let body = json!({"name": "one", "rule": format!("user is {}", LONE[0])});
    let path = "/api/analytics/segments";
    let kept = chat.service.post(path).json(&body).send().await.unwrap();
    let kept = read(kept, StatusCode::CREATED).await;
    let chat = chat.again("pseudonymous");
    let answer = chat.service.get(path).send().await.unwrap();
    assert_refused(answer, 403, "privacy_pseudonymous").await;
    let found = chat
        .ask(json!({"metrics": ["messages"], "segment": kept["id"]}))
        .await;
    assert_eq!(found["totals"]["values"]["messages"], 0);
}
