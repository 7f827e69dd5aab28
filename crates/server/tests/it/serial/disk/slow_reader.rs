//! Somebody who reads an export slowly, or not at all.

use reqwest::StatusCode;

use super::{BATCH, holds, log_bytes, post};
use crate::support::Home;

/// Length at which the log is moved into the file.
const CHECKPOINT_BYTES: u64 = 16 * 1_024 * 1_024;

#[tokio::test]
async fn a_slow_reader_holds_up_nobody() {
    let home = Home::new();
    let service = home.start(&[]);
    let mut first = 0;
    while log_bytes(&home) < CHECKPOINT_BYTES * 3 / 4 {
        assert_eq!(post(&service, first).await.0, StatusCode::OK);
        first += BATCH;
    }
    let path = "/api/analytics/export?period=all&metrics=events&format=ndjson";
    let slow = service.get(path).send().await.unwrap();
    let (begun, before) = (first, log_bytes(&home));
    while log_bytes(&home) >= before {
        assert_eq!(post(&service, first).await.0, StatusCode::OK);
        first += BATCH;
        assert!(first < begun + 40 * BATCH, "the log is never moved");
    }
    let exported = slow.text().await.unwrap().lines().count() as u64;
    assert!((begun..=first).contains(&exported), "{exported} of {begun}");
    holds(&service, first).await;
}
