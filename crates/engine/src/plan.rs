//! From a question to how it is answered, as an ordered list of small pure passes.
//!
//! 1. `check`: the question makes sense (at least one metric, every pair allowed).
//! 2. `bound`: the answer has a largest size.
//! 3. `resolve_clock`: local time becomes plain offsets, where anything local is asked.
//! 4. `shared_predicate`: which events every metric counts is said once, for all rows.

use domain::{
    dimension::Dimension,
    metric::{Aggregate, Metric, Predicate},
    query::{Order, Query},
    time::LocalClock,
};

/// Most rows of one answer.
pub const MAX_ROWS: u32 = 100_000;

/// Where an answer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The events themselves.
    #[default]
    Raw,
    /// Rollups of whole days and months.
    Rollup,
    /// Both: rollups, and the events of parts of days.
    Mixed,
}

impl Source {
    /// Returns where two answers together come from.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Mixed }
    }
}

/// A question and how it is answered.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The question.
    pub query: Query,
    /// Offsets of local time within the span.
    pub clock: LocalClock,
    /// Which events all metrics count, so that other rows are never looked at.
    pub predicate: Predicate,
    /// Most rows the statement returns.
    pub limit: u32,
    /// Whether the events are asked, whatever rollups could answer.
    pub from_events: bool,
}

/// Why a question cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nothing is asked.
    #[error("a query needs at least one metric")]
    NoMetric,
    /// A metric has no meaning when split so.
    #[error("`{}` cannot be split by `{}`", .0.name(), .1.name())]
    NotAllowed(Metric, Dimension),
    /// The order names a metric that is not asked.
    #[error("the order names a metric that the query does not ask")]
    BadOrder,
    /// Two multi-valued dimensions would multiply.
    #[error("only one kind of term, such as emoji and topic, may be split by at a time")]
    TwoTerms,
}

/// Returns how the question is answered.
pub fn plan(query: Query) -> Result<Plan, PlanError> {
    check(&query)?;
    let limit = bound(&query);
    let clock = resolve_clock(&query);
    let predicate = shared_predicate(&query.metrics);
    Ok(Plan {
        query,
        clock,
        predicate,
        limit,
        from_events: false,
    })
}

fn check(query: &Query) -> Result<(), PlanError> {
    if query.metrics.is_empty() {
        return Err(PlanError::NoMetric);
    }
    for dimension in &query.dimensions {
        if let Some(metric) = query
            .metrics
            .iter()
            .find(|metric| !dimension.allows(**metric))
        {
            return Err(PlanError::NotAllowed(*metric, *dimension));
        }
    }
    if query
        .dimensions
        .iter()
        .filter(|dimension| dimension.is_multi_valued())
        .count()
        > 1
    {
        return Err(PlanError::TwoTerms);
    }
    let known = |index: usize| index < query.metrics.len();
    let order_known = match query.order {
        Order::Metric { index, .. } => known(index),
        Order::Keys | Order::Any => true,
    };
    if !order_known || query.having.is_some_and(|having| !known(having.metric)) {
        return Err(PlanError::BadOrder);
    }
    Ok(())
}

fn bound(query: &Query) -> u32 {
    query.limit.unwrap_or(MAX_ROWS).min(MAX_ROWS)
}

fn resolve_clock(query: &Query) -> LocalClock {
    let local = query
        .dimensions
        .iter()
        .any(|dimension| dimension.is_local())
        || query
            .metrics
            .iter()
            .any(|metric| metric.definition().aggregate.is_local());
    if local {
        LocalClock::new(query.range, &query.zone)
    } else {
        LocalClock {
            first_offset: 0,
            steps: Vec::new(),
        }
    }
}

/// Returns the metrics that others are computed from: ratios are replaced by their parts, and none
/// stands there twice.
pub fn base_metrics(metrics: &[Metric]) -> Vec<Metric> {
    let mut base = Vec::with_capacity(metrics.len());
    let mut add = |metric: Metric| {
        if !base.contains(&metric) {
            base.push(metric);
        }
    };
    for metric in metrics {
        match metric.definition().aggregate {
            Aggregate::Ratio(ratio) => ratio.metrics().for_each(&mut add),
            _ => add(*metric),
        }
    }
    base
}

/// Returns which events every metric counts: the same ones for all of them, else every event.
pub fn shared_predicate(metrics: &[Metric]) -> Predicate {
    let mut predicates = base_metrics(metrics)
        .into_iter()
        .map(|metric| metric.definition().predicate);
    let Some(first) = predicates.next() else {
        return Predicate::ALL;
    };
    if predicates.all(|predicate| predicate == first) {
        first
    } else {
        Predicate::ALL
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use domain::{
        id::WorkspaceId,
        time::{Grain, Instant, Range},
    };

    fn query(metrics: &[Metric]) -> Query {
        let range = Range::new(
            Instant::from_millis(1_648_000_000_000),
            Instant::from_millis(1_650_000_000_000),
        );
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        Query::totals(WorkspaceId::default(), zone, range, metrics)
    }

    #[test]
    fn check_refuses_what_has_no_meaning() {
        let refused = |query: Query| check(&query).unwrap_err();
        assert_eq!(refused(query(&[])), PlanError::NoMetric);
        assert_eq!(
            refused(query(&[Metric::DaysActive]).by(&[Dimension::HourOfDay])),
            PlanError::NotAllowed(Metric::DaysActive, Dimension::HourOfDay)
        );
        assert_eq!(
            refused(query(&[Metric::Messages]).by(&[Dimension::Emoji, Dimension::Link])),
            PlanError::TwoTerms
        );
        let mut bad = query(&[Metric::Messages]).top(3);
        bad.order = Order::Metric {
            index: 1,
            descending: true,
        };
        assert_eq!(refused(bad), PlanError::BadOrder);
    }

    #[test]
    fn bound_never_exceeds_the_most_rows() {
        assert_eq!(bound(&query(&[Metric::Messages])), MAX_ROWS);
        assert_eq!(bound(&query(&[Metric::Messages]).top(5)), 5);
        assert_eq!(bound(&query(&[Metric::Messages]).top(u32::MAX)), MAX_ROWS);
    }

    #[test]
    fn resolve_clock_only_where_local_time_is_asked() {
        let none = resolve_clock(&query(&[Metric::Messages]));
        assert_eq!((none.first_offset, none.steps.len()), (0, 0));
        // Berlin moves to summer time on 2022-03-27 at 01:00 UTC.
        let clock = resolve_clock(&query(&[Metric::Messages]).by(&[Dimension::Time(Grain::Day)]));
        assert_eq!(clock.first_offset, 3_600_000);
        assert_eq!(
            clock.steps,
            vec![(Instant::from_millis(1_648_342_800_000), 7_200_000)]
        );
    }

    #[test]
    fn shared_predicate_only_what_all_share() {
        for (metrics, shared) in [
            ([Metric::Messages, Metric::Posters], Predicate::MESSAGES),
            ([Metric::Messages, Metric::Files], Predicate::ALL),
            ([Metric::Words, Metric::WordsPerMessage], Predicate::ALL),
        ] {
            assert_eq!(shared_predicate(&metrics), shared, "{metrics:?}");
        }
    }

    #[test]
    fn base_metrics_have_no_ratios_and_stand_once() {
        assert_eq!(
            base_metrics(&[
                Metric::Engagement,
                Metric::Messages,
                Metric::WordsPerMessage
            ]),
            [
                Metric::Messages,
                Metric::Reactions,
                Metric::Files,
                Metric::DaysActive,
                Metric::Words,
                Metric::ReadableMessages
            ]
        );
    }
}
