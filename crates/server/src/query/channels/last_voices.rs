//! Who wrote last in channels.
//!
//! The days before the last message of a channel tell that mostly, so these are asked first, and further ones
//! only for channels of which more people are known to have written.

use std::collections::HashMap;

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    time::{Instant, Range},
};
use store::TableRow;

use super::care::Voice;
use crate::query::{
    QueryError, Run,
    value::{by_text, count, instant},
};

/// Most people of a channel who are named.
const MOST_VOICES: usize = 5;
/// How long before the last message of a channel is looked at first, in milliseconds.
const FIRST_LOOK: i64 = 4 * 86_400_000;
/// How many times as long each next time.
const FURTHER: i64 = 8;
/// How often, before all history is asked.
const LOOKS: usize = 3;

/// People with their last messages, by channel, the latest first.
type Voices = HashMap<String, Vec<(String, Instant)>>;

impl Run<'_> {
    /// Returns the last people who wrote in each of these channels before the end of the span, given the last
    /// message of each.
    pub(super) async fn last_voices(
        &self,
        mut channels: Vec<(String, Instant)>,
    ) -> Result<HashMap<String, Vec<Voice>>, QueryError> {
        let ask = self.ask;
        let ever = Range::before(ask.window.range.to()).until(ask.window.as_of);
        let wanted = self.voices_wanted(&channels, ever).await?;
        let mut found = Voices::new();
        channels.sort_by_key(|(_, last)| *last);
        let mut look = FIRST_LOOK;
        for _ in 0..LOOKS {
            let is_near = |one: &(String, Instant), next: &(String, Instant)| {
                next.1.as_millis() - one.1.as_millis() <= look
            };
            for together in channels.chunk_by(is_near) {
                if let [(_, first), ..] = together
                    && let [.., (_, last)] = together
                {
                    let range = Range::new(first.plus_millis(-look), last.plus_millis(1));
                    found.extend(self.voices_in(range.until(ever.to()), together).await?);
                }
            }
            channels.retain(|(id, _)| {
                let wanted = wanted.get(id).copied().unwrap_or(0);
                found.get(id).map_or(0, Vec::len) < wanted
            });
            look *= FURTHER;
        }
        found.extend(self.voices_in(ever, &channels).await?);
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

    /// Returns of how many people of each channel there is a last message, as far as they are named.
    async fn voices_wanted(
        &self,
        channels: &[(String, Instant)],
        ever: Range,
    ) -> Result<HashMap<String, usize>, QueryError> {
        if channels.is_empty() {
            return Ok(HashMap::new());
        }
        let ids = channels.iter().map(|(id, _)| id.clone()).collect();
        let writers = self.ask.over(ever, &[Metric::Posters]);
        let writers = writers.only(Filter::Is(Field::Channel, ids));
        let writers = writers.by(&[Dimension::Channel]).in_any_order();
        let writers = self.query("people who ever wrote", writers).await?;
        let wanted = by_text(&writers).into_iter().map(|(id, row)| {
            let people = usize::try_from(count(row, 0)).unwrap_or(MOST_VOICES);
            (id.to_owned(), people.min(MOST_VOICES))
        });
        Ok(wanted.collect())
    }

    /// Returns who wrote last in these channels in a range.
    async fn voices_in(
        &self,
        range: Range,
        channels: &[(String, Instant)],
    ) -> Result<Voices, QueryError> {
        let mut last = Voices::new();
        let take = |channel: &str, person: &str, row: &TableRow| {
            let of = last.entry(channel.to_owned()).or_default();
            if let Some(at) = instant(row, 0)
                && of.len() < MOST_VOICES
            {
                of.push((person.to_owned(), at));
            }
        };
        let query = self.ask.over(range, &[Metric::LastMessage]);
        let ids = channels.iter().map(|(id, _)| id.clone()).collect();
        self.each_person_of("last voices", query, ids, take).await?;
        Ok(last)
    }
}
