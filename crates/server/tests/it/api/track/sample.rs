//! Keeping a share of frequent events, and counting what they stand for.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::support::{Home, Service};

const PEOPLE: u32 = 2_000;
const VIEWS: u32 = 4;

async fn kept(service: &Service, event_type: &str) -> Vec<Value> {
    let mut events = Vec::new();
    loop {
        let offset = events.len();
        let path =
            format!("/api/analytics/events?eventType={event_type}&limit=1000&offset={offset}");
        let mut page = service.json(&path).await;
        let page: Vec<Value> = serde_json::from_value(page["events"].take()).unwrap();
        if page.is_empty() {
            return events;
        }
        events.extend(page);
    }
}

#[tokio::test]
async fn a_tenth_of_page_views_stands_for_all_of_them() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_SAMPLE", "page_view:0.1")]);
    let view = |person: u32, number: u32| json!({"event": "pageView", "id": format!("{person}/{number}"), "userId": format!("u{person}")});
    let views: Value = (0..PEOPLE)
        .flat_map(|person| (0..VIEWS).map(move |number| view(person, number)))
        .collect();
    let answer = service.track(&views).await;
    // What is left out is accepted, and said to be left out.
    assert_eq!(answer["tracked"], PEOPLE * VIEWS);
    let stored = kept(&service, "page_view").await;
    let left_out = u64::from(PEOPLE * VIEWS) - stored.len() as u64;
    assert_eq!(
        (&answer["sampled"], &answer["failed"]),
        (&json!(left_out), &json!(0))
    );
    // A person is kept or left out as a whole.
    let mut by_person: HashMap<&str, u32> = HashMap::new();
    for event in &stored {
        assert_eq!(event["weight"], 10.0);
        *by_person
            .entry(event["userId"].as_str().unwrap())
            .or_default() += 1;
    }
    assert!(by_person.values().all(|views| *views == VIEWS));
    // Of 2000 people one in ten: 200, with a standard deviation of √(2000 × 0.1 × 0.9) = 13.4; five
    // of these to each side.
    assert!(
        (133..=267).contains(&by_person.len()),
        "{}",
        by_person.len()
    );
    let dashboard = service.json("/api/analytics/dashboard?period=7d").await;
    assert_eq!(dashboard["totalEvents"], stored.len() * 10);
    assert_eq!(dashboard["activeUsers"], by_person.len() * 10);
    assert_eq!(dashboard["meta"]["approximate"], true);
    people_stand_for_themselves(&service, &by_person).await;
    // The same again changes nothing, and later events of the same people meet the same choice.
    let again = service.track(&views).await;
    assert_eq!(
        (&again["duplicates"], &again["sampled"]),
        (&json!(stored.len()), &json!(left_out))
    );
    let later: Value = (0..PEOPLE).map(|person| view(person, VIEWS)).collect();
    let answer = service.track(&later).await;
    assert_eq!(answer["sampled"], PEOPLE as usize - by_person.len());
    // Other kinds are kept whole.
    let messages: Value = (0..50)
        .map(|person| json!({"event": "message_sent", "userId": format!("u{person}")}))
        .collect();
    let answer = service.track(&messages).await;
    assert_eq!(answer["sampled"], 0);
    let dashboard = service.json("/api/analytics/dashboard?period=7d").await;
    assert_eq!(dashboard["totalMessages"], 50);
    // Whoever wrote is seen by events that are kept whole, and counts as one.
    let wrote = |user: &str| user[1..].parse::<u32>().unwrap() < 50;
    let others = by_person.keys().filter(|user| !wrote(user)).count();
    let everybody = json!(50 + 10 * others);
    assert_eq!(dashboard["activeUsers"], everybody);
    assert_eq!(dashboard["active"]["monthly"], everybody);
    let lifecycle = service.json("/api/analytics/lifecycle?period=7d").await;
    assert_eq!(lifecycle["summary"]["activeUsers"], everybody);
    assert_eq!(lifecycle["summary"]["new"], everybody);
    let retention = service.json("/api/analytics/retention?period=7d").await;
    let cohorts: Vec<Value> = serde_json::from_value(retention["cohorts"].clone()).unwrap();
    let sizes: u64 = cohorts
        .iter()
        .map(|cohort| cohort["size"].as_u64().unwrap())
        .sum();
    assert_eq!(json!(sizes), everybody);
}

