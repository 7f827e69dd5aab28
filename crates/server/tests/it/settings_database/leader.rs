//! Which of two instances leads, and how fast another does when it is gone.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::Shared;
use crate::{
    postgres::server::run,
    support::{Home, Service},
};

/// Longest time until another leads.
const TAKEOVER: Duration = Duration::from_secs(15);

async fn stage(service: &Service) -> Value {
    service.json("/api/analytics/status").await["leader"].clone()
}

/// Waits until an instance is at a stage; returns how long that took.
async fn wait_for(service: &Service, wanted: &str) -> Duration {
    let begun = Instant::now();
    loop {
        let leader = stage(service).await;
        if leader["stage"] == wanted {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < TAKEOVER, "no {wanted}: {leader}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn metric(service: &Service) -> String {
    let text = service.get("/metrics").send().await.unwrap();
    let text = text.text().await.unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with("analytics_leader"));
    line.unwrap().split(' ').next_back().unwrap().to_owned()
}

#[tokio::test]
async fn another_leads_when_the_leader_dies_or_ends() {
    let shared = Shared::start().await;
    let homes = [Home::new(), Home::new(), Home::new()];
    let first = shared.service(&homes[0]);
    wait_for(&first, "leading").await;
    let second = shared.service(&homes[1]);
    wait_for(&second, "following").await;
    let followed = stage(&second).await;
    let port = first.base.rsplit(':').next().unwrap();
    let leader = followed["leader"].as_str().unwrap();
    assert!(leader.ends_with(&format!(":{port}")), "{followed}");
    assert_eq!(
        (metric(&first).await, metric(&second).await),
        ("1".to_owned(), "0".to_owned())
    );
    let health = second.json("/health").await;
    assert_eq!(
        health["checks"]["leader"], "failed",
        "an embedded store of its own: {health}"
    );

    first.kill();
    let took = wait_for(&second, "leading").await;
    assert!(took < TAKEOVER, "{took:?}");
    assert_eq!(metric(&second).await, "1");
    assert_eq!(second.json("/health").await["checks"]["leader"], "leading");

    let third = shared.service(&homes[2]);
    wait_for(&third, "following").await;
    let begun = Instant::now();
    assert_eq!(second.stop(), Some(0));
    assert!(begun.elapsed() < TAKEOVER);
    // Given back, not run out.
    let took = wait_for(&third, "leading").await;
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn a_leader_that_loses_its_connection_leads_no_longer_and_one_does() {
    let mut shared = Shared::start().await;
    let homes = [Home::new(), Home::new()];
    let first = shared.service(&homes[0]);
    wait_for(&first, "leading").await;
    let second = shared.service(&homes[1]);
    wait_for(&second, "following").await;

    let mut connection = shared.server.connect().await;
    run(
        &mut connection,
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'",
    )
    .await;
    // Whoever of them it is, it is one.
    let begun = Instant::now();
    loop {
        let stages = [stage(&first).await, stage(&second).await];
        let stages = stages.map(|leader| leader["stage"].as_str().unwrap().to_owned());
        let count = |stage: &str| stages.iter().filter(|found| *found == stage).count();
        if begun.elapsed() > Duration::from_secs(5) && count("leading") == 1 {
            assert_eq!(count("following"), 1, "{stages:?}");
            break;
        }
        assert!(begun.elapsed() < TAKEOVER, "{stages:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    drop(connection);
    shared.server.stop();
    for service in [&first, &second] {
        wait_for(service, "away").await;
    }
    shared.server.go_on().await;
    let begun = Instant::now();
    loop {
        let stages = [stage(&first).await, stage(&second).await];
        if stages.iter().any(|leader| leader["stage"] == "leading") {
            break;
        }
        assert!(begun.elapsed() < TAKEOVER, "{stages:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
