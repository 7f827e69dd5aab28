//! Turns in the life of accounts, channels and memberships.

use domain::event::Kind;

use super::{Stage, properties};
use crate::{act::Draft, world::Turn};

impl Stage<'_> {
    /// Tells of a turn.
    pub(super) fn turn(&mut self, draft: &Draft, turn: Turn) {
        match turn {
            Turn::SignUp => self.sign_up(draft),
            Turn::Create => self.create(draft),
            Turn::Join => self.simple(draft, Kind::ChannelJoined),
            Turn::Leave => {
                self.state.people[draft.who as usize].place = None;
                self.simple(draft, Kind::ChannelLeft);
            }
            Turn::Archive => self.simple(draft, Kind::ChannelArchived),
        }
    }

    fn sign_up(&mut self, draft: &Draft) {
        let method = *self.dice.pick(&["invite", "invite", "sso", "email"]);
        let event = self.emit(draft, Kind::SignedUp);
        event.properties = properties([("method", method.into())]);
    }

    fn create(&mut self, draft: &Draft) {
        let channel = &self.world.channels[draft.detail as usize];
        if channel.is_conversation() {
            self.simple(draft, Kind::DmStarted);
            return;
        }
        let event = self.emit_in(draft, Kind::ChannelCreated, draft.detail);
        event.properties = properties([
            ("channelName", channel.name.as_str().into()),
            ("channelType", channel.kind.name().into()),
        ]);
    }

    fn simple(&mut self, draft: &Draft, kind: Kind) {
        self.emit_in(draft, kind, draft.detail);
    }
}
