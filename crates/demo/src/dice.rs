//! Random draws that are the same on every machine.
//!
//! The distributions are written out here, down to the logarithm: those of libraries change with
//! their versions, and those of the C library with the platform.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::key::mix;

/// What a stream of draws is for. One purpose's draws never move another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Which names there are.
    Names = 1,
    /// A person's character.
    Person = 2,
    /// When a person comes and goes.
    Schedule = 3,
    /// What a channel is about.
    Blueprint = 4,
    /// A channel's life.
    Channel = 5,
    /// Which channels a person is in.
    Membership = 6,
    /// Who does what when on a day.
    Plan = 7,
    /// What comes of it.
    Stage = 8,
}

/// A stream of random draws.
#[derive(Debug, Clone)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// Returns the stream of a purpose for one person, channel or day.
    pub(super) fn new(seed: u64, purpose: Purpose, index: u32) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(mix(seed));
        generator.set_stream((purpose as u64) << 32 | u64::from(index));
        Self(generator)
    }

    /// Returns a number in [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.0.next_u64() >> 11) as f64 * SCALE
    }

    /// Returns a number in [from, to).
    pub(super) fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    /// Returns a whole number below `count`; 0 when there is none.
    pub(super) fn below(&mut self, count: usize) -> usize {
        let product = u128::from(self.0.next_u64()) * count as u128;
        usize::try_from(product >> 64).unwrap_or_default()
    }

    /// Returns one of the items, all alike.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Returns true with that probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Returns a waiting time with that mean.
    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -ln(1.0 - self.unit()) * mean
    }

    /// Returns a number around 0 with standard deviation 1: four uniforms of 16 bits, summed,
    /// which stays within 3.5 and needs one draw.
    pub(super) fn bell(&mut self) -> f64 {
        let bits = self.0.next_u64();
        let sum: u64 = (0..4).map(|part| bits >> (16 * part) & 0xffff).sum();
        (sum as f64 / 65_536.0 - 2.0) * 1.732_050_8
    }

    /// Returns a log-normal number with that median.
    pub(super) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * exp(sigma * self.bell())
    }

    /// Returns a number with mean 1 that is never negative and seldom above 3.
    pub(super) fn around_one(&mut self) -> f64 {
        f64::midpoint(self.exponential(1.0), self.exponential(1.0))
    }

    /// Returns one of the two whole numbers beside `number`, so that the mean is kept.
    pub(super) fn round(&mut self, number: f64) -> u32 {
        whole_u32(number + self.unit())
    }
}

/// Returns a number without its fraction, held within what the type can say.
#[expect(clippy::cast_possible_truncation, reason = "casts from float saturate")]
pub(super) fn whole(number: f64) -> i64 {
    number as i64
}

/// Returns a number without its fraction, held within what the type can say.
pub(super) fn whole_u32(number: f64) -> u32 {
    u32::try_from(whole(number).max(0)).unwrap_or(u32::MAX)
}

/// Returns the natural logarithm of a positive normal number.
fn ln(number: f64) -> f64 {
    let bits = number.to_bits();
    let mut exponent = (bits >> 52) as f64 - 1_023.0;
    let mut mantissa = f64::from_bits(bits & ((1 << 52) - 1) | 1_023 << 52);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa *= 0.5;
        exponent += 1.0;
    }
    // ln m = 2 artanh s; |s| < 0.172, so the terms left out are below 1e-14.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let series = (0..8).rev().fold(0.0, |sum, term| {
        sum * square + 1.0 / f64::from(2 * term + 1)
    });
    exponent * std::f64::consts::LN_2 + 2.0 * s * series
}

/// Returns e to that power, which is held within ±700.
fn exp(power: f64) -> f64 {
    let power = power.clamp(-700.0, 700.0);
    let twos = whole(power / std::f64::consts::LN_2 + 0.5_f64.copysign(power));
    let rest = power - twos as f64 * std::f64::consts::LN_2;
    // |rest| < 0.35, so the terms left out are below 1e-12.
    let series = (1..11)
        .rev()
        .fold(1.0, |sum, term| 1.0 + sum * rest / f64::from(term));
    let scale = f64::from_bits((twos + 1_023).cast_unsigned() << 52);
    series * scale
}

/// Returns a positive number to that power.
pub(super) fn power(base: f64, exponent: f64) -> f64 {
    exp(exponent * ln(base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_logarithm_and_exponential_are_right() {
        for number in [
            1e-16, 0.1, 0.5, 0.999, 1.0, 1.4, 1.5, 2.0, 10.0, 12_345.678, 1e12,
        ] {
            assert!((ln(number) - number.ln()).abs() < 1e-11, "{number}");
        }
        for number in [-30.0, -1.0, -0.3, 0.0, 0.3, 1.0, 5.5, 30.0_f64] {
            assert!((exp(number) / number.exp() - 1.0).abs() < 1e-11, "{number}");
        }
        assert!((power(2.0, -1.5) - 2.0_f64.powf(-1.5)).abs() < 1e-11);
    }

    #[test]
    fn the_distributions_have_the_means_they_promise() {
        let mut dice = Dice::new(1, Purpose::Person, 0);
        let mut mean = |draw: fn(&mut Dice) -> f64| {
            (0..20_000).map(|_| draw(&mut dice)).sum::<f64>() / 20_000.0
        };
        assert!((mean(Dice::unit) - 0.5).abs() < 0.02);
        assert!((mean(|dice| dice.exponential(3.0)) - 3.0).abs() < 0.1);
        assert!(mean(Dice::bell).abs() < 0.03);
        assert!((mean(|dice| dice.bell() * dice.bell())).abs() < 0.03);
        assert!((mean(Dice::around_one) - 1.0).abs() < 0.03);
        assert!((mean(|dice| f64::from(dice.round(2.3))) - 2.3).abs() < 0.03);
        assert!((mean(|dice| dice.below(10) as f64) - 4.5).abs() < 0.1);
    }

    #[test]
    fn streams_differ_by_purpose_and_index() {
        let first = |purpose, index| Dice::new(7, purpose, index).unit().to_bits();
        assert_eq!(first(Purpose::Plan, 1), first(Purpose::Plan, 1));
        assert_ne!(first(Purpose::Plan, 1), first(Purpose::Plan, 2));
        assert_ne!(first(Purpose::Plan, 1), first(Purpose::Stage, 1));
    }
}
