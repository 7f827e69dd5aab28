//! People taken out. Nothing is kept on disk.

use async_trait::async_trait;
use domain::{
    erasure::{Traces, make_nameless},
    event::Event,
    id::{UserId, WorkspaceId},
};
use serde_json::Value;
use store::{Erase, ErasedCounts, Erasure, RewrittenFile, StoreError};

use super::{Memory, state::Workspace};

#[async_trait]
impl Erase for Memory {
    async fn known_as(
        &self,
        workspace: &WorkspaceId,
        id: &UserId,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let state = self.open()?;
        let person = state.workspaces.get(workspace);
        let person = person.and_then(|of| of.people.get(id));
        Ok(person.map(|person| {
            let record = &person.record;
            let mut known: Vec<String> = [&record.name, &record.email]
                .into_iter()
                .flatten()
                .cloned()
                .collect();
            known.sort();
            known
        }))
    }

    async fn erase(&self, erasure: Erasure) -> Result<ErasedCounts, StoreError> {
        let mut state = self.open()?;
        let number = state.version + 1;
        let Some(of) = state.workspaces.get_mut(&erasure.workspace) else {
            return Ok(ErasedCounts::default());
        };
        let traces = &erasure.traces;
        let mut counts = ErasedCounts::default();
        let id = UserId::new(traces.id()).unwrap();
        if erasure.nameless.is_none() {
            of.links
                .retain(|from, (into, _)| *from != id && *into != id);
            of.count_again(number);
        }
        if of.people.contains_key(&id) {
            of.take_out(&id, erasure.nameless.as_ref(), &mut counts);
        }
        for arrived in &mut of.events {
            counts.events_cleaned += u64::from(clean_event(&mut arrived.event, traces));
        }
        for channel in of.channels.values_mut() {
            let before = channel.clone();
            if channel.owner.as_ref() == Some(&id) {
                channel.owner.clone_from(&erasure.nameless);
            }
            for text in [&mut channel.name, &mut channel.slug] {
                clean_text(text, traces);
            }
            counts.channels_cleaned += u64::from(*channel != before);
            counts.channels_left += u64::from(traces.clean(channel.id.as_str()).is_some());
        }
        let before = state.letters.len();
        state.letters.retain(|letter| {
            let mut body = serde_json::from_str(&letter.body).unwrap_or(Value::from(&*letter.body));
            letter.workspace_id != erasure.workspace.as_str() || !traces.clean_value(&mut body)
        });
        counts.dead_letters = (before - state.letters.len()) as u64;
        state.version += 1;
        state.everything = state.version;
        Ok(counts)
    }

    async fn rewrite(&self) -> Result<Vec<RewrittenFile>, StoreError> {
        self.open().map(|_| Vec::new())
    }
}

impl Workspace {
    fn take_out(&mut self, id: &UserId, nameless: Option<&UserId>, counts: &mut ErasedCounts) {
        let Some(mut person) = self.people.remove(id) else {
            return;
        };
        counts.records = u64::from(person.has_record());
        let is_theirs = |event: &Event| event.user.as_ref() == Some(id);
        let theirs = self
            .events
            .iter()
            .filter(|arrived| is_theirs(&arrived.event));
        counts.events = theirs.count() as u64;
        let Some(nameless) = nameless else {
            self.events.retain(|arrived| !is_theirs(&arrived.event));
            return;
        };
        person.make_nameless(nameless);
        self.people.insert(nameless.clone(), person);
        let named = |who: UserId| if who == *id { nameless.clone() } else { who };
        let links = std::mem::take(&mut self.links).into_iter();
        self.links = links
            .map(|(from, (into, at))| (named(from), (named(into), at)))
            .collect();
        for arrived in &mut self.events {
            arrived.original = arrived.original.take().map(named);
            if is_theirs(&arrived.event) {
                arrived.event.user = Some(nameless.clone());
                make_nameless(&mut arrived.event.properties);
            }
        }
    }
}

fn clean_text(text: &mut Option<String>, traces: &Traces) {
    let clean = text.as_deref().and_then(|text| traces.clean(text));
    if clean.is_some() {
        *text = clean;
    }
}

fn clean_event(event: &mut Event, traces: &Traces) -> bool {
    let mut properties = Value::from(std::mem::take(&mut event.properties));
    let mut any = traces.clean_value(&mut properties);
    if let Value::Object(properties) = properties {
        event.properties = properties;
    }
    let content = &mut event.content;
    let lists = [
        &mut content.mentions,
        &mut content.hashtags,
        &mut content.links,
        &mut content.domains,
        &mut content.urls,
        &mut content.topics,
    ];
    for term in lists.into_iter().flatten() {
        if let Some(clean) = traces.clean(term) {
            *term = clean.into();
            any = true;
        }
    }
    any
}
