//! A server that is away, refuses, or keeps nothing.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use futures::future::join_all;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{connected, count, message, server::Server, settled, start, wait_for};
use crate::support::{Home, json};

#[tokio::test]
async fn a_server_that_ends_under_load_loses_nothing_that_was_accepted() {
    let mut server = Server::start().await;
    let home = Home::new();
    let service = start(&home, &server, &[]);
    connected(&service).await;
    let (accepted, queued) = (AtomicU64::new(0), AtomicU64::new(0));
    let is_over = AtomicBool::new(false);
    let post = async |client: u64| {
        let mut number = client * 1_000_000;
        while !is_over.load(Ordering::Relaxed) {
            let body = json!([message(number), message(number + 1), message(number + 2)]);
            number += 3;
            let response = service
                .post("/api/analytics/track")
                .json(&body)
                .send()
                .await
                .unwrap();
            let answer = json(response, StatusCode::OK).await;
            assert_eq!(answer["tracked"], 3);
            accepted.fetch_add(3, Ordering::Relaxed);
            queued.fetch_add(answer["queued"].as_u64().unwrap_or(0), Ordering::Relaxed);
        }
    };
    let trouble = async {
        for _round in 0..2 {
            tokio::time::sleep(Duration::from_secs(2)).await;
            server.kill();
            tokio::time::sleep(Duration::from_secs(3)).await;
            server.go_on().await;
        }
        tokio::time::sleep(Duration::from_secs(4)).await;
        is_over.store(true, Ordering::Relaxed);
    };
    tokio::join!(join_all((0..8).map(post)), trouble);
    let (accepted, queued) = (accepted.into_inner(), queued.into_inner());
    assert!(
        queued > 0 && queued < accepted,
        "both ways: {queued} of {accepted}"
    );
    let is_connected = |status: &Value| status["stream"]["stage"] == "connected";
    wait_for(&service, "the connection", is_connected).await;
    let status = settled(&service, &server).await;
    assert_eq!(count(&status, "message_sent"), accepted);
    assert_eq!(status["events"], accepted);
    assert_eq!(status["deadLetters"], 0);
}

#[tokio::test]
async fn a_service_starts_without_the_server_and_finds_it_later() {
    let mut server = Server::stopped(&["--appendonly", "yes"]);
    let home = Home::new();
    let service = start(&home, &server, &[]);
    let answer = service.track(&message(1)).await;
    assert_eq!(
        (&answer["tracked"], &answer["queued"]),
        (&json!(1), &Value::Null)
    );
    let status = wait_for(&service, "the failure", |status| {
        status["stream"]["stage"] == "away"
    })
    .await;
    assert_eq!(count(&status, "message_sent"), 1, "it is written at once");
    assert_eq!(status["stream"]["code"], "away");
    let health = service
        .request(reqwest::Method::GET, "/health")
        .send()
        .await
        .unwrap();
    let health = json(health, StatusCode::OK).await;
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["checks"]["redis"], "failed");
    assert_eq!(health["degraded"][0]["component"], "redis");
    let ready = service
        .request(reqwest::Method::GET, "/ready")
        .send()
        .await
        .unwrap();
    assert_eq!(ready.status(), StatusCode::OK);
    server.go_on().await;
    connected(&service).await;
    let is_queued = async || service.track(&message(2)).await["queued"] == json!(1);
    let mut sent = 1;
    for _try in 0..100 {
        sent += 1;
        if is_queued().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let status = settled(&service, &server).await;
    assert_eq!(count(&status, "message_sent"), sent);
    let health = service
        .request(reqwest::Method::GET, "/health")
        .send()
        .await
        .unwrap();
    assert_eq!(json(health, StatusCode::OK).await["checks"]["redis"], "ok");
}

