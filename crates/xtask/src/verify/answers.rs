//! What the service answers about a history.

use anyhow::Result;
use serde_json::Value;

use super::golden::GoldenWindow;
use crate::product::Client;

/// Asked for more rows than there are, so that nothing is cut.
const ALL_ROWS: u32 = 10_000;
/// Most terms that can be asked for.
const ALL_TERMS: u32 = 1_000;

/// The answers that the figures are taken from, whole.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answers {
    /// What the store holds.
    pub(super) status: Value,
    /// The overview of the window, with its end as the present.
    pub(super) dashboard: Value,
    /// Messages of the window.
    pub(super) messages: Value,
    /// Every channel in the window.
    pub(super) channels: Value,
    /// Everybody active in the window, by engagement.
    pub(super) users: Value,
    /// Emoji and links of the window.
    pub(super) content: Value,
    /// The cohort of the month before the window, seen from now.
    pub(super) retention: Value,
    /// Everybody who ever did anything.
    pub(super) people_ever: Value,
    /// Messages of a day on which clocks skipped midnight.
    pub(super) clock_change: Value,
    /// The overview of two months of the past, by week.
    pub(super) autumn: Value,
}

impl Answers {
    /// Asks everything.
    pub(super) fn ask(client: &Client, window: &GoldenWindow, cohort: &str) -> Result<Self> {
        let GoldenWindow {
            from,
            to_exclusive: to,
            tz,
            ..
        } = window;
        let month = format!("from={from}&to={to}&asOf={to}&tz={tz}");
        let ever = format!("period=all&tz={tz}");
        Ok(Self {
            status: client.get("status")?,
            dashboard: client.get(&format!("dashboard?{month}"))?,
            messages: client.get(&format!("messages?{month}&groupBy=day"))?,
            channels: client.get(&format!("channels?{month}&limit={ALL_ROWS}"))?,
            users: client.get(&format!("users?{month}&metric=engagement&limit={ALL_ROWS}"))?,
            content: client.get(&format!("content?{month}&limit={ALL_TERMS}"))?,
            retention: client.get(&format!(
                "retention?from={cohort}&to={from}&tz={tz}&groupBy=month"
            ))?,
            people_ever: client.get(&format!("users?{ever}&limit=1"))?,
            clock_change: client.get(
                "messages?tz=America/Santiago&from=2020-09-06&to=2020-09-07&asOf=2023-01-01",
            )?,
            autumn: client.get(
                "dashboard?from=2020-09-01&to=2020-11-01&asOf=2023-01-01&tz=UTC&groupBy=week",
            )?,
        })
    }
}
