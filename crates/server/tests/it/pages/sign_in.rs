//! Signing in with a key, with a token and with what the chat keeps; and out.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{
    CHAT,
    browser::{API, Browser, set_cookie},
    key, now, token,
};
use crate::{
    api::refusal::assert_refused,
    support::{Home, KEY, json as read},
};

#[tokio::test]
async fn a_key_signs_in_and_may_do_what_it_may() {
    let home = Home::new();
    let [admin, reader, writer] = ["admin", "read", "write"].map(|access| key(&home, access, &[]));
    let service = home.start(&[]);
    let mut browser = Browser::new(&service);
    assert_eq!(browser.status("dashboard").await, StatusCode::UNAUTHORIZED);
    let said = browser.sign_in(&json!({"key": admin.secret})).await;
    let shown = [
        "name",
        "role",
        "access",
        "openedBy",
        "workspace",
        "workspaces",
    ];
    let shown = shown.map(|name| said[name].clone());
    let expected = [
        json!("laptop"),
        json!(null),
        json!("admin"),
        json!("key"),
        json!("primary"),
        json!(["primary"]),
    ];
    assert_eq!(shown, expected);
    assert!(!said.to_string().contains(&admin.secret));
    assert_eq!(browser.get("session").await, said);
    assert_eq!(browser.status("dashboard?period=7d").await, StatusCode::OK);
    assert_eq!(browser.status("dead-letters").await, StatusCode::OK);

    let reading = Browser::with_key(&service, &reader.secret).await;
    assert_eq!(reading.get("session").await["access"], "read");
    assert_eq!(reading.status("dashboard").await, StatusCode::OK);
    assert_eq!(reading.status("dead-letters").await, StatusCode::FORBIDDEN);
    assert_eq!(reading.status("sessions").await, StatusCode::FORBIDDEN);

    let configured = Browser::with_key(&service, KEY).await;
    let said = configured.get("session").await;
    assert_eq!(
        (&said["name"], &said["openedBy"]),
        (&json!("ANALYTICS_API_KEY"), &json!("configured_key"))
    );
    let nobody = Browser::new(&service);
    let writes = json!({"key": writer.secret});
    nobody.refused(&writes, 403, "access_forbidden").await;
}

#[tokio::test]
async fn the_cookie_is_for_the_pages_alone() {
    let home = Home::new();
    let service = home.start(&[]);
    for (origin, forwarded, secure) in [
        (None, None, ""),
        (Some("http://chat.example"), None, ""),
        (Some("https://chat.example"), None, " Secure;"),
        (None, Some("https"), " Secure;"),
    ] {
        let browser = Browser::new(&service);
        let mut request = browser.ask(Method::POST, "session");
        if let Some(origin) = origin {
            request = request.header("Origin", origin);
        }
        if let Some(scheme) = forwarded {
            request = request.header("X-Forwarded-Proto", scheme);
        }
        let response = request.json(&json!({"key": KEY})).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["cache-control"], "no-store");
        let cookie = set_cookie(&response).unwrap();
        let (pair, rest) = cookie.split_once(';').unwrap();
        let secret = pair.strip_prefix("nchat_analytics_session=").unwrap();
        assert_eq!(secret.len(), 43);
        assert_eq!(
            rest,
            format!(" HttpOnly; SameSite=Strict;{secure} Path=/admin/analytics; Max-Age=2592000")
        );
    }
}

#[tokio::test]
async fn what_is_no_credential_signs_nobody_in() {
    let home = Home::new();
    let service = home.start(&[]);
    let browser = Browser::new(&service);
    let unknown = "nca_admin_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for (body, status, code) in [
        (json!({"key": "wrong"}), 401, "key_malformed"),
        (json!({"key": unknown}), 401, "key_malformed"),
        (json!({"token": "a.b.c"}), 401, "token_invalid"),
        (json!({"code": "wrong"}), 401, "code_invalid"),
        (json!({}), 400, "bad_shape"),
        (json!({"key": KEY, "token": "a.b.c"}), 400, "bad_shape"),
        (json!({"key": 17}), 400, "bad_shape"),
        (json!({"secret": KEY}), 400, "unknown_field"),
        (json!([KEY]), 400, "bad_shape"),
    ] {
        browser.refused(&body, status, code).await;
    }
    let long = json!({"key": "x".repeat(20_000)});
    browser.refused(&long, 413, "body_too_large").await;
}

#[tokio::test]
async fn nothing_is_no_key_even_where_an_address_is_enough() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_AUTH_MODE", "trusted-network")]);
    let browser = Browser::new(&service);
    for key in ["", "  "] {
        let body = json!({ "key": key });
        browser.refused(&body, 401, "key_malformed").await;
    }
    for token in ["", "..", " . . "] {
        let body = json!({ "token": token });
        browser.refused(&body, 401, "token_invalid").await;
    }
    // Whoever needs no credential is asked for none.
    let said = browser.get("session").await;
    let shown = ["name", "access", "openedBy", "csrf"].map(|name| said[name].clone());
    let expected = [
        json!("network"),
        json!("admin"),
        json!("request"),
        json!(null),
    ];
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn the_sixth_wrong_key_of_a_minute_is_too_many() {
    let home = Home::new();
    let made = key(&home, "admin", &[]);
    let service = home.start(&[]);
    let browser = Browser::new(&service);
    for number in 0..5 {
        let guess = json!({"key": format!("guess-{number}")});
        browser.refused(&guess, 401, "key_malformed").await;
    }
    let request = browser.ask(Method::POST, "session");
    let response = request.json(&json!({"key": "guess"})).send().await.unwrap();
    let wait: u64 = response.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_refused(response, 429, "too_many_failures").await;
    for body in [json!({"token": "a.b.c"}), json!({"code": "x"})] {
        browser.refused(&body, 429, "too_many_failures").await;
    }
    // Nobody is shut out whose key cannot be guessed.
    for right in [&made.secret, KEY] {
        Browser::with_key(&service, right).await;
    }
}

