//! Who uses which features, as algebra of sets.

use std::collections::{BTreeMap, HashMap};

use domain::{
    dimension::Dimension,
    id::WorkspaceId,
    metric::Metric,
    query::Population,
    ratio::Amount,
    time::{Day, Instant, Range, day_number},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;

use super::{Analysis, DaySets, Material, NamedSets, Needs, SetOf};
use crate::rollup::WeightedSet;

/// How many people use features, each of which is a metric that counts its users.
#[derive(Debug, Clone)]
pub struct Adoption {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Who counts.
    pub population: Population,
    /// In whose local days.
    pub zone: TimeZone,
    /// Features that have a metric.
    pub features: Vec<Metric>,
    /// Whose values are features as well.
    pub named: Option<Dimension>,
    /// The span.
    pub span: Range,
    /// The present: nobody signed up later.
    pub as_of: Instant,
}

/// The users of a feature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adopters {
    /// People who used it in the span.
    pub adopters: Amount,
    /// Those of them who had never used it before the span.
    pub first_time: Amount,
    /// Local days from sign-up to first use of those whose first use was in the span, ascending, as far
    /// as it is known when they signed up: one for each whose events are kept. Who used it before signing
    /// up has 0.
    pub days_to_first_use: Vec<u32>,
}

/// Who uses which features.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeatureAdopters {
    /// Of the features that have a metric, in their order.
    pub features: Vec<Adopters>,
    /// Of the features that somebody used in the span, by name.
    pub named: BTreeMap<Box<str>, Adopters>,
}

/// Sets that each feature needs: those before the span, and those of the span.
const SETS: usize = 2;

impl Analysis for Adoption {
    type Outcome = FeatureAdopters;

    fn needs(&self) -> Needs {
        let ranges = [(Range::before(self.span.from()), false), (self.span, true)];
        let sets = self.features.iter().flat_map(|metric| {
            ranges.map(|(range, by_day)| SetOf {
                metric: *metric,
                range,
                by_day,
            })
        });
        let named = self.named.iter().flat_map(|dimension| {
            ranges.map(|(range, by_day)| NamedSets {
                dimension: *dimension,
                range,
                by_day,
            })
        });
        Needs {
            workspace: self.workspace.clone(),
            population: self.population,
            zone: self.zone.clone(),
            sign_ups: Some(self.as_of),
            from_events: false,
            only: None,
            sets: sets.collect(),
            named: named.collect(),
        }
    }

    fn run(&self, material: &Material) -> FeatureAdopters {
        let sign_ups = material.sign_ups.iter();
        let signed_up: HashMap<u32, Day> = sign_ups
            .map(|sign_up| (sign_up.person, day_number(sign_up.at.day(&self.zone))))
            .collect();
        let features = material.sets.chunks_exact(SETS);
        let nobody = DaySets::new();
        let named = material.named.chunks_exact(SETS).flat_map(|sets| {
            let (before, within) = (&sets[0], &sets[1]);
            within.iter().map(|(name, days)| {
                let before = before.get(name).unwrap_or(&nobody);
                (name.clone(), adopters(before, days, &signed_up))
            })
        });
        FeatureAdopters {
            features: features
                .map(|sets| adopters(&sets[0], &sets[1], &signed_up))
                .collect(),
            named: named.collect(),
        }
    }
}

/// Returns the users of a feature by who used it before the span and in it, each by local day.
fn adopters(before: &DaySets, within: &DaySets, signed_up: &HashMap<u32, Day>) -> Adopters {
    let mut known = RoaringBitmap::new();
    for people in before.values() {
        known |= people.everybody().as_ref();
    }
    let mut whole = WeightedSet::default();
    let mut first_time = RoaringBitmap::new();
    let mut days_to_first_use = Vec::new();
    for (day, people) in within {
        whole.absorb(people);
        for person in people.everybody().as_ref() - &known {
            first_time.insert(person);
            if let Some(joined) = signed_up.get(&person) {
                days_to_first_use.push(u32::try_from(day - joined).unwrap_or(0));
            }
        }
        known |= people.everybody().as_ref();
    }
    days_to_first_use.sort_unstable();
    Adopters {
        adopters: Amount::of(whole.total()),
        first_time: Amount::of(whole.total_among(&first_time)),
        days_to_first_use,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let set = |people: &[(u32, f64)]| {
            let mut set = WeightedSet::default();
            for (person, weight) in people {
                set.insert(*person, *weight);
            }
            set
        };
        let before = BTreeMap::from([(3, set(&[(1, 1.0)])), (5, set(&[(2, 1.0)]))]);
        // 1 is known; 3 comes on both days, 4 signed up later than that, and of 5 nothing is known. 3 and 5
        // stand for four, 3 only for two on the second day.
        let within = BTreeMap::from([
            (10, set(&[(1, 1.0), (3, 4.0)])),
            (12, set(&[(3, 2.0), (4, 1.0), (5, 4.0)])),
        ]);
        let signed_up = HashMap::from([(1, 1), (2, 1), (3, 4), (4, 13)]);
        let expected = Adopters {
            adopters: Amount::whole(1 + 2 + 1 + 4),
            first_time: Amount::whole(2 + 1 + 4),
            days_to_first_use: vec![0, 6],
        };
        assert_eq!(adopters(&before, &within, &signed_up), expected);
        let nobody = adopters(&before, &BTreeMap::new(), &signed_up);
        assert_eq!(nobody, Adopters::default());
    }
}
