//! Who takes part in channels, and who answers whom.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use serde_json::{Value, json};

use super::{BOT, CHANNELS, DAY, History, Span, ask, float, for_half};
use crate::support::Service;

/// Who takes part, and which channels have the same people.
pub(super) async fn check(
    history: &History,
    service: &Service,
    workspace: &str,
    days: i64,
    zone: &TimeZone,
) {
    let span = Span::of(days, 0, zone);
    let answer = ask(
        service,
        workspace,
        &format!("participation?period={days}d&minPosters=1"),
    )
    .await;
    let mut sets: Vec<BTreeSet<usize>> = Vec::new();
    for channel in 0..CHANNELS {
        let mut by_person = BTreeMap::<usize, usize>::new();
        for (at, user) in history.messages(channel) {
            if span.holds(at) {
                *by_person.entry(user).or_default() += 1;
            }
        }
        let rows = answer["channels"].as_array().unwrap();
        let id = format!("c{channel}");
        let row = rows.iter().find(|row| row["channelId"] == id).unwrap();
        let factor =
            (!by_person.is_empty()).then(|| for_half(by_person.values().copied().collect()));
        assert_eq!(row["busFactor"], json!(factor), "{id}");
        assert_eq!(row["posters"], by_person.len(), "{id}");
        sets.push(by_person.into_keys().collect());
    }
    let mut pairs: Vec<(f64, usize, usize, usize, usize)> = Vec::new();
    for one in 0..CHANNELS {
        for other in one + 1..CHANNELS {
            let both = sets[one].intersection(&sets[other]).count();
            let either = sets[one].union(&sets[other]).count();
            if both > 0 {
                pairs.push((float(both) / float(either), both, one, other, either));
            }
        }
    }
    pairs.sort_by(|left, right| {
        let larger = right.0.total_cmp(&left.0).then(right.1.cmp(&left.1));
        larger.then((left.2, left.3).cmp(&(right.2, right.3)))
    });
    let found = answer["overlap"]["pairs"].as_array().unwrap().iter();
    let found: Vec<Value> = found
        .map(|pair| {
            json!([
                pair["channelId"],
                pair["otherChannelId"],
                pair["both"],
                pair["either"]
            ])
        })
        .collect();
    let expected: Vec<Value> = pairs
        .iter()
        .map(|(_, both, one, other, either)| {
            json!([format!("c{one}"), format!("c{other}"), both, either])
        })
        .collect();
    assert_eq!(found, expected);
    check_replies(history, &answer["replies"], span);
}

/// Who answers whom: of each message the one right before it in its channel is looked up.
fn check_replies(history: &History, found: &Value, span: Span) {
    let mut messages: Vec<(i64, usize, usize)> = (0..CHANNELS)
        .flat_map(|channel| {
            let messages = history.messages(channel).into_iter();
            messages.map(move |(at, user)| (at, channel, user))
        })
        .collect();
    messages.sort_by_key(|(at, ..)| *at);
    let end = span.1;
    let mut answers = BTreeSet::new();
    let (mut people, mut answered, mut open) = (0, 0, 0);
    for user in 0..BOT {
        let of_user = messages.iter().filter(|(_, _, author)| *author == user);
        for (at, channel, _) in of_user.clone() {
            let in_channel = messages.iter().filter(|(_, other, _)| other == channel);
            let before = in_channel.take_while(|message| **message != (*at, *channel, user));
            if let Some((then, _, author)) = before.last()
                && *author != user
                && at - then <= DAY
                && span.holds(*at)
            {
                answers.insert((user, *author));
            }
        }
        if let Some((at, channel, _)) = of_user.clone().next()
            && span.holds(*at)
        {
            people += 1;
            let is_answer = |(then, other, author): &&(i64, usize, usize)| {
                other == channel
                    && *author != user
                    && (*at..=at + DAY).contains(then)
                    && *then < end
            };
            let is_answered = messages.iter().any(|message| is_answer(&message));
            answered += usize::from(is_answered);
            open += usize::from(!is_answered && at + DAY >= end);
        }
    }
    let mutual = answers
        .iter()
        .filter(|(one, other)| one < other && answers.contains(&(*other, *one)));
    let mutual = mutual.count();
    assert_eq!(found["pairs"], answers.len() - mutual);
    assert_eq!(found["mutualPairs"], mutual);
    let newcomers = ["people", "answered", "open"].map(|name| found["newcomers"][name].clone());
    assert_eq!(newcomers, [json!(people), json!(answered), json!(open)]);
}
