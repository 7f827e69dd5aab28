//! Logins and journeys of a week that is worked out by hand: Monday 2 March 2026 to Sunday the 8th, as it
//! is seen on Tuesday the 10th.

use serde_json::{Value, json};

use super::assert_same;
use crate::support::{Home, Service};

/// The week.
pub(super) const WEEK: &str = "from=2026-03-02&to=2026-03-09&asOf=2026-03-10";

/// Tells of everything that happened, the last of it first.
pub(super) async fn tell(service: &Service) {
    let people =
        json!({"people": [{"id": "ann", "role": "owner"}, {"id": "robot", "isBot": true}]});
    let told = service.post("/api/analytics/records").json(&people);
    crate::support::json(told.send().await.unwrap(), reqwest::StatusCode::OK).await;
    let event = |at: &str, user: &str, name: &str, platform: Value| {
        let mut event =
            json!({"event": name, "userId": user, "timestamp": format!("2026-03-{at}:00Z")});
        if name.starts_with("message") {
            event["channelId"] = json!("c1");
        }
        if !platform.is_null() {
            event["properties"] = json!({ "platform": platform });
        }
        event
    };
    let events = [
        // Of the week before: a session of Ann over midnight, 20 minutes.
        ("01T23:50", "ann", "page_view", Value::Null),
        ("02T00:10", "ann", "message_sent", Value::Null),
        // Ann, 40 minutes, with a pause of exactly 30.
        ("02T09:00", "ann", "sign_in", json!("web")),
        ("02T09:05", "ann", "message_read", Value::Null),
        ("02T09:10", "ann", "message_sent", Value::Null),
        ("02T09:40", "ann", "message_sent", Value::Null),
        // Ben meanwhile, 15 minutes, and a robot that is nobody.
        ("02T09:05", "ben", "sign_in_failed", json!("mobile")),
        ("02T09:06", "ben", "sign_in", json!("mobile")),
        ("02T09:07", "robot", "message_sent", Value::Null),
        ("02T09:10", "ben", "message_read", Value::Null),
        ("02T09:20", "ben", "message_sent", Value::Null),
        // Ann on Tuesday, 50 minutes: presence keeps the session open.
        ("03T10:00", "ann", "sign_in", json!("web")),
        ("03T10:01", "ann", "presence", Value::Null),
        ("03T10:30", "ann", "presence", Value::Null),
        ("03T10:50", "ann", "message_read", Value::Null),
        // Cem over the end of the week, 6 minutes.
        ("08T23:59", "cem", "sign_in", Value::Null),
        ("09T00:05", "cem", "message_sent", Value::Null),
    ];
    for events in [&events[8..], &events[..8]] {
        let told = events
            .iter()
            .map(|(at, user, name, more)| event(at, user, name, more.clone()));
        let told: Vec<Value> = told.collect();
        assert_eq!(
            service.track(&Value::Array(told.clone())).await["tracked"],
            told.len()
        );
    }
}

async fn ask(service: &Service, what: &str) -> Value {
    service.json(&format!("/api/analytics/{what}")).await
}

