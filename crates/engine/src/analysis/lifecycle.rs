//! Who is new, stayed, came back or left, as algebra of sets.

use domain::{
    id::WorkspaceId,
    metric::Metric,
    query::Population,
    ratio::Amount,
    time::{Instant, Range, day_number},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;

use super::{Analysis, Material, Needs, SetOf};
use crate::rollup::WeightedSet;

/// A span, and the one that it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The span.
    pub now: Range,
    /// A span that ends no later than that begins.
    pub before: Range,
}

/// Where the people of some spans stand in their life with the chat.
#[derive(Debug, Clone)]
pub struct Lifecycle {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Who counts.
    pub population: Population,
    /// In whose local days.
    pub zone: TimeZone,
    /// The spans, ascending.
    pub pairs: Vec<Pair>,
}

/// Numbers of people of a pair of spans, by their weights: in the span for `new + kept + returning`, who
/// are those active now, and in the span before for the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stages {
    /// Active now, and never before.
    pub new: Amount,
    /// Active in both spans.
    pub kept: Amount,
    /// Active now and not in the span before, but some time earlier.
    pub returning: Amount,
    /// Active in the span before.
    pub before: Amount,
    /// Active in the span before, and not now.
    pub churned: Amount,
}

impl Analysis for Lifecycle {
    type Outcome = Vec<Stages>;

    /// Needs whom each local day saw, and beside that the parts of days that a span begins or ends in.
    fn needs(&self) -> Needs {
        let mut ranges: Vec<Range> = self.end().map(Range::before).into_iter().collect();
        for span in self.spans().into_iter().flatten() {
            for part in self.parts(span).broken() {
                if !ranges.contains(&part) {
                    ranges.push(part);
                }
            }
        }
        let set = |range| SetOf {
            metric: Metric::ActivePeople,
            range,
            by_day: true,
        };
        Needs {
            from_events: false,
            named: Vec::new(),
            workspace: self.workspace.clone(),
            population: self.population,
            zone: self.zone.clone(),
            sign_ups: None,
            sets: ranges.into_iter().map(set).collect(),
            only: None,
        }
    }

    fn run(&self, material: &Material) -> Vec<Stages> {
        let needs = self.needs();
        let active = Active {
            lifecycle: self,
            ranges: needs.sets.iter().map(|set| set.range).collect(),
            material,
        };
        let mut seen = RoaringBitmap::new();
        let mut stages = Vec::with_capacity(self.pairs.len());
        for spans in self.spans() {
            let [now, before, earlier] = spans.map(|span| active.within(span));
            // Whoever was seen before a span was seen before all later ones.
            seen |= &*earlier.everybody();
            let (in_both, known) = (before.everybody(), now.total_among(&seen));
            let kept = now.total_among(&in_both);
            let stayed = before.total_among(&now.everybody());
            stages.push(Stages {
                new: Amount::of(now.total() - known),
                kept: Amount::of(kept),
                returning: Amount::of(known - kept),
                before: Amount::of(before.total()),
                churned: Amount::of(before.total() - stayed),
            });
        }
        stages
    }
}

/// A span cut at the beginnings of local days.
struct Parts {
    /// Part of the day that it begins in, where that is not whole.
    head: Option<Range>,
    /// Whole days, the last of them perhaps cut by the end of all spans.
    days: Range,
    /// Part of the day that it ends in, where that is not whole.
    tail: Option<Range>,
}

impl Parts {
    /// Returns the parts of days.
    fn broken(&self) -> impl Iterator<Item = Range> {
        [self.head, self.tail].into_iter().flatten()
    }
}

impl Lifecycle {
    /// Returns the end of all spans.
    fn end(&self) -> Option<Instant> {
        self.pairs.iter().map(|pair| pair.now.to()).max()
    }

    /// Returns for each pair its spans, and the time from the beginning of the one before to its own.
    fn spans(&self) -> Vec<[Range; 3]> {
        let mut from = Range::ALL.from();
        let spans = self.pairs.iter().map(|pair| {
            let earlier = Range::new(from, pair.now.from());
            from = from.max(pair.now.from());
            [pair.now, pair.before, earlier]
        });
        spans.collect()
    }

    fn parts(&self, span: Range) -> Parts {
        let end = self.end();
        let start_of = |at: Instant| Instant::start_of(at.day(&self.zone), &self.zone);
        let after = |at: Instant| {
            let next = at.day(&self.zone).tomorrow().unwrap_or(at.day(&self.zone));
            Instant::start_of(next, &self.zone)
        };
        let (mut from, mut to) = (span.from(), span.to());
        let (mut head, mut tail) = (None, None);
        if span.is_empty() {
            return Parts {
                head,
                days: span,
                tail,
            };
        }
        if from > Range::ALL.from() && from != start_of(from) {
            let cut = after(from).min(to);
            head = Range::new(from, cut).non_empty();
            from = cut;
        }
        // No day has events of after the end of all spans, as they are gathered.
        if from < to && Some(to) != end && to != start_of(to) {
            let cut = start_of(to).max(from);
            tail = Range::new(cut, to).non_empty();
            to = cut;
        }
        Parts {
            head,
            days: Range::new(from, to),
            tail,
        }
    }
}

