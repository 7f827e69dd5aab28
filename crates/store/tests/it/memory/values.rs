//! The value of a metric over some events.

use std::collections::{BTreeMap, BTreeSet};

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
///
/// Where it is not weighted, every event stands for itself alone.
pub(super) fn value(
    metric: Metric,
    facts: &[Fact<'_>],
    zone: &TimeZone,
    is_weighted: bool,
) -> Option<f64> {
    if let Aggregate::Ratio(ratio) = metric.definition().aggregate {
        let part = |metric| value(metric, facts, zone, is_weighted);
        return quotient(ratio, part);
    }
    let definition = Definition::of(metric);
    let events = facts.iter().map(|fact| fact.event);
    let selected: Vec<&Event> = events.filter(|event| definition.looks_at(event)).collect();
    let selected = selected.into_iter();
    let weight = |event: &Event| if is_weighted { event.weight } else { 1.0 };
    let words = |event: &Event| event.content.words.map_or(0.0, f64::from) * weight(event);
    match definition.takes {
        Takes::Weights => Some(sum(selected.map(weight))),
        Takes::Words => Some(sum(selected.map(words))),
        Takes::Mentions => {
            Some(sum(selected.map(|event| {
                event.content.mentions.len() as f64 * weight(event)
            })))
        }
        Takes::FileBytes => Some(sum(selected.map(|event| {
            let file = event.content.file.as_deref();
            file.and_then(|file| file.bytes).unwrap_or(0) as f64 * weight(event)
        }))),
        Takes::People => Some(weighted(
            selected.map(|event| (event.user.as_ref(), weight(event))),
        )),
        Takes::Channels => Some(different(selected.map(|event| event.channel.as_ref()))),
        Takes::Threads => Some(different(
            selected.map(|event| event.thread.map(|key| key.0)),
        )),
        Takes::Sessions => {
            Some(weighted(selected.map(|event| {
                (event.session.map(|key| key.0), weight(event))
            })))
        }
        Takes::Days => Some(different(
            selected.map(|event| Some(event.timestamp.day(zone))),
        )),
        Takes::First => selected.map(|event| event.timestamp).min().map(millis),
        Takes::Last => selected.map(|event| event.timestamp).max().map(millis),
    }
}

/// Returns a sum of other metrics, each so many times, divided by another one.
fn quotient(ratio: &Ratio, value: impl Fn(Metric) -> Option<f64>) -> Option<f64> {
    let part = |metric| value(metric).unwrap_or(0.0);
    let mut total = 0.0;
    for (times, metric) in ratio.parts {
        total += f64::from(*times) * part(*metric);
    }
    let divisor = part(ratio.by);
    (divisor > 0.0).then(|| total / divisor)
}

/// Returns the sum over different values of the least weight of each.
fn weighted<T: Ord>(values: impl Iterator<Item = (Option<T>, f64)>) -> f64 {
    let mut least: BTreeMap<T, f64> = BTreeMap::new();
    for (value, weight) in values {
        if let Some(value) = value {
            let known = least.entry(value).or_insert(weight);
            *known = known.min(weight);
        }
    }
    sum(least.into_values())
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
