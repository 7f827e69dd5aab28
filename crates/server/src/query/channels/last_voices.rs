//! Who wrote last in channels.

use std::collections::HashMap;

use domain::{
    metric::Metric,
    time::{Instant, Range},
};
use store::TableRow;

use super::care::Voice;
use crate::query::{QueryError, Run, value::instant};

/// Most people of a channel who are named.
const MOST_VOICES: usize = 5;

impl Run<'_> {
    /// Returns the last people who wrote in each of these channels before the end of the span, the latest first.
    pub(super) async fn last_voices(
        &self,
        channels: Vec<String>,
    ) -> Result<HashMap<String, Vec<Voice>>, QueryError> {
        let ask = self.ask;
        let ever = Range::before(ask.window.range.to()).until(ask.window.as_of);
        let mut found: HashMap<String, Vec<(String, Instant)>> = HashMap::new();
        let take = |channel: &str, person: &str, row: &TableRow| {
            let of = found.entry(channel.to_owned()).or_default();
            if let Some(at) = instant(row, 0)
                && of.len() < MOST_VOICES
            {
                of.push((person.to_owned(), at));
            }
        };
        let query = ask.over(ever, &[Metric::LastMessage]).largest_first();
        self.each_person_of("last voices", query, channels, take)
            .await?;
        let people = found.values().flatten().map(|(person, _)| person.clone());
        let named = self.named_people(people).await?;
        let voices = found.into_iter().map(|(channel, of)| {
            let voices = of.into_iter().filter_map(|(person, last_message)| {
                let person = named.get(&person)?.clone();
                Some(Voice {
                    person,
                    last_message,
                })
            });
            (channel, voices.collect())
        });
        Ok(voices.collect())
    }
}
