//! One rule decides who is a bot, and everything that counts people keeps to it.

use serde_json::{Value, json};

use crate::support::{Home, Service, json as read};

/// One person, Slackbot and a webhook that no list of people names: their messages say so.
async fn chat(home: &Home) -> Service {
    let service = home.start(&[]);
    let message = |user: &str, more: Value| {
        let mut event = json!({"event": "message_sent", "userId": user, "channelId": "general",
                               "timestamp": "2024-01-02T10:00:00Z"});
        let fields = event.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        event
    };
    let events = json!([
        message("U1", json!({})),
        message("USLACKBOT", json!({"isBot": true})),
        message("B1", json!({"messageType": "bot"})),
        // Not every event of a bot says so, and none comes first for that.
        message("B1", json!({"timestamp": "2024-01-03T10:00:00Z"})),
    ]);
    service.track(&events).await;
    service
}

async fn numbers(service: &Service, more: &str) -> Value {
    let span = format!("from=2024-01-01&to=2024-01-08&asOf=2024-02-20{more}");
    let get = async |path: &str| service.json(&format!("/api/analytics/{path}?{span}")).await;
    let dashboard = get("dashboard").await;
    let users = get("users").await;
    let silent = service
        .json(&format!(
            "/api/analytics/users?from=2024-02-01&to=2024-02-08&active=false{more}"
        ))
        .await;
    let found = service
        .json(&format!("/api/analytics/users?{span}&search=B"))
        .await;
    json!({
        "totalUsers": [dashboard["totalUsers"], users["summary"]["totalUsers"]],
        "active": [dashboard["activeUsers"], users["summary"]["activeUsers"], users["total"]],
        "messages": dashboard["totalMessages"],
        "silent": silent["total"],
        "found": found["total"],
        "events": dashboard["totalEvents"],
    })
}

/// What is answered when so many are people, who wrote so many messages, and of whom so many are
/// found.
fn expected(people: u64, messages: u64, found: u64) -> Value {
    json!({
        "totalUsers": [people, people],
        "active": [people, people, people],
        "messages": messages,
        "silent": people,
        "found": found,
        "events": 4,
    })
}

/// People, bots, bot events, bots among the authors, and the size of the cohort of the first week.
async fn known(service: &Service) -> [Value; 5] {
    let status = service.json("/api/analytics/status").await;
    let span = "from=2024-01-01&to=2024-01-08&asOf=2024-02-20&groupBy=week";
    let retention = service
        .json(&format!("/api/analytics/retention?{span}"))
        .await;
    let [people, bots, events, authors] =
        ["people", "bots", "botEvents", "botAuthors"].map(|name| status[name].clone());
    let size = retention["cohorts"][0]["size"].clone();
    [people, bots, events, authors, size]
}

async fn put(service: &Service, person: Value) {
    let records = json!({"people": [person]});
    let put = service.post("/api/analytics/records").json(&records);
    read(put.send().await.unwrap(), reqwest::StatusCode::OK).await;
}

#[tokio::test]
async fn who_is_a_bot_by_events_alone_is_no_person_anywhere() {
    let home = Home::new();
    let service = chat(&home).await;
    assert_eq!(numbers(&service, "").await, expected(1, 1, 0));
    assert_eq!(
        numbers(&service, "&includeBots=true").await,
        expected(3, 4, 2)
    );
    assert_eq!(known(&service).await, [1, 2, 3, 2, 1].map(Value::from));

    // A record that says nothing of it changes nothing; a corrected one brings all of it back.
    put(&service, json!({"id": "B1", "name": "Bo"})).await;
    assert_eq!(numbers(&service, "").await, expected(1, 1, 0));
    put(&service, json!({"id": "B1", "isBot": false})).await;
    assert_eq!(numbers(&service, "").await, expected(2, 3, 1));
    assert_eq!(known(&service).await, [2, 1, 1, 1, 2].map(Value::from));
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[]);
    assert_eq!(numbers(&service, "").await, expected(2, 3, 1));
    // What comes from now on is a person's doing, whatever it says of itself.
    let event = json!({"event": "message_sent", "userId": "B1", "isBot": true,
                       "timestamp": "2024-01-04T10:00:00Z"});
    service.track(&event).await;
    let dashboard = "/api/analytics/dashboard?from=2024-01-01&to=2024-01-08";
    assert_eq!(service.json(dashboard).await["totalMessages"], 4);
    put(&service, json!({"id": "B1", "isBot": true})).await;
    assert_eq!(service.json(dashboard).await["totalMessages"], 1);
    assert_eq!(known(&service).await, [1, 2, 4, 2, 1].map(Value::from));
}
