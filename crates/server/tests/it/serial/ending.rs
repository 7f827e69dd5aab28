//! The end of a service as a supervisor asks for it.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{
    history::{History, import},
    signal,
    stored::{Stored, rows},
    tracking::{Posted, Supply, event, kind, post, post_until_gone},
};
use crate::support::{Home, KEY, Service};

/// What supervisors wait before they kill.
const PATIENCE: Duration = Duration::from_secs(10);

/// Begins to post an event, and leaves out the last byte of it.
async fn post_all_but_the_end(service: &Service, number: u64) -> (TcpStream, Vec<u8>) {
    let mut body = event(number).to_string().into_bytes();
    let address = service.base.strip_prefix("http://").unwrap();
    let head = format!(
        "POST /api/analytics/track HTTP/1.1\r\nHost: {address}\r\nX-API-Key: {KEY}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    let end = body.split_off(body.len() - 1);
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    stream.flush().await.unwrap();
    (stream, end)
}

fn log_is_gone(home: &Home) -> bool {
    !home.data().join("events.duckdb.wal").exists()
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_end() {
    let home = Home::new();
    let service = home.start(&[]);
    // Connections that wait for nothing must not hold the end up.
    assert!(post(&service, 0..3, &mut Posted::default()).await);
    let (mut stream, end) = post_all_but_the_end(&service, 3).await;
    // The request must have arrived before the signal does.
    tokio::time::sleep(Duration::from_millis(200)).await;
    signal(service.pid(), "TERM");
    service.logged("service.ending").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let address = service.base.strip_prefix("http://").unwrap();
    assert!(
        TcpStream::connect(address).await.is_err(),
        "it still takes connections"
    );
    stream.write_all(&end).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("\"tracked\":1"), "{answer}");
    let begun = Instant::now();
    assert_eq!(service.wait(), Some(0));
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    assert!(log_is_gone(&home));
    assert_eq!(rows(&home), 4);
}

/// A client that never ends its request costs some patience, less than supervisors have.
#[tokio::test]
async fn a_client_that_stalls_does_not_prevent_the_end() {
    let home = Home::new();
    let service = home.start(&[]);
    assert!(post(&service, 0..3, &mut Posted::default()).await);
    let (_stream, _end) = post_all_but_the_end(&service, 3).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    assert_eq!(service.stop(), Some(0));
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    assert!(log_is_gone(&home));
    assert_eq!(rows(&home), 3);
}

#[tokio::test]
async fn everything_answered_before_the_end_is_stored() {
    let home = Home::new();
    let mut supply = Supply::new(0x7465_726d);
    let mut answered = BTreeSet::new();
    for _ in 0..5 {
        let service = home.start(&[]);
        let moment = Duration::from_millis(supply.below(80));
        let pid = service.pid();
        let end = async {
            tokio::time::sleep(moment).await;
            signal(pid, "TERM");
        };
        let (posted, ()) = tokio::join!(post_until_gone(&service, 6, &mut supply), end);
        assert_eq!(posted.refusals, []);
        answered.extend(posted.answered);
        supply.take_back(posted.unanswered);
        assert_eq!(service.wait(), Some(0));
        assert!(log_is_gone(&home));
    }
    let service = home.start(&[]);
    let stored = Stored::of(&service).await;
    assert!(answered.iter().all(|number| stored.0.contains_key(number)));
    assert!(
        stored
            .0
            .iter()
            .all(|(number, kinds)| kinds.as_slice() == [kind(*number)])
    );
}

/// A supervisor whose patience ends while the service moves its log into its file.
#[tokio::test]
async fn being_killed_at_the_end_loses_nothing() {
    let home = Home::new();
    let mut supply = Supply::new(0x656e_6421);
    let mut posted = Posted::default();
    for round in 0..15 {
        let service = home.start(&[]);
        let stored = Stored::of(&service).await;
        assert!(stored.0.keys().eq(posted.answered.iter()), "round {round}");
        assert!(
            stored.0.values().all(|kinds| kinds.len() == 1),
            "round {round}"
        );
        let first = round * 200;
        assert!(post(&service, first..first + 200, &mut posted).await);
        signal(service.pid(), "TERM");
        std::thread::sleep(Duration::from_micros(supply.below(30_000)));
        service.kill();
    }
    assert_eq!(rows(&home), 15 * 200);
}

#[test]
fn an_import_that_is_ended_can_be_begun_again() {
    const EVENTS: u64 = 20_000;
    let home = Home::new();
    let history = History::new(7, EVENTS).write(&home, "history.ndjson");
    let mut child = home
        .command(&[])
        .args(["import", history.to_str().unwrap()])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let store = home.data().join("events.duckdb");
    while !store.exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(100));
    signal(child.id(), "TERM");
    let begun = Instant::now();
    assert!(!child.wait().unwrap().success());
    assert!(begun.elapsed() < PATIENCE);
    assert!(rows(&home) < EVENTS);
    let (new, known) = import(&home, &history);
    assert_eq!(new + known, EVENTS);
    assert_eq!(rows(&home), EVENTS);
}
