//! Who answers whom, and whether newcomers are answered.

use domain::{
    ratio::{Amount, Ratio},
    time::{Instant, Range},
};
use engine::analysis::responses::{ANSWER_TIME, FirstMessage, Reciprocity, Welcome, WroteBefore};
use serde::Serialize;
use utoipa::ToSchema;

use crate::query::{QueryError, Run};

/// Who answers whom, by responses: a message after one of another person, at most 24 hours older, with
/// nothing between the two in their conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepliesAnswer {
    /// Pairs of people with at least one answer between them.
    pub pairs: u64,
    /// Pairs of whom each answered the other.
    pub mutual_pairs: u64,
    /// Reciprocity: the share of these, in percent, one decimal; `null` where nobody answered.
    pub reciprocity_percent: Option<f64>,
    /// People who wrote for the first time ever; `null` where the request is narrowed by `channelId`,
    /// `userId` or `filter`, as the first message may lie elsewhere.
    pub newcomers: Option<NewcomerRepliesAnswer>,
}

/// People who wrote for the first time ever, by the first message of each.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewcomerRepliesAnswer {
    /// How many there are.
    pub people: u64,
    /// Whose first message another person answered within 24 hours: in its conversation, or in the
    /// thread that it begins.
    pub answered: u64,
    /// Whose first message nobody answered so far, and is less than 24 hours old.
    pub open: u64,
    /// Those who were answered, of all that are not open, in percent, one decimal; `null` without any.
    pub reply_rate_percent: Option<f64>,
}

fn percent(part: u64, whole: u64) -> Option<f64> {
    let share = Ratio::of(Amount::whole(part), Amount::whole(whole))?;
    Some(share.percent(1))
}

impl NewcomerRepliesAnswer {
    /// Returns what became of first messages, as of an instant.
    fn of(firsts: &[FirstMessage], as_of: Instant) -> Self {
        let count =
            |is_one: &dyn Fn(&&FirstMessage) -> bool| firsts.iter().filter(is_one).count() as u64;
        let people = firsts.len() as u64;
        let answered = count(&|first| first.answer.is_some());
        let open = count(&|first| first.is_waiting(as_of));
        Self {
            people,
            answered,
            open,
            reply_rate_percent: percent(answered, people - open),
        }
    }
}

impl Run<'_> {
    /// Returns who answered whom in the span.
    pub(super) async fn replies(&self) -> Result<RepliesAnswer, QueryError> {
        let ask = self.ask;
        let reciprocity = Reciprocity::new(ask.responses(ask.window.range));
        let (answers, newcomers) =
            tokio::try_join!(self.analyse_in_context(reciprocity), self.first_ever())?;
        Ok(RepliesAnswer {
            pairs: answers.pairs,
            mutual_pairs: answers.mutual,
            reciprocity_percent: percent(answers.mutual, answers.pairs),
            newcomers: newcomers.map(|firsts| NewcomerRepliesAnswer::of(&firsts, ask.window.as_of)),
        })
    }

    /// Returns the first messages ever that lie in the span; `None` where the request is narrowed.
    async fn first_ever(&self) -> Result<Option<Vec<FirstMessage>>, QueryError> {
        let ask = self.ask;
        if !ask.filter.is_everything() {
            return Ok(None);
        }
        let (workspace, span) = (ask.workspace.clone(), ask.window.range);
        let wrote_before = self.analyse_everybody(WroteBefore {
            workspace: workspace.clone(),
            zone: ask.zone.clone(),
            before: span.from(),
        });
        let until = span.to().plus_millis(ANSWER_TIME + 1);
        let range = Range::new(span.from(), span.to().max(until.min(ask.window.as_of)));
        let firsts = self.analyse_in_context(Welcome::new(workspace, range, range.to()));
        let (wrote_before, firsts) = tokio::try_join!(wrote_before, firsts)?;
        let firsts = firsts
            .into_iter()
            .filter(|(person, first)| span.contains(first.at) && !wrote_before.contains(*person));
        Ok(Some(firsts.map(|(_, first)| first).collect()))
    }
}
