//! Bars that say how far something is.

use std::fmt;

use indicatif::{HumanCount, ProgressState, ProgressStyle};

/// Returns the style of a template, in which `{rate}` is a whole number a second.
pub(super) fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_invalid| ProgressStyle::default_bar())
        .with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
            let _infallible = write!(out, "{}/s", HumanCount(whole(state.per_sec())));
        })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate to show"
)]
fn whole(rate: f64) -> u64 {
    rate.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_no_fraction() {
        let shown = [0.4, 15.0054, 12_345.6].map(|rate| HumanCount(whole(rate)).to_string());
        assert_eq!(shown, ["0", "15", "12,346"]);
    }
}
