//! Who answers whom, and whether newcomers are answered.

use domain::{
    event::Kind,
    filter::{Field, Filter},
    ratio::{Amount, Ratio},
};
use engine::analysis::{Answered, Newcomers, Replies, WroteBefore};
use serde::Serialize;
use utoipa::ToSchema;

use crate::query::{QueryError, Run};

/// Who answers whom: a message answers the one right before it in its thread (in its channel where it is
/// in none), when that is by another person and at most 24 hours old.
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
    pub newcomers: Option<NewcomersAnswer>,
}

/// People who wrote for the first time ever, by the first message of each.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewcomersAnswer {
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

impl From<Answered> for RepliesAnswer {
    fn from(answered: Answered) -> Self {
        let newcomers = |newcomers: Newcomers| NewcomersAnswer {
            people: newcomers.people,
            answered: newcomers.answered,
            open: newcomers.open,
            reply_rate_percent: percent(newcomers.answered, newcomers.people - newcomers.open),
        };
        Self {
            pairs: answered.pairs,
            mutual_pairs: answered.mutual,
            reciprocity_percent: percent(answered.mutual, answered.pairs),
            newcomers: answered.newcomers.map(newcomers),
        }
    }
}

impl Run<'_> {
    /// Returns who answered whom in the span.
    pub(super) async fn replies(&self) -> Result<RepliesAnswer, QueryError> {
        let ask = self.ask;
        let workspace = &ask.workspace;
        let known = if ask.filter == Filter::default() {
            let before = WroteBefore {
                workspace: workspace.clone(),
                zone: ask.zone.clone(),
                before: ask.window.range.from(),
            };
            Some(self.analyse_everybody(before).await?)
        } else {
            None
        };
        let kinds = [Kind::MessageSent, Kind::ThreadReply].map(|kind| kind.name().to_owned());
        let messages = Filter::Is(Field::EventType, kinds.to_vec());
        let filter = ask.filter.clone().and(messages);
        let (span, as_of) = (ask.window.range, ask.window.as_of);
        let replies = Replies::new(workspace.clone(), span, as_of, filter, known);
        Ok(self.analyse_in_order(replies).await?.into())
    }
}
