//! Questions and their answers, in the shapes that pages and clients read.
//!
//! Each answer is composed of semantic queries; what a number means is said in `domain`, how it is
//! computed is said by the plan, and this module only puts numbers side by side.

mod adoption;
mod aligned;
mod annotation;
mod answer;
mod ask;
mod changes;
mod channels;
mod content;
mod dashboard;
mod funnel;
mod heatmap;
mod journeys;
mod known;
mod lifecycle;
mod logins;
mod messages;
mod meta;
mod newcomers;
mod platform_health;
mod private;
mod realtime;
mod responses;
mod retention;
mod rolling;
mod run;
mod search;
mod segment;
mod semantic;
mod series;
mod shared;
mod spread;
mod stickiness;
mod terms;
mod understand;
mod users;
mod value;

pub use adoption::AdoptionAnswer;
pub use aligned::BucketSpan;
pub use annotation::AnnotationAnswer;
pub use answer::Answer;
pub use ask::{Ask, AskError, Merged, Nearest, Request, Unknown};
pub use changes::{
    ChangesAnswer, ChangesRequest, Contribution, DimensionChange, PeopleChange, Rest, adds_up,
};
pub use channels::{
    CareAnswer, CareRequest, ChannelAnswer, ChannelRow, ChannelSort, ChannelState, ChannelsAnswer,
    ChannelsComparison, ChannelsRequest, DistributionAnswer, ListedChannel, OverlapRequest,
    PageRequest, ParticipationAnswer,
};
pub use content::{ContentAnswer, TermRow};
pub use dashboard::DashboardAnswer;
pub use funnel::{FunnelAnswer, FunnelBy, FunnelSegment, FunnelStepRow};
pub use heatmap::{HEATMAPS, HeatmapAnswer};
pub use journeys::{
    FlowLink, FlowNode, JourneysAnswer, JourneysRequest, PathRow, StepRow, TransitionRow,
};
pub use lifecycle::{LifecycleAnswer, LifecycleBucket, LifecycleNumbers, LifecycleRequest};
pub use logins::{LoginBucket, LoginNumbers, LoginsAnswer, PlatformRow, SessionsAnswer};
pub use messages::MessagesAnswer;
pub use meta::{Explained, Ledger, Meta, MetricNote, Timing};
pub use newcomers::{NewcomersAnswer, NewcomersRequest, Reception};
pub use platform_health::{
    HealthBucket, HealthCounts, HealthNumbers, HealthPartRow, NumberChange, PartNumbers,
    PlatformHealthAnswer,
};
pub use private::{Guard, PrivacyNote, Pseudonyms};
pub use realtime::{ActiveChannel, MinuteBucket, RealtimeAnswer, RealtimeRequest};
pub use responses::{
    ResponseBucket, ResponseBy, ResponseRow, ResponseTimesAnswer, ResponseTimesRequest,
    UnansweredAnswer, UnansweredRequest, UnansweredRow,
};
pub use retention::{RetentionAnswer, RetentionMode, RetentionRequest, RetentionRow};
pub use rolling::RollingActivity;
pub use run::{QueryError, QueryService, Run};
pub use search::FoundRow;
pub use segment::{Members, SegmentError};
pub use semantic::{
    ByName, Compared, DimensionColumn, Key, MetricColumn, OrderKey, SemanticAnswer, SemanticBucket,
    SemanticColumns, SemanticOrder, SemanticRequest, SemanticRow, Shown, TIME, dimension_name,
    metrics_by, only_by, splits_of,
};
pub use series::{DayCount, DayValue};
pub use shared::SharedScope;
pub use spread::Distribution;
pub use stickiness::StickinessAnswer;
pub use terms::{EmojiPlace, FilePart, LinkPart, TermsAnswer, TermsOf, TermsRequest, TopicView};
pub use users::{
    MOST_DAYS, MatrixAnswer, PersonAnswer, PersonRequest, Standing, UserMetric, UserRow, UserSort,
    UsersAnswer, UsersRequest,
};
pub use value::Change;
