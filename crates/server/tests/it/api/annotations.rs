//! Annotations: kept, changed by who has seen them, and shown beside the numbers of their time.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    api::{
        chat::{Chat, path},
        refusal::assert_refused,
    },
    support::{Home, KEY, Service, json as read},
};

const ANNOTATIONS: &str = "/api/analytics/annotations";

async fn create(service: &Service, body: &Value) -> Value {
    let response = service.post(ANNOTATIONS).json(body).send().await.unwrap();
    read(response, StatusCode::CREATED).await
}

async fn titles(service: &Service, question: &str) -> Vec<String> {
    let answer = service.json(question).await;
    let list = answer["annotations"].as_array();
    let list = list.or_else(|| answer["meta"]["annotations"].as_array());
    let title = |one: &Value| one["title"].as_str().unwrap().to_owned();
    list.into_iter().flatten().map(title).collect()
}

#[tokio::test]
async fn an_annotation_is_kept_changed_and_taken_away() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_TIMEZONE", "Europe/Berlin")]);
    let body = json!({"at": "2025-03-30", "title": " Release 2.0 ", "text": "notes", "kind": "release", "channelId": "c1"});
    let made = create(&service, &body).await;
    let expected = json!({
        "id": made["id"], "at": "2025-03-29T23:00:00Z", "title": "Release 2.0", "text": "notes",
        "kind": "release", "channelId": "c1", "createdBy": "configured key",
        "createdAt": made["createdAt"], "updatedAt": made["createdAt"], "version": 1,
    });
    assert_eq!(made, expected);
    // It outlives the service.
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[("ANALYTICS_TIMEZONE", "Europe/Berlin")]);
    let one = format!("{ANNOTATIONS}/{}", made["id"].as_str().unwrap());
    let response = service.get(&one).send().await.unwrap();
    assert_eq!(response.headers()[header::ETAG], "\"1\"");
    assert_eq!(read(response, StatusCode::OK).await, made);

    let put = |tag: Option<&'static str>, title: &'static str| {
        let request = service.request(Method::PUT, &one).header("X-API-Key", KEY);
        let request = tag.into_iter().fold(request, |request, tag| {
            request.header(header::IF_MATCH, tag)
        });
        let body =
            json!({"from": "2025-03-30T10:00:00Z", "to": "2025-03-30T12:00:00Z", "title": title});
        request.json(&body).send()
    };
    let changed = read(put(Some("\"1\""), "Outage").await.unwrap(), StatusCode::OK).await;
    let expected = json!({
        "id": made["id"], "from": "2025-03-30T10:00:00Z", "to": "2025-03-30T12:00:00Z",
        "title": "Outage", "text": null, "kind": "note", "channelId": null,
        "createdBy": "configured key", "createdAt": made["createdAt"],
        "updatedAt": changed["updatedAt"], "version": 2,
    });
    assert_eq!(changed, expected);
    // Whoever has seen the first version has not seen this one.
    assert_refused(put(Some("\"1\""), "Late").await.unwrap(), 412, "changed").await;
    assert_eq!(service.json(&one).await, changed);
    let changed = read(put(None, "Any").await.unwrap(), StatusCode::OK).await;
    assert_eq!(
        (&changed["title"], &changed["version"]),
        (&json!("Any"), &json!(3))
    );

    let delete = || {
        let request = service.request(Method::DELETE, &one);
        request.header("X-API-Key", KEY).send()
    };
    let gone = read(delete().await.unwrap(), StatusCode::OK).await;
    assert_eq!(gone, json!({"success": true}));
    assert_refused(delete().await.unwrap(), 404, "not_found").await;
    assert_refused(put(None, "Gone").await.unwrap(), 404, "not_found").await;
    assert_eq!(service.json(ANNOTATIONS).await, json!({"annotations": []}));
}

#[tokio::test]
async fn what_cannot_be_an_annotation_is_refused_with_the_field_that_is_wrong() {
    let home = Home::new();
    let service = home.start(&[]);
    let at = "2025-03-30T10:00:00Z";
    for (body, field) in [
        (json!({"title": "a"}), "at"),
        (json!({"title": "a", "at": at, "to": at}), "at"),
        (json!({"title": "a", "from": at}), "at"),
        (json!({"title": "a", "at": "soon"}), "at"),
        (json!({"title": "a", "from": at, "to": at}), "to"),
        (json!({"title": "a", "from": at, "to": "2025-02-30"}), "to"),
        (json!({"title": " ", "at": at}), "title"),
        (json!({"title": "a\nb", "at": at}), "title"),
        (json!({"title": "a".repeat(201), "at": at}), "title"),
        (
            json!({"title": "a", "at": at, "text": "b".repeat(4_001)}),
            "text",
        ),
        (json!({"title": "a", "at": at, "kind": "party"}), "kind"),
        (
            json!({"title": "a", "at": at, "channelId": "c".repeat(600)}),
            "channelId",
        ),
    ] {
        let response = service.post(ANNOTATIONS).json(&body).send().await.unwrap();
        let error = assert_refused(response, 400, "bad_annotation").await;
        assert_eq!(error["details"]["field"], field, "{body}");
    }
    for (asked, code) in [
        ("from=soon", "bad_time"),
        ("to=2025-02-30", "bad_time"),
        ("limit=0", "bad_parameter"),
        ("limit=1001", "bad_parameter"),
    ] {
        let response = service
            .get(&format!("{ANNOTATIONS}?{asked}"))
            .send()
            .await
            .unwrap();
        assert_refused(response, 400, code).await;
    }
    assert_eq!(service.json(ANNOTATIONS).await, json!({"annotations": []}));
}

