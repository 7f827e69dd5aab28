//! Channels: which live, grow or fall asleep.

mod answer;
mod people;
mod request;
mod row;

use domain::{dimension::Dimension, filter::Field, metric::Metric, time::Range};
use store::Table;

use answer::ChannelsSummary;
pub use answer::{ChannelRow, ChannelsAnswer};
use request::sort;
pub use request::{ChannelSort, ChannelsRequest};
use row::{Counted, Facts, summarise};

use super::{Ask, Distribution, QueryError, QueryService, heatmap::Heatmap};

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

impl QueryService {
    /// Answers what channels do.
    pub async fn channels(
        &self,
        ask: &Ask,
        request: &ChannelsRequest,
    ) -> Result<ChannelsAnswer, QueryError> {
        let run = self.begin(ask);
        let channel = [Dimension::Channel];
        let ever = Range::before(ask.window.range.to()).until(ask.window.as_of);
        let messages = [Metric::Messages];
        let known = async { Ok::<_, QueryError>(self.store.channels(&ask.workspace).await?) };
        let (known, now, before, week, last) = tokio::try_join!(
            known,
            run.query("by channel", ask.now(&messages).by(&channel).in_any_order()),
            run.query_if(
                "by channel before",
                ask.before(&messages)
                    .map(|query| query.by(&channel).in_any_order())
            ),
            run.query(
                "heatmap",
                ask.now(&messages)
                    .by(&[Dimension::Weekday, Dimension::HourOfDay])
            ),
            run.query(
                "last messages",
                ask.over(ever, &[Metric::LastMessage])
                    .by(&channel)
                    .in_any_order()
            ),
        )?;
        whole(&now)?;
        before.as_ref().map_or(Ok(()), whole)?;
        whole(&last)?;
        let facts = Facts::new(ask, &now, before.as_ref(), &last);
        let mut rows: Vec<Counted> = known
            .iter()
            .filter(|channel| ask.filter.admits(&Field::Channel, &channel.id))
            .map(|channel| facts.row(channel))
            .collect();
        let summary = summarise(&rows);
        let distribution = Distribution::of(rows.iter().map(|counted| counted.messages));
        let total = rows.len() as u64;
        // Who was where is united from many sets: for the rows of the page, unless it sorts them.
        let sorts_by_people = request.sort == ChannelSort::Engagement;
        if sorts_by_people {
            run.add_people(&mut rows).await?;
        }
        sort(&mut rows, *request);
        let page = rows.into_iter().skip(request.offset as usize);
        let mut page: Vec<Counted> = page.take(request.limit as usize).collect();
        if !sorts_by_people {
            run.add_people(&mut page).await?;
        }
        let mut channels: Vec<ChannelRow> = page.into_iter().map(|counted| counted.row).collect();
        run.add_peaks(&mut channels).await?;
        Ok(ChannelsAnswer {
            channels,
            total,
            summary,
            distribution,
            heatmap: Heatmap::of(&week).shown(ask.first_weekday),
            period: ask.window.name.clone(),
            meta: run.meta(Metric::Messages.definition().text),
            explain: run.explanation(),
        })
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
