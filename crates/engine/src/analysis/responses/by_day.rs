//! From events in order of time to what is said of the conversations of each day.

use std::collections::VecDeque;

use domain::{metric::Predicate, time::Range};
use rustc_hash::FxHashMap;

use super::{
    ANSWER_TIME, About, Conversations, FirstMessage, Message, Replies, Response, Said, Starter,
};
use crate::analysis::{Act, Ordered, OrderedScan};

/// The analysis that makes [`Replies`] of each of some days, and hands them over in order of time as soon
/// as they are complete.
pub struct RepliesByDay<F> {
    about: About,
    conversations: Conversations,
    /// Waits for the answers of the first messages of people, on each day.
    welcome: Conversations,
    days: VecDeque<Pending>,
    take: F,
}

/// A day that is not complete.
struct Pending {
    range: Range,
    responses: Vec<Response>,
    starters: Vec<Starter>,
    firsts: FxHashMap<u32, FirstMessage>,
}

impl<F: FnMut(Range, Replies)> RepliesByDay<F> {
    /// Returns the analysis of the messages that count of a range, which is cut into `days`: ascending,
    /// one after the other, none longer than some weeks.
    pub fn new(about: About, days: Vec<Range>, take: F) -> Self {
        let pending = |range: Range| Pending {
            range,
            responses: Vec::new(),
            starters: Vec::new(),
            firsts: FxHashMap::default(),
        };
        Self {
            about,
            conversations: Conversations::default(),
            welcome: Conversations::default(),
            days: days.into_iter().map(pending).collect(),
            take,
        }
    }

    fn hand_over(&mut self, is_complete: impl Fn(Range) -> bool) {
        while let Some(day) = self.days.pop_front_if(|day| is_complete(day.range)) {
            let replies = Replies::new(day.range.from(), &day.responses, day.starters, day.firsts);
            (self.take)(day.range, replies);
        }
    }
}

/// Returns the day that a message belongs to.
fn day_of<'a>(days: &'a mut VecDeque<Pending>, message: &Message) -> Option<&'a mut Pending> {
    let place = days.partition_point(|day| day.range.to() <= message.at);
    days.get_mut(place)
        .filter(|day| day.range.contains(message.at))
}

/// Notes what is said of a message that counts.
fn note(days: &mut VecDeque<Pending>, about: &About, said: Said) {
    let (Said::Response(Response { message, .. }) | Said::Starter(Starter { message, .. })) = said;
    let Some(day) = day_of(days, &message).filter(|_| about.holds(&message)) else {
        return;
    };
    match said {
        Said::Response(response) => day.responses.push(response),
        Said::Starter(starter) => day.starters.push(starter),
    }
}

/// Notes how the first message of somebody was answered.
fn note_answer(days: &mut VecDeque<Pending>, said: Said) {
    if let Said::Starter(Starter {
        message, answer, ..
    }) = said
        && let Some(day) = day_of(days, &message)
        && let Some(first) = day.firsts.get_mut(&message.author)
    {
        first.answer = answer.map(|answer| (answer.at, answer.author));
    }
}

impl<F: FnMut(Range, Replies)> Ordered for RepliesByDay<F> {
    type Outcome = ();

    fn scan(&self) -> OrderedScan {
        self.about.scan()
    }

    fn take(&mut self, acts: &[Act]) {
        let (days, about) = (&mut self.days, &self.about);
        for act in acts {
            let is_written = !act.is_bot && Predicate::MESSAGES.holds(act);
            let Some(person) = act.person.filter(|_| is_written) else {
                continue;
            };
            let place = days.partition_point(|day| day.range.to() <= act.timestamp);
            let day = days.get_mut(place);
            let day = day.filter(|day| day.range.contains(act.timestamp));
            let is_first = day.is_some_and(|day| {
                let is_first = !day.firsts.contains_key(&person);
                day.firsts.entry(person).or_insert(FirstMessage {
                    at: act.timestamp,
                    channel: act.channel,
                    answer: None,
                });
                is_first
            });
            let Some(message) = Message::of(act) else {
                continue;
            };
            self.conversations
                .take(&message, &mut |said| note(days, about, said));
            let say = &mut |said| note_answer(days, said);
            self.welcome.take_awaiting(&message, |_| is_first, say);
        }
        if let Some(last) = acts.last() {
            let now = last.timestamp;
            self.conversations
                .pass(now, &mut |said| note(days, about, said));
            self.hand_over(|day| day.to().plus_millis(ANSWER_TIME) < now);
        }
    }

    fn finish(mut self) {
        let (days, about) = (&mut self.days, &self.about);
        let conversations = std::mem::take(&mut self.conversations);
        conversations.finish(&mut |said| note(days, about, said));
        self.hand_over(|_| true);
    }
}
