//! Compressed bodies that nobody should send.

use std::io::Write as _;

use super::{
    TRACK,
    hostile::{MIB, assert_intact, refused, start},
};
use crate::{
    api::refusal::assert_refused,
    support::{Home, Service},
};

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// Returns the most memory the service ever had, in bytes.
fn peak_memory(service: &Service) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.pid())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kib: String = line.chars().filter(char::is_ascii_digit).collect();
    kib.parse::<usize>().unwrap() * 1_024
}

#[tokio::test]
async fn bombs_do_not_go_off() {
    let home = Home::new();
    let service = start(&home).await;
    let before = peak_memory(&service);
    // A gigabyte of spaces, in members and frames of a megabyte each.
    let spaces = vec![b' '; MIB];
    let gigabyte = [gzip(&spaces), zstd::encode_all(&spaces[..], 3).unwrap()];
    let gigabyte = gigabyte.map(|part| part.repeat(1_024));
    assert!(gigabyte.iter().all(|bomb| bomb.len() < 10 * MIB));
    // And in one piece, of which a megabyte stands for a gigabyte as well.
    let one = vec![b' '; 64 * MIB];
    let one = zstd::encode_all(&one[..], 1).unwrap();
    let [members, frames] = gigabyte;
    for (encoding, bomb) in [("gzip", members), ("zstd", frames), ("zstd", one)] {
        let error = refused(&service, encoding, bomb, 413, "body_too_large").await;
        assert_eq!(
            error["message"],
            "the body is larger than 10485760 bytes once decompressed"
        );
    }
    // A frame that wants a window of two gigabytes: magic, descriptor, window, an empty last block.
    let wide = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 0x01, 0x00, 0x00];
    refused(&service, "zstd", wide, 400, "bad_encoding").await;
    let grown = peak_memory(&service) - before;
    assert!(grown < 100 * MIB, "{} MiB", grown / MIB);
    assert_intact(&service).await;
}

#[tokio::test]
async fn damaged_and_unknown_encodings_are_refused() {
    let home = Home::new();
    let service = start(&home).await;
    let event = br#"{"event": "x"}"#;
    for encoding in [
        "br",
        "deflate",
        "compress",
        "gzip, zstd",
        "gzip;q=1",
        "*",
        "\u{7f}nonsense",
    ] {
        if let Ok(value) = reqwest::header::HeaderValue::from_str(encoding) {
            let request = service
                .post(TRACK)
                .header("Content-Encoding", value)
                .body(event.to_vec());
            assert_refused(request.send().await.unwrap(), 415, "unsupported_encoding").await;
        }
    }
    let whole = gzip(event);
    let mut checksum = whole.clone();
    let place = checksum.len() - 6;
    checksum[place] ^= 1;
    let packed = zstd::encode_all(&event[..], 3).unwrap();
    for (encoding, body) in [
        ("gzip", Vec::new()),
        ("gzip", event.to_vec()),
        ("gzip", whole[..whole.len() - 1].to_vec()),
        ("gzip", whole[..5].to_vec()),
        ("gzip", checksum),
        ("gzip", [&whole[..], b"rest"].concat()),
        ("gzip", packed.clone()),
        ("zstd", event.to_vec()),
        ("zstd", packed[..packed.len() - 1].to_vec()),
        ("zstd", whole.clone()),
    ] {
        let error = refused(&service, encoding, body.clone(), 400, "bad_encoding").await;
        assert_eq!(
            error["message"],
            format!("the body is not valid {encoding} data"),
            "{body:?}"
        );
    }
    // What is packed is read no more kindly than what is not.
    refused(&service, "gzip", gzip(b"{"), 400, "invalid_json").await;
    refused(
        &service,
        "zstd",
        zstd::encode_all(&b"\xff"[..], 3).unwrap(),
        400,
        "invalid_json",
    )
    .await;
    assert_intact(&service).await;
}

#[tokio::test]
async fn many_small_bodies_at_once_all_find_room() {
    let home = Home::new();
    let service = start(&home).await;
    let body = |number: usize| gzip(format!("{{\"event\": \"x\", \"id\": {number}}}").as_bytes());
    let posts = (0..64).map(|number| {
        let request = service.post(TRACK).header("Content-Encoding", "gzip");
        request.body(body(number)).send()
    });
    for response in futures::future::join_all(posts).await {
        let response = response.unwrap();
        let status = response.status();
        assert_eq!(status, 200, "{}", response.text().await.unwrap());
    }
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["events"], 65);
}
