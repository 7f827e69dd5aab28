//! Lists of people: picked by records and by where people stand, sorted by every column.

use serde_json::{Value, json};

use super::history::{History, SEEDS};
use crate::{
    api::{assert_same, chat::Chat},
    support::Home,
};

async fn ids(chat: &Chat, asked: &str) -> (String, Value) {
    let answer = chat.ask(&format!("users?{asked}")).await;
    let rows = answer["users"].as_array().unwrap().iter();
    let ids: Vec<&str> = rows.map(|row| row["userId"].as_str().unwrap()).collect();
    (ids.join(" "), answer["total"].clone())
}

#[tokio::test]
async fn rows_are_sorted_by_every_column_and_picked_as_asked() {
    let chat = Chat::open().await;
    for (asked, expected) in [
        ("sort=reactions", "ada cyd bob dan"),
        ("sort=files", "bob ada cyd dan"),
        ("sort=channels", "bob dan ada cyd"),
        ("sort=userId", "ada bob cyd dan"),
        ("sort=userId&order=desc", "dan cyd bob ada"),
        ("sort=name", "ada bob cyd dan"),
        // Ada Lovelace, Bob, cyd, dan.
        ("sort=name&order=desc", "dan cyd bob ada"),
        // Only ada has one; what is unknown comes last, whichever way.
        ("sort=role", "ada bob cyd dan"),
        ("sort=role&order=desc", "ada bob cyd dan"),
        ("sort=createdAt", "bob ada cyd dan"),
        ("sort=createdAt&order=asc", "ada bob cyd dan"),
        ("sort=firstSeen", "dan cyd bob ada"),
        ("sort=firstSeen&limit=2&offset=1", "cyd bob"),
        ("sort=signedUpAt", "dan cyd bob ada"),
        ("sort=signedUpAt&order=asc", "ada bob cyd dan"),
        ("sort=isDeactivated", "ada bob cyd dan"),
        ("sort=lifecycle", "dan ada bob cyd"),
        ("sort=lifecycle&order=desc", "ada bob cyd dan"),
        // ada and bob wrote two in the week before, up to the same point.
        ("sort=previousMessageCount", "ada bob cyd dan"),
        ("sort=previousMessageCount&order=asc", "cyd dan ada bob"),
        ("sort=name&search=d", "ada cyd dan"),
        ("sort=name&includeBots=true", "ada bob cyd dan robo"),
        ("sort=name&channelId=c-gen", "ada bob cyd dan"),
        ("sort=name&active=false", "eve fay gus"),
        ("role=owner", "ada"),
        ("role=owner&active=false", ""),
        ("role=Owner", ""),
        ("lifecycle=new", "dan"),
        ("lifecycle=kept", "cyd ada bob"),
        ("lifecycle=kept&limit=1&offset=2", "bob"),
        ("lifecycle=kept&active=false", ""),
        ("lifecycle=kept&level=high", ""),
        ("lifecycle=returning", ""),
        ("lifecycle=churned", ""),
        // eve is known by her account, and robo wrote; gus and fay wrote before.
        ("posted=false", "eve"),
        ("posted=false&active=true", ""),
        ("posted=false&includeBots=true", "eve"),
        ("posted=false&channelId=c-ran&userId=ada", "ada"),
        ("posted=true", "cyd ada bob dan"),
        ("posted=true&active=false&sort=userId", "fay gus"),
    ] {
        let (found, total) = ids(&chat, &format!("period=7d&{asked}")).await;
        assert_eq!(found, expected, "{asked}");
        if !asked.contains("limit") {
            let count = expected.split_whitespace().count();
            assert_eq!(total, count, "{asked}");
        }
    }
    // Sunday until 22:00 beside Saturday until 22:00.
    for (asked, expected) in [
        ("lifecycle=new", ""),
        ("lifecycle=kept", "dan"),
        ("lifecycle=returning", "cyd bob"),
        // ada wrote on Saturday at half past midnight. What the chat said of her on Sunday is not hers.
        ("lifecycle=churned", "ada"),
        ("lifecycle=churned&active=true", ""),
    ] {
        let found = ids(&chat, &format!("period=1d&{asked}")).await.0;
        assert_eq!(found, expected, "{asked}");
    }
    // Before the first event there was nothing.
    assert_eq!(
        ids(&chat, "period=all&lifecycle=new&sort=userId").await.0,
        "ada bob cyd dan fay gus"
    );
    let all = chat.ask("users?period=all&userId=ada").await;
    assert_eq!(all["users"][0]["previousMessageCount"], Value::Null);
}

