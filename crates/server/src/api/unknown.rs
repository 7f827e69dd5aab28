//! Identifiers in a request that nobody knows, with what may have been meant.
//!
//! Who may ask may list channels and people, so their names are told here to nobody else.

use std::collections::HashSet;

use domain::{filter::Field, query::Population};
use store::PersonRow;

use super::{
    error::ApiError,
    nearest::{nearest, ranked},
    state::ApiState,
};
use crate::query::{Ask, Nearest, Unknown};

/// Most identifiers of a kind for which something like them is looked for.
const MOST_LOOKED_FOR: usize = 3;
/// Most people like one of them that are put in order.
const MOST_COMPARED: u32 = 1_000;
/// Most that are offered for one of them.
const MOST_OFFERED: usize = 3;

impl ApiState {
    /// Returns the channels and people that a request names and nobody knows.
    pub(super) async fn unknown(&self, ask: &Ask) -> Result<Vec<Unknown>, ApiError> {
        let mut unknown = Vec::new();
        let named = ask.filter.values(&Field::Channel);
        if !named.is_empty() {
            let known = self.store.channels(&ask.workspace).await?;
            let known = known.into_iter().map(|channel| Nearest {
                id: channel.id,
                name: channel.name,
            });
            let known: Vec<Nearest> = known.collect();
            unknown.extend(among("channel", &named, &known));
        }
        let named = ask.filter.values(&Field::User);
        if !named.is_empty() {
            let ids: Vec<String> = named.iter().map(|id| (*id).to_owned()).collect();
            let found = self.store.people(&ask.workspace, &ids).await?;
            let found: HashSet<&str> = found.iter().map(|person| person.id.as_str()).collect();
            let missing = named.iter().filter(|id| !found.contains(**id));
            for (place, id) in missing.enumerate() {
                let known = if place < MOST_LOOKED_FOR {
                    self.people_like(ask, id).await?
                } else {
                    Vec::new()
                };
                unknown.extend(among("user", &[id], &known));
            }
        }
        Ok(unknown)
    }

    /// Returns people, and bots, by an identifier or a name like this one.
    async fn people_like(&self, ask: &Ask, id: &str) -> Result<Vec<Nearest>, ApiError> {
        let wanted = id.to_owned();
        let is_like = move |person: &PersonRow| {
            let names = std::iter::once(&person.id).chain(&person.name);
            nearest(&wanted, names.map(String::as_str)).is_some()
        };
        let (people, _total) = self
            .store
            .pick_people(
                &ask.workspace,
                Population::Everyone,
                Box::new(is_like),
                0,
                MOST_COMPARED,
            )
            .await?;
        let nearest = people.into_iter().map(|person| Nearest {
            id: person.id,
            name: person.name,
        });
        Ok(nearest.collect())
    }
}

/// Returns those of the named that are not known.
fn among(field: &'static str, named: &[&str], known: &[Nearest]) -> Vec<Unknown> {
    let ids: HashSet<&str> = known.iter().map(|one| one.id.as_str()).collect();
    let unknown = named.iter().filter(|value| !ids.contains(**value));
    let offered = |(place, value): (usize, &&str)| Unknown {
        field,
        value: (*value).to_owned(),
        nearest: if place < MOST_LOOKED_FOR {
            like(value, known)
        } else {
            Vec::new()
        },
    };
    unknown.enumerate().map(offered).collect()
}

/// Returns what is known by an identifier or a name like this one.
fn like(value: &str, known: &[Nearest]) -> Vec<Nearest> {
    let texts = known.iter().flat_map(|one| {
        let names = one.name.iter().map(move |name| (name.as_str(), one));
        std::iter::once((one.id.as_str(), one)).chain(names)
    });
    let mut like: Vec<Nearest> = Vec::new();
    for one in ranked(value, texts) {
        if like.len() == MOST_OFFERED {
            break;
        }
        if !like.contains(one) {
            like.push(one.clone());
        }
    }
    like
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_found_by_identifier_and_by_name() {
        let known = [("c-gen", "general"), ("c-ran", "Random"), ("x", "c-gin")];
        let known = known.map(|(id, name)| Nearest {
            id: id.to_owned(),
            name: Some(name.to_owned()),
        });
        let ids = |value: &str| {
            let found = among("channel", &[value, "c-ran"], &known);
            assert_eq!(found.len(), 1, "{value}");
            found[0]
                .nearest
                .iter()
                .map(|one| one.id.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(ids("general")[0], "c-gen");
        assert_eq!(ids("c-gon")[..2], ["c-gen", "x"]);
        assert_eq!(ids("zzz"), [""; 0]);
        assert_eq!(among("channel", &["x", "c-ran"], &known), []);
    }
}
