//! What becomes of messages: edited, deleted, pinned, read.

use domain::event::Kind;

use super::Stage;
use crate::{act::Draft, state::Sent};

/// How long somebody comes back to what they wrote.
const EDITABLE_MILLIS: i64 = 6 * 3_600_000;

impl Stage<'_> {
    /// Somebody edits what they wrote last.
    pub(super) fn edit(&mut self, draft: &Draft) {
        let sent = self.state.people[draft.who as usize].sent;
        self.change(draft, Kind::MessageEdited, sent);
    }

    /// Somebody deletes what they wrote last.
    pub(super) fn delete(&mut self, draft: &Draft) {
        let sent = self.state.people[draft.who as usize].sent.take();
        if let Some(sent) = sent {
            self.state.channels[sent.channel as usize].forget(sent.message);
        }
        self.change(draft, Kind::MessageDeleted, sent);
    }

    fn change(&mut self, draft: &Draft, kind: Kind, sent: Option<Sent>) {
        let can_change = |sent: &Sent| {
            let is_open = self.world.channels[sent.channel as usize].is_open(draft.at);
            is_open && draft.at - sent.at < EDITABLE_MILLIS
        };
        let Some(sent) = sent.filter(can_change) else {
            self.page_view(draft);
            return;
        };
        let event = self.emit_in(draft, kind, sent.channel);
        event.message = Some(sent.message);
        event.thread = sent.thread;
    }

    /// Somebody pins what was said lately.
    pub(super) fn pin(&mut self, draft: &Draft) {
        let found = self.place(draft.who, draft.at, true).and_then(|channel| {
            let said = self.state.channels[channel as usize].near(draft.at, 600_000, |_| true)?;
            Some((channel, said.message))
        });
        let Some((channel, message)) = found else {
            self.page_view(draft);
            return;
        };
        let event = self.emit_in(draft, Kind::MessagePinned, channel);
        event.message = Some(message);
    }

    /// Somebody reads a channel.
    pub(super) fn read(&mut self, draft: &Draft) {
        match self.place(draft.who, draft.at, false) {
            Some(channel) => {
                self.emit_in(draft, Kind::MessageRead, channel);
            }
            None => self.page_view(draft),
        }
    }

    /// Somebody fetches a file.
    pub(super) fn download(&mut self, draft: &Draft) {
        let Some(channel) = self.place(draft.who, draft.at, false) else {
            self.page_view(draft);
            return;
        };
        let file = self.choices.files.draw(&mut self.dice);
        let (name, extension) = self.file_name(file);
        let event = self.emit_in(draft, Kind::FileDownloaded, channel);
        event.properties =
            super::properties([("fileName", name.into()), ("fileExt", extension.into())]);
    }
}
