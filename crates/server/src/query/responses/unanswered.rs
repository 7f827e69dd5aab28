//! Starters that nobody answered.

use std::collections::{BTreeSet, HashMap};

use domain::time::{Instant, Range};
use engine::{
    analysis::responses::{
        Message, NEWCOMER_TIME, Unanswered, UnansweredStarter, UnansweredStarters, Welcome,
        WroteBefore,
    },
    storage::Subject,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::query::{Ask, Meta, QueryError, QueryService, Run};

/// What a request about starters without an answer has of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UnansweredRequest {
    /// How many rows at most.
    pub limit: u32,
    /// How many rows are passed over.
    pub offset: u32,
}

/// Starters that nobody answered within 24 hours.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnansweredAnswer {
    /// The rows: of newcomers first, then the one that has waited longest.
    pub unanswered: Vec<UnansweredRow>,
    /// How many rows there are without limit and offset.
    pub total: u64,
    /// How many starters have no answer so far, and are younger than 24 hours.
    pub waiting: u64,
    /// How many starters there are, with those that were answered.
    pub starters: u64,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
}

/// A starter that nobody answered within 24 hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnansweredRow {
    /// Key of the thread, as events have it; `null` outside of threads.
    #[schema(example = "b3d81f0e5a6c7d21")]
    pub thread_id: Option<String>,
    /// Key of the message, as events have it; `null` where it has none.
    pub message_id: Option<String>,
    /// The channel; `null` where it is not known.
    pub channel_id: Option<String>,
    /// Who wrote it.
    pub author_id: Option<String>,
    /// Name of the channel, where one is known.
    pub channel_name: Option<String>,
    /// Name of whoever wrote it, where one is known.
    pub author_name: Option<String>,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Instant,
    /// How long ago that was, in seconds, rounded down.
    pub wait_seconds: u64,
    /// Whether the message is a question; `null` where events do not tell.
    pub is_question: Option<bool>,
    /// Whether its author wrote for the first time ever with it, or in the 7 days before it.
    pub is_newcomer: bool,
    /// Address of the message in the chat; `null` where no form of such addresses is set.
    pub link: Option<String>,
}

impl QueryService {
    /// Answers which starters nobody answered.
    pub async fn unanswered(
        &self,
        ask: &Ask,
        request: UnansweredRequest,
    ) -> Result<UnansweredAnswer, QueryError> {
        let run = self.begin(ask);
        let wrote_before = run.analyse_everybody(WroteBefore {
            workspace: ask.workspace.clone(),
            zone: ask.zone.clone(),
            before: ask.window.range.from().plus_millis(-NEWCOMER_TIME),
        });
        let (span, end) = (ask.window.range, ask.window.as_of);
        let since = Range::new(span.from().plus_millis(-NEWCOMER_TIME), span.to());
        let firsts = Welcome::new(ask.workspace.clone(), since, end);
        let (mut found, firsts, wrote_before) = tokio::try_join!(
            run.analyse_in_context(Unanswered::new(ask.responses(span))),
            run.analyse_in_context(firsts),
            wrote_before,
        )?;
        found.tell_newcomers(firsts, &wrote_before);
        let UnansweredStarters {
            unanswered,
            waiting,
            starters,
        } = found;
        let total = unanswered.len() as u64;
        let page = unanswered.into_iter().skip(request.offset as usize);
        let page: Vec<UnansweredStarter> = page.take(request.limit as usize).collect();
        Ok(UnansweredAnswer {
            unanswered: run.unanswered_rows(&page).await?,
            total,
            waiting,
            starters,
            period: ask.window.name.clone(),
            meta: run.meta(
                "Starters of which no other person wrote within 24 hours in the conversation that they begin: the \
                 first message of a thread, or one after 30 minutes of silence in a channel outside of threads. \
                 Bots do not answer. Those that are younger than 24 hours may still be answered.",
            ),
        })
    }
}

impl Run<'_> {
    async fn unanswered_rows(
        &self,
        page: &[UnansweredStarter],
    ) -> Result<Vec<UnansweredRow>, QueryError> {
        let (store, workspace) = (self.store(), &self.ask.workspace);
        let messages = || page.iter().map(|starter| starter.message);
        let authors: BTreeSet<u32> = messages().map(|message| message.author).collect();
        let channels: BTreeSet<u32> = messages().filter_map(|message| message.channel).collect();
        let authors = self
            .names_of(Subject::Person, authors.into_iter().collect())
            .await?;
        let channels = self
            .names_of(Subject::Channel, channels.into_iter().collect())
            .await?;
        let ids = |known: &HashMap<u32, String>| known.values().cloned().collect::<Vec<_>>();
        let people = store.people(workspace, &ids(&authors)).await?;
        let people = people
            .into_iter()
            .filter_map(|one| Some((one.id, one.name?)));
        let people: HashMap<String, String> = people.collect();
        let channel_names = store.channel_names(workspace, &ids(&channels)).await?;
        let row = |starter: &UnansweredStarter| {
            let Message {
                at,
                author,
                channel,
                thread,
                key,
                is_question,
                ..
            } = starter.message;
            let author_id = authors.get(&author);
            let channel_id = channel.and_then(|channel| channels.get(&channel));
            let waited = self.ask.window.as_of.as_millis() - at.as_millis();
            UnansweredRow {
                thread_id: thread.map(|thread| thread.to_string()),
                message_id: key.map(|key| key.to_string()),
                channel_id: channel_id.cloned(),
                author_id: author_id.cloned(),
                channel_name: channel_id.and_then(|id| channel_names.get(id)).cloned(),
                author_name: author_id.and_then(|id| people.get(id)).cloned(),
                asked_at: at,
                wait_seconds: u64::try_from(waited / 1_000).unwrap_or(0),
                is_question,
                is_newcomer: starter.is_newcomer,
                link: None,
            }
        };
        Ok(page.iter().map(row).collect())
    }
}
