//! Exact arithmetic for what is shown: sums of weights, ratios of them, rounded once at the end.
//!
//! Every weight is a whole number of 2⁻²⁰ (see [`crate::event::weight_of`]), so sums of weights are
//! whole numbers of it too: no step on the way to a percentage is inexact, with sampling neither.

use std::{cmp::Ordering, iter::Sum, ops::Add};

/// How many units make one event.
const UNIT: u64 = 1 << 20;

/// A sum of weights of events or of people, exact; a number of channels is one of whole weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(u64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Returns the sum of weights that a store computed; what is no number or negative is none.
    pub fn of(sum: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the cast keeps to the bounds, and the value is whole"
        )]
        let units = (sum * UNIT as f64).round() as u64;
        Self(units)
    }

    /// Returns a whole number.
    pub const fn whole(count: u64) -> Self {
        Self(count.saturating_mul(UNIT))
    }

    /// Returns the nearest whole number, halves up.
    pub const fn rounded(self) -> u64 {
        self.0.saturating_add(UNIT / 2) / UNIT
    }

    /// Returns the share of each of `parts`, rounded down to a whole number.
    pub fn each_of(self, parts: u32) -> u64 {
        self.0 / UNIT / u64::from(parts.max(1))
    }

    /// Returns whether there is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Returns the amount in units of 2⁻²⁰.
    pub fn units(self) -> i128 {
        self.0.into()
    }

    /// Returns what is left without another amount; nothing where that is more.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Returns the amount `factor` times.
    #[must_use]
    pub fn times(self, factor: u32) -> Self {
        Self(self.0.saturating_mul(factor.into()))
    }
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::add)
    }
}

/// One whole number divided by another, which is above zero.
#[derive(Debug, Clone, Copy)]
pub struct Ratio {
    part: i128,
    whole: i128,
}

impl Ratio {
    /// Returns `part / whole`; `None` unless `whole` is above zero.
    pub fn new(part: i128, whole: i128) -> Option<Self> {
        (whole > 0).then_some(Self { part, whole })
    }

    /// Returns the part of a whole; `None` where there is no whole.
    pub fn of(part: Amount, whole: Amount) -> Option<Self> {
        Self::new(part.units(), whole.units())
    }

    /// Returns the change from one amount to another, as a part of the earlier one; `None` where
    /// that is zero.
    pub fn change(current: Amount, previous: Amount) -> Option<Self> {
        Self::new(current.units() - previous.units(), previous.units())
    }

    /// Returns both as parts of one whole, which is not told.
    pub const fn beside(self, other: Self) -> [i128; 2] {
        [
            self.part.saturating_mul(other.whole),
            other.part.saturating_mul(self.whole),
        ]
    }

    /// Returns the change from another one to this, as a part of the other; `None` where that is not above
    /// zero.
    pub fn change_from(self, before: Self) -> Option<Self> {
        let [now, before] = self.beside(before);
        Self::new(now.saturating_sub(before), before)
    }

    /// Returns how far it lies on the way from `start` to `end`, which are different: 0 before it, and 1
    /// beyond.
    #[must_use]
    pub fn along(self, start: i128, end: i128) -> Self {
        let gone = self.part.saturating_sub(start.saturating_mul(self.whole));
        let way = (end - start).saturating_mul(self.whole);
        let (gone, way) = if way < 0 { (-gone, -way) } else { (gone, way) };
        Self {
            part: gone.clamp(0, way.max(1)),
            whole: way.max(1),
        }
    }

    /// Returns the number with so many decimals, halves away from zero.
    pub fn rounded(self, decimals: u32) -> f64 {
        let scale = 10i128.pow(decimals);
        let twice = self.part.abs().saturating_mul(scale).saturating_mul(2);
        let nearest = twice.saturating_add(self.whole) / self.whole.saturating_mul(2);
        // TRICKY: a negative sign is put on after rounding, and none on zero, which would print it.
        let nearest = if self.part < 0 { -nearest } else { nearest };
        nearest as f64 / scale as f64
    }

    /// Returns the ratio in percent, with so many decimals, halves away from zero.
    pub fn percent(self, decimals: u32) -> f64 {
        let hundredfold = Self {
            part: self.part.saturating_mul(100),
            ..self
        };
        hundredfold.rounded(decimals)
    }

    /// Returns a share as it is shown: a whole percentage, `57%`.
    pub fn as_share(self) -> String {
        format!("{}%", self.percent(0))
    }

