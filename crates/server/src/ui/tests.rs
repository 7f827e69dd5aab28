//! Pages that were built, and a binary without them.

use std::io::Read as _;

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{Method, Request, Response, StatusCode},
};
use rand::SeedableRng as _;
use tower::ServiceExt as _;

use super::*;

#[derive(Embed)]
#[folder = "tests/fixtures/pages/"]
struct Fixture;

const APP: &str = "/admin/analytics/_assets/app-D3pkYWU.js";

fn router(frame_ancestors: &[&str]) -> Router {
    let frame_ancestors: Vec<String> = frame_ancestors.iter().map(ToString::to_string).collect();
    Pages::of::<Fixture>(&frame_ancestors, StdRng::seed_from_u64(7)).router()
}

async fn ask(router: &Router, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    router.clone().oneshot(request).await.unwrap()
}

async fn bytes(response: Response<Body>) -> Bytes {
    to_bytes(response.into_body(), 1 << 20).await.unwrap()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(bytes(response).await.to_vec()).unwrap()
}

fn header_of<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_path_is_the_page_with_a_nonce_of_its_own() {
    let router = router(&[]);
    let mut nonces = Vec::new();
    for path in [
        "/admin/analytics",
        "/admin/analytics/",
        "/admin/analytics/users/john.doe",
        "/admin/analytics/index.html",
        "/admin/analytics/..%2f..%2fetc/passwd",
        "/admin/analytics/.gitignore",
        "/admin/analytics//evil.example/",
    ] {
        let response = ask(&router, path, &[]).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header_of(&response, "cache-control"), "no-store");
        assert_eq!(header_of(&response, "referrer-policy"), "same-origin");
        assert_eq!(
            header_of(&response, "content-type"),
            "text/html; charset=utf-8"
        );
        let policy = header_of(&response, "content-security-policy").to_owned();
        let page = text(response).await;
        let nonce = page.split("content=\"").nth(1).unwrap();
        let nonce = nonce.split('"').next().unwrap().to_owned();
        assert_eq!(nonce.len(), 24, "{page}");
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; \
                 font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
            )
        );
        assert!(!nonces.contains(&nonce));
        nonces.push(nonce);
    }
}

#[tokio::test]
async fn frames_are_allowed_to_whoever_is_listed() {
    let router = router(&["'self'", "https://chat.example"]);
    let response = ask(&router, "/admin/analytics/", &[]).await;
    let policy = header_of(&response, "content-security-policy");
    assert!(
        policy.ends_with("; frame-ancestors 'self' https://chat.example"),
        "{policy}"
    );
    // The page itself knows whom to tell of its height.
    let page = text(response).await;
    let listed = "name=\"frame-ancestors\" content=\"'self' https://chat.example\"";
    assert!(page.contains(listed), "{page}");
}

#[tokio::test]
async fn a_link_to_one_page_is_kept_from_others() {
    let router = router(&[]);
    let headers = ["referrer-policy", "x-robots-tag", "cache-control"];
    for (path, expected) in [
        (
            "/admin/analytics/s/token",
            ["no-referrer", "noindex, nofollow", "no-store"],
        ),
        ("/admin/analytics/settings", ["same-origin", "", "no-store"]),
    ] {
        let response = ask(&router, path, &[]).await;
        let found = headers.map(|name| header_of(&response, name));
        assert_eq!(found, expected, "{path}");
    }
}

