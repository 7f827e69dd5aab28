//! How sessions end: by time, with what opened them, and by an administrator.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};

use super::{CHAT, browser::Browser, key, token};
use crate::{
    api::refusal::assert_refused,
    support::{Home, KEY, json as read},
};

/// Has time pass for what the settings keep.
pub(super) async fn pass(home: &Home, statement: &'static str) {
    let file = home.data().join("settings.sqlite");
    let address = format!("sqlite://{}", file.display());
    let mut settings = SqliteConnection::connect(&address).await.unwrap();
    let done = sqlx::query(statement).execute(&mut settings).await.unwrap();
    assert!(done.rows_affected() > 0, "{statement}");
    settings.close().await.unwrap();
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_or_when_its_time_is_over() {
    let home = Home::new();
    let service = home.start(&[]);
    let browser = Browser::with_key(&service, KEY).await;
    // Eleven hours are forgiven, and then counted anew.
    for _ in 0..2 {
        pass(&home, "UPDATE session SET seen_ms = seen_ms - 11 * 3600000").await;
        assert_eq!(browser.status("dashboard").await, StatusCode::OK);
    }
    pass(&home, "UPDATE session SET seen_ms = seen_ms - 12 * 3600000").await;
    browser.is_out().await;
    let browser = Browser::with_key(&service, KEY).await;
    pass(&home, "UPDATE session SET ends_ms = seen_ms").await;
    browser.is_out().await;
    // What is over is listed no longer.
    let other = Browser::with_key(&service, KEY).await;
    let sessions = other.get("sessions").await["sessions"].clone();
    assert_eq!(sessions.as_array().unwrap().len(), 1);
    assert_eq!(sessions[0]["isCurrent"], true);
}

#[tokio::test]
async fn a_session_ends_with_its_token() {
    let home = Home::new();
    let service = home.start(&CHAT);
    let mut browser = Browser::new(&service);
    browser.sign_in(&json!({"token": token("admin", 2)})).await;
    assert_eq!(browser.status("dashboard").await, StatusCode::OK);
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    browser.is_out().await;
}

#[tokio::test]
async fn a_session_ends_at_once_with_its_key() {
    let home = Home::new();
    let [laptop, phone] = [(); 2].map(|()| key(&home, "admin", &[]));
    let short = key(&home, "read", &["--expires", "1h"]);
    let service = home.start(&[]);
    let on_laptop = Browser::with_key(&service, &laptop.secret).await;
    let on_phone = Browser::with_key(&service, &phone.secret).await;
    let said = Browser::with_key(&service, &short.secret).await;
    let said = said.get("session").await;
    assert_eq!(said["endsAt"], said["expiresAt"]);
    // From the command line, and on the pages.
    assert!(
        home.run(&["key", "revoke", &laptop.id], &[])
            .status
            .success()
    );
    on_laptop.is_out().await;
    assert_eq!(on_phone.status("dashboard").await, StatusCode::OK);
    let path = format!("keys/{}", phone.id);
    let response = on_phone.ask(Method::DELETE, &path).send().await.unwrap();
    read(response, StatusCode::OK).await;
    on_phone.is_out().await;
    // A key that was known a moment ago is asked for again.
    let nobody = Browser::new(&service);
    let body = json!({"key": phone.secret});
    nobody.refused(&body, 401, "key_unknown").await;
    let body = json!({"key": laptop.secret});
    nobody.refused(&body, 401, "key_unknown").await;
}

#[tokio::test]
async fn a_session_lives_on_over_a_start_unless_the_configured_key_is_another() {
    let home = Home::new();
    let made = key(&home, "read", &[]);
    let service = home.start(&[]);
    let by_configured = Browser::with_key(&service, KEY).await.cookie;
    let by_made = Browser::with_key(&service, &made.secret).await.cookie;
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[]);
    for cookie in [&by_configured, &by_made] {
        let browser = Browser {
            cookie: cookie.clone(),
            ..Browser::new(&service)
        };
        assert_eq!(browser.status("dashboard").await, StatusCode::OK);
    }
    assert_eq!(service.stop(), Some(0));
    for other in ["another-configured-key-0123456789", ""] {
        let service = home.start(&[("ANALYTICS_API_KEY", other)]);
        let of = |cookie: &Option<String>| Browser {
            cookie: cookie.clone(),
            ..Browser::new(&service)
        };
        of(&by_configured).is_out().await;
        assert_eq!(of(&by_made).status("dashboard").await, StatusCode::OK);
        assert_eq!(service.stop(), Some(0));
    }
}

#[tokio::test]
async fn administrators_see_who_is_signed_in_and_end_it() {
    let home = Home::new();
    let laptop = key(&home, "read", &[]);
    let service = home.start(&CHAT);
    let mut ada = Browser::new(&service);
    ada.sign_in(&json!({"token": token("owner", 900)})).await;
    let reader = Browser::with_key(&service, &laptop.secret).await;
    let listed = ada.get("sessions").await["sessions"].clone();
    let shown = |place: usize| {
        ["name", "role", "access", "openedBy", "keyId", "isCurrent"]
            .map(|name| listed[place][name].clone())
    };
    let mut all = [shown(0), shown(1)];
    all.sort_by_key(|one| one[0].to_string());
    assert_eq!(
        all,
        [
            [
                json!("Ada Lovelace"),
                json!("owner"),
                json!("admin"),
                json!("token"),
                json!(null),
                json!(true)
            ],
            [
                json!("laptop"),
                json!(null),
                json!("read"),
                json!("key"),
                json!(laptop.id),
                json!(false)
            ],
        ]
    );
    let text = listed.to_string();
    let secret = reader.cookie.as_ref().unwrap().split('=').nth(1).unwrap();
    assert!(!text.contains(secret) && !text.contains(&laptop.secret));
    let id = reader.get("session").await["id"].clone();
    let path = format!("sessions/{}", id.as_str().unwrap());
    let response = reader.ask(Method::DELETE, &path).send().await.unwrap();
    assert_refused(response, 403, "access_forbidden").await;
    let response = ada.ask(Method::DELETE, &path).send().await.unwrap();
    read(response, StatusCode::OK).await;
    reader.is_out().await;
    let response = ada.ask(Method::DELETE, &path).send().await.unwrap();
    assert_refused(response, 404, "not_found").await;
    // A script may do so with its key, in the usual place.
    let listed = service.json("/api/analytics/sessions").await;
    assert_eq!(listed["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(listed["sessions"][0]["isCurrent"], false);
}

#[tokio::test]
async fn nobody_of_the_chat_is_named_where_privacy_forbids_it() {
    let home = Home::new();
    let mode = ("ANALYTICS_PRIVACY_MODE", "aggregate");
    let service = home.start(&[CHAT[0], mode]);
    let mut ada = Browser::new(&service);
    ada.sign_in(&json!({"token": token("owner", 900)})).await;
    let listed = ada.get("sessions").await["sessions"].clone();
    assert_eq!(listed[0]["name"], "somebody of the chat");
}
