//! Figures of the window: counts, charts and terms.

use serde_json::{Value, json};

use super::{Answers, Golden, Group, rows};

pub(super) fn messages(golden: &Golden, answers: &Answers) -> Group {
    let messages = |name: &str| answers.messages.get(name);
    let dashboard = |name: &str| answers.dashboard.get(name);
    let all = golden.messages_incl_bots_and_system;
    let mut group = Group::new("messages and files");
    group
        .same("messages.total", golden.messages, messages("total"))
        .same(
            "dashboard.totalMessages",
            golden.messages,
            dashboard("totalMessages"),
        )
        .same("messages.allMessages", all, messages("allMessages"))
        .same("messages.files", golden.files_shared, messages("files"))
        .same(
            "dashboard.totalFiles",
            golden.files_shared,
            dashboard("totalFiles"),
        );
    group
}

/// Types that the reference does not name have no messages.
pub(super) fn message_types(golden: &Golden, answers: &Answers) -> Group {
    let by_type = &answers.messages["byType"];
    let mut group = Group::new("messages by type");
    for name in ["text", "image", "file", "video", "voice", "other"] {
        let expected = golden.by_message_type.get(name).copied().unwrap_or(0);
        group.same(name, expected, by_type.get(name));
    }
    let expected: u64 = golden.by_message_type.values().sum();
    let found: u64 = by_type
        .as_object()
        .map_or(0, |types| types.values().filter_map(Value::as_u64).sum());
    group.same("together", expected, Some(&json!(found)));
    group
}

pub(super) fn peak_day(golden: &Golden, answers: &Answers) -> Group {
    let found = |name: &str| answers.messages.get(name);
    let mut group = Group::new("day with most messages");
    group
        .same("messages.peakDay", &golden.peak_day, found("peakDay"))
        .same(
            "messages.peakDayCount",
            golden.peak_day_count,
            found("peakDayCount"),
        );
    group
}

pub(super) fn per_day(golden: &Golden, answers: &Answers) -> Group {
    let mut group = Group::new("messages by day");
    for (source, series) in [
        ("messages.timeline", &answers.messages["timeline"]),
        (
            "dashboard.charts.messageVolume",
            &answers.dashboard["charts"]["messageVolume"],
        ),
    ] {
        let days = rows(series);
        for (day, expected) in &golden.per_day {
            let found = days.iter().find(|row| row["date"] == day.as_str());
            let found = found.and_then(|row| row.get("count"));
            group.same(&format!("{source} {day}"), expected, found);
        }
        let found = json!(days.len());
        group.same(
            &format!("{source}, days"),
            golden.per_day.len(),
            Some(&found),
        );
    }
    group
}

pub(super) fn rolling(golden: &Golden, answers: &Answers) -> Group {
    let active = &answers.dashboard["active"];
    let mut group = Group::new("people active, rolling");
    group
        .same("daily", golden.rolling.dau_1d, active.get("daily"))
        .same("weekly", golden.rolling.wau_7d, active.get("weekly"))
        .same("monthly", golden.rolling.mau_30d, active.get("monthly"));
    group
}

pub(super) fn heatmap(golden: &Golden, answers: &Answers) -> Group {
    let mut group = Group::new("messages by weekday and hour");
    for (source, answer) in [
        ("messages", &answers.messages),
        ("channels", &answers.channels),
    ] {
        for (weekday, hours) in golden.heatmap.iter().enumerate() {
            for (hour, expected) in hours.iter().enumerate() {
                let what = format!("{source}.heatmap weekday {weekday} hour {hour}");
                let found = answer.pointer(&format!("/heatmap/{weekday}/{hour}"));
                group.same(&what, expected, found);
            }
        }
    }
    group
}

/// Terms by name; equal counts have no order, so the counts of the first places are compared too,
/// which shows a term that the reference does not have.
pub(super) fn terms(name: &'static str, golden: &[(String, u64)], found: &Value) -> Group {
    let found = rows(found);
    let mut group = Group::new(name);
    for (place, (term, expected)) in golden.iter().enumerate() {
        let plain = term.trim_matches(':');
        let row = found.iter().find(|row| row["name"] == plain);
        group.same(term, expected, row.and_then(|row| row.get("count")));
        let at_place = found.get(place).and_then(|row| row.get("count"));
        group.same(&format!("count of place {}", place + 1), expected, at_place);
    }
    group
}
