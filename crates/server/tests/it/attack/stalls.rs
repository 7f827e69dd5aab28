//! Connections that send slowly, or nothing, or read nothing.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::json;

use super::victim::{Victim, dashboard};

/// Deadlines that a test can wait for.
const SHORT: [(&str, &str); 3] = [
    ("ANALYTICS_HEADER_TIMEOUT", "3"),
    ("ANALYTICS_BODY_TIMEOUT", "3"),
    ("ANALYTICS_WRITE_TIMEOUT", "3"),
];
/// Time after which a connection beyond its deadline must be closed, on a busy machine too.
const CLOSED: Duration = Duration::from_secs(30);

fn connect(victim: &Victim) -> TcpStream {
    let stream = TcpStream::connect(victim.address()).unwrap();
    stream.set_read_timeout(Some(CLOSED)).unwrap();
    stream
}

/// Opens connections that say this and no more.
fn open(victim: &Victim, count: usize, said: &str) -> Vec<TcpStream> {
    let say = |_| {
        let mut stream = connect(victim);
        // At the limit it may be closed at once.
        let _sent = stream.write_all(said.as_bytes()).is_ok();
        stream
    };
    (0..count).map(say).collect()
}

/// Waits until the service has closed each of these; returns what it said before.
fn closed(streams: Vec<TcpStream>) -> Vec<String> {
    let deadline = Instant::now() + CLOSED;
    let read = |mut stream: TcpStream| {
        let mut said = Vec::new();
        let end = stream.read_to_end(&mut said);
        let is_open = end.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
        assert!(!is_open && Instant::now() < deadline, "it is still open");
        String::from_utf8_lossy(&said).into_owned()
    };
    streams.into_iter().map(read).collect()
}

/// A request for every event there is.
fn export(key: &str) -> String {
    format!(
        "GET /api/analytics/export?metrics=events&format=ndjson&period=all HTTP/1.1\r\n\
         Host: localhost\r\nX-API-Key: {key}\r\n\r\n"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_bodies_and_half_heads_hold_up_nobody_and_are_closed() {
    let victim = Victim::start(&SHORT).await;
    let low = victim.key("write", &[]);
    let watch = victim.watch();
    let head = format!(
        "POST /api/analytics/track HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {low}\r\n\
         Content-Length: 10000000\r\n\r\n[{{\"event\": \"x\"}},"
    );
    let bodies = open(&victim, 100, &head);
    let heads = open(
        &victim,
        600,
        "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Half: ",
    );
    for _ in 0..5 {
        victim.track(10).await;
    }
    for answer in closed(bodies) {
        let is_told = answer.starts_with("HTTP/1.1 408") && answer.contains("body_too_slow");
        assert!(is_told, "{answer}");
    }
    closed(heads);
    victim.unharmed(watch).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exports_that_nobody_reads_keep_no_question_waiting_and_are_cut() {
    let victim = Victim::start(&SHORT).await;
    let keys = [victim.key("read", &[]), victim.key("read", &[])];
    let watch = victim.watch();
    let unread: Vec<TcpStream> = keys
        .iter()
        .flat_map(|key| open(&victim, 6, &export(key)))
        .collect();
    for _ in 0..5 {
        victim.track(10).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    // Their places are free as soon as they are cut.
    let events = victim.stored().await;
    let deadline = Instant::now() + CLOSED;
    let path = "/api/analytics/export?metrics=events&format=ndjson&period=all&includeBots=true";
    loop {
        let answer = victim.service.get(path).send().await.unwrap();
        if answer.status() == 200 {
            let text = answer.text().await.unwrap();
            assert_eq!(text.lines().count() as u64, events);
            break;
        }
        assert!(
            Instant::now() < deadline,
            "{}",
            answer.text().await.unwrap()
        );
    }
    let whole = "\r\n0\r\n\r\n";
    let answers = closed(unread);
    let head = |answer: &String| answer[..answer.len().min(200)].to_owned();
    let is_begun = |answer: &&String| answer.starts_with("HTTP/1.1 200");
    let refused = |answer: &&String| answer.starts_with("HTTP/1.1 503");
    let others = answers.iter().filter(|one| !is_begun(one) && !refused(one));
    assert_eq!(others.map(head).collect::<Vec<_>>(), Vec::<String>::new());
    // One that still waited for its turn is sent whole once it is read.
    let is_cut = |answer: &&String| is_begun(answer) && !answer.ends_with(whole);
    assert!(answers.iter().any(|one| is_cut(&one)), "none was cut");
    victim.unharmed(watch).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_answers_that_nobody_reads_take_no_more_than_their_room() {
    let victim = Victim::start(&SHORT).await;
    let key = victim.key("read", &[]);
    let text = "x".repeat(4_000);
    let large = json!({"event": "large", "properties": {"a": text, "b": text, "c": text}});
    for _ in 0..10 {
        let answer = victim.service.track(&json!(vec![&large; 100])).await;
        victim.acknowledge(answer["tracked"].as_u64().unwrap());
    }
    let watch = victim.watch();
    // Twelve megabytes each.
    let asks = format!(
        "GET /api/analytics/events?limit=1000&eventType=large HTTP/1.1\r\nHost: localhost\r\n\
         X-API-Key: {key}\r\n\r\n"
    );
    let unread = open(&victim, 60, &asks);
    for _ in 0..5 {
        victim.track(10).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let answers = closed(unread);
    let told = |status: &str| answers.iter().filter(|a| a.starts_with(status)).count();
    let (answered, refused) = (told("HTTP/1.1 200"), told("HTTP/1.1 503"));
    assert!(answered >= 1 && refused >= 1, "{answered}, {refused}");
    victim.unharmed(watch).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_connections_or_of_questions_leaves_place_for_others() {
    let few = [("ANALYTICS_MAX_CONNECTIONS", "200")];
    let victim = Victim::start(&few).await;
    let low = victim.key("read", &[]);
    let watch = victim.watch();
    let idle = open(&victim, 1_000, "");
    victim.track(10).await;
    // All but the last have made place.
    for stream in idle.iter().take(700) {
        let mut stream = stream;
        assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
    }
    drop(idle);
    // Each is another question, and most of those who ask leave at once.
    let asked: Vec<TcpStream> = (0..150)
        .map(|number| {
            let path = dashboard(victim.last, 365, number);
            let asks = format!(
                "GET {path}&tz=Asia/Kathmandu HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {low}\r\n\
                 Connection: close\r\n\r\n"
            );
            open(&victim, 1, &asks).remove(0)
        })
        .collect();
    victim.track(10).await;
    let patient: Vec<TcpStream> = asked.into_iter().step_by(30).collect();
    victim.track(10).await;
    for answer in closed(patient) {
        let is_known = ["HTTP/1.1 200", "HTTP/1.1 503"]
            .iter()
            .any(|status| answer.starts_with(status));
        assert!(is_known, "{answer}");
    }
    // Whoever left is not waited for: what they asked has ended.
    let json = victim
        .service
        .json("/api/analytics/dashboard?period=7d")
        .await;
    assert!(json["activeUsers"].is_number());
    victim.unharmed(watch).await;
}
