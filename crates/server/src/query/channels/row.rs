//! A channel's numbers.

use std::collections::{HashMap, HashSet};

use domain::{
    dimension::Dimension,
    filter::Field,
    metric::Metric,
    ratio::{Amount, Ratio},
    time::Range,
};
use futures::future::try_join_all;
use store::{ChannelRow as KnownChannel, Table, TableRow};

use super::{ChannelRow, ChannelsSummary, whole};
use crate::query::{
    Ask, Meta, QueryError, Run,
    value::{amount, by_text, change, instant},
};

const DAY: u64 = 86_400_000;
/// A channel with fewer messages before is too small to speak of growth or decline.
const FLOOR: Amount = Amount::whole(20);
/// How many spans before this one say what is usual.
pub(super) const SPANS: u32 = 4;
/// Most owners that are looked up at a time.
const OWNERS_AT_ONCE: usize = 5_000;

/// A channel beside the exact numbers that it is sorted and summed by.
pub(super) struct Counted {
    /// Apart, so that sorting moves little.
    pub(super) row: Box<ChannelRow>,
    pub(super) messages: Amount,
    pub(super) previous: Option<Amount>,
    /// People who wrote.
    pub(super) writers: Amount,
    pub(super) growth: Option<Ratio>,
    /// The median of the four spans before.
    pub(super) median: Option<Ratio>,
    /// Messages of the four spans before, the latest first.
    pub(super) earlier: Option<Earlier>,
    /// Members who wrote or reacted.
    pub(super) engagement: Option<Ratio>,
    /// Members who wrote.
    pub(super) participation: Option<Ratio>,
}

/// Messages of the spans before, the latest first.
pub(super) type Earlier = [Amount; SPANS as usize];

impl Counted {
    /// Adds who wrote, the first metric, and who wrote or reacted, the second.
    pub(super) fn add_people(&mut self, value: impl Fn(usize) -> Amount) {
        let row = &mut self.row;
        let members = row
            .member_count
            .map(|members| Amount::whole(members.into()));
        let of_members = |part| Ratio::of(part, members?);
        let percent = |share: Option<Ratio>| share.map(|share| share.percent(1));
        self.writers = value(0);
        row.active_members = self.writers.rounded();
        self.participation = of_members(value(0));
        row.participation = self.participation.map(Ratio::as_share);
        row.participation_percent = percent(self.participation);
        self.engagement = of_members(value(1));
        row.engagement_rate = self.engagement.map(Ratio::as_share);
        row.engagement_percent = percent(self.engagement);
    }

    /// Adds which share of so many messages the channel has.
    pub(super) fn add_share(&mut self, all: Amount) {
        self.row.share = Ratio::of(self.messages, all).map(|share| share.percent(1));
    }
}

type ByChannel<'a> = HashMap<&'a str, &'a TableRow>;

/// What records say of the owners of channels: the names of those who have one, and who is deactivated.
#[derive(Default)]
struct Owners {
    names: HashMap<String, String>,
    deactivated: HashSet<String>,
}

/// What tables say of channels.
struct Facts<'a> {
    ask: &'a Ask,
    now: ByChannel<'a>,
    before: Option<ByChannel<'a>>,
    /// Last and first messages.
    times: ByChannel<'a>,
    earlier: Option<HashMap<String, Earlier>>,
    owners: Owners,
}

