//! `GET /api/analytics/adoption`, and people by the features that they use.

use std::collections::BTreeMap;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::history::{Act, History, SEEDS};
use crate::{
    api::assert_same,
    support::{Home, Service, json as read},
};

async fn service(home: &Home) -> Service {
    let service = home.start(&[]);
    let millis = |at: &str| at.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    let records = json!({"people": [
        {"id": "ann", "createdMs": millis("2026-03-01T12:00:00Z")},
        {"id": "ben", "createdMs": millis("2026-03-06T12:00:00Z")},
    ]});
    let put = service.post("/api/analytics/records").json(&records);
    read(put.send().await.unwrap(), StatusCode::OK).await;
    let used = |user: &str, at: &str| {
        json!({"event": "feature_used", "userId": user, "timestamp": at,
            "properties": {"feature": "polls"}})
    };
    let did = |event: &str, user: &str, at: &str| json!({"event": event, "userId": user, "timestamp": at, "isBot": user == "robo"});
    let events = json!([
        did("thread_reply", "ann", "2026-03-02T09:00:00Z"),
        used("ann", "2026-03-07T12:00:00Z"),
        did("thread_reply", "ann", "2026-03-08T09:00:00Z"),
        did("thread_reply", "ben", "2026-03-08T09:01:00Z"),
        did("thread_reply", "ben", "2026-03-08T09:02:00Z"),
        did("page_view", "cem", "2026-03-08T10:00:00Z"),
        did("search", "ben", "2026-03-09T10:00:00Z"),
        did("search", "robo", "2026-03-09T10:01:00Z"),
        used("cem", "2026-03-09T11:00:00Z"),
        used("cem", "2026-03-09T11:01:00Z"),
        used("ann", "2026-03-09T11:02:00Z"),
    ]);
    service.track(&events).await;
    service
}

const SPAN: &str = "from=2026-03-08&to=2026-03-10&asOf=2026-03-10";

fn shown(row: &Value) -> Value {
    let pair = |name: &str| json!([row[name]["current"], row[name]["previous"]]);
    json!([
        row["feature"],
        pair("adopters"),
        pair("uses"),
        row["firstTimeAdopters"],
        row["adoptionRate"],
        row["usesPerAdopter"],
        row["medianDaysToFirstUse"],
    ])
}

#[tokio::test]
async fn features_are_as_worked_by_hand() {
    let home = Home::new();
    let service = service(&home).await;
    for zone in ["UTC", "Africa/Abidjan"] {
        let path = format!("/api/analytics/adoption?{SPAN}&tz={zone}");
        let answer = service.json(&path).await;
        // Of ann, ben and cem; in the two days before there was ann alone.
        let active = &answer["activeUsers"];
        assert_eq!(
            json!([active["current"], active["previous"]]),
            json!([3, 1])
        );
        let rows = answer["features"].as_array().unwrap();
        let found: Value = rows.iter().map(shown).collect();
        let unused = |name: &str| json!([name, [0, 0], [0, 0], 0, 0.0, null, null]);
        let expected = json!([
            // ann and cem. For cem, who was first seen on the 8th, it was the first time.
            ["polls", [2, 1], [3, 1], 1, 66.7, 1.5, 1.0],
            // ann, who replied before, and ben, two days after his account was made.
            ["threads", [2, 0], [3, 0], 1, 66.7, 1.5, 2.0],
            // ben; a bot is nobody.
            ["search", [1, 0], [1, 0], 1, 33.3, 1.0, 3.0],
            unused("calls"),
            unused("files"),
            unused("pins"),
            unused("reactions"),
            unused("screenSharing"),
            unused("voiceMessages"),
        ]);
        assert_same(&found, &expected);
        assert_eq!(answer["total"], 9);
        let built_in = rows.iter().filter(|row| row["isBuiltIn"] == true);
        assert_eq!(built_in.count(), 8);
        let first = service.json(&format!("{path}&limit=1")).await;
        assert_eq!(first["features"], json!([rows[0]]));
        assert_eq!(first["total"], 9);
        let with_bots = service.json(&format!("{path}&includeBots=true")).await;
        let mut with_bots = with_bots["features"].as_array().unwrap().iter();
        let search = with_bots.find(|row| row["feature"] == "search").unwrap();
        assert_eq!(search["adopters"]["current"], 2);
    }
}

