//! Answers that are remembered, so that many open pages cost as much as one.
//!
//! 1. The key of an answer is everything it depends on: the question, what its asker may see, and
//!    the version of the store. So nothing is ever to be forgotten because of what came in.
//! 2. Only the present is not in the key. An answer that depends on it is remembered for seconds;
//!    one whose request names its present (`asOf`) until there is no more room.
//! 3. The same question is computed once at a time; whoever asks meanwhile waits for that answer.
//! 4. Failures are told to everybody who waits, and not remembered; but those that say something of who
//!    asked, such as that they ask too much at once, are nobody else's: others compute for themselves.
//!
//! Exports, lists of events and the state of the service are not remembered.

mod cache;
mod flight;
mod question;
mod reply;
#[cfg(test)]
mod tests;
mod written;

use axum::response::Response;
use serde::Serialize;

pub use cache::AnswerCache;
pub(super) use question::Question;
pub(super) use reply::{Held, HeldParams, NOT_MODIFIED};

use super::{error::ApiError, state::ApiState};
use crate::query::Answer;

/// How long an answer may be given again, as long as nothing is stored.
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
    pub(super) fn answer<M: Serialize, A: Answer>(
        &self,
        question: &Question<'_, M>,
        held: &Held,
        compute: impl Future<Output = Result<A, ApiError>>,
    ) -> impl Future<Output = Result<Response, ApiError>> {
        // It is large, and would be a part of everything that waits for it.
        let compute = Box::pin(compute);
        async move {
            let key = question.key(self.store.version())?;
            let given = self.answers.give(&key, question.lasting(), compute).await?;
            self.telemetry.answer(given.remembered);
            if !given.remembered {
                self.telemetry.answers_fill(self.answers.bytes());
            }
            Ok(reply::reply(given, held))
        }
    }
}
