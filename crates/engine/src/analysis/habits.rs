//! How regularly people come, as algebra of sets.

use std::collections::BTreeMap;

use domain::{
    id::WorkspaceId,
    metric::Metric,
    query::Population,
    time::{Day, Instant, Range, date_of, day_number},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;

use super::{Analysis, Material, Needs, SetOf, everybody};

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
    pub days: Vec<[u64; 2]>,
    /// People active on so many local days of the span.
    pub by_days: Vec<u64>,
    /// People active on so many of the last days.
    pub by_last_days: Vec<u64>,
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
        };
        Needs {
            workspace: self.workspace.clone(),
            population: self.population,
            zone: self.zone.clone(),
            sign_ups: None,
            from_events: false,
            only: None,
            sets: ranges.into_iter().flatten().map(set).collect(),
        }
    }

    fn run(&self, material: &Material) -> Regularity {
        let (Some((first, last)), [within, around]) = (self.bounds(), material.sets.as_slice())
        else {
            return Regularity::default();
        };
        let (within, around) = (&everybody(within), &everybody(around));
        let begin = first
            .saturating_add(1)
            .saturating_sub_unsigned(self.window.into());
        let mut counts = Counts::default();
        let mut days = Vec::new();
        for day in begin..=last {
            counts.add(around.get(&day));
            counts.remove(around.get(&day.saturating_sub_unsigned(self.window.into())));
            if day >= first {
                let active = within.get(&day).map_or(0, RoaringBitmap::len);
                days.push([active, counts.people]);
            }
        }
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

/// Returns how many people were active on so many of the days from one on.
fn counted(days: &BTreeMap<Day, RoaringBitmap>, since: Day, length: usize) -> Vec<u64> {
    let mut counts = Counts::default();
    for (_, people) in days.range(since..) {
        counts.add(Some(people));
    }
    let mut by_days = vec![0; length];
    for days in counts.days {
        if let Some(people) = usize::from(days)
            .checked_sub(1)
            .and_then(|place| by_days.get_mut(place))
        {
            *people += 1;
        }
    }
    by_days
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
    fn add(&mut self, people: Option<&RoaringBitmap>) {
        let Some(people) = people else {
            return;
        };
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

    fn remove(&mut self, people: Option<&RoaringBitmap>) {
        for person in people.into_iter().flatten() {
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

    /// Returns what would be gathered of acts, each an hour and a person.
    fn gathered(habits: &Habits, acts: &BTreeSet<(i64, u32)>) -> Material {
        let mut material = Material::default();
        for set in habits.needs().sets {
            let mut days: BTreeMap<_, RoaringBitmap> = BTreeMap::new();
            for (hour, person) in acts {
                let at = Instant::from_millis(hour * HOUR);
                if set.range.contains(at) {
                    let day = day_number(at.day(&habits.zone));
                    days.entry(day).or_default().insert(*person);
                }
            }
            let days = days.into_iter().map(|(day, people)| (day, people.into()));
            material.sets.push(days.collect());
        }
        material
    }

    #[test]
    fn worked_by_hand() {
        // Days 10 and 11, the second until noon. Person 1 comes on both and on the 9th, 2 on the 10th, 3 on
        // the 8th, and 4 after noon of the 11th.
        let acts = [(10, 1), (11, 1), (9, 1), (10, 2), (8, 3)];
        let mut acts: BTreeSet<(i64, u32)> =
            acts.map(|(day, person)| (day * 24 + 5, person)).into();
        acts.insert((11 * 24 + 12, 4));
        let habits = habits(hours(240, 276), 3, 2, "UTC");
        let found = habits.run(&gathered(&habits, &acts));
        // The window of the 10th has 1, 2 and 3, that of the 11th no longer 3.
        assert_eq!(found.days, [[2, 3], [1, 2]]);
        assert_eq!(found.by_days, [1, 1]);
        assert_eq!(found.by_last_days, [1, 1]);
        let empty = Habits {
            span: hours(5, 5),
            ..habits
        };
        assert_eq!(empty.run(&gathered(&empty, &acts)), Regularity::default());
    }

    proptest! {
        #[test]
        fn everybody_is_counted_as_the_definition_says(
            acts in prop::collection::btree_set((0i64..480, 0u32..12), 0..90),
            (from, length) in (0i64..400, 1i64..200),
            window in 1u16..9,
            zone in prop::sample::select(vec!["UTC", "Asia/Kolkata", "America/Santiago"]),
        ) {
            let last = window.div_ceil(2);
            let habits = habits(hours(from, from + length), window, last, zone);
            let (first_day, last_day) = habits.bounds().unwrap();
            // The days on which a person came, within the span or until its end.
            let days_of = |person: u32, span: Range| -> BTreeSet<Day> {
                let acts = acts.iter().filter(|(_, who)| *who == person);
                let at = acts.map(|(hour, _)| Instant::from_millis(hour * HOUR));
                let within = at.filter(|at| span.contains(*at));
                within.map(|at| day_number(at.day(&habits.zone))).collect()
            };
            let until = Range::before(habits.span.to());
            let mut expected = Regularity {
                days: vec![[0, 0]; usize::try_from(last_day - first_day).unwrap() + 1],
                by_days: vec![0; usize::try_from(last_day - first_day).unwrap() + 1],
                by_last_days: vec![0; last.into()],
            };
            for person in 0..12 {
                let (within, ever) = (days_of(person, habits.span), days_of(person, until));
                for (place, day) in (first_day..=last_day).enumerate() {
                    let window = day - i32::from(window) + 1..=day;
                    expected.days[place][0] += u64::from(within.contains(&day));
                    expected.days[place][1] += u64::from(window.into_iter().any(|day| ever.contains(&day)));
                }
                if !within.is_empty() {
                    expected.by_days[within.len() - 1] += 1;
                }
                let recent = ever.range(last_day - i32::from(last) + 1..).count();
                if recent > 0 {
                    expected.by_last_days[recent - 1] += 1;
                }
            }
            prop_assert_eq!(habits.run(&gathered(&habits, &acts)), expected);
        }
    }
}