    /// Returns a change as it is shown: signed, with one decimal at most, `+12.2%`.
    pub fn as_change(self) -> String {
        format!("{:+}%", self.percent(1))
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ratio {}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = self.part.saturating_mul(other.whole);
        left.cmp(&other.part.saturating_mul(self.whole))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ratio(part: u64, whole: u64) -> Ratio {
        Ratio::of(Amount::whole(part), Amount::whole(whole)).unwrap()
    }

    fn change(current: u64, previous: u64) -> Option<String> {
        let ratio = Ratio::change(Amount::whole(current), Amount::whole(previous));
        ratio.map(Ratio::as_change)
    }

    #[test]
    fn shares_are_rounded_half_away_from_zero() {
        for (part, whole, shown) in [
            (23, 40, "58%"),
            (29, 200, "15%"),
            (1, 200, "1%"),
            (1, 201, "0%"),
            (0, 7, "0%"),
            (3, 2, "150%"),
        ] {
            assert_eq!(ratio(part, whole).as_share(), shown, "{part} of {whole}");
        }
        assert!(Ratio::of(Amount::whole(1), Amount::ZERO).is_none());
    }

    #[test]
    fn changes_are_signed_and_rounded_half_away_from_zero() {
        for (current, previous, shown) in [
            (1_234, 1_100, "+12.2%"),
            (103, 80, "+28.8%"),
            (57, 80, "-28.8%"),
            (95, 100, "-5%"),
            (10_000, 10_001, "+0%"),
            (5, 5, "+0%"),
        ] {
            let shown = Some(shown.to_owned());
            assert_eq!(
                change(current, previous),
                shown,
                "{current} after {previous}"
            );
        }
        assert_eq!(change(5, 0), None);
    }

    #[test]
    fn decimals_are_rounded_half_away_from_zero() {
        let third = ratio(1, 3).rounded(4);
        assert!((third - 0.3333).abs() < f64::EPSILON);
        let tie = ratio(1, 32).rounded(4);
        assert!((tie - 0.0313).abs() < f64::EPSILON);
    }

    #[test]
    fn a_place_on_a_way_is_within_it() {
        for (part, start, end, percent) in [
            (60, 900, 60, 100.0),
            (900, 900, 60, 0.0),
            (480, 900, 60, 50.0),
            (5, 900, 60, 100.0),
            (5_000, 900, 60, 0.0),
            (95, 90, 100, 50.0),
            (80, 90, 100, 0.0),
        ] {
            let found = ratio(part, 1).along(start, end).percent(1);
            assert!((found - percent).abs() < f64::EPSILON, "{part}: {found}");
        }
        // A third of the way.
        let third = ratio(4, 3).along(1, 2).percent(1);
        assert!((third - 33.3).abs() < f64::EPSILON);
    }

    #[test]
    fn ratios_change_as_amounts_do() {
        // From a half to two thirds is a third more.
        let change = ratio(2, 3).change_from(ratio(1, 2)).map(Ratio::as_change);
        assert_eq!(change.as_deref(), Some("+33.3%"));
        assert!(ratio(2, 3).change_from(ratio(0, 2)).is_none());
    }

    #[test]
    fn sums_of_weights_are_rounded_once() {
        // Three events of which each stands for 1.5.
        let each = Amount::of(1.5);
        assert_eq!(each.rounded(), 2);
        let all: Amount = [each; 3].into_iter().sum();
        assert_eq!((all.rounded(), all.each_of(2), all.each_of(0)), (5, 2, 4));
        for odd in [-1.0, f64::NAN, -0.0] {
            assert_eq!(Amount::of(odd), Amount::ZERO);
        }
        assert_eq!(Amount::of(f64::INFINITY).rounded(), u64::MAX / UNIT);
    }

    proptest! {
        #[test]
        fn sums_of_weights_are_exact(rate in 0.001..1f64, count in 1u32..1_000_000) {
            let weight = crate::event::weight_of(rate);
            let sum = Amount::of(weight * f64::from(count));
            prop_assert_eq!(sum, Amount::of(weight).times(count));
        }

        /// Long division by hand: digits of the quotient, and the remainder decides.
        #[test]
        fn percentages_are_those_of_long_division(part in 0u64..1 << 40, whole in 1u64..1 << 40) {
            let (quotient, remainder) = (part * 100 / whole, part * 100 % whole);
            let expected = quotient + u64::from(remainder >= whole - remainder);
            prop_assert_eq!(ratio(part, whole).as_share(), format!("{expected}%"));
        }

        #[test]
        fn order_is_that_of_the_numbers(a in 0u64..99, b in 1u64..99, c in 0u64..99, d in 1u64..99) {
            prop_assert_eq!(ratio(a, b).cmp(&ratio(c, d)), (a * d).cmp(&(c * b)));
        }
    }
}
