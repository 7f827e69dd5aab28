//! Groups, and what is gathered of each metric for them.

use domain::metric::{Aggregate, Key};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::{GroupKey, NONE};

use crate::rollup::{Column, Combine, WeightedSet};

/// Finds the group of a key.
pub(super) struct Index {
    /// By the number of a person or channel, where that is the only dimension.
    pub(super) dense: Option<Vec<u32>>,
    pub(super) hashed: FxHashMap<GroupKey, u32>,
    pub(super) keys: Vec<GroupKey>,
}

impl Index {
    /// Finds the group of a person or channel by number.
    pub(super) fn numbered(&mut self, number: u32) -> u32 {
        let place = number as usize;
        if let Some(dense) = &mut self.dense {
            if place >= dense.len() {
                dense.resize(place + 1, u32::MAX);
            }
            if dense[place] == u32::MAX {
                dense[place] = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
                self.keys.push([number.into(), NONE, NONE]);
            }
            return dense[place];
        }
        self.group([number.into(), NONE, NONE])
    }

    pub(super) fn group(&mut self, key: GroupKey) -> u32 {
        let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        if let Some(dense) = &mut self.dense
            && let Ok(place) = usize::try_from(key[0])
        {
            if place >= dense.len() {
                dense.resize(place + 1, u32::MAX);
            }
            if dense[place] == u32::MAX {
                dense[place] = next;
                self.keys.push(key);
            }
            return dense[place];
        }
        *self.hashed.entry(key).or_insert_with(|| {
            self.keys.push(key);
            next
        })
    }
}

/// What is gathered of a metric, for each group.
pub(super) enum Gathered {
    Sum(Vec<f64>),
    First(Vec<f64>),
    Last(Vec<f64>),
    Set(Vec<RoaringBitmap>),
    People(Vec<WeightedSet>),
}

impl Gathered {
    pub(super) fn of(aggregate: Aggregate) -> Self {
        match aggregate {
            // Days are counted one at a time.
            Aggregate::Distinct(Key::LocalDay)
            | Aggregate::Count
            | Aggregate::Sum(_)
            | Aggregate::Ratio(_) => Self::Sum(Vec::new()),
            Aggregate::Distinct(Key::Person) => Self::People(Vec::new()),
            Aggregate::Distinct(_) => Self::Set(Vec::new()),
            Aggregate::First => Self::First(Vec::new()),
            Aggregate::Last => Self::Last(Vec::new()),
        }
    }

    pub(super) fn number(&mut self, group: u32, value: f64) {
        let (values, combine) = match self {
            Self::Sum(values) => (values, Combine::Sum),
            Self::First(values) => (values, Combine::Smallest),
            Self::Last(values) => (values, Combine::Largest),
            Self::Set(_) | Self::People(_) => return,
        };
        let group = group as usize;
        if group >= values.len() {
            values.resize(group + 1, combine.nothing());
        }
        values[group] = combine.of(values[group], value);
    }

    /// Adds the values of a column to the groups of its rows.
    pub(super) fn column(&mut self, column: &Column, placed: &[(u32, u32)], groups: usize) {
        let (values, combine) = match self {
            Self::Sum(values) => (values, Combine::Sum),
            Self::First(values) => (values, Combine::Smallest),
            Self::Last(values) => (values, Combine::Largest),
            Self::Set(_) | Self::People(_) => return,
        };
        column.add_to(values, combine, placed, groups);
    }

    pub(super) fn set(&mut self, group: u32) -> Option<&mut RoaringBitmap> {
        let Self::Set(sets) = self else { return None };
        let group = group as usize;
        if group >= sets.len() {
            sets.resize_with(group + 1, RoaringBitmap::new);
        }
        sets.get_mut(group)
    }

    pub(super) fn people(&mut self, group: u32) -> Option<&mut WeightedSet> {
        let Self::People(people) = self else {
            return None;
        };
        let group = group as usize;
        if group >= people.len() {
            people.resize_with(group + 1, WeightedSet::default);
        }
        people.get_mut(group)
    }

    /// Returns the value of a group, people counted by their weights or not.
    pub(super) fn value(&self, group: usize, is_weighted: bool) -> f64 {
        match self {
            Self::Sum(values) => values.get(group).copied().unwrap_or(0.0),
            Self::First(values) | Self::Last(values) => {
                values.get(group).copied().unwrap_or(f64::NAN)
            }
            Self::Set(sets) => sets.get(group).map_or(0.0, |set| set.len() as f64),
            Self::People(people) => people.get(group).map_or(0.0, |people| {
                if is_weighted {
                    people.total()
                } else {
                    people.everybody().len() as f64
                }
            }),
        }
    }
}
