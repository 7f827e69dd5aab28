//! Parameters that cannot be, each refused with a sentence about itself.

use serde_json::json;

use super::declared;
use crate::{api::refusal::assert_refused, support::Home};

/// What is asked of `/api/analytics/…`, with the code of the refusal.
const REFUSED: &[(&str, &str)] = &[
    ("dashboard?period=3w", "bad_period"),
    ("dashboard?period=0d", "bad_period"),
    ("dashboard?period=-7d", "bad_period"),
    ("dashboard?period=7D", "bad_period"),
    ("dashboard?period=%FF", "bad_period"),
    ("dashboard?period=7d&from=2026-02-02", "bad_period"),
    ("dashboard?period=7d&to=2026-02-02", "bad_period"),
    ("users?asOf=yesterday", "bad_time"),
    ("users?asOf=NaN", "bad_time"),
    ("users?asOf=1e400", "bad_time"),
    ("users?from=2026-13-01", "bad_time"),
    ("users?from=2026-02-30", "bad_time"),
    ("users?to=2026-02-01T25:00:00Z", "bad_time"),
    ("users?to=99999999999999999999", "bad_time"),
    ("messages?compare=2026-01-01..soon", "bad_time"),
    ("messages?from=2026-02-02&to=2026-02-02", "bad_range"),
    ("messages?from=2026-02-02&to=2026-02-01", "bad_range"),
    ("messages?compare=2026-02-02..2026-02-01", "bad_range"),
    ("messages?compare=2026-02-02..2026-02-02", "bad_range"),
    ("channels?compare=last", "bad_compare"),
    ("channels?compare=2026-02-02", "bad_compare"),
    ("content?tz=Mars/Olympus", "bad_zone"),
    ("content?tz=local", "bad_zone"),
    ("content?tz=CET-1CEST", "bad_zone"),
    ("content?tz=../../etc/passwd", "bad_zone"),
    ("content?tz=/etc/localtime", "bad_zone"),
    ("messages?segment=nowhere", "unknown_segment"),
    ("messages?filter=segment:", "bad_filter"),
    ("messages?weekStart=friday", "bad_parameter"),
    ("messages?weekStart=7", "bad_parameter"),
    ("retention?groupBy=fortnight", "bad_grain"),
    ("retention?groupBy=minute", "bad_grain"),
    ("lifecycle?groupBy=hour", "bad_grain"),
    ("lifecycle?list=gone", "bad_parameter"),
    ("lifecycle?limit=5", "bad_parameter"),
    ("lifecycle?offset=5", "bad_parameter"),
    ("adoption?limit=0", "bad_parameter"),
    ("adoption?filter=user is ada", "unknown_parameter"),
    ("newcomers?state=gone", "bad_parameter"),
    ("newcomers?state=silent,gone", "bad_parameter"),
    ("newcomers?state=silent,", "bad_parameter"),
    ("newcomers?includeBots=true", "unknown_parameter"),
    ("stickiness?days=7", "bad_parameter"),
    ("stickiness?channelId=c-gen", "unknown_parameter"),
    ("users/ada?groupBy=hour", "bad_grain"),
    ("users/ada?limit=1001", "bad_parameter"),
    ("users/ada?includeBots=true", "unknown_parameter"),
    ("users/matrix?limit=201", "bad_parameter"),
    (
        "users/matrix?from=2024-01-01&to=2026-01-01",
        "too_many_buckets",
    ),
    ("lifecycle?compare=year", "unknown_parameter"),
    ("lifecycle?channelId=c-gen", "unknown_parameter"),
    ("response-times?by=weekday", "bad_parameter"),
    ("response-times?limit=1001", "bad_parameter"),
    ("response-times?includeBots=true", "unknown_parameter"),
    ("unanswered?limit=0", "bad_parameter"),
    ("unanswered?compare=previous", "unknown_parameter"),
    ("retention?days=0", "bad_parameter"),
    ("retention?days=1,,7", "bad_parameter"),
    ("retention?days=7,7", "bad_parameter"),
    ("retention?days=1,3651", "bad_parameter"),
    ("retention?days=1;7", "bad_parameter"),
    ("retention?mode=rolling", "bad_parameter"),
    ("dashboard?filter=chanel is c1", "bad_filter"),
    ("dashboard?filter=channel", "bad_filter"),
    ("dashboard?filter=channel is", "bad_filter"),
    ("dashboard?filter=channel is c1 and", "bad_filter"),
    ("dashboard?filter=channel is \"c1", "bad_filter"),
    (
        "dashboard?filter=(((((((((((((((((channel is c1)))))))))))))))))",
        "bad_filter",
    ),
    ("dashboard?filter=property. is 1", "bad_filter"),
    (
        "messages?from=2020-01-01&to=2026-01-01&groupBy=hour",
        "too_many_buckets",
    ),
    ("messages?from=0001-01-01&to=9999-12-31", "too_many_buckets"),
    ("users?metric=karma", "bad_parameter"),
    ("users?sort=karma", "bad_parameter"),
    ("users?order=random", "bad_parameter"),
    ("users?level=extreme", "bad_parameter"),
    ("users?active=maybe", "bad_parameter"),
    ("users?posted=never", "bad_parameter"),
    ("users?lifecycle=gone", "bad_parameter"),
    ("users?include=trends", "bad_parameter"),
    ("users?channelId=c-gen&metric=retention", "bad_parameter"),
    ("users?userId=ada&metric=retention", "bad_parameter"),
    ("users?filter=user is ada&metric=retention", "bad_parameter"),
    ("users?includeBots=2", "bad_parameter"),
    ("users?explain=please", "bad_parameter"),
    ("users?limit=0", "bad_parameter"),
    ("users?limit=-1", "bad_parameter"),
    ("users?limit=1.5", "bad_parameter"),
    ("users?limit=1e3", "bad_parameter"),
    ("users?limit=NaN", "bad_parameter"),
    ("users?limit=10001", "bad_parameter"),
    ("users?limit=4294967297", "bad_parameter"),
    ("users?limit=99999999999999999999999", "bad_parameter"),
    ("users?offset=-1", "bad_parameter"),
    ("users?offset=4294967296", "bad_parameter"),
    ("channels?sort=karma", "bad_parameter"),
    ("channels?limit=10001", "bad_parameter"),
    ("channels?state=sleepy", "bad_parameter"),
    ("channels?include=people", "bad_parameter"),
    ("channels?groupBy=day", "bad_parameter"),
    ("channels?include=series&groupBy=year", "bad_grain"),
    ("channels/care?state=active", "bad_parameter"),
    ("channels/care?limit=1001", "bad_parameter"),
    ("channels/compare?ids=c1", "bad_parameter"),
    ("channels/compare?ids=c1,c1", "bad_parameter"),
    ("channels/compare?ids=c1,,c2", "bad_parameter"),
    (
        "channels/compare?ids=1,2,3,4,5,6,7,8,9,10,11",
        "bad_parameter",
    ),
    ("heatmap?metric=threads", "bad_parameter"),
    ("participation?minPosters=0", "bad_parameter"),
    ("participation?pairs=1001", "bad_parameter"),
    ("distribution?limit=0", "bad_parameter"),
    ("content?limit=1001", "bad_parameter"),
    ("events?limit=1001", "bad_parameter"),
    ("events?offset=100001", "bad_parameter"),
    ("dead-letters?limit=0", "bad_parameter"),
    ("journeys?limit=0", "bad_parameter"),
    ("journeys?limit=1001", "bad_parameter"),
    ("journeys?collapse=2", "bad_parameter"),
    ("journeys?start=%01", "bad_parameter"),
    ("journeys?end=%01", "bad_parameter"),
    ("journeys?groupBy=day", "unknown_parameter"),
    ("logins?groupBy=minute", "bad_grain"),
    ("platform-health?groupBy=minute", "bad_grain"),
    ("platform-health?limit=5", "unknown_parameter"),
    ("funnels/newcomers/run?by=planet", "bad_parameter"),
    ("funnels/newcomers/run?window=7d", "unknown_parameter"),
    ("export?format=exe", "bad_parameter"),
    ("export?metrics=users,passwords", "bad_parameter"),
    ("export?metrics=,", "bad_parameter"),
];

