//! Buckets of a span, each beside the one that it is compared with.
//!
//! Days stand beside days by their place in the span; beside the same date where the spans begin on
//! the same date of different years. Hours stand beside the same local hour of such a day: one that
//! clocks skipped then, or that only now occurs twice, stands alone. Weeks and months stand beside
//! each other by their place.

use std::collections::HashMap;

use domain::time::{Bucket, Grain, Instant, Range, spine};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use serde::Serialize;
use utoipa::ToSchema;

use super::Ask;

/// A bucket of time in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct BucketSpan {
    /// First instant of the bucket, which may lie before the span.
    #[schema(value_type = String, format = DateTime)]
    pub start: Instant,
    /// First instant after the bucket, which may lie after the span.
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
    /// Whether the span holds all of the bucket: not one that is not over at `asOf`, nor one that the
    /// beginning or the end of the span cuts.
    pub complete: bool,
}

impl BucketSpan {
    /// Returns a bucket of a span.
    pub(super) fn of(bucket: Bucket, span: Range) -> Self {
        Self {
            start: bucket.start,
            end: bucket.end,
            complete: bucket.start >= span.from() && bucket.end <= span.to(),
        }
    }
}

/// The buckets of the asked span, each with the one that it is compared with.
pub(super) struct Aligned {
    /// The buckets of the asked span.
    pub(super) now: Vec<Bucket>,
    /// Those of the span compared with, by place; none where nothing is compared.
    before: Vec<Option<Bucket>>,
}

impl Aligned {
    /// Returns the buckets of a request's grain.
    pub(super) fn of(ask: &Ask) -> Self {
        let now = spine(ask.window.range, ask.grain, &ask.zone);
        let before = ask.window.previous.map_or_else(Vec::new, |previous| {
            let before = spine(previous, ask.grain, &ask.zone);
            beside(&now, &before, ask.grain, &ask.zone)
        });
        Self { now, before }
    }

    /// Returns the bucket that the one at this place is compared with.
    pub(super) fn before(&self, place: usize) -> Option<Bucket> {
        self.before.get(place).copied().flatten()
    }
}

/// Returns for each bucket of `now` the one of `before` that it is compared with.
fn beside(now: &[Bucket], before: &[Bucket], grain: Grain, zone: &TimeZone) -> Vec<Option<Bucket>> {
    let (Some(first), Some(first_before)) = (now.first(), before.first()) else {
        return vec![None; now.len()];
    };
    if matches!(grain, Grain::Week(_) | Grain::Month) {
        return (0..now.len())
            .map(|place| before.get(place).copied())
            .collect();
    }
    let days = Days {
        first: first.start.day(zone),
        first_before: first_before.start.day(zone),
    };
    let known: HashMap<Slot, Bucket> = slots(before, grain, zone)
        .zip(before.iter().copied())
        .collect();
    slots(now, grain, zone)
        .map(|slot| {
            let day = days.before(slot.day)?;
            known.get(&Slot { day, ..slot }).copied()
        })
        .collect()
}

/// Which day of one span stands beside which of another.
struct Days {
    first: Date,
    first_before: Date,
}

impl Days {
    fn before(&self, day: Date) -> Option<Date> {
        let years = self.first.year() - self.first_before.year();
        let same_date = |day: Date| (day.month(), day.day());
        if years != 0 && same_date(self.first) == same_date(self.first_before) {
            // Of 29 February it is the day before.
            return day.checked_sub(years.years()).ok();
        }
        let place = day.since(self.first).ok()?.get_days();
        self.first_before.checked_add(place.days()).ok()
    }
}

/// What a bucket of an hour or a day is called by clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Slot {
    day: Date,
    hour: i8,
    /// Which of those that are called the same, from 0: hours may occur twice.
    occurrence: u8,
}

fn slots<'a>(
    buckets: &'a [Bucket],
    grain: Grain,
    zone: &'a TimeZone,
) -> impl Iterator<Item = Slot> + 'a {
    let mut last: Option<Slot> = None;
    buckets.iter().map(move |bucket| {
        let reading = bucket.start.reading(zone);
        let hour = if grain == Grain::Hour {
            reading.hour()
        } else {
            0
        };
        let mut slot = Slot {
            day: bucket.start.day(zone),
            hour,
            occurrence: 0,
        };
        if let Some(last) = last
            && (last.day, last.hour) == (slot.day, slot.hour)
        {
            slot.occurrence = last.occurrence + 1;
        }
        last = Some(slot);
        slot
    })
}

