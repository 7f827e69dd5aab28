//! Channels: which live, grow or fall asleep.

mod answer;
mod care;
mod last_voices;
mod overlap;
mod participation;
mod people;
mod profile;
mod replies;
mod request;
mod row;
mod spread;
mod voices;

use domain::{metric::Metric, ratio::Amount};
use store::Table;

use answer::ChannelPerson;
use answer::ChannelsSummary;
pub use answer::{ChannelRow, ChannelsAnswer, ListedChannel};
pub use care::{CareAnswer, CareRequest};
pub use overlap::OverlapRequest;
pub use participation::ParticipationAnswer;
pub use profile::{ChannelAnswer, ChannelsComparison};
use request::sort;
pub use request::{ChannelSort, ChannelState, ChannelsRequest, PageRequest};
use row::{Counted, summarise};
pub use spread::DistributionAnswer;

use super::{Ask, Distribution, QueryError, QueryService, Run, meta::Fields};

/// Refuses a table that has not all of its rows: a channel that is left out would seem silent.
fn whole(table: &Table) -> Result<(), QueryError> {
    let rows = table.rows.len() as u64;
    if table.total > rows {
        let total = table.total;
        return Err(QueryError::TooMany {
            parameter: "channelId",
            advice: format!(
                "{total} channels have messages, more than the {rows} that can be answered: name one, \
                 or narrow them by `filter`"
            ),
        });
    }
    Ok(())
}

/// Which metric each field is.
const FIELDS: Fields = &[
    ("channels.messageCount", Metric::Messages),
    ("channels.previousMessageCount", Metric::Messages),
    ("channels.activeMembers", Metric::Posters),
    ("channels.firstSeen", Metric::FirstMessage),
    ("channels.lastActivity", Metric::LastMessage),
];

impl QueryService {
    /// Answers what channels do.
    pub async fn channels(
        &self,
        ask: &Ask,
        request: &ChannelsRequest,
    ) -> Result<ChannelsAnswer, QueryError> {
        let run = self.begin(ask);
        let (mut rows, week) = tokio::try_join!(
            run.counted_channels(),
            run.heatmap("heatmap", ask.now(&[Metric::Messages]))
        )?;
        let all: Amount = rows.iter().map(|counted| counted.messages).sum();
        for counted in &mut rows {
            counted.add_share(all);
        }
        let summary = summarise(&rows);
        let distribution = Distribution::of(rows.iter().map(|counted| counted.messages));
        request.pick(&mut rows);
        let total = rows.len() as u64;
        // Who was where is united from many sets: for the rows of the page, unless it sorts them.
        let (by_people, by_hour) = (
            request.sort.is_of_people(),
            request.sort == ChannelSort::PeakHour,
        );
        if by_people {
            run.add_people(&mut rows).await?;
        }
        if by_hour {
            run.add_peaks(&mut rows).await?;
        }
        sort(&mut rows, request.sort, request.ascending);
        let mut page = request.page.of(rows);
        if !by_people {
            run.add_people(&mut page).await?;
        }
        if !by_hour {
            run.add_peaks(&mut page).await?;
        }
        Ok(ChannelsAnswer {
            channels: run.listed(page, request.with_series).await?,
            total,
            summary,
            distribution,
            heatmap: week.shown(ask.first_weekday),
            period: ask.window.name.clone(),
            meta: run.meta_of_channels().with(FIELDS),
            explain: run.explanation(),
        })
    }
}

impl Run<'_> {
    /// Returns rows as they are listed.
    async fn listed(
        &self,
        page: Vec<Counted>,
        with_series: bool,
    ) -> Result<Vec<ListedChannel>, QueryError> {
        let mut series = Vec::new();
        if with_series {
            let ids: Vec<&str> = page.iter().map(Counted::id).collect();
            series = self.series_of_channels(&ids, &[Metric::Messages]).await?;
        }
        let mut series = series.into_iter();
        let listed = page.into_iter().map(|counted| ListedChannel {
            row: *counted.row,
            series: series
                .next()
                .map(|points| points.iter().map(|point| point.day_count(0)).collect()),
        });
        Ok(listed.collect())
    }
}

#[cfg(test)]
mod tests {
    use store::{Cell, TableRow};

    use super::*;

    #[test]
    fn a_part_of_the_channels_is_not_taken_for_all() {
        let row = |id: &str| TableRow {
            keys: vec![Cell::Text(id.to_owned())],
            values: vec![Some(1.0)],
        };
        let mut table = Table {
            rows: vec![row("a"), row("b")],
            total: 2,
            ..Table::default()
        };
        assert!(whole(&table).is_ok());
        table.total = 3;
        let refused = whole(&table).unwrap_err().to_string();
        assert!(refused.starts_with("`channelId`: 3 channels"), "{refused}");
    }
}
