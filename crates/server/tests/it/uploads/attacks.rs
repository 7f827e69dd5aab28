//! Uploads that are too large, that are made to harm, and by those who may not.

use std::{io::Write as _, os::unix::fs::PermissionsExt as _};

use flate2::{Compression, write::GzEncoder};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::{
    EXPORT, IMPORTS, ask, begin, cancel, files, import, until, until_no_file, until_state, upload,
    zip,
};
use crate::support::{Home, KEY, Service};

const MIB: usize = 1 << 20;

#[tokio::test]
async fn what_is_too_large_is_refused_by_its_length_and_by_what_arrives() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_MAX_UPLOAD", "1M")]);
    let (status, answer) = upload(&service, "a.ndjson", vec![b'a'; MIB + 1], "").await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer["error"]["code"], "upload_too_large");
    assert_eq!(
        service.json(IMPORTS).await["imports"],
        serde_json::json!([]),
        "nothing has begun"
    );

    let mut chunked = open(&service, "a.ndjson", None);
    for _ in 0..5 {
        chunked.send(&vec![b'a'; MIB / 4]);
    }
    let answer = chunked.answer();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("upload_too_large"), "{answer}");
    until_no_file(&home).await;
    assert_eq!(service.json(IMPORTS).await["mostBytes"], MIB);
    // Nothing of that is in the way of others.
    assert_eq!(import(&service, "a.zip", zip(&EXPORT)).await, (2, 0));
}

#[tokio::test]
async fn bombs_and_other_formats_are_told_and_take_no_place() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_MEMORY", "512M")]);
    let zeros = vec![0; 64 * MIB];
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&zeros).unwrap();
    let blanks = " ".repeat(64 * MIB);
    let mut bomb = EXPORT.to_vec();
    bomb.push(("general/2024-01-03.json", &blanks));
    let outside = zip(&[("../users.json", "[]"), ("channels.json", "[]")]);
    let uploads: [(&str, Vec<u8>, &str); 8] = [
        ("a.ndjson.gz", gzip.finish().unwrap(), "1000 times its size"),
        (
            "a.ndjson.zst",
            zstd::encode_all(&*zeros, 1).unwrap(),
            "1000 times its size",
        ),
        ("a.zip", zip(&bomb), "too large when unpacked"),
        ("b.zip", outside, "not a Slack export as Slack makes it"),
        (
            "c.zip",
            b"PK\x03\x04 and no more".to_vec(),
            "cannot be read as a zip",
        ),
        (
            "a.png",
            b"\x89PNG\r\n\x1a\n".to_vec(),
            "is neither a Slack export",
        ),
        (
            "a.csv",
            b"name,colour\nada,red\n".to_vec(),
            "has no column `user_id`",
        ),
        ("a.ndjson", Vec::new(), "nothing in it"),
    ];
    let path = home.data().display().to_string();
    for (name, file, told) in uploads {
        let id = begin(&service, name, file, "&start=true").await;
        let failed = until_state(&service, &id, "failed").await;
        let problem = failed["problem"].as_str().unwrap();
        assert!(problem.contains(told), "{name}: {problem}");
        assert!(!problem.contains(&path), "{name}: {problem}");
        until_no_file(&home).await;
    }
    assert_eq!(import(&service, "good.zip", zip(&EXPORT)).await, (2, 0));
    assert!(
        peak_memory(&service) < 450 << 10,
        "{} KiB",
        peak_memory(&service)
    );
}

#[tokio::test]
async fn only_administrators_with_a_key_of_their_own_may() {
    let home = Home::new();
    let service = home.start(&[]);
    let id = begin(&service, "a.zip", zip(&EXPORT), "").await;
    until_state(&service, &id, "counted").await;
    let key = |access: &str| {
        let arguments = [
            "key", "create", "--name", "test", "--access", access, "--json",
        ];
        let made = home.run(&arguments, &[]);
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        made["secret"].as_str().unwrap().to_owned()
    };
    let one = format!("{IMPORTS}/{id}");
    let tried = [
        (Method::POST, IMPORTS),
        (Method::GET, IMPORTS),
        (Method::GET, one.as_str()),
        (Method::POST, one.as_str()),
        (Method::DELETE, one.as_str()),
    ];
    let credentials = [
        (None, StatusCode::UNAUTHORIZED),
        (Some(key("read")), StatusCode::FORBIDDEN),
        (Some(key("write")), StatusCode::FORBIDDEN),
    ];
    for (method, path) in &tried {
        for (key, expected) in &credentials {
            let mut request = service.request(method.clone(), path);
            if let Some(key) = key {
                request = request.header("X-API-Key", key);
            }
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), *expected, "{method} {path}");
        }
        let in_path = service.request(method.clone(), &format!("/k/{KEY}{path}"));
        let response = in_path.send().await.unwrap();
        assert_eq!(
            response.status(),
            StatusCode::FORBIDDEN,
            "{method} {path} by a path"
        );
    }
    // What another workspace uploads is not seen, and neither is that it is there.
    let request = service.get(&one).header("X-Source-Account-ID", "other");
    assert_eq!(
        request.send().await.unwrap().status(),
        StatusCode::NOT_FOUND
    );
    let request = service.get(IMPORTS).header("X-Source-Account-ID", "other");
    let list: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(list["imports"], serde_json::json!([]));
    // After all of that it is as it was.
    assert_eq!(service.json(&one).await["state"], "counted");
}

