//! How people who came lately were received.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap, HashSet},
};

use domain::time::{Instant, Range};
use engine::{
    analysis::{
        Joined,
        responses::{FirstMessage, Welcome},
    },
    storage::Subject,
};
use serde::Serialize;
use store::PersonRow;
use utoipa::ToSchema;

use super::{Ask, Meta, QueryError, QueryService, Run};

/// Which newcomers are listed.
#[derive(Debug, Clone, Serialize)]
pub struct NewcomersRequest {
    /// Only those who are in one of these; everybody where there is none.
    pub states: Vec<Reception>,
    /// How many at most.
    pub limit: u32,
    /// How many are passed over.
    pub offset: u32,
}

/// People who signed up in the span, and how they were received.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NewcomersAnswer {
    /// The rows: those whose first message has no answer first, then those answered, then those who wrote
    /// nothing; each newest first.
    pub newcomers: Vec<Newcomer>,
    /// How many rows there are without limit and offset.
    pub total: u64,
    /// Everybody together.
    pub summary: NewcomersSummary,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
}

/// Everybody who signed up in the span together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewcomersSummary {
    /// People who signed up.
    pub newcomers: u64,
    /// Those whose first message nobody has answered, and whose 24 hours are not over.
    pub waiting: u64,
    /// Those whose first message nobody answered within 24 hours.
    pub unanswered: u64,
    /// Those whose first message was answered.
    pub answered: u64,
    /// Those who wrote nothing so far.
    pub silent: u64,
    /// Median of the seconds to an answer, rounded down; `null` of nobody.
    pub median_wait_seconds: Option<u64>,
}

/// How far somebody's reception is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reception {
    /// Nobody has answered the first message, and 24 hours are not over.
    Waiting,
    /// Nobody answered the first message within 24 hours.
    Unanswered,
    /// Somebody answered the first message.
    Answered,
    /// The person wrote nothing so far.
    Silent,
}

impl Reception {
    /// The states with their names.
    pub const NAMES: [(Self, &'static [&'static str]); 4] = [
        (Self::Waiting, &["waiting"]),
        (Self::Unanswered, &["unanswered"]),
        (Self::Answered, &["answered"]),
        (Self::Silent, &["silent"]),
    ];

    fn of(first: Option<&FirstMessage>, as_of: Instant) -> Self {
        match first {
            None => Self::Silent,
            Some(first) if first.answer.is_some() => Self::Answered,
            Some(first) if first.is_waiting(as_of) => Self::Waiting,
            Some(_) => Self::Unanswered,
        }
    }

    /// Returns the place among the rows: those without an answer stand together.
    const fn rank(self) -> u8 {
        match self {
            Self::Waiting | Self::Unanswered => 0,
            Self::Answered => 1,
            Self::Silent => 2,
        }
    }
}

/// A person who signed up in the span, and how they were received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Newcomer {
    /// Who.
    pub user_id: String,
    /// Name, else the identifier.
    pub name: String,
    /// Role in the chat.
    pub role: Option<String>,
    /// When the person signed up.
    #[schema(value_type = String, format = DateTime)]
    pub joined_at: Instant,
    /// How far the reception is.
    pub state: Reception,
    /// The first message; `null` where there is none so far.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_message_at: Option<Instant>,
    /// In which channel.
    pub channel_id: Option<String>,
    /// Its name, else its identifier.
    pub channel_name: Option<String>,
    /// The first message of another person after it within 24 hours: in the same thread, or where it is in
    /// no thread outside of threads in the same channel, or in the thread that it begins.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Instant>,
    /// Who answered.
    pub answered_by: Option<String>,
    /// Whole seconds from the first message to the answer; to the present where there is none.
    pub wait_seconds: Option<u64>,
}

/// Somebody who signed up, before they are named.
struct Arrival {
    person: PersonRow,
    joined_at: Instant,
    first: Option<FirstMessage>,
    state: Reception,
}

impl Arrival {
    fn wait(&self, as_of: Instant) -> Option<u64> {
        let first = self.first?;
        let until = first.answer.map_or(as_of, |(at, _)| at);
        u64::try_from((until.as_millis() - first.at.as_millis()) / 1_000).ok()
    }
}

impl QueryService {
    /// Answers how people who signed up in the span were received.
    pub async fn newcomers(
        &self,
        ask: &Ask,
        request: &NewcomersRequest,
    ) -> Result<NewcomersAnswer, QueryError> {
        let run = self.begin(ask);
        let mut arrivals = run.arrivals().await?;
        let as_of = ask.window.as_of;
        let summary = summary(&arrivals, as_of);
        arrivals
            .retain(|arrival| request.states.is_empty() || request.states.contains(&arrival.state));
        arrivals.sort_by_cached_key(|arrival| {
            let newest = arrival.first.map_or(arrival.joined_at, |first| first.at);
            (
                arrival.state.rank(),
                Reverse(newest),
                arrival.person.id.clone(),
            )
        });
        let total = arrivals.len() as u64;
        let page = arrivals.into_iter().skip(request.offset as usize);
        let page: Vec<Arrival> = page.take(request.limit as usize).collect();
        Ok(NewcomersAnswer {
            newcomers: run.named(page).await?,
            total,
            summary,
            period: ask.window.name.clone(),
            meta: run.meta(
                "People who signed up in the span. A first message is answered by the first message of another \
                 person after it within 24 hours: in the same thread, or where it is in no thread outside of \
                 threads in the same channel, or in the thread that it begins. Bots never answer.",
            ),
        })
    }
}

