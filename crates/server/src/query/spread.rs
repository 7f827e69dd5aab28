//! How messages spread over channels.

use domain::ratio::{Amount, Ratio};
use serde::Serialize;
use utoipa::ToSchema;

/// How messages spread over the channels that have any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Distribution {
    /// Gini coefficient over the channels with messages, four decimals: 0 when all have as many;
    /// `null` without any.
    pub gini: Option<f64>,
    /// The smallest number of channels that holds half of the messages.
    pub channels_for_half: u64,
    /// Channels without a message in the period.
    pub silent: u64,
}

impl Distribution {
    /// Returns how messages spread over channels, of which each has so many.
    ///
    /// Gini by the ascending values: G = 2 Σ `i·x_i` / (n Σ x) − (n + 1) / n, with i from 1.
    pub(super) fn of(messages: impl Iterator<Item = Amount>) -> Self {
        let (silent, mut spoken): (Vec<Amount>, Vec<Amount>) =
            messages.partition(|messages| messages.is_zero());
        spoken.sort_unstable();
        let channels = spoken.len() as i128;
        let all: i128 = spoken.iter().map(|messages| messages.units()).sum();
        let ranked = spoken.iter().zip(1i128..);
        let weighted: i128 = ranked.map(|(messages, rank)| messages.units() * rank).sum();
        let gini = Ratio::new(2 * weighted - (channels + 1) * all, channels * all);
        let mut held = 0;
        let holders = spoken.iter().rev().take_while(|messages| {
            let is_needed = held * 2 < all;
            held += messages.units();
            is_needed
        });
        Self {
            channels_for_half: holders.count() as u64,
            gini: gini.map(|gini| gini.rounded(4)),
            silent: silent.len() as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(messages: &[f64]) -> Distribution {
        Distribution::of(messages.iter().copied().map(Amount::of))
    }

    #[test]
    fn worked_by_hand() {
        // 1, 2, 3, 4: Σ i·x = 1 + 4 + 9 + 16 = 30; 60 / 40 − 5 / 4 = 0.25. Half of 10 is 4 + 3.
        for (messages, gini, channels_for_half, silent) in [
            (&[3.0, 1.0, 4.0, 2.0][..], Some(0.25), 2, 0),
            (&[5.0, 5.0], Some(0.0), 1, 0),
            // Channels without messages are counted beside.
            (&[0.0, 3.0, 1.0, 0.0, 4.0, 2.0], Some(0.25), 2, 2),
            // Samples that stand for 1.5 each are compared unrounded.
            (&[1.5, 3.0, 4.5, 6.0], Some(0.25), 2, 0),
            (&[0.0], None, 0, 1),
            (&[], None, 0, 0),
        ] {
            let expected = Distribution {
                gini,
                channels_for_half,
                silent,
            };
            assert_eq!(spread(messages), expected, "{messages:?}");
        }
    }
}
