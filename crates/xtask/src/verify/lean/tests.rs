//! A small history whose answers are written by hand, and every way in which they may be wrong.

use serde_json::Map;

use super::*;

fn golden_json() -> Value {
    let heatmap: Vec<Vec<u64>> = (0..7)
        .map(|day| (0..24).map(|hour| day * 24 + hour).collect())
        .collect();
    json!({
        "file": "history.ndjson.zst",
        "lines": 30,
        "types": {"message_sent": 28, "file_shared": 2},
        "distinct_user_ids": 5,
        "distinct_human_ids": 4,
        "channels": 2,
        "threads": 9,
        "first_ts": "2020-01-01T00:21:00Z",
        "last_ts": "2022-12-31T23:59:35Z",
        "window": {
            "from": "2022-06-01T00:00:00Z", "to_exclusive": "2022-07-01T00:00:00Z",
            "tz": "UTC", "population": "people",
        },
        "messages": 12,
        "messages_incl_bots_and_system": 14,
        "files_shared": 2,
        "by_message_type": {"text": 11, "image": 1},
        "peak_day": "2022-06-02",
        "peak_day_count": 7,
        "per_day": {"2022-06-01": 5, "2022-06-02": 7},
        "active_users_rolling_at_2022-07-01T00:00:00Z": {"dau_1d": 1, "wau_7d": 2, "mau_30d": 3},
        "top_channels": [
            {"channel_id": "c_1", "messages": 8, "active_members": 3, "peak_hour_utc": 9},
            {"channel_id": "c_2", "messages": 4, "active_members": 2, "peak_hour_utc": 16},
        ],
        "channel_growth_30d_vs_prev_30d_pct": {"c_1": 4.77, "c_2": 100.0},
        "_note_growth": "note",
        "engagement_raw_top10": [
            {"user_id": "u_1", "messages": 6, "files": 2, "days_active": 2, "score": 9.0},
            {"user_id": "u_2", "messages": 4, "files": 0, "days_active": 3, "score": 2.6667},
        ],
        "heatmap_monday0_hour_utc": heatmap,
        "retention_cohort_first_message_2022_05": {
            "cohort_size": 4, "day1_exact": 2, "day1_on_or_after": 3, "day7_exact": 0,
            "day7_on_or_after": 1, "day30_exact": 0, "day30_on_or_after": 1,
        },
        "top_link_domains": [["github.com", 4], ["arxiv.org", 2]],
        "top_emoji_in_text": [[":smile:", 3], [":+1:", 2]],
    })
}

fn answers() -> Answers {
    let golden = golden_json();
    let series = json!([
        {"date": "2022-06-01", "count": 5},
        {"date": "2022-06-02", "count": 7},
    ]);
    let heatmap = &golden["heatmap_monday0_hour_utc"];
    let day = |day: u64, on_day: u64, on_or_after: u64| json!({"day": day, "onDay": on_day, "onOrAfter": on_or_after});
    Answers {
        status: json!({
            "events": 30, "eventTypes": {"file_shared": 2, "message_sent": 28},
            "channelsWithEvents": 2, "authors": 5, "botAuthors": 1, "threads": 9,
            "firstEvent": "2020-01-01T00:21:00.000Z", "lastEvent": "2022-12-31T23:59:35.000Z",
        }),
        dashboard: json!({
            "totalMessages": 12, "totalFiles": 2,
            "active": {"daily": 1, "weekly": 2, "monthly": 3},
            "charts": {"messageVolume": series},
        }),
        messages: json!({
            "total": 12, "allMessages": 14, "files": 2,
            "byType": {"text": 11, "image": 1, "file": 0, "video": 0, "voice": 0, "other": 0},
            "peakDay": "2022-06-02", "peakDayCount": 7, "timeline": series, "heatmap": heatmap,
        }),
        channels: json!({
            "channels": [
                {"channelId": "c_1", "messageCount": 8, "activeMembers": 3, "peakHour": "09:00", "growthPercent": 4.77},
                {"channelId": "c_2", "messageCount": 4, "activeMembers": 2, "peakHour": "16:00", "growthPercent": 100.0},
            ],
            "heatmap": heatmap,
        }),
        users: json!({"users": [
            {"userId": "u_1", "messageCount": 6, "files": 2, "daysActive": 2, "engagementRaw": 9.0},
            {"userId": "u_2", "messageCount": 4, "files": 0, "daysActive": 3, "engagementRaw": 2.6667},
        ]}),
        content: json!({
            "links": [{"name": "github.com", "count": 4}, {"name": "arxiv.org", "count": 2}],
            "emoji": [{"name": "smile", "count": 3}, {"name": "+1", "count": 2}],
        }),
        retention: json!({"cohorts": [
            {"size": 4, "days": [day(1, 2, 3), day(7, 0, 1), day(30, 0, 1)]},
        ]}),
        people_ever: json!({"total": 4}),
        clock_change: json!({"messages": {"current": 203, "previous": 249}}),
        autumn: json!({"stickiness": 0.235}),
    }
}

