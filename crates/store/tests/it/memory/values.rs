//! The value of a metric over some events.

use std::collections::BTreeSet;

use domain::{
    event::Event,
    metric::{Aggregate, Metric, Ratio},
    time::Instant,
};
use jiff::tz::TimeZone;

use super::{
    Fact,
    definition::{Definition, Takes},
};

/// Returns the value of a metric over events; `None` is unknown.
pub(super) fn value(metric: Metric, facts: &[Fact<'_>], zone: &TimeZone) -> Option<f64> {
    if let Aggregate::Ratio(ratio) = metric.definition().aggregate {
        return quotient(ratio, facts, zone);
    }
    let definition = Definition::of(metric);
    let events = facts.iter().map(|fact| fact.event);
    let selected: Vec<&Event> = events.filter(|event| definition.looks_at(event)).collect();
    let selected = selected.into_iter();
    let words = |event: &Event| event.content.words.map_or(0.0, f64::from) * event.weight;
    match definition.takes {
        Takes::Weights => Some(sum(selected.map(|event| event.weight))),
        Takes::Words => Some(sum(selected.map(words))),
        Takes::Mentions => {
            Some(sum(selected.map(|event| {
                event.content.mentions.len() as f64 * event.weight
            })))
        }
        Takes::FileBytes => Some(sum(selected.map(|event| {
            let file = event.content.file.as_deref();
            file.and_then(|file| file.bytes).unwrap_or(0) as f64 * event.weight
        }))),
        Takes::People => Some(different(selected.map(|event| event.user.as_ref()))),
        Takes::Channels => Some(different(selected.map(|event| event.channel.as_ref()))),
        Takes::Threads => Some(different(
            selected.map(|event| event.thread.map(|key| key.0)),
        )),
        Takes::Sessions => Some(different(
            selected.map(|event| event.session.map(|key| key.0)),
        )),
        Takes::Days => Some(different(
            selected.map(|event| Some(event.timestamp.day(zone))),
        )),
        Takes::First => selected.map(|event| event.timestamp).min().map(millis),
        Takes::Last => selected.map(|event| event.timestamp).max().map(millis),
    }
}

/// Returns a sum of other metrics, each so many times, divided by another one.
fn quotient(ratio: &Ratio, facts: &[Fact<'_>], zone: &TimeZone) -> Option<f64> {
    let part = |metric| value(metric, facts, zone).unwrap_or(0.0);
    let mut total = 0.0;
    for (times, metric) in ratio.parts {
        total += f64::from(*times) * part(*metric);
    }
    let divisor = part(ratio.by);
    (divisor > 0.0).then(|| total / divisor)
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
