//! `channelId`, `userId` and filters narrow every list, total and comparison of an answer alike: laws
//! over small histories that are made at random.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    api::{assert_same, difference::each},
    support::{Home, Service, json as read},
};

const AS_OF: &str = "2025-03-30T20:00:00Z";
const USERS: [&str; 5] = ["u0", "u1", "u2", "u3", "robo"];
const CHANNELS: [&str; 4] = ["c0", "c1", "c2", "c3"];

/// A workspace of its own with a history made from a seed.
struct History<'a> {
    service: &'a Service,
    workspace: String,
}

impl<'a> History<'a> {
    async fn make(service: &'a Service, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let history = Self {
            service,
            workspace: format!("w{seed}"),
        };
        let records = json!({
            "people": USERS.map(|id| json!({"id": id, "isBot": id == "robo"})),
            "channels": CHANNELS.map(|id| json!({"id": id, "memberCount": 3})),
        });
        history.post("records", &records).await;
        let end = AS_OF.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let kinds = [
            "message_sent",
            "thread_reply",
            "reaction_added",
            "file_shared",
            "page_view",
        ];
        let carried = ["text", "image", "voice"];
        let mut event = |number: usize| {
            let ago = rng.random_range(0..5_184_000_i64) * 1_000;
            let mut pick = |among: &[&'static str]| among[rng.random_range(0..among.len())];
            let (user, channel) = (pick(&USERS), pick(&CHANNELS));
            json!({
                "id": format!("e{number}"), "event": pick(&kinds), "userId": user,
                "channelId": channel, "messageId": format!("m{number}"),
                "messageType": pick(&carried), "text": pick(&["#a :tada:", "#b https://x.org/"]),
                "isBot": user == "robo",
                "timestamp": end - ago,
            })
        };
        history
            .post("track", &(0..120).map(&mut event).collect())
            .await;
        history
    }

    async fn post(&self, path: &str, body: &Value) {
        let request = self
            .service
            .post(&format!("/api/analytics/{path}"))
            .header("X-Source-Account-ID", &self.workspace);
        read(request.json(body).send().await.unwrap(), StatusCode::OK).await;
    }

    /// Asks; what the answer is about is left out.
    async fn ask(&self, what: &str, more: &str) -> Value {
        let more: String =
            more.split('&')
                .filter(|one| !one.is_empty())
                .fold(String::new(), |more, one| {
                    let (name, value) = one.split_once('=').unwrap();
                    let value: String =
                        url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
                    format!("{more}&{name}={value}")
                });
        let separator = if what.contains('?') { '&' } else { '?' };
        let path = format!("/api/analytics/{what}{separator}asOf={AS_OF}{more}");
        let request = self
            .service
            .get(&path)
            .header("X-Source-Account-ID", &self.workspace);
        let mut answer = read(request.send().await.unwrap(), StatusCode::OK).await;
        answer.as_object_mut().unwrap().remove("meta");
        answer
    }
}

/// Every question whose events can be narrowed.
const QUESTIONS: &[&str] = &[
    "dashboard?period=30d",
    "messages?period=30d",
    "users?period=30d&limit=1000&compare=previous",
    "users?period=14d&active=false",
    "users?period=14d&lifecycle=kept&limit=1000",
    "channels?period=30d&limit=1000",
    "channels?period=30d&limit=1000&include=series&groupBy=week",
    "channels/care?period=7d&limit=1000",
    "heatmap?period=30d&metric=posters",
    "content?period=30d&limit=1000&compare=previous",
    "events?period=30d&limit=1000",
    "export?period=30d&metrics=users,messages,channels,events",
];

