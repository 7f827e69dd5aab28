//! Identifiers in a request that nobody knows, with what may have been meant.
//!
//! Who may ask may list channels and people, so their names are told here to nobody else.

use std::collections::HashSet;

use domain::{filter::Field, query::Population};
use store::PersonRow;

use super::{
    error::ApiError,
    nearest::{nearest, ranked},
    params::wrong,
};
use crate::query::{Ask, Nearest, QueryService, Unknown};

/// Most identifiers of a kind for which something like them is looked for.
const MOST_LOOKED_FOR: usize = 3;
/// Most channels, or people, among which something like them is looked for: each is compared.
const MOST_SEARCHED: u64 = 20_000;
/// Most people like one of them that are put in order.
const MOST_COMPARED: u32 = 1_000;
/// Most that are offered for one of them.
const MOST_OFFERED: usize = 3;

impl QueryService {
    /// Returns the channels and people that a request names and nobody knows.
    pub(super) async fn unknown(&self, ask: &Ask) -> Result<Vec<Unknown>, ApiError> {
        let owned = |field| {
            let named = ask.filter.values(&field);
            named.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let mut unknown = Vec::new();
        let named = owned(Field::Channel);
        if !named.is_empty() {
            let known = self.store.channels(&ask.workspace).await?;
            let known = known.into_iter().map(|channel| Nearest {
                id: channel.id,
                name: channel.name,
            });
            unknown.extend(among("channel", named, known.collect()).await?);
        }
        let mut named = owned(Field::User);
        if !named.is_empty() {
            let found = self.store.people(&ask.workspace, &named).await?;
            let found: HashSet<&str> = found.iter().map(|person| person.id.as_str()).collect();
            named.retain(|id| !found.contains(id.as_str()));
        }
        if !named.is_empty() {
            let known = self.people_like(ask, &named).await?;
            unknown.extend(among("user", named, known).await?);
        }
        Ok(unknown)
    }

    /// Returns why a question about these channels has no answer: one of them is not known, or what
    /// the filter says of channels leaves it out.
    pub(super) async fn no_channel(&self, ask: &Ask, ids: &[String]) -> Result<ApiError, ApiError> {
        let known = self.store.channels(&ask.workspace).await?;
        let known = known.into_iter().map(|channel| Nearest {
            id: channel.id,
            name: channel.name,
        });
        let unknown = among("channel", ids.to_vec(), known.collect()).await?;
        Ok(match unknown.into_iter().next() {
            Some(unknown) => ApiError::NotKnown(unknown),
            None => wrong(
                "filter",
                "leaves out the channel that is asked about: leave out what it says of channels",
            ),
        })
    }

    /// Returns people, and bots, by identifiers or names like the first of these.
    async fn people_like(&self, ask: &Ask, ids: &[String]) -> Result<Vec<Nearest>, ApiError> {
        let everyone = self.store.known(&ask.workspace).await?;
        if everyone.of(Population::Everyone) > MOST_SEARCHED {
            return Ok(Vec::new());
        }
        let wanted: Vec<String> = ids.iter().take(MOST_LOOKED_FOR).cloned().collect();
        let is_like = move |person: &PersonRow| {
            wanted.iter().any(|id| {
                let names = std::iter::once(&person.id).chain(&person.name);
                nearest(id, names.map(String::as_str)).is_some()
            })
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

/// Returns those of the named that are not known, compared away from the async threads.
async fn among(
    field: &'static str,
    named: Vec<String>,
    known: Vec<Nearest>,
) -> Result<Vec<Unknown>, ApiError> {
    let compared = tokio::task::spawn_blocking(move || not_among(field, &named, &known)).await;
    compared.map_err(|error| ApiError::Internal(error.to_string()))
}

/// Returns those of the named that are not known.
fn not_among(field: &'static str, named: &[String], known: &[Nearest]) -> Vec<Unknown> {
    let ids: HashSet<&str> = known.iter().map(|one| one.id.as_str()).collect();
    let unknown = named.iter().filter(|value| !ids.contains(value.as_str()));
    let is_searched = known.len() as u64 <= MOST_SEARCHED;
    let offered = |(place, value): (usize, &String)| Unknown {
        field,
        value: value.clone(),
        nearest: if is_searched && place < MOST_LOOKED_FOR {
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
            let named = [value.to_owned(), "c-ran".to_owned()];
            let found = not_among("channel", &named, &known);
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
        let named = ["x", "c-ran"].map(str::to_owned);
        assert_eq!(not_among("channel", &named, &known), []);
    }

    #[test]
    fn among_very_many_nothing_is_compared() {
        let known: Vec<Nearest> = (0..=MOST_SEARCHED)
            .map(|number| Nearest {
                id: format!("c-{number}"),
                name: None,
            })
            .collect();
        let named = ["c-1".to_owned(), "c-1x".to_owned()];
        let offered = |known: &[Nearest]| {
            let found = not_among("channel", &named, known);
            assert_eq!((found.len(), found[0].value.as_str()), (1, "c-1x"));
            found[0].nearest.len()
        };
        assert_eq!(offered(&known), 0);
        assert_eq!(offered(&known[1..]), MOST_OFFERED);
    }
}