#[tokio::test]
async fn those_who_signed_up_in_a_month_and_came_back_are_as_worked_by_hand() {
    let chat = Chat::open().await;
    let answer = chat.numbers("users?period=30d&metric=retention").await;
    assert_eq!(
        (&answer["metric"], &answer["total"]),
        (&json!("retention"), &json!(5))
    );
    let rows = answer["users"].as_array().unwrap().iter();
    let rows: Value = rows
        .map(|row| {
            json!([
                row["userId"],
                row["signedUpAt"],
                row["daysActive"],
                row["retention"]
            ])
        })
        .collect();
    let came = |day1: Value, day7: Value| json!({"day1": day1, "day7": day7, "day30": null});
    let expected = json!([
        // On the 17th, 18th, 23rd, 24th, 28th and 29th; not on the 2nd or the 8th.
        [
            "ada",
            "2025-03-01T12:00:00Z",
            6,
            came(json!(false), json!(false))
        ],
        // On the 16th the account was made, on the 17th and on the 23rd he came.
        [
            "bob",
            "2025-03-16T22:30:00Z",
            6,
            came(json!(true), json!(true))
        ],
        [
            "cyd",
            "2025-03-19T10:00:00Z",
            4,
            came(json!(false), json!(false))
        ],
        // The 30th is not over.
        [
            "dan",
            "2025-03-29T10:00:00Z",
            2,
            came(Value::Null, Value::Null)
        ],
        [
            "eve",
            "2025-03-03T08:00:00Z",
            0,
            came(json!(false), json!(false))
        ],
    ]);
    assert_same(&rows, &expected);
    let expected = json!([
        {"day": 1, "size": 4, "onDay": 1, "share": 25.0},
        {"day": 7, "size": 4, "onDay": 1, "share": 25.0},
        {"day": 30, "size": 0, "onDay": 0, "share": null},
    ]);
    assert_same(&answer["summary"]["retention"], &expected);
    let sorted = ids(
        &chat,
        "period=30d&metric=retention&sort=signedUpAt&order=asc&limit=2",
    )
    .await;
    assert_eq!(sorted, ("ada eve".to_owned(), json!(5)));
    assert_eq!(
        ids(&chat, "period=30d&metric=retention&active=true")
            .await
            .1,
        4
    );
}

#[tokio::test]
async fn each_row_has_its_messages_over_time_where_they_are_asked_for() {
    let chat = Chat::open().await;
    let asked = "users?period=7d&include=series&compare=previous&sort=userId&limit=1";
    let answer = chat.ask(asked).await;
    let series = &answer["users"][0]["series"];
    let bucket = |date: &str, end: &str, count: u64, complete: bool, previous: u64| json!({"date": date, "count": count, "end": end, "complete": complete, "previous": previous});
    // ada wrote on Monday at midnight, on Friday at half past eleven in the evening and an hour later; in
    // the week before on Monday at midnight and on Sunday, a millisecond before the elapsed point.
    let expected = json!([
        bucket("2025-03-24", "2025-03-24T23:00:00Z", 1, true, 1),
        bucket("2025-03-25", "2025-03-25T23:00:00Z", 0, true, 0),
        bucket("2025-03-26", "2025-03-26T23:00:00Z", 0, true, 0),
        bucket("2025-03-27", "2025-03-27T23:00:00Z", 0, true, 0),
        bucket("2025-03-28", "2025-03-28T23:00:00Z", 1, true, 0),
        bucket("2025-03-29", "2025-03-29T23:00:00Z", 1, true, 0),
        bucket("2025-03-30", "2025-03-30T22:00:00Z", 0, false, 1),
    ]);
    assert_same(series, &expected);
    let plain = chat.ask("users?period=7d").await;
    assert_eq!(plain["users"][0].get("series"), None);
    // A page of rows that together have too many points is refused, with what to do.
    let alone = chat
        .ask("users?period=7d&include=series&groupBy=week&limit=1")
        .await;
    assert_eq!(alone["users"][0]["series"].as_array().unwrap().len(), 1);
    assert_eq!(alone["users"][0]["series"][0].get("previous"), None);
}

/// Every list has as many as the number beside it says, and who is in it is what a plain reading of the
/// events says.
#[tokio::test]
async fn lists_are_those_of_a_plain_reading_of_random_histories() {
    let home = Home::new();
    let service = home.start(&[]);
    for seed in SEEDS {
        let history = History::make(&service, seed).await;
        for (span, now, before) in History::spans() {
            let numbers = &history.ask(&format!("lifecycle?{span}")).await["summary"];
            for standing in ["new", "kept", "returning", "churned"] {
                let expected = history.standing(standing, now, before);
                for sort in ["userId", "lifecycle"] {
                    let list = format!("users?{span}&lifecycle={standing}&sort={sort}");
                    let answer = history.ask(&list).await;
                    assert_eq!(History::ids(&answer), expected, "{seed} {list}");
                    assert_eq!(answer["total"], numbers[standing], "{seed} {list}");
                    for row in answer["users"].as_array().unwrap() {
                        assert_eq!(row["lifecycle"], standing);
                        let id = row["userId"].as_str().unwrap();
                        let then = history.messages(id, before);
                        assert_eq!(row["previousMessageCount"], then, "{seed} {list} {id}");
                        assert_eq!(row["messageCount"], history.messages(id, now));
                        assert_eq!(row["daysActive"], history.days(id, now).len());
                    }
                }
            }
            let silent = history
                .ask(&format!("users?{span}&posted=false&sort=userId"))
                .await;
            assert_eq!(
                History::ids(&silent),
                history.never_posted(now.1),
                "{seed} {span}"
            );
            let cohort = format!("users?{span}&metric=retention&sort=userId");
            let cohort = history.ask(&cohort).await;
            assert_eq!(
                History::ids(&cohort),
                history.signed_up(now),
                "{seed} {span}"
            );
            let summary = &cohort["summary"]["retention"];
            let retention = history.ask(&format!("retention?{span}&groupBy=day")).await;
            for (place, name) in ["day1", "day7", "day30"].into_iter().enumerate() {
                let rows = cohort["users"].as_array().unwrap();
                let count = |value: Value| {
                    let rows = rows.iter().filter(|row| row["retention"][name] == value);
                    rows.count()
                };
                assert_eq!(summary[place]["onDay"], count(json!(true)), "{seed} {span}");
                let known = count(json!(true)) + count(json!(false));
                assert_eq!(summary[place]["size"], known);
                assert_eq!(
                    summary[place]["share"],
                    retention["summary"][place]["share"]
                );
            }
        }
    }
}
