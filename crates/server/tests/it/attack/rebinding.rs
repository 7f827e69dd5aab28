//! A page of the Internet whose name points to a private address after it was loaded.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde_json::json;

use crate::support::{Home, KEY};

#[tokio::test]
async fn a_page_of_another_host_reads_nothing_in_a_trusted_network() {
    let home = Home::new();
    let service = home.start(&[
        ("ANALYTICS_AUTH_MODE", "trusted-network"),
        ("ANALYTICS_ROUTE", "analytics.example.org"),
        ("ANALYTICS_ALLOWED_HOSTS", "nas.local"),
    ]);
    service.track(&json!({"event": "x"})).await;
    let ask = |headers: &str| {
        let mut stream = TcpStream::connect(service.base.trim_start_matches("http://")).unwrap();
        let path = "/api/analytics/dashboard";
        write!(
            stream,
            "GET {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status: u16 = answer[9..12].parse().unwrap();
        (status, answer)
    };
    for headers in [
        "Host: localhost:3106\r\n",
        "Host: 127.0.0.1\r\n",
        "Host: [::1]:3106\r\n",
        "Host: plugin-analytics:3106\r\n",
        "Host: analytics.example.org\r\n",
        "Host: nas.local\r\n",
        "",
        "Host: localhost\r\nSec-Fetch-Site: same-origin\r\n",
        "Host: localhost\r\nSec-Fetch-Site: none\r\n",
        "Host: localhost\r\nOrigin: http://localhost:3106\r\nSec-Fetch-Site: same-origin\r\n",
    ] {
        assert_eq!(ask(headers).0, 200, "{headers}");
    }
    for (headers, code) in [
        ("Host: evil.example\r\n", "host_not_allowed"),
        ("Host: evil.example:3106\r\n", "host_not_allowed"),
        (
            "Host: localhost\r\nHost: evil.example\r\n",
            "host_not_allowed",
        ),
        ("Host: 127.0.0.1.nip.io\r\n", "host_not_allowed"),
        (
            "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
            "credential_missing",
        ),
        (
            "Host: localhost\r\nOrigin: http://evil.example\r\n",
            "credential_missing",
        ),
    ] {
        let (status, answer) = ask(headers);
        assert!(status == 401 || status == 403, "{headers}: {answer}");
        assert!(answer.contains(code), "{headers}: {answer}");
    }
    // Whoever shows a credential is who they are, by whatever name.
    let shown = format!("Host: evil.example\r\nX-API-Key: {KEY}\r\n");
    assert_eq!(ask(&shown).0, 200);
}
