//! A service that is switched off: it runs on, opens nothing, and says so.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::router::ROUTES;
use crate::{
    api::refusal::assert_refused,
    support::{Home, json as read},
};

#[tokio::test]
async fn a_service_that_is_switched_off_says_so_and_opens_nothing() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_ENABLED", "false")]);
    for (path, method) in ROUTES {
        let request = service.request(method.clone(), path).body("{}");
        let response = request.send().await.unwrap();
        let health = ["/health", "/healthz", "/live", "/ready", "/readyz"];
        if health.iter().any(|end| path.ends_with(end)) {
            let answer = read(response, StatusCode::OK).await;
            let expected = json!({"status": "disabled", "version": env!("CARGO_PKG_VERSION"), "service": "analytics"});
            assert_eq!(answer, expected, "{path}");
        } else if *path == "/version" {
            read(response, StatusCode::OK).await;
        } else {
            assert_refused(response, 503, "disabled").await;
        }
    }
    let request = service.request(Method::GET, "/k/some-key/api/analytics/dashboard");
    assert_refused(request.send().await.unwrap(), 503, "disabled").await;
    assert!(!home.data().exists());
    assert_eq!(service.stop(), Some(0));
}
