//! How far people come through the steps of a funnel.

use std::collections::{BTreeMap, HashMap};

use domain::{
    funnel::FunnelDefinition,
    ratio::{Amount, Ratio},
    time::Grain,
};
use engine::{
    analysis::{Funnel, FunnelOutcome, FunnelRequest, Needs, Progress, SignUp, Step, StepNumbers},
    storage::Subject,
};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use super::{Ask, Meta, QueryError, QueryService, Run};

/// How many people are looked up at a time.
const AT_ONCE: usize = 1_000;
/// Most segments that are listed.
const MOST_SEGMENTS: usize = 100;

/// What the people of a funnel are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FunnelBy {
    /// Their role in the chat, as it is now.
    Role,
    /// The local week in which they signed up.
    Cohort,
}

impl FunnelBy {
    /// What there is, with its names.
    pub const NAMES: [(Self, &'static [&'static str]); 2] =
        [(Self::Role, &["role"]), (Self::Cohort, &["cohort"])];
}

/// How far people came through the steps of a funnel.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FunnelAnswer {
    /// What the funnel is called.
    pub name: String,
    /// How long after the first step the others may be done.
    #[schema(example = "7d")]
    pub window: String,
    /// The steps in their order.
    pub steps: Vec<FunnelStepRow>,
    /// People who did all steps, in percent of those who did the first, one decimal; `null` when nobody
    /// did.
    pub conversion: Option<f64>,
    /// Whether the window of everybody is over: where it is not, later steps may still be done.
    pub complete: bool,
    /// What segments are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<FunnelBy>,
    /// The people told apart, the largest segment first, at most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments: Option<Vec<FunnelSegment>>,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
}

/// A step, and who came so far.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FunnelStepRow {
    /// What it is called.
    #[schema(example = "posted")]
    pub name: String,
    /// People who came so far.
    pub people: u64,
    /// The same in percent of those who did the first step, one decimal.
    pub conversion: Option<f64>,
    /// The same in percent of those who did the step before; `null` for the first.
    pub from_previous: Option<f64>,
    /// People who did the step before and not this one; `null` for the first.
    pub dropped: Option<u64>,
    /// Median time since the step before in seconds, exact; `null` for the first, and when nobody came.
    pub median_seconds: Option<f64>,
    /// Events for this step from the beginning of the span to the end of the last window, of whomever:
    /// 0 says that the chat tells of none.
    pub events: u64,
}

/// Some of the people of a funnel.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FunnelSegment {
    /// Role, or first local day of the week of sign-up; `null` where it is not known.
    #[schema(example = "member")]
    pub key: Option<String>,
    /// People who came to each step.
    pub people: Vec<u64>,
    /// People who did all steps, in percent of those who did the first, one decimal.
    pub conversion: Option<f64>,
}

impl QueryService {
    /// Answers how far people come through the steps of a funnel.
    pub async fn funnel(
        &self,
        ask: &Ask,
        definition: &FunnelDefinition,
        by: Option<FunnelBy>,
    ) -> Result<FunnelAnswer, QueryError> {
        let run = self.begin(ask);
        let range = ask.window.range;
        let steps = definition.steps.iter().map(|step| {
            if step.is_answer() {
                return Ok(Step::Answered);
            }
            // A filter was read before it was kept.
            let events = step.events().map(Step::Event);
            events.map_err(|error| StoreError::Engine(Box::new(error)))
        });
        let funnel = Funnel::new(FunnelRequest {
            workspace: ask.workspace.clone(),
            population: ask.population,
            filter: ask.filter.clone(),
            span: range,
            as_of: ask.window.as_of,
            window: definition.window_millis,
            steps: steps.collect::<Result<_, _>>()?,
        });
        let outcome = run.analyse_in_order(funnel).await?;
        let segments = match by {
            None => None,
            Some(FunnelBy::Role) => Some(segments(&outcome, &run.roles(&outcome).await?)),
            Some(FunnelBy::Cohort) => Some(segments(&outcome, &run.cohorts().await?)),
        };
        let numbers = outcome.steps(&outcome.people);
        Ok(FunnelAnswer {
            name: definition.name.clone(),
            window: definition.window(),
            steps: rows(definition, &outcome, &numbers),
            conversion: conversion(&numbers),
            complete: range.to().plus_millis(definition.window_millis) <= ask.window.as_of,
            by,
            segments,
            period: ask.window.name.clone(),
            meta: run.meta(
                "People who do the first step in the span, and then each other step in this order within \
                 the window after the first. A person comes as far as in the best of their tries; the \
                 times are those of the try that gets there first.",
            ),
        })
    }
}

