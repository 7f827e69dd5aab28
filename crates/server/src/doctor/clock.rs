//! The clock: days are cut by it, and tokens expire by it.

use domain::time::Instant;
use jiff::tz::TimeZone;

use super::Check;

const NAME: &str = "clock";

/// The service did not exist before: an earlier year is a clock that was never set.
const FIRST_YEAR: i16 = 2024;

/// Looks at the present instant and at the time zone.
pub(super) fn check(now: Instant, zone: &TimeZone) -> Check {
    let local = now.in_zone(zone);
    let name = zone.iana_name().unwrap_or("UTC");
    let reads = format!(
        "The clock reads {} in {name}",
        local.strftime("%Y-%m-%d %H:%M")
    );
    if local.year() < FIRST_YEAR {
        return Check::failed(
            NAME,
            format!("{reads}, which cannot be."),
            "Set the clock of this machine: events would be counted on days long gone.",
        );
    }
    if jiff::tz::db().is_definitively_empty() {
        return Check::warning(
            NAME,
            format!("{reads}, and no other time zone is known here."),
            "Install the package `tzdata`: questions in other time zones are refused without it.",
        );
    }
    Check::ok(NAME, format!("{reads}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Status;

    #[test]
    fn a_clock_that_was_never_set_fails() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let sane = check(Instant::from_millis(1_790_000_000_000), &zone);
        assert_eq!(sane.status, Status::Ok);
        assert_eq!(
            sane.sentence,
            "The clock reads 2026-09-21 16:13 in Europe/Berlin."
        );
        assert_eq!(check(Instant::from_millis(0), &zone).status, Status::Failed);
    }
}