/// Whom the spans of a lifecycle saw.
struct Active<'a> {
    lifecycle: &'a Lifecycle,
    /// What was asked for: the first is everything.
    ranges: Vec<Range>,
    material: &'a Material,
}

impl Active<'_> {
    fn within(&self, span: Range) -> WeightedSet {
        let parts = self.lifecycle.parts(span);
        let mut people = WeightedSet::default();
        for part in parts.broken() {
            let place = self.ranges.iter().position(|range| *range == part);
            let sets = place.and_then(|place| self.material.sets.get(place));
            for set in sets.into_iter().flat_map(|sets| sets.values()) {
                people.absorb(set);
            }
        }
        let Some(days) = self
            .material
            .sets
            .first()
            .filter(|_| !parts.days.is_empty())
        else {
            return people;
        };
        let zone = &self.lifecycle.zone;
        let first = day_number(parts.days.from().day(zone));
        let last = day_number(parts.days.to().plus_millis(-1).day(zone));
        for set in days.range(first..=last).map(|(_, set)| set) {
            people.absorb(set);
        }
        people
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 3_600_000;

    fn hours(from: i64, to: i64) -> Range {
        Range::new(
            Instant::from_millis(from * HOUR),
            Instant::from_millis(to * HOUR),
        )
    }

    /// What was done: in which hour, by whom, and the weight of it.
    type Act = (i64, u32, u8);

    fn was_in(span: Range, hour: i64) -> bool {
        span.contains(Instant::from_millis(hour * HOUR))
    }

    /// Returns what would be gathered of acts.
    fn gathered(lifecycle: &Lifecycle, acts: &BTreeSet<Act>) -> Material {
        let mut material = Material::default();
        for set in lifecycle.needs().sets {
            let mut days: BTreeMap<_, WeightedSet> = BTreeMap::new();
            for (hour, person, weight) in acts {
                if was_in(set.range, *hour) {
                    let at = Instant::from_millis(hour * HOUR);
                    let day = day_number(at.day(&lifecycle.zone));
                    let on_day = days.entry(day).or_default();
                    on_day.insert(*person, f64::from(*weight));
                }
            }
            material.sets.push(days);
        }
        material
    }

    /// Returns the numbers by the definition, one person after the other.
    fn defined(pair: Pair, acts: &BTreeSet<Act>) -> Stages {
        let mut stages = Stages::default();
        for person in 0..20 {
            let weight = |span: Range| {
                let acts = acts.iter();
                let acts = acts.filter(|(hour, who, _)| *who == person && was_in(span, *hour));
                let least = acts.map(|(.., weight)| *weight).min();
                least.map(|weight| Amount::whole(weight.into()))
            };
            let is_known = weight(Range::before(pair.now.from())).is_some();
            let (now, before) = (weight(pair.now), weight(pair.before));
            let add = |number: &mut Amount, weight: Option<Amount>| {
                *number = *number + weight.unwrap_or_default();
            };
            add(&mut stages.before, before);
            match (now.is_some(), before.is_some()) {
                (true, true) => add(&mut stages.kept, now),
                (true, false) if is_known => add(&mut stages.returning, now),
                (true, false) => add(&mut stages.new, now),
                (false, true) => add(&mut stages.churned, before),
                (false, false) => {}
            }
        }
        stages
    }

    proptest! {
        #[test]
        fn everybody_is_where_the_definition_says(
            acts in prop::collection::btree_set(
                (0i64..240, 0u32..20, prop::sample::select(vec![1u8, 1, 4, 10])),
                0..80,
            ),
            spans in prop::collection::vec((0i64..250, 0i64..100, 0i64..30, 0i64..100), 0..4),
            zone in prop::sample::select(vec!["UTC", "Asia/Kolkata", "America/Santiago"]),
        ) {
            let mut pairs: Vec<Pair> = spans
                .into_iter()
                .map(|(from, length, gap, length_before)| Pair {
                    now: hours(from, from + length),
                    before: hours(from - gap - length_before, from - gap),
                })
                .collect();
            pairs.sort_by_key(|pair| pair.now.from());
            let lifecycle = Lifecycle {
                workspace: WorkspaceId::default(),
                population: Population::People,
                zone: domain::time::zone(zone).unwrap(),
                pairs: pairs.clone(),
            };
            let expected: Vec<Stages> = pairs.iter().map(|pair| defined(*pair, &acts)).collect();
            prop_assert_eq!(lifecycle.run(&gathered(&lifecycle, &acts)), expected);
        }
    }
}
