//! Saved segments: rules over people and channels, and questions that they narrow.

mod kept;

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
