//! A value that each parameter of each operation takes.

use super::declared::{Operation, SEGMENT};
use crate::api::chat::AS_OF;

/// Returns a value that a parameter takes, with what it cannot be without.
#[expect(
    clippy::match_same_arms,
    reason = "one line for each resource, in the order of its parameters"
)]
pub(super) fn fitting(operation: &Operation, name: &str) -> &'static str {
    let path = operation.path.rsplit('/').next().unwrap();
    match (path, name) {
        ("channels", "groupBy") => "week&include=series",
        ("channels" | "users", "include") => "series",
        ("newcomers", "state") => "silent",
        (_, "state") => "dormant",
        ("compare", "ids") => "c-gen,c-sec",
        ("compare", "filter") => "message is text",
        ("heatmap" | "changes", "metric") => "reactions",
        ("changes", "by") => "channel",
        ("realtime", "latest") => "1",
        (_, "pairs" | "minPosters") => "1",
        (_, "period") => "7d",
        (_, "from") => "2025-03-01",
        (_, "to" | "asOf") => AS_OF,
        (_, "tz") => "Europe/Berlin",
        (_, "weekStart") => "saturday",
        (_, "segment") => SEGMENT,
        ("search", "q") => "ada",
        (_, "compare") => "year",
        (_, "groupBy") => "week",
        (_, "filter") => "channel is c-gen",
        (_, "includeBots" | "explain" | "active") => "true",
        ("lifecycle", "limit" | "offset") => "1&list=new",
        (_, "limit" | "offset") => "1",
        ("users", "metric") => "activity",
        ("users", "sort") => "messages",
        ("channels", "sort") => "name",
        ("retention", "days") => "2,5",
        ("retention", "mode") => "bracket",
        ("{id}", "mode") => "anonymise",
        ("emoji", "where") => "reactions",
        ("emoji", "sort") => "leastUsed",
        ("links", "by") => "host",
        ("files", "by") => "kind",
        ("topics", "view") => "trending",
        (_, "term") => "example.com",
        (_, "order") => "asc",
        (_, "level") => "low",
        (_, "role") => "owner",
        (_, "lifecycle") => "kept",
        (_, "posted") => "true",
        ("matrix", "sort") => "name",
        ("lifecycle", "list") => "new",
        ("stickiness", "days") => "30",
        ("response-times", "by") => "hour",
        (_, "search" | "userId") => "ada",
        (_, "channelId") => "c-gen",
        ("events", "eventType") | ("journeys", "start" | "end") => "message_sent",
        ("export", "eventType") => "message_sent&metrics=events",
        (_, "format") => "ndjson",
        (_, "table") => "totals",
        (_, "source") => "raw",
        ("export", "metrics") => "users,events",
        ("export", "dimensions") => "channel&metrics=messages",
        ("insights", "type") => "trend",
        ("journeys", "collapse") => "false",
        ("run", "by") => "role",
        (path, name) => panic!("the value of {name} of {path} is not known here"),
    }
}
