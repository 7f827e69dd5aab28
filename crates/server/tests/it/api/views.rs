//! Views: questions of the pages that are kept under a name.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    api::{assert_same, refusal::assert_refused},
    support::{Home, KEY, Service, json as read},
};

const VIEWS: &str = "/api/analytics/views";

async fn create(service: &Service, body: &Value) -> reqwest::Response {
    service.post(VIEWS).json(body).send().await.unwrap()
}

fn change(service: &Service, method: Method, id: &str) -> reqwest::RequestBuilder {
    let request = service.request(method, &format!("{VIEWS}/{id}"));
    request.header("X-API-Key", KEY)
}

#[tokio::test]
async fn a_view_is_kept_changed_by_its_version_and_taken_away() {
    let home = Home::new();
    let service = home.start(&[]);
    let query =
        json!({"metrics": "messages", "dimensions": "channel", "filter": "channel is \"a b\""});
    let made = create(&service, &json!({"name": " By channel ", "query": query})).await;
    assert_eq!(made.headers()["etag"], "\"1\"");
    let view = read(made, StatusCode::CREATED).await;
    let id = view["id"].as_str().unwrap().to_owned();
    assert_eq!(
        (&view["name"], &view["query"]),
        (&json!("By channel"), &query)
    );
    assert_eq!(view["createdBy"], "configured key");
    create(&service, &json!({"name": "another", "query": {}})).await;
    let list = service.json(VIEWS).await;
    let names: Vec<_> = list["views"]
        .as_array()
        .unwrap()
        .iter()
        .map(|view| &view["name"])
        .collect();
    assert_eq!(names, ["another", "By channel"]);

    let body = json!({"name": "Renamed", "query": {"metrics": "events"}});
    let put = |version: &str| {
        change(&service, Method::PUT, &id)
            .header("If-Match", version.to_owned())
            .json(&body)
    };
    let changed = read(put("\"1\"").send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(
        (&changed["name"], &changed["version"]),
        (&json!("Renamed"), &json!(2))
    );
    assert_refused(put("\"1\"").send().await.unwrap(), 412, "changed").await;
    assert_same(&service.json(&format!("{VIEWS}/{id}")).await, &changed);

    // Another workspace has none of it.
    let other = service.get(VIEWS).header("X-Source-Account-ID", "other");
    let list = read(other.send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(list["views"], json!([]));
    let other = change(&service, Method::DELETE, &id).header("X-Source-Account-ID", "other");
    assert_refused(other.send().await.unwrap(), 404, "not_found").await;

    let gone = change(&service, Method::DELETE, &id).send().await.unwrap();
    assert_eq!(read(gone, StatusCode::OK).await, json!({"success": true}));
    let gone = change(&service, Method::DELETE, &id).send().await.unwrap();
    assert_refused(gone, 404, "not_found").await;
}

#[tokio::test]
async fn what_is_no_view_and_who_may_only_read_is_refused() {
    let home = Home::new();
    let service = home.start(&[]);
    let many: serde_json::Map<_, _> = (0..41).map(|n| (format!("p{n}"), json!(""))).collect();
    for (body, field) in [
        (json!({"name": " ", "query": {}}), "name"),
        (json!({"name": "a\nb", "query": {}}), "name"),
        (json!({"name": "a".repeat(101), "query": {}}), "name"),
        (json!({"name": "a", "query": {"a b": "c"}}), "query"),
        (json!({"name": "a", "query": {"": "c"}}), "query"),
        (json!({"name": "a", "query": {"a": "b\nc"}}), "query"),
        (
            json!({"name": "a", "query": {"a": "b".repeat(4_001)}}),
            "query",
        ),
        (json!({"name": "a", "query": many}), "query"),
        (
            json!({"name": "a", "query": {"filter": "user = u1"}}),
            "query",
        ),
    ] {
        let refused = assert_refused(create(&service, &body).await, 400, "bad_view").await;
        assert_eq!(refused["details"]["field"], field, "{body}");
    }
    let shape = json!({"name": "a", "query": {"a": 1}});
    assert_refused(create(&service, &shape).await, 400, "bad_shape").await;
    let unknown = json!({"name": "a", "query": {}, "address": "https://example.org"});
    assert_refused(create(&service, &unknown).await, 400, "unknown_field").await;

    let arguments = [
        "key", "create", "--name", "test", "--access", "read", "--json",
    ];
    let made: Value = serde_json::from_slice(&home.run(&arguments, &[]).stdout).unwrap();
    let key = made["secret"].as_str().unwrap();
    let body = json!({"name": "a", "query": {}});
    let request = service
        .request(Method::POST, VIEWS)
        .header("X-API-Key", key)
        .json(&body);
    assert_refused(request.send().await.unwrap(), 403, "access_forbidden").await;
    let request = service.request(Method::GET, VIEWS).header("X-API-Key", key);
    assert_eq!(
        read(request.send().await.unwrap(), StatusCode::OK).await["views"],
        json!([])
    );
    let in_path = service
        .request(Method::POST, &format!("/k/{KEY}{VIEWS}"))
        .json(&body);
    assert_refused(in_path.send().await.unwrap(), 403, "access_forbidden").await;
}
