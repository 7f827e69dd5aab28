//! Rows by what they are about: values, order, pages and what they are compared with.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{ask, placed, post, shown};
use crate::{
    api::{assert_same, chat::Chat},
    support::json as read,
};

fn millis(at: &str) -> i64 {
    at.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

#[tokio::test]
async fn the_channels_of_a_week_are_as_worked_by_hand() {
    let chat = Chat::open().await;
    let question = json!({"metrics": ["messages", "posters"], "dimensions": ["channel"],
        "period": "7d", "compare": "previous"});
    let answer = ask(&chat, question).await;
    let row = |id: &str,
               name: &str,
               now: [u64; 2],
               before: [u64; 2],
               change: [Value; 2],
               percent: [Value; 2]| {
        json!({
            "keys": {"channel": id}, "names": {"channel": name},
            "values": {"messages": now[0], "posters": now[1]},
            "previous": {"messages": before[0], "posters": before[1]},
            "change": {"messages": change[0], "posters": change[1]},
            "changePercent": {"messages": percent[0], "posters": percent[1]},
        })
    };
    let none = || [Value::Null, Value::Null];
    let definition = |metric: &Value| {
        let mut metric = metric.clone();
        let row = metric.as_object_mut().unwrap();
        for more in [
            "computed",
            "zeroWhenAbsent",
            "dimensions",
            "title",
            "better",
        ] {
            row.remove(more);
        }
        metric
    };
    let catalogue = chat.service.json("/api/analytics/metrics").await;
    let metric = |name: &str| {
        let rows = catalogue["metrics"].as_array().unwrap();
        definition(rows.iter().find(|row| row["name"] == name).unwrap())
    };
    let expected = json!({
        "columns": {
            "dimensions": [{"name": "channel", "definition": "Channel, by its identifier; `names` has its name. Events without a channel are in no row."}],
            "metrics": [metric("messages"), metric("posters")],
        },
        "rows": [
            // ada thrice, bob and dan; in Q ada twice and bob.
            row("c-gen", "general", [5, 3], [3, 2], [json!("+66.7%"), json!("+50%")], [json!(66.7), json!(50.0)]),
            // cyd; in Q nobody, so that no change can be told.
            row("c-sec", "secret", [2, 1], [0, 0], none(), none()),
            // Ties stand in the order of identifiers.
            row("c-new", "c-new", [1, 1], [0, 0], none(), none()),
            row("c-ran", "Random", [1, 1], [1, 1], [json!("+0%"), json!("+0%")], [json!(0.0), json!(0.0)]),
        ],
        "total": 4,
        // Four people wrote, although the rows add up to six; in Q ada and bob.
        "totals": {
            "values": {"messages": 9, "posters": 4},
            "previous": {"messages": 4, "posters": 2},
            "change": {"messages": "+125%", "posters": "+100%"},
            "changePercent": {"messages": 125.0, "posters": 100.0},
        },
        "orderBy": "-messages",
        "groupBy": null,
        "limit": 100,
        "offset": 0,
        "period": "7d",
        "meta": {
            "asOf": "2025-03-30T20:00:00Z",
            "timezone": "Europe/Berlin",
            "from": "2025-03-23T23:00:00Z",
            "to": "2025-03-30T20:00:00Z",
            "previousFrom": "2025-03-16T23:00:00Z",
            "previousTo": "2025-03-23T21:00:00Z",
            "future": false,
            "source": "raw",
            "cached": false,
            "approximate": false,
            "definition": metric("messages")["definition"],
        },
    });
    assert_same(&answer, &expected);
}

#[tokio::test]
async fn people_have_scores_days_and_instants_and_no_addresses() {
    let chat = Chat::open().await;
    let question = json!({"metrics": ["engagementRaw", "messages", "daysActive", "lastActivity"],
        "dimensions": ["user"], "period": "7d", "compare": "previous"});
    let answer = ask(&chat, question).await;
    assert!(!answer.to_string().contains('@'), "{answer}");
    let row = |id: &str,
               name: &str,
               now: [Value; 3],
               last: &str,
               before: [Value; 3],
               change: Value| {
        json!({"keys": {"user": id}, "name": name, "now": now, "last": millis(last), "before": before, "change": change})
    };
    let three = |values: &Value| {
        ["engagementRaw", "messages", "daysActive"].map(|name| values[name].clone())
    };
    let rows = answer["rows"].as_array().unwrap().iter().map(|row| {
        assert_eq!(row["change"]["lastActivity"], Value::Null);
        json!({"keys": row["keys"], "name": row["names"]["user"], "now": three(&row["values"]),
            "last": row["values"]["lastActivity"], "before": three(&row["previous"]),
            "change": row["change"]["engagementRaw"]})
    });
    let expected = json!([
        // Two messages and a reaction on two days; in Q a file on one: (2.5 − 3) / 3.
        row(
            "cyd",
            "cyd",
            [json!(2.5), json!(2), json!(2)],
            "2025-03-30T09:12:00Z",
            [json!(3.0), json!(0), json!(1)],
            json!("-16.7%")
        ),
        // Three messages and a reaction on three days: 7 / 3; in Q 5 / 3.
        row(
            "ada",
            "Ada Lovelace",
            [json!(2.3333), json!(3), json!(3)],
            "2025-03-28T23:30:00Z",
            [json!(1.6667), json!(2), json!(3)],
            json!("+40%")
        ),
        // Two messages and a file on three days: 7 / 3 as well; in Q 4 / 2.
        row(
            "bob",
            "Bob",
            [json!(2.3333), json!(2), json!(3)],
            "2025-03-30T19:59:30Z",
            [json!(2.0), json!(2), json!(2)],
            json!("+16.7%")
        ),
        // Who was not active has no score, and not one of 0.
        row(
            "dan",
            "dan",
            [json!(2.0), json!(2), json!(2)],
            "2025-03-30T19:10:00Z",
            [json!(null), json!(0), json!(0)],
            json!(null)
        ),
    ]);
    assert_same(&rows.collect(), &expected);
    // A score is one person's; on five of the seven days somebody did something.
    assert_same(
        &answer["totals"]["values"],
        &json!({"engagementRaw": null, "messages": 9, "daysActive": 5, "lastActivity": millis("2025-03-30T19:59:30Z")}),
    );
}

#[tokio::test]
async fn rows_are_sorted_and_cut_as_asked() {
    let chat = Chat::open().await;
    let hours = "0 2, 1 1, 3 1, 9 2, 11 1, 21 1, 23 1";
    let pairs = "c-gen/ada 3, c-gen/bob 1, c-gen/dan 1, c-new/dan 1, c-ran/bob 1, c-sec/cyd 2";
    for (dimensions, more, expected, total) in [
        // The first metric, largest first; ties by key.
        (
            json!(["hourOfDay"]),
            json!({}),
            "0 2, 9 2, 1 1, 3 1, 11 1, 21 1, 23 1",
            7,
        ),
        (
            json!(["hourOfDay"]),
            json!({"orderBy": "messages"}),
            "1 1, 3 1, 11 1, 21 1, 23 1, 0 2, 9 2",
            7,
        ),
        (
            json!(["hourOfDay"]),
            json!({"orderBy": "hourOfDay"}),
            hours,
            7,
        ),
        (
            json!(["hourOfDay"]),
            json!({"orderBy": "-hourOfDay"}),
            "23 1, 21 1, 11 1, 9 2, 3 1, 1 1, 0 2",
            7,
        ),
        (
            json!(["channel", "user"]),
            json!({"orderBy": "channel"}),
            pairs,
            6,
        ),
        (
            json!(["channel", "user"]),
            json!({"orderBy": "user"}),
            "c-gen/ada 3, c-gen/bob 1, c-ran/bob 1, c-sec/cyd 2, c-gen/dan 1, c-new/dan 1",
            6,
        ),
        (
            json!(["channel", "user"]),
            json!({"orderBy": "-user"}),
            "c-gen/dan 1, c-new/dan 1, c-sec/cyd 2, c-gen/bob 1, c-ran/bob 1, c-gen/ada 3",
            6,
        ),
        (
            json!(["channel", "user"]),
            json!({"limit": 2, "offset": 1}),
            "c-sec/cyd 2, c-gen/bob 1",
            6,
        ),
        (
            json!(["channel", "user"]),
            json!({"limit": 2, "offset": 5}),
            "c-ran/bob 1",
            6,
        ),
        (
            json!(["channel", "user"]),
            json!({"limit": 2, "offset": 6}),
            "",
            6,
        ),
        (
            json!(["channel", "user"]),
            json!({"limit": 2, "offset": 1, "orderBy": "-user"}),
            "c-new/dan 1, c-sec/cyd 2",
            6,
        ),
        (
            json!(["messageType"]),
            json!({"orderBy": "messageType"}),
            "text 5, image 1, file 1, video 1, voice 1",
            5,
        ),
        (
            json!(["messageType"]),
            json!({"orderBy": "-messageType"}),
            "voice 1, video 1, file 1, image 1, text 5",
            5,
        ),
        (
            json!(["weekday"]),
            json!({"orderBy": "weekday"}),
            "0 2, 2 1, 4 1, 5 2, 6 3",
            5,
        ),
        // What is written in a private channel gives no terms.
        (json!(["hashtag"]), json!({}), "launch 2", 1),
        // Nothing is split: there are totals only.
        (json!([]), json!({}), "", 0),
        (json!(null), json!({"limit": 1}), "", 0),
    ] {
        let mut question =
            json!({"metrics": ["messages"], "dimensions": dimensions, "period": "7d"});
        question
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = ask(&chat, question.clone()).await;
        assert_eq!(
            (shown(&answer).as_str(), &answer["total"]),
            (expected, &json!(total)),
            "{question}"
        );
        assert_eq!(answer["totals"]["values"]["messages"], 9, "{question}");
        // Without a comparison nothing stands beside.
        for name in ["previous", "change", "changePercent"] {
            assert_eq!(answer["totals"][name], Value::Null);
        }
    }
}

#[tokio::test]
async fn pages_by_identifier_hold_every_row_once() {
    let chat = Chat::open().await;
    for order in ["-events", "user", "-user"] {
        let page = async |limit: u32, offset: u32| {
            let question = json!({"metrics": ["events"], "dimensions": ["user", "eventType"],
                "period": "all", "orderBy": order, "limit": limit, "offset": offset});
            ask(&chat, question).await
        };
        let whole = page(1_000, 0).await;
        let total = u32::try_from(whole["total"].as_u64().unwrap()).unwrap();
        assert!(total > 15, "{total}");
        let mut rows = Vec::new();
        for offset in (0..total).step_by(4) {
            let answer = page(4, offset).await;
            assert_eq!(answer["total"], total);
            rows.extend(answer["rows"].as_array().unwrap().clone());
        }
        assert_same(&json!(rows), &whole["rows"]);
    }
}

#[tokio::test]
async fn bots_channels_people_and_filters_narrow_rows_and_totals_alike() {
    let chat = Chat::open().await;
    for (more, expected, total) in [
        (
            json!({"includeBots": true}),
            "ada 3, bob 2, cyd 2, dan 2, robo 1",
            10,
        ),
        (
            json!({"includeBots": false}),
            "ada 3, bob 2, cyd 2, dan 2",
            9,
        ),
        (json!({"channelId": "c-gen"}), "ada 3, bob 1, dan 1", 5),
        (json!({"userId": "cyd"}), "cyd 2", 2),
        (
            json!({"filter": "message is image,file"}),
            "bob 1, dan 1",
            2,
        ),
        (
            json!({"filter": "not channel is c-gen", "userId": "bob"}),
            "bob 1",
            1,
        ),
        (json!({"channelId": "nowhere"}), "", 0),
        // What is empty is the same as none.
        (
            json!({"channelId": "", "userId": null, "filter": " "}),
            "ada 3, bob 2, cyd 2, dan 2",
            9,
        ),
    ] {
        let mut question = json!({"metrics": ["messages"], "dimensions": ["user"], "period": "7d"});
        question
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = ask(&chat, question).await;
        assert_eq!(shown(&answer), expected, "{more}");
        assert_eq!(answer["totals"]["values"]["messages"], total, "{more}");
    }
    let answer = ask(
        &chat,
        json!({"metrics": ["messages"], "channelId": "general", "period": "7d"}),
    )
    .await;
    assert_eq!(answer["meta"]["unknown"][0]["nearest"][0]["id"], "c-gen");
    let question = json!({"metrics": ["messages"], "dimensions": ["isBot"], "period": "7d", "includeBots": true});
    assert_eq!(shown(&ask(&chat, question).await), "false 9, true 1");
    // Another workspace knows none of it.
    let question =
        placed(&json!({"metrics": ["messages"], "dimensions": ["channel"], "period": "all"}));
    let request = chat
        .service
        .post(super::QUERY)
        .header("X-Source-Account-ID", "other");
    let answer = read(
        request.json(&question).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(
        (
            shown(&answer).as_str(),
            &answer["totals"]["values"]["messages"]
        ),
        ("", &json!(0))
    );
}

#[tokio::test]
async fn rollups_give_the_answers_that_the_events_give() {
    let (of_events, by_rollups) = (Chat::open().await, Chat::open_in("Europe/Berlin").await);
    for question in [
        json!({"metrics": ["messages", "posters", "lastMessage"], "dimensions": ["channel"]}),
        json!({"metrics": ["engagementRaw", "activeChannels"], "dimensions": ["user"], "period": "90d", "compare": "year"}),
        json!({"metrics": ["events", "activeUsers"], "groupBy": "week", "period": "90d", "compare": "previous"}),
        json!({"metrics": ["messages"], "dimensions": ["channel", "weekday"], "orderBy": "-weekday"}),
        json!({"metrics": ["messages"], "dimensions": ["user"], "groupBy": "month", "period": "all"}),
        json!({"metrics": ["messages", "posters"], "dimensions": ["emoji"], "compare": "previous"}),
        json!({"metrics": ["events"], "dimensions": ["eventType", "isBot"], "includeBots": true}),
    ] {
        let numbers = async |chat: &Chat| {
            let mut answer = ask(chat, question.clone()).await;
            let meta = answer.as_object_mut().unwrap().remove("meta").unwrap();
            (answer, meta["source"].clone())
        };
        let (expected, raw) = numbers(&of_events).await;
        let (found, source) = numbers(&by_rollups).await;
        assert_same(&found, &expected);
        assert!(expected["total"].as_u64().unwrap() > 0, "{question}");
        assert_eq!(raw, "raw");
        assert_ne!(source, "raw", "{question}");
    }
}

#[tokio::test]
async fn every_number_is_explained_when_asked() {
    let chat = Chat::open().await;
    let question = json!({"metrics": ["messages"], "dimensions": ["channel"], "period": "7d",
        "compare": "previous", "explain": true});
    let answer = read(post(&chat, &question).await, StatusCode::OK).await;
    let explained = answer["explain"].as_array().unwrap();
    let mut names: Vec<&str> = explained
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["rows", "rows before", "totals", "totals before"]);
    assert!(
        explained
            .iter()
            .all(|one| one["metrics"][0]["name"] == "messages")
    );
}
