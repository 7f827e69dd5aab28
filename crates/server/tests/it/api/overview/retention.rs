//! `GET /api/analytics/retention`.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    api::{
        assert_same,
        chat::{Chat, path},
        refusal::assert_refused,
    },
    support::{Home, Service, json as read},
};

/// A day on which it is too early to tell.
fn unknown(day: u32) -> Value {
    json!({"day": day, "onDay": null, "onOrAfter": null, "within": null, "share": null})
}

fn day(day: u32, [on_day, on_or_after, within]: [u64; 3], share: f64) -> Value {
    json!({"day": day, "onDay": on_day, "onOrAfter": on_or_after, "within": within, "share": share})
}

#[tokio::test]
async fn the_cohorts_of_a_month_are_as_worked_by_hand() {
    let chat = Chat::open().await;
    let answer = chat.numbers("retention?period=30d").await;
    let cohort = |name: &str, days: [Value; 3]| json!({"cohort": name, "size": 1, "days": days});
    let expected = json!({
        // Old enough for day 1 are all but the last week: ada, eve, bob and cyd. On day 1 came bob.
        // For day 7 cyd's week is too young too, until tonight at 24:00.
        "summary": [
            {"day": 1, "size": 4, "onDay": 1, "onOrAfter": 3, "within": 1, "share": 25.0},
            {"day": 7, "size": 3, "onDay": 1, "onOrAfter": 2, "within": 1, "share": 33.3},
            {"day": 30, "size": 0, "onDay": 0, "onOrAfter": 0, "within": 0, "share": null},
        ],
        "cohorts": [
            // ada's account was made on Saturday 1 March; she came on the 17th. The week begins with the period.
            cohort("2025-03-01", [day(1, [0, 1, 0], 0.0), day(7, [0, 1, 0], 0.0), unknown(30)]),
            // eve never came: what the system did about her is nothing she did.
            cohort("2025-03-03", [day(1, [0, 0, 0], 0.0), day(7, [0, 0, 0], 0.0), unknown(30)]),
            // bob's account was made on Sunday 16 March, 23:30; he came on the 17th and on the 23rd.
            cohort("2025-03-10", [day(1, [1, 1, 1], 100.0), day(7, [1, 1, 1], 100.0), unknown(30)]),
            // cyd was first seen on the 19th and then on the 23rd at 23:59:59.999.
            cohort("2025-03-17", [day(1, [0, 1, 0], 0.0), unknown(7), unknown(30)]),
            // dan signed up yesterday, and this week is not over.
            cohort("2025-03-24", [unknown(1), unknown(7), unknown(30)]),
        ],
        "mode": "day",
        "groupBy": "week",
        "period": "30d",
    });
    assert_same(&answer, &expected);
}

