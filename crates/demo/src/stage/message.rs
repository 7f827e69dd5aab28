//! Messages: alone, in threads, with files, of people and of bots.

use domain::{
    content::{Content, SharedFile, link_domain},
    event::{Kind, MessageType},
    id::Key64,
};

use super::{Stage, properties};
use crate::{
    act::Draft,
    bot::Routine,
    dice::{whole, whole_u32},
    state::{Said, Sent},
    vocabulary::FILES,
};

/// How messages are answered.
#[derive(Clone, Copy)]
struct Manner {
    /// Share of messages that answer another one in its thread.
    replies: f64,
    /// Median time to an answer, in milliseconds.
    delay: f64,
}

const USUAL: Manner = Manner {
    replies: 0.32,
    delay: 300_000.0,
};

const HURRIED: Manner = Manner {
    replies: 0.3,
    delay: 45_000.0,
};

impl Stage<'_> {
    /// Somebody writes.
    pub(super) fn message(&mut self, draft: &Draft) {
        match self.place(draft.who, draft.at, true) {
            Some(channel) => self.write(draft, channel, USUAL),
            None => self.page_view(draft),
        }
    }

    /// Somebody writes or reacts where the outage is dealt with.
    pub(super) fn firefight(&mut self, draft: &Draft) {
        let channel = self.world.incidents;
        if self.dice.chance(0.2) {
            self.react(draft, channel, HURRIED.delay);
        } else {
            self.write(draft, channel, HURRIED);
        }
    }

    /// A bot writes, in the channel it is for or else in the first one, which is always there.
    pub(super) fn bot(&mut self, draft: &Draft) {
        let bot = &self.world.bots[draft.who as usize];
        let is_open = self.world.channels[bot.channel as usize].is_open(draft.at);
        let channel = if is_open { bot.channel } else { 0 };
        let links = match bot.routine {
            Routine::Builds | Routine::Deploys => "github.com",
            Routine::Alerts => "grafana.example.com",
            Routine::Reminders => "calendly.com",
        };
        let mut content = Content {
            words: Some(whole_u32(self.dice.between(6.0, 24.0))),
            ..Content::default()
        };
        if !self.is_confidential(channel) {
            content.links.push(links.into());
            content.domains.extend(link_domain(links));
        }
        let author = draft.who + u32::try_from(self.world.people.len()).unwrap_or(u32::MAX);
        let message = self.next_message_key();
        let event = self.emit_in(draft, Kind::MessageSent, channel);
        event.message = Some(message);
        event.message_type = Some(MessageType::Text);
        event.content = content;
        self.remember(draft.at, author, channel, message, None);
    }

    fn write(&mut self, draft: &Draft, channel: u32, manner: Manner) {
        let habits = self.world.people[draft.who as usize].habits;
        let thread = if self.dice.chance(manner.replies) {
            self.thread(draft, channel, manner.delay)
        } else {
            None
        };
        let file = self
            .dice
            .chance(habits.files)
            .then(|| self.choices.files.draw(&mut self.dice));
        let mut content = self.text(draft.who, draft.at, channel, &habits);
        if file.is_some() && self.dice.chance(0.5) {
            // A picture without a word.
            content = Content::default();
        }
        let message = self.next_message_key();
        let kind = thread.map_or(Kind::MessageSent, |_| Kind::ThreadReply);
        let event = self.emit_in(draft, kind, channel);
        event.message = Some(message);
        event.thread = thread;
        event.message_type = Some(file.map_or(MessageType::Text, |file| FILES[file].kind));
        event.content = content;
        if let Some(file) = file {
            self.share(draft, channel, file, message, thread);
        }
        self.remember(draft.at, draft.who, channel, message, thread);
        self.state.people[draft.who as usize].sent = Some(Sent {
            at: draft.at,
            channel,
            message,
            thread,
        });
    }

    /// Returns the thread of the message that is answered, opening it on the first reply; `None`
    /// where there is nothing to answer.
    fn thread(&mut self, draft: &Draft, channel: u32, median: f64) -> Option<Key64> {
        let delay = whole(self.dice.log_normal(median, 1.3));
        // What is discussed already is answered rather than what is not.
        let prefers_threads = self.dice.chance(0.55);
        let said = &mut self.state.channels[channel as usize];
        let who = draft.who;
        let discussed = prefers_threads
            .then(|| {
                said.near(draft.at, delay, |said| {
                    said.author != who && said.thread.is_some()
                })
            })
            .flatten()
            .and_then(|said| said.thread);
        if discussed.is_some() {
            return discussed;
        }
        let answered = said.near(draft.at, delay, |said| said.author != who)?;
        if answered.thread.is_some() {
            return answered.thread;
        }
        let root = answered.message;
        answered.thread = Some(root);
        let event = self.emit_in(draft, Kind::ThreadStarted, channel);
        event.message = Some(root);
        event.thread = Some(root);
        Some(root)
    }

    fn share(
        &mut self,
        draft: &Draft,
        channel: u32,
        file: usize,
        message: Key64,
        thread: Option<Key64>,
    ) {
        let (name, extension) = self.file_name(file);
        let size = whole(self.dice.log_normal(FILES[file].size, 1.1)).max(1);
        let shared = SharedFile {
            name: Some(name.as_str().into()),
            extension: Some(extension.into()),
            kind: Some(FILES[file].kind.name().into()),
            hash: None,
            bytes: u64::try_from(size).ok(),
        };
        let content = Content {
            file: (!self.is_confidential(channel)).then(|| Box::new(shared)),
            ..Content::default()
        };
        let event = self.emit_in(draft, Kind::FileShared, channel);
        event.message = Some(message);
        event.thread = thread;
        event.message_type = Some(FILES[file].kind);
        event.content = content;
        event.properties = properties([
            ("fileName", name.into()),
            ("fileExt", extension.into()),
            ("fileSize", size.into()),
        ]);
    }

    /// Returns the name and extension of a file of that kind.
    pub(super) fn file_name(&mut self, file: usize) -> (String, &'static str) {
        let extension = *self.dice.pick(FILES[file].extensions);
        let stem = self.dice.pick(FILES[file].names);
        let number = 1 + self.dice.below(60);
        (format!("{stem}-{number}.{extension}"), extension)
    }

    /// Returns the key of the message that the day's next event brings.
    fn next_message_key(&self) -> Key64 {
        self.world.keys.message(self.day.serial, self.number)
    }

    fn remember(
        &mut self,
        at: i64,
        author: u32,
        channel: u32,
        message: Key64,
        thread: Option<Key64>,
    ) {
        self.spots[channel as usize].last_at = at;
        self.state.channels[channel as usize].push(Said {
            at,
            message,
            author,
            thread,
            reactions: 0,
        });
    }
}
