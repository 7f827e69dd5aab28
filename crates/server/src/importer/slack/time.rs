//! The time of a message, which in Slack is also its name: `1433558319.000002`.

use domain::time::Instant;

/// Seconds of the first instant of year 10000.
const END_SECONDS: i64 = 253_402_300_800;

/// Returns the instant of seconds with or without a fraction, cut to the millisecond.
pub(super) fn parse(text: &str) -> Option<Instant> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if seconds.is_empty() || !are_digits(seconds) || !are_digits(fraction) {
        return None;
    }
    let seconds: i64 = seconds
        .parse()
        .ok()
        .filter(|seconds| *seconds < END_SECONDS)?;
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
    let millis = digits.fold(0, |millis, digit| millis * 10 + i64::from(digit - b'0'));
    Some(Instant::from_millis(seconds * 1000 + millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_with_a_fraction() {
        let millis = |text| parse(text).map(Instant::as_millis);
        assert_eq!(millis("1604575125.001700"), Some(1_604_575_125_001));
        assert_eq!(millis("1604575125.5"), Some(1_604_575_125_500));
        assert_eq!(millis("1604575125"), Some(1_604_575_125_000));
        for bad in [
            "",
            ".5",
            "-1.0",
            "1604575125.x",
            "1.2.3",
            "253402300800",
            "9".repeat(40).as_str(),
        ] {
            assert_eq!(millis(bad), None, "{bad}");
        }
    }
}