fn all_ok(golden: Value, answers: &Answers) -> bool {
    let golden: Golden = serde_json::from_value(golden).unwrap();
    compare(&golden, answers).iter().all(Group::is_ok)
}

/// Returns the places of every figure below a value.
fn places(value: &Value, at: &str) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| places(value, &format!("{at}/{name}")))
            .collect(),
        Value::Array(items) => (0..)
            .zip(items)
            .flat_map(|(index, item): (usize, _)| places(item, &format!("{at}/{index}")))
            .collect(),
        _ => vec![at.to_owned()],
    }
}

fn change(value: &mut Value) {
    *value = match &*value {
        Value::Number(number) if number.is_u64() => json!(number.as_u64().unwrap() + 1),
        Value::Number(number) => json!(number.as_f64().unwrap() + 0.01),
        Value::String(text) if text.parse::<Timestamp>().is_ok() => json!("2021-01-01T00:00:00Z"),
        Value::String(text) => json!(format!("{text}x")),
        other => panic!("{other} is no figure"),
    };
}

#[test]
fn equal_answers_are_ok() {
    let golden: Golden = serde_json::from_value(golden_json()).unwrap();
    for group in compare(&golden, &answers()) {
        assert!(group.is_ok(), "{group}");
    }
}

#[test]
fn no_figure_of_the_reference_may_differ() {
    let golden = golden_json();
    let is_figure = |place: &&String| {
        !["/file", "/window/", "/_note"]
            .iter()
            .any(|start| place.starts_with(start))
    };
    let places = places(&golden, "");
    assert!(places.len() > 200);
    for place in places.iter().filter(is_figure) {
        let mut changed = golden.clone();
        change(changed.pointer_mut(place).unwrap());
        assert!(!all_ok(changed, &answers()), "{place} is not compared");
    }
}

#[test]
fn figures_that_are_not_known_are_refused() {
    let mut golden = golden_json();
    golden["voices"] = json!(3);
    serde_json::from_value::<Golden>(golden).unwrap_err();
}

#[test]
fn what_is_answered_beyond_the_reference_differs() {
    let wrong = |change: fn(&mut Answers)| {
        let mut answers = answers();
        change(&mut answers);
        assert!(!all_ok(golden_json(), &answers));
    };
    wrong(|answers| answers.status["eventTypes"]["reaction_added"] = json!(1));
    wrong(|answers| answers.messages["byType"]["voice"] = json!(1));
    wrong(|answers| {
        let day = json!({"date": "2022-06-03", "count": 0});
        answers.messages["timeline"]
            .as_array_mut()
            .unwrap()
            .push(day);
    });
    wrong(|answers| {
        let term = json!({"name": "gone.example", "count": 3});
        answers.content["links"]
            .as_array_mut()
            .unwrap()
            .insert(1, term);
    });
    wrong(|answers| {
        answers.users["users"].as_array_mut().unwrap().swap(0, 1);
    });
    wrong(|answers| answers.dashboard = Value::Object(Map::new()));
    wrong(|answers| answers.clock_change["messages"]["previous"] = json!(204));
    wrong(|answers| answers.clock_change["messages"]["current"] = json!(204));
    wrong(|answers| answers.autumn["stickiness"] = Value::Null);
}
