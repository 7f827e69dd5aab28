//! One channel, several side by side, and how messages and people spread over all of them.

use serde_json::{Value, json};

use crate::api::{assert_same, chat::Chat, refusal::assert_refused};

/// Returns a number beside the one before.
fn change(current: u64, previous: u64, percent: Option<f64>, trend: &str) -> Value {
    let text = percent.map(|percent| format!("{percent:+}%"));
    json!({"current": current, "previous": previous, "change": text,
           "changePercent": percent, "trend": trend})
}

#[tokio::test]
async fn a_channel_is_as_worked_by_hand() {
    let chat = Chat::open().await;
    let mut answer = chat.numbers("channels/c-gen?period=7d").await;
    let mut channel = answer["channel"].take();
    let mut heatmap = [[0; 24]; 7];
    for (weekday, hour) in [(0, 0), (0, 9), (4, 23), (5, 0), (5, 11)] {
        heatmap[weekday][hour] = 1;
    }
    assert_eq!(
        channel["heatmap"],
        json!(heatmap.map(|hours| hours.to_vec()))
    );
    let trends = json!({
        "messages": change(5, 3, Some(66.7), "up"),
        // Bob in the thread of m1.
        "replies": change(1, 0, None, "up"),
        "reactions": change(2, 0, None, "up"),
        // cyd's photo.
        "files": change(0, 1, Some(-100.0), "down"),
        // ada, bob and dan, after ada and bob; beside them cyd, who reacted.
        "activeMembers": change(3, 2, Some(50.0), "up"),
        "engagedMembers": change(4, 2, Some(100.0), "up"),
    });
    assert_same(&channel["trends"], &trends);
    // ada alone wrote 3 of 5.
    assert_eq!(channel["writersForHalf"], 1);
    let column = |series: &Value, name: &str| -> Vec<u64> {
        let points = series.as_array().unwrap().iter();
        points.map(|point| point[name].as_u64().unwrap()).collect()
    };
    let (series, writers) = (&channel["series"], &channel["writerSeries"]);
    assert_eq!(column(series, "count"), [2, 0, 0, 0, 1, 2, 0]);
    assert_eq!(column(series, "previous"), [2, 0, 0, 0, 0, 0, 1]);
    assert_eq!(column(writers, "value"), [2, 0, 0, 0, 1, 2, 0]);
    assert_eq!(column(writers, "previous"), [2, 0, 0, 0, 0, 0, 1]);
    let span =
        |from: &str, to: &str, count: u64| json!({"from": from, "to": to, "messageCount": count});
    let person = |id: &str, name: &str, count: u64, share: f64| json!({"userId": id, "name": name, "messageCount": count, "share": share});
    let expected = json!({
        "channel": null,
        "spansBefore": [
            span("2025-03-16T23:00:00Z", "2025-03-23T21:00:00Z", 3),
            span("2025-03-09T23:00:00Z", "2025-03-16T21:00:00Z", 0),
            span("2025-03-02T23:00:00Z", "2025-03-09T21:00:00Z", 0),
            span("2025-02-23T23:00:00Z", "2025-03-02T21:00:00Z", 0),
        ],
        "topPeople": [
            person("ada", "Ada Lovelace", 3, 60.0),
            person("bob", "Bob", 1, 20.0),
            person("dan", "dan", 1, 20.0),
        ],
        "groupBy": "day",
        "period": "7d",
    });
    assert_same(&answer, &expected);
    // What it is stands in the list as well, in the same words.
    for name in [
        "trends",
        "heatmap",
        "writersForHalf",
        "series",
        "writerSeries",
    ] {
        channel.as_object_mut().unwrap().remove(name);
    }
    let listed = chat.ask("channels?period=7d&search=c-gen").await;
    assert_same(&channel, &listed["channels"][0]);
    // Before the beginning there was nothing.
    let all = chat.ask("channels/c-gen?period=all").await;
    let before = [&all["spansBefore"], &all["channel"]["medianBefore"]];
    assert_eq!(before, [&Value::Null, &Value::Null]);
}

#[tokio::test]
async fn a_channel_that_nobody_knows_is_not_found_with_the_likest() {
    let chat = Chat::open().await;
    for path in ["channels/general", "channels/compare?ids=c-ran,general"] {
        let response = chat.service.get(&format!("/api/analytics/{path}"));
        let error = assert_refused(response.send().await.unwrap(), 404, "not_found").await;
        let message = "no channel has the identifier `general`; did you mean `c-gen`?";
        assert_eq!(error["message"], message);
        assert_eq!(error["details"]["value"], "general");
        let likest = json!({"id": "c-gen", "name": "general"});
        assert_eq!(error["details"]["nearest"][0], likest);
    }
    let response = chat.service.get("/api/analytics/channels/xyzzy");
    let error = assert_refused(response.send().await.unwrap(), 404, "not_found").await;
    assert_eq!(error["details"]["nearest"], json!([]));
    // It is known, and left out.
    let response = chat
        .service
        .get("/api/analytics/channels/c-gen?filter=not%20channel%20is%20c-gen");
    let error = assert_refused(response.send().await.unwrap(), 400, "bad_parameter").await;
    assert_eq!(error["details"]["parameter"], "filter");
}

