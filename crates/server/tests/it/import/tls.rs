//! Importing through a service behind TLS.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::{file, import, lines};
use crate::support::{Home, KEY, Service};

/// Puts TLS before a service, with a certificate for `localhost`; returns its address, and the
/// certificate of who signed it.
#[expect(
    clippy::disallowed_methods,
    reason = "the server of a test ends with it"
)]
async fn encrypt(service: &Service) -> (String, String) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key_of_authority = KeyPair::generate().unwrap();
    let root = authority.self_signed(&key_of_authority).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &Issuer::from_params(&authority, &key_of_authority))
        .unwrap();
    let config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from(certificate.der().to_vec())],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let behind = service.base.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            tokio::spawn(async move {
                let Ok(mut client) = acceptor.accept(client).await else {
                    return;
                };
                let mut service = TcpStream::connect(behind).await.unwrap();
                let _ended = tokio::io::copy_bidirectional(&mut client, &mut service)
                    .await
                    .is_ok();
            });
        }
    });
    (format!("https://localhost:{port}"), root)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_must_be_trusted_and_the_way_to_trust_it_is_told() {
    let home = Home::new();
    let service = home.start(&[]);
    let (address, root) = encrypt(&service).await;
    let line =
        json!({"type": "message_sent", "ts": 1_704_186_000, "user_id": "u1", "event_id": "1"});
    file(&home, "one.ndjson", line.to_string());
    file(&home, "root.pem", root);
    file(&home, "none.pem", "no certificate");
    let root = home.path("root.pem").to_str().unwrap().to_owned();
    let through = ["one.ndjson", "--key", KEY, "--server", &address];
    let (done, text) = import(&home, &through, &[]);
    assert!(!done.status.success(), "{text}");
    for part in ["is not trusted", "--ca-file", "SSL_CERT_FILE"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let with_file = [&through[..], &["--ca-file", "root.pem"]].concat();
    let (done, text) = import(&home, &with_file, &[]);
    assert!(done.status.success(), "{text}");
    assert_eq!(lines(&text)[0], "new events 1");
    let (done, text) = import(&home, &through, &[("SSL_CERT_FILE", &root)]);
    assert!(done.status.success(), "{text}");
    assert_eq!(lines(&text)[1], "known already 1");
    assert!(!text.contains("unencrypted"), "{text}");
    // A trusted certificate is one of that name.
    let elsewhere = address.replace("localhost", "127.0.0.1");
    let arguments = [
        "one.ndjson",
        "--ca-file",
        "root.pem",
        "--server",
        &elsewhere,
    ];
    let (done, text) = import(&home, &arguments, &[]);
    assert!(
        !done.status.success() && text.contains("is not trusted"),
        "{text}"
    );
    let arguments = ["one.ndjson", "--ca-file", "none.pem", "--server", &address];
    let (done, text) = import(&home, &arguments, &[]);
    assert!(
        !done.status.success() && text.contains("holds no certificates"),
        "{text}"
    );
}

#[test]
fn a_key_that_goes_over_the_network_in_clear_is_told() {
    let home = Home::new();
    file(&home, "one.ndjson", "");
    // A network for documentation, which nobody answers on.
    for (server, is_told) in [
        ("http://analytics.invalid:3106", true),
        ("http://localhost:1", false),
        ("http://127.0.0.2:1", false),
        ("http://[::1]:1", false),
        ("https://analytics.invalid", false),
    ] {
        let (done, text) = import(&home, &["one.ndjson", "--server", server], &[]);
        assert!(!done.status.success(), "{text}");
        assert_eq!(text.contains("unencrypted"), is_told, "{server}: {text}");
    }
}
