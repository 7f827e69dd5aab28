//! The reference of the metrics and dimensions, made from their registries.

use std::fmt::Write as _;

use anyhow::Result;
use domain::{
    dimension::Dimension,
    event::Kind,
    health::{FORMULA, HealthPart},
    metric::{Additivity, Metric, Sources},
};
use server::query::splits_of;

use super::{
    examples::examples,
    table::{code, table},
};

const INTRO: &str = "\
<!-- Generated from crates/domain/src/metric/mod.rs and crates/domain/src/dimension.rs: change the declarations there. -->

# Metrics

Every number that the service answers is one of these, or is put together from them. Bots do not count unless a request
says `includeBots=true`, which adds them to every number, of events and of people alike. An event that stands for several,
because its kind is sampled, counts as many, and an answer over a span with such events says `approximate`. Sampling keeps or
leaves out people with all of their events of a kind:

* Numbers of people and of sessions are estimates too: each counts by the least weight among the events that it is counted by
  in the row, which is 1 where any of them is kept whole.
* Rows of single persons, where an answer is split by person or narrowed to given people, are not weighted: an event counts once.
* Channels, threads and local days are counted as they are seen.

Who is a bot: the record of a person says so (`isBot`); where it says nothing, any event of the person that says bot does
(`isBot`, a message of the type `bot`, a webhook), whatever the others say and in whatever order they come; of those who may
only send events none does. When a record is corrected either way, all of the person's history moves with it.
";

const ADDITIVITY: &str = "
## How parts make the whole

";

const DIMENSIONS: &str = "
## What metrics are split by

Buckets of time are asked for by `groupBy`, all others by `dimensions` of `POST /api/analytics/query`.

";

const EACH: &str = "
## Each metric

An example is a question to `POST /api/analytics/query` and the numbers of its answer, asked of a small demo history that ends
on 1 March 2026 at noon.
";

const HEALTH: &str = "
## Platform health

`GET /api/analytics/platform-health` puts these parts together to a score of 0 to 100. The score is the";

/// Returns what is said of one metric.
fn section(metric: Metric) -> Result<String> {
    let definition = metric.definition();
    let example = &examples()?[metric.name()];
    let names = |kinds: Vec<Kind>| {
        let names: Vec<String> = kinds.into_iter().map(|kind| code(kind.name())).collect();
        names.join(", ")
    };
    let sources = match metric.sources() {
        Sources::Only(kinds) => names(kinds),
        Sources::AllBut(kinds) if kinds.is_empty() => {
            "events of every kind, also those of the sender's own".to_owned()
        }
        Sources::AllBut(kinds) => format!(
            "events of every kind, also those of the sender's own, but {}",
            names(kinds)
        ),
    };
    let better = match definition.better.name() {
        Some(direction) => format!("better when {direction}"),
        None => "neither better nor worse when it changes".to_owned(),
    };
    let dimensions: Vec<String> = splits_of(metric).into_iter().map(code).collect();
    let mut text = format!("\n### `{}`: {}\n\n", definition.name, definition.title);
    // Writing to a `String` cannot fail.
    let _ = write!(
        text,
        "{}\n\n* {}, {}, {better}\n* Formula: {}\n* Sources: {sources}\n* Dimensions: {}\n\n```json\n{}\n{}\n```\n",
        definition.text,
        definition.unit,
        definition.additivity().name(),
        definition.computed(),
        dimensions.join(", "),
        example.request,
        example.answer,
    );
    Ok(text)
}

/// Returns what is said of the score of platform health.
fn health() -> String {
    let rows = HealthPart::ALL.map(|part| {
        let definition = part.definition();
        [
            definition.title.to_owned(),
            code(definition.name),
            definition.unit.to_owned(),
            definition.text.to_owned(),
            part.formula(),
        ]
    });
    let parts = table(["Part", "Name", "Unit", "Value", "Score"], rows);
    format!(
        "{HEALTH} {FORMULA}. Weights are equal until `ANALYTICS_HEALTH_WEIGHTS` sets them.\n\n{parts}"
    )
}

/// Returns the text of `docs/reference/metrics.md`.
pub(super) fn reference() -> Result<String> {
    let rows = Metric::ALL.iter().map(|metric| {
        let definition = metric.definition();
        [
            code(definition.name),
            definition.unit.to_owned(),
            definition.additivity().name().to_owned(),
            definition.better.name().unwrap_or_default().to_owned(),
            definition.text.to_owned(),
        ]
    });
    let headings = ["Name", "Unit", "Parts", "Better when", "Definition"];
    let metrics = table(headings, rows);
    let kinds =
        ADDITIVITIES.map(|(additivity, about)| [additivity.name().to_owned(), about.to_owned()]);
    let additivity = table(["Parts", "Meaning"], kinds);
    let rows = Dimension::ALL[1..]
        .iter()
        .map(|dimension| [code(dimension.name()), dimension.text().to_owned()]);
    let dimensions = table(["Name", "Keys"], rows);
    let sections: Result<String> = Metric::ALL.iter().map(|metric| section(*metric)).collect();
    let (each, health) = (sections?, health());
    Ok(format!(
        "{INTRO}\n{metrics}{ADDITIVITY}{additivity}{DIMENSIONS}{dimensions}{health}{EACH}{each}"
    ))
}

const ADDITIVITIES: [(Additivity, &str); 4] = [
    (
        Additivity::Additive,
        "The values of the parts add up to the value of the whole.",
    ),
    (
        Additivity::SetValued,
        "The same person, channel or day may be in several parts and counts once in the whole: the values do not add up.",
    ),
    (
        Additivity::Mergeable,
        "The value of the whole is the smallest or the largest of the parts.",
    ),
    (
        Additivity::Derived,
        "The value of the whole is computed from other metrics of the whole.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_and_dimension_stands_there_once() {
        let text = reference().unwrap();
        let metrics = Metric::ALL.iter().map(|metric| metric.name());
        let dimensions = Dimension::ALL[1..].iter().map(|dimension| dimension.name());
        for name in metrics.chain(dimensions) {
            let row = format!("\n| `{name}` | ");
            assert_eq!(text.matches(&row).count(), 1, "{name}");
        }
    }
}
