//! Rows of the window: channels, people, cohorts.

use serde_json::{Value, json};

use super::{Answers, Golden, Group, rows};

pub(super) fn channels(golden: &Golden, answers: &Answers) -> Group {
    let found = rows(&answers.channels["channels"]);
    let mut group = Group::new("channels with most messages");
    for (place, expected) in golden.top_channels.iter().enumerate() {
        let peak_hour = format!("{:02}:00", expected.peak_hour_utc);
        let fields = [
            ("channelId", json!(expected.channel_id)),
            ("messageCount", json!(expected.messages)),
            ("activeMembers", json!(expected.active_members)),
            ("peakHour", json!(peak_hour)),
        ];
        same_row(&mut group, place, fields, found);
    }
    group
}

pub(super) fn growth(golden: &Golden, answers: &Answers) -> Group {
    let found = rows(&answers.channels["channels"]);
    let mut group = Group::new("growth of channels, percent");
    for (channel, expected) in &golden.growth {
        let row = found
            .iter()
            .find(|row| row["channelId"] == channel.as_str());
        let found = row.and_then(|row| row.get("growthPercent"));
        group.same(channel, expected, found);
    }
    group
}

pub(super) fn engagement(golden: &Golden, answers: &Answers) -> Group {
    let found = rows(&answers.users["users"]);
    let mut group = Group::new("people with highest engagement");
    for (place, expected) in golden.engagement_raw_top10.iter().enumerate() {
        let fields = [
            ("userId", json!(expected.user_id)),
            ("messageCount", json!(expected.messages)),
            ("files", json!(expected.files)),
            ("daysActive", json!(expected.days_active)),
            ("engagementRaw", json!(expected.score)),
        ];
        same_row(&mut group, place, fields, found);
    }
    group
}

/// Compares fields of the row at a place.
fn same_row<const N: usize>(
    group: &mut Group,
    place: usize,
    fields: [(&str, Value); N],
    found: &[Value],
) {
    let row = found.get(place);
    for (name, expected) in fields {
        let what = format!("place {} {name}", place + 1);
        group.same(&what, expected, row.and_then(|row| row.get(name)));
    }
}

pub(super) fn retention(golden: &Golden, answers: &Answers) -> Group {
    let expected = &golden.retention;
    let cohorts = rows(&answers.retention["cohorts"]);
    let cohort = cohorts.first().unwrap_or(&Value::Null);
    let mut group = Group::new("cohort of the month before");
    group.same("cohorts", 1, Some(&json!(cohorts.len()))).same(
        "size",
        expected.cohort_size,
        cohort.get("size"),
    );
    for (day, on_day, on_or_after) in [
        (1, expected.day1_exact, expected.day1_on_or_after),
        (7, expected.day7_exact, expected.day7_on_or_after),
        (30, expected.day30_exact, expected.day30_on_or_after),
    ] {
        let row = rows(&cohort["days"]).iter().find(|row| row["day"] == day);
        let field = |name: &str| row.and_then(|row| row.get(name));
        group
            .same(&format!("day {day} onDay"), on_day, field("onDay"))
            .same(
                &format!("day {day} onOrAfter"),
                on_or_after,
                field("onOrAfter"),
            );
    }
    group
}
