//! Which days are worth filling now.

use std::time::Duration;

use domain::time::Instant;
use engine::ledger::DayEntry;

/// Days that are asked of the events wait no longer than this.
const PATIENCE: Duration = Duration::from_secs(3);
/// Late events from which on a day waits no longer.
const MANY: u64 = 100_000;

/// Returns whether a day is worth filling now.
///
/// 1. A day of which nothing is filled, or whose later events were too many to keep count of, is
///    asked of the events: it waits just long enough for what arrives together to be there.
/// 2. A day with many later events waits no longer.
/// 3. Any other waits for the interval, so that a day under way is not filled all the time.
pub(super) fn is_due(entry: &DayEntry, now: Instant, interval: Duration) -> bool {
    let Some(since) = entry.dirty_since else {
        return true;
    };
    let waited = now.as_millis().saturating_sub(since.as_millis());
    let at_least = |time: Duration| waited >= i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    match entry.late {
        None => at_least(PATIENCE.min(interval)),
        Some(_) if entry.version == 0 => at_least(PATIENCE.min(interval)),
        Some(late) => late >= MANY || at_least(interval),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(version: i64, late: Option<u64>, waited_seconds: i64) -> bool {
        let mut entry = DayEntry::unfilled(Some(Instant::from_millis(0)), late);
        entry.version = version;
        let now = Instant::from_millis(waited_seconds * 1_000);
        is_due(&entry, now, Duration::from_mins(5))
    }

    #[test]
    fn days_wait_by_what_asking_them_costs() {
        assert!(!due(0, Some(10), 1) && due(0, Some(10), 3));
        assert!(!due(0, None, 1) && due(4, None, 3));
        assert!(!due(4, Some(10), 299) && due(4, Some(10), 300));
        assert!(due(4, Some(MANY), 0));
        // From a store that did not note it.
        assert!(is_due(
            &DayEntry::unfilled(None, None),
            Instant::from_millis(0),
            Duration::from_mins(5)
        ));
    }
}