#[tokio::test]
async fn channels_side_by_side_are_those_that_are_answered_alone() {
    let chat = Chat::open().await;
    for more in [
        "period=7d",
        "period=30d&groupBy=week&includeBots=true&compare=year",
    ] {
        let answer = chat
            .ask(&format!("channels/compare?ids=c-new,c-gen,c-old&{more}"))
            .await;
        let compared = answer["channels"].as_array().unwrap();
        for (id, compared) in ["c-new", "c-gen", "c-old"].iter().zip(compared) {
            let alone = chat.ask(&format!("channels/{id}?{more}")).await;
            assert_same(compared, &alone["channel"]);
        }
        assert_eq!(compared.len(), 3);
    }
}

#[tokio::test]
async fn messages_spread_over_channels_as_worked_by_hand() {
    let chat = Chat::open().await;
    let answer = chat.numbers("distribution?period=7d").await;
    let row = |id: &str,
               name: &str,
               kind: Option<&str>,
               now: (u64, f64, f64),
               previous: (u64, f64)| {
        let (count, share, cumulative) = now;
        json!({"channelId": id, "name": name, "kind": kind, "messageCount": count, "share": share,
               "cumulativeShare": cumulative, "isInHalf": id == "c-gen",
               "previousMessageCount": previous.0, "previousShare": previous.1})
    };
    let expected = json!({
        // 5, 2, 1 and 1 of 9 messages; before 3 and 1 of 4.
        "channels": [
            row("c-gen", "general", Some("public"), (5, 55.6, 55.6), (3, 75.0)),
            row("c-sec", "secret", Some("private"), (2, 22.2, 77.8), (0, 0.0)),
            row("c-new", "c-new", None, (1, 11.1, 88.9), (0, 0.0)),
            row("c-ran", "Random", Some("public"), (1, 11.1, 100.0), (1, 25.0)),
            row("c-old", "archive", Some("public"), (0, 0.0, 100.0), (0, 0.0)),
        ],
        "total": 5,
        "messages": change(9, 4, Some(125.0), "up"),
        "distribution": {"gini": 0.3611, "channelsForHalf": 1, "silent": 1},
        // 1 and 3: 2 × (1 + 6) / (2 × 4) − 3 / 2.
        "previous": {"gini": 0.25, "channelsForHalf": 1, "silent": 3},
        "period": "7d",
    });
    assert_same(&answer, &expected);
    let alone = chat
        .ask("distribution?period=7d&compare=none&limit=1&offset=1")
        .await;
    assert_eq!(alone["channels"][0]["channelId"], "c-sec");
    assert_eq!(alone["channels"][0]["cumulativeShare"], 77.8);
    let before = [
        &alone["previous"],
        &alone["messages"]["previous"],
        &alone["channels"][0]["previousShare"],
    ];
    assert_eq!(before, [&Value::Null; 3]);
}

