//! Histories that begin before what the retention keeps.

use serde_json::json;

use super::{file, import, lines};
use crate::support::Home;

const A_YEAR: [(&str, &str); 1] = [("ANALYTICS_RETENTION_DAYS", "365")];

#[test]
fn an_old_history_is_told_before_anything_is_imported() {
    let home = Home::new();
    let event = |ts: &str, id: &str| {
        json!({"type": "message_sent", "ts": ts, "event_id": id, "user_id": "u1"}).to_string()
    };
    let content = [
        event("2015-06-05T10:00:00Z", "a"),
        event("2099-01-01T00:00:00Z", "b"),
    ]
    .join("\n");
    file(&home, "old.ndjson", &content);
    file(&home, "old.ndjson.gz", {
        use std::io::Write as _;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(content.as_bytes()).unwrap();
        packer.finish().unwrap()
    });
    file(&home, "users.csv", "user_id\nu1\n");
    let export = crate::support::fixture("slack-export.zip");
    let export = export.to_str().unwrap();
    for source in ["old.ndjson", "old.ndjson.gz", export] {
        let (done, text) = import(&home, &[source, "--users", "users.csv"], &A_YEAR);
        assert_eq!(done.status.code(), Some(1), "{text}");
        for part in [
            "begins on 2015-",
            "would not stay",
            "nothing was imported",
            "--skip-old",
            "ANALYTICS_RETENTION_DAYS",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    // By consent, and where everything is kept.
    let (done, text) = import(
        &home,
        &["old.ndjson", "--users", "users.csv", "--skip-old"],
        &A_YEAR,
    );
    assert!(done.status.success(), "{text}");
    let told = lines(&text);
    assert_eq!(
        told[..3],
        ["new events 0", "known already 0", "records changed 1"]
    );
    assert!(
        told.iter()
            .any(|line| line.starts_with("refused 1 past_retention")),
        "{text}"
    );
    let (_, text) = import(&home, &["old.ndjson"], &[("ANALYTICS_RETENTION_DAYS", "0")]);
    assert_eq!(lines(&text)[0], "new events 1");
    // What is young enough is imported without a word.
    let young = Home::new();
    file(&young, "young.ndjson", event("2026-06-05T10:00:00Z", "c"));
    let (done, text) = import(
        &young,
        &["young.ndjson"],
        &[("ANALYTICS_RETENTION_DAYS", "36500")],
    );
    assert!(done.status.success(), "{text}");
}
