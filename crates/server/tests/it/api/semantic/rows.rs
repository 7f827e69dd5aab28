//! Rows by what they are about: values, and what they are compared with.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{ask, post};
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
            "formula",
            "sources",
            "example",
            "zeroWhenAbsent",
            "dimensions",
            "title",
            "betterWhen",
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
            "weekStart": "monday",
            "source": "raw",
            "cached": false,
            "approximate": false,
            "definition": metric("messages")["definition"],
            "fields": {
                "rows.values.messages": "messages", "rows.values.posters": "posters",
                "totals.values.messages": "messages", "totals.values.posters": "posters",
            },
            "ledger": answer["meta"]["ledger"],
        },
    });
    assert_same(&answer, &expected);
    // Six days of UTC have events; how many of them are filled by now nobody knows.
    let days = |name: &str| answer["meta"]["ledger"][name].as_u64().unwrap();
    assert_eq!(days("clean") + days("dirty"), 6);
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