#[tokio::test]
async fn logins_and_sessions_of_a_week() {
    let home = Home::new();
    let service = home.start(&[]);
    tell(&service).await;
    let found = ask(
        &service,
        &format!("logins?{WEEK}&groupBy=day&compare=previous"),
    )
    .await;
    assert_eq!(
        (&found["logins"]["current"], &found["logins"]["previous"]),
        (&json!(4), &json!(0))
    );
    assert_eq!(found["failedLogins"]["current"], 1);
    assert_eq!(found["peakHour"], "09:00");
    let heat = found["heatmap"].as_array().unwrap();
    let slots: u64 = heat
        .iter()
        .flat_map(|day| day.as_array().unwrap())
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!(
        (&heat[0][9], &heat[1][10], &heat[6][23], slots),
        (&json!(2), &json!(1), &json!(1), 4)
    );
    let platform = |row: &Value| {
        (
            row["platform"].clone(),
            row["logins"]["current"].clone(),
            row["share"].clone(),
        )
    };
    let platforms: Vec<_> = found["platforms"]
        .as_array()
        .unwrap()
        .iter()
        .map(platform)
        .collect();
    assert_eq!(
        platforms,
        [
            (json!("web"), json!(2), json!(50.0)),
            (Value::Null, json!(1), json!(25.0)),
            (json!("mobile"), json!(1), json!(25.0)),
        ]
    );
    // Of 6, 15, 40 and 50 minutes the middle is 27.5; before there was one session of 20.
    let sessions = &found["sessions"];
    assert_eq!(
        (
            &sessions["total"]["current"],
            &sessions["total"]["previous"]
        ),
        (&json!(4), &json!(1))
    );
    assert_eq!(
        (&sessions["people"]["current"], &sessions["perPerson"]),
        (&json!(3), &json!(1.33))
    );
    assert_eq!(
        (
            &sessions["medianSeconds"],
            &sessions["previousMedianSeconds"]
        ),
        (&json!(1650.0), &json!(1200.0))
    );
    assert_eq!(sessions["medianChangePercent"], 37.5);
    let days = found["timeline"].as_array().unwrap();
    assert_eq!(days.len(), 7);
    let numbers = |logins: u64, failed: u64, sessions: u64, median: Value| json!({"logins": logins, "failedLogins": failed, "sessions": sessions, "medianSessionSeconds": median});
    let of = |day: &Value| {
        json!({"logins": day["logins"], "failedLogins": day["failedLogins"],
        "sessions": day["sessions"], "medianSessionSeconds": day["medianSessionSeconds"]})
    };
    assert_same(&of(&days[0]), &numbers(2, 1, 2, json!(1650.0)));
    assert_same(&of(&days[2]), &numbers(0, 0, 0, Value::Null));
    assert_same(&of(&days[6]), &numbers(1, 0, 1, json!(360.0)));
    assert_same(&days[6]["previous"], &numbers(0, 0, 1, json!(1200.0)));
    // In Tokyo the session that begins on Sunday at 23:50 UTC begins on Monday at 08:50.
    let tokyo = ask(
        &service,
        &format!("logins?{WEEK}&groupBy=day&tz=Asia/Tokyo"),
    )
    .await;
    assert_eq!(tokyo["timeline"][0]["sessions"], 3);
    assert_eq!(tokyo["heatmap"][0][18], 2);
    // A robot counts where bots do, and one channel has sessions of its own events.
    let everyone = ask(&service, &format!("logins?{WEEK}&includeBots=true")).await;
    assert_eq!(everyone["sessions"]["total"]["current"], 5);
    let channel = ask(&service, &format!("logins?{WEEK}&channelId=c1&userId=ann")).await;
    // Ann at 00:10, from 09:05 to 09:40, and on Tuesday.
    assert_eq!(
        (
            &channel["sessions"]["total"]["current"],
            &channel["sessions"]["medianSeconds"]
        ),
        (&json!(3), &json!(0.0))
    );
    assert_eq!(channel["logins"]["current"], 0);
}

#[tokio::test]
async fn what_no_source_tells_of_is_unknown() {
    let home = Home::new();
    let service = home.start(&[]);
    let message =
        json!({"event": "message_sent", "userId": "ann", "timestamp": "2026-03-03T10:00:00Z"});
    service.track(&message).await;
    let found = ask(&service, &format!("logins?{WEEK}")).await;
    for field in ["logins", "failedLogins", "heatmap", "peakHour", "platforms"] {
        assert_eq!(found[field], Value::Null, "{field}");
    }
    assert_eq!(found["timeline"][1]["logins"], Value::Null);
    assert_eq!(
        (
            &found["sessions"]["total"]["current"],
            &found["sessions"]["medianSeconds"]
        ),
        (&json!(1), &json!(0.0))
    );
    let empty = ask(
        &service,
        "logins?from=2027-01-01&to=2027-01-02&asOf=2026-03-10",
    )
    .await;
    assert_eq!(
        (
            &empty["sessions"]["total"]["current"],
            &empty["sessions"]["medianSeconds"]
        ),
        (&json!(0), &Value::Null)
    );
    let empty = ask(
        &service,
        "journeys?from=2027-01-01&to=2027-01-02&asOf=2026-03-10",
    )
    .await;
    assert_eq!(
        (&empty["sessions"], &empty["paths"]),
        (&json!(0), &json!([]))
    );
}