impl Facts<'_> {
    /// Returns what is known of a channel, but for people, hours and its share.
    fn row(&self, channel: KnownChannel) -> Counted {
        let id = channel.id.as_str();
        let of = |table: &ByChannel<'_>| {
            let row = table.get(id);
            row.map_or(Amount::ZERO, |row| amount(row, 0))
        };
        let messages = of(&self.now);
        let previous = self.before.as_ref().map(of);
        let growth = change(messages, previous);
        let earlier = self.earlier.as_ref();
        let earlier = earlier.map(|all| all.get(id).copied().unwrap_or_default());
        let times = self.times.get(id);
        let last_activity = times.and_then(|row| instant(row, 0));
        let within = |days: u64| {
            let span = self.ask.before_end(days * DAY);
            last_activity.is_some_and(|at| span.contains(at))
        };
        let owner = channel.owner.as_ref();
        let is_deactivated_owner = owner.map(|owner| self.owners.deactivated.contains(owner));
        let row = ChannelRow {
            channel_id: id.to_owned(),
            name: channel.name.unwrap_or_else(|| id.to_owned()),
            slug: channel.slug,
            kind: channel.kind,
            is_archived: channel.is_archived,
            created_at: channel.created_at,
            first_seen: times.and_then(|row| instant(row, 1)),
            owner_name: owner.and_then(|owner| self.owners.names.get(owner).cloned()),
            owner: channel.owner,
            is_deactivated_owner,
            member_count: channel.member_count,
            active_members: 0,
            message_count: messages.rounded(),
            previous_message_count: previous.map(Amount::rounded),
            median_before: earlier.and_then(|spans| Some(median(spans)?.rounded(1))),
            messages_per_day: messages.each_of(self.ask.window.days),
            peak_hour: None,
            engagement_rate: None,
            engagement_percent: None,
            participation: None,
            participation_percent: None,
            growth: growth.map(Ratio::as_change),
            growth_rate: growth.map(Ratio::as_change),
            growth_percent: growth.map(|growth| growth.percent(2)),
            share: None,
            last_activity,
            is_active: within(7),
            is_dormant: !within(30),
            is_growing: previous.is_some_and(|previous| {
                previous >= FLOOR && messages.times(5) >= previous.times(6)
            }),
            is_dying: earlier.is_some_and(|spans| is_dying(messages, spans)),
            is_orphan: is_deactivated_owner == Some(true) || channel.member_count == Some(0),
        };
        Counted {
            row: Box::new(row),
            messages,
            previous,
            writers: Amount::ZERO,
            growth,
            median: earlier.and_then(median),
            earlier,
            engagement: None,
            participation: None,
        }
    }
}

/// Returns twice the median of four amounts: the sum of the two in the middle.
fn twice_the_median(mut spans: Earlier) -> Amount {
    spans.sort_unstable();
    spans[1] + spans[2]
}

fn median(spans: Earlier) -> Option<Ratio> {
    Ratio::of(twice_the_median(spans), Amount::whole(2))
}

/// Returns whether messages are at most half of the median, which is large enough to say so.
fn is_dying(messages: Amount, spans: Earlier) -> bool {
    let twice = twice_the_median(spans);
    twice >= FLOOR.times(2) && messages.times(4) <= twice
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
        dying: count(|row| row.is_dying),
        orphan: count(|row| row.is_orphan),
    }
}

