//! When people are at their desks: hours of the day and days of the week, by their own clocks.

use domain::time::Instant;
use jiff::tz::TimeZone;

use super::{
    calendar::{Day, is_weekend, presence_on},
    dice::{Dice, whole},
};

const HOUR_MILLIS: i64 = 3_600_000;

/// Longest local day, in hours: a day can have 25, and 26 leaves room for odd zones.
const SLOTS: usize = 26;

/// Where people live, and how many of a hundred. Rules instead of names: the time zone database
/// of the machine must not change the history.
pub(super) const ZONES: [(&str, f64); 8] = [
    ("CET-1CEST,M3.5.0,M10.5.0/3", 36.0), // Central Europe
    ("GMT0BST,M3.5.0/1,M10.5.0", 18.0),   // Britain
    ("EST5EDT,M3.2.0,M11.1.0", 19.0),     // Eastern America
    ("PST8PDT,M3.2.0,M11.1.0", 7.0),      // Western America
    ("IST-5:30", 9.0),                    // India
    ("<-03>3", 5.0),                      // Brazil
    ("<+08>-8", 4.0),                     // Singapore
    ("JST-9", 2.0),                       // Japan
];

/// A kind of daily rhythm.
#[derive(Debug)]
pub(super) struct Shift {
    /// How many of a hundred people live by it.
    pub(super) share: f64,
    /// Activity on a Saturday or Sunday, compared with a weekday.
    weekend: f64,
    /// Weight of each hour of the day.
    hours: [f64; 24],
}

/// The kinds of daily rhythm: early, office, late, evening, around the clock.
pub(super) const SHIFTS: [Shift; 5] = [
    Shift {
        share: 20.0,
        weekend: 0.10,
        hours: hours(b"000000258998479885310000"),
    },
    Shift {
        share: 48.0,
        weekend: 0.10,
        hours: hours(b"000000014898647998421110"),
    },
    Shift {
        share: 18.0,
        weekend: 0.22,
        hours: hours(b"100000001369965799986432"),
    },
    Shift {
        share: 8.0,
        weekend: 0.6,
        hours: hours(b"530000000012333334578999"),
    },
    Shift {
        share: 6.0,
        weekend: 0.8,
        hours: hours(b"321112345678887888877654"),
    },
];

/// Reads 24 weights of 0 to 9.
const fn hours(digits: &[u8; 24]) -> [f64; 24] {
    let mut hours = [0.0; 24];
    let mut sum = 0.0;
    let mut hour = 0;
    while hour < 24 {
        hours[hour] = (digits[hour] - b'0') as f64;
        sum += hours[hour];
        hour += 1;
    }
    let mut hour = 0;
    while hour < 24 {
        hours[hour] /= sum;
        hour += 1;
    }
    hours
}

/// How many combinations of zone and shift there are; a person belongs to one.
pub(super) const GROUPS: usize = ZONES.len() * SHIFTS.len();

/// Returns the number of a zone and shift.
pub(super) const fn group(zone: usize, shift: usize) -> usize {
    zone * SHIFTS.len() + shift
}

/// Returns the zones people live in.
pub(super) fn zones() -> Vec<TimeZone> {
    ZONES
        .iter()
        .map(|(rule, _)| TimeZone::posix(rule).unwrap_or(TimeZone::UTC))
        .collect()
}

/// How busy each hour of one day is, for each group of people.
#[derive(Debug)]
pub(super) struct Rhythm {
    start: i64,
    end: i64,
    /// By group: weights summed up to and including each hour of the day.
    cumulative: Vec<[f64; SLOTS]>,
}

impl Rhythm {
    /// Returns the rhythm of a day, which is 1 in all for a group that has a usual weekday.
    pub(super) fn of(day: &Day, zones: &[TimeZone]) -> Self {
        let mut cumulative = vec![[0.0; SLOTS]; GROUPS];
        for (zone, rules) in zones.iter().enumerate() {
            let slots = slots(day, rules);
            for (number, shift) in SHIFTS.iter().enumerate() {
                let mut sum = 0.0;
                cumulative[group(zone, number)] = slots.each_ref().map(|slot| {
                    let rest = if slot.is_weekend { shift.weekend } else { 1.0 };
                    sum += shift.hours[slot.hour] * slot.presence * rest;
                    sum
                });
            }
        }
        Self {
            start: day.start,
            end: day.end,
            cumulative,
        }
    }

