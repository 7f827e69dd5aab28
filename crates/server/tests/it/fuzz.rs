//! A thousand requests made at random; `cargo xtask fuzz-api` sends more of the same.

#[path = "../../../xtask/src/fuzz/session/mod.rs"]
mod session;

use serde_json::{Value, json};

use self::session::{Kind, Target, faults_of_log, run};
use crate::support::{Home, KEY};

/// Requests of each kind, and what they follow from.
const REQUESTS: u64 = 500;
const SEED: u64 = 11;

#[tokio::test]
async fn no_request_breaks_the_service() {
    let home = Home::new();
    let key = |access: &str| {
        let made = home.run(
            &[
                "key", "create", "--name", "fuzz", "--json", "--access", access,
            ],
            &[],
        );
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        made["secret"].as_str().unwrap().to_owned()
    };
    let keys = [KEY.to_owned(), key("write"), key("read")];
    let service = home.start(&[]);
    let event = |number: u32| {
        let day = number % 28 + 1;
        json!({"event": "message_sent", "userId": format!("u{}", number % 5), "channelId": format!("c{}", number % 3),
            "text": "good morning #all :tada:", "timestamp": format!("2025-12-{day:02}T10:00:00Z")})
    };
    service.track(&(0..200).map(event).collect()).await;
    let target = Target {
        base: service.base.clone(),
        keys,
    };
    for kind in [Kind::Parameters, Kind::Bodies] {
        let report = run(&target, kind, REQUESTS, SEED, None).await.unwrap();
        assert!(
            report.findings.is_empty(),
            "{kind:?}, seed {SEED}: {report}"
        );
        // Requests that are all refused would find nothing.
        let answered = report.statuses.get(&200).copied().unwrap_or_default();
        assert!(answered > REQUESTS / 10, "{kind:?}: {report}");
    }
    let log = service.log();
    let faults = faults_of_log(log.iter().map(String::as_str));
    assert!(faults.is_empty(), "{faults:#?}");
}