/// Rows of single persons, and answers about one of them, count the events that there are.
async fn people_stand_for_themselves(service: &Service, by_person: &HashMap<&str, u32>) {
    let users = service
        .json("/api/analytics/users?period=7d&limit=500")
        .await;
    assert_eq!(users["summary"]["activeUsers"], by_person.len() * 10);
    let rows: Vec<Value> = serde_json::from_value(users["users"].clone()).unwrap();
    assert_eq!(rows.len(), by_person.len());
    assert!(rows.iter().all(|row| row["events"] == VIEWS));
    let one = by_person.keys().next().unwrap();
    let alone = format!("/api/analytics/dashboard?period=7d&userId={one}");
    let alone = service.json(&alone).await;
    assert_eq!(
        (&alone["totalEvents"], &alone["activeUsers"]),
        (&json!(VIEWS), &json!(1))
    );
}

#[tokio::test]
async fn without_a_person_the_session_and_then_the_event_decides() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_SAMPLE", "page_view:0.5, presence:0.25")]);
    let by_session: Value = (0..300)
        .map(|number| json!({"event": "page_view", "session_id": format!("s{}", number / 3), "properties": {"session": number / 3}}))
        .collect();
    service.track(&by_session).await;
    let mut sessions: HashMap<u64, u32> = HashMap::new();
    for event in kept(&service, "page_view").await {
        assert_eq!(event["weight"], 2.0);
        *sessions
            .entry(event["properties"]["session"].as_u64().unwrap())
            .or_default() += 1;
    }
    assert!(sessions.values().all(|views| *views == 3));
    // 100 halves: 50 ± 5 × 5.
    assert!((25..=75).contains(&sessions.len()), "{}", sessions.len());
    let alone: Value = (0..1_000)
        .map(|number| json!({"event": "presence", "id": format!("p{number}")}))
        .collect();
    service.track(&alone).await;
    let stored = kept(&service, "presence").await;
    assert!(stored.iter().all(|event| event["weight"] == 4.0));
    // 250 ± 5 × 13.7.
    assert!((182..=318).contains(&stored.len()), "{}", stored.len());
}

#[tokio::test]
async fn an_estimate_stays_one_whatever_the_settings_are_now() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_SAMPLE", "page_view:0.5")]);
    let views: Value = (0..40)
        .map(|number| json!({"event": "page_view", "userId": format!("u{number}"), "timestamp": "2024-03-02T10:00:00Z"}))
        .collect();
    service.track(&views).await;
    let whole =
        json!({"event": "message_sent", "userId": "u1", "timestamp": "2024-03-09T10:00:00Z"});
    service.track(&whole).await;
    let check = async |service: &Service| {
        for (span, expected) in [
            ("from=2024-03-02&to=2024-03-03", true),
            ("from=2024-03-01&to=2024-03-10", true),
            ("from=2024-03-09&to=2024-03-10&compare=none", false),
            // Beside it stands a number that is an estimate.
            (
                "from=2024-03-09&to=2024-03-10&compare=2024-03-02..2024-03-03",
                true,
            ),
        ] {
            for page in ["dashboard", "messages"] {
                let answer = service.json(&format!("/api/analytics/{page}?{span}")).await;
                assert_eq!(answer["meta"]["approximate"], expected, "{page}?{span}");
            }
        }
    };
    check(&service).await;
    assert_eq!(service.stop(), Some(0));
    check(&home.start(&[])).await;
    check(&home.start(&[("ANALYTICS_ROLLUPS", "false")])).await;
}

#[tokio::test]
async fn without_sampling_nothing_is_an_estimate() {
    let home = Home::new();
    let service = home.start(&[]);
    service
        .track(&json!([{"event": "page_view"}, {"event": "page_view"}]))
        .await;
    let dashboard = service.json("/api/analytics/dashboard?period=7d").await;
    assert_eq!(
        (&dashboard["totalEvents"], &dashboard["meta"]["approximate"]),
        (&json!(2), &json!(false))
    );
}