#[tokio::test]
async fn a_token_signs_in_until_it_expires_if_its_owner_administers() {
    let home = Home::new();
    let service = home.start(&CHAT);
    let mut browser = Browser::new(&service);
    let said = browser
        .sign_in(&json!({"token": token("owner", 900)}))
        .await;
    let shown = ["name", "role", "access", "openedBy"].map(|name| said[name].clone());
    let expected = [
        json!("Ada Lovelace"),
        json!("owner"),
        json!("admin"),
        json!("token"),
    ];
    assert_eq!(shown, expected);
    let ends: jiff::Timestamp = said["expiresAt"].as_str().unwrap().parse().unwrap();
    assert!((880..=900).contains(&(ends.as_second() - now())), "{ends}");
    assert_eq!(said["endsAt"], said["expiresAt"]);
    let member = json!({"token": token("member", 900)});
    let nobody = Browser::new(&service);
    nobody.refused(&member, 403, "access_forbidden").await;
    let old = json!({"token": token("owner", -3_600)});
    nobody.refused(&old, 401, "token_expired").await;
}

#[tokio::test]
async fn whoever_is_signed_in_to_the_chat_continues() {
    let home = Home::new();
    let service = home.start(&CHAT);
    let exchange = |cookie: String| {
        let browser = Browser {
            cookie: Some(cookie),
            ..Browser::new(&service)
        };
        browser.ask(Method::POST, "session/exchange")
    };
    let [owner, admin, member, old] = [
        ("owner", 900),
        ("admin", 900),
        ("member", 900),
        ("owner", -3_600),
    ]
    .map(|(role, seconds)| token(role, seconds));
    let json = format!("%7B%22accessToken%22%3A%22{admin}%22%7D");
    for (cookie, role) in [
        (format!("nchat-session={owner}"), "owner"),
        (format!("theme=dark; nhostSession={json}"), "admin"),
        // A session of development proves nothing; one that is over does not hide one that is not.
        (
            format!("nchat-session=%7B%7D; nhost-session={owner}"),
            "owner",
        ),
        (
            format!("nchat-session={old}; nhostSession={owner}"),
            "owner",
        ),
    ] {
        let mut browser = Browser::new(&service);
        let said = browser.keep(exchange(cookie)).await;
        assert_eq!(
            (&said["role"], &said["openedBy"]),
            (&json!(role), &json!("token"))
        );
        assert_eq!(browser.status("dashboard").await, StatusCode::OK);
    }
    let forged = format!("{}x", &owner[..owner.len() - 1]);
    for (cookie, status, code) in [
        (format!("nchat-session={member}"), 403, "access_forbidden"),
        (format!("nchat-session={old}"), 401, "token_expired"),
        (format!("nchat-session={forged}"), 401, "token_invalid"),
        (
            r#"nchat-session={"role":"owner"}"#.to_owned(),
            401,
            "credential_missing",
        ),
        ("other=1".to_owned(), 401, "credential_missing"),
    ] {
        let response = exchange(cookie).send().await.unwrap();
        assert_eq!(set_cookie(&response), None);
        assert_refused(response, status, code).await;
    }
    // The chat's cookie is looked at there and nowhere else.
    for path in ["dashboard", "session"] {
        let browser = Browser {
            cookie: Some(format!("nchat-session={owner}")),
            ..Browser::new(&service)
        };
        assert_eq!(browser.status(path).await, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn whoever_signs_out_is_out() {
    let home = Home::new();
    let service = home.start(&[]);
    let browser = Browser::with_key(&service, KEY).await;
    let other = Browser::with_key(&service, KEY).await;
    let response = browser.without_csrf(Method::DELETE, "session").send().await;
    assert_refused(response.unwrap(), 403, "csrf_refused").await;
    assert_eq!(browser.status("dashboard").await, StatusCode::OK);
    // The second time there is nothing left to do.
    for _ in 0..2 {
        let response = browser.ask(Method::DELETE, "session").send().await.unwrap();
        assert!(set_cookie(&response).unwrap().contains("Max-Age=0"));
        read(response, StatusCode::OK).await;
    }
    browser.is_out().await;
    assert_eq!(other.status("dashboard").await, StatusCode::OK);
}

#[tokio::test]
async fn the_api_is_the_same_below_the_pages() {
    let home = Home::new();
    let service = home.start(&[]);
    for path in ["metrics", "dimensions", "openapi.json", "segments"] {
        let [mine, same] = ["/api/analytics", API].map(|prefix| format!("{prefix}/{path}"));
        assert_eq!(service.json(&mine).await, service.json(&same).await);
    }
    for (path, status, code) in [
        ("", 404, "not_found"),
        ("/", 404, "not_found"),
        ("/no-such-thing", 404, "not_found"),
        ("/dashboard?perid=7d", 400, "unknown_parameter"),
    ] {
        let response = service.get(&format!("{API}{path}")).send().await.unwrap();
        assert_refused(response, status, code).await;
    }
}
