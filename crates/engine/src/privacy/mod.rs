//! Questions about groups: what is asked besides, and what is withheld of the answer.
//!
//! 1. A group is the people behind a number: those of the events that it is made of
//!    ([`Metric::people_behind`]), bots not among them. They are counted as stored: whoever sampling kept
//!    stands for others, who say nothing about how well one of them is hidden.
//! 2. A number of a group that is too small is withheld; one of no known person is too, unless it is zero.
//! 3. What is left out can be told from a whole that is shown. So in every line of a table, along each
//!    dimension, the next smallest number goes with those withheld, until what is withheld there
//!    together is of a group that is large enough.
//! 4. A question that is narrowed has numbers that can be taken from the whole, and from those of
//!    another narrowing. It is narrowed by one field, and withheld where the rest of the whole, or one of
//!    the values that it names, is of a small group.
//! 5. All rows are looked at, whichever page is asked for: order, page and conditions come last, so that
//!    they say nothing of what is withheld.

mod guard;
mod withhold;

pub use guard::{Guarded, Sizes, guard};
pub use withhold::{is_withheld, page, withhold};

#[cfg(test)]
mod tests;

use domain::metric::{Aggregate, Metric};

/// The people behind metrics: what counts them, and which of that each metric goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// What counts them.
    pub counted: Vec<Metric>,
    /// For each metric the places of what counts the people behind it; `None` for one that is never shown.
    places: Vec<Option<Vec<usize>>>,
}

impl Behind {
    /// Returns the people behind these metrics.
    pub fn of(metrics: &[Metric]) -> Self {
        let mut counted = Vec::new();
        let mut place_of = |people: Metric| {
            counted
                .iter()
                .position(|one| *one == people)
                .unwrap_or_else(|| {
                    counted.push(people);
                    counted.len() - 1
                })
        };
        let places = metrics.iter().map(|metric| {
            let mut parts = vec![*metric];
            if let Aggregate::Ratio(ratio) = metric.definition().aggregate {
                parts.extend(ratio.metrics());
            }
            let people: Option<Vec<Metric>> =
                parts.into_iter().map(Metric::people_behind).collect();
            people.map(|people| people.into_iter().map(&mut place_of).collect())
        });
        let places = places.collect();
        if counted.is_empty() {
            counted.push(Metric::ActivePeople);
        }
        Self { counted, places }
    }

    /// Returns the smallest group behind a metric, given how many people each count has; `None` for a
    /// metric that is never shown.
    fn smallest(&self, metric: usize, counts: Option<&[Option<f64>]>) -> Option<f64> {
        let count = |place: &usize| counts.and_then(|counts| counts[*place]).unwrap_or(0.0);
        let places = self.places[metric].as_ref()?;
        Some(places.iter().map(count).fold(f64::INFINITY, f64::min))
    }

    /// Returns whether any group behind a metric is smaller than the minimum, and not empty.
    fn any_small(
        &self,
        metric: usize,
        counts: &[Option<f64>],
        is_small: impl Fn(f64) -> bool,
    ) -> bool {
        let mut places = self.places[metric].iter().flatten();
        places.any(|place| is_small(counts[*place].unwrap_or(0.0)))
    }
}