#[tokio::test]
async fn any_days_are_asked_for_and_shares_are_of_what_the_mode_says() {
    let chat = Chat::open().await;
    for (mode, shares) in [
        // On day 2 after signing up bob said something, on the 18th.
        ("day", [25.0, 25.0, 33.3]),
        ("unbounded", [75.0, 75.0, 66.7]),
        ("bracket", [25.0, 25.0, 33.3]),
    ] {
        let question = format!("retention?period=30d&days=1,2,7&mode={mode}");
        let answer = chat.numbers(&question).await;
        assert_eq!(answer["mode"], mode);
        let days = |rows: &Value| {
            let rows = rows.as_array().unwrap().iter();
            rows.map(|row| row["day"].as_u64().unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(days(&answer["summary"]), [1, 2, 7]);
        for cohort in answer["cohorts"].as_array().unwrap() {
            assert_eq!(days(&cohort["days"]), [1, 2, 7]);
        }
        let found: Vec<f64> = answer["summary"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["share"].as_f64().unwrap())
            .collect();
        assert_eq!(found, shares, "{mode}");
    }
}

/// Returns the answer about the cohort of one day.
async fn about(service: &Service, day: &str, next: &str, as_of: &str) -> Value {
    let asked = format!("from={day}&to={next}&groupBy=day&tz=Europe/Berlin&asOf={as_of}");
    let answer = service
        .json(&format!("/api/analytics/retention?{asked}"))
        .await;
    assert_eq!(answer["cohorts"].as_array().unwrap().len(), 1);
    answer["cohorts"][0]["days"][0].clone()
}

#[tokio::test]
async fn days_are_over_when_they_are_over_where_the_chat_is() {
    let home = Home::new();
    let service = home.start(&[]);
    let event =
        |name: &str, user: &str, at: &str| json!({"event": name, "userId": user, "timestamp": at});
    let events = json!([
        // Sunday 26 October 2025 had 25 hours in Berlin, until 23:00 UTC.
        event("sign_up", "autumn", "2025-10-25T10:00:00Z"),
        event("message_sent", "autumn", "2025-10-26T22:40:00Z"),
        // Sunday 30 March 2025 had 23 hours, until 22:00 UTC.
        event("sign_up", "spring", "2025-03-29T10:00:00Z"),
        event("message_sent", "spring", "2025-03-30T21:59:00Z"),
    ]);
    service.track(&events).await;
    // Half an hour before its end the 25-hour day is not over, whatever has happened on it.
    let too_early = about(&service, "2025-10-25", "2025-10-26", "2025-10-26T22:30:00Z").await;
    assert_same(&too_early, &unknown(1));
    let after = about(&service, "2025-10-25", "2025-10-26", "2025-10-26T23:00:00Z").await;
    assert_same(&after, &day(1, [1, 1, 1], 100.0));
    // At its end the 23-hour day is over.
    let too_early = about(&service, "2025-03-29", "2025-03-30", "2025-03-30T21:59:59Z").await;
    assert_same(&too_early, &unknown(1));
    let after = about(&service, "2025-03-29", "2025-03-30", "2025-03-30T22:00:00Z").await;
    assert_same(&after, &day(1, [1, 1, 1], 100.0));
}

#[tokio::test]
async fn days_one_seven_and_thirty_are_told_apart() {
    let home = Home::new();
    let service = home.start(&[]);
    let mut events = Vec::new();
    // Everybody signs up on 1 January; each comes back on these days of January.
    for (user, days) in [
        ("a", vec![2]),
        ("b", vec![8]),
        ("c", vec![31]),
        ("d", vec![3, 9]),
        ("e", vec![]),
        ("f", vec![2, 8, 31]),
    ] {
        events
            .push(json!({"event": "sign_up", "userId": user, "timestamp": "2025-01-01T09:00:00Z"}));
        for day in days {
            let at = format!("2025-01-{day:02}T23:59:59.999Z");
            events.push(json!({"event": "page_view", "userId": user, "timestamp": at}));
        }
    }
    service.track(&json!(events)).await;
    let answer = service
        .json("/api/analytics/retention?from=2025-01-01&to=2025-01-02&groupBy=day&asOf=2025-03-01T00:00:00Z")
        .await;
    let expected = json!([{"cohort": "2025-01-01", "size": 6, "days": [
        // On 2 January a and f; later also b, c and d.
        day(1, [2, 5, 2], 33.3),
        // On 8 January b and f; then or later also c and d; until then a, b, d and f.
        day(7, [2, 4, 4], 33.3),
        // On 31 January c and f, and nobody later; until then all but e.
        day(30, [2, 2, 5], 33.3),
    ]}]);
    assert_same(&answer["cohorts"], &expected);
}

#[tokio::test]
async fn people_who_signed_up_are_counted_by_day_week_or_month() {
    let chat = Chat::open().await;
    for (width, is_known) in [
        ("day", true),
        ("week", true),
        ("month", true),
        ("hour", false),
        ("year", false),
    ] {
        let path = path(&format!("retention?period=30d&groupBy={width}"));
        let answer = chat.service.get(&path).send().await.unwrap();
        if is_known {
            read(answer, StatusCode::OK).await;
            continue;
        }
        let error = assert_refused(answer, 400, "bad_grain").await;
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains(&format!("`{width}`")) && message.contains("day, week and month"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn what_happens_after_the_present_of_a_question_moves_nobody() {
    let home = Home::new();
    let service = home.start(&[]);
    let event = |name: &str, at: &str| json!({"event": name, "userId": "early", "timestamp": at});
    let question =
        "/api/analytics/retention?from=2025-03-01&to=2025-03-08&asOf=2025-03-10T00:00:00Z";
    let events = ["2025-03-02T09:00:00Z", "2025-03-03T09:00:00Z"].map(|at| event("page_view", at));
    service.track(&json!(events)).await;
    let before = service.json(question).await;
    assert_eq!(before["summary"][0]["onDay"], 1, "{before}");
    service
        .track(&event("sign_up", "2025-03-20T09:00:00Z"))
        .await;
    // Asked with another key, so that it is computed anew.
    for more in ["", "&days=1,7,30,60"] {
        let after = service.json(&format!("{question}{more}")).await;
        assert_same(&after["summary"][0], &before["summary"][0]);
        assert_eq!(after["cohorts"][0]["size"], before["cohorts"][0]["size"]);
    }
}