#[tokio::test]
async fn annotations_stand_beside_the_numbers_of_their_time() {
    let chat = Chat::open().await;
    let service = &chat.service;
    // The week is from Monday, 24 March, 00:00 in Berlin until Sunday, 30 March, 20:00 UTC.
    let question = path("messages?period=7d");
    assert_eq!(titles(service, &question).await, [""; 0]);
    for (title, from, to) in [
        (
            "over before",
            "2025-03-23T20:00:00Z",
            Some("2025-03-23T23:00:00Z"),
        ),
        (
            "begins before",
            "2025-03-23T20:00:00Z",
            Some("2025-03-23T23:00:01Z"),
        ),
        ("before", "2025-03-23T22:59:59Z", None),
        ("first instant", "2025-03-23T23:00:00Z", None),
        (
            "all along",
            "2025-01-01T00:00:00Z",
            Some("2026-01-01T00:00:00Z"),
        ),
        ("last instant", "2025-03-30T19:59:59Z", None),
        ("after", "2025-03-30T20:00:00Z", None),
    ] {
        let mut body = json!({"title": title, "from": from, "to": to});
        if to.is_none() {
            body = json!({"title": title, "at": from});
        }
        create(service, &body).await;
    }
    let elsewhere = json!({"title": "random", "at": "2025-03-26", "channelId": "c-ran"});
    let id = create(service, &elsewhere).await["id"].clone();
    // The remembered answer without them is not given again.
    let within = [
        "all along",
        "begins before",
        "first instant",
        "random",
        "last instant",
    ];
    for question in [
        "messages?period=7d",
        "dashboard?period=7d",
        "users?period=7d&groupBy=day",
        "lifecycle?period=7d",
        "retention?period=7d",
    ] {
        assert_eq!(titles(service, &path(question)).await, within, "{question}");
    }
    let lately = path("realtime");
    let lately = lately.replace("&tz=Europe/Berlin", "");
    assert_eq!(
        titles(service, &lately).await,
        ["all along", "last instant"]
    );
    let of_channel = path("messages?period=7d&channelId=c-gen");
    let without: Vec<&str> = within
        .into_iter()
        .filter(|title| *title != "random")
        .collect();
    assert_eq!(titles(service, &of_channel).await, without);
    // The list is the latest first, and cut alike.
    let listed = "?from=2025-03-23T23:00:00Z&to=2025-03-30T20:00:00Z";
    let mut latest_first = within.to_vec();
    latest_first.reverse();
    let list = format!("{ANNOTATIONS}{listed}");
    assert_eq!(titles(service, &list).await, latest_first);
    assert_eq!(
        titles(service, &format!("{list}&limit=1")).await,
        ["last instant"]
    );
    // What is taken away is gone from answers that were remembered.
    let one = format!("{ANNOTATIONS}/{}", id.as_str().unwrap());
    let request = service
        .request(Method::DELETE, &one)
        .header("X-API-Key", KEY);
    read(request.send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(titles(service, &question).await, without);
}

#[tokio::test]
async fn annotations_of_another_workspace_are_not_there_and_who_reads_does_not_write() {
    let home = Home::new();
    let output = home.run(
        &[
            "key", "create", "--name", "test", "--access", "read", "--json",
        ],
        &[],
    );
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let reader = made["secret"].as_str().unwrap();
    let service = home.start(&[]);
    let body = json!({"title": "ours", "at": "2025-03-30"});
    let id = create(&service, &body).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let one = format!("{ANNOTATIONS}/{id}");
    let of = |method, path: &str| service.request(method, path).header("X-API-Key", reader);
    read(of(Method::GET, &one).send().await.unwrap(), StatusCode::OK).await;
    for (method, path) in [
        (Method::POST, ANNOTATIONS),
        (Method::PUT, one.as_str()),
        (Method::DELETE, one.as_str()),
    ] {
        let response = of(method, path).json(&body).send().await.unwrap();
        assert_refused(response, 403, "access_forbidden").await;
    }
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let request = service.request(method, &one).header("X-API-Key", KEY);
        let request = request.header("X-Source-Account-ID", "other").json(&body);
        assert_refused(request.send().await.unwrap(), 404, "not_found").await;
    }
    let others = service
        .get(ANNOTATIONS)
        .header("X-Source-Account-ID", "other");
    let others = read(others.send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(others, json!({"annotations": []}));
    assert_eq!(titles(&service, ANNOTATIONS).await, ["ours"]);
}
