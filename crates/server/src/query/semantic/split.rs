//! What rows may be split by: the dimensions of the domain, with buckets of time as one of them.

use domain::{dimension::Dimension, metric::Metric, time::Grain};

/// Every dimension, in the order of the catalogue. Buckets of days stand for those of any width.
pub const DIMENSIONS: [Dimension; 11] = [
    Dimension::Time(Grain::Day),
    Dimension::HourOfDay,
    Dimension::Weekday,
    Dimension::Channel,
    Dimension::User,
    Dimension::MessageType,
    Dimension::EventType,
    Dimension::IsBot,
    Dimension::Emoji,
    Dimension::Link,
    Dimension::Hashtag,
];

/// The name of buckets of time, whatever their width.
pub const TIME: &str = "time";

/// Returns the name of a dimension in requests and answers.
pub const fn dimension_name(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Time(_) => TIME,
        other => other.name(),
    }
}

/// Returns what a dimension is, and what its keys are.
pub const fn dimension_text(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Time(_) => {
            "Buckets of local time, as wide as `groupBy` says; the key is the first local day, or the instant of an hour."
        }
        Dimension::HourOfDay => "Local hour of the day, 0 to 23.",
        Dimension::Weekday => "Local day of the week, 0 to 6; Monday is 0.",
        Dimension::Channel => {
            "Channel, by its identifier; `names` has its name. Events without a channel are in no row."
        }
        Dimension::User => {
            "Person who caused the event, by identifier; `names` has the name. Events without a person are in no row."
        }
        Dimension::MessageType => {
            "What a message carries: text, image, file, video, voice, system or other; null for events that are no messages."
        }
        Dimension::EventType => "Kind of event, by its name.",
        Dimension::IsBot => "Whether a bot caused the event; bots count only with `includeBots`.",
        Dimension::Emoji => {
            "Emoji of reactions and of texts. An event may have several, and is in the row of each."
        }
        Dimension::Link => {
            "Host of links in texts. An event may have several, and is in the row of each."
        }
        Dimension::Hashtag => {
            "Hashtag in texts. An event may have several, and is in the row of each."
        }
    }
}

/// Returns the names of the dimensions that a metric may be split by.
pub fn splits_of(metric: Metric) -> Vec<&'static str> {
    let allowed = DIMENSIONS
        .into_iter()
        .filter(|dimension| dimension.allows(metric));
    allowed.map(dimension_name).collect()
}

/// Returns the names of the metrics that may be split by a dimension.
pub fn metrics_by(dimension: Dimension) -> Vec<&'static str> {
    let allowed = Metric::ALL
        .iter()
        .filter(|metric| dimension.allows(**metric));
    allowed.map(|metric| metric.name()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_width_of_buckets_decides_nothing() {
        for metric in Metric::ALL {
            let allowed = Grain::ALL.map(|grain| Dimension::Time(grain).allows(*metric));
            assert!(allowed.iter().all(|one| *one == allowed[0]), "{metric:?}");
        }
    }

    #[test]
    fn names_and_texts_are_each_of_one_dimension() {
        let names: HashSet<&str> = DIMENSIONS.into_iter().map(dimension_name).collect();
        let texts: HashSet<&str> = DIMENSIONS.into_iter().map(dimension_text).collect();
        assert_eq!(
            (names.len(), texts.len()),
            (DIMENSIONS.len(), DIMENSIONS.len())
        );
        for grain in Grain::ALL {
            assert!(!names.contains(grain.name()));
        }
    }
}
