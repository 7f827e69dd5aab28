//! Drawing questions.

use domain::{
    dimension::{Dimension, TermList},
    filter::{Field, Filter},
    metric::Metric,
    time::{Grain, WeekStart},
};
use engine::rollup::route;
use proptest::{prelude::*, sample::Index};

use super::{
    draw::{DAY_MINUTES, MINUTE, Setting, workspace},
    line::{self, HavingLine, Question, zone},
};

/// Zones of questions that are not asked in the reporting zone.
const ZONES: [&str; 4] = [
    "UTC",
    "Asia/Kathmandu",
    "America/Santiago",
    "Australia/Lord_Howe",
];

fn is(field: Field, values: &'static [&'static str]) -> impl Strategy<Value = Filter> {
    prop::sample::subsequence(values, 1..=2).prop_map(move |values| {
        let values = values.into_iter().map(str::to_owned);
        Filter::Is(field.clone(), values.collect())
    })
}

fn property(name: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = Filter> {
    is(Field::Property(name.to_owned()), values)
}

/// A condition on one field.
fn condition() -> impl Strategy<Value = Filter> {
    let kinds = &[
        "message_sent",
        "threadReply",
        "reaction_added",
        "button_click",
        "unheard_of",
    ];
    prop_oneof![
        3 => is(Field::User, &["ann", "ben", "cem", "nobody"]),
        3 => is(Field::Channel, &["c1", "c2", "nowhere"]),
        2 => is(Field::EventType, kinds),
        2 => is(Field::MessageType, &["text", "image", "system", "speech"]),
        1 => prop_oneof![
            is(Field::Term(TermList::Topics), &["release", "release plan", "über", "x"]),
            is(Field::Term(TermList::Emoji), &["tada", "éclair"]),
            is(Field::Term(TermList::FileKinds), &["image", "file"]),
        ],
        1 => prop_oneof![
            property("plan", &["free", "pro", "null"]),
            property("count", &["3", "0.5"]),
            property("isReply", &["true", "false"]),
            property("a/b", &["{\"x\":[1,2]}", "x"]),
        ],
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    let tree = condition().prop_recursive(2, 6, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            several.clone().prop_map(Filter::All),
            several.prop_map(Filter::Any),
            inner.prop_map(|part| Filter::Not(Box::new(part))),
        ]
    });
    let both = prop::collection::vec(condition(), 2..=2).prop_map(Filter::All);
    prop_oneof![
        5 => Just(Filter::default()),
        4 => condition(),
        1 => both,
        1 => tree,
    ]
}

/// A span, as text: whole days and months, parts of hours, everything, nothing, and the future.
fn span(setting: Setting) -> impl Strategy<Value = [String; 2]> {
    let minutes = move |from: i64, to: i64| [from, to].map(|minute| setting.after(minute * MINUTE));
    let spans = (0..12u8, -1..7i64, 0..7 * DAY_MINUTES, 1..4i64);
    spans.prop_map(move |(form, day, minute, length)| {
        let span = match form {
            0..=2 => [day, day + length].map(|day| setting.day(day)),
            3..=4 => {
                let zone = zone(setting.zone);
                let first = setting.after(0).day(&zone).first_of_month();
                let month = |months: i64| {
                    let months = jiff::ToSpan::months(months);
                    let first = first.checked_add(months).unwrap();
                    domain::time::Instant::start_of(first, &zone)
                };
                [month(day % 2), month(day % 2 + length)]
            }
            5 => minutes(minute, minute + length * 17),
            6 => minutes(minute, minute + length * 1_000),
            7 => [setting.day(day), minutes(minute, 0)[0]],
            8 => [minutes(minute, 0)[0], setting.day(day + length)],
            9..=10 => minutes(-400 * DAY_MINUTES, 400 * DAY_MINUTES),
            _ if minute % 2 == 0 => minutes(minute, minute),
            _ => minutes(500 * DAY_MINUTES, 501 * DAY_MINUTES),
        };
        span.map(|end| end.to_string())
    })
}

/// What is asked, and by what it is split.
#[derive(Debug, Clone)]
struct Subject {
    metrics: Vec<Metric>,
    dimensions: Vec<Dimension>,
    /// Which of the metrics that rollups may answer are asked for instead, where it is to be some.
    answered: Option<Vec<Index>>,
}

/// One dimension, and some others beside it in any order.
fn beside(first: Dimension, others: &'static [Dimension]) -> impl Strategy<Value = Vec<Dimension>> {
    let some = prop::sample::subsequence(others, 0..=2);
    let all = some.prop_map(move |some| [vec![first], some].concat());
    all.prop_shuffle()
}

fn dimensions() -> impl Strategy<Value = Vec<Dimension>> {
    const OF_PERSONS: &[Dimension] = &[
        Dimension::IsBot,
        Dimension::Time(Grain::Day),
        Dimension::Time(Grain::Week(WeekStart::Monday)),
        Dimension::Time(Grain::Month),
        Dimension::Weekday,
    ];
    const OF_CHANNELS: &[Dimension] = &[
        Dimension::IsBot,
        Dimension::Time(Grain::Day),
        Dimension::HourOfDay,
        Dimension::Weekday,
        Dimension::MessageType,
    ];
    let any = |count| prop::sample::subsequence(line::dimensions(), count).prop_shuffle();
    prop_oneof![
        3 => any(0..=0),
        4 => any(1..=1),
        4 => any(2..=2),
        2 => any(3..=3),
        1 => any(4..=4),
        4 => beside(Dimension::User, OF_PERSONS),
        3 => beside(Dimension::Channel, OF_CHANNELS),
    ]
}

