//! What is asked: metrics, how they are split, and how the rows are sorted and cut.

use domain::{dimension::Dimension, metric::Metric};
use serde::Serialize;

use super::split::{TIME, dimension_name};

/// Which metrics are asked for, and how they are split.
#[derive(Debug, Clone)]
pub struct SemanticRequest {
    /// What is asked for; at least one, each once.
    pub metrics: Vec<Metric>,
    /// Split by what, beside time; each once.
    pub dimensions: Vec<Dimension>,
    /// Split by buckets of time as well, as wide as the request's grain.
    pub by_time: bool,
    /// How rows are sorted.
    pub order: SemanticOrder,
    /// How many rows at most.
    pub limit: u32,
    /// How many rows are passed over.
    pub offset: u32,
}

/// How rows are sorted; ties go by time and then by the keys, ascending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SemanticOrder {
    /// By what.
    pub by: OrderKey,
    /// Largest first.
    pub descending: bool,
}

/// What rows are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderKey {
    /// The buckets of time.
    Time,
    /// A metric, by place.
    Metric(usize),
    /// A dimension, by place.
    Dimension(usize),
}

impl SemanticRequest {
    /// Returns all that it says, to tell it from others.
    pub fn identity(&self) -> impl Serialize + use<> {
        let metrics: Vec<&str> = self.metrics.iter().map(|metric| metric.name()).collect();
        let dimensions: Vec<&str> = self.split().map(dimension_name).collect();
        (metrics, dimensions, self.ordered(), self.limit, self.offset)
    }

    /// Returns the dimensions of the rows, buckets of time first.
    pub(super) fn split(&self) -> impl Iterator<Item = Dimension> {
        let time = self.by_time.then_some(Dimension::ALL[0]);
        time.into_iter().chain(self.dimensions.iter().copied())
    }

    /// Returns the order as requests write it; `None` where there is nothing to be sorted.
    pub(super) fn ordered(&self) -> Option<String> {
        self.split().next()?;
        let name = match self.order.by {
            OrderKey::Time => TIME,
            OrderKey::Metric(place) => self.metrics[place].name(),
            OrderKey::Dimension(place) => dimension_name(self.dimensions[place]),
        };
        let sign = if self.order.descending { "-" } else { "" };
        Some(format!("{sign}{name}"))
    }

    /// Returns whether the rows are filled or sorted here.
    pub(super) fn is_arranged(&self) -> bool {
        self.by_time || matches!(self.order.by, OrderKey::Dimension(_)) && self.order.descending
    }
}
