//! What all answers have.

use serde::Serialize;

use super::{
    CareAnswer, ChangesAnswer, ChannelAnswer, ChannelsAnswer, ChannelsComparison, ContentAnswer,
    DashboardAnswer, DistributionAnswer, HeatmapAnswer, LifecycleAnswer, MessagesAnswer, Meta,
    ParticipationAnswer, RealtimeAnswer, RetentionAnswer, SemanticAnswer, UsersAnswer,
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
    CareAnswer,
    ChannelAnswer,
    ChangesAnswer,
    ChannelsAnswer,
    ChannelsComparison,
    ContentAnswer,
    DashboardAnswer,
    DistributionAnswer,
    HeatmapAnswer,
    LifecycleAnswer,
    MessagesAnswer,
    ParticipationAnswer,
    RealtimeAnswer,
    RetentionAnswer,
    SemanticAnswer,
    UsersAnswer,
];