/// Numbers of an answer that are the sum of those of its parts, by person and by channel.
const SUMS: &[(&str, &[&str], &[&str])] = &[
    (
        "dashboard?period=30d",
        &[
            "/totalMessages",
            "/totalFiles",
            "/totalReactions",
            "/totalEvents",
            "/trends/messages/current",
            "/trends/messages/previous",
            "/trends/files/previous",
            "/trends/reactions/previous",
            "/overview/messages/previous",
        ],
        &[
            "/activeUsers",
            "/totalUsers",
            "/trends/activeUsers/current",
            "/trends/activeUsers/previous",
            "/active/weekly",
        ],
    ),
    (
        "messages?period=30d",
        &[
            "/total",
            "/messages/previous",
            "/byType/text",
            "/byType/image",
            "/byType/voice",
            "/replies",
            "/reactions",
            "/files",
            "/botMessages",
            "/allMessages",
            "/timeline/3/count",
        ],
        &[],
    ),
    (
        "users?period=30d&limit=1000&compare=previous",
        &[],
        &[
            "/total",
            "/summary/activeUsers",
            "/summary/totalUsers",
            "/summary/trends/activeUsers/previous",
        ],
    ),
    (
        "users?period=14d&active=false",
        &[],
        &["/total", "/summary/totalUsers"],
    ),
];

/// The same of channels.
const CHANNEL_SUMS: &[(&str, &[&str])] = &[
    (
        "dashboard?period=30d",
        &[
            "/totalChannels",
            "/activeChannels",
            "/overview/channels/total",
            "/trends/channels/current",
            "/trends/channels/previous",
        ],
    ),
    (
        "channels?period=30d&limit=1000",
        &[
            "/total",
            "/summary/total",
            "/summary/active",
            "/summary/dormant",
            "/summary/growing",
        ],
    ),
];

async fn assert_sums(
    history: &History<'_>,
    what: &str,
    numbers: &[&str],
    parts: &[String],
    bots: &str,
) {
    let whole = history.ask(what, bots).await;
    let mut answers = Vec::new();
    for part in parts {
        answers.push(history.ask(what, &format!("{part}{bots}")).await);
    }
    for number in numbers {
        let of = |answer: &Value| answer.pointer(number).and_then(Value::as_u64);
        let sum: u64 = answers.iter().map(|answer| of(answer).unwrap_or(0)).sum();
        assert_eq!(
            Some(sum),
            of(&whole),
            "{} {what}{bots} {number}",
            history.workspace
        );
    }
}

#[tokio::test]
async fn parts_sum_up_to_the_whole() {
    let home = Home::new();
    let service = home.start(&[]);
    for seed in 0..4 {
        let history = History::make(&service, seed).await;
        let by_user = USERS.map(|id| format!("&userId={id}"));
        let by_channel = CHANNELS.map(|id| format!("&channelId={id}"));
        for bots in ["", "&includeBots=true"] {
            for (what, events, people) in SUMS {
                assert_sums(&history, what, events, &by_user, bots).await;
                assert_sums(&history, what, people, &by_user, bots).await;
                assert_sums(&history, what, events, &by_channel, bots).await;
            }
            for (what, channels) in CHANNEL_SUMS {
                assert_sums(&history, what, channels, &by_channel, bots).await;
            }
        }
    }
}

#[tokio::test]
async fn lists_hold_nothing_else_and_a_filter_says_the_same() {
    let home = Home::new();
    let service = home.start(&[]);
    let history = History::make(&service, 17).await;
    let whole_filter = "&filter=channel is c1 or not channel is c1";
    for what in QUESTIONS {
        for (parameter, filter, fields, only) in [
            (
                "&channelId=c1",
                "&filter=channel is c1",
                &["channelId"][..],
                "c1",
            ),
            ("&userId=u1", "&filter=user is u1", &["userId"], "u1"),
            (
                "&userId=robo&includeBots=true",
                "&includeBots=true&filter=user is robo and not user is u2",
                &["userId"],
                "robo",
            ),
        ] {
            let narrowed = history.ask(what, parameter).await;
            let mut rows = 0;
            // Rows of people say nothing of channels, and the other way round.
            each(&narrowed, fields, &mut |id| {
                assert_eq!(id, only, "{what}{parameter}");
                rows += 1;
            });
            if fields == ["channelId"] && what.starts_with("channels?") {
                assert_eq!(rows, 1);
            }
            assert_same(&history.ask(what, filter).await, &narrowed);
        }
        // What lets everything through changes nothing.
        let whole = history.ask(what, "").await;
        assert_same(&history.ask(what, whole_filter).await, &whole);
        let others = history
            .ask(what, "&filter=not channel is c1,c2 and not user is u1")
            .await;
        each(&others, &["channelId"], &mut |id| {
            assert!(["c0", "c3"].contains(&id), "{what}");
        });
        each(&others, &["userId"], &mut |id| {
            assert!(id != "u1", "{what}");
        });
    }
    // A bot is found by whoever counts bots.
    let found = history
        .ask("users?period=30d", "&search=robo&includeBots=true")
        .await;
    assert_eq!(
        (&found["total"], &found["users"][0]["userId"]),
        (&json!(1), &json!("robo"))
    );
    assert_eq!(
        history.ask("users?period=30d", "&search=robo").await["total"],
        0
    );
}

