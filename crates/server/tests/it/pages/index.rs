//! What a browser is answered at the address of the pages.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use reqwest::{Method, StatusCode, header};

use super::browser::Browser;
use crate::{
    api::refusal::assert_refused,
    support::{Home, Service},
};

const HTML: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn browsers_are_led_to_the_pages_and_nobody_else_is() {
    let home = Home::new();
    let service = home.start(&[]);
    for path in [
        "/",
        "/admin",
        "/admin/",
        "/?next=https://evil.example",
        "/admin?next=//evil",
    ] {
        let request = service.request(Method::GET, path);
        let response = request.header("Accept", HTML).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(
            response.headers()["location"],
            "/admin/analytics/",
            "{path}"
        );
        let response = service.request(Method::GET, path).send().await.unwrap();
        assert_refused(response, 404, "not_found").await;
    }
}

#[tokio::test]
async fn the_page_is_answered_with_its_policy_and_leads_nowhere_else() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_FRAME_ANCESTORS", "https://chat.example")]);
    for path in [
        "/admin/analytics",
        "/admin/analytics/",
        "/admin/analytics/users/john.doe?tab=list",
        "/admin/analytics/sign-in?next=https://evil.example/",
        "/admin/analytics/sign-in?next=//evil.example/",
        "/admin/analytics//evil.example",
        "/admin/analytics/..%2f..%2fetc/passwd",
    ] {
        let request = service.request(Method::GET, path);
        let response = request.header("Accept", HTML).send().await.unwrap();
        let said = response.headers();
        assert_eq!(said["content-type"], "text/html; charset=utf-8", "{path}");
        assert_eq!(said["cache-control"], "no-store");
        assert_eq!(said["x-content-type-options"], "nosniff");
        assert!(said.contains_key("referrer-policy"));
        assert!(!said.contains_key("location"), "{path}");
        assert!(!said.contains_key("set-cookie"), "{path}");
        let policy = said["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let page = response.text().await.unwrap();
        assert!(
            !page.contains("evil.example") && !page.contains("root:"),
            "{page}"
        );
        assert!(!page.contains("__CSP_NONCE__"), "{page}");
        let ancestors = "frame-ancestors https://chat.example";
        assert!(policy.ends_with(ancestors), "{policy}");
    }
}

/// The answer to a path as it is: clients that know addresses take dots out of them.
fn asked_raw(service: &Service, path: &str) -> String {
    let address = service.base.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    connection.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn no_path_leads_out_of_the_pages() {
    let home = Home::new();
    let service = home.start(&[]);
    for path in [
        "/admin/analytics/../../../../etc/passwd",
        "/admin/analytics/%2e%2e/%2e%2e/etc/passwd",
        "/admin/analytics/..%5c..%5cetc/passwd",
        "/admin/analytics/_assets/../../../../etc/passwd",
        "/admin/analytics/_assets/%2e%2e/%2e%2e/Cargo.toml",
        "/admin/analytics/_assets//etc/passwd",
        "/admin/analytics/_assets/%00",
        "/admin/analytics/.gitignore",
        "/admin/analytics/../../api/analytics/dashboard",
        "//admin/analytics/api/session",
        "/admin/analytics/api/../../../metrics",
        "/admin/analytics/api/..%2f..%2fmetrics",
    ] {
        let answer = asked_raw(&service, path);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let is_missing = head.starts_with("HTTP/1.1 404");
        let is_page =
            head.starts_with("HTTP/1.1 200") && body.to_lowercase().contains("<!doctype html>");
        assert!(is_missing || is_page, "{path}: {answer}");
        for inside in ["root:", "[package]", "scripts/ui.sh build", "analytics_"] {
            assert!(!body.contains(inside), "{path}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_file_of_the_pages_that_is_not_there_is_missing() {
    let home = Home::new();
    let service = home.start(&[]);
    for path in [
        "_assets/none.js",
        "_assets/..%2f..%2f..%2fetc/passwd",
        "_assets/%2e%2e%2findex.html",
        "_assets/.gitignore",
    ] {
        let path = format!("/admin/analytics/{path}");
        let response = service.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let said = response.text().await.unwrap();
        assert!(said.starts_with("There is no such file."), "{path}: {said}");
    }
}

#[tokio::test]
async fn what_the_page_names_is_there_for_ever_and_compressed() {
    let home = Home::new();
    let service = home.start(&[]);
    let get = |path: &str, accepts: &str| {
        let request = service.request(Method::GET, path);
        request.header(header::ACCEPT_ENCODING, accepts)
    };
    let response = get("/admin/analytics/", "identity").send().await.unwrap();
    let is_built = response.status() == StatusCode::OK;
    assert!(is_built, "the binary has no pages: scripts/ui.sh build");
    let page = response.text().await.unwrap();
    let named = page.split('"').filter(|part| part.contains("/_assets/"));
    let named: Vec<&str> = named.collect();
    assert!(!named.is_empty(), "{page}");
    for path in named {
        let mut lengths = Vec::new();
        for (accepts, encoding) in [
            ("gzip, br", Some("br")),
            ("gzip", Some("gzip")),
            ("identity", None),
        ] {
            let response = get(path, accepts).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            let said = response.headers().clone();
            assert_eq!(said["cache-control"], "public, max-age=31536000, immutable");
            let found = said
                .get("content-encoding")
                .map(|name| name.to_str().unwrap());
            assert_eq!(found, encoding, "{path}");
            lengths.push(response.bytes().await.unwrap().len());
            let held = get(path, accepts).header(header::IF_NONE_MATCH, &said["etag"]);
            let held = held.send().await.unwrap();
            assert_eq!(held.status(), StatusCode::NOT_MODIFIED);
        }
        assert!(lengths.is_sorted(), "{path}: {lengths:?}");
    }
}

#[tokio::test]
async fn pages_take_nothing() {
    let home = Home::new();
    let service = home.start(&[]);
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let browser = Browser::new(&service);
        let request = browser.bare(method, "/admin/analytics/users");
        let response = request.send().await.unwrap();
        assert_refused(response, 405, "method_not_allowed").await;
    }
}
