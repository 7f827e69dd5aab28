//! Which channels have the same people.

use std::{cmp::Reverse, collections::HashMap};

use domain::{
    dimension::Dimension,
    metric::Metric,
    query::Having,
    ratio::{Amount, Ratio},
};
use serde::Serialize;
use store::{StoreError, TableRow};
use utoipa::ToSchema;

use super::row::Counted;
use crate::query::{QueryError, Run, value::count};

/// Most channels that are compared with each other.
const MOST_CHANNELS: u32 = 200;
/// Most people of all compared channels together, each counted in each of them.
const MOST_PEOPLE: u64 = 2_000_000;

/// Which pairs of channels are asked for.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct OverlapRequest {
    /// Fewest people who wrote in a channel that is compared.
    pub least_posters: u32,
    /// Most pairs.
    pub pairs: u32,
}

/// Which channels have the same people.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Overlap {
    /// Pairs of channels with people who wrote in both, those with the largest part in common first,
    /// then those with the most people in common; ties by identifier.
    pub pairs: Vec<OverlapPair>,
    /// How many channels were compared: those with the most people who wrote, at most 200.
    pub compared: u64,
    /// How many channels had enough people to be compared and were not.
    pub left_out: u64,
}

/// Two channels and the people that they have in common.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OverlapPair {
    /// One of them; its identifier comes first.
    pub channel_id: String,
    /// Its name.
    pub name: String,
    /// The other.
    pub other_channel_id: String,
    /// Its name.
    pub other_name: String,
    /// People who wrote in both.
    pub both: u64,
    /// People who wrote in either.
    pub either: u64,
    /// The part of those who wrote in either that wrote in both (Jaccard 1912), four decimals.
    pub jaccard: f64,
}

impl Run<'_> {
    /// Returns which of these channels have the same people.
    pub(super) async fn overlap(
        &self,
        rows: &[Counted],
        request: OverlapRequest,
    ) -> Result<Overlap, QueryError> {
        let mut most = self.ask.now(&[Metric::Posters]).by(&[Dimension::Channel]);
        most.having = Some(Having {
            metric: 0,
            at_least: Some(request.least_posters.into()),
            below: None,
        });
        let table = self.query("most people", most.top(MOST_CHANNELS)).await?;
        let mut people = 0;
        let fitting = table.rows.iter().take_while(|row| {
            people += count(row, 0);
            people <= MOST_PEOPLE
        });
        let mut ids: Vec<String> = fitting
            .filter_map(|row| Some(row.keys[0].as_text()?.to_owned()))
            .collect();
        ids.sort_unstable();
        let mut sets = Sets::new(&ids);
        let query = self.ask.now(&[Metric::Posters]).in_any_order();
        let take = |channel: &str, person: &str, _: &TableRow| sets.add(channel, person);
        self.each_person_of("people of channels", query, ids.clone(), take)
            .await?;
        let compared = ids.len() as u64;
        let names: HashMap<&str, &str> = rows
            .iter()
            .map(|counted| (counted.id(), counted.row.name.as_str()))
            .collect();
        // There may be a million people, each in two hundred channels.
        let pairs = tokio::task::spawn_blocking(move || sets.pairs(request.pairs as usize)).await;
        let pairs = pairs.map_err(|error| StoreError::Engine(Box::new(error)))?;
        let name = |id: &str| (*names.get(id).unwrap_or(&id)).to_owned();
        let shown = pairs.into_iter().map(|pair| OverlapPair {
            name: name(&ids[pair.one]),
            channel_id: ids[pair.one].clone(),
            other_name: name(&ids[pair.other]),
            other_channel_id: ids[pair.other].clone(),
            both: pair.both,
            either: pair.either,
            jaccard: pair.jaccard.rounded(4),
        });
        Ok(Overlap {
            pairs: shown.collect(),
            compared,
            left_out: table.total - compared,
        })
    }
}

/// In which channels people wrote.
struct Sets {
    /// The channels by identifier, ascending, with their places.
    places: HashMap<String, u32>,
    /// In which channels each person wrote, by place.
    people: HashMap<String, Vec<u32>>,
}

/// Two channels, by place.
#[derive(Debug, PartialEq)]
struct Pair {
    one: usize,
    other: usize,
    both: u64,
    either: u64,
    jaccard: Ratio,
}

impl Sets {
    fn new(ids: &[String]) -> Self {
        Self {
            places: ids.iter().cloned().zip(0..).collect(),
            people: HashMap::new(),
        }
    }

    fn add(&mut self, channel: &str, person: &str) {
        let Some(place) = self.places.get(channel).copied() else {
            return;
        };
        match self.people.get_mut(person) {
            Some(channels) => channels.push(place),
            None => {
                self.people.insert(person.to_owned(), vec![place]);
            }
        }
    }

    /// Returns the pairs with the largest part in common.
    fn pairs(self, most: usize) -> Vec<Pair> {
        let channels = self.places.len();
        let mut of = vec![0u64; channels];
        let mut both = vec![0u64; channels * channels];
        for mut places in self.people.into_values() {
            places.sort_unstable();
            for (index, one) in places.iter().enumerate() {
                of[*one as usize] += 1;
                for other in &places[index + 1..] {
                    both[*one as usize * channels + *other as usize] += 1;
                }
            }
        }
        let found = both.into_iter().enumerate().filter(|(_, both)| *both > 0);
        let pair = |(place, both): (usize, u64)| {
            let (one, other) = (place / channels, place % channels);
            let either = of[one] + of[other] - both;
            Some(Pair {
                one,
                other,
                both,
                either,
                jaccard: Ratio::of(Amount::whole(both), Amount::whole(either))?,
            })
        };
        let mut pairs: Vec<Pair> = found.filter_map(pair).collect();
        pairs.sort_by_key(|pair| (Reverse((pair.jaccard, pair.both)), pair.one, pair.other));
        pairs.truncate(most);
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_by_the_part_in_common_then_by_people_then_by_identifier() {
        let ids = ["a", "b", "c", "d"].map(str::to_owned);
        let mut sets = Sets::new(&ids);
        for (channel, people) in [("a", "123"), ("b", "1234"), ("c", "56"), ("d", "4567")] {
            for person in people.chars() {
                sets.add(channel, &person.to_string());
            }
        }
        sets.add("elsewhere", "1");
        // a and b have 3 of 4; c and d 2 of 4; b and d 1 of 7; a and c nobody.
        let found: Vec<(usize, usize, u64, u64)> = sets
            .pairs(9)
            .iter()
            .map(|pair| (pair.one, pair.other, pair.both, pair.either))
            .collect();
        assert_eq!(found, [(0, 1, 3, 4), (2, 3, 2, 4), (1, 3, 1, 7)]);
    }
}
