//! What is stored, and how it changes.

use std::collections::{BTreeMap, HashSet};

use domain::{
    event::{Event, Kind},
    id::{ChannelId, EventId, UserId, WorkspaceId},
    record::{ChannelRecord, PersonRecord},
    time::{Instant, Range},
};
use store::{Appended, Batch, DeadLetter, Reads};

use super::{
    Fact,
    merges::Links,
    person::{Person, merge_channel},
};

/// Everything.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) is_closed: bool,
    pub(super) workspaces: BTreeMap<WorkspaceId, Workspace>,
    pub(super) letters: Vec<DeadLetter>,
    /// How many changes there were, and which of them was the last that concerns everything.
    pub(super) version: u64,
    pub(super) everything: u64,
    /// Which of them was the last that concerns dead letters.
    of_letters: u64,
    /// How many events arrived, removed ones included.
    arrived: u64,
}

/// What is stored of one chat.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// In the order of arrival.
    pub(super) events: Vec<Arrived>,
    pub(super) people: BTreeMap<UserId, Person>,
    /// How many people were ever known: the number that the next one gets.
    given: u32,
    pub(super) channels: BTreeMap<ChannelId, ChannelRecord>,
    pub(super) links: Links,
    pub(super) ids: HashSet<EventId>,
    /// The last change of what happened at an instant, and of people and channels.
    pub(super) changes: BTreeMap<Instant, u64>,
    pub(super) names: u64,
}

/// An event with its place in the order of arrival.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) place: u64,
    /// With who counts.
    pub(super) event: Event,
    /// The identifier that it came with.
    pub(super) original: Option<UserId>,
}

impl State {
    pub(super) fn append(&mut self, batch: Batch) -> Appended {
        let (mut appended, number) = (Appended::default(), self.version + 1);
        for event in batch.events {
            let of = self.workspaces.entry(event.workspace.clone()).or_default();
            let is_known = |id| of.ids.contains(&id);
            if event.keyed && (is_known(event.id) || event.also.is_some_and(is_known)) {
                appended.duplicates += 1;
                continue;
            }
            self.arrived += 1;
            of.add(event, self.arrived, number);
            appended.stored += 1;
        }
        if !batch.dead_letters.is_empty() {
            self.of_letters = number;
            self.version = number;
        }
        self.letters.extend(batch.dead_letters);
        if appended.stored > 0 {
            self.version = number;
        }
        appended
    }

    /// Puts records; returns how many changed something.
    pub(super) fn put(
        &mut self,
        workspace: WorkspaceId,
        people: &[PersonRecord],
        channels: &[ChannelRecord],
    ) -> u64 {
        let number = self.version + 1;
        let of = self.workspaces.entry(workspace).or_default();
        let mut changed = HashSet::new();
        for record in people {
            if of.put_person(record, number) {
                changed.insert(record.id.as_str());
            }
        }
        let people = changed.len();
        changed.clear();
        for record in channels {
            if of.put_channel(record) {
                changed.insert(record.id.as_str());
            }
        }
        let count = people + changed.len();
        if count > 0 {
            of.names = number;
            self.version = number;
        }
        count as u64
    }

    /// Removes what is before an instant; returns how many events that were. Their identities are
    /// forgotten with them.
    pub(super) fn delete_before(&mut self, instant: Instant) -> u64 {
        let letters = self.letters.len();
        self.letters.retain(|letter| letter.received_at >= instant);
        if self.letters.len() < letters {
            self.version += 1;
            self.of_letters = self.version;
        }
        let mut gone = 0;
        for of in self.workspaces.values_mut() {
            let before = of.events.len();
            of.events
                .retain(|arrived| arrived.event.timestamp >= instant);
            gone += before - of.events.len();
            let events = of.events.iter().map(|arrived| &arrived.event);
            let keyed = events.filter(|event| event.keyed);
            of.ids = keyed.map(|event| event.id).collect();
        }
        if gone > 0 {
            self.version += 1;
            self.everything = self.version;
        }
        gone as u64
    }

