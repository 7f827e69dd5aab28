//! A service that is killed while it erases people.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{delete, message};
use crate::support::{Home, KEY};

#[tokio::test]
async fn a_kill_leaves_an_erasure_that_the_next_start_finishes() {
    let home = Home::new();
    let service = home.start(&[]);
    let people = [
        "p-0001-x", "p-0002-x", "p-0003-x", "p-0004-x", "p-0005-x", "p-0006-x",
    ];
    let mut events = Vec::new();
    for number in 0..6_000 {
        let user = people.get(number % 60).copied().unwrap_or("ann");
        let number = u64::try_from(number).unwrap();
        events.push(message(number, user, 1 + number % 28, "good morning"));
    }
    for part in events.chunks(1_000) {
        service.track(&json!(part)).await;
    }
    assert_eq!(service.stop(), Some(0));
    let mut left = 6_000;
    for (round, person) in (0u64..).zip(people) {
        let service = home.start(&[]);
        let path = format!("/api/analytics/people/{person}");
        let request = service
            .request(Method::DELETE, &path)
            .header("X-API-Key", KEY);
        let arriving = message(10_000 + round, "bob", 1, "in between");
        let arrive = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            service
                .post("/api/analytics/track")
                .json(&arriving)
                .send()
                .await
        };
        let asked = request
            .timeout(Duration::from_millis(30 + 60 * round))
            .send();
        let (_, arrived) = tokio::join!(asked, arrive);
        let is_stored = arrived.is_ok_and(|answer| answer.status() == StatusCode::OK);
        service.kill();
        let service = home.start(&[]);
        let waiting = async {
            loop {
                let listed = service.json("/api/analytics/erasures").await;
                let states = listed["erasures"].as_array().unwrap();
                if states.iter().all(|erasure| erasure["state"] == "done") {
                    return states.len();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let done = tokio::time::timeout(Duration::from_mins(1), waiting)
            .await
            .unwrap();
        if done <= usize::try_from(round).unwrap() {
            // Killed before anything was written down.
            delete(&service, &format!("people/{person}"), StatusCode::OK).await;
        }
        left = left - 100 + u64::from(is_stored);
        let status = service.json("/api/analytics/status").await;
        assert!(is_stored, "round {round}: what arrives meanwhile is taken");
        assert_eq!(status["events"], left, "round {round}");
        assert_eq!(service.stop(), Some(0));
        for entry in std::fs::read_dir(home.data()).unwrap() {
            let path = entry.unwrap().path();
            assert!(path.is_file(), "{} is left", path.display());
            let bytes = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            assert!(!text.contains(person), "{} in {}", person, path.display());
        }
    }
    let verified = home.run(&["refill", "--verify"], &[]);
    assert!(verified.status.success());
}
