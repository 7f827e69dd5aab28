//! Questions and their answers, in the shapes that pages and clients read.
//!
//! Each answer is composed of semantic queries; what a number means is said in `domain`, how it is
//! computed is said by the plan, and this module only puts numbers side by side.

mod aligned;
mod answer;
mod ask;
mod changes;
mod channels;
mod content;
mod dashboard;
mod heatmap;
mod known;
mod lifecycle;
mod messages;
mod realtime;
mod responses;
mod retention;
mod rolling;
mod run;
mod semantic;
mod series;
mod spread;
mod users;
mod value;

pub use aligned::BucketSpan;
pub use answer::Answer;
pub use ask::{Ask, AskError, Nearest, Request, Unknown};
pub use changes::{
    ChangesAnswer, ChangesRequest, Contribution, DimensionChange, PeopleChange, Rest, adds_up,
};
pub use channels::{ChannelRow, ChannelSort, ChannelsAnswer, ChannelsRequest};
pub use content::{ContentAnswer, TermRow};
pub use dashboard::DashboardAnswer;
pub use lifecycle::{LifecycleAnswer, LifecycleBucket, LifecycleNumbers};
pub use messages::MessagesAnswer;
pub use realtime::{ActiveChannel, MinuteBucket, RealtimeAnswer, RealtimeRequest};
pub use responses::{
    ResponseBucket, ResponseBy, ResponseRow, ResponseTimesAnswer, ResponseTimesRequest,
    UnansweredAnswer, UnansweredRequest, UnansweredRow,
};
pub use retention::{RetentionAnswer, RetentionMode, RetentionRequest, RetentionRow};
pub use rolling::RollingActivity;
pub use run::{Explained, Meta, QueryError, QueryService, Run};
pub use semantic::{
    ByName, Compared, DimensionColumn, Key, MetricColumn, OrderKey, SemanticAnswer, SemanticBucket,
    SemanticColumns, SemanticOrder, SemanticRequest, SemanticRow, Shown, TIME, dimension_name,
    metrics_by, only_by, splits_of,
};
pub use series::{DayCount, DayValue};
pub use spread::Distribution;
pub use users::{UserRow, UserSort, UsersAnswer, UsersRequest};
pub use value::Change;
