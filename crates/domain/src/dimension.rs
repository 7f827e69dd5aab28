//! What metrics are split by.

use crate::{
    metric::{Aggregate, Key, Metric, Quantity},
    time::Grain,
};

/// What metrics are split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Buckets of local time; the key is [`crate::time::Bucket::start`] in milliseconds.
    Time(Grain),
    /// Local hour of day, 0 to 23.
    HourOfDay,
    /// Local day of the week, Monday = 0.
    Weekday,
    /// Channel; the key is its identifier.
    Channel,
    /// Person; the key is the identifier.
    User,
    /// What a message carries.
    MessageType,
    /// Kind of event.
    EventType,
    /// Bots apart from people.
    IsBot,
    /// Emoji of reactions and texts.
    Emoji,
    /// Hosts of links.
    Link,
    /// Hashtags.
    Hashtag,
}

impl Dimension {
    /// Returns the name used in requests and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time(grain) => grain.name(),
            Self::HourOfDay => "hourOfDay",
            Self::Weekday => "weekday",
            Self::Channel => "channel",
            Self::User => "user",
            Self::MessageType => "messageType",
            Self::EventType => "eventType",
            Self::IsBot => "isBot",
            Self::Emoji => "emoji",
            Self::Link => "link",
            Self::Hashtag => "hashtag",
        }
    }

    /// Returns whether an event may have several values, so that parts exceed the whole.
    pub const fn is_multi_valued(self) -> bool {
        matches!(self, Self::Emoji | Self::Link | Self::Hashtag)
    }

    /// Returns whether the value depends on local time.
    pub const fn is_local(self) -> bool {
        matches!(self, Self::Time(_) | Self::HourOfDay | Self::Weekday)
    }

    /// Returns whether the metric has a meaning when split by this.
    ///
    /// A score or a number of days of one person says nothing by hour or by emoji.
    pub fn allows(self, metric: Metric) -> bool {
        match metric.definition().aggregate {
            Aggregate::Ratio(ratio) => {
                ratio.only_by.is_none_or(|only| self == only)
                    && ratio.metrics().all(|metric| self.allows(metric))
            }
            Aggregate::Distinct(Key::LocalDay) => !self.is_local() && !self.is_multi_valued(),
            Aggregate::Sum(Quantity::Words) => !self.is_multi_valued(),
            Aggregate::Count | Aggregate::Distinct(_) | Aggregate::First | Aggregate::Last => true,
        }
    }
}
