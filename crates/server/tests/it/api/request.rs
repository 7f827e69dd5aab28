//! What holds for every request: its id, its headers, its path and its method.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    api::refusal::assert_refused,
    support::{Home, KEY, json as read},
};

/// Every path, with the method it has.
pub(super) const ROUTES: &[(&str, Method)] = &[
    ("/api/analytics/track", Method::POST),
    ("/api/analytics/records", Method::POST),
    ("/api/analytics/dashboard", Method::GET),
    ("/api/analytics/users", Method::GET),
    ("/api/analytics/channels", Method::GET),
    ("/api/analytics/messages", Method::GET),
    ("/api/analytics/content", Method::GET),
    ("/api/analytics/retention", Method::GET),
    ("/api/analytics/export", Method::GET),
    ("/api/analytics/events", Method::GET),
    ("/api/analytics/dead-letters", Method::GET),
    ("/api/analytics/metrics", Method::GET),
    ("/api/analytics/status", Method::GET),
    ("/api/analytics/health", Method::GET),
    ("/api/analytics/openapi.json", Method::GET),
    ("/v1/events", Method::POST),
    ("/v1/events/batch", Method::POST),
    ("/v1/status", Method::GET),
    ("/health", Method::GET),
    ("/healthz", Method::GET),
    ("/live", Method::GET),
    ("/ready", Method::GET),
    ("/readyz", Method::GET),
    ("/version", Method::GET),
    ("/metrics", Method::GET),
];

#[tokio::test]
async fn every_path_has_its_method_and_no_other() {
    let home = Home::new();
    let service = home.start(&[]);
    for (path, method) in ROUTES {
        for other in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::PATCH,
        ] {
            if other == *method {
                continue;
            }
            // Nobody has to show a credential to learn that.
            let response = service.request(other, path).send().await.unwrap();
            let allowed = response
                .headers()
                .get("allow")
                .map(|allow| allow.to_str().unwrap().to_owned());
            assert_refused(response, 405, "method_not_allowed").await;
            let expected = if *method == Method::GET {
                "GET,HEAD"
            } else {
                "POST"
            };
            assert_eq!(allowed.as_deref(), Some(expected), "{path}");
        }
        if *method == Method::GET {
            let request = service.request(Method::HEAD, path).header("X-API-Key", KEY);
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert!(response.text().await.unwrap().is_empty());
        }
    }
    for path in [
        "/",
        "/api",
        "/api/analytics",
        "/api/analytics/",
        "/api/analytics/dashboard/",
        "/api/analytics/Dashboard",
        "/api/analytics/reports/17",
        "/api/analytics/../../etc/passwd",
        "/api/analytics/%2e%2e/track",
        "/v1",
        "/v1/events/x",
        "/api/analytics/users/u1",
        "/.env",
        "/api/analytics/%00",
        "/api/analytics/dashboard;x=1",
        "//api/analytics/dashboard",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let response = service.request(method, path).send().await.unwrap();
            assert_refused(response, 404, "not_found").await;
        }
    }
}

#[tokio::test]
async fn a_key_in_the_path_opens_every_path() {
    let home = Home::new();
    let service = home.start(&[]);
    for (path, method) in ROUTES {
        let request = service.request(method.clone(), &format!("/k/{KEY}{path}"));
        let request = if *method == Method::POST {
            request.body("{\"event\": \"x\"}")
        } else {
            request
        };
        let response = request.send().await.unwrap();
        // An event is no record.
        let expected = if path.ends_with("records") { 400 } else { 200 };
        assert_eq!(response.status(), expected, "{path}");
        assert!(!response.text().await.unwrap().contains(KEY), "{path}");
    }
    for path in [
        "/k/wrong-key/api/analytics/dashboard",
        "/k/wrong-key/api/analytics/nothing",
        "/k/wrong-key",
        "/k/",
        "/k",
    ] {
        let response = service.request(Method::GET, path).send().await.unwrap();
        let code = if path.ends_with("dashboard") {
            (401, "key_malformed")
        } else {
            (404, "not_found")
        };
        assert_refused(response, code.0, code.1).await;
    }
    // Slashes too many and parameters are no trouble.
    for path in [
        format!("//k//{KEY}//api/analytics/dashboard?period=7d"),
        format!(
            "/k/{}/api/analytics/dashboard?period=7d",
            KEY.replace('-', "%2D")
        ),
    ] {
        let answer = read(
            service.request(Method::GET, &path).send().await.unwrap(),
            StatusCode::OK,
        )
        .await;
        assert_eq!(answer["period"], "7d", "{path}");
    }
}

#[tokio::test]
async fn every_answer_bears_an_id_and_is_kept_by_nobody() {
    let home = Home::new();
    let service = home.start(&[]);
    let mut ids = Vec::new();
    for path in [
        "/health",
        "/api/analytics/dashboard",
        "/api/analytics/export?format=csv",
        "/nowhere",
        "/api/analytics/users?limit=0",
    ] {
        let response = service.get(path).send().await.unwrap();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(
            header("x-content-type-options").as_deref(),
            Some("nosniff"),
            "{path}"
        );
        assert_eq!(
            header("cache-control").as_deref(),
            Some("no-store"),
            "{path}"
        );
        ids.push(header("x-request-id").unwrap());
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 5);
    let long = "x".repeat(65);
    for (sent, kept) in [
        ("req-1.a_B", true),
        (&long[..64], true),
        (&long[..], false),
        ("", false),
        ("a b", false),
        ("<script>", false),
        ("a\tb", false),
        ("{\"a\":1}", false),
        ("ü", false),
        ("a/b", false),
    ] {
        let response = service
            .get("/nowhere")
            .header("X-Request-Id", sent)
            .send()
            .await
            .unwrap();
        let answered = response.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(answered == sent, kept, "{sent}: {answered}");
        assert_refused(response, 404, "not_found").await;
    }
}

#[tokio::test]
async fn pages_of_named_origins_may_call_and_no_others() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_CORS_ORIGINS", "https://chat.example.com")]);
    let ask = async |method: Method, origin: &str| {
        let request = service
            .request(method, "/api/analytics/track")
            .header("Origin", origin);
        let request = request
            .header("X-API-Key", KEY)
            .header("Access-Control-Request-Method", "POST");
        let request = request
            .header("Access-Control-Request-Headers", "content-type,x-api-key")
            .body("{\"event\":\"x\"}");
        let response = request.send().await.unwrap();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_lowercase())
        };
        (
            response.status(),
            header("access-control-allow-origin"),
            header("access-control-allow-headers"),
            header("access-control-allow-credentials"),
        )
    };
    let chat = "https://chat.example.com";
    let (status, origin, headers, credentials) = ask(Method::OPTIONS, chat).await;
    assert_eq!(
        (status, origin.as_deref(), credentials),
        (StatusCode::OK, Some(chat), None)
    );
    assert!(
        ["authorization", "content-type", "x-api-key"]
            .iter()
            .all(|name| headers.as_ref().unwrap().contains(name))
    );
    assert_eq!(ask(Method::POST, chat).await.1.as_deref(), Some(chat));
    for origin in [
        "https://evil.example.com",
        "https://chat.example.com.evil.example",
        "null",
        "http://chat.example.com",
    ] {
        assert_eq!(ask(Method::OPTIONS, origin).await.1, None, "{origin}");
        assert_eq!(ask(Method::POST, origin).await.1, None, "{origin}");
    }
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["eventTypes"], json!({"x": 5}));
}
