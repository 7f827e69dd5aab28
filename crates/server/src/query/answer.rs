//! What all answers have.

use serde::Serialize;

use super::{
    AdoptionAnswer, CareAnswer, ChangesAnswer, ChannelAnswer, ChannelsAnswer, ChannelsComparison,
    ContentAnswer, DashboardAnswer, DistributionAnswer, FunnelAnswer, HeatmapAnswer,
    JourneysAnswer, LifecycleAnswer, LoginsAnswer, MatrixAnswer, MessagesAnswer, Meta,
    NewcomersAnswer, ParticipationAnswer, PersonAnswer, PlatformHealthAnswer, RealtimeAnswer,
    ResponseTimesAnswer, RetentionAnswer, SemanticAnswer, StickinessAnswer, TermsAnswer,
    UnansweredAnswer, UsersAnswer,
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
    AdoptionAnswer,
    ChannelsAnswer,
    ChannelsComparison,
    ContentAnswer,
    DashboardAnswer,
    DistributionAnswer,
    HeatmapAnswer,
    LifecycleAnswer,
    MatrixAnswer,
    FunnelAnswer,
    JourneysAnswer,
    LoginsAnswer,
    MessagesAnswer,
    ParticipationAnswer,
    RealtimeAnswer,
    NewcomersAnswer,
    PersonAnswer,
    PlatformHealthAnswer,
    RetentionAnswer,
    SemanticAnswer,
    StickinessAnswer,
    TermsAnswer,
    ResponseTimesAnswer,
    UnansweredAnswer,
    UsersAnswer,
];
