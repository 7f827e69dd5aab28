//! What holds for every request: a key in its path, its id, its headers.

use reqwest::{Method, StatusCode};

use super::router::{ROUTES, is_of_pages};
use crate::{
    api::refusal::assert_refused,
    support::{Home, KEY, json as read},
};

#[tokio::test]
async fn a_key_in_the_path_opens_every_path() {
    let home = Home::new();
    let service = home.start(&[]);
    for (path, method) in ROUTES.iter().filter(|route| !is_of_pages(route)) {
        let request = service.request(method.clone(), &format!("/k/{KEY}{path}"));
        let request = if *method == Method::POST {
            request.body("{\"event\": \"x\"}")
        } else {
            request
        };
        let response = request.send().await.unwrap();
        // An event is neither a span, nor a report, nor a question.
        let other = ["refill", "reports", "query", "funnels", "run", "preview"]
            .iter()
            .any(|end| path.ends_with(end))
            && *method == Method::POST
            || path.ends_with("compare");
        let is_kept = ["/annotations", "/segments", "/views", "/people/"]
            .iter()
            .any(|kept| path.contains(kept))
            && *method != Method::GET
            && !path.ends_with("preview");
        let expected = match (other, path.contains("{id}")) {
            // They open what a link leads to.
            _ if path.ends_with("/share") => 404,
            _ if path.starts_with("/unsubscribe") && *method == Method::POST => 404,
            // Keys in paths are shown to everybody, and say nothing for the chat.
            _ if is_kept
                || path.contains("/keys")
                || path.contains("/sessions")
                || path.contains("/imports")
                || path.contains("/shares")
                || ["import", "records", "hasura", "sql"]
                    .iter()
                    .any(|end| path.ends_with(end)) =>
            {
                403
            }
            (true, _) => 400,
            (false, true) => 404,
            (false, false) => 200,
        };
        assert_eq!(response.status(), expected, "{path}");
        assert!(!response.text().await.unwrap().contains(KEY), "{path}");
    }
    for path in [
        "/k/wrong-key/api/analytics/dashboard",
        "/k/wrong-key/api/analytics/nothing",
        "/k/wrong-key",
        "/k/",
        "/k",
    ] {
        let response = service.request(Method::GET, path).send().await.unwrap();
        let code = if path.ends_with("dashboard") {
            (401, "key_malformed")
        } else {
            (404, "not_found")
        };
        assert_refused(response, code.0, code.1).await;
    }
    // Slashes too many and parameters are no trouble.
    for path in [
        format!("//k//{KEY}//api/analytics/dashboard?period=7d"),
        format!(
            "/k/{}/api/analytics/dashboard?period=7d",
            KEY.replace('-', "%2D")
        ),
    ] {
        let answer = read(
            service.request(Method::GET, &path).send().await.unwrap(),
            StatusCode::OK,
        )
        .await;
        assert_eq!(answer["period"], "7d", "{path}");
    }
}

#[tokio::test]
async fn every_answer_bears_an_id_and_is_given_to_nobody_else() {
    let home = Home::new();
    let service = home.start(&[]);
    let mut ids = Vec::new();
    for path in [
        "/health",
        "/api/analytics/dashboard",
        "/api/analytics/export?format=csv",
        "/nowhere",
        "/api/analytics/users?limit=0",
    ] {
        let response = service.get(path).send().await.unwrap();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(
            header("x-content-type-options").as_deref(),
            Some("nosniff"),
            "{path}"
        );
        // Browsers may keep numbers, but ask each time.
        let control = match path {
            "/api/analytics/dashboard" => "private, no-cache",
            _ => "no-store",
        };
        assert_eq!(header("cache-control").as_deref(), Some(control), "{path}");
        ids.push(header("x-request-id").unwrap());
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 5);
    let long = "x".repeat(65);
    for (sent, kept) in [
        ("req-1.a_B", true),
        (&long[..64], true),
        (&long[..], false),
        ("", false),
        ("a b", false),
        ("<script>", false),
        ("a\tb", false),
        ("{\"a\":1}", false),
        ("ü", false),
        ("a/b", false),
    ] {
        let response = service
            .get("/nowhere")
            .header("X-Request-Id", sent)
            .send()
            .await
            .unwrap();
        let answered = response.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(answered == sent, kept, "{sent}: {answered}");
        assert_refused(response, 404, "not_found").await;
    }
}