#[cfg(test)]
mod tests {
    use domain::time::{WeekStart, zone};

    use super::*;

    /// Returns what stands beside what, by label, `-` where nothing does.
    fn labels(
        zone_name: &str,
        grain: Grain,
        now: [&str; 2],
        before: [&str; 2],
    ) -> Vec<[String; 2]> {
        let zone = zone(zone_name).unwrap();
        let range = |[from, to]: [&str; 2]| {
            let at = |text| Instant::parse(text, &zone).unwrap();
            Range::new(at(from), at(to))
        };
        let buckets = |span| spine(range(span), grain, &zone);
        let (now, before) = (buckets(now), buckets(before));
        let label = |bucket: &Bucket| bucket.label(grain, &zone);
        now.iter()
            .zip(beside(&now, &before, grain, &zone))
            .map(|(bucket, before)| {
                let before = before.as_ref().map_or_else(|| "-".to_owned(), label);
                [label(bucket), before]
            })
            .collect()
    }

    #[test]
    fn days_stand_beside_days_by_place() {
        let found = labels(
            "Europe/Berlin",
            Grain::Day,
            ["2025-03-29", "2025-04-01"],
            ["2025-03-26", "2025-03-28"],
        );
        let expected = [
            ["2025-03-29", "2025-03-26"],
            ["2025-03-30", "2025-03-27"],
            ["2025-03-31", "-"],
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_same_dates_of_another_year_stand_beside_each_other_over_a_leap_day() {
        let found = labels(
            "UTC",
            Grain::Day,
            ["2024-02-28", "2024-03-02"],
            ["2023-02-28", "2023-03-02"],
        );
        let expected = [
            ["2024-02-28", "2023-02-28"],
            ["2024-02-29", "2023-02-28"],
            ["2024-03-01", "2023-03-01"],
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn hours_stand_beside_the_same_local_hour() {
        // On 30 March 2025 clocks in Berlin went from 02:00 to 03:00, on 26 October from 03:00 to 02:00.
        let hour = |day: &str, hour: &str| format!("{day}T{hour}");
        let found = labels(
            "Europe/Berlin",
            Grain::Hour,
            ["2025-03-31T01:00:00+02:00", "2025-03-31T05:00:00+02:00"],
            ["2025-03-30T01:00:00+01:00", "2025-03-30T05:00:00+02:00"],
        );
        let (now, before) = ("2025-03-31", "2025-03-30");
        let expected = [
            [hour(now, "01:00:00+02:00"), hour(before, "01:00:00+01:00")],
            [hour(now, "02:00:00+02:00"), "-".to_owned()],
            [hour(now, "03:00:00+02:00"), hour(before, "03:00:00+02:00")],
            [hour(now, "04:00:00+02:00"), hour(before, "04:00:00+02:00")],
        ];
        assert_eq!(found, expected);
        let found = labels(
            "Europe/Berlin",
            Grain::Hour,
            ["2025-10-26T02:00:00+02:00", "2025-10-26T04:00:00+01:00"],
            ["2025-10-25T02:00:00+02:00", "2025-10-25T04:00:00+02:00"],
        );
        let (now, before) = ("2025-10-26", "2025-10-25");
        let expected = [
            [hour(now, "02:00:00+02:00"), hour(before, "02:00:00+02:00")],
            [hour(now, "02:00:00+01:00"), "-".to_owned()],
            [hour(now, "03:00:00+01:00"), hour(before, "03:00:00+02:00")],
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn weeks_and_months_stand_beside_each_other_by_place() {
        let found = labels(
            "UTC",
            Grain::Week(WeekStart::Monday),
            ["2025-03-26", "2025-04-02"],
            ["2025-03-19", "2025-03-24"],
        );
        let expected = [["2025-03-24", "2025-03-17"], ["2025-03-31", "-"]];
        assert_eq!(found, expected);
        let found = labels(
            "UTC",
            Grain::Month,
            ["2025-02-01", "2025-04-01"],
            ["2024-12-05", "2025-02-01"],
        );
        let expected = [["2025-02-01", "2024-12-01"], ["2025-03-01", "2025-01-01"]];
        assert_eq!(found, expected);
    }
}
