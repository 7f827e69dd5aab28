//! Messages: how many, of what kind, when.

use std::collections::BTreeMap;

use domain::{
    compare::{round, signed_percent},
    dimension::Dimension,
    event::MessageType,
    metric::Metric,
    query::Population,
    time::Grain,
};
use serde::Serialize;
use store::{Cell, Table};
use utoipa::ToSchema;

use super::{
    Ask, Change, DayCount, Explained, Meta, QueryError, QueryService,
    series::filled,
    value::{count, percent, total},
};

/// Messages in a period.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessagesAnswer {
    /// Messages in the period.
    pub total: u64,
    /// Messages by what they carry.
    pub by_type: ByType,
    /// Messages a day, rounded down.
    pub average_per_day: u64,
    /// The local day with the most messages; the earliest on a tie.
    #[schema(example = "2026-02-01")]
    pub peak_day: Option<String>,
    /// Messages on that day.
    pub peak_day_count: u64,
    /// Change by kind, in percent; kinds with nothing before are left out.
    pub trends: BTreeMap<&'static str, String>,
    /// Messages in each bucket.
    pub timeline: Vec<DayCount>,
    /// Messages beside those before them.
    pub messages: Change,
    /// Replies in threads.
    pub replies: u64,
    /// Edits.
    pub edited: u64,
    /// Deletions.
    pub deleted: u64,
    /// Reactions.
    pub reactions: u64,
    /// Files shared.
    pub files: u64,
    /// Words for each message, one decimal; `null` where no text was seen.
    pub words_per_message: Option<f64>,
    /// Messages of bots.
    pub bot_messages: u64,
    /// Messages with those of bots and of the chat itself.
    pub all_messages: u64,
    /// Messages by weekday (Monday first) and local hour.
    pub heatmap: Vec<[u64; 24]>,
    /// The local hour with the most messages; the earliest on a tie.
    #[schema(example = "14:00")]
    pub peak_hour: Option<String>,
    /// Width of the buckets of `timeline`.
    #[schema(value_type = String, example = "day")]
    pub group_by: Grain,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// Messages by what they carry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ByType {
    /// Words.
    pub text: u64,
    /// Pictures.
    pub image: u64,
    /// Files of any other kind.
    pub file: u64,
    /// Films.
    pub video: u64,
    /// Recorded speech.
    pub voice: u64,
    /// Anything else.
    pub other: u64,
}

impl ByType {
    fn of(table: &Table) -> Self {
        let mut by_type = Self::default();
        for row in &table.rows {
            let slot = match row.keys[0].as_text() {
                Some("text") => &mut by_type.text,
                Some("image") => &mut by_type.image,
                Some("file") => &mut by_type.file,
                Some("video") => &mut by_type.video,
                Some("voice") => &mut by_type.voice,
                _ => &mut by_type.other,
            };
            *slot += count(row, 0);
        }
        by_type
    }
}

const TOTALS: [Metric; 7] = [
    Metric::Messages,
    Metric::Replies,
    Metric::MessagesEdited,
    Metric::MessagesDeleted,
    Metric::Reactions,
    Metric::Files,
    Metric::Words,
];

