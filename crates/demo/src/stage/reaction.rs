//! Reactions, put and taken back.

use domain::event::Kind;

use super::Stage;
use crate::{act::Draft, dice::whole, key::mix, state::Reacted, vocabulary::EMOJI};

/// Median time from a message to a reaction, in milliseconds.
const DELAY: f64 = 240_000.0;

impl Stage<'_> {
    /// Somebody reacts to what was said lately.
    pub(super) fn reaction(&mut self, draft: &Draft) {
        match self.place(draft.who, draft.at, false) {
            Some(channel) => self.react(draft, channel, DELAY),
            None => self.page_view(draft),
        }
    }

    /// Somebody reacts in a channel, to nobody's message twice in the same way.
    pub(super) fn react(&mut self, draft: &Draft, channel: u32, median: f64) {
        let emoji = self.emoji();
        let delay = whole(self.dice.log_normal(median, 1.5));
        let who = draft.who;
        let bit = 1 << (mix(u64::from(who) << 8 | emoji as u64) & 63);
        let said = self.state.channels[channel as usize].near(draft.at, delay, |said| {
            said.author != who && said.reactions & bit == 0
        });
        let Some(said) = said else {
            self.page_view(draft);
            return;
        };
        said.reactions |= bit;
        let reacted = Reacted {
            channel,
            message: said.message,
            emoji,
        };
        self.state.people[who as usize].reacted = Some(reacted);
        self.tell(draft, Kind::ReactionAdded, reacted);
    }

    /// Somebody takes back their last reaction.
    pub(super) fn unreact(&mut self, draft: &Draft) {
        let reacted = self.state.people[draft.who as usize].reacted.take();
        let is_open = |one: &Reacted| self.world.channels[one.channel as usize].is_open(draft.at);
        match reacted.filter(is_open) {
            Some(reacted) => self.tell(draft, Kind::ReactionRemoved, reacted),
            None => self.page_view(draft),
        }
    }

    /// A reaction is what a person did and not what was said: it is told of everywhere.
    fn tell(&mut self, draft: &Draft, kind: Kind, reacted: Reacted) {
        let event = self.emit_in(draft, kind, reacted.channel);
        event.message = Some(reacted.message);
        event.content.emoji = vec![EMOJI[reacted.emoji].into()];
    }
}
