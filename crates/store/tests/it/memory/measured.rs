//! Numbers of events, and what arrived.

use std::collections::BTreeMap;

use domain::time::Instant;
use engine::measured::{ArrivalScan, Arrivals, EventNumber, LARGEST, ValueCount, ValueScan};

use super::{
    Fact,
    definition::meets,
    select::admits,
    state::{State, Workspace},
};

/// Returns how many events have which number: each apart, as it was found.
pub(super) fn values(of: &Workspace, scan: &ValueScan) -> Vec<ValueCount> {
    let mut values = Vec::new();
    for Fact { event, is_bot } in of.facts_in(scan.range) {
        let is_asked = scan.population.holds(is_bot)
            && meets(scan.predicate, event)
            && admits(&scan.filter, event);
        let value = match scan.number {
            EventNumber::Lag { most } => {
                let second = |at: Instant| at.as_millis().div_euclid(1_000);
                let lag = second(event.received_at) - second(event.timestamp);
                Some(lag.clamp(0, most + 1))
            }
            EventNumber::Property(names) => {
                let mut found = names.iter().filter_map(|name| {
                    let value = event.properties.get(*name)?;
                    value.as_f64()
                });
                let sound = found.next().filter(|value| (0.0..=LARGEST).contains(value));
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "at most a thousand million"
                )]
                let whole = sound.map(|value| value.round() as i64);
                whole
            }
        };
        if let Some(value) = value.filter(|_| is_asked) {
            values.push(ValueCount {
                bucket: scan.grain.floor(event.timestamp, &scan.zone),
                value,
                weight: if scan.is_weighted() {
                    event.weight
                } else {
                    1.0
                },
            });
        }
    }
    values.sort_by_key(|count| (count.bucket, count.value));
    values
}

/// Returns what arrived by bucket.
pub(super) fn arrivals(state: &State, scan: &ArrivalScan) -> Vec<Arrivals> {
    let mut buckets = BTreeMap::new();
    let mut note = |at: Instant, accepted: f64, refused: u64| {
        if scan.range.contains(at) {
            let bucket = scan.grain.floor(at, &scan.zone);
            let found = buckets.entry(bucket).or_insert(Arrivals {
                bucket,
                accepted: 0.0,
                refused: 0,
            });
            found.accepted += accepted;
            found.refused += refused;
        }
    };
    let of = state.workspaces.get(&scan.workspace);
    for fact in of.into_iter().flat_map(Workspace::facts) {
        let second = fact.event.received_at.as_millis().div_euclid(1_000);
        note(Instant::from_millis(second * 1_000), fact.event.weight, 0);
    }
    for letter in &state.letters {
        if letter.workspace_id == scan.workspace.as_str() {
            note(letter.received_at, 0.0, 1);
        }
    }
    buckets.into_values().collect()
}
