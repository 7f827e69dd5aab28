//! Saved segments: rules over people and channels, and questions that they narrow.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    api::{
        assert_same,
        chat::{Chat, path},
        refusal::assert_refused,
    },
    support::{Home, KEY, Service, json as read},
};

const SEGMENTS: &str = "/api/analytics/segments";

fn body(subject: &str, rule: &str) -> Value {
    let name: String = format!("by {rule}").chars().take(50).collect();
    json!({"name": name.trim(), "subject": subject, "rule": rule})
}

async fn create(service: &Service, body: &Value) -> Value {
    let response = service.post(SEGMENTS).json(body).send().await.unwrap();
    read(response, StatusCode::CREATED).await
}

async fn create_id(service: &Service, subject: &str, rule: &str) -> String {
    let made = create(service, &body(subject, rule)).await;
    made["id"].as_str().unwrap().to_owned()
}

fn ids(answer: &Value) -> Vec<&str> {
    let members = answer["members"].as_array().unwrap();
    members
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect()
}

async fn delete(service: &Service, id: &str) -> reqwest::Response {
    let request = service.request(Method::DELETE, &format!("{SEGMENTS}/{id}"));
    request.header("X-API-Key", KEY).send().await.unwrap()
}

async fn put(service: &Service, id: &str, body: &Value) -> reqwest::Response {
    let request = service.request(Method::PUT, &format!("{SEGMENTS}/{id}"));
    request
        .header("X-API-Key", KEY)
        .json(body)
        .send()
        .await
        .unwrap()
}

/// Makes segments of the chat; returns the subject, the identity and the members of each in the week.
async fn segments(service: &Service) -> Vec<(&'static str, String, Vec<&'static str>)> {
    let (people, channels) = ("people", "channels");
    let mut made: Vec<(&'static str, String, Vec<&'static str>)> = Vec::new();
    for (subject, rule, members) in [
        // Of the week: Ada wrote 3 messages, all in c-gen; Bob, Cyd and Dan 2 each.
        (people, "did messages atLeast 3", vec!["ada"]),
        (
            people,
            "did messages atLeast 2 where channel is c-gen",
            vec!["ada"],
        ),
        // Saturday and Sunday in Berlin: Ada at 00:30.
        (people, "did messages lastDays 2", vec!["ada", "cyd", "dan"]),
        (
            people,
            "role is owner or createdAt since 2025-03-16",
            vec!["ada", "bob"],
        ),
        (people, "not did messages", vec!["eve", "fay", "gus"]),
        (people, "did fileUploaded", vec!["bob"]),
        (
            people,
            "did daysActive atLeast 3 and isDeactivated is false",
            vec!["ada", "bob"],
        ),
        (people, "user is nobody", vec![]),
        (
            channels,
            "kind is public and not isArchived is true",
            vec!["c-gen", "c-ran"],
        ),
        (channels, "did messages atLeast 2", vec!["c-gen", "c-sec"]),
        (
            people,
            "did messages where segment:$8",
            vec!["ada", "bob", "dan"],
        ),
        (people, "segment:$2 and not segment:$0", vec!["cyd", "dan"]),
    ] {
        let mut rule = rule.to_owned();
        for (place, (_, id, _)) in made.iter().enumerate().rev() {
            rule = rule.replace(&format!("${place}"), id);
        }
        made.push((subject, create_id(service, subject, &rule).await, members));
    }
    made
}

#[tokio::test]
async fn members_are_as_worked_by_hand() {
    let chat = Chat::open().await;
    for (subject, id, members) in segments(&chat.service).await {
        let asked = format!("segments/{id}/members?period=7d");
        let answer = chat.service.json(&path(&asked)).await;
        let rule = chat.service.json(&format!("{SEGMENTS}/{id}")).await["rule"].clone();
        assert_eq!(ids(&answer), members, "{rule}");
        assert_eq!(answer["total"], members.len(), "{rule}");
        assert_eq!(answer["subject"], subject);
        let page = chat
            .service
            .json(&path(&format!("{asked}&limit=1&offset=1")))
            .await;
        let second: Vec<&str> = members.iter().skip(1).take(1).copied().collect();
        assert_eq!(
            (ids(&page), &page["total"]),
            (second, &json!(members.len()))
        );
        let preview = json!({"subject": subject, "rule": rule, "period": "7d",
            "asOf": super::chat::AS_OF, "tz": "Europe/Berlin"});
        let preview = chat
            .service
            .post(&format!("{SEGMENTS}/preview"))
            .json(&preview);
        let preview = read(preview.send().await.unwrap(), StatusCode::OK).await;
        assert_eq!(preview, answer);
    }
    let kept = chat.service.json(SEGMENTS).await;
    assert_eq!(kept["segments"].as_array().unwrap().len(), 12);
    let answer = chat.service.post(&format!("{SEGMENTS}/preview"));
    let answer = answer
        .json(&json!({"rule": "user is ada,robo"}))
        .send()
        .await
        .unwrap();
    let answer = read(answer, StatusCode::OK).await;
    // Bots are no people.
    assert_eq!(
        answer["members"],
        json!([{"id": "ada", "name": "Ada Lovelace"}])
    );
}

