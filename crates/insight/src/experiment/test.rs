//! Intervals and p-values: at a planned end, and at any time.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::effect::{Arm, Effect};

/// What a test says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tested {
    /// The interval.
    pub interval: (f64, f64),
    /// The p-value.
    pub p: f64,
}

/// Returns Welch's t-test with Satterthwaite's degrees of freedom: right once, at the planned end. `None` where the effect
/// has no degrees of freedom.
pub fn fixed(effect: Effect, alpha: f64) -> Option<Tested> {
    let t = StudentsT::new(0.0, 1.0, effect.freedom).ok()?;
    let deviation = effect.variance.sqrt();
    let half = t.inverse_cdf(1.0 - alpha / 2.0) * deviation;
    let p = 2.0 * t.sf((effect.value / deviation).abs());
    Some(Tested {
        interval: (effect.value - half, effect.value + half),
        p: p.min(1.0),
    })
}

/// For how many units the interval at any time is tightest, unless a plan says otherwise.
pub const TUNED_FOR: f64 = 5_000.0;

/// Returns the asymptotic confidence sequence (Waudby-Smith et al. 2021, eq. 9): right however often one looks. It is
/// tightest at `tuned_for` units.
pub fn always(effect: Effect, alpha: f64, tuned_for: f64) -> Tested {
    let n = effect.n;
    let rho2 = (-2.0 * alpha.ln() + (1.0 - 2.0 * alpha.ln()).ln()) / tuned_for;
    let grown = n * rho2 + 1.0;
    let width = (2.0 * grown * (grown.sqrt() / alpha).ln() / (n * rho2.sqrt()).powi(2)).sqrt();
    let half = (n * effect.variance).sqrt() * width;
    let evidence = rho2 * n * effect.value.powi(2) / effect.variance;
    let p = (grown.sqrt() * (-evidence / (2.0 * grown)).exp()).min(1.0);
    Tested {
        interval: (effect.value - half, effect.value + half),
        p,
    }
}

/// Fewer units in both arms, or fewer successes and failures in one, are no normal means yet.
const EARLIEST: (f64, f64) = (100.0, 5.0);

/// Returns whether a test at any time may begin: the guarantee is asymptotic. `successes` are of each arm, of a metric that
/// is a share.
pub fn may_begin(arms: [Arm; 2], successes: Option<[f64; 2]>) -> bool {
    let [control, variant] = arms;
    let both = |successes: f64, n: f64| successes.min(n - successes) >= EARLIEST.1;
    control.n + variant.n >= EARLIEST.0
        && successes.is_none_or(|[a, b]| both(a, control.n) && both(b, variant.n))
}

/// Returns the one-sided p-value that a guardrail metric is worse than `margin` allows (non-inferiority): small when the
/// effect is shown to be above `−margin`.
pub fn not_worse(effect: Effect, margin: f64) -> Option<f64> {
    let t = StudentsT::new(0.0, 1.0, effect.freedom).ok()?;
    Some(t.sf((effect.value + margin.abs()) / effect.variance.sqrt()))
}
