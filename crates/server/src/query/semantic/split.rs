//! What rows may be split by: the dimensions of the domain, with buckets of time as one of them.

use domain::{dimension::Dimension, metric::Metric};

/// The name of buckets of time, whatever their width.
pub const TIME: &str = "time";

/// Returns the name of a dimension in requests and answers.
pub const fn dimension_name(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Time(_) => TIME,
        other => other.name(),
    }
}

/// Returns the names of the dimensions that a metric may be split by.
pub fn splits_of(metric: Metric) -> Vec<&'static str> {
    let allowed = Dimension::ALL
        .iter()
        .filter(|dimension| dimension.allows(metric));
    allowed
        .map(|dimension| dimension_name(*dimension))
        .collect()
}

/// Returns the names of the metrics that may be split by a dimension.
pub fn metrics_by(dimension: Dimension) -> Vec<&'static str> {
    let allowed = Metric::ALL
        .iter()
        .filter(|metric| dimension.allows(**metric));
    allowed.map(|metric| metric.name()).collect()
}
