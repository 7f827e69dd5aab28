//! The value of a metric over some events.

use std::collections::BTreeSet;

use domain::{event::Event, metric::Metric, time::Instant};
use jiff::tz::TimeZone;

use super::{Fact, select::looks_at};

/// Returns the value of a metric over events; `None` is unknown.
pub(super) fn value(metric: Metric, facts: &[Fact<'_>], zone: &TimeZone) -> Option<f64> {
    let events = facts.iter().map(|fact| fact.event);
    let selected: Vec<&Event> = events.filter(|event| looks_at(metric, event)).collect();
    let selected = selected.iter();
    let words = |event: &&Event| event.content.words.map_or(0.0, f64::from) * event.weight;
    let part = |metric| value(metric, facts, zone).unwrap_or(0.0);
    match metric {
        Metric::Events
        | Metric::Messages
        | Metric::Replies
        | Metric::MessagesEdited
        | Metric::MessagesDeleted
        | Metric::Reactions
        | Metric::Files
        | Metric::SignUps
        | Metric::SignIns
        | Metric::ReadableMessages => Some(sum(selected.map(|event| event.weight))),
        Metric::Words => Some(sum(selected.map(words))),
        Metric::WordsPerMessage => {
            let messages = part(Metric::ReadableMessages);
            (messages > 0.0).then(|| part(Metric::Words) / messages)
        }
        Metric::ActivePeople | Metric::Posters | Metric::EngagedPeople => {
            Some(different(selected.map(|event| event.user.as_ref())))
        }
        Metric::ActiveChannels => Some(different(selected.map(|event| event.channel.as_ref()))),
        Metric::Threads => Some(different(
            selected.map(|event| event.thread.map(|key| key.0)),
        )),
        Metric::Sessions => {
            let sessions = selected.map(|event| event.session.map(|key| key.0));
            Some(different(sessions))
        }
        Metric::DaysActive => Some(different(
            selected.map(|event| Some(event.timestamp.day(zone))),
        )),
        Metric::FirstActivity => selected.map(|event| event.timestamp).min().map(millis),
        Metric::LastActivity | Metric::LastMessage => {
            selected.map(|event| event.timestamp).max().map(millis)
        }
        Metric::Engagement => {
            let points =
                2.0 * part(Metric::Messages) + part(Metric::Reactions) + 3.0 * part(Metric::Files);
            let days = part(Metric::DaysActive);
            (days > 0.0).then(|| points / days)
        }
    }
}

/// Nothing comes to 0, and not to -0 as for [`Iterator::sum`].
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |sum, value| sum + value)
}

fn different<T: Ord>(values: impl Iterator<Item = Option<T>>) -> f64 {
    values.flatten().collect::<BTreeSet<T>>().len() as f64
}

fn millis(at: Instant) -> f64 {
    at.as_millis() as f64
}