/// What stands beside a value is the value of the other span.
#[tokio::test]
async fn previous_values_are_those_of_the_span_compared_with() {
    let home = Home::new();
    let service = home.start(&[]);
    let history = History::make(&service, 29).await;
    let span = "2025-02-10..2025-02-20";
    let then = "&from=2025-02-10&to=2025-02-20";
    for scope in [
        "",
        "&channelId=c2",
        "&userId=u3",
        "&includeBots=true",
        "&filter=message is text",
    ] {
        let compare = format!("&compare={span}{scope}");
        let then = format!("{then}{scope}");
        let now = history.ask("users?period=30d&limit=1000", &compare).await;
        let before = history.ask("users?limit=1000", &then).await;
        let summary = &now["summary"]["trends"];
        assert_eq!(
            summary["activeUsers"]["previous"],
            before["summary"]["activeUsers"]
        );
        assert_eq!(
            summary["averageEngagement"]["previous"],
            before["summary"]["averageEngagement"]
        );
        for level in ["low", "medium", "high"] {
            assert_eq!(
                summary[level]["previous"],
                before["summary"]["levels"][level]
            );
        }
        for row in now["users"].as_array().unwrap() {
            let rows = before["users"].as_array().unwrap();
            let other = rows.iter().find(|other| other["userId"] == row["userId"]);
            for (name, change) in row["trends"].as_object().unwrap() {
                let expected = other.map_or(&json!(0), |other| &other[name]).clone();
                assert_eq!(change["previous"], expected, "{scope} {name}");
                assert_eq!(change["current"], row[name], "{scope} {name}");
            }
        }
        let now = history.ask("content?period=30d&limit=1000", &compare).await;
        let before = history.ask("content?limit=1000", &then).await;
        for list in ["emoji", "reactions", "links", "hashtags"] {
            for row in now[list].as_array().unwrap() {
                let rows = before[list].as_array().unwrap();
                let other = rows.iter().find(|other| other["name"] == row["name"]);
                for name in ["count", "users"] {
                    let expected = other.map_or(&json!(0), |other| &other[name]).clone();
                    assert_eq!(row["trends"][name]["previous"], expected, "{scope} {list}");
                }
            }
        }
        let now = history.ask("messages?period=30d", &compare).await;
        let before = history.ask("messages", &then).await;
        assert_eq!(now["messages"]["previous"], before["total"], "{scope}");
        let now = history.ask("dashboard?period=30d", &compare).await;
        let before = history.ask("dashboard", &then).await;
        for (name, number) in [
            ("activeUsers", "activeUsers"),
            ("messages", "totalMessages"),
            ("files", "totalFiles"),
        ] {
            assert_eq!(
                now["trends"][name]["previous"], before[number],
                "{scope} {name}"
            );
        }
        let now = history
            .ask("channels?period=30d&limit=1000&sort=name", &compare)
            .await;
        let before = history.ask("channels?limit=1000&sort=name", &then).await;
        let pairs = now["channels"]
            .as_array()
            .unwrap()
            .iter()
            .zip(before["channels"].as_array().unwrap());
        for (now, before) in pairs {
            assert_eq!(
                now["previousMessageCount"], before["messageCount"],
                "{scope}"
            );
        }
    }
    // Without a comparison nothing stands beside the values.
    let plain = history.ask("users?period=30d", "").await;
    assert!(plain["summary"].get("trends").is_none() && plain["users"][0].get("trends").is_none());
}
