//! `GET /api/analytics/stickiness` and the lists of `GET /api/analytics/lifecycle`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::history::{History, SEEDS};
use crate::{
    api::{assert_same, chat::Chat},
    support::Home,
};

#[tokio::test]
async fn how_regularly_people_come_is_as_worked_by_hand() {
    let chat = Chat::open().await;
    let answer = chat.numbers("stickiness?period=7d").await;
    let day = |date: &str, end: &str, dau: u64, mau: u64, stickiness: f64| {
        json!({"date": date, "end": format!("{end}:00:00Z"), "complete": date != "2025-03-30",
            "dau": dau, "mau": mau, "stickiness": stickiness})
    };
    let by_days = |people: &[u64], all: u64| -> Value {
        let one = |(days, users): (usize, &u64)| json!({"days": days + 1, "users": users, "share": (*users * 100) as f64 / all as f64});
        people.iter().enumerate().map(one).collect()
    };
    let mut last = [0; 28];
    // Since 3 March: gus on one day, dan on two, cyd on four, ada and bob on six.
    (last[0], last[1], last[3], last[5]) = (1, 1, 1, 2);
    let expected = json!({
        // 3 + 0 + 1 + 0 + 1 + 2 + 3 people in 7 days, of 5 in 30 × 24 hours; in the week before
        // 2 + 2 + 1 + 0 + 0 + 0 + 1 of 4.
        "summary": {
            "stickiness": 0.286, "dailyActive": 1.4, "monthlyActive": 5,
            "previous": {"stickiness": 0.214, "dailyActive": 0.9, "monthlyActive": 4},
        },
        "series": [
            // Besides, gus was there on the 5th; dan came on the 29th.
            day("2025-03-24", "2025-03-24T23", 3, 4, 0.75),
            day("2025-03-25", "2025-03-25T23", 0, 4, 0.0),
            day("2025-03-26", "2025-03-26T23", 1, 4, 0.25),
            day("2025-03-27", "2025-03-27T23", 0, 4, 0.0),
            day("2025-03-28", "2025-03-28T23", 1, 4, 0.25),
            day("2025-03-29", "2025-03-29T23", 2, 5, 0.4),
            day("2025-03-30", "2025-03-30T22", 3, 5, 0.6),
        ],
        // ada and bob on three days, cyd and dan on two.
        "daysActive": by_days(&[0, 2, 2, 0, 0, 0, 0], 4),
        "powerUsers": {"days": 28, "users": 5, "curve": by_days(&last, 5)},
        "period": "7d",
    });
    assert_same(&answer, &expected);
    let dashboard = chat.numbers("dashboard?period=7d").await;
    assert_eq!(answer["summary"]["stickiness"], dashboard["stickiness"]);
    let empty = chat
        .numbers("stickiness?from=2030-01-01&to=2030-01-02")
        .await;
    assert_eq!(
        (&empty["series"], &empty["daysActive"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(empty["summary"]["stickiness"], Value::Null);
}

#[tokio::test]
async fn a_number_of_lifecycle_is_opened_as_a_list() {
    let chat = Chat::open().await;
    for (asked, standing, expected) in [
        ("period=7d", "new", vec!["dan"]),
        ("period=7d", "kept", vec!["cyd", "ada", "bob"]),
        ("period=1d", "returning", vec!["cyd", "bob"]),
        ("period=1d", "churned", vec!["ada"]),
        ("period=1d", "new", vec![]),
    ] {
        let answer = chat
            .ask(&format!("lifecycle?{asked}&list={standing}"))
            .await;
        let list = &answer["people"];
        assert_eq!(History::ids(list), expected, "{asked} {standing}");
        assert_eq!(list["standing"], standing);
        assert_eq!(list["total"], answer["summary"][standing]);
        let page = chat
            .ask(&format!(
                "lifecycle?{asked}&list={standing}&limit=1&offset=1"
            ))
            .await;
        let second: Vec<&str> = expected.iter().copied().skip(1).take(1).collect();
        assert_eq!(History::ids(&page["people"]), second);
        assert_eq!(page["people"]["total"], list["total"]);
    }
    assert_eq!(chat.ask("lifecycle?period=7d").await.get("people"), None);
    let with_bots = chat
        .ask("lifecycle?period=7d&list=new&includeBots=true")
        .await;
    assert_eq!(with_bots["people"]["total"], with_bots["summary"]["new"]);
    assert_eq!(with_bots["people"]["total"], 2);
}

#[tokio::test]
async fn habits_are_those_of_a_plain_reading_of_random_histories() {
    let home = Home::new();
    let service = home.start(&[]);
    for seed in SEEDS {
        let history = History::make(&service, seed).await;
        for (span, now, _) in History::spans() {
            let answer = history.ask(&format!("stickiness?{span}&days=30")).await;
            let day = |at: i64| at.div_euclid(86_400_000);
            let (first, last) = (day(now.0), day(now.1 - 1));
            let ever = (i64::MIN, now.1);
            for (bucket, day) in answer["series"]
                .as_array()
                .unwrap()
                .iter()
                .zip(first..=last)
            {
                assert_eq!(
                    bucket["dau"],
                    history.active_on(day, now).len(),
                    "{seed} {span} {day}"
                );
                let month = (day - 29..=day).map(|day| history.active_on(day, ever));
                let month: BTreeSet<&str> = month.flatten().collect();
                assert_eq!(bucket["mau"], month.len(), "{seed} {span} {day}");
            }
            let length = usize::try_from(last - first + 1).unwrap();
            assert_eq!(answer["series"].as_array().unwrap().len(), length);
            let by_days = |days: &dyn Fn(&str) -> usize, length: usize| -> Vec<usize> {
                let people = |count| History::people().filter(|who| days(who) == count).count();
                (1..=length).map(people).collect()
            };
            let users = |rows: &Value| -> Vec<usize> {
                let rows = rows.as_array().unwrap().iter();
                rows.map(|row| usize::try_from(row["users"].as_u64().unwrap()).unwrap())
                    .collect()
            };
            let within = by_days(&|who| history.days(who, now).len(), length);
            assert_eq!(users(&answer["daysActive"]), within, "{seed} {span}");
            let recent = by_days(
                &|who| history.days(who, ever).range(last - 29..).count(),
                30,
            );
            assert_eq!(
                users(&answer["powerUsers"]["curve"]),
                recent,
                "{seed} {span}"
            );
        }
    }
}
