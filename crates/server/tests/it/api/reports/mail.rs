//! Reports as mail, taken by a real server.

use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::meta::{MetaStore as _, RunStore as _};

use super::{REPORTS, runs::settings};
use crate::support::{Home, Service, fixture, json as read};

/// A mail server with a folder of what it took.
struct Server {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill().is_ok();
        let _waited = self.child.wait().is_ok();
    }
}

impl Server {
    async fn start(mode: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.path().join("cert.pem"), signed.cert.pem()).unwrap();
        std::fs::write(
            folder.path().join("key.pem"),
            signed.signing_key.serialize_pem(),
        )
        .unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        // It ends with the test, whatever ends that.
        let mut child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--", "/usr/bin/python3"])
            .arg(fixture("smtp_server.py"))
            .arg(port.to_string())
            .arg(mode)
            .args([
                folder.path().join("cert.pem"),
                folder.path().join("key.pem"),
            ])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        for _try in 0..200 {
            assert!(
                child.try_wait().unwrap().is_none(),
                "the mail server does not start; if aiosmtpd is missing, run scripts/ensure-tools.sh test"
            );
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Self {
                    child,
                    port,
                    folder,
                };
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the mail server does not answer");
    }

    /// Starts a service that sends by this server.
    fn serve(&self, home: &Home, tls: &str) -> Service {
        let port = self.port.to_string();
        let trusted = self.folder.path().join("cert.pem");
        let mut settings = vec![
            ("ANALYTICS_SMTP_HOST", "localhost"),
            ("ANALYTICS_SMTP_PORT", port.as_str()),
            ("ANALYTICS_SMTP_TLS", tls),
            (
                "ANALYTICS_SMTP_FROM",
                "nChat Analytics <analytics@example.com>",
            ),
            ("ANALYTICS_SMTP_TIMEOUT", "5"),
            ("ANALYTICS_ROUTE", "analytics.example.com"),
            ("SSL_CERT_FILE", trusted.to_str().unwrap()),
        ];
        if tls != "none" {
            settings.push(("ANALYTICS_SMTP_USER", "analytics"));
            settings.push(("ANALYTICS_SMTP_PASSWORD", "let me in"));
        }
        home.start(&settings)
    }

    /// Returns what was taken, by recipient.
    fn taken(&self) -> Vec<Value> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mails = entries.filter_map(|entry| {
            let path = entry.unwrap().path();
            let is_mail = path
                .extension()
                .is_some_and(|extension| extension == "json");
            is_mail.then(|| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
        });
        let mut mails: Vec<Value> = mails.collect();
        mails.sort_by_key(|mail| mail["to"].to_string());
        mails
    }
}

async fn create(service: &Service, recipients: &[&str]) -> String {
    let body = json!({
        "name": "Weekly <b>Summary</b>", "period": "7d", "metrics": ["messageVolume", "channelGrowth"],
        "format": "excel", "schedule": "0 9 * * 1", "recipients": recipients,
    });
    let made = service.post(REPORTS).json(&body).send().await.unwrap();
    let made = read(made, StatusCode::CREATED).await;
    made["id"].as_str().unwrap().to_owned()
}

async fn test(service: &Service, id: &str, recipients: &[&str]) -> Value {
    let tested = service.post(&format!("{REPORTS}/{id}/test"));
    let body = json!({ "recipients": recipients });
    read(tested.json(&body).send().await.unwrap(), StatusCode::OK).await
}

#[tokio::test]
async fn a_report_is_sent_as_text_and_page_with_its_file() {
    for mode in ["starttls", "implicit", "none"] {
        let server = Server::start(mode).await;
        let home = Home::new();
        let service = server.serve(&home, mode);
        let event =
            json!({"event": "message_sent", "userId": "u1", "channelId": "c1", "text": "hello"});
        service.track(&event).await;
        let id = create(&service, &["boss@example.com"]).await;
        let run = test(&service, &id, &["a@example.com", "b@example.org"]).await;
        assert_eq!(
            (&run["outcome"], &run["sent"]),
            (&json!("sent"), &json!(2)),
            "{mode}: {run}"
        );
        let mails = server.taken();
        let to: Vec<&Value> = mails.iter().map(|mail| &mail["to"]).collect();
        assert_eq!(to, ["a@example.com", "b@example.org"]);
        for mail in &mails {
            let is_safe = mode != "none";
            assert_eq!(
                (&mail["encrypted"], &mail["signedIn"]),
                (&json!(is_safe), &json!(is_safe))
            );
            assert_eq!(mail["from"], "analytics@example.com");
            let headers = &mail["headers"];
            // Nobody sees who else it was sent to.
            assert_eq!(headers["To"], mail["to"]);
            assert_eq!(headers["Auto-Submitted"], "auto-generated");
            let subject = headers["Subject"].as_str().unwrap();
            assert!(
                subject.starts_with("Weekly <b>Summary</b>: 20"),
                "{subject}"
            );
            let parts = mail["parts"].as_array().unwrap();
            let kinds: Vec<&Value> = parts.iter().map(|part| &part["kind"]).collect();
            let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            assert_eq!(kinds, ["text/plain", "text/html", sheet]);
            let text = parts[0]["text"].as_str().unwrap();
            assert!(text.contains("Messages: 1"), "{text}");
            let page = parts[1]["text"].as_str().unwrap();
            assert!(
                page.contains("Weekly &lt;b&gt;Summary") && !page.contains("<b>"),
                "{page}"
            );
            assert!(
                !page.contains("<svg") && !page.contains("<img"),
                "mail draws nothing"
            );
            assert_eq!(parts[2]["bytes"], run["fileBytes"]);
            assert_eq!(parts[2]["name"], "weekly-b-summary-b.xlsx");
        }
    }
}

