//! Drawing histories.

use domain::{
    event::{Kind, MessageType, weight_of},
    time::Instant,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{
    draw_question::question,
    line::{EventLine, FileLine, RecordLine, zone},
    script::{MergeLine, Script, Span, Step, UndoLine},
};
use crate::support::at;

pub(super) const MINUTE: i64 = 60_000;
pub(super) const DAY_MINUTES: i64 = 1_440;
/// Days of most events; a change of clocks is in the middle of them.
const DAYS: i64 = 6;
/// Days of all events.
const ALL_DAYS: i64 = 70;

/// Where and when a history takes place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) zone: &'static str,
    /// Its first instant.
    pub(super) begin: &'static str,
}

impl Setting {
    /// Returns the instant so many milliseconds after the begin.
    pub(super) fn after(self, millis: i64) -> Instant {
        at(self.begin).plus_millis(millis)
    }

    /// Returns the first instant of the local day so many days after the begin.
    pub(super) fn day(self, days: i64) -> Instant {
        let zone = zone(self.zone);
        let noon = self.after((days * DAY_MINUTES + DAY_MINUTES / 2) * MINUTE);
        Instant::start_of(noon.day(&zone), &zone)
    }
}

const USERS: [&str; 5] = ["ann", "ben", "cem", "dot", "eve"];
const CHANNELS: [&str; 3] = ["c1", "c2", "c3"];

fn one_of<T: Clone + std::fmt::Debug + 'static>(
    values: impl Into<std::borrow::Cow<'static, [T]>>,
) -> impl Strategy<Value = T> {
    prop::sample::select(values)
}

fn name(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    one_of(values).prop_map(str::to_owned)
}

/// A kind of event, more often one that many metrics look at.
fn kind() -> impl Strategy<Value = &'static str> {
    const COUNTED: &[Kind] = &[
        Kind::ThreadReply,
        Kind::ReactionAdded,
        Kind::FileShared,
        Kind::Presence,
        Kind::System,
        Kind::SignedUp,
        Kind::FeatureUsed,
        Kind::SignIn,
    ];
    const OTHERS: &[Kind] = &[
        Kind::MessageEdited,
        Kind::MessageDeleted,
        Kind::ChannelJoined,
        Kind::ChannelLeft,
        Kind::PageView,
    ];
    prop_oneof![
        4 => Just(Kind::MessageSent.name()),
        4 => one_of(COUNTED).prop_map(Kind::name),
        1 => one_of(OTHERS).prop_map(Kind::name),
        1 => Just("button_click"),
    ]
}

/// What an event carries: of messages most often text.
fn carried() -> impl Strategy<Value = Option<String>> {
    let any = one_of(MessageType::ALL.to_vec()).prop_map(|kind| Some(kind.name().to_owned()));
    prop_oneof![
        5 => Just(Some(MessageType::Text.name().to_owned())),
        3 => Just(None),
        2 => any,
    ]
}

/// Milliseconds after the begin: also the first and the last of a half hour.
fn moment() -> impl Strategy<Value = i64> {
    let minute = prop_oneof![
        16 => 0..DAYS * DAY_MINUTES,
        1 => 0..ALL_DAYS * DAY_MINUTES,
    ];
    (minute, 0..4u8, 0..MINUTE).prop_map(|(minute, exact, millis)| match exact {
        0 => minute / 30 * 30 * MINUTE,
        1 => minute / 30 * 30 * MINUTE - 1,
        _ => minute * MINUTE + millis,
    })
}

fn properties() -> impl Strategy<Value = Map<String, Value>> {
    let property = prop_oneof![
        3 => Just(("isReply", json!(true))),
        1 => Just(("isReply", json!("true"))),
        1 => one_of(vec![json!("free"), json!("pro"), json!(null)]).prop_map(|plan| ("plan", plan)),
        1 => one_of(vec![json!(3), json!(0.5), json!("3")]).prop_map(|count| ("count", count)),
        1 => Just(("a/b", json!({"x": [1, 2]}))),
        2 => one_of(vec![json!("poll"), json!("über"), json!(3), json!(null), json!("")])
            .prop_map(|feature| ("feature", feature)),
        2 => one_of(vec![json!("web"), json!("ios")]).prop_map(|platform| ("platform", platform)),
    ];
    let few = prop_oneof![
        2 => Just(Vec::new()),
        1 => prop::collection::vec(property, 1..3),
    ];
    few.prop_map(|properties| {
        let named = properties.into_iter();
        named
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    })
}

fn terms(all: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    prop_oneof![
        3 => Just(Vec::new()),
        1 => prop::sample::subsequence(all, 1..=all.len())
            .prop_map(|terms| terms.into_iter().map(str::to_owned).collect()),
    ]
}

