//! No credential, or a wrong one.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{JWT_SECRET, READ, TRACK, event, events, key, refused, token};
use crate::{
    api::{
        refusal::assert_refused,
        router::{ROUTES, is_of_pages},
    },
    support::{Home, KEY},
};

#[tokio::test]
async fn without_a_credential_only_health_is_answered() {
    let home = Home::new();
    let service = home.start(&[]);
    let open = [
        "/health", "/healthz", "/live", "/ready", "/readyz", "/version",
    ];
    let open = [
        &open[..],
        &["/api/analytics/health", "/api/analytics/openapi.json"],
    ]
    .concat();
    // The link in a mail is all that its reader has: `api::reports` tells of it.
    let is_asked =
        |route: &&(&str, Method)| !is_of_pages(route) && !route.0.starts_with("/unsubscribe");
    for (path, method) in ROUTES.iter().filter(is_asked) {
        let response = service
            .request(method.clone(), path)
            .body("{\"event\": \"x\"}")
            .send()
            .await
            .unwrap();
        if open.contains(path) {
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            continue;
        }
        assert_eq!(response.headers()["www-authenticate"], "Bearer", "{path}");
        assert_refused(response, 401, "credential_missing").await;
    }
    assert_eq!(events(&service).await, 0);
}

#[tokio::test]
async fn wrong_credentials_are_told_apart_and_never_repeated() {
    let home = Home::new();
    let (revoked, id) = key(&home, "admin", None);
    let (foreign, _) = key(&Home::new(), "admin", None);
    assert!(home.run(&["key", "revoke", &id], &[]).status.success());
    let service = home.start(&[
        ("JWT_SECRET", JWT_SECRET),
        (
            "PLUGIN_INTERNAL_SECRET",
            "the-secret-of-all-plugins-0123456789",
        ),
        (
            "HASURA_GRAPHQL_ADMIN_SECRET",
            "the-secret-of-hasura-0123456789abcdef",
        ),
    ]);
    let expired = token(
        &json!({"sub": "u1", "role": "owner", "exp": 1_700_000_000}),
        JWT_SECRET,
    );
    let forged = token(
        &json!({"sub": "u1", "role": "owner", "exp": 4_000_000_000_u64}),
        "another-secret-that-is-long-enough-too",
    );
    for (header, value, code) in [
        ("X-API-Key", "wrong", "key_malformed"),
        ("X-API-Key", &KEY[1..], "key_malformed"),
        ("X-API-Key", &revoked, "key_unknown"),
        ("X-API-Key", &foreign, "key_unknown"),
        ("Authorization", "Bearer wrong", "key_malformed"),
        ("Authorization", &format!("Bearer {revoked}"), "key_unknown"),
        ("Authorization", "Basic YTpi", "credential_unsupported"),
        ("Authorization", "Bearer a.b.c", "token_invalid"),
        (
            "Authorization",
            &format!("Bearer {forged}"),
            "token_invalid",
        ),
        (
            "Authorization",
            &format!("Bearer {expired}"),
            "token_expired",
        ),
        ("X-Plugin-Secret", "wrong", "secret_invalid"),
        ("X-Internal-Token", "wrong", "secret_invalid"),
        ("X-Hasura-Admin-Secret", "wrong", "secret_invalid"),
        ("X-API-Key", "' OR '1'='1", "key_malformed"),
    ] {
        for (method, path) in [(Method::GET, READ), (Method::POST, TRACK)] {
            let request = service
                .request(method, path)
                .header(header, value)
                .json(&event());
            let error = refused(request, 401, code).await;
            assert!(!error.to_string().contains(value), "{error}");
        }
    }
    for path in [format!("/k/wrong{READ}"), format!("/k/{revoked}{READ}")] {
        let code = if path.contains("wrong") {
            "key_malformed"
        } else {
            "key_unknown"
        };
        refused(service.request(Method::GET, &path), 401, code).await;
    }
    // Two are none: another reader on the way might have taken the other one.
    let twice = service.get(READ).header("X-API-Key", KEY);
    refused(twice, 401, "credential_repeated").await;
    for (header, value) in [
        ("X-API-Key", KEY),
        ("X-Plugin-Secret", "the-secret-of-all-plugins-0123456789"),
        ("X-Internal-Token", "the-secret-of-all-plugins-0123456789"),
        (
            "X-Hasura-Admin-Secret",
            "the-secret-of-hasura-0123456789abcdef",
        ),
    ] {
        let request = service.request(Method::GET, READ).header(header, value);
        assert_eq!(
            request.send().await.unwrap().status(),
            StatusCode::OK,
            "{header}"
        );
    }
    assert_eq!(events(&service).await, 0);
}
