//! Who may do what, and how everybody else is turned away.

use jsonwebtoken::{EncodingKey, Header, encode};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::request::ROUTES;
use crate::{
    api::refusal::assert_refused,
    support::{Home, KEY, Service, json as read},
};

const TRACK: &str = "/api/analytics/track";
const READ: &str = "/api/analytics/dashboard";
const JWT_SECRET: &str = "a-secret-of-the-chat-that-is-long-enough";

/// Makes a key; returns its secret and its identity.
fn key(home: &Home, access: &str, workspace: Option<&str>) -> (String, String) {
    let mut arguments = vec![
        "key", "create", "--name", "test", "--access", access, "--json",
    ];
    arguments.extend(
        workspace
            .iter()
            .flat_map(|workspace| ["--workspace", workspace]),
    );
    let output = home.run(&arguments, &[]);
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("secret"), text("id"))
}

fn event() -> Value {
    json!({"event": "message_sent", "userId": "u1"})
}

async fn events(service: &Service) -> Value {
    service.json("/api/analytics/status").await["events"].clone()
}

async fn refused(request: RequestBuilder, status: u16, code: &str) -> Value {
    assert_refused(request.send().await.unwrap(), status, code).await
}

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
    for (path, method) in ROUTES {
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

#[tokio::test]
async fn keys_may_do_what_they_were_made_for() {
    let home = Home::new();
    let keys = ["write", "read", "admin"].map(|access| (access, key(&home, access, None).0));
    let service = home.start(&[]);
    let mut tracked = 0;
    for (access, secret) in &keys {
        for (path, method) in ROUTES {
            let sends = ["/track", "/v1/events", "/v1/events/batch"]
                .iter()
                .any(|end| path.ends_with(end));
            let admin = ["/records", "/dead-letters"]
                .iter()
                .any(|end| path.ends_with(end));
            let health = [
                "health",
                "healthz",
                "live",
                "ready",
                "readyz",
                "version",
                "openapi.json",
            ];
            let anybody = health.iter().any(|end| path.ends_with(end));
            let may = *access == "admin"
                || anybody
                || if sends {
                    *access == "write"
                } else {
                    !admin && *access == "read"
                };
            let body = if path.ends_with("records") {
                json!({})
            } else {
                event()
            };
            // In a header, as a bearer and in the path.
            for way in 0..3 {
                let request = match way {
                    0 => service
                        .request(method.clone(), path)
                        .header("X-API-Key", secret),
                    1 => service.request(method.clone(), path).bearer_auth(secret),
                    _ => service.request(method.clone(), &format!("/k/{secret}{path}")),
                };
                let request = if *method == Method::POST {
                    request.json(&body)
                } else {
                    request
                };
                let response = request.send().await.unwrap();
                if may {
                    assert_eq!(response.status(), StatusCode::OK, "{access} {path}");
                    tracked += u64::from(sends);
                } else {
                    let error = assert_refused(response, 403, "access_forbidden").await;
                    let needs = if sends {
                        "write"
                    } else if admin {
                        "admin"
                    } else {
                        "read"
                    };
                    let sentence = format!(
                        "This needs {needs} access, and the credential gives {access} access."
                    );
                    assert_eq!(error["message"], sentence);
                }
            }
        }
    }
    assert_eq!(events(&service).await, tracked);
    assert_eq!(tracked, 18);
}

#[tokio::test]
async fn keys_of_a_workspace_see_no_other() {
    let home = Home::new();
    let (bound, _) = key(&home, "admin", Some("other"));
    let service = home.start(&[]);
    let ask =
        |method: Method, path: &str| service.request(method, path).header("X-API-Key", &bound);
    let answer = read(
        ask(Method::POST, TRACK)
            .json(&event())
            .send()
            .await
            .unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(answer["tracked"], 1);
    assert_eq!(events(&service).await, 0);
    for named in [None, Some("other")] {
        let request = ask(Method::GET, "/api/analytics/status");
        let request = match named {
            Some(named) => request.header("X-Source-Account-ID", named),
            None => request,
        };
        let status = read(request.send().await.unwrap(), StatusCode::OK).await;
        assert_eq!(
            (&status["workspaceId"], &status["events"]),
            (&json!("other"), &json!(1))
        );
    }
    for header in [
        "X-Source-Account-ID",
        "X-Hasura-Source-Account-Id",
        "X-Source-Account",
    ] {
        for (method, path) in [(Method::GET, READ), (Method::POST, TRACK)] {
            let request = ask(method, path).header(header, "primary").json(&event());
            refused(request, 403, "workspace_forbidden").await;
        }
    }
    for named in [&"x".repeat(129)[..], "a\tb"] {
        let request = service.get(READ).header("X-Source-Account-ID", named);
        refused(request, 400, "workspace_invalid").await;
    }
    assert_eq!(events(&service).await, 0);
}

fn token(claims: &Value, secret: &str) -> String {
    encode(
        &Header::default(),
        claims,
        &EncodingKey::from_secret(secret.as_bytes()),
    )
    .unwrap()
}

#[tokio::test]
async fn members_of_the_chat_send_events_of_their_own_and_read_nothing() {
    let home = Home::new();
    let service = home.start(&[("JWT_SECRET", JWT_SECRET)]);
    let as_role = |role: &str| {
        token(
            &json!({"sub": "me", "role": role, "exp": 4_000_000_000_u64}),
            JWT_SECRET,
        )
    };
    let member = as_role("member");
    // Whatever the events say, whoever signed in did it.
    let forged = json!([
        {"event": "message_sent", "userId": "you"},
        {"event": "message_sent", "properties": {"userId": "you"}},
        {"name": "page_view", "base": {"userId": "you"}},
        {"event": "reaction_added"},
    ]);
    let request = service
        .request(Method::POST, TRACK)
        .bearer_auth(&member)
        .json(&forged);
    let answer = read(request.send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(answer["tracked"], 4);
    let users = service.json("/api/analytics/users?period=7d").await;
    let shown = (
        &users["total"],
        &users["users"][0]["userId"],
        &users["users"][0]["events"],
    );
    assert_eq!(shown, (&json!(1), &json!("me"), &json!(4)));
    for role in ["member", "guest", "moderator"] {
        refused(
            service
                .request(Method::GET, READ)
                .bearer_auth(as_role(role)),
            403,
            "access_forbidden",
        )
        .await;
    }
    for role in ["owner", "admin"] {
        let request = service
            .request(Method::GET, READ)
            .bearer_auth(as_role(role));
        assert_eq!(
            request.send().await.unwrap().status(),
            StatusCode::OK,
            "{role}"
        );
    }
}