/// A question with a segment is the question with its members.
#[tokio::test]
async fn a_segment_narrows_every_question_as_its_members_do() {
    let chat = Chat::open().await;
    let ask = async |asked: &str| {
        let mut answer = chat.service.json(&path(asked)).await;
        // Of identifiers that nobody knows only those are told that a request names.
        answer.as_object_mut().unwrap().remove("meta");
        answer
    };
    for (place, (subject, id, members)) in segments(&chat.service).await.into_iter().enumerate() {
        let field = if subject == "people" {
            "user"
        } else {
            "channel"
        };
        let list = match members.join(",") {
            list if list.is_empty() => "nobody-at-all".to_owned(),
            list => list,
        };
        // Each question once with each segment, in one of three ways.
        for (turn, asked) in [
            "dashboard?period=7d&groupBy=week",
            "users?period=7d&groupBy=day&compare=previous",
            "users?period=7d&active=false",
            "channels?period=7d",
            "messages?period=7d&compare=year",
            "content?period=7d",
            "events?period=7d&limit=1000",
            "export?period=7d&format=json&metrics=users,messages,channels,events",
        ]
        .into_iter()
        .enumerate()
        {
            let ways = [
                (format!("segment={id}"), format!("filter={field} is {list}")),
                (
                    format!("filter=not segment:{id} and type is message_sent"),
                    format!("filter=not {field} is {list} and type is message_sent"),
                ),
                (
                    format!("channelId=c-gen&filter=segment:{id} or user is bob"),
                    format!("channelId=c-gen&filter={field} is {list} or user is bob"),
                ),
            ];
            let (segment, plain) = &ways[(place + turn) % ways.len()];
            let found = ask(&format!("{asked}&{segment}")).await;
            let expected = ask(&format!("{asked}&{plain}")).await;
            assert_same(&found, &expected);
        }
        let query = async |narrowed: Value| {
            let mut body = json!({"metrics": ["messages", "activeUsers"], "dimensions": ["channel"],
                "groupBy": "day", "period": "7d", "asOf": super::chat::AS_OF, "tz": "Europe/Berlin"});
            body.as_object_mut()
                .unwrap()
                .extend(narrowed.as_object().unwrap().clone());
            let answer = chat
                .service
                .post("/api/analytics/query")
                .json(&body)
                .send()
                .await;
            let mut answer = read(answer.unwrap(), StatusCode::OK).await;
            answer.as_object_mut().unwrap().remove("meta");
            answer
        };
        let found = query(json!({ "segment": id })).await;
        let expected = query(json!({"filter": format!("{field} is {list}")})).await;
        assert_same(&found, &expected);
    }
}

#[tokio::test]
async fn retention_and_lifecycle_are_those_of_the_members() {
    let chat = Chat::open().await;
    let service = &chat.service;
    let weekend = create_id(service, "people", "did messages lastDays 2").await;
    // Ada and Cyd were active in the week before as well; Dan came on Saturday. Bob is left out.
    let answer = service
        .json(&path(&format!("lifecycle?period=7d&segment={weekend}")))
        .await;
    let numbers =
        ["new", "kept", "returning", "churned"].map(|name| answer["summary"][name].clone());
    assert_eq!(numbers, [1, 2, 0, 0].map(Value::from));
    let dan = create_id(service, "people", "user is dan").await;
    let answer = service
        .json(&path(&format!(
            "retention?groupBy=day&period=7d&segment={dan}"
        )))
        .await;
    let sizes = answer["cohorts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cohort| cohort["size"].clone());
    // Saturday, the sixth day of the week.
    assert_eq!(
        sizes.collect::<Vec<_>>(),
        [0, 0, 0, 0, 0, 1, 0].map(Value::from)
    );
    let rooms = create_id(service, "channels", "kind is public").await;
    for asked in ["retention", "lifecycle"] {
        let refused = service
            .get(&path(&format!("{asked}?segment={rooms}")))
            .send()
            .await
            .unwrap();
        assert_refused(refused, 400, "unknown_segment").await;
    }
}

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
