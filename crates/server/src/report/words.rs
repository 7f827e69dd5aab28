//! Values as people read them.

use domain::time::Instant;
use jiff::{Timestamp, tz::TimeZone};

use super::content::{Cell, Column};
use crate::query::Shown;

/// What stands where a value is unknown.
pub(super) const UNKNOWN: &str = "–";

/// Returns a value with its unit.
pub(super) fn shown(value: Option<Shown>, unit: &str) -> String {
    let Some(value) = value else {
        return UNKNOWN.to_owned();
    };
    match (unit, value) {
        ("seconds", value) => duration(number(value)),
        ("percent", value) => format!("{} %", real(number(value), 1)),
        (_, Shown::Whole(whole)) => grouped(&whole.to_string()),
        (_, Shown::Millis(at)) => Instant::from_millis(at).to_string(),
        (_, Shown::Real(value)) => real(value, 1),
    }
}

/// Returns a cell as people read it.
pub(super) fn cell(cell: &Cell, column: &Column) -> String {
    match cell {
        Cell::None => UNKNOWN.to_owned(),
        Cell::Number(value) => shown(Some(*value), column.unit),
        Cell::Text(text) => text.clone(),
    }
}

/// Returns a value as a number.
pub(super) fn number(value: Shown) -> f64 {
    match value {
        Shown::Whole(whole) => whole as f64,
        Shown::Real(value) => value,
        Shown::Millis(at) => at as f64,
    }
}

fn real(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.split_once('.') {
        Some((whole, part)) => format!("{}.{part}", grouped(whole)),
        None => grouped(&text),
    }
}

/// Puts commas between thousands.
fn grouped(digits: &str) -> String {
    let (sign, digits) = digits
        .strip_prefix('-')
        .map_or(("", digits), |rest| ("-", rest));
    let mut text = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns seconds in the two largest units that they have.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "times of responses are at most a day"
)]
fn duration(seconds: f64) -> String {
    let whole = seconds.round().max(0.0) as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3_600 => format!("{} min {} s", whole / 60, whole % 60),
        3_600..86_400 => format!("{} h {} min", whole / 3_600, whole % 3_600 / 60),
        _ => format!("{} d {} h", whole / 86_400, whole % 86_400 / 3_600),
    }
}

/// Returns a local time to the minute.
pub(super) fn local(at: Instant, zone: &TimeZone) -> String {
    match Timestamp::from_millisecond(at.as_millis()) {
        Ok(at) => at
            .to_zoned(zone.clone())
            .strftime("%Y-%m-%d %H:%M")
            .to_string(),
        Err(_out_of_range) => at.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_people_read_them() {
        for (value, unit, text) in [
            (Some(Shown::Whole(0)), "people", "0"),
            (Some(Shown::Whole(999)), "people", "999"),
            (Some(Shown::Whole(45_678)), "messages", "45,678"),
            (Some(Shown::Whole(1_000_000)), "messages", "1,000,000"),
            (Some(Shown::Real(1_234.56)), "messages", "1,234.6"),
            (Some(Shown::Real(57.25)), "percent", "57.2 %"),
            (Some(Shown::Real(59.4)), "seconds", "59 s"),
            (Some(Shown::Real(125.0)), "seconds", "2 min 5 s"),
            (Some(Shown::Whole(3_660)), "seconds", "1 h 1 min"),
            (Some(Shown::Whole(90_000)), "seconds", "1 d 1 h"),
            (None, "people", "–"),
        ] {
            assert_eq!(shown(value, unit), text, "{value:?} {unit}");
        }
    }

    #[test]
    fn local_times_are_those_of_the_zone() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let at = Instant::parse("2026-07-01T22:30:00Z", &TimeZone::UTC).unwrap();
        assert_eq!(local(at, &berlin), "2026-07-02 00:30");
    }
}
