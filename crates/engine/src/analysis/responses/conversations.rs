//! The state that runs through messages in order of time.

use domain::{id::Key64, time::Instant};
use rustc_hash::FxHashMap;

use super::{ANSWER_TIME, Message, Response, SILENCE, Said, Starter};

/// How often what is too old to matter is forgotten, in milliseconds.
const FORGETTING: i64 = 3_600_000;

/// The thread of a channel, or with no thread what is written outside of threads.
type Place = (Option<u32>, Option<Key64>);

/// What is known of the conversations of the last 24 hours.
///
/// It waits for the answers of starters ([`Self::take`]), or of the messages that somebody else picks
/// ([`Self::take_awaiting`]).
#[derive(Debug, Default)]
pub struct Conversations {
    talks: FxHashMap<Place, Talk>,
    /// Messages outside of threads, by channel and key: a thread may be named after one.
    roots: FxHashMap<(Option<u32>, Key64), Root>,
    /// When old ones are forgotten next.
    due: Option<Instant>,
}

/// A conversation.
#[derive(Debug)]
struct Talk {
    /// The last message.
    last: Message,
    /// Messages whose answer is waited for, in order of time. All are of the author of the last message:
    /// somebody else's would have been the answer.
    open: Vec<Open>,
}

/// A message whose answer is waited for.
#[derive(Debug, Clone, Copy)]
struct Open {
    message: Message,
    /// Since when: of a message that begins nothing but a thread, with the first message of that.
    since: Instant,
}

/// A message outside of threads.
#[derive(Debug)]
struct Root {
    message: Message,
    /// Whether its answer is waited for where it stands, and in the thread that is named after it.
    is_awaited: (bool, bool),
    /// Whether it was said of it if it is answered: it may be open in two conversations.
    is_settled: bool,
}

impl Conversations {
    /// Takes the next message, and says what is known by it; waits for its answer if it is a starter.
    pub fn take(&mut self, message: &Message, say: &mut impl FnMut(Said)) {
        self.take_awaiting(message, |is_starter| is_starter, say);
    }

    /// Takes the next message, and says what is known by it; waits for its answer where `awaits` says so,
    /// given whether it begins the conversation.
    pub fn take_awaiting(
        &mut self,
        message: &Message,
        awaits: impl Fn(bool) -> bool,
        say: &mut impl FnMut(Said),
    ) {
        self.forget_old(message.at, say);
        let place = (message.channel, message.thread);
        let mut talk = self.talk(place, message, say);
        let is_starter = is_starter(talk.as_ref(), message);
        if let Some(talk) = talk
            .as_mut()
            .filter(|talk| talk.last.author != message.author)
        {
            say(Said::Response(Response {
                message: *message,
                to: talk.last,
            }));
            for open in talk.open.drain(..) {
                self.settle(open, Some(*message), say);
            }
        }
        let mut open = talk.map_or_else(Vec::new, |talk| talk.open);
        if awaits(is_starter) {
            open.push(Open {
                message: *message,
                since: message.at,
            });
        }
        let last = *message;
        self.talks.insert(place, Talk { last, open });
        if let (None, Some(key)) = (message.thread, message.key) {
            let root = Root {
                message: *message,
                is_awaited: (awaits(is_starter), awaits(true)),
                is_settled: false,
            };
            self.roots.insert((message.channel, key), root);
        }
    }

    /// Says of the messages that are still open that no answer was seen.
    pub fn finish(mut self, say: &mut impl FnMut(Said)) {
        for (_, talk) in std::mem::take(&mut self.talks) {
            for open in talk.open {
                self.settle(open, None, say);
            }
        }
    }

    /// Takes out the conversation that a message continues, without messages that are too old to be
    /// answered.
    fn talk(
        &mut self,
        place: Place,
        message: &Message,
        say: &mut impl FnMut(Said),
    ) -> Option<Talk> {
        let mut talk = match self.talks.remove(&place) {
            Some(talk) if is_near(&talk.last, message.at) => talk,
            old => {
                for open in old.into_iter().flat_map(|old| old.open) {
                    self.settle(open, None, say);
                }
                return self.begun_by_root(place, message);
            }
        };
        self.expire(&mut talk.open, message.at, say);
        Some(talk)
    }

    /// Returns the thread that begins with a message outside of threads.
    fn begun_by_root(&mut self, (channel, thread): Place, message: &Message) -> Option<Talk> {
        let root = self.roots.get(&(channel, thread?))?;
        if !is_near(&root.message, message.at) {
            return None;
        }
        let last = root.message;
        let (is_awaited_there, is_awaited) = root.is_awaited;
        let open = Open {
            message: last,
            since: if is_awaited_there {
                last.at
            } else {
                message.at
            },
        };
        let is_open = is_awaited && !root.is_settled;
        let open = Vec::from_iter(is_open.then_some(open));
        Some(Talk { last, open })
    }

    fn expire(&mut self, open: &mut Vec<Open>, now: Instant, say: &mut impl FnMut(Said)) {
        let old = open.partition_point(|open| !is_near(&open.message, now));
        for open in open.drain(..old) {
            self.settle(open, None, say);
        }
    }

    /// Says whether a message is answered, once.
    fn settle(&mut self, open: Open, answer: Option<Message>, say: &mut impl FnMut(Said)) {
        let Open { message, since } = open;
        if let (None, Some(key)) = (message.thread, message.key)
            && let Some(root) = self.roots.get_mut(&(message.channel, key))
            && root.message == message
            && std::mem::replace(&mut root.is_settled, true)
        {
            return;
        }
        say(Said::Starter(Starter {
            message,
            since,
            answer,
        }));
    }

    fn forget_old(&mut self, now: Instant, say: &mut impl FnMut(Said)) {
        if self.due.is_none_or(|due| due <= now) {
            self.pass(now, say);
        }
    }

    /// Says of all messages that are too old to be answered at an instant that no answer was seen, and
    /// forgets what nothing depends on any more.
    pub(super) fn pass(&mut self, now: Instant, say: &mut impl FnMut(Said)) {
        self.due = Some(now.plus_millis(FORGETTING));
        let mut talks = std::mem::take(&mut self.talks);
        for talk in talks.values_mut() {
            self.expire(&mut talk.open, now, say);
        }
        talks.retain(|_, talk| is_near(&talk.last, now));
        self.talks = talks;
        self.roots.retain(|_, root| is_near(&root.message, now));
    }
}

/// Returns whether a message is near enough to be answered.
fn is_near(message: &Message, now: Instant) -> bool {
    now <= message.at.plus_millis(ANSWER_TIME)
}

fn is_starter(talk: Option<&Talk>, message: &Message) -> bool {
    match (message.thread, talk) {
        (Some(_), talk) => talk.is_none() && !message.is_reply,
        (None, None) => true,
        (None, Some(talk)) => talk.last.at.plus_millis(SILENCE) <= message.at,
    }
}
