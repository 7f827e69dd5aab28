//! Answers that are remembered: by whom they are shared, and when they are computed anew.

mod law;

use futures::future::join_all;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::{
    assert_same,
    chat::{Chat, path},
    refusal::assert_refused,
};
use crate::support::{Home, KEY, Service, json as read};

/// Every question whose answer is remembered.
const QUESTIONS: [&str; 11] = [
    "dashboard?period=7d",
    "users?period=7d",
    "channels?period=7d",
    "messages?period=7d",
    "content?period=7d",
    "retention?period=30d",
    "lifecycle?period=30d",
    "changes?period=7d",
    "response-times?period=7d",
    "platform-health?period=7d",
    "unanswered?period=7d",
];

/// Returns whether a question is about people alone: it takes no channel and explains nothing.
fn is_of_people(question: &str) -> bool {
    question.starts_with("retention") || question.starts_with("lifecycle")
}

/// Returns whether a question is about responses: it knows no bots and explains nothing.
fn is_of_responses(question: &str) -> bool {
    question.starts_with("response-times") || question.starts_with("unanswered")
}

/// An answer with what its headers say of it.
#[derive(Debug)]
struct Got {
    status: StatusCode,
    cache: Option<String>,
    tag: String,
    control: String,
    text: String,
}

impl Got {
    /// The body without what the answer is about, which must say the same as the header.
    fn numbers(&self) -> Value {
        let mut body: Value = serde_json::from_str(&self.text).unwrap();
        let meta = body.as_object_mut().unwrap().remove("meta").unwrap();
        assert_eq!(meta["cached"], self.cache.as_deref() == Some("hit"));
        body
    }

    fn is_hit(&self) -> bool {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        match self.cache.as_deref() {
            Some("hit") => true,
            Some("miss") => false,
            other => panic!("X-Cache is {other:?}"),
        }
    }
}

async fn got(request: RequestBuilder) -> Got {
    let response = request.send().await.unwrap();
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    Got {
        status: response.status(),
        cache: header("x-cache"),
        tag: header("etag").unwrap_or_default(),
        control: header("cache-control").unwrap(),
        text: response.text().await.unwrap(),
    }
}

async fn ask(service: &Service, what: &str) -> Got {
    got(service.get(&path(what))).await
}

/// How many answers were remembered, how many were computed, and how many bytes are held.
async fn counted(service: &Service) -> [u64; 3] {
    let text = service.get("/metrics").send().await.unwrap();
    let text = text.text().await.unwrap();
    [
        "nself_plugin_cache_requests_total{plugin=\"analytics\",result=\"hit\"} ",
        "nself_plugin_cache_requests_total{plugin=\"analytics\",result=\"miss\"} ",
        "nself_plugin_cache_bytes{plugin=\"analytics\"} ",
    ]
    .map(|name| {
        let value = text.lines().find_map(|line| line.strip_prefix(name));
        value.map_or(0, |value| value.parse().unwrap())
    })
}

#[tokio::test]
async fn the_second_answer_is_the_first_one_remembered() {
    let chat = Chat::open().await;
    let mut bytes = 0;
    for question in QUESTIONS {
        let first = ask(&chat.service, question).await;
        assert!(!first.is_hit(), "{question}");
        // What is passed over, the order, and what holds anyway make no other question.
        let of_people = is_of_people(question);
        for more in ["", "&_=1", "&includeBots=false", "&compare="] {
            if (of_people || is_of_responses(question)) && more.len() > 4 {
                continue;
            }
            let second = ask(&chat.service, &format!("{question}{more}")).await;
            assert!(second.is_hit(), "{question}{more}");
            assert_same(&second.numbers(), &first.numbers());
            assert_eq!(second.tag, first.tag);
        }
        let narrower = if of_people {
            "groupBy=month"
        } else {
            "channelId=c-gen"
        };
        let other = ask(&chat.service, &format!("{question}&{narrower}")).await;
        assert!(!other.is_hit(), "{question}");
        assert!(
            first.tag.starts_with("W/\"") && first.tag.ends_with('"'),
            "{}",
            first.tag
        );
        assert_eq!(first.control, "private, no-cache");
        bytes += first.text.len() + other.text.len();
    }
    let [hits, misses, held] = counted(&chat.service).await;
    assert_eq!((hits, misses), (36, 22));
    assert!(held > bytes as u64, "{held} of {bytes}");
    // Open pages name no present of their own.
    let dashboard = async || got(chat.service.get("/api/analytics/dashboard?period=7d")).await;
    let (first, second) = (dashboard().await, dashboard().await);
    assert_eq!((first.is_hit(), second.is_hit()), (false, true));
    assert_eq!(first.tag, second.tag);
}

