//! The value of a metric over some events.

use std::collections::BTreeSet;

use domain::{
    event::Event,
    metric::{Measure, Metric},
    time::Instant,
};
use jiff::tz::TimeZone;

use super::{Fact, select::selects};

/// Returns the value of a metric over events; `None` is unknown.
pub(super) fn value(metric: Metric, facts: &[Fact<'_>], zone: &TimeZone) -> Option<f64> {
    let definition = metric.definition();
    let events = facts.iter().map(|fact| fact.event);
    let selected: Vec<&Event> = events
        .filter(|event| selects(definition.selection, event))
        .collect();
    let selected = selected.iter();
    match definition.measure {
        Measure::Count => Some(sum(selected.map(|event| event.weight))),
        Measure::Words => {
            let words = |event: &&Event| event.content.words.map_or(0.0, f64::from) * event.weight;
            Some(sum(selected.map(words)))
        }
        Measure::People => Some(different(selected.map(|event| event.user.as_ref()))),
        Measure::Channels => Some(different(selected.map(|event| event.channel.as_ref()))),
        Measure::Threads => Some(different(
            selected.map(|event| event.thread.map(|key| key.0)),
        )),
        Measure::Sessions => {
            let sessions = selected.map(|event| event.session.map(|key| key.0));
            Some(different(sessions))
        }
        Measure::LocalDays => Some(different(
            selected.map(|event| Some(event.timestamp.day(zone))),
        )),
        Measure::First => selected.map(|event| event.timestamp).min().map(millis),
        Measure::Last => selected.map(|event| event.timestamp).max().map(millis),
        Measure::Engagement => {
            let part = |metric| value(metric, facts, zone).unwrap_or(0.0);
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
