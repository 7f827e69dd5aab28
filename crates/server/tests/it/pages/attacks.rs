//! What pages of others, and whoever can set a cookie, make of somebody's session: nothing.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    CHAT,
    browser::{API, Browser, set_cookie},
    key, token,
};
use crate::{
    api::refusal::assert_refused,
    support::{Home, KEY, json as read},
};

fn report() -> Value {
    json!({"name": "weekly", "period": "7d", "metrics": ["engagement"]})
}

#[tokio::test]
async fn the_cookie_counts_in_requests_of_the_pages_only() {
    let home = Home::new();
    let service = home.start(&[]);
    let browser = Browser::with_key(&service, KEY).await;
    let host = service.base.strip_prefix("http://").unwrap();
    let path = format!("{API}/dashboard");
    let own = service.base.clone();
    let page = format!("{own}/admin/analytics/users");
    for (headers, status) in [
        (&[("sec-fetch-site", "same-origin")][..], StatusCode::OK),
        // Browsers say nothing without TLS, but for the page or its origin.
        (&[("origin", &own)], StatusCode::OK),
        (&[("referer", &page)], StatusCode::OK),
        (&[], StatusCode::UNAUTHORIZED),
        (&[("sec-fetch-site", "none")], StatusCode::UNAUTHORIZED),
        (&[("sec-fetch-site", "same-site")], StatusCode::UNAUTHORIZED),
        (
            &[("sec-fetch-site", "cross-site"), ("origin", &own)],
            StatusCode::UNAUTHORIZED,
        ),
        (
            &[("origin", "https://evil.example")],
            StatusCode::UNAUTHORIZED,
        ),
        (&[("origin", "null")], StatusCode::UNAUTHORIZED),
        (
            &[("origin", "https://evil.example"), ("referer", &page)],
            StatusCode::UNAUTHORIZED,
        ),
        (
            &[("referer", "https://evil.example/")],
            StatusCode::UNAUTHORIZED,
        ),
    ] {
        let mut request = browser.bare(Method::GET, &path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{headers:?} at {host}");
    }
    // Elsewhere it is not looked at, whoever sends it.
    for path in [
        "/api/analytics/dashboard",
        "/api/analytics/session",
        "/v1/status",
        "/metrics",
        "/admin/analytics/../../api/analytics/dashboard",
    ] {
        let request = browser.bare(Method::GET, path);
        let request = request.header("Sec-Fetch-Site", "same-origin");
        let response = request.send().await.unwrap();
        assert_refused(response, 401, "credential_missing").await;
    }
}

#[tokio::test]
async fn nothing_changes_without_the_sessions_token() {
    let home = Home::new();
    let service = home.start(&[]);
    let browser = Browser::with_key(&service, KEY).await;
    let other = Browser::with_key(&service, KEY).await;
    assert_ne!(browser.csrf, other.csrf);
    let csrf = browser.csrf.clone().unwrap();
    for shown in [
        vec![],
        vec![""],
        vec!["wrong"],
        vec![other.csrf.as_deref().unwrap()],
        vec![&csrf[1..]],
        vec![csrf.as_str(), "wrong"],
        vec![
            browser
                .cookie
                .as_deref()
                .unwrap()
                .split('=')
                .nth(1)
                .unwrap(),
        ],
    ] {
        let mut request = browser.without_csrf(Method::POST, "reports");
        for shown in &shown {
            request = request.header("X-CSRF-Token", *shown);
        }
        let response = request.json(&report()).send().await.unwrap();
        assert_refused(response, 403, "csrf_refused").await;
    }
    assert_eq!(browser.get("reports").await, json!({"reports": []}));
    let request = browser.ask(Method::POST, "reports").json(&report());
    let made = read(request.send().await.unwrap(), StatusCode::CREATED).await;
    let path = format!("reports/{}", made["id"].as_str().unwrap());
    let response = browser.without_csrf(Method::DELETE, &path).send().await;
    assert_refused(response.unwrap(), 403, "csrf_refused").await;
    let response = browser.ask(Method::DELETE, &path).send().await.unwrap();
    read(response, StatusCode::OK).await;
    // A credential in a header is one that no page of others can make a browser send.
    let request = browser.without_csrf(Method::POST, "reports");
    let request = request.header("X-API-Key", KEY).json(&report());
    read(request.send().await.unwrap(), StatusCode::CREATED).await;
    let request = browser.ask(Method::POST, "reports");
    let request = request.header("X-API-Key", "wrong").json(&report());
    assert_refused(request.send().await.unwrap(), 401, "key_malformed").await;
}

#[tokio::test]
async fn no_page_of_others_signs_anybody_in() {
    let home = Home::new();
    let service = home.start(&CHAT);
    let chat = format!("nchat-session={}", token("owner", 900));
    for (path, headers) in [
        (format!("{API}/session"), &[][..]),
        (
            format!("{API}/session"),
            &[("Sec-Fetch-Site", "cross-site")],
        ),
        (
            format!("{API}/session"),
            &[("Origin", "https://evil.example")],
        ),
        (
            format!("{API}/session/exchange"),
            &[("Sec-Fetch-Site", "same-site")],
        ),
        (format!("{API}/session/exchange"), &[]),
        (
            "/api/analytics/session".to_owned(),
            &[("Sec-Fetch-Site", "same-origin")],
        ),
        (
            "/api/analytics/session/exchange".to_owned(),
            &[("Sec-Fetch-Site", "same-origin")],
        ),
    ] {
        let mut request = service.request(Method::POST, &path).header("Cookie", &chat);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.json(&json!({"key": KEY})).send().await.unwrap();
        assert_eq!(set_cookie(&response), None, "{path} {headers:?}");
        assert_refused(response, 403, "sign_in_elsewhere").await;
    }
    // Nor does a key in the path, which others may know.
    for path in [
        "admin/analytics/api/session",
        "admin/analytics/api/dashboard",
        "admin/analytics/",
    ] {
        let path = format!("/k/{KEY}/{path}");
        for method in [Method::GET, Method::POST] {
            let request = service.request(method, &path);
            let request = request.header("Sec-Fetch-Site", "same-origin");
            let response = request.json(&json!({"key": KEY})).send().await.unwrap();
            assert_refused(response, 404, "not_found").await;
        }
    }
}

#[tokio::test]
async fn a_planted_cookie_is_never_taken_over() {
    let home = Home::new();
    let service = home.start(&[]);
    let planted = format!("nchat_analytics_session={}", "A".repeat(43));
    let mut victim = Browser {
        cookie: Some(planted.clone()),
        ..Browser::new(&service)
    };
    victim.sign_in(&json!({"key": KEY})).await;
    assert_ne!(victim.cookie.as_ref(), Some(&planted));
    let attacker = Browser {
        cookie: Some(planted),
        ..Browser::new(&service)
    };
    attacker.is_out().await;

    // Nor is a session of the attacker's own: it ends, and a new one begins.
    let attacker = Browser::with_key(&service, KEY).await;
    let mut victim = Browser {
        cookie: attacker.cookie.clone(),
        ..Browser::new(&service)
    };
    victim.sign_in(&json!({"key": KEY})).await;
    assert_ne!(victim.cookie, attacker.cookie);
    attacker.is_out().await;
    assert_eq!(victim.status("dashboard").await, StatusCode::OK);

    // Of two cookies nobody knows whose each is.
    let both = format!(
        "{}; nchat_analytics_session={}",
        victim.cookie.as_ref().unwrap(),
        "B".repeat(43)
    );
    let tossed = Browser {
        cookie: Some(both),
        ..Browser::new(&service)
    };
    let response = tossed.ask(Method::GET, "session").send().await.unwrap();
    assert_refused(response, 401, "credential_repeated").await;
}

#[tokio::test]
async fn cookies_that_are_none_are_refused() {
    let home = Home::new();
    let service = home.start(&[]);
    let right = Browser::with_key(&service, KEY).await.cookie.unwrap();
    for cookie in [
        "nchat_analytics_session=x".to_owned(),
        "nchat_analytics_session=' OR 1=1 --".to_owned(),
        "nchat_analytics_session=%00".to_owned(),
        right.to_lowercase(),
        format!("{right}x"),
        right[..right.len() - 1].to_owned(),
    ] {
        let browser = Browser {
            cookie: Some(cookie),
            ..Browser::new(&service)
        };
        browser.is_out().await;
    }
}

#[tokio::test]
async fn pages_of_origins_that_may_call_have_no_session() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_CORS_ORIGINS", "https://chat.example")]);
    let browser = Browser::with_key(&service, KEY).await;
    let request = browser.bare(Method::GET, &format!("{API}/dashboard"));
    let request = request.header("Origin", "https://chat.example");
    let response = request.send().await.unwrap();
    let allowed = &response.headers()["access-control-allow-origin"];
    assert_eq!(allowed, "https://chat.example");
    let credentials = "access-control-allow-credentials";
    assert!(!response.headers().contains_key(credentials));
    assert_refused(response, 401, "credential_missing").await;
}

#[tokio::test]
async fn a_session_stays_in_its_workspace() {
    let home = Home::new();
    let north = key(&home, "admin", &["--workspace", "north"]);
    let service = home.start(&[]);
    let browser = Browser::with_key(&service, &north.secret).await;
    let said = browser.get("session").await;
    assert_eq!(said["workspaces"], json!(["north"]));
    let request = browser.ask(Method::GET, "dashboard");
    let request = request.header("X-Source-Account-ID", "south");
    let response = request.send().await.unwrap();
    assert_refused(response, 403, "workspace_forbidden").await;
    // It sees the sessions of its own workspace, and ends no other.
    let everywhere = Browser::with_key(&service, KEY).await;
    let all = everywhere.get("sessions").await;
    assert_eq!(all["sessions"].as_array().unwrap().len(), 2);
    let mine = browser.get("sessions").await;
    assert_eq!(mine["sessions"].as_array().unwrap().len(), 1);
    let id = everywhere.get("session").await["id"].clone();
    let path = format!("sessions/{}", id.as_str().unwrap());
    let response = browser.ask(Method::DELETE, &path).send().await.unwrap();
    assert_refused(response, 404, "not_found").await;
    assert_eq!(everywhere.status("dashboard").await, StatusCode::OK);
}
