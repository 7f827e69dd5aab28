//! Numbers that events have, counted by value: what percentiles of all of them are exact by.

use std::collections::BTreeMap;

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    health::{LATENCIES, MEASURED, MOST_LAG},
    id::WorkspaceId,
    metric::{Metric, Predicate},
    query::{Population, Query},
    ratio::{Amount, Ratio},
    time::{Grain, Instant, Range},
};
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

use crate::{
    Engine, Origin, StoreError,
    answer::origin,
    evaluate::fixed,
    pieces::find,
    plan::plan,
    rollup::{Block, Rollup},
    storage::FactSource,
};

/// Larger numbers are none of anything that is measured.
pub const LARGEST: f64 = 1e9;

/// A number of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventNumber {
    /// Whole seconds from when it happened until it arrived, at least 0; what is above `most` stands at
    /// one above it.
    Lag {
        /// The largest that is told apart.
        most: i64,
    },
    /// The first of these properties that is a JSON number, rounded to a whole one, halves away from zero;
    /// none where that is negative or above [`LARGEST`].
    Property(&'static [&'static str]),
}

/// A number that rollups keep, and of which events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptNumber {
    /// The number.
    pub number: EventNumber,
    /// Which events may have it.
    pub predicate: Predicate,
}

/// The numbers that rollups keep.
pub const KEPT: [KeptNumber; 2] = [
    KeptNumber {
        number: EventNumber::Lag { most: MOST_LAG },
        predicate: Predicate::ALL,
    },
    KeptNumber {
        number: EventNumber::Property(LATENCIES),
        predicate: MEASURED,
    },
];

/// How many events of a span have which number.
#[derive(Debug, Clone)]
pub struct ValueScan {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Over which span.
    pub range: Range,
    /// Whose events.
    pub population: Population,
    /// Which events may have it.
    pub predicate: Predicate,
    /// Which of these: those that it lets through.
    pub filter: Filter,
    /// The number.
    pub number: EventNumber,
    /// By which buckets of local time.
    pub grain: Grain,
    /// In whose local time.
    pub zone: TimeZone,
    /// Whether the events are asked, whatever rollups could tell.
    pub from_events: bool,
}

impl ValueScan {
    /// Returns whether events count by their weights (see [`domain::query::Query::is_weighted`]).
    pub fn is_weighted(&self) -> bool {
        !self.filter.narrows_to(&Field::User)
    }
}

/// How many events of a bucket have a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueCount {
    /// First instant of the bucket.
    pub bucket: Instant,
    /// The number.
    pub value: i64,
    /// How many events, each by its weight.
    pub weight: f64,
}

/// Counts the values of a span by rollups; `None` when the events have to be asked.
pub(crate) fn by_rollups(
    engine: &Engine,
    facts: &dyn FactSource,
    workspace: u16,
    scan: &ValueScan,
) -> Result<Option<(Vec<ValueCount>, Origin)>, StoreError> {
    let is_kept = |kept: &KeptNumber| {
        (kept.number, kept.predicate) == (scan.number, scan.predicate)
            && scan.filter.is_everything()
            && scan.grain != Grain::Hour
            && !scan.from_events
            && engine.answers_in(&scan.zone)
    };
    let Some(place) = KEPT.iter().position(is_kept) else {
        return Ok(None);
    };
    let query = Query::totals(
        scan.workspace.clone(),
        scan.zone.clone(),
        scan.range,
        &[Metric::Events],
    );
    let buckets = query.by(&[Dimension::Time(scan.grain)]).of(scan.population);
    let plan = plan(buckets).map_err(|error| StoreError::Engine(Box::new(error)))?;
    let Some(found) = find(facts, engine, workspace, &plan, Rollup::Numbers)? else {
        return Ok(None);
    };
    let mut counts: BTreeMap<i64, FxHashMap<u32, f64>> = BTreeMap::new();
    for piece in found.pieces.get(&Rollup::Numbers).into_iter().flatten() {
        let [bucket, ..] = fixed(&plan.query.dimensions, &piece.when, &scan.zone);
        let of_bucket = counts.entry(bucket).or_default();
        for block in &piece.blocks {
            let Block::Numbers(numbers) = block.as_ref() else {
                continue;
            };
            let bots = [false, true];
            let counted = bots.iter().filter(|is_bot| scan.population.holds(**is_bot));
            for (value, weight) in counted.flat_map(|is_bot| numbers.of(place, *is_bot)) {
                *of_bucket.entry(value).or_default() += weight;
            }
        }
    }
    let mut values = Vec::new();
    for (bucket, counted) in counts {
        let bucket = Instant::from_millis(bucket);
        let begin = values.len();
        values.extend(counted.into_iter().map(|(value, weight)| ValueCount {
            bucket,
            value: value.into(),
            weight,
        }));
        values[begin..].sort_unstable_by_key(|count| count.value);
    }
    Ok(Some((values, origin(&found))))
}

