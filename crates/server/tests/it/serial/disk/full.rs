//! A disk without room: said at once, lost nothing, and over when there is room again.
//!
//! The room is bounded by the size that a file of the service may have, which works without
//! privileges and can be raised while the service runs.

use std::process::Command;

use reqwest::StatusCode;

use super::{BATCH, holds, log_bytes, post};
use crate::support::{Home, Service};

/// Starts a service whose files may have this size, in KiB, until [`make_room`].
fn start_with_room(home: &Home, kibibytes: u64) -> Service {
    let service = home.command(&[]);
    let mut limited = Command::new("bash");
    // Where a file is too large, writing is to fail instead of ending the process.
    let script = format!("trap '' XFSZ; ulimit -S -f {kibibytes}; exec \"$0\" serve");
    limited
        .args(["-c", &script])
        .arg(service.get_program())
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .envs(
            service
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    Service::launch(&mut limited).unwrap_or_else(|refusal| panic!("{refusal:#?}"))
}

fn make_room(service: &Service) {
    let done = Command::new("prlimit")
        .args(["--pid", &service.pid().to_string(), "--fsize=unlimited"])
        .status();
    assert!(done.unwrap().success());
}

/// Posts until the disk is full; returns the first number that was refused.
async fn fill(service: &Service, mut first: u64) -> u64 {
    loop {
        let (status, code) = post(service, first).await;
        if status != StatusCode::OK {
            assert_eq!(
                (status, code.as_str()),
                (StatusCode::SERVICE_UNAVAILABLE, "disk_full")
            );
            return first;
        }
        first += BATCH;
        assert!(first < 100 * BATCH, "the disk is never full");
    }
}

async fn health(service: &Service) -> StatusCode {
    service.get("/health").send().await.unwrap().status()
}

#[tokio::test]
async fn a_full_disk_refuses_what_is_new_and_keeps_what_was_answered() {
    let home = Home::new();
    let service = start_with_room(&home, 3_000);
    let full = fill(&service, 0).await;
    assert!(full > 0);
    for _ in 0..3 {
        let (status, code) = post(&service, full).await;
        assert_eq!(
            (status, code.as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "disk_full")
        );
    }
    holds(&service, full).await;
    assert_eq!(health(&service).await, StatusCode::OK);
    // Nothing is lost by ending now, so it is no failure.
    assert_eq!(service.stop(), Some(0));

    // It starts without room too, and answers.
    let service = start_with_room(&home, 3_000);
    holds(&service, full).await;
    service.kill();

    let service = home.start(&[]);
    holds(&service, full).await;
    assert_eq!(post(&service, full).await.0, StatusCode::OK);
    holds(&service, full + BATCH).await;
}

#[tokio::test]
async fn writing_goes_on_when_there_is_room_again() {
    let home = Home::new();
    let service = start_with_room(&home, 3_000);
    let full = fill(&service, 0).await;
    make_room(&service);
    assert_eq!(post(&service, full).await.0, StatusCode::OK);
    holds(&service, full + BATCH).await;
    assert_eq!(service.stop(), Some(0));
}

/// When the engine cannot move its log into its file, it gives the whole store up.
#[tokio::test]
async fn a_store_that_the_engine_gave_up_is_opened_anew() {
    let home = Home::new();
    // The log is moved at 16 MiB, and the file may not become that large.
    let service = start_with_room(&home, 17_500);
    let full = fill(&service, 0).await;
    service.logged("store.given_up").await;
    service.logged("store.reopened").await;
    holds(&service, full).await;
    assert_eq!(health(&service).await, StatusCode::OK);
    let (status, code) = post(&service, full).await;
    assert_eq!(
        (status, code.as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "disk_full")
    );
    make_room(&service);
    assert_eq!(post(&service, full).await.0, StatusCode::OK);
    holds(&service, full + BATCH).await;
    let log = service.log().join("\n");
    assert!(
        !log.contains("store.events_missing") && !log.contains("panicked"),
        "{log}"
    );
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[]);
    holds(&service, full + BATCH).await;
    assert_eq!(log_bytes(&home), 0);
}
