//! The reference of the metrics and dimensions, made from their registries.

use domain::{
    dimension::Dimension,
    metric::{Additivity, Metric},
};

use super::table::{code, table};

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

/// Returns the text of `docs/reference/metrics.md`.
pub(super) fn reference() -> String {
    let rows = Metric::ALL.iter().map(|metric| {
        let definition = metric.definition();
        [
            code(definition.name),
            definition.unit.to_owned(),
            definition.additivity().name().to_owned(),
            definition.text.to_owned(),
            definition.computed(),
        ]
    });
    let headings = ["Name", "Unit", "Parts", "Definition", "Computed as"];
    let metrics = table(headings, rows);
    let kinds =
        ADDITIVITIES.map(|(additivity, about)| [additivity.name().to_owned(), about.to_owned()]);
    let additivity = table(["Parts", "Meaning"], kinds);
    let rows = Dimension::ALL[1..]
        .iter()
        .map(|dimension| [code(dimension.name()), dimension.text().to_owned()]);
    let dimensions = table(["Name", "Keys"], rows);
    format!("{INTRO}\n{metrics}{ADDITIVITY}{additivity}{DIMENSIONS}{dimensions}")
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
        let text = reference();
        let metrics = Metric::ALL.iter().map(|metric| metric.name());
        let dimensions = Dimension::ALL[1..].iter().map(|dimension| dimension.name());
        for name in metrics.chain(dimensions) {
            let row = format!("\n| `{name}` | ");
            assert_eq!(text.matches(&row).count(), 1, "{name}");
        }
    }
}
