//! How many events each day gets.

use jiff::tz::TimeZone;

use super::{
    calendar::{Calendar, Day},
    knobs::Knobs,
    person::Person,
    rhythm::{GROUPS, Rhythm},
};

/// Share of the events that bots cause.
const BOT_SHARE: f64 = 0.04;

/// Events that come of one thing a person does: a message with a file and the first reply of a
/// thread are two, a call is two.
const EVENTS_PER_ACT: f64 = 1.09;

/// Everybody does this much more on the day of the launch.
const LAUNCH: f64 = 1.7;

/// What the people who fight an outage do, as a share of the day's usual acts.
const OUTAGE: f64 = 0.5;

/// How many events each day gets, so that the whole comes to what was asked for.
#[derive(Debug)]
pub(super) struct Pace {
    days: Vec<DayPace>,
    /// Events of a day on average.
    average: f64,
}

/// What is to happen on one day.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct DayPace {
    /// Acts of a person of level 1 whose group works a usual weekday.
    pub(super) per_level: f64,
    /// Acts of those who fight an outage.
    pub(super) outage: f64,
    /// Messages of bots.
    pub(super) bots: f64,
    /// Events that come of all of it.
    pub(super) events: f64,
}

impl Pace {
    /// Returns the pace that gives `knobs.events` in all.
    pub(super) fn new(
        knobs: &Knobs,
        calendar: &Calendar,
        zones: &[TimeZone],
        people: &[Person],
        milestones: usize,
    ) -> Self {
        let levels = levels_by_group(people, calendar.days.len());
        let weight = |(day, levels): (&Day, &[f64; GROUPS])| {
            let rhythm = Rhythm::of(day, zones);
            (0..GROUPS)
                .map(|group| levels[group] * rhythm.total(group))
                .sum::<f64>()
        };
        let weights: Vec<f64> = calendar.days.iter().zip(&levels).map(weight).collect();
        // Sign-ups and joins happen whatever the target is.
        let target = (knobs.events as f64 - milestones as f64).max(knobs.events as f64 / 2.0);
        let bot_share = if knobs.bots == 0 { 0.0 } else { BOT_SHARE };
        let acts = target * (1.0 - bot_share) / EVENTS_PER_ACT;
        let factor = |index: usize| match index {
            index if calendar.launch == Some(index) => (LAUNCH, 0.0),
            index if calendar.outages.contains(&index) => (1.0, OUTAGE),
            _ => (1.0, 0.0),
        };
        let spiked = |(index, weight): (usize, &f64)| {
            let (all, some) = factor(index);
            weight * (all + some)
        };
        let sum: f64 = weights.iter().enumerate().map(spiked).sum();
        let unit = if sum > 0.0 { acts / sum } else { 0.0 };
        let pace = |(index, weight): (usize, &f64)| {
            let (all, some) = factor(index);
            let events = unit * weight * (all + some) * EVENTS_PER_ACT / (1.0 - bot_share);
            DayPace {
                per_level: unit * all,
                outage: unit * weight * some,
                bots: events * bot_share,
                events,
            }
        };
        let days: Vec<DayPace> = weights.iter().enumerate().map(pace).collect();
        Self {
            average: days.iter().map(|day| day.events).sum::<f64>() / days.len() as f64,
            days,
        }
    }

    /// Returns the pace of a day, corrected for what the days before it fell short of.
    pub(super) fn of(&self, day: usize, shortfall: f64) -> DayPace {
        let pace = self.days[day];
        let size = pace.events.max(self.average).max(1.0);
        let correction = (0.5 * shortfall / size).clamp(-0.12, 0.12);
        DayPace {
            per_level: pace.per_level * (1.0 + correction),
            ..pace
        }
    }
}

/// Returns the levels of the people who are there, summed by group, for each day.
fn levels_by_group(people: &[Person], days: usize) -> Vec<[f64; GROUPS]> {
    let mut changes = vec![[0.0; GROUPS]; days + 1];
    let at = |day: i32| usize::try_from(day).unwrap_or(0).min(days);
    for person in people {
        let group = person.group();
        changes[at(person.joined)][group] += person.level;
        for away in &person.absences {
            let (from, to) = (away.start.max(person.joined), away.end.max(person.joined));
            changes[at(from)][group] -= person.level;
            changes[at(to)][group] += person.level;
        }
    }
    let mut sums = [0.0; GROUPS];
    changes.truncate(days);
    for day in &mut changes {
        for (sum, change) in sums.iter_mut().zip(day.iter_mut()) {
            *sum += *change;
            *change = sum.max(0.0);
        }
    }
    changes
}
