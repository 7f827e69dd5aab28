//! How segments are kept, and found.

use super::*;

#[tokio::test]
async fn a_segment_is_kept_changed_and_taken_away_unless_it_is_used() {
    let chat = Chat::open().await;
    let service = &chat.service;
    let made = create(service, &json!({"name": " Writers ", "description": "who write", "rule": " did messages atLeast 3 "})).await;
    let id = made["id"].as_str().unwrap();
    let expected = json!({"id": id, "name": "Writers", "description": "who write", "subject": "people",
        "rule": "did messages atLeast 3", "createdBy": "configured key", "createdAt": made["createdAt"],
        "updatedAt": made["createdAt"], "version": 1});
    assert_eq!(made, expected);
    let question = path(&format!("messages?period=7d&segment={id}"));
    assert_eq!(service.json(&question).await["total"], 3);
    // Answers that are remembered follow the rule.
    let changed = put(
        service,
        id,
        &json!({"name": "Writers", "rule": "did messages"}),
    )
    .await;
    assert_eq!(changed.headers()[header::ETAG], "\"2\"");
    assert_eq!(read(changed, StatusCode::OK).await["version"], 2);
    assert_eq!(service.json(&question).await["total"], 9);
    let stale = service
        .request(Method::PUT, &format!("{SEGMENTS}/{id}"))
        .header("X-API-Key", KEY);
    let stale = stale
        .header(header::IF_MATCH, "\"1\"")
        .json(&body("people", "did messages"));
    assert_refused(stale.send().await.unwrap(), 412, "changed").await;

    let user = create(
        service,
        &body("channels", &format!("did messages where segment:{id}")),
    )
    .await;
    let user_id = user["id"].as_str().unwrap();
    let refused = assert_refused(delete(service, id).await, 409, "segment_in_use").await;
    let used_by = json!([{"id": user_id, "name": user["name"]}]);
    assert_eq!(refused["details"]["usedBy"], used_by);
    let refused = put(service, id, &body("channels", "kind is public")).await;
    assert_refused(refused, 409, "segment_in_use").await;
    // Neither directly nor by others may it be a part of itself.
    for rule in [
        format!("segment:{id}"),
        format!("did messages where segment:{user_id}"),
    ] {
        let refused = put(service, id, &body("people", &rule)).await;
        let error = assert_refused(refused, 400, "bad_segment").await;
        assert_eq!(error["details"]["field"], "rule", "{rule}");
    }
    for id in [user_id, id] {
        read(delete(service, id).await, StatusCode::OK).await;
        assert_refused(delete(service, id).await, 404, "not_found").await;
    }
    assert_refused(
        service.get(&question).send().await.unwrap(),
        400,
        "unknown_segment",
    )
    .await;
    assert_eq!(service.json(SEGMENTS).await, json!({"segments": []}));
}

