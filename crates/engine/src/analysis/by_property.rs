//! How many events have each value of a property.

use domain::{filter::Filter, id::WorkspaceId, query::Population, time::Range};
use rustc_hash::FxHashMap;

use super::{Act, Ordered, OrderedScan};

/// Most different values that are told apart.
pub const MOST_VALUES: usize = 1_000;

/// Counts events by a property.
pub struct ByProperty {
    scan: OrderedScan,
    counts: PropertyCounts,
}

/// How many events have each value of a property.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PropertyCounts {
    /// By value; `None` are those that do not have the property.
    pub values: FxHashMap<Option<Box<str>>, f64>,
    /// Events with values that first came after [`MOST_VALUES`] others.
    pub others: f64,
}

impl ByProperty {
    /// Returns the question how many of the events that a filter lets through have each value.
    pub fn new(
        workspace: WorkspaceId,
        (population, filter): (Population, Filter),
        range: Range,
        property: &str,
    ) -> Self {
        Self {
            scan: OrderedScan {
                workspace,
                range,
                population,
                filter,
                with_messages: false,
                property: Some(property.to_owned()),
                marks: Vec::new(),
            },
            counts: PropertyCounts::default(),
        }
    }
}

impl Ordered for ByProperty {
    type Outcome = PropertyCounts;

    fn scan(&self) -> OrderedScan {
        self.scan.clone()
    }

    fn take(&mut self, acts: &[Act]) {
        let PropertyCounts { values, others } = &mut self.counts;
        for act in acts {
            let is_full = values.len() >= MOST_VALUES;
            if let Some(count) = values.get_mut(&act.property) {
                *count += act.weight;
            } else if is_full {
                *others += act.weight;
            } else {
                values.insert(act.property.clone(), act.weight);
            }
        }
    }

    fn finish(self) -> PropertyCounts {
        self.counts
    }
}
