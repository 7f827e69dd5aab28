//! Who wrote in channels: how much, and when last.

use std::collections::{BTreeMap, HashMap};

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    query::Query,
    ratio::Amount,
};
use store::{Table, TableRow};

use super::ChannelPerson;
use crate::query::{QueryError, Run, value::amount};

/// Most people of a channel that are listed.
const MOST_PEOPLE: usize = 10;

impl Run<'_> {
    /// Answers a question about these channels, split by channel and person, and hands over each row
    /// with its channel and person, in the order of the question.
    ///
    /// Where one answer cannot hold all of them, half of the channels are asked about at a time. Of a
    /// single channel that has more people than an answer has rows the first are handed over.
    pub(super) async fn each_person_of(
        &self,
        name: &str,
        query: Query,
        ids: Vec<String>,
        mut take: impl FnMut(&str, &str, &TableRow) + Send,
    ) -> Result<(), QueryError> {
        let mut pending = vec![ids];
        while let Some(mut ids) = pending.pop() {
            if ids.is_empty() {
                continue;
            }
            let named = Filter::Is(Field::Channel, ids.clone());
            let mut part = query.clone().only(named);
            part = part.by(&[Dimension::Channel, Dimension::User]);
            let table: Table = self.query(name, part).await?;
            if table.total > table.rows.len() as u64 && ids.len() > 1 {
                pending.push(ids.split_off(ids.len() / 2));
                pending.push(ids);
                continue;
            }
            for row in &table.rows {
                if let (Some(channel), Some(person)) =
                    (row.keys[0].as_text(), row.keys[1].as_text())
                {
                    take(channel, person, row);
                }
            }
        }
        Ok(())
    }

    /// Returns who wrote how much in each of these channels in the span, the largest first.
    pub(super) async fn writers(
        &self,
        ids: &[String],
    ) -> Result<HashMap<String, Writers>, QueryError> {
        let mut writers: HashMap<String, Writers> = HashMap::new();
        let query = self.ask.now(&[Metric::Messages]).largest_first();
        let take = |channel: &str, person: &str, row: &TableRow| {
            let of = writers.entry(channel.to_owned()).or_default();
            of.add(person, amount(row, 0));
        };
        self.each_person_of("people by channel", query, ids.to_vec(), take)
            .await?;
        Ok(writers)
    }

    /// Returns people with their names, by identifier.
    pub(super) async fn named_people(
        &self,
        ids: impl Iterator<Item = String>,
    ) -> Result<HashMap<String, ChannelPerson>, QueryError> {
        let mut people: BTreeMap<String, Option<String>> = ids.map(|id| (id, None)).collect();
        let ids: Vec<String> = people.keys().cloned().collect();
        for person in self.store().people(&self.ask.workspace, &ids).await? {
            people.insert(person.id, person.name);
        }
        let named = people.into_iter().map(|(id, name)| {
            let person = ChannelPerson {
                name: name.unwrap_or_else(|| id.clone()),
                user_id: id.clone(),
            };
            (id, person)
        });
        Ok(named.collect())
    }
}

/// Who wrote how much in a channel, the largest first.
#[derive(Debug, Default)]
pub(super) struct Writers {
    /// The first of them.
    pub(super) first: Vec<(String, Amount)>,
    /// How much each of them wrote.
    each: Vec<Amount>,
}

impl Writers {
    fn add(&mut self, person: &str, messages: Amount) {
        if self.first.len() < MOST_PEOPLE {
            self.first.push((person.to_owned(), messages));
        }
        self.each.push(messages);
    }

    /// Returns the smallest number of people who wrote at least half of all messages; `None` where they
    /// did not.
    pub(super) fn for_half(&self, all: Amount) -> Option<u64> {
        let mut written = Amount::ZERO;
        let mut people = self.each.iter().zip(1..).filter(|(messages, _)| {
            written = written + **messages;
            !all.is_zero() && written.times(2) >= all
        });
        people.next().map(|(_, count)| count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_messages_is_counted_from_those_who_wrote_most() {
        for (messages, all, expected) in [
            // 4 of 8 are half already; of 9 they are not.
            (&[4, 2, 2][..], 8, Some(1)),
            (&[4, 3, 2], 9, Some(2)),
            (&[1, 1, 1, 1, 1], 5, Some(3)),
            // Most of them are of nobody that is known.
            (&[1, 1], 5, None),
            (&[], 0, None),
        ] {
            let mut writers = Writers::default();
            for (person, messages) in messages.iter().enumerate() {
                writers.add(&person.to_string(), Amount::whole(*messages));
            }
            assert_eq!(
                writers.for_half(Amount::whole(all)),
                expected,
                "{messages:?}"
            );
        }
    }
}
