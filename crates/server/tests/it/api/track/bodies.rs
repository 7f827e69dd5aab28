//! Bodies as they are compressed and encoded.

use std::io::Write as _;

use reqwest::StatusCode;
use serde_json::json;

use super::{TRACK, post, stored};
use crate::support::{Home, json as read};

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn zstd(body: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(body, 3).unwrap()
}

#[tokio::test]
async fn compressed_bodies_are_read() {
    let home = Home::new();
    let service = home.start(&[]);
    let text = "ü".repeat(1_000);
    let body = |id: &str| {
        let event = json!({"event": "message_sent", "id": id, "userId": "u1", "text": text});
        event.to_string().into_bytes()
    };
    let members = [
        gzip(br#"[{"event":"a","id":"5"},"#),
        gzip(br#"{"event":"b","id":"6"}]"#),
    ];
    let frames = [zstd(br#"[{"event":"c","id":"7"}"#), zstd(b"]")];
    for (encoding, body, tracked) in [
        ("", body("0"), 1),
        ("identity", body("1"), 1),
        ("gzip", gzip(&body("2")), 1),
        ("x-gzip", gzip(&body("3")), 1),
        ("ZSTD", zstd(&body("4")), 1),
        // A gzip file may have several members, and a zstd file several frames.
        ("gzip", members.concat(), 2),
        ("zstd", frames.concat(), 1),
        // The first event again, in another coat.
        ("gzip", gzip(&body("0")), 1),
    ] {
        let request = service.post(TRACK).header("Content-Encoding", encoding);
        let answer = read(request.body(body).send().await.unwrap(), StatusCode::OK).await;
        assert_eq!(answer["tracked"], tracked, "{encoding}");
    }
    assert_eq!(stored(&service).await.len(), 8);
    let messages = service.json("/api/analytics/messages?period=7d").await;
    assert_eq!(messages["total"], 5);
}

#[tokio::test]
async fn the_type_of_a_body_says_nothing_and_a_mark_before_it_is_passed_over() {
    let home = Home::new();
    let service = home.start(&[]);
    for kind in [
        "application/json; charset=utf-8",
        "text/plain",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "nonsense",
    ] {
        post(&service, TRACK, kind, r#"{"event": "a"}"#).await;
    }
    post(
        &service,
        TRACK,
        "text/plain",
        "\u{feff}\r\n\t {\"event\": \"a\"}\n ",
    )
    .await;
    // Without a type, and in pieces without a length.
    let pieces = ["{\"event\"", ": \"a\"", "}"].map(Ok::<_, std::io::Error>);
    let body = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
    let response = service.post(TRACK).body(body).send().await.unwrap();
    read(response, StatusCode::OK).await;
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["eventTypes"], json!({"a": 7}));
}

#[tokio::test]
async fn answers_are_compressed_for_whoever_asks() {
    let home = Home::new();
    let service = home.start(&[]);
    let path = "/api/analytics/openapi.json";
    let plain = service
        .get(path)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let request = service.get(path).header("Accept-Encoding", "gzip");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let vary = response.headers()["vary"].to_str().unwrap().to_lowercase();
    assert!(vary.contains("accept-encoding"), "{vary}");
    let packed = response.bytes().await.unwrap();
    assert!(packed.len() * 3 < plain.len());
    let mut unpacked = Vec::new();
    std::io::copy(
        &mut flate2::read::GzDecoder::new(&packed[..]),
        &mut unpacked,
    )
    .unwrap();
    assert_eq!(unpacked, plain);
}
