//! What stores tell of a chat beside answers to questions: everything that is stored of it.

use std::{fmt::Debug, sync::mpsc};

use domain::{
    filter::Filter,
    id::WorkspaceId,
    query::Population,
    time::{Grain, Range, spine},
};
use engine::analysis::{
    About, Analysing, Analysis as _, Digest, InContext, Joined, Lifecycle, Pair, Retention,
    SessionLengths,
    responses::{NEWCOMER_TIME, Reciprocity, ResponseGroup, ResponseTimes, Unanswered, Welcome},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;
use store::{EventListing, EventStore, PersonRow, Search, StoreFacts};

use super::merged::Rewriting;

/// Days of sign-up that are looked at.
const COHORTS: i64 = 8;
const HOUR: i64 = 3_600_000;
/// A filter that names a person, who has another name where a merge is rewritten.
const OF_BEN: &str = "user is ben";

/// Compares everything that stores tell of a workspace; returns what differs, and how.
pub(super) async fn compare(
    of: &WorkspaceId,
    zone: &TimeZone,
    expected: &dyn EventStore,
    stores: [(&str, &dyn EventStore); 2],
) -> Result<(), String> {
    let expected = told(of, zone, expected).await;
    for (name, store) in stores {
        for ((what, found), (_, expected)) in told(of, zone, store).await.iter().zip(&expected) {
            if found != expected {
                let of = of.as_str();
                return Err(format!(
                    "{what} of {of} by {name}:\n{found}\nin memory:\n{expected}"
                ));
            }
        }
    }
    Ok(())
}

/// Compares what a store tells of a workspace with what one does of the history without merges.
pub(super) async fn compare_rewritten(
    of: &WorkspaceId,
    zone: &TimeZone,
    store: &dyn EventStore,
    (rewritten, rewriting): (&dyn EventStore, &Rewriting),
) -> Result<(), String> {
    let found = told_plainly(of, zone, store, rewriting).await;
    let expected = told_plainly(of, zone, rewritten, rewriting).await;
    for ((what, found), (_, expected)) in found.iter().zip(&expected) {
        if found != expected {
            let of = of.as_str();
            return Err(format!(
                "{what} of {of}:\n{found}\nof the rewritten history:\n{expected}"
            ));
        }
    }
    Ok(())
}

/// Returns what a store tells, but for what is known of identifiers that were merged or names one.
async fn told_plainly(
    of: &WorkspaceId,
    zone: &TimeZone,
    store: &dyn EventStore,
    rewriting: &Rewriting,
) -> Vec<(&'static str, String)> {
    let mut told = told(of, zone, store).await;
    told.retain(|(what, _)| !["people", "found", "events", "of ben"].contains(what));
    let everybody = Box::new(|_: &PersonRow| true);
    let everybody = store.pick_people(of, Population::Everyone, everybody, 0, u32::MAX);
    let mut everybody = everybody.await.unwrap();
    for person in &mut everybody.0 {
        person.aliases.clear();
    }
    told.push(("people", text(everybody)));
    let filter = rewriting.renamed(of, Filter::parse("not user is cem").unwrap());
    let events = events(of, store, filter).await;
    told.extend(events);
    told
}

fn text(value: impl Debug) -> String {
    format!("{value:#?}")
}

/// Returns what a store tells, each with its name.
async fn told(
    of: &WorkspaceId,
    zone: &TimeZone,
    store: &dyn EventStore,
) -> Vec<(&'static str, String)> {
    let facts = store.facts(of).await.unwrap();
    let facts = StoreFacts { bytes: 0, ..facts };
    let mut told = vec![
        ("known", text(store.known(of).await.unwrap())),
        ("first event", text(store.first_event(of).await.unwrap())),
        ("rows", text(store.rows_in(of, Range::ALL).await.unwrap())),
        ("channels", text(store.channels(of).await.unwrap())),
        ("sampled", text(store.is_sampled(of, Range::ALL))),
    ];
    told.extend(people(of, store).await);
    let filter = Filter::parse("not user is cem").unwrap();
    told.extend(events(of, store, filter).await);
    told.extend(came_back(of, zone, store, &facts).await);
    told.extend(conversations(of, zone, store, &facts).await);
    told.push(("facts", text(facts)));
    told
}

async fn people(of: &WorkspaceId, store: &dyn EventStore) -> Vec<(&'static str, String)> {
    let wanted = Box::new(|person: &PersonRow| person.id != "ben");
    let picked = store.pick_people(of, Population::Everyone, wanted, 1, 2);
    let picked = text(picked.await.unwrap());
    let search = Search::new("E", false);
    let found = store.find_people(of, Population::People, search, usize::MAX);
    let (mut found, count) = found.await.unwrap();
    found.sort_unstable();
    vec![("people", picked), ("found", text((found, count)))]
}

async fn events(
    of: &WorkspaceId,
    store: &dyn EventStore,
    filter: Filter,
) -> Vec<(&'static str, String)> {
    let listing = EventListing {
        workspace: of.clone(),
        range: Range::ALL,
        event_type: None,
        filter,
        include_bots: false,
        limit: 1_000,
        offset: 2,
    };
    let listed = text(store.events(&listing).await.unwrap());
    let (told, exported) = mpsc::channel();
    let all = EventListing {
        filter: Filter::default(),
        include_bots: true,
        offset: 0,
        ..listing
    };
    let take = Box::new(move |event| told.send(event).is_ok());
    let next = store.export_events(all, None, take).await.unwrap();
    let exported: Vec<_> = exported.iter().collect();
    let exported = text((exported, next));
    vec![("events", listed), ("exported", exported)]
}

/// Who signed up on the first days of a chat and came back, in the middle of one.
async fn came_back(
    of: &WorkspaceId,
    zone: &TimeZone,
    store: &dyn EventStore,
    facts: &StoreFacts,
) -> Vec<(&'static str, String)> {
    let Some(first) = facts.first_event else {
        return Vec::new();
    };
    let span = Range::new(first, first.plus_millis(24 * HOUR * COHORTS));
    let days = spine(span, Grain::Day, zone).into_iter();
    let cohorts: Vec<Range> = days.map(|day| Range::new(day.start, day.end)).collect();
    let mut told = Vec::new();
    for population in [Population::People, Population::Everyone] {
        let asked = Retention {
            workspace: of.clone(),
            population,
            zone: zone.clone(),
            cohorts: cohorts.clone(),
            days: vec![1, 2, 5],
            as_of: first.plus_millis(101 * HOUR),
        };
        let (material, _) = store.gather(&asked.needs()).await.unwrap();
        told.push(("retention", text((population, asked.run(&material)))));
        let pairs = cohorts.windows(2).map(|days| Pair {
            now: days[1],
            before: days[0],
        });
        let asked = Lifecycle {
            workspace: of.clone(),
            population,
            zone: zone.clone(),
            pairs: pairs.collect(),
        };
        let (material, _) = store.gather(&asked.needs()).await.unwrap();
        told.push(("lifecycle", text((population, asked.run(&material)))));
        let asked = Joined {
            workspace: of.clone(),
            population,
            zone: zone.clone(),
            span,
            as_of: first.plus_millis(101 * HOUR),
        };
        let (material, _) = store.gather(&asked.needs()).await.unwrap();
        let joined = asked.run(&material).into_iter();
        let joined = joined.map(|sign_up| (sign_up.at, sign_up.first_event, sign_up.is_recorded));
        let mut joined: Vec<_> = joined.collect();
        joined.sort_unstable();
        told.push(("joined", text((population, joined))));
    }
    told
}

/// What is said of the conversations and sessions of some spans, in the middle of days and known for longer or shorter.
async fn conversations(
    of: &WorkspaceId,
    zone: &TimeZone,
    store: &dyn EventStore,
    facts: &StoreFacts,
) -> Vec<(&'static str, String)> {
    let Some(first) = facts.first_event else {
        return Vec::new();
    };
    let hours = |from: i64, to: i64| {
        let hour = |hour: i64| first.plus_millis(hour * HOUR);
        Range::new(hour(from), hour(to))
    };
    let mut told = Vec::new();
    for (range, end) in [
        (hours(0, 24 * COHORTS), 24 * COHORTS + 48),
        (hours(7, 77), 90),
        (hours(30, 31), 31),
    ] {
        for filter in ["", "channel is c1", OF_BEN, "not type is thread_reply"] {
            let named = |what| if filter == OF_BEN { "of ben" } else { what };
            let about = |digest| About {
                end: first.plus_millis(end * HOUR),
                counted: match filter {
                    "" => Filter::default(),
                    filter => Filter::parse(filter).unwrap(),
                },
                ..About::whole(digest, of.clone(), range)
            };
            let populations = match filter {
                "" => &[Population::People, Population::Everyone][..],
                _ => &[Population::People],
            };
            for population in populations.iter().copied() {
                let about = About {
                    population,
                    ..about(Digest::Sessions)
                };
                let lengths = SessionLengths::new(about, Grain::Day, zone);
                let found = analyse(store, lengths).await;
                told.push((
                    named("sessions"),
                    text((range, end, filter, population, found)),
                ));
            }
            let about = about(Digest::Replies);
            let by_hour = ResponseGroup::Hour;
            let times = ResponseTimes::new(about.clone(), Grain::Day, by_hour, zone);
            let times = analyse(store, times).await;
            let by_group = times
                .groups()
                .map(|(group, ..)| (group, times.group(group)));
            let by_group = (times.by_bucket(), by_group.collect::<Vec<_>>());
            told.push((named("responses"), text((range, end, filter, by_group))));
            let answers = analyse(store, Reciprocity::new(about.clone())).await;
            told.push((named("answers"), text((range, end, filter, answers))));
            let since = Range::new(range.from().plus_millis(-NEWCOMER_TIME), range.to());
            let firsts = analyse(store, Welcome::new(of.clone(), since, about.end)).await;
            let mut found = analyse(store, Unanswered::new(about)).await;
            found.tell_newcomers(firsts, &RoaringBitmap::new());
            let rows = found.unanswered.iter();
            let rows = rows.map(|row| {
                (
                    row.message.at,
                    row.message.thread,
                    row.message.key,
                    row.is_newcomer,
                )
            });
            let mut rows: Vec<_> = rows.collect();
            rows.sort_unstable();
            let found = (found.starters, found.waiting, rows);
            told.push((named("unanswered"), text((range, end, filter, found))));
        }
    }
    // Whole days: of a part of one it is not told who wrote before.
    let range = Range::new(first, first.plus_millis(24 * COHORTS * HOUR));
    let firsts = analyse(store, Welcome::new(of.clone(), range, range.to()))
        .await
        .into_iter();
    let firsts = firsts.map(|(_, first)| (first.at, first.answer.map(|(at, _)| at)));
    let mut firsts: Vec<_> = firsts.collect();
    firsts.sort_unstable();
    told.push(("first messages", text(firsts)));
    told
}

/// Runs an analysis of digests of days.
async fn analyse<A: InContext<Outcome: Send>>(store: &dyn EventStore, analysis: A) -> A::Outcome {
    let about = analysis.about().clone();
    let analysis = Analysing::new(analysis);
    let take = Box::new(analysis.clone());
    store.in_context(&about, false, take).await.unwrap();
    analysis.finish().unwrap()
}
