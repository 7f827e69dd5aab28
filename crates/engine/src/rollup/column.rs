//! Numbers of many rows in as few bytes as they need.

use domain::metric::Aggregate;
use serde::{Deserialize, Serialize};

/// How two values of one column become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combine {
    /// They add up.
    Sum,
    /// The smaller one; NaN is no value.
    Smallest,
    /// The larger one; NaN is no value.
    Largest,
}

impl Combine {
    /// Returns how values of what is taken from events become one.
    pub const fn of_aggregate(aggregate: Aggregate) -> Self {
        match aggregate {
            Aggregate::First => Self::Smallest,
            Aggregate::Last => Self::Largest,
            Aggregate::Count | Aggregate::Sum(_) | Aggregate::Distinct(_) | Aggregate::Ratio(_) => {
                Self::Sum
            }
        }
    }

    /// Returns the value that changes nothing.
    pub const fn nothing(self) -> f64 {
        match self {
            Self::Sum => 0.0,
            Self::Smallest | Self::Largest => f64::NAN,
        }
    }

    /// Returns both values as one.
    pub fn of(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Sum => left + right,
            Self::Smallest => left.min(right),
            Self::Largest => left.max(right),
        }
    }
}

/// A column of numbers, as narrow as its values allow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Column {
    /// Whole numbers up to 255.
    Tiny(Vec<u8>),
    /// Whole numbers up to 65,535.
    Small(Vec<u16>),
    /// Whole numbers up to 2³² − 1.
    Medium(Vec<u32>),
    /// Instants within seven weeks: 0 is none, else the value less `base` plus one.
    Near {
        /// The smallest value.
        base: i64,
        /// Distance of each value from it, plus one.
        values: Vec<u32>,
    },
    /// Anything else; NaN is none.
    Wide(Vec<f64>),
}

impl Column {
    /// Returns the values in the narrowest form that keeps each of them.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "only after the bounds were looked at"
    )]
    pub fn pack(values: Vec<f64>, combine: Combine) -> Self {
        if combine != Combine::Sum {
            return Self::pack_instants(values);
        }
        let whole = values
            .iter()
            .all(|value| value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(value));
        if !whole {
            return Self::Wide(values);
        }
        let most = values.iter().copied().fold(0.0, f64::max);
        // TRICKY: a list that is made of another one by value keeps its memory, eight times too much.
        let values = values.iter();
        if most <= f64::from(u8::MAX) {
            Self::Tiny(values.map(|value| *value as u8).collect())
        } else if most <= f64::from(u16::MAX) {
            Self::Small(values.map(|value| *value as u16).collect())
        } else {
            Self::Medium(values.map(|value| *value as u32).collect())
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "only after the bounds were looked at"
    )]
    fn pack_instants(values: Vec<f64>) -> Self {
        let known = || values.iter().copied().filter(|value| !value.is_nan());
        let (least, most) = known().fold((f64::NAN, f64::NAN), |(least, most), value| {
            (least.min(value), most.max(value))
        });
        if most - least >= f64::from(u32::MAX) {
            return Self::Wide(values);
        }
        let base = if least.is_nan() { 0.0 } else { least };
        let near = |value: f64| {
            if value.is_nan() {
                0
            } else {
                (value - base) as u32 + 1
            }
        };
        Self::Near {
            base: base as i64,
            values: values.iter().copied().map(near).collect(),
        }
    }

    /// Returns the value of a row; NaN is none.
    pub fn get(&self, row: usize) -> f64 {
        match self {
            Self::Tiny(values) => values[row].into(),
            Self::Small(values) => values[row].into(),
            Self::Medium(values) => values[row].into(),
            Self::Near { base, values } => match values[row] {
                0 => f64::NAN,
                value => *base as f64 + f64::from(value - 1),
            },
            Self::Wide(values) => values[row],
        }
    }

    /// Adds the values of rows to groups, of which there are `groups`: each row with its group.
    pub fn add_to(
        &self,
        values: &mut Vec<f64>,
        combine: Combine,
        placed: &[(u32, u32)],
        groups: usize,
    ) {
        if values.len() < groups {
            values.resize(groups, combine.nothing());
        }
        // What kind of column it is is looked at once, not for each row.
        match (self, combine) {
            (Self::Tiny(column), Combine::Sum) => sum(values, placed, |row| column[row].into()),
            (Self::Small(column), Combine::Sum) => sum(values, placed, |row| column[row].into()),
            (Self::Medium(column), Combine::Sum) => sum(values, placed, |row| column[row].into()),
            (Self::Near { base, values: near }, combine) => {
                let base = *base as f64 - 1.0;
                for (row, group) in placed {
                    let distance = near[*row as usize];
                    if distance > 0 {
                        let value = &mut values[*group as usize];
                        *value = combine.of(*value, base + f64::from(distance));
                    }
                }
            }
            (column, combine) => {
                for (row, group) in placed {
                    let value = &mut values[*group as usize];
                    *value = combine.of(*value, column.get(*row as usize));
                }
            }
        }
    }

    /// Returns the bytes that the values take in memory.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Tiny(values) => values.len(),
            Self::Small(values) => values.len() * 2,
            Self::Medium(values) | Self::Near { values, .. } => values.len() * 4,
            Self::Wide(values) => values.len() * 8,
        }
    }
}

fn sum(values: &mut [f64], placed: &[(u32, u32)], value_of: impl Fn(usize) -> f64) {
    for (row, group) in placed {
        values[*group as usize] += value_of(*row as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back() {
        let sums = [
            vec![],
            vec![0.0, 255.0],
            vec![1.0, 256.0],
            vec![65_536.0, 3.0],
            vec![0.5, 3.0],
            vec![1e12],
        ];
        for values in sums {
            let column = Column::pack(values.clone(), Combine::Sum);
            let back: Vec<f64> = (0..values.len()).map(|row| column.get(row)).collect();
            assert_eq!(back, values);
        }
        let instants = [
            vec![1.7e12, f64::NAN, 1.7e12 + 5.0],
            vec![f64::NAN],
            vec![-5.0, 1.7e12],
        ];
        for values in instants {
            let column = Column::pack(values.clone(), Combine::Largest);
            for (row, value) in values.iter().enumerate() {
                assert_eq!(column.get(row).to_bits(), value.to_bits());
            }
        }
    }

    #[test]
    fn narrow_values_take_little() {
        let Column::Tiny(tiny) = Column::pack(vec![1.0; 1_000], Combine::Sum) else {
            panic!("ones are tiny");
        };
        assert!(tiny.capacity() < 2_000);
        assert_eq!(Column::pack(vec![1.0; 10], Combine::Sum).bytes(), 10);
        assert_eq!(Column::pack(vec![1e6; 10], Combine::Sum).bytes(), 40);
        assert_eq!(
            Column::pack(vec![1.7e12; 10], Combine::Smallest).bytes(),
            40
        );
    }
}
