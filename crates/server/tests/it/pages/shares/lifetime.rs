//! How a link is made, used and ended.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{AS_OF, Link, SHARES, asked, body, chat};
use crate::{
    api::refusal::assert_refused,
    pages::{
        browser::{Browser, set_cookie},
        expiry::pass,
    },
    support::{Home, KEY, json as read},
};

const QUESTION: &str = "dashboard?period=30d&compare=previous";

#[tokio::test]
async fn a_link_is_made_opened_listed_and_revoked() {
    let home = Home::new();
    let service = chat(&home, &[]).await;
    let link = Link::make(&service, &body("/", "period=30d&theme=dark&embed=1")).await;
    assert_eq!(link.token.len(), 43);
    let shown = [
        "page",
        "query",
        "frozen",
        "names",
        "annotations",
        "createdBy",
        "lastUsedAt",
    ];
    let shown = shown.map(|name| link.made[name].clone());
    let query = format!(
        "asOf={}&compare=previous&period=30d",
        AS_OF.replace(':', "%3A")
    );
    let expected = [
        json!("/"),
        json!(query),
        json!(true),
        json!(false),
        json!(true),
        json!("configured key"),
        json!(null),
    ];
    assert_eq!(shown, expected);
    let opened = read(
        link.ask(Method::GET, "share").send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    let expected = json!({"page": "/", "query": query, "names": false,
        "expiresAt": link.made["expiresAt"], "timezone": "UTC"});
    assert_eq!(opened, expected);
    let dashboard = link.get(QUESTION).await;
    assert_eq!(dashboard["totalMessages"], 3);

    let listed = service.json(SHARES).await;
    assert_eq!(listed["shares"][0]["id"], link.made["id"]);
    assert!(listed["shares"][0]["lastUsedAt"].is_string());
    assert!(!listed.to_string().contains(&link.token));
    // Only the hash is kept.
    for file in ["settings.sqlite", "settings.sqlite-wal"] {
        let kept = std::fs::read(home.data().join(file)).unwrap_or_default();
        let token = link.token.as_bytes();
        assert!(
            !kept.windows(token.len()).any(|part| part == token),
            "{file}"
        );
    }
    link.revoke().await;
    for path in ["share", &asked(QUESTION)] {
        let response = link.ask(Method::GET, path).send().await.unwrap();
        assert_refused(response, 401, "share_unknown").await;
    }
    assert_eq!(service.json(SHARES).await, json!({"shares": []}));
    let again = service.request(Method::DELETE, &format!("{SHARES}/{}", link.id()));
    let again = again.header("X-API-Key", KEY).send().await.unwrap();
    assert_refused(again, 404, "not_found").await;
}

#[tokio::test]
async fn a_link_ends_when_its_time_is_over() {
    let home = Home::new();
    let service = chat(&home, &[]).await;
    let link = Link::make(&service, &body("/", "period=30d")).await;
    link.get(QUESTION).await;
    pass(
        &home,
        "UPDATE shared_link SET expires_ms = expires_ms - 30 * 86400000",
    )
    .await;
    for path in ["share", &asked(QUESTION)] {
        let response = link.ask(Method::GET, path).send().await.unwrap();
        assert_refused(response, 401, "share_expired").await;
    }
    // It is listed for a while, so that somebody sees why it stopped.
    assert_eq!(
        service.json(SHARES).await["shares"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    pass(
        &home,
        "UPDATE shared_link SET expires_ms = expires_ms - 31 * 86400000",
    )
    .await;
    let other = Link::make(&service, &body("/", "period=7d")).await;
    let listed = service.json(SHARES).await;
    let ids: Vec<_> = listed["shares"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["id"])
        .collect();
    assert_eq!(ids, [&other.made["id"]]);
}

#[tokio::test]
async fn guesses_are_limited_and_shut_nobody_out() {
    let home = Home::new();
    let service = chat(&home, &[]).await;
    let link = Link::make(&service, &body("/", "period=30d")).await;
    let mut limited = 0;
    let guesses = (0..12).map(async |connection: usize| {
        let mut limited = 0;
        for number in 0..15 {
            let guess = format!("{:0>43}", connection * 100 + number);
            let request = service.request(Method::GET, "/api/analytics/share");
            let response = request.header("X-Share-Token", guess).send().await.unwrap();
            match response.status() {
                StatusCode::UNAUTHORIZED => {}
                StatusCode::TOO_MANY_REQUESTS => limited += 1,
                status => panic!("{status}"),
            }
        }
        limited
    });
    for count in futures::future::join_all(guesses).await {
        limited += count;
    }
    assert!(limited > 0);
    link.get(QUESTION).await;
    for wrong in [
        "",
        "x",
        "' OR 1=1 --",
        &link.token[1..],
        &link.token.to_lowercase(),
    ] {
        let request = service.request(Method::GET, "/api/analytics/share");
        let response = request.header("X-Share-Token", wrong).send().await.unwrap();
        let status = response.status();
        let is_refused =
            status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::UNAUTHORIZED;
        assert!(is_refused, "{wrong}: {status}");
    }
}

#[tokio::test]
async fn no_cookie_is_set_or_taken_and_the_link_decides() {
    let home = Home::new();
    let service = chat(&home, &[("ANALYTICS_AUTH_MODE", "trusted-network")]).await;
    let link = Link::make(&service, &body("/", "period=30d")).await;
    let planted = format!("nchat_analytics_session={}", "A".repeat(43));
    let admin = Browser::with_key(&service, KEY).await;
    for cookie in [planted, admin.cookie.clone().unwrap()] {
        let ask = |path: &str| {
            let request = link.ask(Method::GET, path).header("Cookie", &cookie);
            request.header("Sec-Fetch-Site", "same-origin")
        };
        let response = ask("share").send().await.unwrap();
        assert_eq!(set_cookie(&response), None);
        read(response, StatusCode::OK).await;
        // Whoever is signed in as well sees no more on the page of the link; nor does an address or a key.
        for request in [ask("keys"), ask("keys").header("X-API-Key", KEY)] {
            let response = request.send().await.unwrap();
            assert_eq!(set_cookie(&response), None);
            assert_refused(response, 403, "share_forbidden").await;
        }
    }
    link.revoke().await;
    let request = link.ask(Method::GET, &asked(QUESTION));
    let request = request.header("Cookie", admin.cookie.as_ref().unwrap());
    let response = request.header("Sec-Fetch-Site", "same-origin").send().await;
    assert_refused(response.unwrap(), 401, "share_unknown").await;
    // Whoever was signed in still is.
    assert_eq!(admin.status("keys").await, StatusCode::OK);
    // Two tokens are none.
    let request = link.ask(Method::GET, "share").header("X-Share-Token", "x");
    let response = request.send().await.unwrap();
    assert_refused(response, 401, "credential_repeated").await;
}
