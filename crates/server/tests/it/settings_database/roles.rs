//! What an instance answers and does by its roles.

use reqwest::StatusCode;
use serde_json::json;

use super::Shared;
use crate::support::{Home, Service, json as answer};

async fn statuses(service: &Service) -> [StatusCode; 4] {
    let track = service.post("/api/analytics/track").json(&json!({
        "event": "message_sent", "userId": "u1", "channelId": "c1", "properties": {"text": "hi"}
    }));
    let requests = [
        track,
        service.get("/api/analytics/dashboard"),
        service.get("/api/analytics/metrics"),
        service.get("/ready"),
    ];
    let mut statuses = Vec::new();
    for request in requests {
        statuses.push(request.send().await.unwrap().status());
    }
    statuses.try_into().unwrap()
}

#[tokio::test]
async fn each_role_answers_its_own_and_the_others_name_it() {
    const OTHER: StatusCode = StatusCode::MISDIRECTED_REQUEST;
    const OK: StatusCode = StatusCode::OK;
    for (roles, expected) in [
        ("api", [OTHER, OK, OK, OK]),
        ("collector", [OK, OTHER, OTHER, OK]),
        ("worker", [OTHER, OTHER, OTHER, OK]),
        ("api,collector,worker", [OK; 4]),
    ] {
        let home = Home::new();
        let service = home.start(&[("ANALYTICS_ROLES", roles)]);
        assert_eq!(statuses(&service).await, expected, "{roles}");
        // Whether pages are in the binary is another question.
        let page = service.get("/admin/analytics/").send().await.unwrap();
        assert_eq!(page.status() == OTHER, !roles.contains("api"), "{roles}");
        let status = service.json("/api/analytics/status").await;
        assert_eq!(status["roles"], json!(roles.split(',').collect::<Vec<_>>()));
    }
}

#[tokio::test]
async fn a_refusal_has_a_code_and_who_is_no_worker_never_leads() {
    let shared = Shared::start().await;
    let home = Home::new();
    let service = home.start(&shared.environment(&[("ANALYTICS_ROLES", "api")]));
    let track = service
        .post("/v1/events")
        .json(&json!({"event": "message_sent", "userId": "u1"}));
    let refused = answer(track.send().await.unwrap(), StatusCode::MISDIRECTED_REQUEST).await;
    assert_eq!(refused["error"]["code"], "other_instance");
    assert!(refused["error"]["request_id"].is_string());
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["leader"]["stage"], "apart");

    let home = Home::new();
    let check = home.run(&["config", "check"], &[("ANALYTICS_ROLES", "api,worker")]);
    let said = String::from_utf8_lossy(&check.stdout);
    assert!(said.contains("leaves out collector"), "{check:?}");
}
