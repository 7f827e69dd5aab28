//! Which channels are asked for, and in which order.

use domain::{
    ratio::{Amount, Ratio},
    time::Instant,
};
use serde::Serialize;
use store::Search;

use super::{ChannelRow, row::Counted};

/// What channels are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum ChannelSort {
    /// Messages in the period.
    #[default]
    Activity,
    /// Members.
    Members,
    /// Growth against the period before.
    Growth,
    /// Share of members who wrote or reacted.
    Engagement,
    /// Last message.
    LastActivity,
    /// Name.
    Name,
    /// Share of members who wrote.
    Participation,
    /// People who wrote.
    ActiveMembers,
    /// Messages in the period before.
    Previous,
    /// Median of the spans before.
    Median,
    /// Local hour with the most messages.
    PeakHour,
    /// When it was made.
    Created,
    /// First message.
    FirstSeen,
    /// Identifier.
    Id,
    /// Name in addresses.
    Slug,
    /// Who may see it.
    Kind,
    /// The owner's identifier.
    Owner,
    /// The owner's name.
    OwnerName,
    /// Whether the owner is deactivated.
    DeactivatedOwner,
    /// Whether it was put away.
    Archived,
    /// Whether it is in a state.
    State(ChannelState),
}

impl ChannelSort {
    /// The orders with their names; the first is shown.
    pub const NAMES: [(Self, &'static [&'static str]); 25] = [
        (
            Self::Activity,
            &[
                "activity",
                "messages",
                "messageCount",
                "messagesPerDay",
                "share",
            ],
        ),
        (Self::Members, &["members", "memberCount"]),
        (Self::Growth, &["growth", "growthRate", "growthPercent"]),
        (
            Self::Engagement,
            &["engagement", "engagementRate", "engagementPercent"],
        ),
        (Self::LastActivity, &["lastActivity"]),
        (Self::Name, &["name"]),
        (
            Self::Participation,
            &["participation", "participationPercent"],
        ),
        (Self::ActiveMembers, &["activeMembers"]),
        (Self::Previous, &["previousMessageCount"]),
        (Self::Median, &["medianBefore"]),
        (Self::PeakHour, &["peakHour"]),
        (Self::Created, &["createdAt"]),
        (Self::FirstSeen, &["firstSeen"]),
        (Self::Id, &["channelId"]),
        (Self::Slug, &["slug"]),
        (Self::Kind, &["kind"]),
        (Self::Owner, &["owner"]),
        (Self::OwnerName, &["ownerName"]),
        (Self::DeactivatedOwner, &["isDeactivatedOwner"]),
        (Self::Archived, &["isArchived"]),
        (Self::State(ChannelState::Active), &["isActive"]),
        (Self::State(ChannelState::Dormant), &["isDormant"]),
        (Self::State(ChannelState::Growing), &["isGrowing"]),
        (Self::State(ChannelState::Dying), &["isDying"]),
        (Self::State(ChannelState::Orphan), &["isOrphan"]),
    ];

    /// Returns whether it sorts by texts, which come in their own order unless told otherwise.
    pub const fn is_text(self) -> bool {
        matches!(
            self,
            Self::Name | Self::Id | Self::Slug | Self::Kind | Self::Owner | Self::OwnerName
        )
    }

    /// Returns whether it sorts by who wrote or reacted.
    pub(super) const fn is_of_people(self) -> bool {
        matches!(
            self,
            Self::Engagement | Self::Participation | Self::ActiveMembers
        )
    }
}

/// In which state a channel is at the end of the period; it may be in several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChannelState {
    /// A message in the 7 days before the end.
    Active,
    /// No message in the 30 days before the end.
    Dormant,
    /// At least 1.2 times the messages of the period before, when that had 20 or more.
    Growing,
    /// The owner is deactivated, or there are no members.
    Orphan,
    /// At most half the median of the four spans before, when that is 20 or more.
    Dying,
}

impl ChannelState {
    /// The states with their names.
    pub const NAMES: [(Self, &'static [&'static str]); 5] = [
        (Self::Active, &["active"]),
        (Self::Dormant, &["dormant"]),
        (Self::Growing, &["growing"]),
        (Self::Orphan, &["orphan"]),
        (Self::Dying, &["dying"]),
    ];

    /// Returns whether a channel is in it.
    pub(super) const fn holds(self, row: &ChannelRow) -> bool {
        match self {
            Self::Active => row.is_active,
            Self::Dormant => row.is_dormant,
            Self::Growing => row.is_growing,
            Self::Orphan => row.is_orphan,
            Self::Dying => row.is_dying,
        }
    }
}

/// Which channels are asked for.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ChannelsRequest {
    /// Only those in this state.
    pub state: Option<ChannelState>,
    /// Only those whose name, name in addresses or identifier holds this.
    pub search: Option<String>,
    /// Whether each row has its messages over time.
    pub with_series: bool,
    /// Sorted by what.
    pub sort: ChannelSort,
    /// Smallest first.
    pub ascending: bool,
    /// Which of them.
    pub page: PageRequest,
}

/// Which of the rows of a list are shown.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct PageRequest {
    /// How many at most.
    pub limit: u32,
    /// How many are passed over.
    pub offset: u32,
}