#[tokio::test]
async fn every_bad_parameter_is_refused_with_a_sentence_about_it() {
    let home = Home::new();
    let service = home.start(&[]);
    for (asked, code) in REFUSED {
        let path = format!("/api/analytics/{asked}");
        let error = assert_refused(service.get(&path).send().await.unwrap(), 400, code).await;
        if *code == "bad_parameter" {
            let (_, name) = asked.split_once('?').unwrap();
            let (name, _) = name.split_once('=').unwrap();
            assert_eq!(error["details"]["parameter"], name, "{asked}");
            let message = error["message"].as_str().unwrap();
            assert!(message.starts_with(&format!("`{name}`: ")), "{message}");
        }
    }
    // What comes with a later release says so, and is no mistake of the caller.
    let pdf = service.get("/api/analytics/export?format=pdf").send().await;
    assert_refused(pdf.unwrap(), 501, "not_implemented").await;
}

#[tokio::test]
async fn nul_characters_and_endless_values_are_refused_in_every_parameter() {
    let home = Home::new();
    let service = home.start(&[]);
    let endless = "x".repeat(4_097);
    for operation in declared::questions() {
        for name in &operation.parameters {
            for value in ["a%00b", "%00", &endless] {
                let path = operation.asked(&format!("{name}={value}"));
                let response = service.get(&path).send().await.unwrap();
                // Whoever does not refuse it does not read it.
                let error = assert_refused(response, 400, "bad_parameter").await;
                assert_eq!(error["details"]["parameter"], *name, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn the_largest_questions_are_answered_or_refused_and_never_break_the_service() {
    let home = Home::new();
    let service = home.start(&[]);
    service
        .track(&json!({"event": "sign_up", "userId": "u1", "timestamp": "1990-01-01"}))
        .await;
    for asked in [
        "messages?from=1999-01-01&to=2026-01-01",
        "messages?from=1200-01-01&to=1960-01-01&groupBy=month&tz=America/New_York",
        "messages?from=9999-12-29&to=9999-12-30&groupBy=month&tz=Pacific/Kiritimati",
        "dashboard?from=1990-01-01&to=2026-01-01&groupBy=week&tz=Europe/Dublin",
        "dashboard?asOf=-009999-01-03T00:00:00Z&compare=year",
        "dashboard?asOf=0001-01-01&period=1y",
        "users?asOf=9999-12-30T21:00:00Z&compare=year",
        "users?from=0001-01-01&to=0002-01-01",
        "users?offset=4294967295&limit=10000",
        "channels?offset=4294967295&limit=10000",
        "dead-letters?offset=4294967295",
        // One event of 1990 must not break what nChat asks.
        "dashboard?period=all",
        "messages?period=all",
        "users?period=all",
        "channels?period=all",
        "content?period=all",
        "retention?period=all",
        "lifecycle?period=all",
        "logins?period=all",
        "platform-health?period=all",
        "journeys?period=all",
        "funnels/newcomers/run?period=all",
        "response-times?period=all",
        "response-times?asOf=-009999-01-03T00:00:00Z&compare=year",
        "unanswered?period=all",
        "unanswered?from=0001-01-01&to=0002-01-01",
        "unanswered?offset=4294967295&limit=1000",
    ] {
        let path = format!("/api/analytics/{asked}");
        let response = service.get(&path).send().await.unwrap();
        assert_eq!(
            response.status(),
            200,
            "{asked}: {}",
            response.text().await.unwrap()
        );
    }
    let messages = service.json("/api/analytics/messages?period=all").await;
    assert_eq!(messages["groupBy"], "week");
    for asked in [
        "messages?period=all&groupBy=day",
        "dashboard?from=2026-01-01&to=9999-12-31&asOf=9999-12-31",
        "messages?from=1000-01-01&to=2026-01-01&groupBy=month",
        "retention?from=1999-01-01&to=2026-01-01&groupBy=day",
        "lifecycle?from=1999-01-01&to=2026-01-01&groupBy=day",
        "retention?from=1900-01-01&to=2026-01-01&groupBy=week",
    ] {
        let path = format!("/api/analytics/{asked}");
        let response = service.get(&path).send().await.unwrap();
        assert_refused(response, 400, "too_many_buckets").await;
    }
    assert_eq!(service.json("/api/analytics/status").await["events"], 1);
}