#[tokio::test]
async fn a_file_comes_in_the_form_that_is_liked_best() {
    let router = router(&[]);
    let plain = Fixture::get("_assets/app-D3pkYWU.js").unwrap().data;
    let mut tags = Vec::new();
    for (accepts, encoding, length) in [
        ("gzip, deflate, br, zstd", "br", None),
        ("gzip", "gzip", None),
        ("br;q=0.5, gzip;q=0.9", "gzip", None),
        ("identity", "", Some(plain.len())),
        ("br;q=0", "", Some(plain.len())),
        ("", "", Some(plain.len())),
    ] {
        let response = ask(&router, APP, &[("accept-encoding", accepts)]).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(
            header_of(&response, "content-encoding"),
            encoding,
            "{accepts}"
        );
        assert_eq!(header_of(&response, "vary"), "Accept-Encoding");
        assert_eq!(header_of(&response, "content-type"), "text/javascript");
        assert_eq!(
            header_of(&response, "cache-control"),
            "public, max-age=31536000, immutable"
        );
        tags.push(header_of(&response, "etag").to_owned());
        let body = bytes(response).await;
        match (encoding, length) {
            ("br", _) => {
                let file = Fixture::get("_assets/app-D3pkYWU.js.br").unwrap();
                assert_eq!(body, *file.data);
            }
            ("gzip", _) => {
                let mut unpacked = Vec::new();
                let mut packed = flate2::read::GzDecoder::new(&*body);
                packed.read_to_end(&mut unpacked).unwrap();
                assert_eq!(unpacked, *plain);
            }
            (_, length) => assert_eq!(Some(body.len()), length),
        }
    }
    assert_eq!(tags[1], tags[2]);
    assert!(tags[0] != tags[1] && tags[1] != tags[3] && tags[0] != tags[3]);
    for (held, status) in [
        (tags[0].clone(), StatusCode::NOT_MODIFIED),
        (
            format!("\"other\", W/{}", tags[0]),
            StatusCode::NOT_MODIFIED,
        ),
        ("*".to_owned(), StatusCode::NOT_MODIFIED),
        // The same file in another form.
        (tags[1].clone(), StatusCode::OK),
    ] {
        let headers = [("accept-encoding", "br"), ("if-none-match", held.as_str())];
        let response = ask(&router, APP, &headers).await;
        assert_eq!(response.status(), status, "{held}");
        assert_eq!(header_of(&response, "etag"), tags[0]);
        let is_empty = bytes(response).await.is_empty();
        assert_eq!(is_empty, status == StatusCode::NOT_MODIFIED);
    }
}

#[tokio::test]
async fn a_file_without_compressed_forms_is_itself_and_others_are_asked_for_again() {
    let router = router(&[]);
    let accepts = [("accept-encoding", "gzip, br")];
    let path = "/admin/analytics/_assets/font-CkhJZR.woff2";
    let response = ask(&router, path, &accepts).await;
    assert_eq!(header_of(&response, "content-type"), "font/woff2");
    assert_eq!(header_of(&response, "content-encoding"), "");
    assert_eq!(text(response).await, "no font");
    let response = ask(&router, "/admin/analytics/icon.svg", &accepts).await;
    assert_eq!(header_of(&response, "content-type"), "image/svg+xml");
    assert_eq!(header_of(&response, "cache-control"), "no-cache");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_the_page() {
    let router = router(&[]);
    for path in [
        "_assets/",
        "_assets/app-old.js",
        "_assets/app-D3pkYWU.js.br",
        "_assets/app-D3pkYWU.js.gz",
        "_assets/../index.html",
        "_assets/..%2findex.html",
        "_assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "_assets//etc/passwd",
        "_assets/app-D3pkYWU.js%00",
        "_assets/app-D3pkYWU.js/",
    ] {
        let response = ask(&router, &format!("/admin/analytics/{path}"), &[]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        let said = text(response).await;
        assert!(said.starts_with("There is no such file."), "{path}: {said}");
    }
}

#[tokio::test]
async fn pages_are_read_only() {
    let router = router(&[]);
    let head = Request::head(APP).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(head).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(bytes(response).await.is_empty());
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let request = Request::builder().method(method).uri("/admin/analytics/");
        let request = request.body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
}

#[tokio::test]
async fn a_binary_without_pages_says_how_to_have_them() {
    let none = Pages {
        index: None,
        assets: HashMap::new(),
    };
    let router = none.router();
    for path in ["/admin/analytics/", "/admin/analytics/users"] {
        let response = ask(&router, path, &[]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(header_of(&response, "cache-control"), "no-store");
        let page = text(response).await;
        assert!(page.contains("make install"), "{page}");
    }
}