#[tokio::test]
async fn a_wrong_password_is_said_and_loses_nothing() {
    let server = Server::with(&["--appendonly", "yes", "--requirepass", "hunter2-right"]).await;
    let home = Home::new();
    let port = server.port.to_string();
    let by = |password: &'static str| {
        [
            ("REDIS_HOST", "127.0.0.1"),
            ("REDIS_PORT", port.as_str()),
            ("REDIS_PASSWORD", password),
            ("ANALYTICS_FLUSH_INTERVAL", "100ms"),
            ("LOG_LEVEL", "trace"),
        ]
    };
    for (password, code, sentence) in [
        ("hunter2-wrong", "wrong_password", "refuses the password"),
        ("", "no_password", "wants a password"),
    ] {
        let doctor = home.run(&["doctor"], &by(password));
        let said = String::from_utf8_lossy(&doctor.stdout);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(sentence), "{said}");
        assert_eq!(doctor.status.code(), Some(1), "{said}");
        let service = home.start(&by(password));
        let is_refused = |status: &Value| status["stream"]["code"] == code;
        wait_for(&service, code, is_refused).await;
        service.track(&message(1)).await;
        let log = service.log().join("\n");
        assert!(log.contains(code) && !log.contains("hunter2"), "{log}");
        assert_eq!(service.stop(), Some(0));
    }
    let service = home.start(&by("hunter2-right"));
    connected(&service).await;
    assert_eq!(service.track(&message(3)).await["queued"], 1);
    let is_there = |status: &Value| count(status, "message_sent") == 3;
    wait_for(&service, "all three events", is_there).await;
    let doctor = home.run(&["doctor"], &by("hunter2-right"));
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(said.contains("answers (Redis "), "{said}");
}

#[tokio::test]
async fn doctor_tells_what_a_crash_of_the_server_loses() {
    let home = Home::new();
    for (options, sentence, is_well) in [
        (
            &["--appendonly", "yes", "--appendfsync", "always"][..],
            "(appendfsync always)",
            true,
        ),
        (
            &["--appendonly", "yes", "--appendfsync", "everysec"],
            "the last second or two",
            true,
        ),
        (
            &["--appendonly", "no", "--save", "3600 1"],
            "keeps snapshots only",
            false,
        ),
        (
            &["--appendonly", "no", "--save", ""],
            "keeps nothing on disk",
            false,
        ),
        (
            &[
                "--appendonly",
                "yes",
                "--maxmemory",
                "100mb",
                "--maxmemory-policy",
                "allkeys-lru",
            ],
            "maxmemory-policy allkeys-lru",
            false,
        ),
    ] {
        let server = Server::with(options).await;
        let doctor = home.run(&["doctor", "--json"], &[("REDIS_URL", &server.url())]);
        let said: Value = serde_json::from_slice(&doctor.stdout).unwrap();
        let checks = said["checks"]
            .as_array()
            .or_else(|| said.as_array())
            .unwrap();
        let check = checks
            .iter()
            .find(|check| check["name"] == "redis")
            .unwrap();
        assert!(
            check["sentence"].as_str().unwrap().contains(sentence),
            "{check}"
        );
        assert_eq!(check["status"], if is_well { "ok" } else { "warning" });
    }
    let server = Server::start().await;
    let _set: String = server.run("SET analytics:events something").await;
    let environment = [("REDIS_URL", &*server.url())];
    let doctor = home.run(&["doctor"], &environment);
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("holds something else (string)"), "{said}");
    let off = [environment[0], ("ANALYTICS_REDIS_STREAM", "off")];
    let service = home.start(&off);
    assert_eq!(service.track(&message(1)).await["queued"], Value::Null);
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["stream"]["stage"], "off");
    assert_eq!(count(&status, "message_sent"), 1);
    // A key that holds something else is left as it is.
    drop(service);
    let service = home.start(&environment);
    let is_refused = |status: &Value| status["stream"]["code"] == "not_a_stream";
    wait_for(&service, "not_a_stream", is_refused).await;
    service.track(&message(2)).await;
    assert_eq!(
        count(&service.json("/api/analytics/status").await, "message_sent"),
        2
    );
    let kept: String = server.run("GET analytics:events").await;
    assert_eq!(kept, "something");
}

