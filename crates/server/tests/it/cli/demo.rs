//! `serve --demo` makes a demo, and of nothing else one.

use std::process::{Child, Stdio};

use super::said;
use crate::support::Home;

/// A demo that runs until it is dropped; what it printed, and what it logged first.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _gone = self.0.kill().is_err();
        let _reaped = self.0.wait().is_ok();
    }
}

fn demo(home: &Home) -> (String, String) {
    use std::io::{BufRead as _, BufReader};

    let mut child = home
        .command(&[
            ("ANALYTICS_API_KEY", ""),
            ("ANALYTICS_RETENTION_DAYS", "40"),
        ])
        .args(["serve", "--demo"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (out, log) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let running = Demo(child);
    let mut log = BufReader::new(log).lines();
    let first = log.next().unwrap().unwrap();
    let rest = std::thread::spawn(move || log.map_while(Result::ok).count());
    let key = BufReader::new(out)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| Some(line.trim().strip_prefix("admin key")?.trim().to_owned()));
    drop(running);
    rest.join().unwrap();
    (key.unwrap(), first)
}

#[test]
fn a_folder_of_the_demo_stays_one_and_begins_without_a_warning() {
    let home = Home::new();
    let (key, first) = demo(&home);
    assert!(key.starts_with("nca_admin_"), "{key}");
    // The port is the test's.
    let harmless = first.contains("ANALYTICS_PORT is 0") || !first.contains("WARN");
    assert!(harmless, "{first}");
    assert_eq!(demo(&home).0, key);
}

#[tokio::test]
async fn a_history_of_somebodys_own_is_refused_and_left_as_it_is() {
    let with_events = Home::new();
    let service = with_events.start(&[]);
    service
        .track(&serde_json::json!({"event": "message_sent", "userId": "u1"}))
        .await;
    assert_eq!(service.stop(), Some(0));
    let with_keys = Home::new();
    assert!(with_keys.run(&["init"], &[]).status.success());
    for (home, has) in [
        (with_events, "(1 event, 0 keys)"),
        (with_keys, "(0 events, 1 key)"),
    ] {
        let keys = said(&home.run(&["key", "list", "--json"], &[]));
        let output = home.run(&["serve", "--demo"], &[]);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains("holds a history of its own"), "{told}");
        assert!(told.contains(has), "{told}");
        assert!(!home.data().join("demo-admin-key").exists());
        assert_eq!(said(&home.run(&["key", "list", "--json"], &[])), keys);
    }
}

#[test]
fn the_chat_of_any_workspace_is_somebodys_own() {
    let line = r#"{"type":"message_sent","ts":"2024-01-02T09:00:00Z","user_id":"u1","channel_id":"c1","message_id":"m1"}"#;
    for (arguments, has) in [
        (
            &["history.ndjson", "--workspace", "other"][..],
            "(1 event, 0 keys)",
        ),
        (
            &["empty.ndjson", "--users", "people.csv"],
            "(0 events, 2 records of people and channels, 0 keys)",
        ),
        (
            &[
                "empty.ndjson",
                "--users",
                "people.csv",
                "--workspace",
                "other",
            ],
            "(0 events, 2 records of people and channels, 0 keys)",
        ),
        (
            // One of a kind that is told, and one that is not.
            &[
                "empty.ndjson",
                "--channels",
                "channels.csv",
                "--workspace",
                "other",
            ],
            "(0 events, 2 records of people and channels, 0 keys)",
        ),
    ] {
        let home = Home::new();
        for (name, content) in [
            ("history.ndjson", line),
            ("empty.ndjson", ""),
            ("people.csv", "id,name\nu1,Ada\nu2,Ben\n"),
            ("channels.csv", "id,type\nc1,public\nc2,\n"),
        ] {
            std::fs::write(home.path(name), content).unwrap();
        }
        let kept = [("ANALYTICS_RETENTION_DAYS", "0")];
        let paths: Vec<_> = arguments
            .iter()
            .map(|argument| match home.path(argument) {
                path if path.exists() => path.to_str().unwrap().to_owned(),
                _ => (*argument).to_owned(),
            })
            .collect();
        let mut words = vec!["import"];
        words.extend(paths.iter().map(String::as_str));
        let output = home.run(&words, &kept);
        assert!(output.status.success(), "{}", said(&output));
        let output = home.run(&["serve", "--demo"], &kept);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(has), "{told}");
        assert!(!home.data().join("demo-admin-key").exists());
    }
}
