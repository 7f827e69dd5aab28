//! How regularly people come, as algebra of sets.

use std::collections::BTreeMap;

use domain::{
    id::WorkspaceId,
    metric::Metric,
    query::Population,
    ratio::Amount,
    time::{Day, Instant, Range, date_of, day_number},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;

use super::{Analysis, Material, Needs, SetOf};
use crate::rollup::WeightedSet;

/// On how many local days people come.
#[derive(Debug, Clone)]
pub struct Habits {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Who counts.
    pub population: Population,
    /// In whose local days.
    pub zone: TimeZone,
    /// The span.
    pub span: Range,
    /// Length in local days of the windows that end with each day of the span.
    pub window: u16,
    /// Length in local days of the window at the end of the span that people's days are counted in; at
    /// most that of the others.
    pub last: u16,
}

/// How regularly people come. Numbers of days are places in a list, from one day on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Regularity {
    /// Each local day of the span: people active on it within the span, and on any of the days of the
    /// window that ends with it.
    pub days: Vec<[Amount; 2]>,
    /// People active on so many local days of the span.
    pub by_days: Vec<Amount>,
    /// People active on so many of the last days.
    pub by_last_days: Vec<Amount>,
}

impl Habits {
    /// Returns the first and the last local day; `None` of an empty span.
    fn bounds(&self) -> Option<(Day, Day)> {
        let span = self.span.non_empty()?;
        let day = |at: Instant| day_number(at.day(&self.zone));
        Some((day(span.from()), day(span.to().plus_millis(-1))))
    }
}

impl Analysis for Habits {
    type Outcome = Regularity;

    fn needs(&self) -> Needs {
        let ranges = self.bounds().map(|(first, _)| {
            let begin = date_of(
                first
                    .saturating_add(1)
                    .saturating_sub_unsigned(self.window.into()),
            );
            let window = Range::new(Instant::start_of(begin, &self.zone), self.span.to());
            [self.span, window]
        });
        let set = |range| SetOf {
            metric: Metric::ActivePeople,
            range,
            by_day: true,
        };
        Needs {
            workspace: self.workspace.clone(),
            population: self.population,
            zone: self.zone.clone(),
            sign_ups: None,
            from_events: false,
            named: Vec::new(),
            only: None,
            sets: ranges.into_iter().flatten().map(set).collect(),
        }
    }

    fn run(&self, material: &Material) -> Regularity {
        let (Some((first, last)), [within, around]) = (self.bounds(), material.sets.as_slice())
        else {
            return Regularity::default();
        };
        let begin = first
            .saturating_add(1)
            .saturating_sub_unsigned(self.window.into());
        let window = Window {
            days: around,
            length: self.window.into(),
        };
        let people = window.people(begin, first, last);
        let active = (first..=last).map(|day| within.get(&day).map_or(0.0, WeightedSet::total));
        let days = active.zip(people);
        let days = days.map(|(active, people)| [Amount::of(active), people]);
        let days: Vec<[Amount; 2]> = days.collect();
        let since = last
            .saturating_add(1)
            .saturating_sub_unsigned(self.last.into());
        let length = days.len();
        Regularity {
            days,
            by_days: counted(within, first, length),
            by_last_days: counted(around, since, self.last.into()),
        }
    }
}

/// Returns how many people were active on so many of the days from one on. Everybody counts by the least
/// weight of these days.
fn counted(days: &BTreeMap<Day, WeightedSet>, since: Day, length: usize) -> Vec<Amount> {
    let mut counts = Counts::default();
    let mut whole = WeightedSet::default();
    for (_, people) in days.range(since..) {
        counts.add(&people.everybody());
        whole.absorb(people);
    }
    let mut by_days = vec![0.0; length];
    for (weight, people) in whole.by_weight() {
        for person in people.as_ref() {
            let place = usize::from(counts.days[person as usize]).checked_sub(1);
            if let Some(sum) = place.and_then(|place| by_days.get_mut(place)) {
                *sum += weight;
            }
        }
    }
    by_days.into_iter().map(Amount::of).collect()
}

