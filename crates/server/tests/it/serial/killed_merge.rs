//! A service that is killed while it makes two identifiers one person, or undoes that.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Home, KEY, Service, json as read};

/// Events of the person that is merged, and how many are sent at a time.
const EVENTS: u64 = 30_000;
const AT_ONCE: u64 = 1_000;
const ROUNDS: u64 = 14;
const DAY: u64 = 86_400_000;

/// Messages by person.
async fn messages(service: &Service) -> Vec<(String, u64)> {
    let question = json!({"metrics": ["messages"], "dimensions": ["user"], "from": "2025-01-01",
        "to": "2025-12-31", "orderBy": "user", "source": "raw"});
    let request = service.post("/api/analytics/query").json(&question);
    let answer = read(request.send().await.unwrap(), StatusCode::OK).await;
    let rows = answer["rows"].as_array().unwrap();
    let row = |row: &Value| {
        let who = row["keys"]["user"].as_str().unwrap().to_owned();
        (who, row["values"]["messages"].as_u64().unwrap())
    };
    assert_eq!(answer["meta"]["timing"]["equal"], true);
    rows.iter().map(row).collect()
}

fn counts(rows: &[(&str, u64)]) -> Vec<(String, u64)> {
    let owned = |(who, count): &(&str, u64)| ((*who).to_owned(), *count);
    rows.iter().map(owned).collect()
}

#[tokio::test]
async fn a_merge_is_done_as_a_whole_or_not_at_all() {
    let home = Home::new();
    let mut service = home.start(&[]);
    for first in (0..EVENTS / AT_ONCE).map(|part| part * AT_ONCE) {
        let event = |number: u64| {
            let millis = 1_740_000_000_000 + number % 40 * DAY + number;
            json!({"event": "message_sent", "userId": "guest", "channelId": "c1", "timestamp": millis})
        };
        let events: Value = (first..first + AT_ONCE).map(event).collect();
        service.track(&events).await;
    }
    let account =
        json!({"event": "message_sent", "userId": "account", "timestamp": 1_740_000_000_000_u64});
    service.track(&account).await;
    let apart = counts(&[("account", 1), ("guest", EVENTS)]);
    let together = counts(&[("account", EVENTS + 1)]);
    let mut is_merged = false;
    let (mut done, mut not_done) = (0, 0);
    for round in 0..ROUNDS {
        let pid = service.pid();
        let request = if is_merged {
            service.request(Method::DELETE, "/api/analytics/people/merge/guest")
        } else {
            let body = json!({"from": "guest", "into": "account"});
            let request = service.request(Method::POST, "/api/analytics/people/merge");
            request.json(&body)
        };
        let kill = async {
            tokio::time::sleep(Duration::from_millis(round * 8)).await;
            super::signal(pid, "KILL");
        };
        let (answered, ()) = tokio::join!(request.header("X-API-Key", KEY).send(), kill);
        service.wait();
        service = home.start(&[]);
        let merges = service.json("/api/analytics/people/merges").await;
        let now = !merges["merges"].as_array().unwrap().is_empty();
        if answered.is_ok_and(|response| response.status() == StatusCode::OK) {
            assert_ne!(now, is_merged, "what was answered is lost in round {round}");
        }
        let expected = if now { &together } else { &apart };
        assert_eq!(messages(&service).await, *expected, "round {round}");
        if now == is_merged {
            not_done += 1;
        } else {
            done += 1;
        }
        is_merged = now;
    }
    println!("{done} were done, {not_done} were not");
    assert!(not_done > 0, "none was broken off");
    let fate = if is_merged { "account" } else { "guest" };
    assert_eq!(messages(&service).await[usize::from(!is_merged)].0, fate);
    assert_eq!(service.stop(), Some(0));
}