#[tokio::test]
async fn what_cannot_be_a_segment_is_refused_with_the_field_that_is_wrong() {
    let home = Home::new();
    let service = home.start(&[]);
    let rooms = create_id(&service, "channels", "").await;
    for (body, field) in [
        (json!({"name": "", "rule": ""}), "name"),
        (json!({"name": "a".repeat(201), "rule": ""}), "name"),
        (
            json!({"name": "a", "rule": "", "description": "b".repeat(2_001)}),
            "description",
        ),
        (
            json!({"name": "a", "rule": "", "subject": "messages"}),
            "subject",
        ),
        (json!({"name": "a", "rule": "role admin"}), "rule"),
        (json!({"name": "a", "rule": "kind is public"}), "rule"),
        (json!({"name": "a", "rule": "segment:nowhere"}), "rule"),
        (
            json!({"name": "a", "rule": format!("segment:{rooms}")}),
            "rule",
        ),
        (
            json!({"name": "a", "rule": "did messages where segment:nowhere"}),
            "rule",
        ),
    ] {
        let response = service.post(SEGMENTS).json(&body).send().await.unwrap();
        let error = assert_refused(response, 400, "bad_segment").await;
        assert_eq!(error["details"]["field"], field, "{body}");
    }
    let preview = service.post(&format!("{SEGMENTS}/preview"));
    let preview = preview
        .json(&json!({"rule": "user is a", "period": "3w"}))
        .send()
        .await
        .unwrap();
    assert_refused(preview, 400, "bad_period").await;
    for asked in [
        "segment=nowhere",
        "filter=segment:nowhere",
        "filter=not segment:nowhere",
    ] {
        let response = service
            .get(&format!("/api/analytics/messages?{asked}"))
            .send()
            .await
            .unwrap();
        assert_refused(response, 400, "unknown_segment").await;
    }
    let kept = service.json(SEGMENTS).await;
    assert_eq!(kept["segments"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn segments_of_another_workspace_are_not_there_and_who_reads_does_not_write() {
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
    let id = create_id(&service, "people", "user is ours").await;
    let one = format!("{SEGMENTS}/{id}");
    let members = format!("{one}/members");
    let body = body("people", "user is theirs");
    let of = |method, path: &str| service.request(method, path).header("X-API-Key", reader);
    for path in [SEGMENTS, &one, &members] {
        read(of(Method::GET, path).send().await.unwrap(), StatusCode::OK).await;
    }
    for (method, path) in [
        (Method::POST, SEGMENTS),
        (Method::PUT, one.as_str()),
        (Method::DELETE, one.as_str()),
    ] {
        let response = of(method, path).json(&body).send().await.unwrap();
        assert_refused(response, 403, "access_forbidden").await;
    }
    let theirs = |method, path: &str| {
        let request = service.request(method, path).header("X-API-Key", KEY);
        request.header("X-Source-Account-ID", "other")
    };
    for (method, path) in [
        (Method::GET, &one),
        (Method::GET, &members),
        (Method::PUT, &one),
        (Method::DELETE, &one),
    ] {
        let response = theirs(method, path).json(&body).send().await.unwrap();
        assert_refused(response, 404, "not_found").await;
    }
    let question = format!("/api/analytics/users?segment={id}");
    let response = theirs(Method::GET, &question).send().await.unwrap();
    assert_refused(response, 400, "unknown_segment").await;
    let kept = read(
        theirs(Method::GET, SEGMENTS).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(kept, json!({"segments": []}));
}

#[tokio::test]
async fn people_channels_and_segments_are_found_by_name() {
    let chat = Chat::open().await;
    let service = &chat.service;
    let id = create(service, &json!({"name": "Random people", "rule": ""})).await["id"].clone();
    let found = async |asked: &str| {
        let answer = service
            .json(&format!("/api/analytics/search?{asked}"))
            .await;
        let results = answer["results"].as_array().unwrap().iter();
        results
            .map(|one| (one["kind"].clone(), one["id"].clone()))
            .collect::<Vec<_>>()
    };
    let pair = |kind: &str, id: &str| (json!(kind), json!(id));
    // The whole name, then its beginning, then within the identifier.
    let expected = [pair("channel", "c-ran"), (json!("segment"), id)];
    assert_eq!(found("q=RANDOM").await, expected);
    assert_eq!(found("q=random&limit=1").await, expected[..1]);
    assert_eq!(found("q=love").await, [pair("person", "ada")]);
    assert_eq!(found("q=ada").await, [pair("person", "ada")]);
    // Both hold it; a bot comes last.
    assert_eq!(
        found("q=ob").await,
        [pair("person", "bob"), pair("person", "robo")]
    );
    assert!(found("q=example.com").await.is_empty());
    assert!(found("").await.is_empty());
    for asked in ["q=a&limit=0".to_owned(), format!("q={}", "a".repeat(201))] {
        let path = format!("/api/analytics/search?{asked}");
        assert_refused(
            service.get(&path).send().await.unwrap(),
            400,
            "bad_parameter",
        )
        .await;
    }
    let other = service
        .get("/api/analytics/search?q=ada")
        .header("X-Source-Account-ID", "other");
    let other = read(other.send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(other, json!({"results": []}));
}