impl QueryService {
    /// Answers how many messages there were, of what kind, and when.
    pub async fn messages(&self, ask: &Ask) -> Result<MessagesAnswer, QueryError> {
        let run = self.begin(ask);
        let messages = [Metric::Messages];
        let by_kind = [Dimension::MessageType];
        // Messages of the chat itself are no messages of people, but they are events of that kind.
        let everything = ask.now(&[Metric::Events]).of(Population::Everyone).by(&[
            Dimension::EventType,
            Dimension::IsBot,
            Dimension::MessageType,
        ]);
        let (now, before, kinds, kinds_before, by_time, by_day, week, everything) = tokio::try_join!(
            run.query("totals", ask.now(&TOTALS)),
            run.query_if("totals before", ask.before(&TOTALS)),
            run.query("by type", ask.now(&messages).by(&by_kind)),
            run.query_if(
                "by type before",
                ask.before(&messages).map(|query| query.by(&by_kind))
            ),
            run.query(
                "by time",
                ask.now(&messages).by(&[Dimension::Time(ask.grain)])
            ),
            run.query(
                "by day",
                ask.now(&messages).by(&[Dimension::Time(Grain::Day)])
            ),
            run.query(
                "by hour",
                ask.now(&messages)
                    .by(&[Dimension::Weekday, Dimension::HourOfDay])
            ),
            run.query("all kinds", everything),
        )?;
        let total_now = total(&now, 0);
        let peak = by_day
            .rows
            .iter()
            .filter(|row| count(row, 0) > 0)
            .max_by(|left, right| {
                count(left, 0)
                    .cmp(&count(right, 0))
                    .then_with(|| right.keys.cmp(&left.keys))
            });
        let day = |cell: &Cell| {
            let at = domain::time::Instant::from_millis(cell.as_int()?);
            Some(at.day(&ask.zone).to_string())
        };
        let (bot_messages, all_messages) = message_events(&everything);
        let words = total(&now, 6);
        let heatmap = heatmap(&week);
        Ok(MessagesAnswer {
            total: total_now,
            by_type: ByType::of(&kinds),
            average_per_day: total_now / u64::from(ask.window.days),
            peak_day: peak.and_then(|row| day(&row.keys[0])),
            peak_day_count: peak.map_or(0, |row| count(row, 0)),
            trends: trends(&kinds, kinds_before.as_ref(), &now, before.as_ref()),
            timeline: timeline(&by_time, ask),
            messages: Change::of(total_now, before.as_ref().map(|table| total(table, 0))),
            replies: total(&now, 1),
            edited: total(&now, 2),
            deleted: total(&now, 3),
            reactions: total(&now, 4),
            files: total(&now, 5),
            words_per_message: (words > 0 && total_now > 0)
                .then(|| round(words as f64 / total_now as f64, 1)),
            bot_messages,
            all_messages,
            peak_hour: peak_hour(&heatmap),
            heatmap,
            group_by: ask.grain,
            period: ask.window.name.clone(),
            meta: run.meta(Metric::Messages.definition().text),
            explain: run.explanation(),
        })
    }
}

fn timeline(by_time: &Table, ask: &Ask) -> Vec<DayCount> {
    filled(by_time, ask, 1)
        .into_iter()
        .map(|(date, values)| DayCount {
            date,
            count: values[0],
        })
        .collect()
}

/// Returns messages of bots, and messages of everybody and the chat itself.
fn message_events(everything: &Table) -> (u64, u64) {
    let mut bots = 0;
    let mut all = 0;
    for row in &everything.rows {
        if !matches!(row.keys[0].as_text(), Some("message_sent" | "thread_reply")) {
            continue;
        }
        let events = count(row, 0);
        all += events;
        let system = row.keys[2].as_text() == Some(MessageType::System.name());
        if row.keys[1].as_int() == Some(1) && !system {
            bots += events;
        }
    }
    (bots, all)
}

fn trends(
    kinds: &Table,
    kinds_before: Option<&Table>,
    now: &Table,
    before: Option<&Table>,
) -> BTreeMap<&'static str, String> {
    let (Some(kinds_before), Some(before)) = (kinds_before, before) else {
        return BTreeMap::new();
    };
    let (current, previous) = (ByType::of(kinds), ByType::of(kinds_before));
    let pairs = [
        ("text", current.text, previous.text),
        ("images", current.image, previous.image),
        ("files", current.file, previous.file),
        ("videos", current.video, previous.video),
        ("voice", current.voice, previous.voice),
        ("total", total(now, 0), total(before, 0)),
        ("replies", total(now, 1), total(before, 1)),
        ("reactions", total(now, 4), total(before, 4)),
    ];
    pairs
        .into_iter()
        .filter_map(|(name, now, before)| Some((name, signed_percent(percent(now, Some(before))?))))
        .collect()
}

/// Returns counts by weekday and hour as a table of 7 × 24.
pub(super) fn heatmap(table: &Table) -> Vec<[u64; 24]> {
    let mut heatmap = vec![[0u64; 24]; 7];
    for row in &table.rows {
        let place = |cell: &Cell| {
            cell.as_int()
                .and_then(|number| usize::try_from(number).ok())
        };
        if let (Some(weekday), Some(hour)) = (place(&row.keys[0]), place(&row.keys[1]))
            && let Some(slot) = heatmap
                .get_mut(weekday)
                .and_then(|hours| hours.get_mut(hour))
        {
            *slot += count(row, 0);
        }
    }
    heatmap
}

/// Returns the hour with the most messages; the earliest on a tie.
fn peak_hour(heatmap: &[[u64; 24]]) -> Option<String> {
    let by_hour = |hour: usize| heatmap.iter().map(|hours| hours[hour]).sum::<u64>();
    let (hour, most) = (0..24)
        .map(|hour| (hour, by_hour(hour)))
        .max_by_key(|(hour, most)| (*most, 24 - hour))?;
    (most > 0).then(|| format!("{hour:02}:00"))
}
