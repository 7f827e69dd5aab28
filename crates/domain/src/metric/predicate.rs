//! Which events count: one declaration, from which come the SQL, the test on an event and the words.

use crate::event::{Kind, MessageType};

/// What an event may have or lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Who caused it.
    Person,
    /// Where it happened.
    Channel,
    /// The thread it belongs to.
    Thread,
    /// A text that was seen, be it empty.
    Text,
}

/// What is asked of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Condition {
    /// It is of one of these kinds.
    Kind(&'static [Kind]),
    /// It is not of this kind.
    NotKind(Kind),
    /// It carries this.
    MessageType(MessageType),
    /// It does not carry this.
    NotMessageType(MessageType),
    /// It has this.
    Has(Part),
    /// It is a reply in a thread, by [`crate::event::Event::is_reply`].
    Reply,
    /// Its text asks something: it ends in a question mark.
    Question,
}

/// What conditions look at in an event.
pub trait Features {
    /// Returns the code of its kind.
    fn kind(&self) -> u16;
    /// Returns the code of what a message carries.
    fn message_type(&self) -> Option<u8>;
    /// Returns whether it has a part.
    fn has(&self, part: Part) -> bool;
    /// Returns whether it is a reply in a thread.
    fn is_reply(&self) -> bool;
    /// Returns whether its text asks something.
    fn is_question(&self) -> bool;
}

impl Condition {
    /// Returns whether an event meets it.
    pub fn holds(self, event: &impl Features) -> bool {
        match self {
            Self::Kind(_) | Self::NotKind(_) | Self::MessageType(_) | Self::NotMessageType(_) => {
                self.admits(event.kind(), event.message_type())
                    .unwrap_or(true)
            }
            Self::Has(part) => event.has(part),
            Self::Reply => event.is_reply(),
            Self::Question => event.is_question(),
        }
    }

    /// Returns whether events of this kind and message type, both by code, meet it; `None` where more
    /// than these decides.
    pub fn admits(self, kind: u16, message_type: Option<u8>) -> Option<bool> {
        match self {
            Self::Kind(wanted) => Some(wanted.iter().any(|wanted| wanted.code() == kind)),
            Self::NotKind(other) => Some(other.code() != kind),
            Self::MessageType(wanted) => Some(message_type == Some(wanted.code())),
            Self::NotMessageType(other) => Some(message_type != Some(other.code())),
            Self::Has(_) | Self::Reply | Self::Question => None,
        }
    }

    /// Returns whether kind and message type of an event decide it.
    pub const fn is_by_kind(self) -> bool {
        match self {
            Self::Kind(_) | Self::NotKind(_) | Self::MessageType(_) | Self::NotMessageType(_) => {
                true
            }
            Self::Has(_) | Self::Reply | Self::Question => false,
        }
    }

    /// Returns whether every event that meets `other` meets this.
    pub fn follows_from(self, other: Self) -> bool {
        match (self, other) {
            (Self::Kind(wanted), Self::Kind(known)) => {
                known.iter().all(|kind| wanted.contains(kind))
            }
            (Self::NotKind(not), Self::Kind(known)) => !known.contains(&not),
            (Self::NotMessageType(not), Self::MessageType(known)) => not != known,
            (this, other) => this == other,
        }
    }

    fn describe(self) -> String {
        match self {
            Self::Kind(kinds) => {
                let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
                names.join(" or ")
            }
            Self::NotKind(kind) => format!("not {}", kind.name()),
            Self::MessageType(kind) => format!("of the type {}", kind.name()),
            Self::NotMessageType(kind) => format!("not of the type {}", kind.name()),
            Self::Has(Part::Person) => "with a person".to_owned(),
            Self::Has(Part::Channel) => "with a channel".to_owned(),
            Self::Has(Part::Thread) => "with a thread".to_owned(),
            Self::Has(Part::Text) => "with a text that was seen".to_owned(),
            Self::Reply => "in a thread that others began".to_owned(),
            Self::Question => "that end in a question mark".to_owned(),
        }
    }
}

/// The events that meet every one of some conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Predicate(pub &'static [Condition]);

const MESSAGE: Condition = Condition::Kind(&[Kind::MessageSent, Kind::ThreadReply]);
/// What the chat itself writes is nobody's message.
const NOT_SYSTEM: Condition = Condition::NotMessageType(MessageType::System);

