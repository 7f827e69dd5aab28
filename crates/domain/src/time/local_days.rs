//! Which local day an instant belongs to.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, tz::TimeZone};

use super::{Day, Instant, date_of, day_number};

/// Days that were looked up, so that most events need no calendar.
#[derive(Debug)]
pub struct LocalDays {
    zone: TimeZone,
    known: BTreeMap<Instant, (Instant, Day)>,
    last: (Instant, Instant, Day),
}

/// Days remembered; more than anybody keeps, few enough for memory.
const MOST_DAYS: usize = 40_000;

impl LocalDays {
    /// Returns the days of a zone.
    pub fn new(zone: TimeZone) -> Self {
        let never = Instant::from_millis(i64::MAX);
        Self {
            zone,
            known: BTreeMap::new(),
            last: (never, never, 0),
        }
    }

    /// Returns the day of an instant.
    pub fn day(&mut self, at: Instant) -> Day {
        let (start, end, day) = self.last;
        if start <= at && at < end {
            return day;
        }
        let known = self.known.range(..=at).next_back();
        self.last = match known {
            Some((start, (end, day))) if at < *end => (*start, *end, *day),
            _ => self.look_up(at),
        };
        self.last.2
    }

    fn look_up(&mut self, at: Instant) -> (Instant, Instant, Day) {
        let date = at.day(&self.zone);
        let day = day_number(date);
        let start = Instant::start_of(date_of(day), &self.zone);
        let end = Instant::start_of(date.saturating_add(1.day()), &self.zone);
        if self.known.len() >= MOST_DAYS {
            self.known.clear();
        }
        self.known.insert(start, (end, day));
        (start, end, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_an_instant_is_that_of_the_calendar() {
        let zone = TimeZone::get("Pacific/Chatham").unwrap();
        let mut days = LocalDays::new(zone.clone());
        for step in 0..4_000 {
            let at = Instant::from_millis(1_760_000_000_000 + step * 5_431_000 % 40_000_000_000);
            assert_eq!(days.day(at), day_number(at.day(&zone)));
        }
    }
}
