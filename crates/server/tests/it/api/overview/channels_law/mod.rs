//! Channels of histories made at random, counted a second time by plain loops over the events.

mod people;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan as _, Zoned, tz::TimeZone};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Home, Service, json as read};

/// Sunday 22:00 in Berlin; the clocks changed that morning.
const AS_OF: &str = "2025-03-30T20:00:00Z";
const DAY: i64 = 86_400_000;

struct Event {
    at: i64,
    kind: &'static str,
    user: usize,
    channel: usize,
}

/// People 0 to 6 and a bot, 7; person 6 is deactivated. Channel 0 has no record, channel 1 is archived,
/// 2 belongs to person 6, and 3 has no members.
struct History {
    events: Vec<Event>,
}

const BOT: usize = 7;
const CHANNELS: usize = 6;

impl History {
    fn make(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let end = AS_OF.parse::<Timestamp>().unwrap().as_millisecond();
        let kinds = [
            "message_sent",
            "message_sent",
            "message_sent",
            "reaction_added",
            "page_view",
        ];
        let mut taken = BTreeSet::new();
        let event = |_| {
            // Later ones are in fewer channels, so that some die and some fall asleep.
            let mut ago = rng.random_range(0..90 * DAY) / 1_000 * 1_000;
            while !taken.insert(ago) {
                ago += 1_000;
            }
            let channels = if ago > 31 * DAY {
                CHANNELS
            } else {
                CHANNELS - 2
            };
            Event {
                at: end - ago,
                kind: kinds[rng.random_range(0..kinds.len())],
                user: rng.random_range(0..=BOT),
                channel: rng.random_range(0..channels),
            }
        };
        Self {
            events: (0..2_400).map(event).collect(),
        }
    }

    async fn tell(&self, service: &Service, workspace: &str) {
        let people: Vec<Value> = (0..=BOT)
            .map(|user| json!({"id": format!("u{user}"), "isBot": user == BOT, "isDeactivated": user == 6}))
            .collect();
        let channels: Vec<Value> = (1..CHANNELS)
            .map(|channel| {
                json!({"id": format!("c{channel}"), "isArchived": channel == 1,
                       "owner": format!("u{}", channel + 4), "memberCount": if channel == 3 { 0 } else { 5 }})
            })
            .collect();
        let events: Vec<Value> = self
            .events
            .iter()
            .map(|event| {
                json!({"event": event.kind, "timestamp": event.at, "userId": format!("u{}", event.user),
                       "channelId": format!("c{}", event.channel), "isBot": event.user == BOT})
            })
            .collect();
        let records = ("records", json!({"people": people, "channels": channels}));
        let batches = events.chunks(500).map(|events| ("track", json!(events)));
        for (path, body) in std::iter::once(records).chain(batches) {
            let request = service
                .post(&format!("/api/analytics/{path}"))
                .header("X-Source-Account-ID", workspace);
            read(request.json(&body).send().await.unwrap(), StatusCode::OK).await;
        }
    }

    /// Returns the messages of people in a channel, by time and author.
    fn messages(&self, channel: usize) -> Vec<(i64, usize)> {
        let messages = self.events.iter().filter(|event| {
            event.kind == "message_sent" && event.user != BOT && event.channel == channel
        });
        messages.map(|event| (event.at, event.user)).collect()
    }
}

/// A span of time.
#[derive(Clone, Copy)]
struct Span(i64, i64);

impl Span {
    /// Returns the span of so many local days that end now, so many times its length before.
    fn of(days: i64, times: i64, zone: &TimeZone) -> Self {
        let now: Zoned = AS_OF.parse::<Timestamp>().unwrap().to_zoned(zone.clone());
        let back = |at: &Zoned| at.checked_sub((days * times).days()).unwrap();
        let first = now
            .start_of_day()
            .unwrap()
            .checked_sub((days - 1).days())
            .unwrap();
        let millis = |at: Zoned| at.timestamp().as_millisecond();
        Self(millis(back(&first)), millis(back(&now)))
    }

    fn holds(self, at: i64) -> bool {
        self.0 <= at && at < self.1
    }
}