#[tokio::test]
async fn what_comes_in_is_in_the_next_answer() {
    let home = Home::new();
    let service = home.start(&[]);
    for (number, at) in ["", "&asOf=2125-01-01T00:00:00Z"]
        .iter()
        .cycle()
        .take(6)
        .enumerate()
    {
        let question = format!("/api/analytics/dashboard?period=all{at}");
        let event =
            json!({"event": "message_sent", "userId": format!("u{number}"), "channelId": "c"});
        service.track(&event).await;
        let fresh = got(service.get(&question)).await;
        assert!(!fresh.is_hit());
        assert_eq!(fresh.numbers()["totalMessages"], number + 1);
        assert!(got(service.get(&question)).await.is_hit());
    }
    let name = json!({"channels": [{"id": "c", "name": "general", "kind": "public"}]});
    let stored = service.post("/api/analytics/records").json(&name).send();
    read(stored.await.unwrap(), StatusCode::OK).await;
    let channels = got(service.get("/api/analytics/dashboard?period=all")).await;
    assert!(!channels.is_hit());
    let charts = &channels.numbers()["charts"];
    assert_eq!(charts["channelActivity"][0]["name"], "general");
}

#[tokio::test]
async fn what_is_held_is_not_sent_again() {
    let chat = Chat::open().await;
    for question in QUESTIONS {
        let first = ask(&chat.service, question).await;
        let again = |tag: &str| {
            let request = chat.service.get(&path(question));
            got(request
                .header("If-None-Match", tag)
                .header("Accept-Encoding", "gzip"))
        };
        for tags in [
            first.tag.clone(),
            format!("\"x\", {}", first.tag),
            "*".to_owned(),
        ] {
            let held = again(&tags).await;
            assert_eq!(held.status, StatusCode::NOT_MODIFIED, "{question} {tags}");
            let said = (held.cache.as_deref(), &held.tag, held.control.as_str());
            assert_eq!(said, (Some("hit"), &first.tag, "private, no-cache"));
            assert_eq!(held.text, "");
        }
        assert_eq!(again("W/\"x\"").await.status, StatusCode::OK);
        let head = chat.service.request(Method::HEAD, &path(question));
        let head = got(head.header("X-API-Key", KEY)).await;
        assert!(head.is_hit() && head.tag == first.tag && head.text.is_empty());
    }
    // What comes in on other days leaves it alone. The tag is of what is answered, so what changes
    // nothing in it changes no tag.
    let question = "messages?period=7d";
    let tag = ask(&chat.service, question).await.tag;
    for (kind, at, status, cache) in [
        ("message_sent", "2026-01-02T19:00:00Z", 304, "hit"),
        ("login", "2025-03-30T19:00:00Z", 304, "miss"),
        ("message_sent", "2025-03-30T19:00:00Z", 200, "miss"),
    ] {
        let event = json!({"event": kind, "userId": "ada", "channelId": "c-gen", "timestamp": at});
        chat.service.track(&event).await;
        let request = chat.service.get(&path(question));
        let answer = got(request.header("If-None-Match", &tag)).await;
        let said = (answer.status.as_u16(), answer.cache.as_deref());
        assert_eq!(said, (status, Some(cache)), "{kind} {at}");
    }
}

#[tokio::test]
async fn the_same_question_at_the_same_time_is_computed_once() {
    let chat = Chat::open().await;
    for (round, question) in QUESTIONS.iter().enumerate() {
        let answers = join_all((0..8).map(|_| ask(&chat.service, question))).await;
        let fresh = answers.iter().filter(|answer| !answer.is_hit()).count();
        assert_eq!(fresh, 1, "{question}");
        for answer in &answers {
            assert_eq!(answer.numbers(), answers[0].numbers());
            assert_eq!(answer.tag, answers[0].tag);
        }
        let rounds = round as u64 + 1;
        assert_eq!(counted(&chat.service).await[..2], [rounds * 7, rounds]);
    }
}