    /// Returns how much of a usual weekday a group works on this day.
    pub(super) fn total(&self, group: usize) -> f64 {
        self.cumulative[group][SLOTS - 1]
    }

    /// Returns a millisecond of the day at which somebody of the group is likely there.
    pub(super) fn moment(&self, group: usize, dice: &mut Dice) -> i64 {
        let sums = &self.cumulative[group];
        let target = dice.unit() * sums[SLOTS - 1];
        let slot = sums.partition_point(|sum| *sum <= target).min(SLOTS - 1);
        let hour = slot as f64 + dice.unit();
        let at = self.start + whole(hour * HOUR_MILLIS as f64);
        // The last hour of a day may be a short one.
        at.min(self.end - 1).max(self.start)
    }
}

/// An hour of a day as the clock of a zone shows it.
struct Slot {
    hour: usize,
    is_weekend: bool,
    /// Share of the hour that belongs to the day and is no holiday.
    presence: f64,
}

fn slots(day: &Day, zone: &TimeZone) -> [Slot; SLOTS] {
    let mut end = day.start;
    std::array::from_fn(|_| {
        let start = end;
        end = (start + HOUR_MILLIS).min(day.end);
        let local = Instant::from_millis(start).in_zone(zone);
        let length = (end - start).max(0) as f64 / HOUR_MILLIS as f64;
        Slot {
            hour: usize::try_from(local.hour()).unwrap_or_default(),
            is_weekend: is_weekend(local.date()),
            presence: presence_on(local.date()) * length,
        }
    })
}

/// Returns a millisecond of the day in the usual working hours of a zone, with at least an hour
/// left of the day for what follows.
pub(super) fn working_moment(day: &Day, zone: &TimeZone, dice: &mut Dice) -> i64 {
    let hour = 8.5 + 4.5 * (dice.unit() + dice.unit());
    let mut at = Instant::start_of(day.date, zone).as_millis() + whole(hour * HOUR_MILLIS as f64);
    if at < day.start {
        at += 24 * HOUR_MILLIS;
    }
    if at >= day.end {
        at -= 24 * HOUR_MILLIS;
    }
    let latest = day.end - 2 * HOUR_MILLIS;
    if at > latest {
        at = latest - whole(dice.between(0.0, 3.0) * HOUR_MILLIS as f64);
    }
    at.max(day.start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{calendar::Calendar, dice::Purpose};

    fn calendar(end: &str) -> Calendar {
        Calendar::new(
            Instant::parse(end, &TimeZone::UTC).unwrap(),
            7,
            &TimeZone::UTC,
        )
    }

    #[test]
    fn the_zones_are_rules_that_jiff_reads() {
        assert!(ZONES.iter().all(|(rule, _)| TimeZone::posix(rule).is_ok()));
    }

    #[test]
    fn an_office_worker_works_by_day_on_weekdays() {
        // Monday 2026-03-02 to Sunday 2026-03-08.
        let calendar = calendar("2026-03-08T20:00:00Z");
        let office = group(0, 1);
        let totals: Vec<f64> = calendar
            .days
            .iter()
            .map(|day| Rhythm::of(day, &zones()).total(office))
            .collect();
        assert!(
            totals[..5].iter().all(|total| (total - 1.0).abs() < 0.1),
            "{totals:?}"
        );
        assert!(totals[5..].iter().all(|total| *total < 0.2), "{totals:?}");
        let rhythm = Rhythm::of(&calendar.days[1], &zones());
        let mut dice = Dice::new(1, Purpose::Plan, 0);
        for _ in 0..1_000 {
            let at = Instant::from_millis(rhythm.moment(office, &mut dice));
            let hour = at.in_zone(&zones()[0]).hour();
            assert!((7..24).contains(&hour), "{at}");
        }
    }

    #[test]
    fn moments_stay_within_their_day() {
        let mut dice = Dice::new(1, Purpose::Plan, 0);
        for day in &calendar("2026-03-31T20:00:00Z").days {
            for (index, zone) in zones().iter().enumerate() {
                let rhythm = Rhythm::of(day, &zones());
                for _ in 0..50 {
                    let at = working_moment(day, zone, &mut dice);
                    assert!((day.start..day.end - HOUR_MILLIS).contains(&at));
                    let at = rhythm.moment(group(index, 3), &mut dice);
                    assert!((day.start..day.end).contains(&at));
                }
            }
        }
    }
}
