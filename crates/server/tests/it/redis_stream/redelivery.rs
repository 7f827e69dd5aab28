//! What is delivered again counts once, and what nobody can take becomes a dead letter.

use std::time::Duration;

use redis::streams::StreamReadReply;
use serde_json::{Value, json};

use super::{
    connected, count, message,
    proxy::Proxy,
    server::{GROUP, STREAM, Server},
    settled, start, wait_for,
};
use crate::support::Home;

#[tokio::test]
async fn an_instance_that_is_killed_between_storing_and_acknowledging_counts_once() {
    let server = Server::start().await;
    let home = Home::new();
    let proxy = Proxy::swallowing("XACK", server.port).await;
    let blocked = format!("redis://127.0.0.1:{}", proxy.port);
    // All five are one batch.
    let slow = [
        ("REDIS_URL", blocked.as_str()),
        ("ANALYTICS_FLUSH_INTERVAL", "2s"),
        ("ANALYTICS_REDIS_CLAIM_AFTER", "20s"),
    ];
    let service = start(&home, &server, &slow);
    let is_read = |status: &Value| status["stream"]["stage"] == "connected";
    wait_for(&service, "the connection", is_read).await;
    // Without identities of their own, with them, and of a producer; with a time and without.
    service.track(&json!([message(1), message(2)])).await;
    let keyed = json!({"event": "message_sent", "id": "k", "userId": "u", "channelId": "c"});
    service.track(&keyed).await;
    server.add(&["event", "message_sent", "userId", "u"]).await;
    server
        .add(&[
            "event",
            "message_sent",
            "userId",
            "u",
            "timestamp",
            "1790000000000",
        ])
        .await;
    let all_stored = |status: &Value| count(status, "message_sent") == 5;
    wait_for(&service, "five events", all_stored).await;
    for _try in 0..100 {
        if proxy.swallowed() > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(proxy.swallowed() > 0);
    service.kill();
    let groups: redis::streams::StreamInfoGroupsReply =
        server.run(&format!("XINFO GROUPS {STREAM}")).await;
    assert_eq!(groups.groups[0].pending, 5, "nothing is acknowledged");
    let service = start(&home, &server, &[]);
    let status = settled(&service, &server).await;
    assert_eq!(count(&status, "message_sent"), 5);
    assert_eq!(status["events"], 5);
    assert_eq!(status["deadLetters"], 0);
}

#[tokio::test]
async fn what_a_dead_consumer_took_is_taken_over() {
    let server = Server::start().await;
    let _made: String = server
        .run(&format!("XGROUP CREATE {STREAM} {GROUP} 0 MKSTREAM"))
        .await;
    for number in 0..1_500 {
        let number = format!("n{number}");
        server
            .add(&["event", "message_sent", "userId", "u", "id", &number])
            .await;
    }
    let taken: StreamReadReply = server
        .run(&format!(
            "XREADGROUP GROUP {GROUP} ghost COUNT 1500 STREAMS {STREAM} >"
        ))
        .await;
    assert_eq!(taken.keys[0].ids.len(), 1_500);
    let home = Home::new();
    let service = start(&home, &server, &[]);
    let status = settled(&service, &server).await;
    assert_eq!(count(&status, "message_sent"), 1_500);
    let counted = service
        .get("/metrics")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let claimed = "analytics_stream_entries_total{plugin=\"analytics\",outcome=\"claimed\"} 1500";
    assert!(counted.contains(claimed), "{counted}");
}

#[tokio::test]
async fn an_entry_that_was_delivered_too_often_is_a_dead_letter() {
    let server = Server::start().await;
    let _made: String = server
        .run(&format!("XGROUP CREATE {STREAM} {GROUP} 0 MKSTREAM"))
        .await;
    // How often each was delivered before, and whether it is still tried.
    for (deliveries, kind) in [
        (1, "sign_in"),
        (5, "sign_in"),
        (9, "sign_in"),
        (10, "sign_up"),
        (50, "sign_up"),
    ] {
        let id = server.add(&["event", kind, "userId", "ada"]).await;
        let _taken: StreamReadReply = server
            .run(&format!(
                "XREADGROUP GROUP {GROUP} ghost STREAMS {STREAM} >"
            ))
            .await;
        let _claimed: redis::Value = server
            .run(&format!(
                "XCLAIM {STREAM} {GROUP} ghost 0 {id} RETRYCOUNT {deliveries}"
            ))
            .await;
    }
    let home = Home::new();
    let service = start(&home, &server, &[]);
    let status = settled(&service, &server).await;
    assert_eq!(
        (count(&status, "sign_in"), count(&status, "sign_up")),
        (3, 0)
    );
    let letters = service.json("/api/analytics/dead-letters").await;
    let letters = letters["deadLetters"].as_array().unwrap();
    assert_eq!(letters.len(), 2);
    for letter in letters {
        assert_eq!(letter["code"], "not_storable");
        assert_eq!(letter["source"], "stream");
        assert!(
            letter["body"].as_str().unwrap().contains("userId"),
            "{letter}"
        );
    }
}

#[tokio::test]
async fn whoever_is_erased_while_their_events_are_on_the_way_is_not_stored() {
    let server = Server::start().await;
    let home = Home::new();
    let service = start(&home, &server, &[]);
    connected(&service).await;
    let by = |user: &str| json!({"event": "message_sent", "userId": user, "channelId": "c1"});
    service.track(&json!([by("zelda"), by("bob")])).await;
    settled(&service, &server).await;
    assert_eq!(service.stop(), Some(0));
    let slow = [
        ("ANALYTICS_FLUSH_INTERVAL", "5s"),
        ("ANALYTICS_REDIS_CLAIM_AFTER", "60s"),
    ];
    let service = start(&home, &server, &slow);
    connected(&service).await;
    service.track(&json!([by("zelda"), by("bob")])).await;
    server
        .add(&["event", "message_sent", "userId", "zelda"])
        .await;
    let erased = service
        .request(reqwest::Method::DELETE, "/api/analytics/people/zelda")
        .header("X-API-Key", crate::support::KEY)
        .send()
        .await
        .unwrap();
    assert!(
        erased.status().is_success(),
        "{}",
        erased.text().await.unwrap()
    );
    let status = settled(&service, &server).await;
    assert_eq!(count(&status, "message_sent"), 2, "those of bob");
    assert_eq!(status["deadLetters"], 0);
}