#[tokio::test]
async fn whoever_may_see_less_is_never_given_what_others_see() {
    let chat = Chat::open().await;
    let question = path("users?period=7d&search=lovelace");
    let full = || chat.service.get(&question);
    // Nobody knows who is behind a key in the path.
    let discreet = || {
        chat.service
            .request(Method::GET, &format!("/k/{KEY}{question}"))
    };
    for hit in [false, true] {
        for (request, email) in [(full(), "ada@example.com"), (discreet(), "")] {
            let answer = got(request).await;
            assert_eq!(answer.is_hit(), hit, "{email}");
            assert_eq!(answer.numbers()["users"][0]["email"], email);
        }
    }
    let tag = got(full()).await.tag;
    let other = got(discreet().header("If-None-Match", tag)).await;
    assert_eq!(other.status, StatusCode::OK);
}

#[tokio::test]
async fn workspaces_share_nothing() {
    let home = Home::new();
    let service = home.start(&[]);
    let named = |request: RequestBuilder, name: &str| request.header("X-Source-Account-ID", name);
    for (name, count) in [("first", 2), ("second", 3)] {
        let event = json!({"event": "message_sent", "userId": "u1", "channelId": "c"});
        let events = json!(vec![event; count]);
        let request = named(service.post("/api/analytics/track"), name).json(&events);
        read(request.send().await.unwrap(), StatusCode::OK).await;
    }
    for hit in [false, true] {
        for (name, count) in [("first", 2), ("second", 3), ("third", 0)] {
            for question in ["dashboard?period=7d", "messages?period=7d"] {
                let request = service.get(&format!("/api/analytics/{question}"));
                let answer = got(named(request, name)).await;
                assert_eq!(answer.is_hit(), hit, "{name} {question}");
                let numbers = answer.numbers();
                let total = numbers.get("totalMessages").or(numbers.get("total"));
                assert_eq!(total, Some(&json!(count)), "{name} {question}");
            }
        }
    }
}

#[tokio::test]
async fn explanations_are_never_remembered() {
    let chat = Chat::open().await;
    let explains = |question: &&&str| !is_of_people(question) && !is_of_responses(question);
    for question in QUESTIONS.iter().filter(explains) {
        let plain = ask(&chat.service, question).await;
        for _ in 0..2 {
            let explained = ask(&chat.service, &format!("{question}&explain=true")).await;
            assert!(!explained.is_hit(), "{question}");
            let mut numbers = explained.numbers();
            numbers.as_object_mut().unwrap().remove("explain");
            assert_eq!(numbers, plain.numbers(), "{question}");
        }
    }
}

#[tokio::test]
async fn nothing_is_remembered_where_the_setting_says_so() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_CACHE_TTL", "0")]);
    for question in QUESTIONS {
        let first = ask(&service, question).await;
        let second = ask(&service, question).await;
        assert!(!first.is_hit() && !second.is_hit(), "{question}");
        assert_eq!(first.numbers(), second.numbers());
        // Tags need no memory.
        let request = service.get(&path(question));
        let held = got(request.header("If-None-Match", first.tag)).await;
        assert_eq!(held.status, StatusCode::NOT_MODIFIED, "{question}");
    }
    let [hits, _, bytes] = counted(&service).await;
    assert_eq!((hits, bytes), (0, 0));
}

#[tokio::test]
async fn refusals_are_not_remembered() {
    let home = Home::new();
    let service = home.start(&[]);
    let questions = [
        ("dashboard?period=7d&tz=Nowhere/Land", "bad_zone"),
        (
            "messages?from=2000-01-01&to=2025-01-01&groupBy=hour",
            "too_many_buckets",
        ),
        (
            "retention?from=1900-01-01&to=2025-01-01&groupBy=day",
            "too_many_buckets",
        ),
        ("users?limit=0", "bad_parameter"),
    ];
    for (question, code) in questions {
        let path = format!("/api/analytics/{question}");
        let asked = join_all((0..4).map(|_| service.get(&path).send())).await;
        for response in asked {
            let response = response.unwrap();
            for header in ["x-cache", "etag"] {
                assert_eq!(response.headers().get(header), None, "{question}");
            }
            assert_eq!(response.headers()["cache-control"], "no-store");
            assert_refused(response, 400, code).await;
        }
    }
    assert_eq!(counted(&service).await, [0, 0, 0]);
}