/// What arrived in a span, whenever it happened.
#[derive(Debug, Clone)]
pub struct ArrivalScan {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// In which span. When events arrived is known in whole seconds.
    pub range: Range,
    /// By which buckets of local time.
    pub grain: Grain,
    /// In whose local time.
    pub zone: TimeZone,
}

/// What arrived in a bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrivals {
    /// First instant of the bucket.
    pub bucket: Instant,
    /// Events that were stored, those of bots included, each by its weight.
    pub accepted: f64,
    /// Dead letters.
    pub refused: u64,
}

/// Numbers of events, each with how many have it; ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values(Vec<(i64, Amount)>);

impl FromIterator<(i64, Amount)> for Values {
    fn from_iter<T: IntoIterator<Item = (i64, Amount)>>(counts: T) -> Self {
        let mut counts: Vec<_> = counts.into_iter().collect();
        // Often they are a few ascending runs, which are merged and not sorted.
        counts.sort_by_key(|(value, _)| *value);
        counts.dedup_by(|(value, count), (kept, sum)| {
            let is_same = value == kept;
            if is_same {
                *sum = *sum + *count;
            }
            is_same
        });
        Self(counts)
    }
}

impl Values {
    /// Returns how many events there are.
    pub fn count(&self) -> Amount {
        self.0.iter().map(|(_, count)| *count).sum()
    }

    /// Takes the numbers above a bound out, and returns how many events have them.
    pub fn split_off_above(&mut self, most: i64) -> Amount {
        let begin = self.0.partition_point(|(value, _)| *value <= most);
        self.0.drain(begin..).map(|(_, count)| count).sum()
    }

    /// Returns the percentile by nearest rank: the least number that at least so many percent of the events
    /// do not exceed; `None` without events.
    pub fn percentile(&self, percent: u32) -> Option<i64> {
        let wanted = self.count().units() * i128::from(percent);
        let mut within = 0;
        let mut counts = self.0.iter();
        let found = counts.find(|(_, count)| {
            within += count.units() * 100;
            within >= wanted
        });
        found.map(|(value, _)| *value)
    }

    /// Returns the same as a ratio.
    pub fn percentile_as_ratio(&self, percent: u32) -> Option<Ratio> {
        Ratio::new(self.percentile(percent)?.into(), 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[i64]) -> Values {
        values
            .iter()
            .map(|value| (*value, Amount::whole(1)))
            .collect()
    }

    #[test]
    fn a_percentile_is_one_of_the_numbers() {
        let hundred: Vec<i64> = (1..=100).collect();
        for (values, percent, found) in [
            (&hundred[..], 95, Some(95)),
            (&hundred[..99], 95, Some(95)),
            // Of twenty, the nineteenth; of nineteen, the last.
            (&hundred[..20], 95, Some(19)),
            (&hundred[..19], 95, Some(19)),
            (&[7][..], 95, Some(7)),
            (&[3, 3, 9][..], 50, Some(3)),
            (&[][..], 95, None),
        ] {
            assert_eq!(of(values).percentile(percent), found, "{values:?}");
        }
        // One event that stands for 19 others than the largest.
        let mut weighted: Values = [(50, Amount::whole(1)), (1, Amount::whole(19))]
            .into_iter()
            .collect();
        assert_eq!(weighted.percentile(95), Some(1));
        assert_eq!(weighted.percentile(96), Some(50));
        assert_eq!(weighted.split_off_above(50), Amount::ZERO);
        assert_eq!(weighted.split_off_above(49), Amount::whole(1));
        assert_eq!(weighted.percentile(96), Some(1));
    }

    proptest! {
        #[test]
        fn it_is_the_number_at_the_nearest_rank(
            mut values in prop::collection::vec(0i64..50, 1..200),
            percent in 1u32..=100,
        ) {
            let found = of(&values).percentile(percent);
            values.sort_unstable();
            let rank = (values.len() * percent as usize).div_ceil(100);
            prop_assert_eq!(found, Some(values[rank - 1]));
        }
    }
}
