//! Whatever is stored, a remembered answer is the one that would be computed.

use reqwest::StatusCode;
use serde_json::json;

use super::got;
use crate::{
    api::assert_same,
    support::{Home, Service, json as read},
};

/// Numbers that look drawn and are the same each time (`SplitMix64`).
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % end
    }

    fn of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[usize::try_from(self.below(texts.len() as u64)).unwrap()]
    }
}

/// Stores something drawn: an event of a day, or what is known of somebody.
async fn store_something(service: &Service, draw: &mut Draw) {
    let user = format!("u{}", draw.below(12));
    let channel = format!("c{}", draw.below(6));
    if draw.below(4) == 0 {
        let records = match draw.below(4) {
            0 => json!({"people": [{"id": user, "isBot": draw.below(2) == 0}]}),
            1 => json!({"people": [{"id": user, "name": format!("Name {}", draw.below(99))}]}),
            2 => json!({"people": [{"id": user, "createdMs": 1_741_737_600_000_u64}]}),
            _ => json!({"channels": [{"id": channel, "name": format!("Name {}", draw.below(99))}]}),
        };
        let stored = service.post("/api/analytics/records").json(&records).send();
        read(stored.await.unwrap(), StatusCode::OK).await;
        return;
    }
    let kinds = [
        "message_sent",
        "message_sent",
        "thread_reply",
        "reaction_added",
        "channel_joined",
        "channel_left",
        "message_read",
        "sign_up",
    ];
    let (day, hour) = (draw.below(28) + 1, draw.below(24));
    let mut event = json!({
        "event": draw.of(&kinds), "userId": user, "channelId": channel,
        "timestamp": format!("2025-03-{day:02}T{hour:02}:30:30Z"),
        "text": draw.of(&["hello", "#tag :tada:", "see https://example.org/x"]),
    });
    if draw.below(10) == 0 {
        event["isBot"] = true.into();
    }
    service.track(&event).await;
}

#[tokio::test]
async fn whatever_is_stored_a_remembered_answer_is_the_one_that_would_be_computed() {
    let home = Home::new();
    let service = home.start(&[]);
    let questions = [
        "dashboard?from=2025-03-01&to=2025-03-08&compare=previous",
        "dashboard?period=7d",
        "dashboard?period=all",
        "users?from=2025-03-10&to=2025-03-12",
        "users?from=2025-03-10&to=2025-03-12&active=false",
        "users?period=14d&search=name",
        "channels?from=2025-03-05&to=2025-03-20",
        "channels?period=all&sort=name",
        "messages?from=2025-03-20&to=2025-03-21&groupBy=hour",
        "messages?period=today",
        "content?from=2025-03-01&to=2025-03-15",
        "retention?from=2025-03-01&to=2025-03-15&groupBy=day",
        "lifecycle?from=2025-03-01&to=2025-03-15&groupBy=day",
        "logins?from=2025-03-01&to=2025-03-15",
        "platform-health?from=2025-03-01&to=2025-03-15",
        "journeys?from=2025-03-01&to=2025-03-15",
        "funnels/newcomers/run?from=2025-03-01&to=2025-03-15&by=cohort",
        "changes?from=2025-03-10&to=2025-03-15",
        "response-times?from=2025-03-05&to=2025-03-15&by=role",
        "unanswered?from=2025-03-01&to=2025-03-12",
    ];
    let mut draw = Draw(7);
    let (mut hits, mut different) = (0, 0);
    for round in 0..400 {
        if round % 4 == 0 {
            store_something(&service, &mut draw).await;
        }
        let question = draw.of(&questions);
        let at = |millis: u32| {
            format!("/api/analytics/{question}&asOf=2025-03-25T12:00:00.{millis:03}Z")
        };
        let remembered = got(service.get(&at(0))).await;
        // Nobody asked for this present before.
        let computed = got(service.get(&at(round + 1))).await;
        assert!(!computed.is_hit());
        assert_same(&remembered.numbers(), &computed.numbers());
        hits += u32::from(remembered.is_hit());
        different += u32::from(!remembered.is_hit());
    }
    assert!(hits > 40 && different > 100, "{hits} {different}");
}
