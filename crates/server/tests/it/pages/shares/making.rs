//! Who makes links, and to what.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{SHARES, body, chat, send};
use crate::{
    api::refusal::assert_refused,
    pages::key,
    support::{Home, KEY, json as read},
};

fn with(mut body: Value, more: &Value) -> Value {
    let more = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(more);
    body
}

#[tokio::test]
async fn a_link_that_cannot_be_is_refused() {
    let home = Home::new();
    let service = chat(&home, &[]).await;
    for page in [
        "",
        "/settings",
        "/live",
        "/ledger",
        "/users/u-ada-7f3a",
        "/sign-in?next=//evil.example",
        "//evil.example",
        "https://evil.example/",
        "/channels/../settings",
        "/channels/general/..",
        "/channels/%2e%2e/x",
        "javascript:alert(1)",
    ] {
        let error =
            assert_refused(send(&service, KEY, &body(page, "")).await, 400, "bad_share").await;
        assert_eq!(error["details"]["field"], "page", "{page}");
    }
    for (more, field) in [
        (json!({"expiresInDays": 0}), "expiresInDays"),
        (json!({"expiresInDays": 91}), "expiresInDays"),
        (json!({"query": "period=7d&period=all"}), "query"),
        (json!({"query": "from=2026-02-01"}), "query"),
        // Nobody is named where names are off.
        (json!({"query": "userId=u-ada-7f3a"}), "names"),
        (json!({"query": "filter=user is u-ada-7f3a"}), "names"),
        (json!({"query": "filter=not user is u-ada-7f3a"}), "names"),
        (json!({"query": "segment=s1"}), "names"),
        (json!({"query": "filter=segment:s1"}), "names"),
    ] {
        let body = with(body("/", ""), &more);
        let error = assert_refused(send(&service, KEY, &body).await, 400, "bad_share").await;
        assert_eq!(error["details"]["field"], field, "{body}");
    }
    for (query, code) in [
        ("period=never", "bad_period"),
        ("tz=Atlantis", "bad_zone"),
        ("compare=x", "bad_compare"),
        ("filter=(", "bad_filter"),
        ("asOf=x", "bad_time"),
    ] {
        let body = json!({"page": "/", "query": query});
        assert_refused(send(&service, KEY, &body).await, 400, code).await;
    }
    let property = json!({"page": "/", "query": "filter=property.text is x"});
    let response = send(&service, KEY, &property).await;
    assert_refused(response, 403, "privacy_pseudonymous").await;
    let unknown = json!({"page": "/channels/nowhere"});
    assert_refused(send(&service, KEY, &unknown).await, 404, "not_found").await;
    let misspelt = json!({"page": "/", "nmaes": true});
    assert_refused(send(&service, KEY, &misspelt).await, 400, "unknown_field").await;
    assert_eq!(service.json(SHARES).await, json!({"shares": []}));
}

#[tokio::test]
async fn only_administrators_share_and_only_their_own() {
    let home = Home::new();
    let (reader, writer) = (key(&home, "read", &[]), key(&home, "write", &[]));
    let north = key(&home, "admin", &["--workspace", "north"]);
    let service = chat(&home, &[("ANALYTICS_AUTH_MODE", "trusted-network")]).await;
    let body = body("/", "period=7d");
    for method in [Method::GET, Method::POST] {
        let ask = |path: &str| service.request(method.clone(), path).json(&body);
        for request in [
            ask(SHARES).header("X-API-Key", &reader.secret),
            ask(SHARES).header("X-API-Key", &writer.secret),
            // A key in the path is shown to everybody.
            ask(&format!("/k/{KEY}{SHARES}")),
        ] {
            let response = request.send().await.unwrap();
            assert_refused(response, 403, "access_forbidden").await;
        }
    }
    // An address of the trusted network may be anybody's.
    let response = service
        .request(Method::POST, SHARES)
        .json(&body)
        .send()
        .await;
    assert_refused(response.unwrap(), 403, "access_forbidden").await;
    let made = read(send(&service, KEY, &body).await, StatusCode::CREATED).await;
    let path = format!("{SHARES}/{}", made["id"].as_str().unwrap());
    let as_north = |method, path: &str| {
        let request = service.request(method, path);
        request.header("X-API-Key", &north.secret)
    };
    let response = as_north(Method::GET, SHARES).send().await.unwrap();
    assert_eq!(read(response, StatusCode::OK).await, json!({"shares": []}));
    let response = as_north(Method::DELETE, &path).send().await.unwrap();
    assert_refused(response, 404, "not_found").await;
    let response = as_north(Method::POST, SHARES).json(&body).send().await;
    let theirs = read(response.unwrap(), StatusCode::CREATED).await;
    let token = theirs["link"].as_str().unwrap().rsplit('/').next().unwrap();
    // It shows the workspace of whoever made it, and no other.
    let dashboard = |workspace: &str| {
        let path = super::asked("/api/analytics/dashboard?period=7d&compare=none");
        let request = service.request(Method::GET, &path);
        let request = request.header("X-Share-Token", token);
        request.header("X-Source-Account-ID", workspace)
    };
    let answer = read(dashboard("north").send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(answer["totalMessages"], 0);
    let response = dashboard("primary").send().await.unwrap();
    assert_refused(response, 403, "workspace_forbidden").await;
}
