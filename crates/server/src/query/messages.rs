//! Messages: how many, of what kind, when.

use std::collections::BTreeMap;

use domain::{
    dimension::Dimension,
    event::MessageType,
    metric::Metric,
    query::Population,
    ratio::{Amount, Ratio},
    time::Grain,
};
use serde::Serialize;
use store::{Cell, Table};
use utoipa::ToSchema;

use super::{
    Ask, Change, DayCount, Explained, Meta, QueryError, QueryService,
    heatmap::Heatmap,
    meta::Fields,
    value::{amount, change, total},
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
    /// The same changes as numbers, one decimal.
    pub trends_percent: BTreeMap<&'static str, f64>,
    /// Messages in each bucket.
    pub timeline: Vec<DayCount>,
    /// Messages beside those before them.
    pub messages: Change,
    /// Messages in threads that are not the first there.
    pub replies: u64,
    /// Messages that end in a question mark.
    pub questions: u64,
    /// Threads opened on a message.
    pub threads_started: u64,
    /// People mentioned, each once for a message.
    pub mentions: u64,
    /// Words, where the text was seen.
    pub words: u64,
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
    /// Messages by weekday (Monday first, unless `weekStart` says another day) and local hour.
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
    /// Returns the messages of each kind, in the order of the fields.
    fn amounts(table: &Table) -> [Amount; 6] {
        let mut amounts = [Amount::ZERO; 6];
        for row in &table.rows {
            let place = match row.keys[0].as_text() {
                Some("text") => 0,
                Some("image") => 1,
                Some("file") => 2,
                Some("video") => 3,
                Some("voice") => 4,
                _ => 5,
            };
            amounts[place] = amounts[place] + amount(row, 0);
        }
        amounts
    }

    fn of(table: &Table) -> Self {
        let [text, image, file, video, voice, other] = Self::amounts(table).map(Amount::rounded);
        Self {
            text,
            image,
            file,
            video,
            voice,
            other,
        }
    }
}

const TOTALS: [Metric; 11] = [
    Metric::Messages,
    Metric::Replies,
    Metric::MessagesEdited,
    Metric::MessagesDeleted,
    Metric::Reactions,
    Metric::Files,
    Metric::Words,
    Metric::ReadableMessages,
    Metric::Questions,
    Metric::ThreadsStarted,
    Metric::Mentions,
];

/// Which metric each field is.
const FIELDS: Fields = &[
    ("total", Metric::Messages),
    ("messages", Metric::Messages),
    ("timeline.count", Metric::Messages),
    ("replies", Metric::Replies),
    ("questions", Metric::Questions),
    ("threadsStarted", Metric::ThreadsStarted),
    ("mentions", Metric::Mentions),
    ("words", Metric::Words),
    ("edited", Metric::MessagesEdited),
    ("deleted", Metric::MessagesDeleted),
    ("reactions", Metric::Reactions),
    ("files", Metric::Files),
    ("wordsPerMessage", Metric::WordsPerMessage),
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
        let (now, before, kinds, kinds_before, series, by_day, week, everything) = tokio::try_join!(
            run.query("totals", ask.now(&TOTALS)),
            run.query_if("totals before", ask.before(&TOTALS)),
            run.query("by type", ask.now(&messages).by(&by_kind)),
            run.query_if(
                "by type before",
                ask.before(&messages).map(|query| query.by(&by_kind))
            ),
            run.series(&messages),
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
            .filter(|row| !amount(row, 0).is_zero())
            .max_by(|left, right| {
                amount(left, 0)
                    .cmp(&amount(right, 0))
                    .then_with(|| right.keys.cmp(&left.keys))
            });
        let day = |cell: &Cell| {
            let at = domain::time::Instant::from_millis(cell.as_int()?);
            Some(at.day(&ask.zone).to_string())
        };
        let (bot_messages, all_messages) = message_events(&everything);
        // An empty text that was seen has no words; where none was seen nothing is known.
        let words = Ratio::of(total(&now, 6), total(&now, 7));
        let heatmap = Heatmap::of(&week);
        let shown = |metric: usize| total(&now, metric).rounded();
        let trends = trends(&kinds, kinds_before.as_ref(), &now, before.as_ref());
        Ok(MessagesAnswer {
            total: total_now.rounded(),
            by_type: ByType::of(&kinds),
            average_per_day: total_now.each_of(ask.window.days),
            peak_day: peak.and_then(|row| day(&row.keys[0])),
            peak_day_count: peak.map_or(0, |row| amount(row, 0).rounded()),
            trends: each(&trends, Ratio::as_change),
            trends_percent: each(&trends, |change| change.percent(1)),
            timeline: series.iter().map(|point| point.day_count(0)).collect(),
            messages: Change::of(total_now, before.as_ref().map(|table| total(table, 0))),
            replies: shown(1),
            questions: shown(8),
            threads_started: shown(9),
            mentions: shown(10),
            words: shown(6),
            edited: shown(2),
            deleted: shown(3),
            reactions: shown(4),
            files: shown(5),
            words_per_message: words.map(|words| words.rounded(1)),
            bot_messages: bot_messages.rounded(),
            all_messages: all_messages.rounded(),
            peak_hour: heatmap.peak_hour(),
            heatmap: heatmap.shown(ask.first_weekday),
            group_by: ask.grain,
            period: ask.window.name.clone(),
            meta: run.meta(Metric::Messages.definition().text).with(FIELDS),
            explain: run.explanation(),
        })
    }
}

/// Returns each change as it is shown.
fn each<T>(
    trends: &BTreeMap<&'static str, Ratio>,
    shown: impl Fn(Ratio) -> T,
) -> BTreeMap<&'static str, T> {
    let trends = trends.iter();
    trends
        .map(|(name, change)| (*name, shown(*change)))
        .collect()
}

/// Returns messages of bots, and messages of everybody and the chat itself.
fn message_events(everything: &Table) -> (Amount, Amount) {
    let mut bots = Amount::ZERO;
    let mut all = Amount::ZERO;
    for row in &everything.rows {
        if !matches!(row.keys[0].as_text(), Some("message_sent" | "thread_reply")) {
            continue;
        }
        let events = amount(row, 0);
        all = all + events;
        let system = row.keys[2].as_text() == Some(MessageType::System.name());
        if row.keys[1].as_int() == Some(1) && !system {
            bots = bots + events;
        }
    }
    (bots, all)
}

fn trends(
    kinds: &Table,
    kinds_before: Option<&Table>,
    now: &Table,
    before: Option<&Table>,
) -> BTreeMap<&'static str, Ratio> {
    let (Some(kinds_before), Some(before)) = (kinds_before, before) else {
        return BTreeMap::new();
    };
    let kinds = ByType::amounts(kinds)
        .into_iter()
        .zip(ByType::amounts(kinds_before));
    let kinds = ["text", "images", "files", "videos", "voice"]
        .into_iter()
        .zip(kinds);
    let totals = [("total", 0), ("replies", 1), ("reactions", 4)]
        .map(|(name, metric)| (name, (total(now, metric), total(before, metric))));
    kinds
        .chain(totals)
        .map(|(name, (now, before))| (name, now, before))
        .filter_map(|(name, now, before)| Some((name, change(now, Some(before))?)))
        .collect()
}
