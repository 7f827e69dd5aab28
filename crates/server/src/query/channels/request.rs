//! Which channels are asked for, and in which order.

use std::cmp::Ordering;

use serde::Serialize;

use super::row::Counted;

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
}

impl ChannelSort {
    /// The orders with their names; the first is shown.
    pub const NAMES: [(Self, &'static [&'static str]); 6] = [
        (Self::Activity, &["activity", "messages", "messageCount"]),
        (Self::Members, &["members", "memberCount"]),
        (Self::Growth, &["growth"]),
        (Self::Engagement, &["engagement", "engagementRate"]),
        (Self::LastActivity, &["lastActivity"]),
        (Self::Name, &["name"]),
    ];
}

/// Which channels are asked for.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct ChannelsRequest {
    /// Sorted by what.
    pub sort: ChannelSort,
    /// Smallest first.
    pub ascending: bool,
    /// How many at most.
    pub limit: u32,
    /// How many are passed over.
    pub offset: u32,
}

/// Sorts channels as asked. Ties go by identifier; what is unknown is neither small nor large and stands last either way.
pub(super) fn sort(rows: &mut [Counted], request: ChannelsRequest) {
    let directed = |order: Ordering| {
        if request.ascending {
            order
        } else {
            order.reverse()
        }
    };
    let by = |left: &Counted, right: &Counted| match request.sort {
        ChannelSort::Activity => directed(left.messages.cmp(&right.messages)),
        ChannelSort::Members => {
            known_first(left.row.member_count, right.row.member_count, directed)
        }
        ChannelSort::Growth => known_first(left.growth, right.growth, directed),
        ChannelSort::Engagement => known_first(left.engagement, right.engagement, directed),
        ChannelSort::LastActivity => {
            known_first(left.row.last_activity, right.row.last_activity, directed)
        }
        ChannelSort::Name => {
            let name = |counted: &Counted| counted.row.name.to_lowercase();
            directed(name(left).cmp(&name(right)))
        }
    };
    rows.sort_by(|left, right| {
        by(left, right).then_with(|| left.row.channel_id.cmp(&right.row.channel_id))
    });
}

fn known_first<T: Ord>(
    left: Option<T>,
    right: Option<T>,
    directed: impl Fn(Ordering) -> Ordering,
) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => directed(left.cmp(&right)),
        (left, right) => right.is_some().cmp(&left.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use domain::ratio::Amount;

    use super::*;
    use crate::query::{channels::ChannelRow, value::change};

    fn channel(id: &str, messages: f64, previous: f64) -> Counted {
        let (messages, previous) = (Amount::of(messages), Some(Amount::of(previous)));
        let row = ChannelRow {
            channel_id: id.to_owned(),
            name: String::new(),
            kind: None,
            is_archived: false,
            member_count: None,
            active_members: 0,
            message_count: messages.rounded(),
            previous_message_count: previous.map(Amount::rounded),
            messages_per_day: 0,
            peak_hour: None,
            engagement_rate: None,
            participation: None,
            growth: None,
            growth_rate: None,
            growth_percent: None,
            share: None,
            last_activity: None,
            is_active: false,
            is_dormant: true,
            is_growing: false,
        };
        Counted {
            row,
            messages,
            growth: change(messages, previous),
            engagement: None,
        }
    }

    /// Returns the order of four channels: `b` and `c` are shown alike, and `d` had nothing before.
    fn order(sort_by: ChannelSort, ascending: bool) -> String {
        let mut rows = vec![
            channel("a", 1.0, 1.0),
            channel("b", 2.4, 2.0),
            channel("c", 2.2, 2.0),
            channel("d", 3.0, 0.0),
            channel("e", 3.0, 3.0),
        ];
        let request = ChannelsRequest {
            sort: sort_by,
            ascending,
            ..ChannelsRequest::default()
        };
        sort(&mut rows, request);
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
        assert_eq!(order(ChannelSort::Name, false), "abcde");
    }
}
