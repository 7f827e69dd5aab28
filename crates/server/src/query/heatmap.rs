//! What happens by weekday and local hour.

use domain::{
    dimension::Dimension,
    metric::{Aggregate, Metric},
    query::Query,
    ratio::Amount,
    time::WeekStart,
};
use serde::Serialize;
use store::{Cell, Table};
use utoipa::ToSchema;

use super::{
    Ask, Change, Explained, Meta, QueryError, QueryService, Run,
    value::{amount, total},
};

/// The metrics that are answered by weekday and hour, by name; the first is the usual one.
pub const HEATMAPS: [(Metric, &[&str]); 6] = [
    (Metric::Messages, &["messages"]),
    (Metric::Events, &["events"]),
    (Metric::Reactions, &["reactions"]),
    (Metric::Files, &["files"]),
    (Metric::ActivePeople, &["activeUsers"]),
    (Metric::Posters, &["posters"]),
];

/// What happens by weekday and local hour.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeatmapAnswer {
    /// What is counted.
    #[schema(example = "messages")]
    pub metric: &'static str,
    /// Counts by weekday (Monday first) and local hour; people are counted once in each.
    pub heatmap: Vec<[u64; 24]>,
    /// The same of the span before; `null` when nothing is compared.
    pub previous: Option<Vec<[u64; 24]>>,
    /// The whole span beside the one before; people are counted once.
    pub total: Change,
    /// The weekday and hour with most; the earliest on a tie, `null` without any.
    pub peak: Option<Peak>,
    /// The hour of day with most, all weekdays together; the earliest on a tie. `null` without any, and
    /// where people are counted, who may be the same on several weekdays.
    #[schema(example = "14:00")]
    pub peak_hour: Option<String>,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// A weekday and local hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Peak {
    /// The weekday, 0 to 6; Monday is 0.
    pub weekday: usize,
    /// The hour, 0 to 23.
    pub hour: usize,
    /// The count.
    pub count: u64,
}

impl QueryService {
    /// Answers what happens by weekday and local hour.
    pub async fn week(&self, ask: &Ask, metric: Metric) -> Result<HeatmapAnswer, QueryError> {
        let run = self.begin(ask);
        let metrics = [metric];
        let before = async {
            match ask.before(&metrics) {
                Some(query) => run.heatmap("heatmap before", query).await.map(Some),
                None => Ok(None),
            }
        };
        let (now, before, all, all_before) = tokio::try_join!(
            run.heatmap("heatmap", ask.now(&metrics)),
            before,
            run.query("total", ask.now(&metrics)),
            run.query_if("total before", ask.before(&metrics)),
        )?;
        let definition = metric.definition();
        let adds_up = matches!(definition.aggregate, Aggregate::Count);
        Ok(HeatmapAnswer {
            metric: metric.name(),
            heatmap: now.shown(ask.first_weekday),
            previous: before
                .as_ref()
                .map(|before| before.shown(ask.first_weekday)),
            total: Change::of(
                total(&all, 0),
                all_before.as_ref().map(|table| total(table, 0)),
            ),
            peak: now.peak(),
            peak_hour: now.peak_hour().filter(|_| adds_up),
            period: ask.window.name.clone(),
            meta: run.meta(definition.text),
            explain: run.explanation(),
        })
    }
}

/// Messages by weekday (Monday first) and local hour.
#[derive(Default)]
pub(super) struct Heatmap([[Amount; 24]; 7]);

impl Heatmap {
    /// Returns the counts of a table by weekday and hour.
    pub(super) fn of(table: &Table) -> Self {
        let rows = table.rows.iter();
        Self::of_rows(rows.map(|row| (&row.keys[0], &row.keys[1], amount(row, 0))))
    }

    /// Returns the counts of weekdays and hours.
    pub(super) fn of_rows<'a>(
        rows: impl IntoIterator<Item = (&'a Cell, &'a Cell, Amount)>,
    ) -> Self {
        let mut slots = [[Amount::ZERO; 24]; 7];
        let place = |cell: &Cell| usize::try_from(cell.as_int()?).ok();
        for (weekday, hour, amount) in rows {
            if let (Some(weekday), Some(hour)) = (place(weekday), place(hour))
                && let Some(slot) = slots.get_mut(weekday).and_then(|day| day.get_mut(hour))
            {
                *slot = *slot + amount;
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

    /// Returns the counts of each hour, whatever the weekday.
    pub(super) fn hours(&self) -> [u64; 24] {
        std::array::from_fn(|hour| {
            let counts = self.0.iter().map(|hours| hours[hour]);
            counts.sum::<Amount>().rounded()
        })
    }

    /// Returns the weekday and hour with most; the earliest on a tie.
    fn peak(&self) -> Option<Peak> {
        let slots = self.0.iter().enumerate();
        let slots = slots.flat_map(|(weekday, hours)| {
            let hours = hours.iter().enumerate();
            hours.map(move |(hour, amount)| (weekday, hour, *amount))
        });
        let (weekday, hour, most) =
            slots.reduce(|most, slot| if slot.2 > most.2 { slot } else { most })?;
        (!most.is_zero()).then(|| Peak {
            weekday,
            hour,
            count: most.rounded(),
        })
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

impl Run<'_> {
    /// Answers a question split by weekday and hour.
    pub(super) async fn heatmap(&self, name: &str, query: Query) -> Result<Heatmap, QueryError> {
        let by = [Dimension::Weekday, Dimension::HourOfDay];
        Ok(Heatmap::of(&self.query(name, query.by(&by)).await?))
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
        let peak = Peak {
            weekday: 0,
            hour: 10,
            count: 3,
        };
        assert_eq!(heatmap.peak(), Some(peak));
        let none = Heatmap::of(&Table::default());
        assert_eq!((none.peak_hour(), none.peak()), (None, None));
    }
}