/// What a person is told apart by.
type Keys = HashMap<u32, String>;

impl Run<'_> {
    /// Returns the roles of the people of a funnel.
    async fn roles(&self, outcome: &FunnelOutcome) -> Result<Keys, QueryError> {
        let workspace = &self.ask.workspace;
        let mut keys = Keys::new();
        for people in outcome.people.chunks(AT_ONCE) {
            let numbers: Vec<u32> = people.iter().map(|progress| progress.person).collect();
            let ids = self
                .store()
                .identifiers(workspace, Subject::Person, numbers.clone());
            let named: HashMap<String, u32> = ids
                .await?
                .into_iter()
                .zip(numbers)
                .filter_map(|(id, number)| Some((id?, number)))
                .collect();
            let ids: Vec<String> = named.keys().cloned().collect();
            let known = self.store().people(workspace, &ids).await?;
            keys.extend(known.into_iter().filter_map(|person| {
                let number = named.get(&person.id)?;
                Some((*number, person.role?))
            }));
        }
        Ok(keys)
    }

    /// Returns the weeks in which people signed up.
    async fn cohorts(&self) -> Result<Keys, QueryError> {
        let ask = self.ask;
        let needs = Needs {
            workspace: ask.workspace.clone(),
            population: ask.population,
            zone: ask.zone.clone(),
            sign_ups: Some(ask.window.range.to()),
            sets: Vec::new(),
            from_events: false,
            named: Vec::new(),
            only: None,
        };
        let (material, origin) = self.store().gather(&needs).await?;
        self.noted(origin);
        let week = |sign_up: SignUp| {
            let week = Grain::Week(ask.week_start).floor_day(sign_up.at.day(&ask.zone));
            (sign_up.person, week.to_string())
        };
        Ok(material.sign_ups.into_iter().map(week).collect())
    }
}

fn percent(part: f64, whole: f64) -> Option<f64> {
    let ratio = Ratio::of(Amount::of(part), Amount::of(whole));
    ratio.map(|ratio| ratio.percent(1))
}

fn shown(people: f64) -> u64 {
    Amount::of(people).rounded()
}

fn conversion(numbers: &[StepNumbers]) -> Option<f64> {
    percent(numbers.last()?.people, numbers.first()?.people)
}

fn rows(
    definition: &FunnelDefinition,
    outcome: &FunnelOutcome,
    numbers: &[StepNumbers],
) -> Vec<FunnelStepRow> {
    let row = |(place, numbers_of): (usize, &StepNumbers)| {
        let before = place.checked_sub(1).map(|before| numbers[before].people);
        FunnelStepRow {
            name: definition.steps[place].name.clone(),
            people: shown(numbers_of.people),
            conversion: percent(numbers_of.people, numbers[0].people),
            from_previous: before.and_then(|before| percent(numbers_of.people, before)),
            dropped: before.map(|before| shown(before - numbers_of.people)),
            median_seconds: numbers_of.median_millis.map(|millis| millis / 1_000.0),
            events: shown(outcome.events[place]),
        }
    };
    numbers.iter().enumerate().map(row).collect()
}

fn segments(outcome: &FunnelOutcome, keys: &Keys) -> Vec<FunnelSegment> {
    let mut groups: BTreeMap<Option<&String>, Vec<&Progress>> = BTreeMap::new();
    for progress in &outcome.people {
        let key = keys.get(&progress.person);
        groups.entry(key).or_default().push(progress);
    }
    let segment = |(key, people): (Option<&String>, Vec<&Progress>)| {
        let numbers = outcome.steps(people);
        FunnelSegment {
            key: key.cloned(),
            people: numbers.iter().map(|step| shown(step.people)).collect(),
            conversion: conversion(&numbers),
        }
    };
    let mut segments: Vec<FunnelSegment> = groups.into_iter().map(segment).collect();
    // Of segments of one size those of the first keys come first.
    segments.sort_by_key(|segment| std::cmp::Reverse(segment.people.first().copied()));
    segments.truncate(MOST_SEGMENTS);
    segments
}
