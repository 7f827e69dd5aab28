//! The product document's examples, as they stand there: every field shown, of its JSON type.

use domain::clock::{Clock as _, SystemClock};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    api::shape::assert_shape,
    support::{Home, Service, json as read},
};

const DAY: i64 = 86_400_000;

/// Starts a service with messages of every kind, now and in the 30 days before these.
async fn service(home: &Home) -> Service {
    let service = home.start(&[]);
    let now = SystemClock.now().as_millis();
    let kinds = ["text", "image", "file", "video", "voice"];
    let mut events = Vec::new();
    for days in [0, 3, 8, 40] {
        for kind in kinds {
            let at = now - days * DAY;
            events.push(
                json!({"event": "message_sent", "userId": "user-123", "channelId": "channel-456",
                               "messageType": kind, "timestamp": at}),
            );
        }
    }
    service.track(&json!(events)).await;
    let records = json!({
        "people": [{"id": "user-123", "name": "Alice Johnson"}],
        "channels": [{"id": "channel-456", "name": "general", "memberCount": 3}],
    });
    let response = service.post("/api/analytics/records").json(&records).send();
    read(response.await.unwrap(), StatusCode::OK).await;
    service
}

#[tokio::test]
async fn every_example_question_is_answered_in_its_shape() {
    let home = Home::new();
    let service = service(&home).await;
    let dashboard = service.json("/api/analytics/dashboard?period=30d").await;
    let shape = json!({
        "overview": {
            "activeUsers": {"current": "number", "previous": "number", "change": "string"},
            "messages": {"total": "number", "average": "number", "trend": "string"},
            "channels": {"total": "number", "active": "number", "engagement": "string"},
        },
        "charts": {"activeUsers": ["any"], "messageVolume": ["any"], "channelActivity": ["any"]},
    });
    assert_shape(&dashboard, &shape);
    assert_eq!(dashboard["overview"]["activeUsers"]["change"], "+0%");
    assert_eq!(dashboard["overview"]["messages"]["trend"], "up");
    assert_eq!(dashboard["overview"]["channels"]["engagement"], "100%");

    let users = service
        .json("/api/analytics/users?period=7d&metric=engagement")
        .await;
    let shape = json!({
        "period": "string", "metric": "string",
        "data": [{
            "userId": "string", "name": "string", "messageCount": "number",
            "channelsActive": "number", "engagementScore": "number", "lastActive": "string",
        }],
        "summary": {"totalUsers": "number", "activeUsers": "number", "averageEngagement": "number"},
    });
    assert_shape(&users, &shape);
    assert_eq!(
        (&users["period"], &users["metric"]),
        (&json!("7d"), &json!("engagement"))
    );
    assert_eq!(users["data"][0]["name"], "Alice Johnson");
    // Every documented parameter.
    for asked in [
        "period=1d",
        "period=365d",
        "period=all",
        "groupBy=day",
        "groupBy=week",
        "groupBy=month",
        "limit=100",
        "metric=activity",
    ] {
        service.json(&format!("/api/analytics/users?{asked}")).await;
    }

    let channels = service
        .json("/api/analytics/channels?sort=activity&limit=20")
        .await;
    let shape = json!({"channels": [{
        "channelId": "string", "name": "string", "memberCount": "number", "messageCount": "number",
        "messagesPerDay": "number", "peakHour": "string", "engagementRate": "string", "growth": "string",
    }]});
    assert_shape(&channels, &shape);
    let channel = &channels["channels"][0];
    // 15 messages after 5, of one of three members.
    let shown = ["messageCount", "engagementRate", "growth"].map(|name| channel[name].clone());
    assert_eq!(shown, [json!(15), json!("33%"), json!("+200%")]);
    let hour = channel["peakHour"].as_str().unwrap();
    assert!(hour.len() == 5 && hour.ends_with(":00"), "{hour}");

    let messages = service.json("/api/analytics/messages?period=30d").await;
    let shape = json!({
        "total": "number",
        "byType": {"text": "number", "image": "number", "file": "number", "video": "number", "voice": "number"},
        "averagePerDay": "number", "peakDay": "string", "peakDayCount": "number",
        "trends": {"images": "string", "videos": "string", "voice": "string"},
    });
    assert_shape(&messages, &shape);
    assert_eq!(
        messages["byType"],
        json!({"text": 3, "image": 3, "file": 3, "video": 3, "voice": 3, "other": 0})
    );
    assert_eq!(messages["trends"]["images"], "+200%");

    let health = service.json("/health").await;
    assert_eq!(
        (&health["status"], &health["version"]),
        (&json!("healthy"), &json!("1.0.0"))
    );
}

#[tokio::test]
async fn the_example_event_is_tracked_and_the_example_export_is_a_table() {
    let home = Home::new();
    let service = service(&home).await;
    let body = r#"{
"event": "feature_used",
"userId": "user-123",
"properties": {
"feature": "voice_message",
"duration": 45,
"quality": "high"
}
}"#;
    let request = service
        .post("/api/analytics/track")
        .header("Content-Type", "application/json");
    let answer = read(request.body(body).send().await.unwrap(), StatusCode::OK).await;
    let expected = json!({
        "success": true, "tracked": 1, "duplicates": 0, "sampled": 0, "message": "1 event tracked",
        "failed": 0, "invalidIndices": [], "errors": [],
    });
    assert_eq!(answer, expected);
    let events = service
        .json("/api/analytics/events?eventType=feature_used")
        .await;
    let event = &events["events"][0];
    assert_eq!(
        (&event["userId"], &event["userName"]),
        (&json!("user-123"), &json!("Alice Johnson"))
    );
    assert_eq!(
        event["properties"],
        json!({"feature": "voice_message", "duration": 45, "quality": "high"})
    );

    let path = "/api/analytics/export?format=csv&period=30d&metrics=users,messages";
    let response = service.get(path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        response.headers()["content-type"],
        "text/csv; charset=utf-8"
    );
    let text = response.text().await.unwrap();
    let mut lines = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(lines.headers().unwrap().iter().next(), Some("metric"));
    let metrics: Vec<String> = lines
        .records()
        .map(|line| line.unwrap()[0].to_owned())
        .collect();
    // One person and 30 days.
    let expected: Vec<&str> = std::iter::once("users")
        .chain(std::iter::repeat_n("messages", 30))
        .collect();
    assert_eq!(metrics, expected);
    for format in ["json", "csv"] {
        let path = format!("/api/analytics/export?format={format}");
        assert_eq!(
            service.get(&path).send().await.unwrap().status(),
            StatusCode::OK
        );
    }
    let empty: Value = json!([]);
    let answer = service
        .json("/api/analytics/export?metrics=users&userId=nobody")
        .await;
    assert_eq!(answer["users"], empty);
}
