//! Bodies that nobody should send: no JSON, too much of it, or only a part.

use std::io::{Read as _, Write as _};

use serde_json::{Value, json};

use super::{TRACK, stored};
use crate::{
    api::refusal::assert_refused,
    support::{Home, Service},
};

pub(super) const MIB: usize = 1 << 20;

pub(super) async fn refused(
    service: &Service,
    encoding: &str,
    body: Vec<u8>,
    status: u16,
    code: &str,
) -> Value {
    let request = service
        .post(TRACK)
        .header("Content-Encoding", encoding)
        .body(body);
    assert_refused(request.send().await.unwrap(), status, code).await
}

/// Asserts that the one event that was there before is there, and no other.
pub(super) async fn assert_intact(service: &Service) {
    let events = stored(service).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["eventType"], "before");
    assert_eq!(service.json("/health").await["status"], "healthy");
}

pub(super) async fn start(home: &Home) -> Service {
    let service = home.start(&[]);
    service.track(&json!({"event": "before"})).await;
    service
}

#[tokio::test]
async fn what_is_no_json_is_refused_as_a_whole() {
    let home = Home::new();
    let service = start(&home).await;
    for body in [
        "",
        " ",
        "{",
        "}",
        "nonsense",
        "{'event': 'x'}",
        "{\"event\": \"x\",}",
        "[{\"event\": \"x\"},]",
        "NaN",
        "{\"event\": NaN}",
        "{\"event\": \"x\", \"timestamp\": Infinity}",
        "{\"event\": \"x\"} {\"event\": \"y\"}",
        "{\"event\": \"x\"}\n{\"event\": \"y\"}",
        "{\"event\": \"a\nb\"}",
        "{\"event\": \"\\x\"}",
        "\0",
        "tru",
        "0123",
        "event=x&userId=u1",
        "<event>x</event>",
        "[{\"event\": \"x\"}",
        "{\"event\": \"x\", \"events\": [}",
    ] {
        let error = refused(&service, "", body.into(), 400, "invalid_json").await;
        let message = error["message"].as_str().unwrap();
        assert!(
            message.starts_with("the body is not valid JSON: "),
            "{message}"
        );
    }
    for body in ["null", "true", "5", "-1e400", "\"x\""] {
        refused(&service, "", body.into(), 400, "not_events").await;
    }
    for body in [
        &b"{\"event\": \"\xff\"}"[..],
        b"\xff\xfe{\x00}\x00",
        b"{\"event\": \"\xc0\x80\"}",
        b"{\"event\": \"\xed\xa0\x80\"}",
    ] {
        refused(&service, "", body.into(), 400, "invalid_json").await;
    }
    // Nothing that is nested too deeply overflows anything.
    for (body, code) in [
        ("[".repeat(200_000), "invalid_json"),
        ("{\"a\":".repeat(200_000), "invalid_json"),
        ("[".repeat(MIB) + &"]".repeat(MIB), "no_valid_event"),
    ] {
        refused(&service, "", body.into(), 400, code).await;
    }
    assert_intact(&service).await;
}

#[tokio::test]
async fn bodies_and_batches_beyond_the_limits_are_refused_before_they_cost_much() {
    let home = Home::new();
    let service = start(&home).await;
    let string = |bytes: usize| {
        json!({"event": "x", "properties": {"a": "x".repeat(bytes)}})
            .to_string()
            .into_bytes()
    };
    let limit = 10 * MIB;
    let error = refused(&service, "", string(limit), 413, "body_too_large").await;
    assert_eq!(
        error["message"],
        "the body is larger than 10485760 bytes (ANALYTICS_MAX_BODY)"
    );
    // Without a length, in pieces.
    let pieces = (0..11).map(|_| Ok::<_, std::io::Error>(vec![b' '; MIB]));
    let body = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
    let response = service.post(TRACK).body(body).send().await.unwrap();
    assert_refused(response, 413, "body_too_large").await;
    // Within the limit of a body, and with more texts than an event may have.
    let large: serde_json::Map<_, _> = (0..40)
        .map(|n| (format!("p{n}"), "x".repeat(200_000).into()))
        .collect();
    let large = json!({"event": "x", "properties": large}).to_string();
    let error = refused(&service, "", large.into(), 400, "no_valid_event").await;
    assert_eq!(error["details"]["errors"][0]["code"], "too_large");
    let many =
        |count: usize| format!("[{}]", vec!["{\"event\":\"x\"}"; count].join(",")).into_bytes();
    let error = refused(&service, "", many(10_001), 413, "too_many_events").await;
    assert_eq!(
        error["message"],
        "the body holds 10001 events; at most 10000 are taken at once"
    );
    refused(
        &service,
        "",
        format!("[{}1]", "1,".repeat(4 * MIB)).into(),
        413,
        "too_many_events",
    )
    .await;
    assert_intact(&service).await;
    // To the event and the byte.
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[("ANALYTICS_MAX_BATCH", "2"), ("ANALYTICS_MAX_BODY", "1024")]);
    refused(&service, "", many(3), 413, "too_many_events").await;
    let padded = |bytes: usize| format!("{:bytes$}", "{\"event\": \"x\"}").into_bytes();
    refused(&service, "", padded(1_025), 413, "body_too_large").await;
    assert_intact(&service).await;
    for body in [many(2), padded(1_024)] {
        let response = service.post(TRACK).body(body).send().await.unwrap();
        assert_eq!(response.status(), 200);
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_an_event() {
    let home = Home::new();
    let service = start(&home).await;
    let address = service.base.trim_start_matches("http://").to_owned();
    let key = crate::support::KEY;
    let head = format!("POST {TRACK} HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\n");
    for rest in [
        "Content-Length: 1000\r\n\r\n{\"event\": \"x\"}",
        "Transfer-Encoding: chunked\r\n\r\ne\r\n{\"event\": \"x\"}\r\n",
        "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        "Content-Length: -1\r\n\r\n{\"event\": \"x\"}",
        "Content-Length: 14\r\nContent-Length: 15\r\n\r\n{\"event\": \"x\"}",
    ] {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        stream
            .write_all(format!("{head}{rest}").as_bytes())
            .unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        // Whether there is an answer or the connection just ends: it is not a success.
        let _ended = stream.read_to_string(&mut answer).is_ok();
        assert!(!answer.starts_with("HTTP/1.1 2"), "{rest}: {answer}");
    }
    assert_intact(&service).await;
}
