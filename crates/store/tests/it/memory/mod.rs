//! A second implementation of the questions a store answers: plain loops over events in memory.
//!
//! It is written from the definitions (`domain::metric`, `domain::dimension`, `domain::query`), knows
//! neither SQL nor rollups, and takes no short cuts, so that what it answers can be checked by reading.
//!
//! | file | what it does |
//! |---|---|
//! | `select` | which events count: filters, and what each metric looks at |
//! | `keys` | what an event is counted under |
//! | `values` | the value of a metric over some events |
//! | `page` | which rows are kept, and their order |

mod keys;
mod page;
mod select;
mod values;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::{
    event::{Event, Kind, MessageType},
    id::{EventId, UserId, WorkspaceId},
    metric::{Features, Part},
    query::Query,
    record::PersonRecord,
};
use engine::plan::Plan;
use store::{Cell, Table, TableRow};

/// A chat in memory.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    workspaces: BTreeSet<WorkspaceId>,
    events: Vec<Event>,
    ids: HashSet<(WorkspaceId, EventId)>,
    /// What records say last of who is a bot.
    recorded: BTreeMap<(WorkspaceId, UserId), bool>,
    /// Of whom some event says that it is a bot.
    told: BTreeSet<(WorkspaceId, UserId)>,
}

/// An event, and whether a bot did it by all that is known.
#[derive(Debug, Clone, Copy)]
struct Fact<'a> {
    event: &'a Event,
    is_bot: bool,
}

impl Features for Fact<'_> {
    fn kind(&self) -> u16 {
        let known = Kind::ALL
            .iter()
            .find(|kind| self.event.event_type.is(**kind));
        known.map_or(u16::MAX, |kind| kind.code())
    }

    fn message_type(&self) -> Option<u8> {
        self.event.message_type.map(MessageType::code)
    }

    fn has(&self, part: Part) -> bool {
        match part {
            Part::Person => self.event.user.is_some(),
            Part::Channel => self.event.channel.is_some(),
            Part::Thread => self.event.thread.is_some(),
            Part::Text => self.event.content.words.is_some(),
        }
    }

    fn is_reply(&self) -> bool {
        self.event.is_reply()
    }
}

impl Memory {
    /// Takes events in; one whose identity is known counts once.
    pub(crate) fn append(&mut self, events: &[Event]) {
        for event in events {
            self.workspaces.insert(event.workspace.clone());
            let is_known = |id| self.ids.contains(&(event.workspace.clone(), id));
            if event.keyed && (is_known(event.id) || event.also.is_some_and(is_known)) {
                continue;
            }
            self.ids.insert((event.workspace.clone(), event.id));
            if let Some(user) = event.user.clone().filter(|_| event.is_bot) {
                self.told.insert((event.workspace.clone(), user));
            }
            self.events.push(event.clone());
        }
    }

    /// Takes in what is known of a person.
    pub(crate) fn put(&mut self, workspace: &WorkspaceId, record: &PersonRecord) {
        self.workspaces.insert(workspace.clone());
        if let Some(is_bot) = record.is_bot {
            let of = (workspace.clone(), record.id.clone());
            self.recorded.insert(of, is_bot);
        }
    }

    /// Answers a planned question, and returns beside the page the first metric of every row.
    pub(crate) fn query_with_distribution(&self, plan: &Plan) -> (Table, Vec<Option<f64>>) {
        if !self.workspaces.contains(&plan.query.workspace) {
            return (Table::default(), Vec::new());
        }
        let rows = self.rows(&plan.query);
        let first = rows.iter().map(|row| row.values[0]).collect();
        (page::page(plan, rows), first)
    }

    /// Returns every row of an answer, in any order.
    fn rows(&self, query: &Query) -> Vec<TableRow> {
        let mut groups: BTreeMap<Vec<Cell>, Vec<Fact<'_>>> = BTreeMap::new();
        if query.dimensions.is_empty() {
            // Totals of nothing are a row as well.
            groups.insert(Vec::new(), Vec::new());
        }
        for fact in self.facts(query) {
            for keys in keys::keys(fact, query) {
                groups.entry(keys).or_default().push(fact);
            }
        }
        let row = |(keys, facts): (Vec<Cell>, Vec<Fact<'_>>)| {
            let metrics = query.metrics.iter();
            let values = metrics.map(|metric| values::value(*metric, &facts, &query.zone));
            TableRow {
                keys,
                values: values.collect(),
            }
        };
        let rows = groups.into_iter().map(row);
        rows.filter(|row| query.dimensions.is_empty() || page::says_something(row, query))
            .collect()
    }

    /// Returns the events that count for a question.
    fn facts<'a>(&'a self, query: &'a Query) -> impl Iterator<Item = Fact<'a>> {
        let facts = self.events.iter().map(|event| Fact {
            event,
            is_bot: self.is_bot(event),
        });
        facts.filter(|fact| {
            fact.event.workspace == query.workspace
                && query.range.contains(fact.event.timestamp)
                && query.population.holds(fact.is_bot)
                && select::admits(&query.filter, fact.event)
        })
    }

    /// Returns whether a bot did it: the record of the person says so, else any event of the person,
    /// and an event of nobody says it of itself.
    fn is_bot(&self, event: &Event) -> bool {
        let Some(user) = &event.user else {
            return event.is_bot;
        };
        let of = (event.workspace.clone(), user.clone());
        let recorded = self.recorded.get(&of).copied();
        recorded.unwrap_or_else(|| self.told.contains(&of))
    }
}
