//! The exact list of buckets that covers a range in a zone.

use jiff::tz::TimeZone;

use super::{Grain, Instant, Range};

/// One bucket of a spine: `[start, end)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// First instant of the whole bucket, which may lie before the range.
    pub start: Instant,
    /// First instant after the whole bucket, which may lie after the range.
    pub end: Instant,
}

impl Bucket {
    /// Returns how the bucket is named in answers: its local date, or its instant for hours.
    pub fn label(self, grain: Grain, zone: &TimeZone) -> String {
        match grain {
            Grain::Hour => self
                .start
                .in_zone(zone)
                .strftime("%Y-%m-%dT%H:%M:%S%:z")
                .to_string(),
            Grain::Day | Grain::Week(_) | Grain::Month => self.start.day(zone).to_string(),
        }
    }
}

/// Returns the buckets that cover `range`, in order, without gap or overlap.
///
/// An hour that a clock change cuts (zones that move by 30 minutes) is cut in the spine as well,
/// so that every bucket has one offset from UTC.
pub fn spine(range: Range, grain: Grain, zone: &TimeZone) -> Vec<Bucket> {
    let mut buckets = Vec::new();
    let mut start = grain.floor(range.from(), zone);
    while start < range.to() {
        let end = grain.next(start, zone);
        if end <= start {
            break; // The calendar ends here.
        }
        buckets.push(Bucket { start, end });
        start = end;
    }
    buckets
}
