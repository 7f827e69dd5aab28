//! What people do one after the other.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
};

use domain::ratio::{Amount, Ratio};
use engine::analysis::{JourneyCounts, JourneyRequest, Journeys, MOST_PATHS, Path};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Ask, Meta, QueryError, QueryService, Run};

/// Most nodes of a step of the flow; what is beyond them is one more.
const MOST_NODES: usize = 12;

/// What a request about journeys has of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JourneysRequest {
    /// The kind of event at which paths begin.
    pub start: Option<String>,
    /// The kind of event at which paths end.
    pub end: Option<String>,
    /// Whether events of one kind in a row are one step.
    pub collapse: bool,
    /// Most rows of each list.
    pub limit: u32,
}

/// What people do one after the other within sessions.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JourneysAnswer {
    /// Sessions that begin in the period and have at least one step.
    pub sessions: u64,
    /// Those of them that have a path from `start` to `end`: all, where neither is given.
    pub matched: u64,
    /// The most frequent paths of at most 6 steps.
    pub paths: Vec<PathRow>,
    /// How many different paths there are.
    pub different_paths: usize,
    /// With what sessions begin.
    pub entries: Vec<StepRow>,
    /// With what sessions end.
    pub exits: Vec<StepRow>,
    /// What follows what in all sessions, the most frequent first.
    pub transitions: Vec<TransitionRow>,
    /// How many different transitions there are.
    pub different_transitions: usize,
    /// All paths, step by step: at most 12 kinds a step, the others together.
    pub nodes: Vec<FlowNode>,
    /// How many sessions go from one node to another.
    pub links: Vec<FlowLink>,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
}

/// A path.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PathRow {
    /// Kinds of events in their order.
    #[schema(example = json!(["sign_in", "message_read", "message_sent"]))]
    pub steps: Vec<String>,
    /// Sessions with this path.
    pub sessions: u64,
    /// Their share of `matched`, in percent, one decimal.
    pub share: Option<f64>,
}

/// A step at which sessions begin or end.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepRow {
    /// The kind of event.
    #[schema(example = "sign_in")]
    pub event_type: String,
    /// Sessions.
    pub sessions: u64,
    /// Their share of all sessions, in percent, one decimal.
    pub share: Option<f64>,
}

/// One kind of event after another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TransitionRow {
    /// The kind of event before.
    #[schema(example = "message_read")]
    pub from: String,
    /// The kind of event after.
    #[schema(example = "message_sent")]
    pub to: String,
    /// How often.
    pub count: u64,
    /// How many people.
    pub people: u64,
}

/// A kind of event at a step of paths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowNode {
    /// Names the node in `links`.
    #[schema(example = "2:message_sent")]
    pub id: String,
    /// Which step, from 1.
    pub step: usize,
    /// The kind of event; `null` for all those that are not among the most frequent ones.
    pub event_type: Option<String>,
    /// Sessions.
    pub sessions: u64,
}

/// Sessions that go from one node to one of the next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowLink {
    /// The node before.
    #[schema(example = "1:message_read")]
    pub source: String,
    /// The node after.
    #[schema(example = "2:message_sent")]
    pub target: String,
    /// Sessions.
    pub sessions: u64,
}

impl QueryService {
    /// Answers what people do one after the other.
    pub async fn journeys(
        &self,
        ask: &Ask,
        request: &JourneysRequest,
    ) -> Result<JourneysAnswer, QueryError> {
        let run = self.begin(ask);
        let journeys = Journeys::new(JourneyRequest {
            workspace: ask.workspace.clone(),
            population: ask.population,
            filter: ask.filter.clone(),
            span: ask.window.range,
            as_of: ask.window.as_of,
            collapse: request.collapse,
            start: request.start.clone(),
            end: request.end.clone(),
        });
        let counts = run.analyse_in_order(journeys).await?;
        let counts = counts.map_err(|_too_many| QueryError::TooManyPaths(MOST_PATHS))?;
        let names = run.kinds_of(&counts).await?;
        let limit = request.limit as usize;
        let (nodes, links) = flow(&counts.paths, &names);
        Ok(JourneysAnswer {
            sessions: shown(counts.sessions),
            matched: shown(counts.matched),
            paths: path_rows(&counts, &names, limit),
            different_paths: counts.paths.len(),
            entries: step_rows(counts.entries.iter(), counts.sessions, &names, limit),
            exits: step_rows(counts.exits.iter(), counts.sessions, &names, limit),
            transitions: transition_rows(&counts, &names, limit),
            different_transitions: counts.transitions.len(),
            nodes,
            links,
            period: ask.window.name.clone(),
            meta: run.meta(
                "Kinds of events in their order within sessions that begin in the span: runs of events of \
                 a person with no pause of more than 30 minutes. Presence keeps a session open and is no step.",
            ),
        })
    }
}

/// Names of kinds of events by code.
type Names = HashMap<u16, String>;

impl Run<'_> {
    /// Returns the names of the kinds that are steps.
    async fn kinds_of(&self, counts: &JourneyCounts) -> Result<Names, QueryError> {
        let mut codes: Vec<u16> = counts.entries.keys().copied().collect();
        codes.extend(counts.transitions.keys().map(|(_, to)| *to));
        codes.sort_unstable();
        codes.dedup();
        let workspace = &self.ask.workspace;
        let names = self.store().kind_names(workspace, codes.clone()).await?;
        let named = codes.into_iter().zip(names);
        Ok(named
            .filter_map(|(code, name)| Some((code, name?)))
            .collect())
    }
}

