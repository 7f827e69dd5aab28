//! Bodies that come in pieces, together, or of somebody who does not wait for the answer.

use std::{io::Write as _, time::Duration};

use axum::body::Bytes;
use futures::{StreamExt as _, future::join_all, stream};
use reqwest::{Body, Method, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::victim::Victim;

const TRACK: &str = "/api/analytics/track";
const MEGABYTE: usize = 1_000_000;

/// Sends so many chunks of a body that never ends, as far as they are taken; returns the answer.
async fn send_chunks(address: String, key: String, bytes: usize, chunks: usize) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {TRACK} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {key}\r\n\
         Transfer-Encoding: chunked\r\n\r\n"
    );
    let chunk = format!("{bytes:x}\r\n{}\r\n", " ".repeat(bytes));
    let sending = async {
        stream.write_all(head.as_bytes()).await?;
        for _ in 0..chunks {
            stream.write_all(chunk.as_bytes()).await?;
        }
        std::io::Result::Ok(())
    };
    let _sent_all = timeout(Duration::from_secs(10), sending).await.is_ok();
    let mut answer = String::new();
    let reading = stream.read_to_string(&mut answer);
    let _closed = timeout(Duration::from_secs(30), reading).await.is_ok();
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_in_small_pieces_take_the_room_of_large_ones() {
    let victim = Victim::start(&[("ANALYTICS_BODY_TIMEOUT", "5")]).await;
    let key = victim.key("write", &[]);
    let watch = victim.watch();
    let bodies = (0..60).map(|_| send_chunks(victim.address(), key.clone(), 1_000, 9_900));
    let (answers, ()) = tokio::join!(join_all(bodies), async {
        for _ in 0..5 {
            victim.track(10).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    });
    let refused = |code: &str| {
        answers
            .iter()
            .filter(|answer| answer.contains(code))
            .count()
    };
    let (late, busy) = (refused("body_too_slow"), refused("\"busy\""));
    assert!(late >= 1 && busy >= 1, "{late}, {busy}");
    let told = answers.iter().find(|answer| answer.contains("\"busy\""));
    assert!(told.unwrap().contains("your other requests"), "{told:?}");
    victim.unharmed(watch).await;
}

/// A body of events of so many bytes, as a client sends it that writes piece by piece.
fn in_pieces(bytes: usize, pace: Duration) -> (u64, Body) {
    let event =
        json!({"event": "message_sent", "userId": "u1", "properties": {"a": "x".repeat(4_000)}});
    let events: Vec<Value> = vec![event; bytes / 4_100];
    let text = Bytes::from(serde_json::to_vec(&events).unwrap());
    let pieces: Vec<Bytes> = text
        .chunks(bytes / 10)
        .map(|piece| text.slice_ref(piece))
        .collect();
    let paced = stream::iter(pieces).then(move |piece| async move {
        tokio::time::sleep(pace).await;
        std::io::Result::Ok(piece)
    });
    (events.len() as u64, Body::wrap_stream(paced))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_uploads_of_one_key_are_all_taken() {
    let victim = Victim::start(&[]).await;
    let key = victim.key("write", &[]);
    let watch = victim.watch();
    let uploads = (0..5).map(|_| async {
        let (events, body) = in_pieces(9 * MEGABYTE, Duration::from_millis(200));
        let request = victim.service.request(Method::POST, TRACK);
        let answer = request
            .header("X-API-Key", &key)
            .body(body)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{text}");
        victim.acknowledge(events);
    });
    join_all(uploads).await;
    victim.unharmed(watch).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_leaves_frees_no_room_that_is_in_use() {
    let victim = Victim::start(&[]).await;
    let key = victim.key("write", &[]);
    let events = "{\"event\":\"x\",\"properties\":{\"a\":\"b\"}},".repeat(9_900);
    let padding = " ".repeat(9 * MEGABYTE);
    let body = format!("[{events}{padding}{{\"event\":\"x\"}}]");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let head = format!(
        "POST {TRACK} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {key}\r\nContent-Encoding: gzip\r\n\
         Content-Length: {}\r\n\r\n",
        packed.len()
    );
    let watch = victim.watch();
    for round in 0..40 {
        let senders = (0..20).map(|_| async {
            let mut stream = TcpStream::connect(victim.address()).await.unwrap();
            // Whoever is refused at once may find the connection closed.
            let head = stream.write_all(head.as_bytes()).await;
            let _sent = head.is_ok() && stream.write_all(&packed).await.is_ok();
            // Long enough to have it begun, and too short to have it answered.
            tokio::time::sleep(Duration::from_millis(20)).await;
        });
        join_all(senders).await;
        if round % 10 == 0 {
            victim.track(10).await;
        }
    }
    victim.unharmed(watch).await;
}
