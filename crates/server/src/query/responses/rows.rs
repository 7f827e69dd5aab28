//! Responses by channel, hour or role.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, btree_map},
};

use engine::{
    analysis::{
        Times,
        responses::{Answered, Responses},
    },
    storage::Subject,
};

use super::{AnsweredShares, ResponseBy, ResponseNumbers, ResponseRow, ResponseTimesRequest};
use crate::query::{QueryError, Run};

/// A row before it is shown.
struct Group {
    key: Option<String>,
    times: Option<Times>,
    answered: Answered,
}

impl Run<'_> {
    /// Returns a page of the rows, and how many there are in all.
    pub(super) async fn response_rows(
        &self,
        found: Responses,
        request: &ResponseTimesRequest,
    ) -> Result<(Vec<ResponseRow>, u64), QueryError> {
        let mut groups = match request.by {
            ResponseBy::Hour => groups(&found, |hour| Some(format!("{hour:02}:00"))),
            ResponseBy::Channel => {
                let numbers = found.groups().into_iter().flatten().collect();
                let ids = self.names_of(Subject::Channel, numbers).await?;
                groups(&found, |channel| ids.get(&channel).cloned())
            }
            ResponseBy::Role => self.groups_by_role(found).await?,
        };
        if request.by != ResponseBy::Hour {
            groups.sort_by_cached_key(|group| {
                let count = group.times.map(|times| times.count);
                (
                    Reverse((count, group.answered.starters())),
                    group.key.clone(),
                )
            });
        }
        let total = groups.len() as u64;
        let page = groups.into_iter().skip(request.offset as usize);
        let page: Vec<Group> = page.take(request.limit as usize).collect();
        let mut names = HashMap::new();
        if request.by == ResponseBy::Channel {
            let ids: Vec<String> = page.iter().filter_map(|group| group.key.clone()).collect();
            let workspace = &self.ask.workspace;
            names = self.store().channel_names(workspace, &ids).await?;
        }
        let row = |group: Group| ResponseRow {
            name: group
                .key
                .as_ref()
                .map(|key| names.remove(key).unwrap_or_else(|| key.clone())),
            key: group.key,
            numbers: ResponseNumbers::of(group.times),
            answered: AnsweredShares::of(&group.answered),
        };
        Ok((page.into_iter().map(row).collect(), total))
    }

    /// Returns identifiers by the numbers that an analysis was given.
    pub(super) async fn names_of(
        &self,
        subject: Subject,
        numbers: Vec<u32>,
    ) -> Result<HashMap<u32, String>, QueryError> {
        let workspace = &self.ask.workspace;
        let ids = self
            .store()
            .identifiers(workspace, subject, numbers.clone());
        let named = numbers.into_iter().zip(ids.await?);
        Ok(named
            .filter_map(|(number, id)| Some((number, id?)))
            .collect())
    }

    async fn groups_by_role(&self, found: Responses) -> Result<Vec<Group>, QueryError> {
        let people = found.groups().into_iter().flatten().collect();
        let ids = self.names_of(Subject::Person, people).await?;
        let all: Vec<String> = ids.values().cloned().collect();
        let known = self.store().people(&self.ask.workspace, &all).await?;
        let roles = known
            .into_iter()
            .filter_map(|one| Some((one.id, one.role?)));
        let roles: HashMap<String, String> = roles.collect();
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        for (number, role) in (0..).zip(roles.values()) {
            if let btree_map::Entry::Vacant(entry) = numbers.entry(role) {
                entry.insert(number);
            }
        }
        let of_person = |person: Option<u32>| {
            let role = roles.get(ids.get(&person?)?)?;
            numbers.get(role.as_str()).copied()
        };
        let names: HashMap<u32, &str> = numbers
            .iter()
            .map(|(role, number)| (*number, *role))
            .collect();
        let found = found.regrouped(of_person);
        Ok(groups(&found, |role| {
            names.get(&role).map(|role| (*role).to_owned())
        }))
    }
}

fn groups(found: &Responses, key: impl Fn(u32) -> Option<String>) -> Vec<Group> {
    let groups = found.by_group().into_iter();
    let group = |(number, (times, answered)): (Option<u32>, _)| Group {
        key: number.and_then(&key),
        times,
        answered,
    };
    groups.map(group).collect()
}
