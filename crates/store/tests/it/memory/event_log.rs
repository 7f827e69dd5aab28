//! Events and records written, listed and removed.

use std::cmp::Reverse;

use async_trait::async_trait;
use domain::{
    event::{Event, EventType},
    id::WorkspaceId,
    record::{ChannelRecord, PersonRecord},
    time::Instant,
};
use store::{
    Aged, Appended, Batch, DeadLetter, EventListing, EventLog, EventRow, ExportCursor, StoreError,
};

use super::{
    Memory,
    select::admits,
    state::{Arrived, Workspace},
};

#[async_trait]
impl EventLog for Memory {
    async fn append(&self, batch: Batch) -> Result<Appended, StoreError> {
        Ok(self.open()?.append(batch))
    }

    async fn put_records(
        &self,
        workspace: WorkspaceId,
        people: Vec<PersonRecord>,
        channels: Vec<ChannelRecord>,
        _at: Instant,
    ) -> Result<u64, StoreError> {
        Ok(self.open()?.put(workspace, &people, &channels))
    }

    async fn events(&self, listing: &EventListing) -> Result<Vec<EventRow>, StoreError> {
        let state = self.open()?;
        let Some(of) = state.workspaces.get(&listing.workspace) else {
            return Ok(Vec::new());
        };
        let mut listed: Vec<&Arrived> = of.listed(listing).collect();
        listed.sort_by_key(|arrived| (arrived.event.timestamp, arrived.place));
        let newest = listed.iter().rev().skip(listing.offset as usize);
        let page = newest.take(listing.limit as usize);
        Ok(page.map(|arrived| of.event_row(&arrived.event)).collect())
    }

    async fn export_events(
        &self,
        listing: EventListing,
        after: Option<&ExportCursor>,
        mut sink: Box<dyn FnMut(EventRow) -> bool + Send>,
    ) -> Result<Option<ExportCursor>, StoreError> {
        let after: u64 = after.map_or(0, |after| after.as_str().parse().unwrap());
        let state = self.open()?;
        let Some(of) = state.workspaces.get(&listing.workspace) else {
            return Ok(None);
        };
        let listed = of.listed(&listing).filter(|arrived| arrived.place > after);
        let mut listed = listed.peekable();
        for _ in 0..listing.limit {
            let Some(arrived) = listed.next() else { break };
            let wants_more = sink(of.event_row(&arrived.event));
            if listed.peek().is_none() {
                break;
            }
            if !wants_more {
                return Ok(Some(ExportCursor::new(arrived.place.to_string())));
            }
        }
        let next = listed.peek().map(|next| next.place - 1);
        Ok(next.map(|place| ExportCursor::new(place.to_string())))
    }

    async fn dead_letters(
        &self,
        workspace: &WorkspaceId,
        limit: u32,
        offset: u32,
    ) -> Result<(Vec<DeadLetter>, u64), StoreError> {
        let state = self.open()?;
        let mut letters: Vec<DeadLetter> = state.letters.clone();
        letters.retain(|letter| letter.workspace_id == workspace.as_str());
        letters.sort_by_key(|letter| (Reverse(letter.received_at), letter.id));
        let total = letters.len() as u64;
        let page = letters.into_iter().skip(offset as usize);
        Ok((page.take(limit as usize).collect(), total))
    }

    async fn aged(&self, instant: Instant) -> Result<Option<Aged>, StoreError> {
        let state = self.open()?;
        let all = state.workspaces.values().flat_map(|of| &of.events);
        let times = all.map(|arrived| arrived.event.timestamp);
        let times: Vec<Instant> = times.filter(|at| *at < instant).collect();
        let (first, last) = (times.iter().min(), times.iter().max());
        Ok(first.zip(last).map(|(first, last)| Aged {
            events: times.len() as u64,
            first: *first,
            last: *last,
        }))
    }

    async fn delete_before(&self, instant: Instant) -> Result<u64, StoreError> {
        Ok(self.open()?.delete_before(instant))
    }
}

impl Workspace {
    /// Returns the events of a listing, in the order of arrival and without limit.
    fn listed<'a>(&'a self, listing: &'a EventListing) -> impl Iterator<Item = &'a Arrived> {
        let kind = listing.event_type.as_deref();
        let filter = self.resolved(&listing.filter);
        self.events.iter().filter(move |Arrived { event, .. }| {
            listing.range.contains(event.timestamp)
                && kind
                    .is_none_or(|kind| EventType::parse(kind).as_ref() == Some(&event.event_type))
                && (listing.include_bots || !self.fact(event).is_bot)
                && admits(&filter, event)
        })
    }

    /// Returns an event as it is shown.
    fn event_row(&self, event: &Event) -> EventRow {
        let person = event.user.as_ref().and_then(|id| self.people.get(id));
        let channel = event.channel.as_ref().and_then(|id| self.channels.get(id));
        let whole_second = event.received_at.as_millis().div_euclid(1_000) * 1_000;
        EventRow {
            event_id: event.id,
            event_type: event.event_type.name().to_owned(),
            timestamp: event.timestamp,
            received_at: Instant::from_millis(whole_second),
            user_id: event.user.as_ref().map(ToString::to_string),
            user_name: person.and_then(|person| person.record.name.clone()),
            channel_id: event.channel.as_ref().map(ToString::to_string),
            channel_name: channel.and_then(|channel| channel.name.clone()),
            message_id: event.message,
            thread_id: event.thread,
            message_type: event.message_type.map(|kind| kind.name().to_owned()),
            is_bot: self.fact(event).is_bot,
            weight: event.weight,
            properties: event.properties.clone().into(),
        }
    }
}