/// What a channel should be answered with.
fn expected(history: &History, channel: usize, days: i64, zone: &TimeZone) -> Value {
    let messages = history.messages(channel);
    let within = |span: Span| messages.iter().filter(|(at, _)| span.holds(*at)).count();
    let spans: Vec<usize> = (0..5)
        .map(|times| within(Span::of(days, times, zone)))
        .collect();
    let mut before = spans[1..].to_vec();
    before.sort_unstable();
    let twice = before[1] + before[2];
    let (first, end) = (Span::of(days, 0, zone), Span::of(days, 0, zone).1);
    let last = messages
        .iter()
        .map(|(at, _)| *at)
        .filter(|at| *at < end)
        .max();
    let since = |days: i64| last.is_some_and(|at| at >= end - days * DAY);
    let now: Vec<usize> = messages
        .iter()
        .filter(|(at, _)| first.holds(*at))
        .map(|(_, user)| *user)
        .collect();
    let mut hours = [0; 24];
    for (at, _) in messages.iter().filter(|(at, _)| first.holds(*at)) {
        let at = Timestamp::from_millisecond(*at)
            .unwrap()
            .to_zoned(zone.clone());
        hours[usize::try_from(at.hour()).unwrap()] += 1;
    }
    let peak = (0..24)
        .rev()
        .max_by_key(|hour| hours[*hour])
        .filter(|_| !now.is_empty());
    let instant =
        |at: Option<i64>| at.map(|at| Timestamp::from_millisecond(at).unwrap().to_string());
    json!({
        "channelId": format!("c{channel}"),
        "messageCount": spans[0],
        "previousMessageCount": spans[1],
        "medianBefore": float(twice) / 2.0,
        "activeMembers": now.iter().collect::<BTreeSet<_>>().len(),
        "peakHour": peak.map(|hour| format!("{hour:02}:00")),
        "firstSeen": instant(messages.iter().map(|(at, _)| *at).filter(|at| *at < end).min()),
        "lastActivity": instant(last),
        "isActive": since(7),
        "isDormant": !since(30),
        "isGrowing": spans[1] >= 20 && spans[0] * 10 >= spans[1] * 12,
        "isDying": twice >= 40 && spans[0] * 4 <= twice,
        // Person 6 owns channel 2, and channel 3 has no members.
        "isOrphan": channel == 2 || channel == 3,
    })
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// Returns the smallest number of the largest parts that are at least half of the whole.
fn for_half(mut parts: Vec<usize>) -> usize {
    parts.sort_unstable_by(|left, right| right.cmp(left));
    let whole: usize = parts.iter().sum();
    let mut held = 0;
    let needed = parts.iter().take_while(|part| {
        let is_needed = held * 2 < whole;
        held += **part;
        is_needed
    });
    needed.count()
}

async fn ask(service: &Service, workspace: &str, what: &str) -> Value {
    let path = format!("/api/analytics/{what}&asOf={AS_OF}&tz=Europe/Berlin");
    let request = service.get(&path).header("X-Source-Account-ID", workspace);
    read(request.send().await.unwrap(), StatusCode::OK).await
}

#[tokio::test]
async fn channels_are_as_plain_loops_count_them() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_TIMEZONE", "Europe/Berlin")]);
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let mut states = BTreeMap::<&str, usize>::new();
    for seed in 0..6 {
        let (history, workspace) = (History::make(seed), format!("w{seed}"));
        history.tell(&service, &workspace).await;
        for days in [1, 7, 14] {
            let asked = format!("period={days}d&sort=channelId");
            let listed = ask(&service, &workspace, &format!("channels?{asked}")).await;
            let about = format!("seed {seed}, {days} days");
            for channel in 0..CHANNELS {
                let row = &listed["channels"][channel];
                let expected = expected(&history, channel, days, &zone);
                for (name, value) in expected.as_object().unwrap() {
                    assert_eq!(&row[name], value, "{about}, channel {channel}: {name}");
                    if *value == true {
                        let known = ["isActive", "isDormant", "isGrowing", "isDying", "isOrphan"];
                        let state = known.into_iter().find(|known| known == name).unwrap();
                        *states.entry(state).or_default() += 1;
                    }
                }
            }
            check_spread(&history, &service, &workspace, days, &zone).await;
            people::check(&history, &service, &workspace, days, &zone).await;
            check_care(&history, &service, &workspace, days, &listed).await;
        }
    }
    // The histories have channels in every state.
    for state in ["isActive", "isDormant", "isDying", "isOrphan"] {
        assert!(states.contains_key(state), "{state}: {states:?}");
    }
}