impl PageRequest {
    /// Returns the rows that are shown.
    pub(super) fn of<T>(self, rows: Vec<T>) -> Vec<T> {
        let rows = rows.into_iter().skip(self.offset as usize);
        rows.take(self.limit as usize).collect()
    }
}

impl ChannelsRequest {
    /// Keeps the channels that are asked for.
    pub(super) fn pick(&self, rows: &mut Vec<Counted>) {
        let search = self.search.as_ref().map(|text| Search::new(text, false));
        rows.retain(|counted| {
            let row = &counted.row;
            let is_found = search.as_ref().is_none_or(|search| {
                let slug = row.slug.as_deref();
                search.finds(&row.channel_id, Some(&row.name), None)
                    || slug.is_some_and(|slug| search.finds(slug, None, None))
            });
            is_found && self.state.is_none_or(|state| state.holds(row))
        });
    }
}

/// What rows are compared by; all of one order are of one variant.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Value<'a> {
    Amount(Amount),
    Ratio(Ratio),
    Number(u64),
    Instant(Instant),
    Text(&'a str),
    Folded(String),
    Flag(bool),
}

impl ChannelSort {
    /// Returns what a row is compared by; `None` where it is not known.
    fn value(self, counted: &Counted) -> Option<Value<'_>> {
        let row = &counted.row;
        let text = |text: &'_ Option<String>| text.as_ref().map(|text| text.to_lowercase());
        match self {
            Self::Activity => Some(Value::Amount(counted.messages)),
            Self::Previous => counted.previous.map(Value::Amount),
            Self::Members => row.member_count.map(|count| Value::Number(count.into())),
            Self::ActiveMembers => Some(Value::Amount(counted.writers)),
            Self::Growth => counted.growth.map(Value::Ratio),
            Self::Engagement => counted.engagement.map(Value::Ratio),
            Self::Participation => counted.participation.map(Value::Ratio),
            Self::Median => counted.median.map(Value::Ratio),
            Self::LastActivity => row.last_activity.map(Value::Instant),
            Self::Created => row.created_at.map(Value::Instant),
            Self::FirstSeen => row.first_seen.map(Value::Instant),
            Self::Name => Some(Value::Folded(row.name.to_lowercase())),
            Self::OwnerName => text(&row.owner_name).map(Value::Folded),
            Self::Slug => text(&row.slug).map(Value::Folded),
            Self::Id => Some(Value::Text(&row.channel_id)),
            Self::Owner => row.owner.as_deref().map(Value::Text),
            Self::PeakHour => row.peak_hour.as_deref().map(Value::Text),
            Self::Kind => row.kind.map(|kind| Value::Text(kind.name())),
            Self::DeactivatedOwner => row.is_deactivated_owner.map(Value::Flag),
            Self::Archived => Some(Value::Flag(row.is_archived)),
            Self::State(state) => Some(Value::Flag(state.holds(row))),
        }
    }
}

/// Sorts channels as asked. Ties go by identifier; what is unknown is neither small nor large and stands last either way.
pub(super) fn sort(rows: &mut [Counted], sort: ChannelSort, ascending: bool) {
    rows.sort_unstable_by(|left, right| {
        let order = match (sort.value(left), sort.value(right)) {
            (Some(left), Some(right)) if ascending => left.cmp(&right),
            (Some(left), Some(right)) => right.cmp(&left),
            (left, right) => right.is_some().cmp(&left.is_some()),
        };
        let tie = || left.row.channel_id.cmp(&right.row.channel_id);
        order.then_with(tie)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{channels::row::tests::channel, value::change};

    /// Returns the order of five channels: `b` and `c` are shown alike, and `d` had nothing before.
    fn order(sort_by: ChannelSort, ascending: bool) -> String {
        let counted = |(id, messages, previous): (&str, f64, f64)| {
            let (messages, previous) = (Amount::of(messages), Some(Amount::of(previous)));
            Counted {
                messages,
                previous,
                growth: change(messages, previous),
                ..channel(id)
            }
        };
        let mut rows: Vec<Counted> = [
            ("a", 1.0, 1.0),
            ("b", 2.4, 2.0),
            ("c", 2.2, 2.0),
            ("d", 3.0, 0.0),
            ("e", 3.0, 3.0),
        ]
        .map(counted)
        .into();
        sort(&mut rows, sort_by, ascending);
        rows.iter()
            .map(|counted| counted.row.channel_id.as_str())
            .collect()
    }

    #[test]
    fn order_is_by_unrounded_numbers_with_ties_by_identifier_and_the_unknown_last() {
        assert_eq!(order(ChannelSort::Activity, false), "debca");
        assert_eq!(order(ChannelSort::Activity, true), "acbde");
        assert_eq!(order(ChannelSort::Growth, false), "bcaed");
        assert_eq!(order(ChannelSort::Growth, true), "aecbd");
        assert_eq!(order(ChannelSort::Previous, false), "ebcad");
        assert_eq!(order(ChannelSort::Name, true), "abcde");
        assert_eq!(order(ChannelSort::Owner, false), "abcde");
    }
}
