//! The semantic query: a validated question about metrics.

use jiff::tz::TimeZone;

use crate::{
    dimension::Dimension,
    filter::{Field, Filter},
    id::WorkspaceId,
    metric::Metric,
    time::Range,
};

/// Whose events count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Population {
    /// People only: the rule.
    #[default]
    People,
    /// People and bots.
    Everyone,
}

impl Population {
    /// Returns whether who is a bot, or not, belongs to it.
    pub fn holds(self, is_bot: bool) -> bool {
        !is_bot || self == Self::Everyone
    }
}

/// The order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// By the keys, ascending.
    Keys,
    /// By a metric; ties go by the keys, ascending.
    Metric {
        /// Which metric of the query, by position.
        index: usize,
        /// Largest first.
        descending: bool,
    },
    /// In any order, as it costs least: for whoever looks rows up by their keys.
    Any,
}

/// A condition on a row's metric, both ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Having {
    /// Which metric, by position.
    pub metric: usize,
    /// Smallest value, included.
    pub at_least: Option<f64>,
    /// Largest value, excluded.
    pub below: Option<f64>,
}

/// A question: these metrics, split by these dimensions, over this span.
#[derive(Debug, Clone)]
pub struct Query {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// What is asked.
    pub metrics: Vec<Metric>,
    /// Split by what.
    pub dimensions: Vec<Dimension>,
    /// Which events count.
    pub filter: Filter,
    /// Over which span.
    pub range: Range,
    /// In whose local time.
    pub zone: TimeZone,
    /// Whose events count.
    pub population: Population,
    /// Which rows are kept.
    pub having: Option<Having>,
    /// Sorted how.
    pub order: Order,
    /// How many rows at most; `None` means all within the bound of the plan.
    pub limit: Option<u32>,
    /// How many rows are passed over.
    pub offset: u32,
    /// Whether events and people count once, however many they stand for: groups of people are as large
    /// as what is known of them.
    pub as_stored: bool,
}

impl Query {
    /// Returns a query for totals over `range`: no dimensions, people only.
    pub fn totals(
        workspace: WorkspaceId,
        zone: TimeZone,
        range: Range,
        metrics: &[Metric],
    ) -> Self {
        Self {
            workspace,
            metrics: metrics.to_vec(),
            dimensions: Vec::new(),
            filter: Filter::default(),
            range,
            zone,
            population: Population::default(),
            having: None,
            order: Order::Keys,
            limit: None,
            offset: 0,
            as_stored: false,
        }
    }

    /// Returns whether events count by their weights.
    ///
    /// Sampling by person keeps the events of a person whole, so a row about single persons counts what
    /// is there: where the question is split by person or narrowed to given people, an event counts once.
    pub fn is_weighted(&self) -> bool {
        !self.as_stored
            && !self.dimensions.contains(&Dimension::User)
            && !self.filter.narrows_to(&Field::User)
    }

    /// Returns the query split by `dimensions`.
    #[must_use]
    pub fn by(mut self, dimensions: &[Dimension]) -> Self {
        self.dimensions = dimensions.to_vec();
        self
    }

    /// Returns the query with all of its rows in any order.
    #[must_use]
    pub const fn in_any_order(mut self) -> Self {
        self.order = Order::Any;
        self
    }

    /// Returns the query with its rows by the first metric, the largest first.
    #[must_use]
    pub const fn largest_first(mut self) -> Self {
        self.order = Order::Metric {
            index: 0,
            descending: true,
        };
        self
    }

    /// Returns the query with the rows of the largest first metric, at most `limit`.
    #[must_use]
    pub const fn top(self, limit: u32) -> Self {
        let mut query = self.largest_first();
        query.limit = Some(limit);
        query
    }

    /// Returns the query for another population.
    #[must_use]
    pub fn of(mut self, population: Population) -> Self {
        self.population = population;
        self
    }

    /// Returns the query with one more condition.
    #[must_use]
    pub fn only(mut self, filter: Filter) -> Self {
        self.filter = self.filter.and(filter);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_single_persons_count_once() {
        for (filter, dimensions, is_weighted) in [
            ("", &[][..], true),
            ("", &[Dimension::Channel, Dimension::HourOfDay], true),
            ("", &[Dimension::Channel, Dimension::User], false),
            ("user is a", &[], false),
            ("user is a,b and channel is c", &[Dimension::Channel], false),
            ("user is a or user is b and channel is c", &[], false),
            ("user is a or channel is c", &[], true),
            ("not user is a", &[], true),
            ("channel is c", &[], true),
        ] {
            let query = Query::totals(
                WorkspaceId::default(),
                TimeZone::UTC,
                Range::ALL,
                &[Metric::Messages],
            );
            let query = query.by(dimensions).only(Filter::parse(filter).unwrap());
            assert_eq!(query.is_weighted(), is_weighted, "{filter} {dimensions:?}");
            let as_stored = true;
            assert!(!Query { as_stored, ..query }.is_weighted(), "{filter}");
        }
    }
}