#[tokio::test]
async fn the_connection_is_encrypted_and_trusts_what_the_system_trusts() {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let (key_of_authority, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let root = authority.self_signed(&key_of_authority).unwrap().pem();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &Issuer::from_params(&authority, &key_of_authority))
        .unwrap();
    let mut server = Server::stopped(&[
        "--appendonly",
        "yes",
        "--port",
        "0",
        "--tls-auth-clients",
        "no",
    ]);
    let file = |name: &str, text: &str| {
        let file = server.folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.display().to_string()
    };
    let (root, certificate, key) = (
        file("root.crt", &root),
        file("server.crt", &certificate.pem()),
        file("server.key", &key.serialize_pem()),
    );
    let port = server.port.to_string();
    for (option, value) in [
        ("--tls-port", &port),
        ("--tls-ca-cert-file", &root),
        ("--tls-cert-file", &certificate),
        ("--tls-key-file", &key),
    ] {
        server.options.extend([option.to_owned(), value.clone()]);
    }
    server.go_on().await;
    let home = Home::new();
    let url = format!("rediss://localhost:{port}");
    let trusted = [
        ("REDIS_URL", url.as_str()),
        ("SSL_CERT_FILE", root.as_str()),
        ("ANALYTICS_FLUSH_INTERVAL", "100ms"),
    ];
    let service = home.start(&trusted);
    connected(&service).await;
    assert_eq!(service.track(&message(1)).await["queued"], 1);
    wait_for(&service, "the event", |status| {
        count(status, "message_sent") == 1
    })
    .await;
    let said = home.run(&["doctor"], &trusted);
    assert!(String::from_utf8_lossy(&said.stdout).contains("answers (Redis "));
    // Nobody else's certificate, and no other name.
    let by_address = url.replace("localhost", "127.0.0.1");
    for environment in [
        &[("REDIS_URL", url.as_str())][..],
        &[("REDIS_URL", by_address.as_str()), trusted[1]],
    ] {
        let said = home.run(&["doctor"], environment);
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(said.contains("certificate"), "{said}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_holds_nobody_up_for_long_and_counts_once() {
    let server = Server::start().await;
    let home = Home::new();
    let service = start(&home, &server, &[]);
    connected(&service).await;
    service.track(&message(0)).await;
    server.signal("STOP");
    // The first waits for an answer, the second does not.
    for (number, patience) in [(1, Duration::from_secs(8)), (2, Duration::from_secs(2))] {
        let begun = Instant::now();
        let answer = service.track(&message(number)).await;
        assert_eq!(
            (&answer["tracked"], &answer["queued"]),
            (&json!(1), &Value::Null)
        );
        assert!(begun.elapsed() < patience, "{:?}", begun.elapsed());
    }
    let status = service.json("/api/analytics/status").await;
    assert_eq!(count(&status, "message_sent"), 3);
    // Now it does what it was asked before.
    server.signal("CONT");
    let is_connected = |status: &Value| status["stream"]["stage"] == "connected";
    wait_for(&service, "the connection", is_connected).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let status = settled(&service, &server).await;
    assert_eq!(count(&status, "message_sent"), 3);
}

#[tokio::test]
async fn a_server_without_memory_takes_nothing_and_loses_nothing() {
    let server = Server::start().await;
    let home = Home::new();
    let service = start(&home, &server, &[]);
    connected(&service).await;
    let _set: String = server.run("CONFIG SET maxmemory 1").await;
    assert_eq!(service.track(&message(1)).await["queued"], Value::Null);
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["stream"]["code"], "refused");
    assert!(
        status["stream"]["problem"]
            .as_str()
            .unwrap()
            .contains("maxmemory"),
        "{status:#}"
    );
    let _set: String = server.run("CONFIG SET maxmemory 0").await;
    let mut sent = 1;
    for _try in 0..100 {
        sent += 1;
        if service.track(&message(sent)).await["queued"] == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let status = settled(&service, &server).await;
    assert_eq!(count(&status, "message_sent"), sent);
    assert_eq!(status["stream"]["stage"], "connected");
}
