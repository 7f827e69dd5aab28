//! Links that sign in once.

use reqwest::StatusCode;
use serde_json::json;

use super::{browser::Browser, expiry::pass};
use crate::{cli::said, support::Home};

/// Makes a link; returns its address and its code.
fn link(home: &Home, arguments: &[&str], environment: &[(&str, &str)]) -> (String, String) {
    let arguments = [&["sign-in-link"], arguments].concat();
    let output = home.run(&arguments, environment);
    let told = said(&output);
    assert!(output.status.success(), "{told}");
    let link = told.lines().next().unwrap();
    let (page, code) = link.split_once("#code=").unwrap();
    (page.to_owned(), code.to_owned())
}

#[tokio::test]
async fn a_link_leads_to_the_pages() {
    let home = Home::new();
    for (arguments, environment, page) in [
        (
            &[][..],
            &[("ANALYTICS_PORT", "3106")][..],
            "http://localhost:3106",
        ),
        (
            &[],
            &[("ANALYTICS_ROUTE", "analytics.example")],
            "https://analytics.example",
        ),
        (
            &["--url", "https://chat.example/"],
            &[],
            "https://chat.example",
        ),
    ] {
        let (found, code) = link(&home, arguments, environment);
        assert_eq!(found, format!("{page}/admin/analytics/sign-in"));
        assert_eq!(code.len(), 43);
    }
    let refused = home.run(&["sign-in-link", "--url", "javascript:alert(1)"], &[]);
    assert_eq!(refused.status.code(), Some(2));
}

#[tokio::test]
async fn a_code_works_once_within_ten_minutes() {
    let home = Home::new();
    // Before the service runs, and beside it.
    let (_, early) = link(&home, &[], &[]);
    let service = home.start(&[]);
    let (_, code) = link(&home, &[], &[]);
    let mut browser = Browser::new(&service);
    for code in [&early, &code] {
        let said = browser.sign_in(&json!({ "code": code })).await;
        let shown = ["name", "access", "openedBy"].map(|name| said[name].clone());
        assert_eq!(
            shown,
            [json!("administrator"), json!("admin"), json!("link")]
        );
        assert_eq!(browser.status("dead-letters").await, StatusCode::OK);
        let other = Browser::new(&service);
        let again = json!({ "code": code });
        other.refused(&again, 401, "code_invalid").await;
    }
    let (_, late) = link(&home, &[], &[]);
    pass(
        &home,
        "UPDATE sign_in_code SET expires_ms = expires_ms - 600000",
    )
    .await;
    let late = json!({ "code": late });
    Browser::new(&service)
        .refused(&late, 401, "code_invalid")
        .await;
    // Only their hashes are kept.
    let kept = std::fs::read(home.data().join("settings.sqlite-wal")).unwrap_or_default();
    let kept = [
        kept,
        std::fs::read(home.data().join("settings.sqlite")).unwrap(),
    ]
    .concat();
    let cookie = browser.cookie.unwrap();
    for secret in [&early, &code, cookie.split('=').nth(1).unwrap()] {
        let is_kept = kept
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!is_kept, "{secret}");
    }
    // Nor does the log say them.
    let log = service.log().join("\n");
    assert!(!log.contains(&code) && !log.contains(&early), "{log}");
}

#[tokio::test]
async fn of_many_who_have_the_code_one_gets_in() {
    let home = Home::new();
    let service = home.start(&[]);
    let (_, code) = link(&home, &[], &[]);
    let body = json!({ "code": code });
    let tries = (0..8).map(async |_| {
        let browser = Browser::new(&service);
        let request = browser.ask(reqwest::Method::POST, "session").json(&body);
        request.send().await.unwrap().status()
    });
    let statuses = futures::future::join_all(tries).await;
    let in_count = statuses.iter().filter(|status| status.is_success()).count();
    assert_eq!(in_count, 1, "{statuses:?}");
}