fn summary(arrivals: &[Arrival], as_of: Instant) -> NewcomersSummary {
    let count = |state: Reception| {
        let those = arrivals.iter().filter(|arrival| arrival.state == state);
        those.count() as u64
    };
    let answered = arrivals
        .iter()
        .filter(|arrival| arrival.state == Reception::Answered);
    let mut waits: Vec<u64> = answered.filter_map(|arrival| arrival.wait(as_of)).collect();
    waits.sort_unstable();
    let median = waits.len().checked_sub(1).map(|last| {
        let (low, high) = (waits[last / 2], waits[last.div_ceil(2)]);
        u64::midpoint(low, high)
    });
    NewcomersSummary {
        newcomers: arrivals.len() as u64,
        waiting: count(Reception::Waiting),
        unanswered: count(Reception::Unanswered),
        answered: count(Reception::Answered),
        silent: count(Reception::Silent),
        median_wait_seconds: median,
    }
}

impl Run<'_> {
    /// Returns everybody who signed up in the span.
    async fn arrivals(&self) -> Result<Vec<Arrival>, QueryError> {
        let ask = self.ask;
        let as_of = ask.window.as_of;
        let joined = Joined {
            workspace: ask.workspace.clone(),
            population: ask.population,
            zone: ask.zone.clone(),
            span: ask.window.range,
            as_of,
        };
        let joined = self.analyse_everybody(joined).await?;
        let numbers = joined.iter().map(|sign_up| sign_up.person).collect();
        let ids = self
            .store()
            .identifiers(&ask.workspace, Subject::Person, numbers)
            .await?;
        // Whoever wrote before signing up was seen before.
        let seen = joined.iter().filter_map(|sign_up| sign_up.first_event);
        let firsts = match seen.min().filter(|first| *first < as_of) {
            Some(first) => self.first_messages(Range::new(first, as_of)).await?,
            None => HashMap::new(),
        };
        let joined = ids.into_iter().zip(joined);
        let joined: HashMap<String, Instant> = joined
            .filter_map(|(id, sign_up)| Some((id?, sign_up.at)))
            .collect();
        let new: HashSet<String> = joined.keys().cloned().collect();
        let is_new = Box::new(move |person: &PersonRow| new.contains(&person.id));
        let picked = self
            .store()
            .pick_people(&ask.workspace, ask.population, is_new, 0, u32::MAX);
        let (people, _) = picked.await?;
        let arrival = |person: PersonRow| {
            let joined_at = *joined.get(&person.id)?;
            let first = firsts.get(&person.id).copied();
            Some(Arrival {
                state: Reception::of(first.as_ref(), as_of),
                person,
                joined_at,
                first,
            })
        };
        Ok(people.into_iter().filter_map(arrival).collect())
    }

    /// Returns the first messages of everybody who wrote in a range.
    async fn first_messages(
        &self,
        range: Range,
    ) -> Result<HashMap<String, FirstMessage>, QueryError> {
        let workspace = &self.ask.workspace;
        let welcome = Welcome::new(workspace.clone(), range, range.to());
        let firsts = self.analyse_in_context(welcome).await?;
        let numbers = firsts.iter().map(|(person, _)| *person).collect();
        let ids = self
            .store()
            .identifiers(workspace, Subject::Person, numbers);
        let named = ids.await?.into_iter().zip(firsts);
        Ok(named
            .filter_map(|(id, (_, first))| Some((id?, first)))
            .collect())
    }

    /// Returns rows with the names of channels and of who answered.
    async fn named(&self, page: Vec<Arrival>) -> Result<Vec<Newcomer>, QueryError> {
        let workspace = &self.ask.workspace;
        let firsts = || page.iter().filter_map(|arrival| arrival.first);
        let channels: BTreeSet<u32> = firsts().filter_map(|first| first.channel).collect();
        let people: BTreeSet<u32> = firsts().filter_map(|first| Some(first.answer?.1)).collect();
        let (channels, people) = tokio::try_join!(
            self.identifiers_of(Subject::Channel, channels),
            self.identifiers_of(Subject::Person, people),
        )?;
        let ids: Vec<String> = channels.values().cloned().collect();
        let names = self.store().channel_names(workspace, &ids).await?;
        let as_of = self.ask.window.as_of;
        let newcomer = |arrival: Arrival| {
            let channel = arrival
                .first
                .and_then(|first| channels.get(&first.channel?));
            let answer = arrival.first.and_then(|first| first.answer);
            Newcomer {
                joined_at: arrival.joined_at,
                state: arrival.state,
                first_message_at: arrival.first.map(|first| first.at),
                channel_id: channel.cloned(),
                channel_name: channel.map(|id| names.get(id).unwrap_or(id).clone()),
                answered_at: answer.map(|(at, _)| at),
                answered_by: answer.and_then(|(_, by)| people.get(&by).cloned()),
                wait_seconds: arrival.wait(as_of),
                name: arrival
                    .person
                    .name
                    .unwrap_or_else(|| arrival.person.id.clone()),
                role: arrival.person.role,
                user_id: arrival.person.id,
            }
        };
        Ok(page.into_iter().map(newcomer).collect())
    }

    async fn identifiers_of(
        &self,
        subject: Subject,
        numbers: BTreeSet<u32>,
    ) -> Result<HashMap<u32, String>, QueryError> {
        let numbers: Vec<u32> = numbers.into_iter().collect();
        let ids = self
            .store()
            .identifiers(&self.ask.workspace, subject, numbers.clone())
            .await?;
        let pairs = numbers.into_iter().zip(ids);
        Ok(pairs
            .filter_map(|(number, id)| Some((number, id?)))
            .collect())
    }
}
