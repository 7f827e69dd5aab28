//! Who wrote in each channel, and when most was written.

use std::collections::HashMap;

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    query::Query,
    ratio::Amount,
};
use engine::plan::MAX_ROWS;
use store::Table;

use super::row::Counted;
use crate::query::{
    QueryError, Run,
    value::{amount, by_text},
};

/// Most channels that one question names: each has as many rows as a day has hours.
const MOST_NAMED: usize = MAX_ROWS as usize / 24;

impl Counted {
    /// Returns which channel it is.
    pub(super) fn id(&self) -> &str {
        &self.row.channel_id
    }
}

/// Returns the filter that lets just these channels through.
pub(super) fn named(rows: &[Counted]) -> Filter {
    let ids = rows.iter().map(|counted| counted.id().to_owned());
    Filter::Is(Field::Channel, ids.collect())
}

impl Run<'_> {
    /// Returns a question about just these channels.
    pub(super) fn about(&self, rows: &[Counted], metrics: &[Metric]) -> Query {
        self.ask.now(metrics).only(named(rows))
    }

    /// Adds who wrote and reacted.
    pub(super) async fn add_people(&self, rows: &mut [Counted]) -> Result<(), QueryError> {
        let metrics = [Metric::Posters, Metric::EngagedPeople];
        for rows in rows.chunks_mut(MOST_NAMED) {
            let people = self
                .about(rows, &metrics)
                .by(&[Dimension::Channel])
                .in_any_order();
            let people = self.query("people by channel", people).await?;
            let people = by_text(&people);
            for counted in rows {
                let of = people.get(counted.id()).copied();
                counted.add_people(|metric| of.map_or(Amount::ZERO, |row| amount(row, metric)));
            }
        }
        Ok(())
    }

    /// Adds the hours with the most messages.
    pub(super) async fn add_peaks(&self, rows: &mut [Counted]) -> Result<(), QueryError> {
        let by = [Dimension::Channel, Dimension::HourOfDay];
        for rows in rows.chunks_mut(MOST_NAMED) {
            let hours = self.about(rows, &[Metric::Messages]).by(&by).in_any_order();
            let hours = self.query("by hour", hours).await?;
            let peaks = peak_hours(&hours);
            for counted in rows {
                let peak = peaks.get(counted.id());
                counted.row.peak_hour = peak.map(|hour| format!("{hour:02}:00"));
            }
        }
        Ok(())
    }
}

/// Returns the hour with the most messages of each channel; the earliest on a tie.
fn peak_hours(table: &Table) -> HashMap<&str, i64> {
    let mut peaks: HashMap<&str, (Amount, i64)> = HashMap::new();
    for row in &table.rows {
        let (Some(channel), Some(hour)) = (row.keys[0].as_text(), row.keys[1].as_int()) else {
            continue;
        };
        let messages = amount(row, 0);
        let peak = peaks.entry(channel).or_insert((Amount::ZERO, hour));
        if messages > peak.0 || (messages == peak.0 && hour < peak.1) {
            *peak = (messages, hour);
        }
    }
    peaks
        .into_iter()
        .filter(|(_, (messages, _))| !messages.is_zero())
        .map(|(channel, (_, hour))| (channel, hour))
        .collect()
}