impl Run<'_> {
    /// Returns every channel of the request with what is counted of it, but for people, hours and
    /// shares; by identifier.
    pub(super) async fn counted_channels(&self) -> Result<Vec<Counted>, QueryError> {
        let ask = self.ask;
        let channel = [Dimension::Channel];
        let messages = [Metric::Messages];
        let ever = Range::before(ask.window.range.to()).until(ask.window.as_of);
        let times = [Metric::LastMessage, Metric::FirstMessage];
        let known = async { Ok::<_, QueryError>(self.store().channels(&ask.workspace).await?) };
        let (mut known, now, before, times) = tokio::try_join!(
            known,
            self.query("by channel", ask.now(&messages).by(&channel).in_any_order()),
            self.query_if(
                "by channel before",
                ask.before(&messages)
                    .map(|query| query.by(&channel).in_any_order())
            ),
            self.query(
                "first and last messages",
                ask.over(ever, &times).by(&channel).in_any_order()
            ),
        )?;
        whole(&now)?;
        before.as_ref().map_or(Ok(()), whole)?;
        whole(&times)?;
        known.retain(|channel| ask.filter.admits(&Field::Channel, &channel.id));
        let facts = Facts {
            ask,
            now: by_text(&now),
            before: before.as_ref().map(by_text),
            times: by_text(&times),
            earlier: self.earlier(before.as_ref()).await?,
            owners: self.owners(&known).await?,
        };
        Ok(known.into_iter().map(|one| facts.row(one)).collect())
    }

    /// Returns what an answer is about that tells of the spans before as well.
    pub(super) fn meta_of_channels(&self) -> Meta {
        let ask = self.ask;
        let mut meta = self.meta(Metric::Messages.definition().text);
        let earlier = ask
            .window
            .earlier(SPANS, ask.week_start, &ask.zone)
            .unwrap_or_default();
        let is_sampled = |span: Range| self.store().is_sampled(&ask.workspace, span);
        meta.approximate |= earlier.into_iter().any(is_sampled);
        meta
    }

    /// Returns the messages of channels in the spans before; `None` where there are no such spans.
    /// `before` tells of the span that the request compares with, which mostly is the latest of them.
    async fn earlier(
        &self,
        before: Option<&Table>,
    ) -> Result<Option<HashMap<String, Earlier>>, QueryError> {
        let ask = self.ask;
        let Some(spans) = ask.window.earlier(SPANS, ask.week_start, &ask.zone) else {
            return Ok(None);
        };
        let is_known = |span: Range| before.is_some() && ask.window.previous == Some(span);
        let tables = spans.into_iter().map(|span| {
            let query = ask
                .over(span, &[Metric::Messages])
                .by(&[Dimension::Channel])
                .in_any_order();
            self.query_if("by channel earlier", (!is_known(span)).then_some(query))
        });
        let tables = try_join_all(tables).await?;
        let mut earlier: HashMap<String, Earlier> = HashMap::new();
        for (place, table) in tables.iter().enumerate() {
            let Some(table) = table.as_ref().or(before) else {
                continue;
            };
            whole(table)?;
            for row in &table.rows {
                if let Some(channel) = row.keys[0].as_text() {
                    let messages = amount(row, 0);
                    earlier.entry(channel.to_owned()).or_default()[place] = messages;
                }
            }
        }
        Ok(Some(earlier))
    }

    /// Returns what records say of the owners of these channels.
    async fn owners(&self, channels: &[KnownChannel]) -> Result<Owners, QueryError> {
        let ids: HashSet<&String> = channels
            .iter()
            .filter_map(|channel| channel.owner.as_ref())
            .collect();
        let ids: Vec<String> = ids.into_iter().cloned().collect();
        let mut owners = Owners::default();
        for ids in ids.chunks(OWNERS_AT_ONCE) {
            for person in self.store().people(&self.ask.workspace, ids).await? {
                if person.is_deactivated {
                    owners.deactivated.insert(person.id.clone());
                }
                owners
                    .names
                    .extend(person.name.map(|name| (person.id, name)));
            }
        }
        Ok(owners)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Returns a channel of which nothing is known.
    pub(in super::super) fn channel(id: &str) -> Counted {
        let row = ChannelRow {
            channel_id: id.to_owned(),
            name: String::new(),
            slug: None,
            kind: None,
            is_archived: false,
            created_at: None,
            first_seen: None,
            owner: None,
            owner_name: None,
            is_deactivated_owner: None,
            member_count: None,
            active_members: 0,
            message_count: 0,
            previous_message_count: None,
            median_before: None,
            messages_per_day: 0,
            peak_hour: None,
            engagement_rate: None,
            engagement_percent: None,
            participation: None,
            participation_percent: None,
            growth: None,
            growth_rate: None,
            growth_percent: None,
            share: None,
            last_activity: None,
            is_active: false,
            is_dormant: true,
            is_growing: false,
            is_dying: false,
            is_orphan: false,
        };
        Counted {
            row: Box::new(row),
            messages: Amount::ZERO,
            previous: None,
            writers: Amount::ZERO,
            growth: None,
            median: None,
            earlier: None,
            engagement: None,
            participation: None,
        }
    }

    #[test]
    fn dying_is_at_most_half_of_a_median_of_twenty() {
        let spans = |spans: [u64; 4]| spans.map(Amount::whole);
        for (messages, earlier, dying) in [
            // The median of 10, 20, 20 and 90 is 20; half of it 10.
            (10, [90, 20, 10, 20], true),
            (11, [90, 20, 10, 20], false),
            // Of 0, 19, 20 and 100 it is 19.5, which is too small.
            (0, [0, 19, 20, 100], false),
            // Of 0, 15, 26 and 40 it is 20.5; half of it 10.25.
            (10, [26, 0, 40, 15], true),
            (0, [0, 0, 0, 0], false),
            // Two spans in which it was not there yet count as they are: 50 of 0, 0, 100 and 100.
            (25, [100, 100, 0, 0], true),
        ] {
            let found = is_dying(Amount::whole(messages), spans(earlier));
            assert_eq!(found, dying, "{messages} after {earlier:?}");
        }
        let found = median(spans([26, 0, 40, 15])).map(|median| median.rounded(1));
        assert_eq!(found, Some(20.5));
        // Sampled messages are compared unrounded.
        let sampled = [40.0, 40.0, 41.0, 41.0].map(Amount::of);
        assert!(is_dying(Amount::of(20.25), sampled));
        assert!(!is_dying(Amount::of(20.5), sampled));
    }
}
