//! Who takes part in channels.

use domain::{
    dimension::Dimension,
    event::Kind,
    filter::{Field, Filter},
    metric::Metric,
    ratio::{Amount, Ratio},
    record::ChannelKind,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    ChannelSort, PageRequest,
    overlap::{Overlap, OverlapRequest},
    replies::RepliesAnswer,
    request::sort,
    row::Counted,
};
use crate::query::{
    Ask, Change, Explained, Meta, QueryError, QueryService, Run,
    value::{amount, by_text, total},
};

/// Who takes part in channels.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParticipationAnswer {
    /// The channels, those with the most messages first; ties by identifier.
    pub channels: Vec<ParticipationRow>,
    /// How many channels there are without limit and offset.
    pub total: u64,
    /// Everybody together, each counted once, wherever it was.
    pub summary: ParticipationSummary,
    /// Which channels have the same people.
    pub overlap: Overlap,
    /// Who answers whom.
    pub replies: RepliesAnswer,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// Everybody together.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ParticipationSummary {
    /// People who wrote.
    pub posters: Change,
    /// People who reacted.
    pub reactors: Change,
    /// People who read; `null` where no event of the span says that something was read.
    pub readers: Option<u64>,
}

/// Who takes part in a channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParticipationRow {
    /// Which.
    pub channel_id: String,
    /// Its name.
    pub name: String,
    /// Who may see it.
    #[schema(value_type = Option<String>, example = "public")]
    pub kind: Option<ChannelKind>,
    /// Members; `null` where neither records nor joins tell.
    pub member_count: Option<u32>,
    /// Messages in the period.
    pub message_count: u64,
    /// People who wrote.
    pub posters: u64,
    /// People who reacted.
    pub reactors: u64,
    /// People who read; `null` where no event of the span says that something was read.
    pub readers: Option<u64>,
    /// People who wrote, of the members, in percent, one decimal; `null` where members are unknown.
    pub participation_percent: Option<f64>,
    /// People who reacted, of the members.
    pub reactors_percent: Option<f64>,
    /// People who read, of the members.
    pub readers_percent: Option<f64>,
    /// The smallest number of people who wrote at least half of the messages; `null` without messages,
    /// and where more than half are of nobody that is known.
    pub bus_factor: Option<u64>,
}

/// Events that say that something was read.
fn reads() -> Filter {
    Filter::Is(Field::EventType, vec![Kind::MessageRead.name().to_owned()])
}

impl QueryService {
    /// Answers who takes part in channels.
    pub async fn participation(
        &self,
        ask: &Ask,
        page: PageRequest,
        overlap: OverlapRequest,
    ) -> Result<ParticipationAnswer, QueryError> {
        let run = self.begin(ask);
        let people = [Metric::Posters, Metric::Reactors];
        let (mut rows, now, before, has_reads) = tokio::try_join!(
            run.counted_channels(),
            run.query("people", ask.now(&people)),
            run.query_if("people before", ask.before(&people)),
            run.has_reads(),
        )?;
        sort(&mut rows, ChannelSort::Activity, false);
        let total_rows = rows.len() as u64;
        let overlap = run.overlap(&rows, overlap).await?;
        let rows = page.of(rows);
        let readers = if has_reads {
            let readers = ask.now(&[Metric::Readers]);
            Some(total(&run.query("readers", readers).await?, 0).rounded())
        } else {
            None
        };
        let change = |metric| {
            let before = before.as_ref().map(|table| total(table, metric));
            Change::of(total(&now, metric), before)
        };
        Ok(ParticipationAnswer {
            channels: run.participants(&rows, has_reads).await?,
            total: total_rows,
            summary: ParticipationSummary {
                posters: change(0),
                reactors: change(1),
                readers,
            },
            overlap,
            replies: run.replies().await?,
            period: ask.window.name.clone(),
            meta: run.meta(Metric::Posters.definition().text),
            explain: run.explanation(),
        })
    }
}

impl Run<'_> {
    /// Returns whether any event of the span says that something was read, by whomever and wherever:
    /// without a source of such events nobody would seem to read.
    async fn has_reads(&self) -> Result<bool, QueryError> {
        let mut query = self.ask.now(&[Metric::Events]);
        query.filter = reads();
        Ok(!total(&self.query("reads", query).await?, 0).is_zero())
    }

    /// Returns who takes part in each of these channels.
    async fn participants(
        &self,
        rows: &[Counted],
        has_reads: bool,
    ) -> Result<Vec<ParticipationRow>, QueryError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let channel = [Dimension::Channel];
        let people = self.about(rows, &[Metric::Posters, Metric::Reactors]);
        let readers = self.about(rows, &[Metric::Readers]);
        let readers = has_reads.then(|| readers.by(&channel).in_any_order());
        let ids: Vec<String> = rows.iter().map(|row| row.id().to_owned()).collect();
        let (people, readers, writers) = tokio::try_join!(
            self.query("people by channel", people.by(&channel).in_any_order()),
            self.query_if("readers by channel", readers),
            self.writers(&ids),
        )?;
        let (people, readers) = (by_text(&people), readers.as_ref().map(by_text));
        let participants = rows.iter().map(|counted| {
            let (id, row) = (counted.id(), &counted.row);
            let people = |metric| {
                let row = people.get(id);
                row.map_or(Amount::ZERO, |row| amount(row, metric))
            };
            let readers = readers.as_ref().map(|readers| {
                let row = readers.get(id);
                row.map_or(Amount::ZERO, |row| amount(row, 0))
            });
            let members = row.member_count.map(|count| Amount::whole(count.into()));
            let percent = |part| Some(Ratio::of(part, members?)?.percent(1));
            ParticipationRow {
                channel_id: id.to_owned(),
                name: row.name.clone(),
                kind: row.kind,
                member_count: row.member_count,
                message_count: row.message_count,
                posters: people(0).rounded(),
                reactors: people(1).rounded(),
                readers: readers.map(Amount::rounded),
                participation_percent: percent(people(0)),
                reactors_percent: percent(people(1)),
                readers_percent: readers.and_then(percent),
                bus_factor: writers
                    .get(id)
                    .and_then(|writers| writers.for_half(counted.messages)),
            }
        });
        Ok(participants.collect())
    }
}