/// Windows of local days, one that ends with each day.
struct Window<'a> {
    days: &'a BTreeMap<Day, WeightedSet>,
    length: u32,
}

impl Window<'_> {
    /// Returns how many people the windows hold that end with the days from `first` to `last`; the first of
    /// them begins with `begin`.
    fn people(&self, begin: Day, first: Day, last: Day) -> Vec<Amount> {
        let is_sampled = |people: &WeightedSet| people.weights().next().is_some();
        if self.days.values().any(is_sampled) {
            return (first..=last).map(|day| self.united(day)).collect();
        }
        let mut counts = Counts::default();
        let mut people = Vec::new();
        for day in begin..=last {
            if let Some(come) = self.days.get(&day) {
                counts.add(&come.everybody());
            }
            if let Some(gone) = self.days.get(&day.saturating_sub_unsigned(self.length)) {
                counts.remove(&gone.everybody());
            }
            if day >= first {
                people.push(Amount::whole(counts.people));
            }
        }
        people
    }

    /// Returns the people of the window that ends with a day. Which weight of a person is the least one
    /// changes from window to window, so each is united by itself.
    fn united(&self, day: Day) -> Amount {
        let begin = day.saturating_add(1).saturating_sub_unsigned(self.length);
        let mut whole = WeightedSet::default();
        for people in self.days.range(begin..=day).map(|(_, people)| people) {
            whole.absorb(people);
        }
        Amount::of(whole.total())
    }
}

/// On how many days each person was there.
#[derive(Default)]
struct Counts {
    /// By number of the person.
    days: Vec<u16>,
    /// How many were there on any day.
    people: u64,
}

impl Counts {
    fn add(&mut self, people: &RoaringBitmap) {
        let places = people.max().map_or(0, |largest| largest as usize + 1);
        if places > self.days.len() {
            self.days.resize(places, 0);
        }
        for person in people {
            let days = &mut self.days[person as usize];
            self.people += u64::from(*days == 0);
            *days += 1;
        }
    }

