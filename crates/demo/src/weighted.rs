//! A choice among things of unequal weight.

use super::dice::{Dice, power};

/// Things numbered from 0, each with the share of the draws that it gets.
#[derive(Debug, Clone)]
pub(super) struct Weighted {
    /// Shares summed up to and including each thing; the last is 1.
    cumulative: Vec<f64>,
}

impl Weighted {
    /// Returns the choice among things of these weights.
    pub(super) fn new(weights: impl IntoIterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = weights
            .into_iter()
            .map(|weight| {
                sum += weight;
                sum
            })
            .collect();
        if sum > 0.0 {
            for value in &mut cumulative {
                *value /= sum;
            }
        }
        Self { cumulative }
    }

    /// Returns the choice in which the thing of rank r weighs r to the power of −`exponent`.
    pub(super) fn zipf(count: usize, exponent: f64) -> Self {
        Self::new((1..=count).map(|rank| power(rank as f64, -exponent)))
    }

    /// Returns the number of one thing; 0 when there is none.
    pub(super) fn draw(&self, dice: &mut Dice) -> usize {
        let unit = dice.unit();
        let found = self.cumulative.partition_point(|share| *share <= unit);
        found.min(self.cumulative.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Purpose;

    #[test]
    fn things_come_up_by_weight() {
        let mut dice = Dice::new(1, Purpose::Names, 0);
        let choice = Weighted::new([1.0, 0.0, 3.0]);
        let mut counts = [0_u32; 3];
        for _ in 0..8_000 {
            counts[choice.draw(&mut dice)] += 1;
        }
        assert!(counts[0].abs_diff(2_000) < 150 && counts[1] == 0);
        assert_eq!(Weighted::new([]).draw(&mut dice), 0);
        assert!(Weighted::zipf(40, 1.0).cumulative[0] > 0.2);
    }
}
