//! Events in order of time, and what their numbers stand for.

use std::collections::BTreeSet;

use domain::{
    event::{Event, EventType, FIRST_CUSTOM_CODE, MessageType},
    id::ChannelId,
    time::{Instant, Range},
};
use engine::{
    analysis::{About, Act, Digest, Ordered, OrderedScan, SessionsByDay, responses::RepliesByDay},
    rollup::Block,
    storage::Subject,
};

use super::{Fact, select::admits, state::Workspace};

/// 24 hours, in milliseconds.
const DAY: i64 = 86_400_000;

/// Returns the events that a scan looks at.
pub(super) fn acts(of: &Workspace, scan: &OrderedScan) -> Vec<Act> {
    let filter = of.resolved(&scan.filter);
    let mut facts: Vec<Fact<'_>> = of
        .facts_in(scan.range)
        .filter(|fact| scan.population.holds(fact.is_bot) && admits(&filter, fact.event))
        .collect();
    // The sort is stable: what happened at one instant stays in order of arrival.
    facts.sort_by_key(|fact| fact.event.timestamp);
    facts.into_iter().map(|fact| act(of, fact, scan)).collect()
}

/// Hands over the digests of days of 24 hours.
pub(super) fn in_context(of: &Workspace, about: &About, take: &mut (dyn FnMut(&Block) + Send)) {
    let range = about.range.until(about.end);
    let day = |fact: Fact<'_>| fact.event.timestamp.as_millis().div_euclid(DAY);
    let days: BTreeSet<i64> = of.facts_in(range).map(day).collect();
    let cut = |day: i64| {
        let start = Instant::from_millis(day * DAY);
        let (from, to) = (
            start.max(range.from()),
            start.plus_millis(DAY).min(range.to()),
        );
        Range::new(from, to)
    };
    let days = days.into_iter().map(cut).collect();
    let about = about.clone();
    match about.digest {
        Digest::Replies => read(
            of,
            RepliesByDay::new(about, days, |_, day| take(&Block::Replies(day))),
        ),
        Digest::Sessions => read(
            of,
            SessionsByDay::new(about, days, |_, day| take(&Block::Sessions(day))),
        ),
    }
}

fn read(of: &Workspace, mut by_day: impl Ordered<Outcome = ()>) {
    by_day.take(&acts(of, &by_day.scan()));
    by_day.finish();
}

fn act(of: &Workspace, Fact { event, is_bot }: Fact<'_>, scan: &OrderedScan) -> Act {
    let content = &event.content;
    let channel = |id: &ChannelId| channels(of).iter().position(|other| *other == id);
    Act {
        timestamp: event.timestamp,
        kind: code(of, &event.event_type),
        message_type: event.message_type.map(MessageType::code),
        is_reply: event.is_reply(),
        is_question: (content.is_question || content.words.is_some())
            .then_some(content.is_question),
        person: event.user.as_ref().map(|id| of.people[id].number),
        channel: event.channel.as_ref().and_then(channel).map(number),
        thread: event.thread,
        session: event.session,
        message: event.message.filter(|_| scan.with_messages),
        is_bot,
        weight: event.weight,
        marks: marks(of, scan, event),
    }
}

fn marks(of: &Workspace, scan: &OrderedScan, event: &Event) -> u32 {
    let filters = scan.marks.iter().enumerate();
    let bits = filters.filter(|(_, filter)| admits(&of.resolved(filter), event));
    bits.map(|(place, _)| 1 << place).sum()
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap()
}

/// Returns the channels that events name, in order of arrival: the place of one is its number.
fn channels(of: &Workspace) -> Vec<&ChannelId> {
    let mut channels = Vec::new();
    for id in of
        .events
        .iter()
        .filter_map(|arrived| arrived.event.channel.as_ref())
    {
        if !channels.contains(&id) {
            channels.push(id);
        }
    }
    channels
}

/// Returns the kinds that are not known, in order of arrival.
fn custom_kinds(of: &Workspace) -> Vec<&EventType> {
    let mut kinds = Vec::new();
    for arrived in &of.events {
        let kind = &arrived.event.event_type;
        if matches!(kind, EventType::Custom(_)) && !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

fn code(of: &Workspace, kind: &EventType) -> u16 {
    match kind {
        EventType::Known(kind) => kind.code(),
        EventType::Custom(_) => {
            let place = custom_kinds(of).iter().position(|other| *other == kind);
            FIRST_CUSTOM_CODE + u16::try_from(place.unwrap()).unwrap()
        }
    }
}

pub(super) fn kind_name(of: &Workspace, code: u16) -> Option<String> {
    let kinds = of.events.iter().map(|arrived| &arrived.event.event_type);
    let mut kinds = kinds.filter(|kind| self::code(of, kind) == code);
    kinds.next().map(|kind| kind.name().to_owned())
}

pub(super) fn identifier(of: &Workspace, subject: Subject, number: u32) -> Option<String> {
    match subject {
        Subject::Person => {
            let mut people = of.people.iter();
            let found = people.find(|(_, person)| person.number == number);
            found.map(|(id, _)| id.as_str().to_owned())
        }
        Subject::Channel => {
            let channel = channels(of).get(number as usize).copied();
            channel.map(|id| id.as_str().to_owned())
        }
    }
}