    /// Takes back what was added.
    fn remove(&mut self, people: &RoaringBitmap) {
        for person in people {
            let days = &mut self.days[person as usize];
            *days -= 1;
            self.people -= u64::from(*days == 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 3_600_000;

    fn hours(from: i64, to: i64) -> Range {
        let at = |hour: i64| Instant::from_millis(hour * HOUR);
        Range::new(at(from), at(to))
    }

    fn habits(span: Range, window: u16, last: u16, zone: &str) -> Habits {
        Habits {
            workspace: WorkspaceId::default(),
            population: Population::People,
            zone: domain::time::zone(zone).unwrap(),
            span,
            window,
            last,
        }
    }

    /// An hour, a person, and how many times the event stands for.
    type Seen = (i64, u32, u32);

    /// Returns what would be gathered of acts.
    fn gathered(habits: &Habits, acts: &BTreeSet<Seen>) -> Material {
        let mut material = Material::default();
        for set in habits.needs().sets {
            let mut days: BTreeMap<_, WeightedSet> = BTreeMap::new();
            for (hour, person, weight) in acts {
                let at = Instant::from_millis(hour * HOUR);
                if set.range.contains(at) {
                    let day = day_number(at.day(&habits.zone));
                    days.entry(day)
                        .or_default()
                        .insert(*person, (*weight).into());
                }
            }
            days.values_mut().for_each(WeightedSet::settle);
            material.sets.push(days);
        }
        material
    }

    fn whole<const N: usize>(counts: [u64; N]) -> [Amount; N] {
        counts.map(Amount::whole)
    }

    #[test]
    fn worked_by_hand() {
        // Days 10 and 11, the second until noon. Person 1 comes on both and on the 9th, 2 on the 10th, 3 on
        // the 8th, and 4 after noon of the 11th.
        let acts = [(10, 1), (11, 1), (9, 1), (10, 2), (8, 3)];
        let mut acts: BTreeSet<Seen> = acts.map(|(day, person)| (day * 24 + 5, person, 1)).into();
        acts.insert((11 * 24 + 12, 4, 1));
        let habits = habits(hours(240, 276), 3, 2, "UTC");
        let found = habits.run(&gathered(&habits, &acts));
        // The window of the 10th has 1, 2 and 3, that of the 11th no longer 3.
        assert_eq!(found.days, [whole([2, 3]), whole([1, 2])]);
        assert_eq!(
            (found.by_days, found.by_last_days),
            (whole([1, 1]).into(), whole([1, 1]).into())
        );
        // From the 10th on 1 stands for three, and 2 and 3 for five: 1 counts once where the 9th is seen.
        let sampled = acts
            .iter()
            .map(|(hour, person, _)| match (hour / 24, person) {
                (10.., 1) => (*hour, 1, 3),
                (_, 2 | 3) => (*hour, *person, 5),
                _ => (*hour, *person, 1),
            });
        let found = habits.run(&gathered(&habits, &sampled.collect()));
        assert_eq!(found.days, [whole([8, 11]), whole([3, 6])]);
        assert_eq!(
            (found.by_days, found.by_last_days),
            (whole([5, 3]).into(), whole([5, 3]).into())
        );
        let empty = Habits {
            span: hours(5, 5),
            ..habits
        };
        assert_eq!(empty.run(&gathered(&empty, &acts)), Regularity::default());
    }

    proptest! {
        #[test]
        fn everybody_is_counted_as_the_definition_says(
            acts in prop::collection::btree_set((0i64..480, 0u32..12, 1u32..4), 0..90),
            is_sampled in any::<bool>(),
            (from, length) in (0i64..400, 1i64..200),
            window in 1u16..9,
            zone in prop::sample::select(vec!["UTC", "Asia/Kolkata", "America/Santiago"]),
        ) {
            let last = window.div_ceil(2);
            let weight = |weight: u32| if is_sampled { weight } else { 1 };
            let acts = acts.into_iter().map(|(hour, person, of)| (hour, person, weight(of)));
            let acts: BTreeSet<Seen> = acts.collect();
            let habits = habits(hours(from, from + length), window, last, zone);
            let (first_day, last_day) = habits.bounds().unwrap();
            // The days on which a person came, within the span or until its end, each with the least weight.
            let days_of = |person: u32, span: Range| -> BTreeMap<Day, u32> {
                let mut days = BTreeMap::new();
                for (hour, who, weight) in &acts {
                    let at = Instant::from_millis(hour * HOUR);
                    if *who == person && span.contains(at) {
                        let least = days.entry(day_number(at.day(&habits.zone))).or_insert(*weight);
                        *least = (*least).min(*weight);
                    }
                }
                days
            };
            let until = Range::before(habits.span.to());
            let length = usize::try_from(last_day - first_day).unwrap() + 1;
            let mut days = vec![[0, 0]; length];
            let (mut by_days, mut by_last_days) = (vec![0; length], vec![0; last.into()]);
            for person in 0..12 {
                let (within, ever) = (days_of(person, habits.span), days_of(person, until));
                for (place, day) in (first_day..=last_day).enumerate() {
                    let window = ever.range(day - i32::from(window) + 1..=day);
                    days[place][0] += u64::from(within.get(&day).copied().unwrap_or(0));
                    days[place][1] += u64::from(window.map(|(_, weight)| *weight).min().unwrap_or(0));
                }
                let recent: Vec<u32> =
                    ever.range(last_day - i32::from(last) + 1..).map(|(_, weight)| *weight).collect();
                let within: Vec<u32> = within.into_values().collect();
                for (weights, sums) in [(within, &mut by_days), (recent, &mut by_last_days)] {
                    if let Some(least) = weights.iter().min() {
                        sums[weights.len() - 1] += u64::from(*least);
                    }
                }
            }
            let amounts = |sums: Vec<u64>| sums.into_iter().map(Amount::whole).collect();
            let expected = Regularity {
                days: days.into_iter().map(whole).collect(),
                by_days: amounts(by_days),
                by_last_days: amounts(by_last_days),
            };
            prop_assert_eq!(habits.run(&gathered(&habits, &acts)), expected);
        }
    }
}
