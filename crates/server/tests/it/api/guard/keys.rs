//! Credentials that may do some things.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{JWT_SECRET, READ, TRACK, event, events, key, refused, token};
use crate::{
    api::{
        refusal::assert_refused,
        router::{ROUTES, is_of_pages},
    },
    support::{Home, json as read},
};

#[tokio::test]
async fn keys_may_do_what_they_were_made_for() {
    let home = Home::new();
    let keys = ["write", "read", "admin"].map(|access| (access, key(&home, access, None).0));
    let service = home.start(&[]);
    let mut tracked = 0;
    for (access, secret) in &keys {
        for (path, method) in ROUTES.iter().filter(|route| !is_of_pages(route)) {
            let sends = ["/track", "/v1/events", "/v1/events/batch"]
                .iter()
                .any(|end| path.ends_with(end));
            let imports = path.ends_with("/import");
            let is_kept = ["/annotations", "/segments", "/views", "/people/merge"]
                .iter()
                .any(|kept| path.contains(kept))
                && *method != Method::GET
                && !path.ends_with("/preview");
            let speaks = imports
                || path.contains("/sessions")
                || path.contains("/keys")
                || path.contains("/imports")
                || path.contains("/shares")
                || is_kept
                || path.contains("/people/")
                || ["/records", "/hasura", "/sql"]
                    .iter()
                    .any(|end| path.ends_with(end));
            let admin = speaks
                || path.contains("/erasures")
                || ["/dead-letters", "/refill", "/merges"]
                    .iter()
                    .any(|end| path.ends_with(end))
                || ["/reports", "/funnels"]
                    .iter()
                    .any(|kept| path.contains(kept))
                    && *method != Method::GET
                    && !path.ends_with("/run");
            let health = [
                "/health",
                "/healthz",
                "/live",
                "/ready",
                "/readyz",
                "/version",
                "/openapi.json",
            ];
            // One upload is under way at a time.
            if *access == "admin" && path.ends_with("/imports") && *method == Method::POST {
                continue;
            }
            let anybody =
                health.iter().any(|end| path.ends_with(end)) || path.starts_with("/unsubscribe");
            let may = *access == "admin"
                || anybody
                || if sends {
                    *access == "write"
                } else {
                    !admin && *access == "read"
                };
            let body = if path.ends_with("records") {
                json!({})
            } else if path.ends_with("refill") {
                json!({"from": "2025-01-01", "to": "2025-01-02"})
            } else if path.ends_with("reports") {
                json!({"name": "weekly", "period": "7d", "metrics": ["engagement"]})
            } else if path.ends_with("funnels") || path.ends_with("/run") {
                let step = json!({"events": ["message_sent"]});
                json!({"name": "twice", "window": "1d", "steps": [step, step]})
            } else if path.ends_with("/people/merge") {
                json!({"from": "nobody", "into": "u1"})
            } else if path.contains("/annotations") {
                json!({"title": "Release", "at": "2025-01-01"})
            } else if path.ends_with("/preview") {
                json!({"rule": "did messages"})
            } else if path.contains("/segments") {
                json!({"name": access, "rule": "did messages"})
            } else if path.contains("/views") {
                json!({"name": access, "query": {"dimensions": "channel"}})
            } else if path.ends_with("/shares") {
                json!({"page": "/"})
            } else if path.ends_with("/keys") {
                json!({"name": "made", "access": "read"})
            } else if path.ends_with("/sql") {
                json!({"sql": "SELECT 1"})
            } else if path.ends_with("query") {
                json!({"metrics": ["messages"]})
            } else if path.ends_with("hasura") {
                json!({"table": {"name": "another"}, "created_at": "2025-01-01T00:00:00Z",
                    "event": {"op": "INSERT", "data": {"old": null, "new": null}}})
            } else {
                event()
            };
            // In a header, as a bearer and in the path.
            // Keys in paths are shown to everybody, and say nothing for the chat.
            for way in 0..if speaks { 2 } else { 3 } {
                let request = match way {
                    0 => service
                        .request(method.clone(), path)
                        .header("X-API-Key", secret),
                    1 => service.request(method.clone(), path).bearer_auth(secret),
                    _ => service.request(method.clone(), &format!("/k/{secret}{path}")),
                };
                let request = if [Method::POST, Method::PUT].contains(method) {
                    request.json(&body)
                } else {
                    request
                };
                let response = request.send().await.unwrap();
                if may {
                    let keeps = [
                        "reports",
                        "funnels",
                        "annotations",
                        "segments",
                        "views",
                        "keys",
                        "shares",
                    ]
                    .iter()
                    .any(|kept| path.ends_with(kept));
                    let expected = match (path.contains("{id}"), keeps) {
                        (true, _) => 404,
                        // Nobody has one of the identifiers.
                        _ if path.ends_with("/people/merge") => 404,
                        // It asks for nothing in particular.
                        _ if path.ends_with("/compare") => 400,
                        // It opens what a link leads to.
                        _ if path.ends_with("/share") => 404,
                        // Nobody was sent such a link.
                        _ if path.ends_with("{token}") && *method == Method::POST => 404,
                        // It is switched off.
                        _ if path.ends_with("/sql") => 403,
                        (_, true) if *method == Method::POST => 201,
                        _ => 200,
                    };
                    assert_eq!(response.status(), expected, "{access} {path}");
                    tracked += u64::from(sends || imports);
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
    assert_eq!(tracked, 20);
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