fn shown(weight: f64) -> u64 {
    Amount::of(weight).rounded()
}

fn share(part: f64, whole: f64) -> Option<f64> {
    let ratio = Ratio::of(Amount::of(part), Amount::of(whole));
    ratio.map(|ratio| ratio.percent(1))
}

fn name(names: &Names, code: u16) -> String {
    names.get(&code).cloned().unwrap_or_default()
}

/// Returns the steps of a path.
fn steps(path: &Path) -> impl Iterator<Item = u16> {
    path.iter().copied().take_while(|kind| *kind != 0)
}

/// Sorts the most frequent rows to the front, and keeps so many of them.
fn most<T, K: Ord>(mut rows: Vec<(f64, T)>, limit: usize, key: impl Fn(&T) -> K) -> Vec<(f64, T)> {
    rows.sort_by_cached_key(|(count, row)| (Reverse(Amount::of(*count)), key(row)));
    rows.truncate(limit);
    rows
}

fn path_rows(counts: &JourneyCounts, names: &Names, limit: usize) -> Vec<PathRow> {
    let rows = counts.paths.iter().map(|(path, count)| (*count, path));
    let rows = most(rows.collect(), limit, |path| {
        steps(path)
            .map(|kind| name(names, kind))
            .collect::<Vec<_>>()
    });
    let row = |(count, path): (f64, &Path)| PathRow {
        steps: steps(path).map(|kind| name(names, kind)).collect(),
        sessions: shown(count),
        share: share(count, counts.matched),
    };
    rows.into_iter().map(row).collect()
}

fn step_rows<'a>(
    counts: impl Iterator<Item = (&'a u16, &'a f64)>,
    sessions: f64,
    names: &Names,
    limit: usize,
) -> Vec<StepRow> {
    let rows = counts.map(|(kind, count)| (*count, name(names, *kind)));
    let rows = most(rows.collect(), limit, String::clone);
    let row = |(count, event_type)| StepRow {
        event_type,
        sessions: shown(count),
        share: share(count, sessions),
    };
    rows.into_iter().map(row).collect()
}

fn transition_rows(counts: &JourneyCounts, names: &Names, limit: usize) -> Vec<TransitionRow> {
    let rows = counts.transitions.iter().map(|((from, to), transition)| {
        let row = TransitionRow {
            from: name(names, *from),
            to: name(names, *to),
            count: shown(transition.count),
            people: shown(transition.people),
        };
        (transition.count, row)
    });
    let key = |row: &TransitionRow| (row.from.clone(), row.to.clone());
    let rows = most(rows.collect(), limit, key);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Returns the nodes and links of all paths.
fn flow<'a>(
    paths: impl IntoIterator<Item = (&'a Path, &'a f64)> + Copy,
    names: &Names,
) -> (Vec<FlowNode>, Vec<FlowLink>) {
    let mut at_steps: BTreeMap<(usize, u16), f64> = BTreeMap::new();
    for (path, count) in paths {
        for (step, kind) in steps(path).enumerate() {
            *at_steps.entry((step + 1, kind)).or_default() += count;
        }
    }
    let mut kept: HashSet<(usize, u16)> = HashSet::new();
    for step in 1..=engine::analysis::PATH {
        let kinds = at_steps.range((step, 0)..=(step, u16::MAX));
        let kinds = kinds.map(|((_, kind), count)| (*count, *kind)).collect();
        let largest = most(kinds, MOST_NODES, |kind| name(names, *kind));
        kept.extend(largest.into_iter().map(|(_, kind)| (step, kind)));
    }
    let node = |step: usize, kind: u16| (step, kept.contains(&(step, kind)).then_some(kind));
    let id = |(step, kind): (usize, Option<u16>)| {
        // No kind has an empty name.
        let kind = kind.map_or_else(String::new, |kind| name(names, kind));
        format!("{step}:{kind}")
    };
    let mut nodes: BTreeMap<(usize, Option<u16>), f64> = BTreeMap::new();
    for ((step, kind), count) in &at_steps {
        *nodes.entry(node(*step, *kind)).or_default() += count;
    }
    let mut links = BTreeMap::new();
    for (path, count) in paths {
        let next = steps(path).skip(1);
        for (step, (from, to)) in (1..).zip(steps(path).zip(next)) {
            let link = (node(step, from), node(step + 1, to));
            *links.entry(link).or_insert(0.0) += count;
        }
    }
    let mut nodes: Vec<FlowNode> = nodes
        .into_iter()
        .map(|(node, count)| FlowNode {
            id: id(node),
            step: node.0,
            event_type: node.1.map(|kind| name(names, kind)),
            sessions: shown(count),
        })
        .collect();
    nodes.sort_by_key(|node| (node.step, Reverse(node.sessions), node.id.clone()));
    let link = |((from, to), count)| FlowLink {
        source: id(from),
        target: id(to),
        sessions: shown(count),
    };
    let mut links: Vec<FlowLink> = links.into_iter().map(link).collect();
    links.sort_by_cached_key(|link| {
        (
            Reverse(link.sessions),
            link.source.clone(),
            link.target.clone(),
        )
    });
    (nodes, links)
}