fn subject() -> impl Strategy<Value = Subject> {
    let metrics = prop::sample::subsequence(Metric::ALL, 1..=5).prop_shuffle();
    let answered = prop::collection::vec(any::<Index>(), 1..=5);
    let answered = prop::option::weighted(0.75, answered);
    (metrics, dimensions(), answered).prop_map(|(mut metrics, mut dimensions, answered)| {
        let mut terms = 0;
        dimensions.retain(|dimension| {
            terms += usize::from(dimension.is_multi_valued());
            !dimension.is_multi_valued() || terms < 2
        });
        metrics.retain(|metric| {
            let mut dimensions = dimensions.iter();
            dimensions.all(|dimension| dimension.allows(*metric))
        });
        if metrics.is_empty() {
            metrics.push(Metric::Messages);
        }
        Subject {
            metrics,
            dimensions,
            answered,
        }
    })
}

/// How a page is cut: sorted how, rows kept, rows at most and passed over.
#[derive(Debug, Clone)]
struct Cut {
    order: (u8, Index),
    having: Option<(Index, Option<u8>, Option<u8>)>,
    limit: Option<u32>,
    offset: u32,
}

fn cut() -> impl Strategy<Value = Cut> {
    let bound = || prop::option::of(0..16u8);
    let having = (any::<Index>(), bound(), bound());
    (
        (0..8u8, any::<Index>()),
        prop::option::weighted(0.2, having),
        prop::option::weighted(0.4, 0..6u32),
        prop_oneof![3 => Just(0), 1 => 1..4u32],
    )
        .prop_map(|(order, having, limit, offset)| Cut {
            order,
            having,
            limit,
            offset,
        })
}

impl Cut {
    fn apply(&self, question: &mut Question) {
        let metrics = question.metrics.clone();
        let metric = |index: &Index| metrics[index.index(metrics.len())].clone();
        question.having = self
            .having
            .as_ref()
            .map(|(index, at_least, below)| HavingLine {
                metric: metric(index),
                at_least: at_least.map(|bound| f64::from(bound) / 2.0),
                below: below.map(|bound| f64::from(bound) / 2.0),
            });
        let (form, index) = &self.order;
        question.order = match form {
            0 => Some("any".to_owned()),
            1..=2 => Some(metric(index)),
            3..=4 => Some(format!("-{}", metric(index))),
            _ => None,
        };
        // In no order there is no telling which rows are on a page.
        if *form > 0 {
            (question.limit, question.offset) = (self.limit, self.offset);
        }
    }
}

pub(super) fn question(setting: Setting) -> impl Strategy<Value = Question> {
    let scope = (
        workspace(),
        prop::option::weighted(0.15, prop::sample::select(ZONES.to_vec())),
        prop::bool::weighted(0.4),
        prop::bool::weighted(0.2),
        prop::option::of(prop::sample::select(WeekStart::ALL.to_vec())),
    );
    (subject(), filter(), span(setting), cut(), scope).prop_map(
        move |(
            subject,
            filter,
            [from, to],
            cut,
            (workspace, zone_name, bots, ranked, week_start),
        )| {
            let mut question = Question {
                workspace,
                metrics: names(&subject.metrics),
                by: subject
                    .dimensions
                    .iter()
                    .map(|one| one.name().to_owned())
                    .collect(),
                filter: filter.to_string(),
                from,
                to,
                zone: zone_name.map(str::to_owned),
                bots,
                ranked,
                week_start: week_start.map(|start| start.name().to_owned()),
                ..Question::default()
            };
            if let Some(picked) = &subject.answered {
                narrow(&mut question, picked, setting);
            }
            cut.apply(&mut question);
            question
        },
    )
}

fn names(metrics: &[Metric]) -> Vec<String> {
    metrics
        .iter()
        .map(|metric| metric.name().to_owned())
        .collect()
}

/// Asks for some of the metrics that rollups may answer, so that they are asked often enough; where
/// they answer none, the question is split by less, if that helps.
fn narrow(question: &mut Question, picked: &[Index], setting: Setting) {
    let (reporting, by) = (zone(setting.zone), question.by.clone());
    loop {
        let mut alone = question.query(&reporting);
        let mut may_answer = |metric: &Metric| {
            alone.metrics = vec![*metric];
            alone.dimensions.iter().all(|one| one.allows(*metric)) && route(&alone).is_some()
        };
        let mut all = Metric::ALL.to_vec();
        all.retain(&mut may_answer);
        if !all.is_empty() {
            let picked = picked.iter().map(|index| all[index.index(all.len())]);
            let mut metrics: Vec<Metric> = Vec::new();
            for metric in picked {
                if !metrics.contains(&metric) {
                    metrics.push(metric);
                }
            }
            question.metrics = names(&metrics);
            return;
        }
        if question.by.pop().is_none() {
            question.by = by;
            return;
        }
    }
}
