//! What all answers have.

use serde::Serialize;

use super::{
    AdoptionAnswer, ChangesAnswer, ChannelsAnswer, ContentAnswer, DashboardAnswer, LifecycleAnswer,
    MatrixAnswer, MessagesAnswer, Meta, NewcomersAnswer, PersonAnswer, RealtimeAnswer,
    RetentionAnswer, SemanticAnswer, StickinessAnswer, UsersAnswer,
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
    AdoptionAnswer,
    ChannelsAnswer,
    ContentAnswer,
    DashboardAnswer,
    LifecycleAnswer,
    MatrixAnswer,
    MessagesAnswer,
    RealtimeAnswer,
    NewcomersAnswer,
    PersonAnswer,
    RetentionAnswer,
    SemanticAnswer,
    StickinessAnswer,
    UsersAnswer,
];
