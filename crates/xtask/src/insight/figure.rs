//! What was to be reached and what was.

use serde::Serialize;

/// One figure of a benchmark.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Figure {
    /// Which benchmark.
    suite: &'static str,
    /// What is measured.
    what: String,
    /// The least and the most it should be; `None` where it is only reported.
    goal: Option<(f64, f64)>,
    /// What it is.
    value: f64,
    /// Whether that is what it should be.
    reached: Option<bool>,
    /// What draws were seeded with; `None` where nothing is drawn.
    seed: Option<u64>,
}

impl Figure {
    /// Makes a figure that is only reported.
    pub(super) fn new(suite: &'static str, what: impl Into<String>, value: f64) -> Self {
        let what = what.into();
        Self {
            suite,
            what,
            goal: None,
            value,
            reached: None,
            seed: None,
        }
    }

    /// Says what it should be at least.
    pub(super) fn at_least(self, goal: f64) -> Self {
        self.within(goal, f64::INFINITY)
    }

    /// Says what it should be at most.
    pub(super) fn at_most(self, goal: f64) -> Self {
        self.within(f64::NEG_INFINITY, goal)
    }

    /// Says between what it should be.
    pub(super) fn within(mut self, least: f64, most: f64) -> Self {
        self.goal = Some((least, most));
        self.reached = Some((least..=most).contains(&self.value));
        self
    }

    /// Says what draws were seeded with.
    pub(super) fn seeded(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    fn goal(&self) -> String {
        match self.goal {
            None => "–".to_owned(),
            Some((least, most)) if most.is_infinite() => format!("≥ {least}"),
            Some((least, most)) if least.is_infinite() => format!("≤ {most}"),
            Some((least, most)) => format!("{least}–{most}"),
        }
    }
}

/// Prints a table.
pub(super) fn print(figures: &[Figure]) {
    let title = "benchmark  figure                                                  goal         reached  met   seed";
    println!("{title}");
    for figure in figures {
        let Figure {
            suite,
            what,
            value,
            reached,
            seed,
            ..
        } = figure;
        let met = reached.map_or("", |met| if met { "yes" } else { "NO" });
        let seed = seed.map_or_else(String::new, |seed| seed.to_string());
        println!(
            "{suite:<10} {what:<55} {:<12} {value:<8.4} {met:<5} {seed}",
            figure.goal()
        );
    }
}