#[tokio::test]
async fn what_a_server_refuses_is_said_and_names_nobody() {
    let server = Server::start("starttls").await;
    let home = Home::new();
    let service = server.serve(&home, "starttls");
    let id = create(&service, &[]).await;
    let run = test(&service, &id, &["a@example.com", "bounce@example.com"]).await;
    assert_eq!(
        (&run["outcome"], &run["sent"]),
        (&json!("failed"), &json!(1))
    );
    assert_eq!(
        run["reason"],
        "it was sent to 1 of 2 recipients: the mail server refused it (550)"
    );
    assert!(run["fileBytes"].as_u64().unwrap() > 0, "the file is kept");
    assert_eq!(server.taken().len(), 1);
    drop(service);
    // A server that is not trusted, and one that cannot encrypt, get nothing.
    let plain = Server::start("none").await;
    let home = Home::new();
    let service = plain.serve(&home, "starttls");
    let id = create(&service, &[]).await;
    let run = test(&service, &id, &["a@example.com"]).await;
    assert_eq!(
        (&run["outcome"], &run["sent"]),
        (&json!("failed"), &json!(0)),
        "{run}"
    );
    assert!(plain.taken().is_empty());
}

#[tokio::test]
async fn a_run_that_was_broken_off_is_sent_to_those_who_do_not_have_it() {
    let server = Server::start("starttls").await;
    let home = Home::new();
    let service = server.serve(&home, "starttls");
    let id = create(
        &service,
        &["a@example.com", "b@example.com", "c@example.com"],
    )
    .await;
    service.kill();
    let settings = settings(&home).await;
    let claimed = settings.claim(&id, "taken-up").await;
    settings
        .meta
        .keep_file(&claimed, b"a file of its own")
        .await
        .unwrap();
    settings
        .meta
        .delivered(&claimed, "b@example.com")
        .await
        .unwrap();
    settings.meta.close().await;
    let service = server.serve(&home, "starttls");
    let mut run = Value::Null;
    for _try in 0..100 {
        let runs = service.json(&format!("{REPORTS}/{id}/runs")).await;
        run = runs["runs"][0].clone();
        if run["outcome"] != "running" {
            assert_eq!(runs["runs"].as_array().unwrap().len(), 1);
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(
        (&run["outcome"], &run["sent"]),
        (&json!("sent"), &json!(3)),
        "{run}"
    );
    let mails = server.taken();
    let to: Vec<&Value> = mails.iter().map(|mail| &mail["to"]).collect();
    assert_eq!(to, ["a@example.com", "c@example.com"]);
    // What was kept is what is sent, and the identity of a mail is that of the run.
    assert_eq!(mails[0]["parts"][2]["bytes"], 17);
    assert_eq!(
        mails[0]["headers"]["Message-ID"],
        "<taken-up.0@example.com>"
    );
    assert_eq!(
        mails[1]["headers"]["Message-ID"],
        "<taken-up.2@example.com>"
    );
}

#[tokio::test]
async fn whoever_gets_a_report_may_leave_by_the_link_of_their_mail() {
    let server = Server::start("starttls").await;
    let home = Home::new();
    let service = server.serve(&home, "starttls");
    let id = create(&service, &["a@example.com", "b@example.com"]).await;
    test(
        &service,
        &id,
        &["a@example.com", "b@example.com", "c@example.com"],
    )
    .await;
    let mails = server.taken();
    let link = |mail: &Value| {
        mail["headers"]["List-Unsubscribe"]
            .as_str()
            .map(str::to_owned)
    };
    // Whoever gets a test and no report has nothing to leave.
    assert_eq!(link(&mails[2]), None);
    let first = link(&mails[0]).unwrap();
    assert_ne!(Some(&first), link(&mails[1]).as_ref());
    assert_eq!(
        mails[0]["headers"]["List-Unsubscribe-Post"],
        "List-Unsubscribe=One-Click"
    );
    let address = first.trim_matches(['<', '>']);
    for part in &mails[0]["parts"].as_array().unwrap()[..2] {
        assert!(part["text"].as_str().unwrap().contains(address));
    }
    let path = address
        .strip_prefix("https://analytics.example.com")
        .unwrap();
    assert!(!path.contains("a@") && !path.contains("example"), "{path}");
    let recipients = async || service.json(&format!("{REPORTS}/{id}")).await["recipients"].clone();
    // Looking at it changes nothing: programs do so by themselves.
    let looked = service.request(Method::GET, path).send().await.unwrap();
    assert_eq!(looked.status(), StatusCode::OK);
    assert!(
        looked
            .text()
            .await
            .unwrap()
            .contains("<form method=\"post\">")
    );
    assert_eq!(
        recipients().await,
        json!(["a@example.com", "b@example.com"])
    );
    for _twice in 0..2 {
        let leave = service
            .request(Method::POST, path)
            .body("List-Unsubscribe=One-Click");
        let leave = leave.header("Content-Type", "application/x-www-form-urlencoded");
        assert_eq!(leave.send().await.unwrap().status(), StatusCode::OK);
        assert_eq!(recipients().await, json!(["b@example.com"]));
    }
    // Nobody leaves for others.
    let (report, key) = path.split_once('.').unwrap();
    for wrong in [
        format!("{report}.none"),
        format!("/unsubscribe/none.{key}"),
        "/unsubscribe/x".to_owned(),
    ] {
        let leave = service.request(Method::POST, &wrong).send().await.unwrap();
        assert_eq!(leave.status(), StatusCode::NOT_FOUND, "{wrong}");
    }
    assert_eq!(recipients().await, json!(["b@example.com"]));
}
