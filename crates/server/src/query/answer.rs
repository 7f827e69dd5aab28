//! What all answers have.

use serde::Serialize;

use super::{
    ChannelsAnswer, ContentAnswer, DashboardAnswer, FunnelAnswer, JourneysAnswer, LifecycleAnswer,
    LoginsAnswer, MessagesAnswer, Meta, RetentionAnswer, SemanticAnswer, UsersAnswer,
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
    ChannelsAnswer,
    ContentAnswer,
    DashboardAnswer,
    FunnelAnswer,
    JourneysAnswer,
    LifecycleAnswer,
    LoginsAnswer,
    MessagesAnswer,
    RetentionAnswer,
    SemanticAnswer,
    UsersAnswer,
];
