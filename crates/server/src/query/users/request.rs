//! Which people are asked for, and in which order.

use domain::{engagement::Level, metric::Metric};
use serde::Serialize;
use store::Search;

use super::{Standing, place};

/// What rows are sorted by: every column that they show, but the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum UserSort {
    /// The engagement score, unclamped.
    #[default]
    Engagement,
    /// Messages written.
    Messages,
    /// Events of any kind.
    Activity,
    /// Days with activity.
    DaysActive,
    /// Last activity.
    LastActive,
    /// Reactions given.
    Reactions,
    /// Files shared.
    Files,
    /// Channels written in.
    Channels,
    /// The identifier.
    Id,
    /// The name shown.
    Name,
    /// The role.
    Role,
    /// When the account was made.
    CreatedAt,
    /// When first seen.
    FirstSeen,
    /// When signed up.
    SignedUpAt,
    /// Whether the account is switched off.
    IsDeactivated,
    /// The place in life, in the order of [`Standing`].
    Lifecycle,
    /// Messages written in the span before.
    PreviousMessages,
    /// How many different features were used.
    Features,
}

impl UserSort {
    /// The orders with their names; the first is shown.
    pub const NAMES: [(Self, &'static [&'static str]); 18] = [
        (
            Self::Engagement,
            &[
                "engagement",
                "engagementScore",
                "engagementRaw",
                "engagementLevel",
            ],
        ),
        (Self::Messages, &["messages", "messageCount"]),
        (Self::Activity, &["activity", "events"]),
        (Self::DaysActive, &["daysActive"]),
        (Self::LastActive, &["lastActive", "lastActivity"]),
        (Self::Reactions, &["reactions"]),
        (Self::Files, &["files"]),
        (
            Self::Channels,
            &["channels", "channelsActive", "channelCount"],
        ),
        (Self::Id, &["userId"]),
        (Self::Name, &["name", "displayName"]),
        (Self::Role, &["role"]),
        (Self::CreatedAt, &["createdAt"]),
        (Self::FirstSeen, &["firstSeen"]),
        (Self::SignedUpAt, &["signedUpAt"]),
        (Self::IsDeactivated, &["isDeactivated"]),
        (Self::Lifecycle, &["lifecycle"]),
        (Self::PreviousMessages, &["previousMessageCount"]),
        (Self::Features, &["features", "featuresUsed"]),
    ];

    /// Returns the place of what it sorts by among [`super::METRICS`]; `None` where no metric of the span
    /// says it.
    pub(super) const fn place(self) -> Option<usize> {
        Some(match self {
            Self::Engagement => place::ENGAGEMENT,
            Self::Messages => place::MESSAGES,
            Self::Activity => place::EVENTS,
            Self::DaysActive => place::DAYS_ACTIVE,
            Self::LastActive => place::LAST_ACTIVITY,
            Self::Reactions => place::REACTIONS,
            Self::Files => place::FILES,
            Self::Channels => place::CHANNELS,
            Self::Id
            | Self::Name
            | Self::Role
            | Self::CreatedAt
            | Self::FirstSeen
            | Self::SignedUpAt
            | Self::IsDeactivated
            | Self::Lifecycle
            | Self::PreviousMessages
            | Self::Features => return None,
        })
    }

    /// Returns whether rows begin with the smallest where the request does not say.
    pub const fn is_ascending(self) -> bool {
        matches!(self, Self::Id | Self::Name | Self::Role | Self::Lifecycle)
    }
}

/// What an answer about people is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum UserMetric {
    /// How engaged people are.
    #[default]
    Engagement,
    /// How much people do.
    Activity,
    /// Who of those who signed up in the span came back.
    Retention,
    /// Which features people use.
    Adoption,
}

impl UserMetric {
    /// The metrics with their names.
    pub const NAMES: [(Self, &'static [&'static str]); 4] = [
        (Self::Engagement, &["engagement"]),
        (Self::Activity, &["activity"]),
        (Self::Retention, &["retention"]),
        (Self::Adoption, &["adoption"]),
    ];

    /// Returns the name that answers show.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Engagement => "engagement",
            Self::Activity => "activity",
            Self::Retention => "retention",
            Self::Adoption => "adoption",
        }
    }

    /// Returns the order of rows where the request does not say.
    pub const fn sort(self) -> UserSort {
        match self {
            Self::Engagement => UserSort::Engagement,
            Self::Activity => UserSort::Activity,
            Self::Retention => UserSort::DaysActive,
            Self::Adoption => UserSort::Features,
        }
    }

    /// Returns what it means.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Engagement => Metric::Engagement.definition().text,
            Self::Activity => Metric::Events.definition().text,
            Self::Retention => {
                "People who signed up in the span, and whether each was active on the local day 1, 7 and 30 \
                 days after sign-up; `null` where that day is not over. Sign-up is the sign-up event, else \
                 the account's creation, else when first seen."
            }
            Self::Adoption => {
                "Features that people used in the span, each with how often: those that every chat has \
                 (threads, reactions, files and so on) and those that `properties.feature` of `feature_used` \
                 names."
            }
        }
    }
}

/// Which people are asked for.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, and none rules out another"
)]
pub struct UsersRequest {
    /// What the answer is about.
    pub metric: UserMetric,
    /// Sorted by what.
    pub sort: UserSort,
    /// Smallest first.
    pub ascending: bool,
    /// Only this level of engagement.
    pub level: Option<Level>,
    /// Only people who were active, or only those who were not.
    pub active: Option<bool>,
    /// Only people who wrote a message before the end of the span, or only those who never did.
    pub posted: Option<bool>,
    /// Only people of this role.
    pub role: Option<String>,
    /// Only people who stand there.
    pub lifecycle: Option<Standing>,
    /// Only people whose name or identifier holds this.
    pub search: Option<String>,
    /// How many at most.
    pub limit: u32,
    /// How many are passed over.
    pub offset: u32,
    /// Whether e-mail addresses may be shown to the caller.
    pub with_email: bool,
    /// Whether everybody's activity over time is asked for as well.
    pub timeline: bool,
    /// Whether each row is to have its messages over time.
    pub series: bool,
}

impl UsersRequest {
    pub(super) fn search(&self) -> Option<Search> {
        let text = self.search.as_ref()?;
        Some(Search::new(text, self.with_email))
    }

    /// Returns whether it matters which features people use.
    pub(super) fn is_about_features(&self) -> bool {
        self.metric == UserMetric::Adoption || self.sort == UserSort::Features
    }

    /// Returns whether only those who were active are asked for: so it is unless the request says
    /// otherwise, or is about people who may not have been.
    pub(super) fn only_active(&self) -> Option<bool> {
        let others = self.lifecycle == Some(Standing::Churned)
            || self.posted == Some(false)
            || self.metric == UserMetric::Retention;
        self.active.or((!others).then_some(true))
    }

    /// Returns whether the rows are those of one question, in an order that it has.
    pub(super) fn is_of_one_question(&self) -> bool {
        self.sort.place().is_some()
            && self.only_active() == Some(true)
            && matches!(self.metric, UserMetric::Engagement | UserMetric::Activity)
            && self.posted.is_none()
            && self.role.is_none()
            && self.lifecycle.is_none()
    }
}
