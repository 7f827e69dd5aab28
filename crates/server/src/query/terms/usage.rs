//! Where and when one term was used.

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    time::{Grain, Instant},
};
use serde::Serialize;
use store::TableRow;
use utoipa::ToSchema;

use super::TermsOf;
use crate::query::{QueryError, Run, value::count};

/// Most channels that a term is shown in.
const MOST_CHANNELS: u32 = 100;

/// Where and when one term was used.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TermUsage {
    /// The term.
    pub name: String,
    /// In which channels, the most used first; 100 at most.
    pub channels: Vec<ChannelUsage>,
    /// On which local days, ascending; days without it are left out.
    pub days: Vec<DayUsage>,
}

/// How a term was used in a channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelUsage {
    /// Identifier of the channel.
    pub channel_id: String,
    /// Name of the channel; its identifier where none is known.
    pub channel_name: String,
    /// Messages, reactions or files with it.
    pub count: u64,
    /// Different people who used it.
    pub users: u64,
}

/// How a term was used on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DayUsage {
    /// The local day.
    #[schema(example = "2026-02-01")]
    pub date: String,
    /// Messages, reactions or files with it.
    pub count: u64,
    /// Different people who used it.
    pub users: u64,
}

impl Run<'_> {
    /// Returns where and when a term was used.
    pub(super) async fn usage(&self, of: TermsOf, term: &str) -> Result<TermUsage, QueryError> {
        let metrics = &of.metrics()[..2];
        let only = Filter::Is(Field::Term(of.list()), vec![term.to_owned()]);
        let query = self.ask.now(metrics).only(of.filter()).only(only);
        let channels = query.clone().by(&[Dimension::Channel]).top(MOST_CHANNELS);
        let days = query.by(&[Dimension::Time(Grain::Day)]);
        let (channels, days) = tokio::try_join!(
            self.query("channels of the term", channels),
            self.query("days of the term", days),
        )?;
        let id = |row: &TableRow| row.keys[0].as_text().map(str::to_owned);
        let ids: Vec<String> = channels.rows.iter().filter_map(id).collect();
        let workspace = &self.ask.workspace;
        let names = self.store().channel_names(workspace, &ids).await?;
        let channel = |row: &TableRow| {
            let channel_id = id(row)?;
            let name = names.get(&channel_id).unwrap_or(&channel_id);
            Some(ChannelUsage {
                channel_name: name.clone(),
                channel_id,
                count: count(row, 0),
                users: count(row, 1),
            })
        };
        let day = |row: &TableRow| {
            let start = Instant::from_millis(row.keys[0].as_int()?);
            Some(DayUsage {
                date: start.day(&self.ask.zone).to_string(),
                count: count(row, 0),
                users: count(row, 1),
            })
        };
        Ok(TermUsage {
            name: term.to_owned(),
            channels: channels.rows.iter().filter_map(channel).collect(),
            days: days.rows.iter().filter_map(day).collect(),
        })
    }
}
