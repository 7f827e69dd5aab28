//! Numbers that events have, counted by value: what percentiles of all of them are exact by.

use std::collections::BTreeMap;

use domain::{
    filter::{Field, Filter},
    id::WorkspaceId,
    metric::Predicate,
    query::Population,
    ratio::{Amount, Ratio},
    time::{Grain, Instant, Range},
};
use jiff::tz::TimeZone;

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

/// Numbers of events, each with how many have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<i64, Amount>);

impl Values {
    /// Adds events with a number.
    pub fn add(&mut self, value: i64, weight: Amount) {
        let count = self.0.entry(value).or_default();
        *count = *count + weight;
    }

    /// Returns how many events there are.
    pub fn count(&self) -> Amount {
        self.0.values().copied().sum()
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
        let mut all = Values::default();
        for value in values {
            all.add(*value, Amount::whole(1));
        }
        all
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
        let mut weighted = Values::default();
        weighted.add(1, Amount::whole(19));
        weighted.add(50, Amount::whole(1));
        assert_eq!(weighted.percentile(95), Some(1));
        assert_eq!(weighted.percentile(96), Some(50));
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
