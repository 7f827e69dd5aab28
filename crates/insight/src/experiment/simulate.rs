//! Experiments without a difference, to count how often each way of looking finds one.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{ContinuousCDF, Normal};

use super::{
    effect::{Difference, Sums, effect},
    group, srm, test,
};

/// What people do in a simulated experiment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Metric {
    /// Normal values.
    Normal,
    /// Lognormal values of a deviation.
    Lognormal(f64),
    /// A share that converts.
    Share(f64),
}

/// How large simulated experiments are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Experiments.
    pub runs: u64,
    /// Looks at each.
    pub looks: usize,
    /// People between two looks.
    pub people: usize,
    /// What draws are seeded with.
    pub seed: u64,
}

/// Shares of experiments in which a difference was found at any look.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Found {
    /// By a test that is right only once.
    pub peeking: f64,
    /// By that test, at the last look alone.
    pub fixed: f64,
    /// By the test that is right at any time.
    pub always: f64,
    /// By bounds for planned looks.
    pub group: f64,
    /// Arms of unequal size.
    pub unequal: f64,
}

/// The level of all tests but that of the arms' sizes.
const ALPHA: f64 = 0.05;
/// The level of the arms' sizes.
const UNEQUAL: f64 = 0.01;

/// A source of values.
pub(super) struct Draws(ChaCha8Rng);

impl Draws {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(super) fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    pub(super) fn normal(&mut self) -> f64 {
        Normal::standard().inverse_cdf(self.uniform().clamp(1e-12, 1.0 - 1e-12))
    }

    fn of(&mut self, metric: Metric) -> f64 {
        match metric {
            Metric::Normal => self.normal(),
            Metric::Lognormal(deviation) => (deviation * self.normal()).exp(),
            Metric::Share(share) => f64::from(u8::from(self.uniform() < share)),
        }
    }
}

/// Runs experiments whose arms do not differ.
pub fn without_difference(size: Size, metric: Metric) -> Found {
    let shares: Vec<f64> = (1..=size.looks)
        .map(|look| look as f64 / size.looks as f64)
        .collect();
    let bounds = group::bounds(&shares, ALPHA);
    let mut found = Found::default();
    let mut draws = Draws::new(size.seed);
    for _ in 0..size.runs {
        let one = run(&mut draws, size, metric, &bounds);
        let count = |sum: &mut f64, is: bool| *sum += f64::from(u8::from(is)) / size.runs as f64;
        count(&mut found.peeking, one[0]);
        count(&mut found.fixed, one[1]);
        count(&mut found.always, one[2]);
        count(&mut found.group, one[3]);
        count(&mut found.unequal, one[4]);
    }
    found
}

/// Runs one experiment, and returns what was found, in the order of [`Found`].
fn run(draws: &mut Draws, size: Size, metric: Metric, bounds: &[f64]) -> [bool; 5] {
    let (mut a, mut b) = (Sums::default(), Sums::default());
    let mut found = [false; 5];
    for bound in bounds {
        for _ in 0..size.people {
            let arm = if draws.uniform() < 0.5 {
                &mut a
            } else {
                &mut b
            };
            arm.add(draws.of(metric));
        }
        let sizes = [a.n as u64, b.n as u64];
        found[4] |= srm::sequential(&sizes, &[0.5, 0.5]).is_some_and(|p| p < UNEQUAL);
        let Some(effect) = effect(a.arm(), b.arm(), Difference::Absolute) else {
            continue;
        };
        found[1] = test::fixed(effect, ALPHA).is_some_and(|tested| tested.p < ALPHA);
        found[0] |= found[1];
        let successes = matches!(metric, Metric::Share(_)).then_some([a.sum, b.sum]);
        let has_begun = test::may_begin([a.arm(), b.arm()], successes);
        found[2] |= has_begun && test::always(effect, ALPHA, test::TUNED_FOR).p < ALPHA;
        found[3] |= (effect.value / effect.variance.sqrt()).abs() >= *bound;
    }
    found
}
