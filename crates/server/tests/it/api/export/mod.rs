//! `GET /api/analytics/export`.

mod json;
mod table;
mod workbook;

use reqwest::{StatusCode, header::HeaderMap};

use crate::support::Service;

async fn export(service: &Service, path: &str) -> (HeaderMap, String) {
    let response = service.get(path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    (response.headers().clone(), response.text().await.unwrap())
}
