//! What is answered to whoever came by a link to one page: that page, and no more.

use domain::time::Range;

use super::{AskError, Request};

/// What a link to one page is about. Every question of whoever came by it passes here.
///
/// Its filters, zone and present are fixed. A question may be about a part of its span, and is compared with
/// what the link is compared with, or with nothing.
#[derive(Debug, Clone)]
pub struct SharedScope {
    /// The question of the page.
    pub request: Request,
    /// Whether annotations are shown.
    pub shows_annotations: bool,
}

impl SharedScope {
    /// Returns a question as it is answered; refuses one that is about anything else.
    pub(crate) fn narrow(&self, asked: &Request) -> Result<Request, AskError> {
        let ours = &self.request;
        let refused = [
            ("`explain`", asked.explain),
            ("`source`", asked.from_events),
            ("another `asOf`", asked.as_of != ours.as_of),
            ("another `tz`", asked.tz != ours.tz),
            ("another `channelId`", asked.channel_id != ours.channel_id),
            ("another `userId`", asked.user_id != ours.user_id),
            ("another `filter`", asked.filter != ours.filter),
            ("another `segment`", asked.segment != ours.segment),
            ("`includeBots`", asked.include_bots && !ours.include_bots),
        ];
        if let Some((what, _)) = refused.into_iter().find(|(_, is_refused)| *is_refused) {
            return Err(AskError::Shared(what));
        }
        let asked = asked.clone().compared_if_asked();
        if asked.compare.as_deref() != Some("none") && asked.compare != ours.compare {
            return Err(AskError::Shared("another `compare`"));
        }
        Ok(asked)
    }

    /// Returns whether a question names the same span in the same words.
    pub(crate) fn has_span_of(&self, asked: &Request) -> bool {
        let ours = &self.request;
        let words = |one: &Request| (one.period.clone(), one.from.clone(), one.to.clone());
        words(ours) == words(asked) && ours.week_start == asked.week_start
    }

    /// Refuses a span that is no part of that of the link.
    pub(crate) fn check_span(asked: Range, ours: Range) -> Result<(), AskError> {
        if ours.from() <= asked.from() && asked.to() <= ours.to() {
            Ok(())
        } else {
            Err(AskError::Shared("another `period`"))
        }
    }
}