/// What else a text contains: whether it asks, whom it mentions, where it leads, what it is about.
fn more_terms() -> impl Strategy<Value = (bool, [Vec<String>; 4])> {
    let lists = [
        terms(&["ann", "ben"]).boxed(),
        terms(&["example.org", "example"]).boxed(),
        terms(&["https://example.org/a", "https://b.example"]).boxed(),
        terms(&["release", "release plan", "über"]).boxed(),
    ];
    (any::<bool>(), lists)
}

fn file() -> impl Strategy<Value = Option<FileLine>> {
    let text = |all: &'static [&'static str]| prop::option::of(name(all));
    let file = (
        text(&["a.png", "b.pdf"]),
        text(&["png", "pdf"]),
        text(&["image", "file"]),
        text(&["00ff"]),
        prop::option::of(0..5_000_u64),
    );
    let file = file.prop_map(|(name, extension, kind, hash, bytes)| FileLine {
        name,
        extension,
        kind,
        hash,
        bytes,
    });
    prop::option::weighted(0.3, file)
}

/// A workspace: the default one most often.
pub(super) fn workspace() -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(0.1, Just("other".to_owned()))
}

fn event(setting: Setting) -> impl Strategy<Value = EventLine> {
    let who_and_where = (
        prop::option::weighted(0.93, name(&USERS)),
        prop::option::weighted(0.9, name(&CHANNELS)),
        prop::option::weighted(0.4, 1..4i64),
        prop::option::weighted(0.5, 1..5i64),
        workspace(),
        prop::bool::weighted(0.03),
    );
    // Sampled ones stand for several.
    let weight = prop_oneof![
        3 => Just(None),
        1 => Just(Some(10.0)),
        1 => Just(Some(weight_of(0.24))),
    ];
    let words = prop_oneof![2 => Just(None), 1 => Just(Some(0)), 3 => (1..30u32).prop_map(Some)];
    let content = (
        words,
        terms(&["tada", "heart", "éclair"]),
        terms(&["example.org", "b.example"]),
        terms(&["release", "über"]),
        properties(),
        more_terms(),
        file(),
    );
    (moment(), kind(), carried(), weight, who_and_where, content).prop_map(
        move |(
            moment,
            kind,
            message,
            weight,
            (user, channel, thread, session, workspace, bot),
            content,
        )| {
            let (words, emoji, links, hashtags, properties, more, file) = content;
            let (question, [mentions, domains, urls, topics]) = more;
            EventLine {
                at: setting.after(moment).to_string(),
                workspace,
                kind: (kind != Kind::MessageSent.name()).then(|| kind.to_owned()),
                user,
                channel,
                thread,
                session,
                message,
                bot,
                weight,
                words,
                emoji,
                links,
                hashtags,
                question,
                mentions,
                domains,
                urls,
                topics,
                file,
                properties,
            }
        },
    )
}

fn arrival(setting: Setting, most: usize) -> impl Strategy<Value = Step> {
    prop::collection::vec(event(setting), 1..most).prop_map(Step::Arrive)
}

fn step(setting: Setting) -> impl Strategy<Value = Step> {
    let record =
        (workspace(), name(&USERS), any::<Option<bool>>()).prop_map(|(workspace, user, bot)| {
            Step::Record(RecordLine {
                workspace,
                user,
                bot,
            })
        });
    let mark_dirty = (0..DAYS, 1..3i64).prop_map(move |(first, days)| {
        let [from, to] = [first, first + days].map(|day| setting.day(day).to_string());
        Step::MarkDirty(Span { from, to })
    });
    let remove = (0..DAYS * DAY_MINUTES)
        .prop_map(move |minute| Step::Remove(setting.after(minute * MINUTE).to_string()));
    let merge = (workspace(), name(&USERS), name(&USERS)).prop_map(|(workspace, from, into)| {
        Step::Merge(MergeLine {
            workspace,
            from,
            into,
        })
    });
    let undo = (workspace(), name(&USERS))
        .prop_map(|(workspace, from)| Step::Undo(UndoLine { workspace, from }));
    prop_oneof![
        2 => merge,
        1 => undo,
        6 => arrival(setting, 12),
        1 => Just(Step::Repeat),
        2 => record,
        4 => Just(Step::Fill(2)),
        6 => Just(Step::Fill(1)),
        4 => Just(Step::Months),
        2 => mark_dirty,
        1 => Just(Step::Reopen),
        1 => remove,
        1 => Just(Step::Whole),
        28 => question(setting).prop_map(|question| Step::Ask(Box::new(question))),
    ]
}

/// A history that begins with some events, in one of some settings.
pub(super) fn script(settings: &'static [Setting]) -> impl Strategy<Value = Script> {
    one_of(settings).prop_flat_map(|setting| {
        let steps = prop::collection::vec(step(setting), 8..20);
        (arrival(setting, 40), steps).prop_map(move |(first, steps)| Script {
            zone: setting.zone.to_owned(),
            steps: std::iter::once(first)
                .chain(steps)
                .chain([Step::Whole])
                .collect(),
        })
    })
}
