//! The parts of a span, by local time.

use std::hash::{Hash as _, Hasher};

use domain::time::{Bucket, Grain, Instant, LocalClock, Range, date_of, spine};
use jiff::tz::TimeZone;

const DAY: i64 = 86_400_000;

/// The buckets of a span, and what they are made of: local days, or hours where they are hours. Days are the same in
/// every span, so that what is known of them can be used again.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    grain: Grain,
    zone: TimeZone,
    days: LocalClock,
    buckets: Vec<Bucket>,
}

impl Parts {
    /// Returns the parts of a range.
    pub(super) fn new(range: Range, grain: Grain, zone: &TimeZone) -> Self {
        Self {
            grain,
            zone: zone.clone(),
            days: LocalClock::new(range, zone).days(),
            buckets: spine(range, grain, zone),
        }
    }

    /// Returns those of another range.
    pub(super) fn over(&self, range: Range) -> Self {
        Self::new(range, self.grain, &self.zone)
    }

    /// Feeds everything on which it depends what a part is.
    pub(super) fn shape(&self, shape: &mut impl Hasher) {
        self.zone.iana_name().hash(shape);
        if self.grain == Grain::Hour {
            let ends = self.buckets.iter().map(|bucket| bucket.end);
            ends.collect::<Vec<_>>().hash(shape);
        }
    }

    /// Returns the part that an instant of the range lies in.
    pub(super) fn part_of(&self, at: Instant) -> i64 {
        if self.grain == Grain::Hour {
            self.bucket_at(at).try_into().unwrap_or(i64::MAX)
        } else {
            (at.as_millis() + self.days.offset_at(at)).div_euclid(DAY)
        }
    }

    /// Puts parts into the buckets that they lie in.
    pub(super) fn buckets<T: Clone + Default>(
        &self,
        parts: impl IntoIterator<Item = (i64, T)>,
        merge: impl Fn(&mut T, T),
    ) -> Vec<T> {
        let mut buckets = vec![T::default(); self.buckets.len()];
        for (part, held) in parts {
            let place = match self.grain {
                Grain::Hour => usize::try_from(part).ok(),
                _ => i32::try_from(part)
                    .ok()
                    .map(|day| self.bucket_at(Instant::start_of(date_of(day), &self.zone))),
            };
            if let Some(bucket) = place.and_then(|place| buckets.get_mut(place)) {
                merge(bucket, held);
            }
        }
        buckets
    }

    fn bucket_at(&self, at: Instant) -> usize {
        self.buckets.partition_point(|bucket| bucket.end <= at)
    }
}
