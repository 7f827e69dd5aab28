//! What is asked.

use domain::{
    dimension::Dimension,
    filter::Filter,
    id::WorkspaceId,
    metric::Metric,
    query::{Having, Order, Population, Query},
    time::{Grain, Instant, Range},
};
use jiff::tz::TimeZone;

use super::HOUR;

const COUNTS: [Metric; 7] = [
    Metric::Events,
    Metric::Messages,
    Metric::Replies,
    Metric::Reactions,
    Metric::Files,
    Metric::SignUps,
    Metric::Words,
];
const TOTALS: [Metric; 7] = [
    Metric::ActivePeople,
    Metric::Messages,
    Metric::ActiveChannels,
    Metric::Files,
    Metric::Reactions,
    Metric::Posters,
    Metric::EngagedPeople,
];
const OF_PERSON: [Metric; 10] = [
    Metric::Engagement,
    Metric::Messages,
    Metric::Reactions,
    Metric::Files,
    Metric::ActiveChannels,
    Metric::DaysActive,
    Metric::Events,
    Metric::LastActivity,
    Metric::FirstActivity,
    Metric::Replies,
];
const OF_CHANNEL: [Metric; 7] = [
    Metric::Messages,
    Metric::Posters,
    Metric::EngagedPeople,
    Metric::LastMessage,
    Metric::FirstMessage,
    Metric::Events,
    Metric::Words,
];

/// Every question that rollups may answer, over a span.
pub(super) fn questions(range: Range, zone: &TimeZone) -> Vec<Query> {
    let query = |metrics: &[Metric], dimensions: &[Dimension]| {
        Query::totals(WorkspaceId::default(), zone.clone(), range, metrics).by(dimensions)
    };
    let filter = |text: &str| Filter::parse(text).unwrap();
    let mut all = vec![
        query(&TOTALS, &[]),
        query(&[Metric::ActivePeople], &[]),
        query(&COUNTS, &[]),
        query(
            &COUNTS,
            &[
                Dimension::EventType,
                Dimension::IsBot,
                Dimension::MessageType,
            ],
        ),
        query(
            &[Metric::Messages],
            &[Dimension::Weekday, Dimension::HourOfDay],
        ),
        query(
            &[Metric::Messages],
            &[Dimension::Channel, Dimension::HourOfDay],
        ),
        query(&[Metric::Messages], &[Dimension::Channel]),
        query(&OF_CHANNEL, &[Dimension::Channel]),
        query(&OF_CHANNEL, &[Dimension::Channel]).top(2),
        query(
            &[Metric::LastMessage, Metric::FirstMessage],
            &[Dimension::Channel],
        ),
        query(&OF_PERSON, &[Dimension::User]),
        query(&OF_PERSON, &[Dimension::User]).top(2),
        query(&[Metric::Events], &[Dimension::IsBot]),
        query(&[Metric::Events], &[Dimension::MessageType])
            .only(filter("type is message_sent,button_click")),
        query(&COUNTS, &[Dimension::Time(Grain::Day)]).only(filter("message is text,image")),
        query(&OF_CHANNEL, &[Dimension::Time(Grain::Day)]).only(filter("channel is c1,c2,nowhere")),
        query(&OF_PERSON, &[]).only(filter("user is u1")),
        query(&OF_PERSON[..1], &[Dimension::User]).only(filter("user is u1,u2")),
        query(&[Metric::Messages, Metric::Posters], &[Dimension::Emoji]),
        query(&[Metric::Messages, Metric::Posters], &[Dimension::Link]).top(1),
        query(&[Metric::Messages, Metric::Posters], &[Dimension::Hashtag]),
        query(
            &[Metric::Reactions, Metric::ActivePeople],
            &[Dimension::Emoji],
        )
        .only(filter("type is reaction_added")),
    ];
    all.extend(questions_by_name(&query));
    for grain in Grain::ALL {
        all.push(query(&COUNTS, &[Dimension::Time(grain)]));
        all.push(query(
            &[Metric::ActivePeople, Metric::Messages],
            &[Dimension::Time(grain)],
        ));
    }
    let mut page = query(&OF_PERSON, &[Dimension::User]);
    page.having = Some(Having {
        metric: 5,
        at_least: Some(2.0),
        below: None,
    });
    page.order = Order::Metric {
        index: 6,
        descending: true,
    };
    (page.limit, page.offset) = (Some(3), 1);
    all.push(page);
    let everyone: Vec<Query> = all
        .iter()
        .map(|query| query.clone().of(Population::Everyone))
        .collect();
    all.extend(everyone);
    all
}

/// Questions about files, features, platforms, and who writes in channels.
fn questions_by_name(query: &impl Fn(&[Metric], &[Dimension]) -> Query) -> Vec<Query> {
    let filter = |text: &str| Filter::parse(text).unwrap();
    let mut all = Vec::new();
    for split in [
        Dimension::FileName,
        Dimension::FileExtension,
        Dimension::FileKind,
        Dimension::FileHash,
    ] {
        let files = [Metric::Files, Metric::ActivePeople, Metric::FileBytes];
        all.push(query(&files, &[split]).only(filter("type is file_shared")));
        all.push(query(
            &[Metric::FileBytes],
            &[Dimension::Time(Grain::Day), split],
        ));
    }
    let used = [Metric::Events, Metric::ActivePeople];
    for by in [
        &[Dimension::Feature][..],
        &[Dimension::Feature, Dimension::Time(Grain::Day)],
    ] {
        all.push(query(&used, by));
        all.push(query(&used, by).only(filter("type is feature_used")));
    }
    all.push(query(&[Metric::SignIns], &[Dimension::Platform]));
    all.push(query(
        &[Metric::SignIns],
        &[Dimension::Time(Grain::Month), Dimension::Platform],
    ));
    all.push(query(
        &[Metric::Messages, Metric::LastMessage],
        &[Dimension::Channel, Dimension::User],
    ));
    all.push(
        query(&[Metric::Messages], &[Dimension::User, Dimension::Channel])
            .only(filter("channel is c1,c2")),
    );
    all
}

/// Spans that begin and end in every way: with days, within them, now.
pub(super) fn spans(begin: Instant, zone: &TimeZone) -> Vec<Range> {
    let day = |days: i64| {
        let date = begin.plus_millis(days * 24 * HOUR).day(zone);
        Instant::start_of(date, zone)
    };
    let after = |hours: i64, seconds: i64| begin.plus_millis(hours * HOUR + seconds * 1_000);
    [
        (day(0), day(7)),
        (day(1), day(3)),
        (day(-400), after(200, 0)),
        (after(7, 1_234), after(60, 17)),
        (day(1), after(63, 1_801)),
        (after(30, 333), day(4)),
        (after(50, 100), after(50, 3_000)),
        (after(24, 0), after(96, 0)),
    ]
    .into_iter()
    .filter_map(|(from, to)| Range::new(from, to).non_empty())
    .collect()
}