#[tokio::test]
async fn journeys_of_a_week() {
    let home = Home::new();
    let service = home.start(&[]);
    tell(&service).await;
    let found = ask(&service, &format!("journeys?{WEEK}")).await;
    let [failed, signed, read, sent] =
        ["sign_in_failed", "sign_in", "message_read", "message_sent"];
    let path = |steps: &[&str], sessions: u64, share: f64| json!({"steps": steps, "sessions": sessions, "share": share});
    assert_same(
        &found["paths"],
        &json!([
            path(&[signed, read], 1, 25.0),
            path(&[signed, read, sent], 1, 25.0),
            path(&[signed, sent], 1, 25.0),
            path(&[failed, signed, read, sent], 1, 25.0),
        ]),
    );
    assert_eq!(
        (
            &found["sessions"],
            &found["matched"],
            &found["differentPaths"]
        ),
        (&json!(4), &json!(4), &json!(4))
    );
    let step = |name: &str, sessions: u64, share: f64| json!({"eventType": name, "sessions": sessions, "share": share});
    assert_same(
        &found["entries"],
        &json!([step(signed, 3, 75.0), step(failed, 1, 25.0)]),
    );
    assert_same(
        &found["exits"],
        &json!([step(sent, 3, 75.0), step(read, 1, 25.0)]),
    );
    let transition = |from: &str, to: &str, count: u64, people: u64| json!({"from": from, "to": to, "count": count, "people": people});
    assert_same(
        &found["transitions"],
        &json!([
            transition(signed, read, 3, 2),
            transition(read, sent, 2, 2),
            transition(signed, sent, 1, 1),
            transition(failed, signed, 1, 1),
        ]),
    );
    let node = |node: &Value| {
        (
            node["id"].as_str().unwrap().to_owned(),
            node["sessions"].as_u64().unwrap(),
        )
    };
    let nodes: Vec<_> = found["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(node)
        .collect();
    let expected = [
        ("1:sign_in", 3),
        ("1:sign_in_failed", 1),
        ("2:message_read", 2),
        ("2:message_sent", 1),
        ("2:sign_in", 1),
        ("3:message_read", 1),
        ("3:message_sent", 1),
        ("4:message_sent", 1),
    ];
    assert_eq!(
        nodes,
        expected.map(|(id, sessions)| (id.to_owned(), sessions))
    );
    let largest = json!({"source": "1:sign_in", "target": "2:message_read", "sessions": 2});
    assert_same(&found["links"][0], &largest);
    assert_eq!(found["links"].as_array().unwrap().len(), 6);
    // Begun at a kind, ended at one that goes by another name, and not collapsed.
    let begun = ask(&service, &format!("journeys?{WEEK}&start={read}")).await;
    assert_same(
        &begun["paths"],
        &json!([path(&[read, sent], 2, 66.7), path(&[read], 1, 33.3)]),
    );
    assert_eq!(
        (&begun["sessions"], &begun["matched"]),
        (&json!(4), &json!(3))
    );
    let ended = ask(&service, &format!("journeys?{WEEK}&end=login")).await;
    assert_same(
        &ended["paths"],
        &json!([path(&[signed], 3, 75.0), path(&[failed, signed], 1, 25.0)]),
    );
    let each = ask(
        &service,
        &format!("journeys?{WEEK}&collapse=false&userId=ann"),
    )
    .await;
    assert_same(
        &each["paths"][1],
        &path(&[signed, read, sent, sent], 1, 50.0),
    );
    // Where presence does not count, the session of Tuesday falls in two.
    let acts = ask(
        &service,
        &format!("journeys?{WEEK}&userId=ann&filter=not%20type%20is%20presence"),
    )
    .await;
    assert_eq!(acts["sessions"], 3);
}
