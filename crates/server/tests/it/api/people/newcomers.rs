//! `GET /api/analytics/newcomers`.

use serde_json::{Value, json};

use super::history::{AS_OF, Act, History, SEEDS, text};
use crate::{
    api::{assert_same, chat::Chat},
    support::Home,
};

const DAY: i64 = 86_400_000;

fn shown(answer: &Value) -> Value {
    let rows = answer["newcomers"].as_array().unwrap().iter();
    rows.map(|row| {
        json!([
            row["userId"],
            row["name"],
            row["role"],
            row["joinedAt"],
            row["state"],
            row["firstMessageAt"],
            row["channelId"],
            row["channelName"],
            row["answeredAt"],
            row["answeredBy"],
            row["waitSeconds"],
        ])
    })
    .collect()
}

/// Returns who came in a month, with their first messages and the answers.
fn by_hand() -> Value {
    json!([
        // A bot and the chat itself wrote in general within a day, and nobody else. Until the present
        // it is a day, 9 hours and 59 minutes.
        [
            "dan",
            "dan",
            null,
            "2025-03-29T10:00:00Z",
            "unanswered",
            "2025-03-29T10:01:00Z",
            "c-gen",
            "general",
            null,
            null,
            122_340
        ],
        // Somebody wrote in general on the 23rd, more than a day later.
        [
            "bob",
            "Bob",
            null,
            "2025-03-16T22:30:00Z",
            "unanswered",
            "2025-03-17T10:00:00Z",
            "c-gen",
            "general",
            null,
            null,
            1_159_200
        ],
        // A millisecond later.
        [
            "cyd",
            "cyd",
            null,
            "2025-03-19T10:00:00Z",
            "answered",
            "2025-03-23T22:59:59.999Z",
            "c-gen",
            "general",
            "2025-03-23T23:00:00Z",
            "ada",
            0
        ],
        [
            "ada",
            "Ada Lovelace",
            "owner",
            "2025-03-01T12:00:00Z",
            "answered",
            "2025-03-16T23:00:00Z",
            "c-gen",
            "general",
            "2025-03-17T10:00:00Z",
            "bob",
            39_600
        ],
        [
            "eve",
            "Eve",
            null,
            "2025-03-03T08:00:00Z",
            "silent",
            null,
            null,
            null,
            null,
            null,
            null
        ],
    ])
}

#[tokio::test]
async fn those_who_came_in_a_month_are_as_worked_by_hand() {
    let chat = Chat::open().await;
    let answer = chat.numbers("newcomers?period=30d").await;
    assert_same(&shown(&answer), &by_hand());
    assert_eq!(answer["total"], 5);
    let summary = json!({
        "newcomers": 5, "waiting": 0, "unanswered": 2, "answered": 2, "silent": 1,
        "medianWaitSeconds": 19_800,
    });
    assert_eq!(answer["summary"], summary);
    let page = chat
        .numbers("newcomers?period=30d&state=answered&limit=1&offset=1")
        .await;
    assert_eq!(page["newcomers"][0]["userId"], "ada");
    assert_eq!((&page["total"], &page["summary"]), (&json!(2), &summary));
    let without = chat.numbers("newcomers?period=30d&state=waiting,unanswered,%20silent");
    assert_eq!(without.await["total"], 3);
    // Ten hours after his first message dan still waits.
    let earlier = "/api/analytics/newcomers?period=1d&tz=Europe/Berlin&asOf=2025-03-29T20:01:00Z";
    let earlier = chat.service.json(earlier).await;
    let dan = &earlier["newcomers"][0];
    assert_eq!(
        (&dan["state"], &dan["waitSeconds"]),
        (&json!("waiting"), &json!(36_000))
    );
    assert_eq!(earlier["summary"]["waiting"], 1);
}

/// Returns somebody's first message, and its answer.
fn reception<'a>(history: &'a History<'_>, who: &str) -> Option<(&'a Act, Option<&'a Act>)> {
    let mut messages = history
        .acts
        .iter()
        .filter(|act| act.is_message() && act.who != "robo")
        .skip_while(|act| act.who != who);
    let first = messages.next()?;
    let is_there =
        |act: &&Act| act.channel == first.channel && act.is_in_thread() == first.is_in_thread();
    let mut others = messages.filter(is_there).filter(|act| act.who != who);
    Some((first, others.next().filter(|act| act.at - first.at <= DAY)))
}

#[tokio::test]
async fn newcomers_are_those_of_a_plain_reading_of_random_histories() {
    let home = Home::new();
    let service = home.start(&[]);
    for seed in SEEDS {
        let history = History::make(&service, seed).await;
        for (span, now, _) in History::spans() {
            let answer = history.ask(&format!("newcomers?{span}")).await;
            let rows = answer["newcomers"].as_array().unwrap();
            let ids = rows.iter().map(|row| row["userId"].as_str().unwrap());
            let mut ids: Vec<&str> = ids.collect();
            ids.sort_unstable();
            assert_eq!(ids, history.signed_up(now), "{seed} {span}");
            for row in rows {
                let who = row["userId"].as_str().unwrap();
                let found = reception(&history, who);
                let first = found.map(|(first, _)| first);
                let answer = found.and_then(|(_, answer)| answer);
                let state = match (first, answer) {
                    (None, _) => "silent",
                    (Some(_), Some(_)) => "answered",
                    (Some(first), None) if AS_OF - first.at <= DAY => "waiting",
                    (Some(_), None) => "unanswered",
                };
                let until = answer.map_or(AS_OF, |act| act.at);
                let at = |act: Option<&Act>| act.map(|act| text(act.at));
                let expected = json!([
                    state,
                    at(first),
                    first.map(|act| act.channel),
                    at(answer),
                    answer.map(|act| act.who),
                    first.map(|first| (until - first.at) / 1_000),
                ]);
                let names = [
                    "state",
                    "firstMessageAt",
                    "channelId",
                    "answeredAt",
                    "answeredBy",
                    "waitSeconds",
                ];
                let shown: Value = names.iter().map(|name| row[*name].clone()).collect();
                assert_same(&shown, &expected);
            }
            for state in ["waiting", "unanswered", "answered", "silent"] {
                let those = history
                    .ask(&format!("newcomers?{span}&state={state}"))
                    .await;
                assert_eq!(
                    those["total"], answer["summary"][state],
                    "{seed} {span} {state}"
                );
            }
        }
    }
}
