//! What all answers have.

use serde::Serialize;

use super::{
    ChangesAnswer, ChannelsAnswer, ContentAnswer, DashboardAnswer, LifecycleAnswer, MessagesAnswer,
    Meta, RealtimeAnswer, ResponseTimesAnswer, RetentionAnswer, SemanticAnswer, UnansweredAnswer,
    UsersAnswer,
};

/// An answer that says what it is about.
pub trait Answer: Serialize {
    /// Returns what it is about.
    fn meta(&mut self) -> &mut Meta;
}

macro_rules! answers {
    ($($Answer:ty),+ $(,)?) => {
        $(impl Answer for $Answer {
            fn meta(&mut self) -> &mut Meta {
                &mut self.meta
            }
        })+
    };
}

answers![
    ChangesAnswer,
    ChannelsAnswer,
    ContentAnswer,
    DashboardAnswer,
    LifecycleAnswer,
    MessagesAnswer,
    RealtimeAnswer,
    ResponseTimesAnswer,
    RetentionAnswer,
    SemanticAnswer,
    UnansweredAnswer,
    UsersAnswer,
];