impl Predicate {
    /// Every event.
    pub const ALL: Self = Self(&[]);
    /// What a person caused: any event with a person, but those of the machine.
    pub const ACTIVITY: Self = Self(&[
        Condition::Has(Part::Person),
        Condition::NotKind(Kind::System),
        NOT_SYSTEM,
    ]);
    /// Messages and replies that a person or bot wrote.
    pub const MESSAGES: Self = Self(&[MESSAGE, NOT_SYSTEM]);
    /// Messages in a thread that are not the first there.
    pub const REPLIES: Self = Self(&[MESSAGE, NOT_SYSTEM, Condition::Reply]);
    /// Messages that ask something.
    pub const QUESTIONS: Self = Self(&[MESSAGE, NOT_SYSTEM, Condition::Question]);
    /// Messages that belong to a thread.
    pub const THREADED: Self = Self(&[MESSAGE, NOT_SYSTEM, Condition::Has(Part::Thread)]);
    /// Messages whose text was seen.
    pub const READABLE: Self = Self(&[MESSAGE, NOT_SYSTEM, Condition::Has(Part::Text)]);
    /// Messages that are spoken.
    pub const VOICE: Self = Self(&[MESSAGE, Condition::MessageType(MessageType::Voice)]);
    /// Messages and reactions.
    pub const ENGAGEMENT: Self = Self(&[
        Condition::Kind(&[Kind::MessageSent, Kind::ThreadReply, Kind::ReactionAdded]),
        NOT_SYSTEM,
    ]);

    /// What went wrong.
    pub const ERRORS: Self = Self(&[Condition::Kind(&[
        Kind::ErrorOccurred,
        Kind::ApiError,
        Kind::WebsocketError,
    ])]);

    /// Returns the conditions.
    pub const fn conditions(self) -> &'static [Condition] {
        self.0
    }

    /// Returns whether an event counts.
    pub fn holds(self, event: &impl Features) -> bool {
        self.0.iter().all(|condition| condition.holds(event))
    }

    /// Returns whether events of this kind and message type, both by code, may count: what else the
    /// predicate asks is not looked at.
    pub fn admits(self, kind: u16, message_type: Option<u8>) -> bool {
        self.0
            .iter()
            .all(|condition| condition.admits(kind, message_type).unwrap_or(true))
    }

    /// Returns the events that count, in words.
    pub fn describe(self) -> String {
        if self.0.is_empty() {
            return "all events".to_owned();
        }
        let words: Vec<String> = self
            .0
            .iter()
            .map(|condition| condition.describe())
            .collect();
        match self.0.first() {
            Some(Condition::Kind(_)) => words.join(", "),
            _ => format!("events {}", words.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its last part says of replies that they ask.
    struct Event(Kind, Option<MessageType>, &'static [Part], bool);

    impl Features for Event {
        fn kind(&self) -> u16 {
            self.0.code()
        }
        fn message_type(&self) -> Option<u8> {
            self.1.map(MessageType::code)
        }
        fn has(&self, part: Part) -> bool {
            self.2.contains(&part)
        }
        fn is_reply(&self) -> bool {
            self.3
        }
        fn is_question(&self) -> bool {
            self.3
        }
    }

    #[test]
    fn what_counts_as_what() {
        let message = Event(
            Kind::MessageSent,
            None,
            &[Part::Person, Part::Thread],
            false,
        );
        let reply = Event(Kind::ThreadReply, None, &[Part::Text], true);
        let system = Event(
            Kind::MessageSent,
            Some(MessageType::System),
            &[Part::Person],
            true,
        );
        let reaction = Event(Kind::ReactionAdded, None, &[Part::Person], false);
        for (predicate, counts) in [
            (Predicate::ALL, [true, true, true, true]),
            (Predicate::ACTIVITY, [true, false, false, true]),
            (Predicate::MESSAGES, [true, true, false, false]),
            (Predicate::REPLIES, [false, true, false, false]),
            (Predicate::QUESTIONS, [false, true, false, false]),
            (Predicate::THREADED, [true, false, false, false]),
            (Predicate::READABLE, [false, true, false, false]),
            (Predicate::ENGAGEMENT, [true, true, false, true]),
        ] {
            let events = [&message, &reply, &system, &reaction];
            assert_eq!(
                events.map(|event| predicate.holds(event)),
                counts,
                "{predicate:?}"
            );
        }
    }

    #[test]
    fn conditions_follow_from_narrower_ones() {
        let messages = Condition::Kind(&[Kind::MessageSent, Kind::ThreadReply]);
        let reactions = Condition::Kind(&[Kind::ReactionAdded]);
        let engagement =
            Condition::Kind(&[Kind::MessageSent, Kind::ThreadReply, Kind::ReactionAdded]);
        assert!(engagement.follows_from(messages) && !messages.follows_from(engagement));
        assert!(Condition::NotKind(Kind::System).follows_from(reactions));
        assert!(!Condition::NotKind(Kind::ReactionAdded).follows_from(reactions));
        assert!(Condition::Reply.follows_from(Condition::Reply));
        assert!(!Condition::Reply.follows_from(Condition::Has(Part::Thread)));
    }

    #[test]
    fn events_are_described_by_their_conditions() {
        assert_eq!(
            Predicate::REPLIES.describe(),
            "message_sent or thread_reply, not of the type system, in a thread that others began"
        );
        assert_eq!(
            Predicate::ACTIVITY.describe(),
            "events with a person, not system, not of the type system"
        );
    }
}
