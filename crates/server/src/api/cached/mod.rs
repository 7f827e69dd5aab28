//! Answers that are remembered, so that many open pages cost as much as one.
//!
//! 1. The key of an answer is the question, what its asker may see, and how often annotations and the
//!    like were changed. Beside an answer stands what it
//!    was made of, noted while it was made: it holds until events of those days, or the people and
//!    channels where they count, change. What arrives today leaves answers about last year alone.
//! 2. An answer that depends on the present is remembered for seconds; one whose request names its
//!    present (`asOf`) until there is no more room.
//! 3. The same question is computed once at a time; whoever asks meanwhile waits for that answer.
//! 4. Failures are told to everybody who waits, and not remembered; but those that say something of who
//!    asked, such as that they ask too much at once, are nobody else's: others compute for themselves.
//!
//! Exports, lists of events and the state of the service are not remembered.

mod cache;
mod flight;
mod question;
mod recorder;
mod reply;
#[cfg(test)]
mod tests;
mod written;

use std::sync::{Arc, atomic::Ordering};

use axum::response::Response;
use serde::Serialize;

pub use cache::AnswerCache;
pub(super) use question::Question;
pub(super) use reply::{IfNoneMatch, IfNoneMatchParams, NOT_MODIFIED};

use self::{cache::Basis, recorder::Recorder};
use super::{error::ApiError, shared, source, state::ApiState};
use crate::query::{Answer, QueryService};

/// How long an answer may be given again, as long as nothing changes that it was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lasting {
    /// It is computed each time.
    Never,
    /// For seconds: it depends on the present.
    Shortly,
    /// As long as there is room.
    Always,
}

impl ApiState {
    /// Answers a question with what is remembered, or else with what `compute` finds.
    pub(super) fn answer<M: Serialize, A, F>(
        &self,
        question: &Question<'_, M>,
        held: &IfNoneMatch,
        compute: impl Fn(Arc<QueryService>) -> F,
    ) -> impl Future<Output = Result<Response, ApiError>>
    where
        A: Answer + Send + 'static,
        F: Future<Output = Result<A, ApiError>>,
    {
        let recorder = Arc::new(Recorder::new(Arc::clone(&self.store) as _));
        let service = shared::service(
            &self.query,
            question.shared_link(),
            question.endpoint(),
            Arc::clone(&recorder) as _,
        );
        let asks_events = question.asks_events();
        // It is large, and would be a part of everything that waits for it.
        let compute = Box::pin(async move {
            let service = service?;
            let of = |from_events| {
                Arc::new(QueryService {
                    from_events,
                    ..service.clone()
                })
            };
            let computing = compute(of(false));
            let answer = if asks_events {
                source::prove(computing, compute(of(true))).await?
            } else {
                computing.await?
            };
            Ok((answer, recorder.reads()))
        });
        async move {
            let basis = Basis {
                changes: self.store.as_ref(),
                workspace: question.workspace(),
            };
            let saved = self.saved_changes.load(Ordering::Acquire);
            let (key, lasting) = (question.key(saved)?, question.lasting());
            let given = self.answers.give(&key, lasting, &basis, compute).await?;
            self.telemetry.answer(given.remembered);
            if !given.remembered {
                self.telemetry.answers_fill(self.answers.bytes());
            }
            Ok(reply::reply(given, held))
        }
    }
}