#[tokio::test]
async fn people_are_listed_by_the_features_that_they_use() {
    let home = Home::new();
    let service = service(&home).await;
    let path = format!("/api/analytics/users?{SPAN}");
    let answer = service.json(&format!("{path}&metric=adoption")).await;
    let rows = answer["users"].as_array().unwrap().iter();
    let rows: Value = rows
        .map(|row| json!([row["userId"], row["features"]]))
        .collect();
    let expected = json!([
        ["ann", {"polls": 1, "threads": 1}],
        ["ben", {"search": 1, "threads": 2}],
        ["cem", {"polls": 2}],
    ]);
    assert_same(&rows, &expected);
    // Five features of three people.
    let summary = json!({"adopters": 3, "averageFeatures": 1.7});
    assert_eq!(answer["summary"]["adoption"], summary);
    let few = service
        .json(&format!("{path}&sort=features&order=asc&limit=1"))
        .await;
    assert_eq!(few["users"][0]["userId"], "cem");
    assert_eq!(few["metric"], "engagement");
}

type IsUse = Box<dyn Fn(&Act) -> bool>;

fn features() -> [(&'static str, IsUse); 7] {
    let is = |kind: &'static str| -> IsUse { Box::new(move |act| act.kind == kind) };
    let named = |name: &'static str| -> IsUse {
        Box::new(move |act| act.kind == "feature_used" && act.feature == name)
    };
    [
        ("threads", is("thread_reply")),
        ("reactions", is("reaction_added")),
        ("files", is("file_shared")),
        ("search", is("search_performed")),
        ("calls", is("call_joined")),
        ("polls", named("polls")),
        ("dark_mode", named("dark_mode")),
    ]
}

#[tokio::test]
async fn adopters_are_those_of_a_plain_reading_of_random_histories() {
    let home = Home::new();
    let service = home.start(&[]);
    let day = |at: i64| at.div_euclid(86_400_000);
    for seed in SEEDS {
        let history = History::make(&service, seed).await;
        for (span, now, before) in History::spans() {
            let answer = history.ask(&format!("adoption?{span}")).await;
            let rows = answer["features"].as_array().unwrap().iter();
            let rows: BTreeMap<&str, &Value> = rows
                .map(|row| (row["feature"].as_str().unwrap(), row))
                .collect();
            for (name, is_use) in features() {
                let about = format!("{seed} {span} {name}");
                let uses =
                    |who: &str, span| history.of(who, span).filter(|act| is_use(act)).count();
                let adopters = |span| History::people().filter(|who| uses(who, span) > 0).count();
                let Some(row) = rows.get(name) else {
                    assert_eq!(adopters(now), 0, "{about}");
                    continue;
                };
                let mut days = Vec::new();
                for who in History::people() {
                    let mut acts = history.of(who, now).filter(|act| is_use(act));
                    if let Some(first) = acts.next()
                        && uses(who, (i64::MIN, now.0)) == 0
                    {
                        let joined = history.joined(who).unwrap();
                        days.push((day(first.at) - day(joined)).max(0));
                    }
                }
                days.sort_unstable();
                let all: usize = History::people().map(|who| uses(who, now)).sum();
                assert_eq!(row["adopters"]["current"], adopters(now), "{about}");
                assert_eq!(row["adopters"]["previous"], adopters(before), "{about}");
                assert_eq!(row["uses"]["current"], all, "{about}");
                assert_eq!(row["firstTimeAdopters"], days.len(), "{about}");
                let median = days.len().checked_sub(1).map(|last| {
                    let sum = days[last / 2] + days[last.div_ceil(2)];
                    f64::from(i32::try_from(sum).unwrap()) / 2.0
                });
                assert_eq!(row["medianDaysToFirstUse"], json!(median), "{about}");
            }
        }
    }
}