/// How messages spread: Gini by all pairs, G = Σ |x − y| / (2 n Σ x).
async fn check_spread(
    history: &History,
    service: &Service,
    workspace: &str,
    days: i64,
    zone: &TimeZone,
) {
    let span = Span::of(days, 0, zone);
    let count = |channel| {
        let messages = history.messages(channel);
        messages.iter().filter(|(at, _)| span.holds(*at)).count()
    };
    let counts: Vec<usize> = (0..CHANNELS).map(count).collect();
    let spoken: Vec<usize> = counts.iter().copied().filter(|count| *count > 0).collect();
    let differences: usize = spoken
        .iter()
        .flat_map(|one| spoken.iter().map(move |other| one.abs_diff(*other)))
        .sum();
    let whole: usize = spoken.iter().sum();
    let gini = float(differences) / float(2 * spoken.len() * whole);
    let answer = ask(service, workspace, &format!("distribution?period={days}d")).await;
    let found = &answer["distribution"];
    assert!(
        (found["gini"].as_f64().unwrap() - gini).abs() < 0.000_051,
        "{found} {gini}"
    );
    assert_eq!(found["channelsForHalf"], for_half(spoken.clone()));
    assert_eq!(found["silent"], counts.len() - spoken.len());
    assert_eq!(answer["messages"]["current"], whole);
    let half = answer["channels"].as_array().unwrap().iter();
    let half = half.filter(|row| row["isInHalf"] == true).count();
    assert_eq!(found["channelsForHalf"], half);
}

/// What needs somebody is what the list says, and the last voices are the last.
async fn check_care(
    history: &History,
    service: &Service,
    workspace: &str,
    days: i64,
    listed: &Value,
) {
    let answer = ask(
        service,
        workspace,
        &format!("channels/care?period={days}d&limit=100"),
    )
    .await;
    let is_in = |row: &Value, states: &[&str]| states.iter().any(|state| row[*state] == true);
    let rows = listed["channels"].as_array().unwrap().iter();
    let mut expected: Vec<&Value> = rows
        .filter(|row| {
            is_in(row, &["isDying", "isDormant", "isOrphan"]) && row["isArchived"] == false
        })
        .map(|row| &row["channelId"])
        .collect();
    let mut found: Vec<&Value> = Vec::new();
    let end = AS_OF.parse::<Timestamp>().unwrap().as_millisecond();
    for row in answer["channels"].as_array().unwrap() {
        found.push(&row["channelId"]);
        let channel = row["channelId"].as_str().unwrap()[1..].parse().unwrap();
        let mut last = BTreeMap::<usize, i64>::new();
        for (at, user) in history.messages(channel) {
            if at < end {
                let last = last.entry(user).or_insert(at);
                *last = at.max(*last);
            }
        }
        let mut last: Vec<(i64, usize)> = last.into_iter().map(|(user, at)| (-at, user)).collect();
        last.sort_unstable();
        last.truncate(5);
        let voices = row["lastVoices"].as_array().unwrap().iter();
        let voices: Vec<String> = voices
            .map(|voice| voice["userId"].as_str().unwrap().to_owned())
            .collect();
        let expected: Vec<String> = last.iter().map(|(_, user)| format!("u{user}")).collect();
        assert_eq!(voices, expected, "channel {channel}");
    }
    found.sort_unstable_by_key(|id| id.as_str());
    expected.sort_unstable_by_key(|id| id.as_str());
    assert_eq!(found, expected);
    assert_eq!(answer["total"], found.len());
}