    /// Returns the last change that concerns what an answer was made of.
    pub(super) fn last_change(&self, workspace: &WorkspaceId, reads: &Reads) -> u64 {
        let letters = if reads.letters {
            self.of_letters.max(self.everything)
        } else {
            0
        };
        let Some(of) = self.workspaces.get(workspace) else {
            return letters;
        };
        let mut last = self.everything.max(letters);
        if reads.names {
            last = last.max(of.names);
        }
        for (at, number) in &of.changes {
            if reads.spans.iter().any(|span| span.contains(*at)) {
                last = last.max(*number);
            }
        }
        last
    }
}

impl Workspace {
    fn add(&mut self, event: Event, place: u64, number: u64) {
        if event.keyed {
            self.ids.insert(event.id);
        }
        self.changes.insert(event.timestamp, number);
        if event.event_type.is(Kind::ChannelJoined) || event.event_type.is(Kind::ChannelLeft) {
            self.names = number;
        }
        if let Some(id) = &event.channel
            && !self.channels.contains_key(id)
        {
            let record = ChannelRecord::new(id.clone());
            self.channels.insert(id.clone(), record);
            self.names = number;
        }
        let original = event.user.clone();
        let mut event = event;
        if let Some(id) = &original {
            if !self.people.contains_key(id) {
                self.names = number;
            }
            self.person(id);
            let root = self.root(id);
            let was_bot = self.is_bot(&root);
            self.person(id).is_told(event.is_bot);
            if self.is_bot(&root) != was_bot {
                self.move_history(&root, number);
            }
            event.user = Some(root);
        }
        self.events.push(Arrived {
            place,
            event,
            original,
        });
    }

    /// Returns a person, who is known from now on.
    fn person(&mut self, id: &UserId) -> &mut Person {
        let given = &mut self.given;
        self.people.entry(id.clone()).or_insert_with(|| {
            *given += 1;
            Person::new(id.clone(), *given - 1)
        })
    }

    /// Notes that what a person did is counted otherwise.
    fn move_history(&mut self, id: &UserId, number: u64) {
        self.names = number;
        for Arrived { event, .. } in &self.events {
            if event.user.as_ref() == Some(id) {
                self.changes.insert(event.timestamp, number);
            }
        }
    }

    /// Puts what is known of a person; returns whether that is something else.
    fn put_person(&mut self, record: &PersonRecord, number: u64) -> bool {
        self.person(&record.id);
        let root = self.root(&record.id);
        let was_bot = self.is_bot(&root);
        let changed = self.person(&record.id).put(record);
        if self.is_bot(&root) != was_bot {
            self.move_history(&root, number);
        }
        changed
    }

    fn put_channel(&mut self, record: &ChannelRecord) -> bool {
        let known = self.channels.get(&record.id);
        let now = known.map_or_else(|| record.clone(), |known| merge_channel(known, record));
        let changed = known != Some(&now);
        self.channels.insert(record.id.clone(), now);
        changed
    }

    /// Returns every event with who did it.
    pub(super) fn facts(&self) -> impl Iterator<Item = Fact<'_>> {
        self.events.iter().map(|arrived| self.fact(&arrived.event))
    }

    /// Returns the events of a span.
    pub(super) fn facts_in(&self, range: Range) -> impl Iterator<Item = Fact<'_>> {
        let facts = self.facts();
        facts.filter(move |fact| range.contains(fact.event.timestamp))
    }

    /// Returns an event with whether a bot did it: what is known of the person says so, and an event of
    /// nobody says it of itself.
    pub(super) fn fact<'a>(&self, event: &'a Event) -> Fact<'a> {
        let is_bot = event.user.as_ref();
        let is_bot = is_bot.map_or(event.is_bot, |id| self.is_bot(id));
        Fact { event, is_bot }
    }
}
