//! Messages by weekday and local hour.

use domain::{ratio::Amount, time::WeekStart};
use store::{Cell, Table};

use super::value::amount;

/// Messages by weekday (Monday first) and local hour.
pub(super) struct Heatmap([[Amount; 24]; 7]);

impl Heatmap {
    /// Returns the counts of a table by weekday and hour.
    pub(super) fn of(table: &Table) -> Self {
        let mut slots = [[Amount::ZERO; 24]; 7];
        let place = |cell: &Cell| usize::try_from(cell.as_int()?).ok();
        for row in &table.rows {
            if let (Some(weekday), Some(hour)) = (place(&row.keys[0]), place(&row.keys[1]))
                && let Some(slot) = slots.get_mut(weekday).and_then(|day| day.get_mut(hour))
            {
                *slot = *slot + amount(row, 0);
            }
        }
        Self(slots)
    }

    /// Returns the counts as they are shown, the day that weeks begin with first.
    pub(super) fn shown(&self, first: WeekStart) -> Vec<[u64; 24]> {
        let mut shown = self.0.map(|hours| hours.map(Amount::rounded));
        shown.rotate_left(first.place());
        shown.to_vec()
    }

    /// Returns the hour with the most messages; the earliest on a tie.
    pub(super) fn peak_hour(&self) -> Option<String> {
        let by_hour = |hour: usize| self.0.iter().map(|hours| hours[hour]).sum::<Amount>();
        let (hour, most) = (0..24)
            .map(|hour| (hour, by_hour(hour)))
            .max_by_key(|(hour, most)| (*most, 24 - hour))?;
        (!most.is_zero()).then(|| format!("{hour:02}:00"))
    }
}

#[cfg(test)]
mod tests {
    use store::TableRow;

    use super::*;

    #[test]
    fn sampled_hours_are_compared_before_they_are_rounded() {
        let row = |weekday, hour, value| TableRow {
            keys: vec![Cell::Int(weekday), Cell::Int(hour)],
            values: vec![Some(value)],
        };
        // Shown as 3 and 3, and as 2 and 2 of one hour.
        let rows = vec![
            row(0, 9, 2.6),
            row(0, 10, 3.4),
            row(1, 11, 1.6),
            row(2, 11, 1.7),
        ];
        let table = Table {
            rows,
            ..Table::default()
        };
        let heatmap = Heatmap::of(&table);
        assert_eq!(heatmap.peak_hour().as_deref(), Some("10:00"));
        let shown = |first| heatmap.shown(first);
        assert_eq!(shown(WeekStart::Monday)[0][9..11], [3, 3]);
        // Saturday, Sunday, Monday; Sunday, Monday.
        assert_eq!(shown(WeekStart::Saturday)[2][9..11], [3, 3]);
        assert_eq!(shown(WeekStart::Sunday)[1][9..11], [3, 3]);
        assert_eq!(Heatmap::of(&Table::default()).peak_hour(), None);
    }
}
