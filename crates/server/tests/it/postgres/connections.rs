//! Ways to the database: encrypted, and through a pool of connections.

use std::{fs, path::Path, process::Child, time::Duration};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};

use super::{
    live::{found, write},
    server::{Server, as_postgres, free_port, give, number, run},
    wait_for, wait_for_events,
};
use crate::support::Home;

/// Has the server take encrypted connections only, with a certificate for `localhost`; returns the
/// file of the authority's.
async fn encrypt(server: &mut Server) -> std::path::PathBuf {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key_of_authority = KeyPair::generate().unwrap();
    let root = authority.self_signed(&key_of_authority).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &Issuer::from_params(&authority, &key_of_authority))
        .unwrap();
    server.stop();
    let cluster = server.folder.path().join("cluster");
    for (name, text) in [
        ("server.crt", certificate.pem()),
        ("server.key", key.serialize_pem()),
    ] {
        let file = cluster.join(name);
        fs::write(&file, text).unwrap();
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(&file, private).unwrap();
        give(&file);
    }
    let settings = cluster.join("postgresql.auto.conf");
    fs::write(&settings, "ssl = on\n").unwrap();
    fs::write(
        cluster.join("pg_hba.conf"),
        "hostssl all all 127.0.0.1/32 trust\n",
    )
    .unwrap();
    server.go_on().await;
    let file = server.folder.path().join("root.crt");
    fs::write(&file, root).unwrap();
    file
}

#[tokio::test]
async fn the_address_says_how_the_connection_is_encrypted() {
    let mut server = Server::start().await;
    let mut chat = server.make_chat("public").await;
    found(&mut chat).await;
    write(&mut chat, 2, "", "").await;
    drop(chat);
    let root = encrypt(&mut server).await;
    let home = Home::new();
    let at = |host: &str, query: &str| {
        format!(
            "postgres://postgres@{host}:{}/postgres?{query}",
            server.port
        )
    };
    let trusted = format!("sslmode=verify-full&sslrootcert={}", root.display());
    // The host of the address, what it asks for, and what `doctor` says of it.
    for (host, query, sentence) in [
        ("127.0.0.1", "sslmode=require", "of schema public are read"),
        ("localhost", trusted.as_str(), "of schema public are read"),
        (
            "127.0.0.1",
            trusted.as_str(),
            "cannot be encrypted as its address asks",
        ),
        (
            "localhost",
            "sslmode=verify-full",
            "sslrootcert names the certificate",
        ),
        ("localhost", "sslmode=disable", "no encryption"),
    ] {
        let doctor = home.run(&["doctor"], &[("DATABASE_URL", &at(host, query))]);
        let said = String::from_utf8_lossy(&doctor.stdout);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(sentence), "{host} {query}: {said}");
    }
    let url = at("localhost", &trusted);
    let service = home.start(&[("DATABASE_URL", &url), ("ANALYTICS_SYNC_INTERVAL", "1")]);
    wait_for_events(&service, "message_sent", 2).await;
    let mut chat = server.connect().await;
    let encrypted = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                     WHERE application_name = 'nchat-analytics' AND ssl";
    assert_eq!(number(&mut chat, encrypted).await, 1);
}

/// A pool in front of a server that hands every transaction to whichever of two connections is free.
struct Pool {
    child: Child,
    port: u16,
}

impl Pool {
    async fn start(server: &Server) -> Self {
        let port = free_port();
        let file = server.folder.path().join("pool.ini");
        let text = format!(
            "[databases]\n\
             postgres = host=127.0.0.1 port={} user=postgres\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n",
            server.port
        );
        fs::write(&file, text).unwrap();
        give(&file);
        let child = as_postgres(Path::new("pgbouncer"))
            .arg("--quiet")
            .arg(&file)
            .spawn()
            .unwrap();
        let pool = Self { child, port };
        for _try in 0..200 {
            if pool.connect().await.is_ok() {
                return pool;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the pool did not start");
    }

    /// A connection of the tests' own.
    async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let options = PgConnectOptions::new()
            .host("127.0.0.1")
            .port(self.port)
            .username("postgres")
            .database("postgres")
            .extra_float_digits(None);
        PgConnection::connect_with(&options).await
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let _gone = self.child.kill().is_err();
        let _gone = self.child.wait().is_err();
    }
}

#[tokio::test]
async fn a_pool_may_hand_every_transaction_to_another_connection() {
    let server = Server::start().await;
    let mut chat = server.make_chat("public").await;
    found(&mut chat).await;
    let pool = Pool::start(&server).await;
    let url = format!("postgres://postgres@127.0.0.1:{}/postgres", pool.port);
    let home = Home::new();
    let service = home.start(&[("DATABASE_URL", &url), ("ANALYTICS_SYNC_INTERVAL", "1")]);
    // Somebody else's transactions, so that ours get now the one connection, now the other.
    let mut other = pool.connect().await.unwrap();
    let busy = async {
        loop {
            run(&mut other, "SELECT pg_sleep(random() / 50)").await;
        }
    };
    let written = async {
        for round in 1..=5 {
            write(&mut chat, 20, "", "").await;
            wait_for_events(&service, "message_sent", 20 * round).await;
        }
    };
    tokio::select! {
        () = busy => {}
        () = written => {}
    }
    let is_well = |status: &serde_json::Value| status["source"]["stage"] == "in_step";
    wait_for(&service, "the sync is in step", is_well).await;
    let log = service.log();
    let failed = |line: &&String| line.contains("source.failed");
    assert_eq!(log.iter().find(failed), None);
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_told_from_a_wrong_password() {
    let server = Server::start().await;
    let home = Home::new();
    let at = |user: &str, database: &str| {
        format!(
            "postgres://{user}:hunter2@127.0.0.1:{}/{database}?sslpassword=hunter2",
            server.port
        )
    };
    for (url, sentence, not) in [
        (
            at("postgres", "nowhere"),
            "has no database of the name in its address; correct the end of the address: database \
             \"nowhere\" does not exist",
            "password",
        ),
        (
            at("nobody", "postgres"),
            "check user and password: role \"nobody\" does not exist",
            "database of the name",
        ),
    ] {
        for command in [&["doctor"] as &[&str], &["backfill"]] {
            let output = home.run(command, &[("DATABASE_URL", &url)]);
            assert_eq!(output.status.code(), Some(1));
            let [out, errors] =
                [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
            let told = format!("{out}{errors}").replace("sslpassword", "");
            // Lines of a terminal are wrapped.
            let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(told.contains(sentence), "{command:?}: {told}");
            assert!(!told.contains(not), "{command:?}: {told}");
            assert!(
                !told.contains("line ") && !told.contains("hunter2"),
                "{told}"
            );
        }
    }
}
