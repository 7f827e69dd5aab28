//! The history is for the user of the service only, whichever command made it.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::said;
use crate::support::Home;

/// Every file and folder below a folder that other users may use in some way.
fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    let mut open = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        let found = fs::symlink_metadata(&path).unwrap();
        if found.permissions().mode() & 0o077 != 0 {
            open.push(path.clone());
        }
        if found.is_dir() {
            left.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        }
    }
    open
}

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A command under the usual mask of users, which leaves others the right to read.
fn with_usual_mask(home: &Home, command: &str) -> std::process::Output {
    let binary = env!("CARGO_BIN_EXE_nchat-analytics");
    let mut shell = home.command(&[]);
    let environment: Vec<_> = shell
        .get_envs()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect();
    shell = std::process::Command::new("sh");
    shell
        .env_clear()
        .envs(environment)
        .args(["-c", &format!("umask 022; exec {binary} {command}")]);
    shell.output().unwrap()
}

#[tokio::test]
async fn every_command_makes_what_others_cannot_read() {
    let history = r#"{"id":"e1","type":"message_sent","ts":"2026-11-01T10:00:00Z","user":"u1"}"#;
    for command in [
        "init",
        "key create --name x --access read",
        "import history.ndjson",
        "sql 'SELECT 1'",
        "status",
    ] {
        let home = Home::new();
        let file = home.path("history.ndjson");
        fs::write(&file, format!("{history}\n")).unwrap();
        let line = command.replace("history.ndjson", &file.display().to_string());
        let output = with_usual_mask(&home, &line);
        if home.data().exists() {
            let open = open_to_others(&home.data());
            assert_eq!(open, Vec::<PathBuf>::new(), "{command}: {}", said(&output));
        } else {
            assert!(
                command.starts_with("sql") || command == "status",
                "{command}"
            );
        }
    }
    let home = Home::new();
    let service = home.start(&[]);
    service
        .track(&serde_json::json!({"event": "message_sent", "userId": "u1"}))
        .await;
    assert_eq!(open_to_others(&home.data()), Vec::<PathBuf>::new());
    assert_eq!(service.stop(), Some(0));
    assert_eq!(open_to_others(&home.data()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_folder_that_was_left_open_is_closed_and_doctor_says_how() {
    let home = Home::new();
    assert!(home.run(&["init"], &[]).status.success());
    let open = || {
        set(&home.data(), 0o755);
        for entry in fs::read_dir(home.data()).unwrap() {
            set(&entry.unwrap().path(), 0o644);
        }
    };
    open();
    let told = said(&home.run(&["doctor"], &[]));
    let folder = home.data().display().to_string();
    assert!(
        told.contains(&format!("chmod 700 {folder} && chmod 600 ")),
        "{told}"
    );
    assert!(!open_to_others(&home.data()).is_empty(), "it only looks");

    let told = said(&home.run(&["key", "list"], &[]));
    assert!(
        told.contains("could read the history; closed to them"),
        "{told}"
    );
    assert_eq!(open_to_others(&home.data()), Vec::<PathBuf>::new());
    let told = said(&home.run(&["key", "list"], &[]));
    assert!(!told.contains("closed to them"), "{told}");

    open();
    let service = home.start(&[]);
    assert_eq!(open_to_others(&home.data()), Vec::<PathBuf>::new());
    service.logged("closed to them").await;
}