#[tokio::test]
async fn one_is_under_way_at_a_time_in_a_file_that_only_the_service_reads() {
    let home = Home::new();
    let service = home.start(&[]);
    let first = open(&service, "first.ndjson", Some(1_000));
    let id = until_one(&service).await;
    let folder = home.data().join("uploads");
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    assert_eq!((mode(&folder), mode(&file.path())), (0o700, 0o600));
    let (status, answer) = upload(&service, "second.zip", zip(&EXPORT), "").await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(answer["error"]["code"], "import_under_way");
    assert_eq!(files(&home), 1);
    // Whoever cancels makes place, though the first goes on to send.
    assert_eq!(cancel(&service, &id).await["state"], "cancelled");
    let answer = first.answer();
    assert!(answer.contains("import_cancelled"), "{answer}");
    until_no_file(&home).await;
    // One that waits to be started is under way, too.
    let id = begin(&service, "third.zip", zip(&EXPORT), "").await;
    until_state(&service, &id, "counted").await;
    let (status, _) = upload(&service, "fourth.zip", zip(&EXPORT), "").await;
    assert_eq!(status, StatusCode::CONFLICT);
    cancel(&service, &id).await;
    until_no_file(&home).await;
    let (status, _) = ask(&service, Method::POST, &format!("{IMPORTS}/{id}"), "").await;
    assert_eq!(status, StatusCode::CONFLICT, "what is cancelled stays so");
    // A sender that leaves is no longer under way.
    let left = open(&service, "left.ndjson", Some(1_000));
    let id = until_one(&service).await;
    drop(left);
    let failed = until(&service, &id, |import| import["state"] == "failed").await;
    assert!(
        failed["problem"]
            .as_str()
            .unwrap()
            .contains("did not arrive"),
        "{failed}"
    );
    until_no_file(&home).await;
    assert_eq!(import(&service, "fifth.zip", zip(&EXPORT)).await, (2, 0));
}

/// Waits for an upload that arrives; returns its identity.
async fn until_one(service: &Service) -> String {
    loop {
        let list = service.json(IMPORTS).await;
        if list["imports"][0]["state"] == "receiving" {
            return list["imports"][0]["id"].as_str().unwrap().to_owned();
        }
        tokio::time::sleep(super::PAUSE).await;
    }
}

/// Returns the most memory that a service has had, in KiB.
fn peak_memory(service: &Service) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap()
}

/// An upload that is sent by hand.
struct ByHand {
    connection: std::net::TcpStream,
    is_chunked: bool,
}

/// Begins an upload of that length, or of chunks; sends a first byte.
fn open(service: &Service, name: &str, length: Option<usize>) -> ByHand {
    let address = service.base.trim_start_matches("http://");
    let mut connection = std::net::TcpStream::connect(address).unwrap();
    let size = match length {
        Some(length) => format!("Content-Length: {length}"),
        None => "Transfer-Encoding: chunked".to_owned(),
    };
    write!(
        connection,
        "POST {IMPORTS}?name={name} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {KEY}\r\n{size}\r\n\r\n"
    )
    .unwrap();
    let mut by_hand = ByHand {
        connection,
        is_chunked: length.is_none(),
    };
    by_hand.send(b"{");
    by_hand
}

impl ByHand {
    fn send(&mut self, bytes: &[u8]) {
        if self.is_chunked {
            write!(self.connection, "{:x}\r\n", bytes.len()).unwrap();
        }
        self.connection.write_all(bytes).unwrap();
        if self.is_chunked {
            self.connection.write_all(b"\r\n").unwrap();
        }
    }

    /// Returns the answer, which comes before the end of the body.
    fn answer(mut self) -> String {
        use std::io::Read as _;

        let timeout = Some(std::time::Duration::from_secs(20));
        self.connection.set_read_timeout(timeout).unwrap();
        let mut answer = Vec::new();
        let mut buffer = [0; 4_096];
        while !String::from_utf8_lossy(&answer).contains("\"message\"") {
            let count = self.connection.read(&mut buffer).unwrap();
            assert!(count > 0, "{}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&buffer[..count]);
        }
        String::from_utf8_lossy(&answer).into_owned()
    }
}