#[tokio::test]
async fn people_take_part_in_channels_as_worked_by_hand() {
    let chat = Chat::open().await;
    let mut answer = chat.numbers("participation?period=7d&minPosters=1").await;
    let row = |id: &str,
               members: u32,
               messages: u32,
               people: [u32; 2],
               percent: [f64; 2],
               factor: Option<u32>| {
        json!({"channelId": id, "memberCount": members, "messageCount": messages,
               "posters": people[0], "reactors": people[1], "readers": null,
               "participationPercent": percent[0], "reactorsPercent": percent[1],
               "readersPercent": null, "busFactor": factor})
    };
    for row in answer["channels"].as_array_mut().unwrap() {
        let row = row.as_object_mut().unwrap();
        assert!(row.remove("name").is_some() && row.remove("kind").is_some());
    }
    let expected = json!([
        // ada and cyd reacted; ada wrote 3 of 5.
        row("c-gen", 4, 5, [3, 2], [75.0, 50.0], Some(1)),
        row("c-sec", 2, 2, [1, 0], [50.0, 0.0], Some(1)),
        row("c-new", 1, 1, [1, 0], [100.0, 0.0], Some(1)),
        row("c-ran", 5, 1, [1, 0], [20.0, 0.0], Some(1)),
        row("c-old", 1, 0, [0, 0], [0.0, 0.0], None),
    ]);
    assert_same(&answer["channels"], &expected);
    // Everybody wrote but eve and robo; before ada and bob did, and ada reacted.
    let summary = json!({"posters": change(4, 2, Some(100.0), "up"),
                         "reactors": change(2, 1, Some(100.0), "up"), "readers": null});
    for name in ["posters", "reactors", "readers"] {
        assert_eq!(answer["summary"][name], summary[name], "{name}");
    }
    // dan wrote in two, and so did bob: each one of three people.
    let pair = |other: &str, other_name: &str| {
        json!({"channelId": "c-gen", "name": "general",
        "otherChannelId": other, "otherName": other_name, "both": 1, "either": 3, "jaccard": 0.3333})
    };
    let overlap = json!({"pairs": [pair("c-new", "c-new"), pair("c-ran", "Random")],
                         "compared": 4, "leftOut": 0});
    assert_same(&answer["overlap"], &overlap);
    // ada answers cyd, whose message came a millisecond before the week; bob ada in her thread, and dan
    // ada ten hours later. Nobody answers dan, who wrote for the first time: robo is a bot.
    let replies = json!({"pairs": 3, "mutualPairs": 0, "reciprocityPercent": 0.0,
        "newcomers": {"people": 1, "answered": 0, "open": 0, "replyRatePercent": 0.0}});
    assert_same(&answer["replies"], &replies);
    let narrowed = chat.ask("participation?period=7d&channelId=c-sec").await;
    let nobody =
        json!({"pairs": 0, "mutualPairs": 0, "reciprocityPercent": null, "newcomers": null});
    assert_same(&narrowed["replies"], &nobody);
    let few = chat.ask("participation?period=7d&minPosters=2").await;
    assert_eq!(
        few["overlap"],
        json!({"pairs": [], "compared": 1, "leftOut": 0})
    );
    // Whoever reads is known once any event says so.
    let read = json!([
        {"event": "message_read", "userId": "eve", "channelId": "c-gen", "timestamp": "2025-03-29T12:00:00Z"},
        {"event": "message_read", "userId": "ada", "channelId": "c-gen", "timestamp": "2025-03-29T12:01:00Z"},
        {"event": "message_read", "userId": "ada", "channelId": "c-gen", "timestamp": "2025-03-29T12:02:00Z"},
    ]);
    chat.service.track(&read).await;
    let answer = chat.ask("participation?period=7d").await;
    assert_eq!(answer["summary"]["readers"], 2);
    let readers = |row: usize| &answer["channels"][row]["readers"];
    assert_eq!([readers(0), readers(1)], [&json!(2), &json!(0)]);
    assert_eq!(answer["channels"][0]["readersPercent"], 50.0);
    let before = chat
        .ask("participation?from=2025-03-01&to=2025-03-20")
        .await;
    assert_eq!(before["summary"]["readers"], Value::Null);
}

#[tokio::test]
async fn weekdays_and_hours_are_those_of_the_zone_on_the_day_that_clocks_change() {
    let chat = Chat::open().await;
    let answer = chat.ask("heatmap?period=7d&channelId=c-sec").await;
    let mut heatmap = [[0; 24]; 7];
    // 01:59:59 and, a second later, 03:00:00.
    heatmap[6][1] = 1;
    heatmap[6][3] = 1;
    assert_eq!(
        answer["heatmap"],
        json!(heatmap.map(|hours| hours.to_vec()))
    );
    assert_eq!(answer["peak"], json!({"weekday": 6, "hour": 1, "count": 1}));
    assert_eq!(
        (&answer["peakHour"], &answer["metric"]),
        (&json!("01:00"), &json!("messages"))
    );
    assert_same(&answer["total"], &change(2, 0, None, "up"));
    assert_eq!(
        answer["previous"],
        json!([[0; 24]; 7].map(|hours| hours.to_vec()))
    );
    // All channels together are what the lists of channels and messages show.
    let whole = chat.ask("heatmap?period=7d").await;
    let channels = chat.ask("channels?period=7d").await;
    assert_eq!(whole["heatmap"], channels["heatmap"]);
    let messages = chat.ask("messages?period=7d").await;
    assert_eq!(
        [&whole["heatmap"], &whole["peakHour"]],
        [&messages["heatmap"], &messages["peakHour"]]
    );
    // People are counted once in each hour, and once in the whole: ada three times, one after the other.
    let people = chat
        .ask("heatmap?period=7d&metric=posters&channelId=c-gen")
        .await;
    let sum = |answer: &Value| -> u64 {
        let days = answer["heatmap"].as_array().unwrap().iter();
        days.flat_map(|day| day.as_array().unwrap())
            .filter_map(Value::as_u64)
            .sum()
    };
    assert_eq!((sum(&people), &people["total"]["current"]), (5, &json!(3)));
    assert_eq!(people["peakHour"], Value::Null);
    let of_ada = chat
        .ask("heatmap?period=7d&userId=ada&metric=reactions")
        .await;
    assert_eq!(
        (sum(&of_ada), &of_ada["peak"]),
        (1, &json!({"weekday": 0, "hour": 9, "count": 1}))
    );
}
