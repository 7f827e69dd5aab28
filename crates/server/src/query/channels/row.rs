//! A channel's numbers.

use std::collections::HashMap;

use domain::ratio::{Amount, Ratio};
use store::{ChannelRow as KnownChannel, Table, TableRow};

use super::{ChannelRow, ChannelsSummary};
use crate::query::{
    Ask,
    value::{amount, by_text, change, instant},
};

const DAY: u64 = 86_400_000;
/// A channel with fewer messages before is too small to speak of growth.
const GROWTH_FLOOR: Amount = Amount::whole(20);

/// A channel beside the exact numbers that it is sorted and summed by.
pub(super) struct Counted {
    pub(super) row: ChannelRow,
    pub(super) messages: Amount,
    pub(super) growth: Option<Ratio>,
    /// Members who wrote or reacted.
    pub(super) engagement: Option<Ratio>,
}

impl Counted {
    /// Adds who wrote, the first metric, and who wrote or reacted, the second.
    pub(super) fn add_people(&mut self, value: impl Fn(usize) -> Amount) {
        let row = &mut self.row;
        let members = row
            .member_count
            .map(|members| Amount::whole(members.into()));
        let of_members = |part| Ratio::of(part, members?);
        row.active_members = value(0).rounded();
        row.participation = of_members(value(0)).map(Ratio::as_share);
        self.engagement = of_members(value(1));
        row.engagement_rate = self.engagement.map(Ratio::as_share);
    }
}

type ByChannel<'a> = HashMap<&'a str, &'a TableRow>;

/// What the tables say of channels.
pub(super) struct Facts<'a> {
    ask: &'a Ask,
    now: ByChannel<'a>,
    before: Option<ByChannel<'a>>,
    last: ByChannel<'a>,
    all: Amount,
}

impl<'a> Facts<'a> {
    /// Returns what tables of messages by channel say, and one of last messages.
    pub(super) fn new(
        ask: &'a Ask,
        now: &'a Table,
        before: Option<&'a Table>,
        last: &'a Table,
    ) -> Self {
        Self {
            ask,
            now: by_text(now),
            before: before.map(by_text),
            last: by_text(last),
            all: now.rows.iter().map(|row| amount(row, 0)).sum(),
        }
    }

    /// Returns what is known of a channel, but for people and hours.
    pub(super) fn row(&self, channel: &KnownChannel) -> Counted {
        let id = channel.id.as_str();
        let of = |table: &ByChannel<'_>| {
            let row = table.get(id);
            row.map_or(Amount::ZERO, |row| amount(row, 0))
        };
        let messages = of(&self.now);
        let previous = self.before.as_ref().map(of);
        let growth = change(messages, previous);
        let last_activity = self.last.get(id).and_then(|row| instant(row, 0));
        let within = |days: u64| {
            let span = self.ask.before_end(days * DAY);
            last_activity.is_some_and(|at| span.contains(at))
        };
        let row = ChannelRow {
            channel_id: id.to_owned(),
            name: channel.name.clone().unwrap_or_else(|| id.to_owned()),
            kind: channel.kind,
            is_archived: channel.is_archived,
            member_count: channel.member_count,
            active_members: 0,
            message_count: messages.rounded(),
            previous_message_count: previous.map(Amount::rounded),
            messages_per_day: messages.each_of(self.ask.window.days),
            peak_hour: None,
            engagement_rate: None,
            participation: None,
            growth: growth.map(Ratio::as_change),
            growth_rate: growth.map(Ratio::as_change),
            growth_percent: growth.map(|growth| growth.percent(2)),
            share: Ratio::of(messages, self.all).map(|share| share.percent(1)),
            last_activity,
            is_active: within(7),
            is_dormant: !within(30),
            is_growing: previous.is_some_and(|previous| {
                previous >= GROWTH_FLOOR && messages.times(5) >= previous.times(6)
            }),
        };
        Counted {
            row,
            messages,
            growth,
            engagement: None,
        }
    }
}

/// Returns all channels together.
pub(super) fn summarise(rows: &[Counted]) -> ChannelsSummary {
    let count = |test: fn(&ChannelRow) -> bool| {
        let found = rows.iter().filter(|counted| test(&counted.row));
        found.count() as u64
    };
    ChannelsSummary {
        total: rows.len() as u64,
        active: count(|row| row.is_active),
        dormant: count(|row| row.is_dormant),
        growing: count(|row| row.is_growing),
    }
}
