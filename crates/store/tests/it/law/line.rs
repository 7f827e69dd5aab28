//! Events, records and questions as they are written down: in golden cases, and in what is printed
//! of a history that is not answered the same everywhere.

use domain::{
    content::{Content, SharedFile},
    dimension::Dimension,
    event::{Event, EventType, Kind, MessageType},
    filter::Filter,
    id::{ChannelId, EventId, Key64, UserId, WorkspaceId},
    metric::Metric,
    query::{Having, Order, Population, Query},
    record::PersonRecord,
    time::{Grain, Instant, Range, WeekStart},
};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Returns every dimension, buckets of each width.
pub(crate) fn dimensions() -> Vec<Dimension> {
    let buckets = Grain::ALL.into_iter().map(Dimension::Time);
    buckets.chain(Dimension::ALL[1..].iter().copied()).collect()
}

/// An event; what is not said is absent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct EventLine {
    pub(crate) at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) workspace: Option<String>,
    /// A message, unless it says something else.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) channel: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thread: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<i64>,
    /// What it carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) bot: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) weight: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) words: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) emoji: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) links: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) hashtags: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) question: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) mentions: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) domains: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) urls: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) topics: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<FileLine>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) properties: Map<String, Value>,
}

/// A file that is shared.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct FileLine {
    pub(crate) name: Option<String>,
    pub(crate) extension: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) hash: Option<String>,
    pub(crate) bytes: Option<u64>,
}

impl FileLine {
    fn file(&self) -> SharedFile {
        let boxed = |text: &Option<String>| text.as_deref().map(Into::into);
        SharedFile {
            name: boxed(&self.name),
            extension: boxed(&self.extension),
            kind: boxed(&self.kind),
            hash: boxed(&self.hash),
            bytes: self.bytes,
        }
    }
}

/// What is known of a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) workspace: Option<String>,
    pub(crate) user: String,
    /// Whether it is a bot, where the record says so.
    pub(crate) bot: Option<bool>,
}

/// A question.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Question {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) workspace: Option<String>,
    pub(crate) metrics: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) by: Vec<String>,
    #[serde(rename = "where", skip_serializing_if = "String::is_empty")]
    pub(crate) filter: String,
    /// Instants, or local dates.
    pub(crate) from: String,
    pub(crate) to: String,
    /// The reporting zone, unless it says another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) zone: Option<String>,
    /// The day that weeks begin with, unless that is Monday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) week_start: Option<String>,
    /// Bots as well.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) bots: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) having: Option<HavingLine>,
    /// `any`, or a metric, with `-` before it for the largest first; by the keys when not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<u32>,
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) offset: u32,
    /// Asks for the first metric of every row as well.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) ranked: bool,
}

/// Which rows are kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct HavingLine {
    pub(crate) metric: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at_least: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) below: Option<f64>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
const fn is_zero(value: &u32) -> bool {
    *value == 0
}

pub(crate) fn zone(name: &str) -> TimeZone {
    domain::time::zone(name).unwrap_or_else(|| panic!("no zone `{name}`"))
}

fn instant(text: &str, zone: &TimeZone) -> Instant {
    Instant::parse(text, zone).unwrap()
}

impl EventLine {
    /// Returns the event, in the default workspace, that counts once by its number.
    pub(crate) fn event(&self, number: u128, reporting: &TimeZone) -> Event {
        let boxed = |texts: &[String]| texts.iter().map(|text| text.as_str().into()).collect();
        let kind = self.kind.as_deref().unwrap_or(Kind::MessageSent.name());
        let at = instant(&self.at, reporting);
        Event {
            id: EventId(Uuid::from_u128(number)),
            also: None,
            keyed: true,
            timed: true,
            workspace: WorkspaceId::default(),
            event_type: EventType::parse(kind).unwrap(),
            timestamp: at,
            received_at: at,
            user: self.user.as_ref().map(|id| UserId::new(id).unwrap()),
            channel: self.channel.as_ref().map(|id| ChannelId::new(id).unwrap()),
            session: self.session.map(Key64),
            message: None,
            thread: self.thread.map(Key64),
            message_type: self.message.as_deref().map(MessageType::parse),
            is_bot: self.bot,
            weight: self.weight.unwrap_or(1.0),
            content: Content {
                words: self.words,
                is_question: self.question,
                mentions: boxed(&self.mentions),
                hashtags: boxed(&self.hashtags),
                links: boxed(&self.links),
                emoji: boxed(&self.emoji),
                domains: boxed(&self.domains),
                urls: boxed(&self.urls),
                topics: boxed(&self.topics),
                file: self.file.as_ref().map(|file| Box::new(file.file())),
            },
            properties: self.properties.clone(),
        }
    }
}

impl RecordLine {
    pub(crate) fn record(&self) -> PersonRecord {
        let mut record = PersonRecord::new(UserId::new(&self.user).unwrap());
        record.is_bot = self.bot;
        record
    }
}

impl Question {
    /// Returns the question as a store takes it, about the default workspace.
    pub(crate) fn query(&self, reporting: &TimeZone) -> Query {
        let zone = self.zone.as_deref().map_or_else(|| reporting.clone(), zone);
        let week_start = self
            .week_start
            .as_deref()
            .map_or(WeekStart::Monday, |name| {
                let mut all = WeekStart::ALL.into_iter();
                let found = all.find(|start| start.name() == name);
                found.unwrap_or_else(|| panic!("weeks do not begin on `{name}`"))
            });
        let metric =
            |name: &str| Metric::parse(name).unwrap_or_else(|| panic!("no metric `{name}`"));
        let dimension = |name: &String| {
            let mut all = dimensions().into_iter();
            let found = all.find(|dimension| dimension.name() == name);
            match found.unwrap_or_else(|| panic!("no dimension `{name}`")) {
                Dimension::Time(grain) => Dimension::Time(grain.starting(week_start)),
                other => other,
            }
        };
        let metrics: Vec<Metric> = self.metrics.iter().map(|name| metric(name)).collect();
        let place = |name: &str| {
            let metric = metric(name);
            metrics.iter().position(|asked| *asked == metric).unwrap()
        };
        let having = self.having.as_ref().map(|having| Having {
            metric: place(&having.metric),
            at_least: having.at_least,
            below: having.below,
        });
        let order = match self.order.as_deref() {
            None => Order::Keys,
            Some("any") => Order::Any,
            Some(name) => {
                let largest_first = name.strip_prefix('-');
                Order::Metric {
                    index: place(largest_first.unwrap_or(name)),
                    descending: largest_first.is_some(),
                }
            }
        };
        let range = Range::new(instant(&self.from, &zone), instant(&self.to, &zone));
        Query {
            workspace: WorkspaceId::default(),
            dimensions: self.by.iter().map(dimension).collect(),
            filter: Filter::parse(&self.filter).unwrap(),
            range,
            zone,
            as_stored: false,
            population: if self.bots {
                Population::Everyone
            } else {
                Population::People
            },
            having,
            order,
            limit: self.limit,
            offset: self.offset,
            metrics,
        }
    }
}
