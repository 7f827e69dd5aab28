use domain::time::Grain;
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;

use super::*;
use crate::analysis::{
    Durations, Times,
    responses::{
        Answered, FirstMessage, NEWCOMER_TIME, Reciprocity, Response, ResponseGroup, ResponseTimes,
        Responses, Starter, Unanswered, Welcome,
    },
};

/// Responses as who was answered, who answered, and after how many minutes; starters as when who wrote
/// them, and when they were answered.
type Found = (Vec<(u32, u32, i64)>, Vec<(i64, u32, Option<i64>)>);

fn found(acts: &[Act]) -> Found {
    let at = |message: Message| message.at.as_millis() / MINUTE;
    let (mut responses, mut starters) = (Vec::new(), Vec::new());
    for said in said(acts) {
        match said {
            Said::Response(response) => {
                let Response { to, message } = response;
                let gap = i64::from(response.gap()) / MINUTE;
                responses.push((to.author, message.author, gap));
            }
            Said::Starter(Starter {
                message, answer, ..
            }) => {
                starters.push((at(message), message.author, answer.map(at)));
            }
        }
    }
    starters.sort_unstable();
    (responses, starters)
}

fn moved(act: &Act, millis: i64) -> Act {
    Act {
        timestamp: act.timestamp.plus_millis(millis),
        ..act.clone()
    }
}

#[test]
fn people_answer_each_other() {
    let acts = [wrote(0, 1), wrote(5, 2), wrote(7, 1), wrote(10, 2)];
    let responses = vec![(1, 2, 5), (2, 1, 2), (1, 2, 3)];
    assert_eq!(found(&acts), (responses, vec![(0, 1, Some(5))]));
    let found = run(Reciprocity::new(about(minutes(0, 20), 20)), &acts, 2);
    assert_eq!((found.pairs, found.mutual), (1, 1));
}

#[test]
fn a_response_is_to_the_last_message_before_it() {
    // 2 answers the second message of 1; what 2 adds answers nobody.
    let acts = [wrote(0, 1), wrote(4, 1), wrote(10, 2), wrote(11, 2)];
    assert_eq!(found(&acts), (vec![(1, 2, 6)], vec![(0, 1, Some(10))]));
}

#[test]
fn threads_and_channels_are_told_apart() {
    let acts = [
        wrote(0, 1),
        threaded(1, 2, "t"),
        reply(2, 1, "t"),
        wrote(3, 3),
        // The same thread of another channel, and of none.
        Act {
            channel: Some(2),
            ..reply(4, 4, "t")
        },
        Act {
            channel: None,
            ..reply(5, 5, "t")
        },
        // Neither a thread nor a channel, or no message.
        Act {
            channel: None,
            ..wrote(6, 6)
        },
        Act {
            kind: Kind::ReactionAdded.code(),
            ..wrote(7, 7)
        },
        Act {
            kind: Kind::MessageSent.code(),
            message_type: Some(domain::event::MessageType::System.code()),
            ..wrote(7, 7)
        },
    ];
    let starters = vec![(0, 1, Some(3)), (1, 2, Some(2))];
    assert_eq!(found(&acts), (vec![(2, 1, 1), (1, 3, 3)], starters));
}

#[test]
fn a_day_later_is_in_time_and_a_millisecond_more_is_not() {
    let acts = [wrote(0, 1), wrote(DAY, 2)];
    let starters = vec![(0, 1, Some(DAY)), (DAY, 2, None)];
    assert_eq!(found(&acts), (vec![(1, 2, DAY)], starters));
    let [first, late] = acts;
    let starters = vec![(0, 1, None), (DAY, 2, None)];
    assert_eq!(found(&[first, moved(&late, 1)]), (vec![], starters));
    // Nor is a day on which only the first person wrote once more.
    let acts = [wrote(0, 1), wrote(20, 1), wrote(DAY + 10, 2)];
    let starters = vec![(0, 1, None), (DAY + 10, 2, None)];
    assert_eq!(found(&acts), (vec![(1, 2, DAY - 10)], starters));
}

#[test]
fn bots_and_nobody_are_not_there() {
    for other in [
        Act {
            is_bot: true,
            ..wrote(1, 9)
        },
        Act {
            person: None,
            ..wrote(1, 9)
        },
    ] {
        // The silence after 1 lasts for 31 minutes.
        let acts = [wrote(0, 1), other, wrote(31, 1), wrote(40, 2)];
        let starters = vec![(0, 1, Some(40)), (31, 1, Some(40))];
        assert_eq!(found(&acts), (vec![(1, 2, 9)], starters));
    }
}

#[test]
fn at_one_instant_the_order_of_arrival_counts() {
    let acts = [wrote(0, 1), wrote(0, 2), wrote(0, 2)];
    assert_eq!(found(&acts), (vec![(1, 2, 0)], vec![(0, 1, Some(0))]));
}

#[test]
fn half_an_hour_of_silence_ends_with_a_starter() {
    let acts = [wrote(0, 1), wrote(30, 2), wrote(31, 1)];
    let starters = vec![(0, 1, Some(30)), (30, 2, Some(31))];
    let responses = vec![(1, 2, 30), (2, 1, 1)];
    assert_eq!(found(&acts), (responses, starters));
    let [first, second, third] = acts;
    let (_, starters) = found(&[first, moved(&second, -1), third]);
    assert_eq!(starters, [(0, 1, Some(29))]);
}

#[test]
fn a_thread_begins_with_the_message_that_it_is_named_after() {
    // It is answered in the channel first, and counts once.
    let acts = [named(0, 1, "m"), wrote(1, 2), reply(5, 3, "m")];
    let responses = vec![(1, 2, 1), (1, 3, 5)];
    assert_eq!(found(&acts), (responses, vec![(0, 1, Some(1))]));
    // The other way round.
    let acts = [named(0, 1, "m"), reply(5, 3, "m"), wrote(6, 2)];
    let responses = vec![(1, 3, 5), (1, 2, 6)];
    assert_eq!(found(&acts), (responses, vec![(0, 1, Some(5))]));
    // A message in the middle of a conversation becomes a starter by its thread.
    let acts = [wrote(0, 1), named(1, 2, "m"), wrote(2, 1), reply(9, 2, "m")];
    let starters = vec![(0, 1, Some(1)), (1, 2, None)];
    assert_eq!(found(&acts), (vec![(1, 2, 1), (2, 1, 1)], starters));
    // A thread that begins more than a day later does not begin with it.
    let acts = [named(0, 1, "m"), moved(&reply(DAY, 3, "m"), 1)];
    assert_eq!(found(&acts), (vec![], vec![(0, 1, None)]));
}

#[test]
fn a_thread_whose_beginning_is_not_known_has_no_starter() {
    let acts = [reply(0, 1, "t"), reply(3, 2, "t"), threaded(4, 3, "t")];
    assert_eq!(found(&acts), (vec![(1, 2, 3), (2, 3, 1)], vec![]));
}

fn response_times(span: Range, end: i64, by: ResponseGroup, acts: &[Act]) -> Responses {
    let analysis = ResponseTimes::new(about(span, end), Grain::Day, by, &TimeZone::UTC);
    run(analysis, acts, 2)
}

#[test]
fn answers_count_on_both_sides_of_a_span() {
    // The second day is asked for.
    let acts = [
        wrote(DAY - 5, 1),
        wrote(DAY + 5, 2),
        wrote(2 * DAY - 10, 3),
        wrote(2 * DAY + 10, 4),
    ];
    let found = response_times(minutes(DAY, 2 * DAY), 9 * DAY, ResponseGroup::Hour, &acts);
    let times = |gap: i64| {
        let gap = u32::try_from(gap * MINUTE).unwrap();
        Times {
            count: 1,
            sum: gap.into(),
            p50: gap,
            p90: gap,
            p95: gap,
            is_exact: true,
        }
    };
    let groups = by_group(&found);
    // 2 answers 1 after 10 minutes, at midnight; 3 answers 2 in the last hour of the day.
    assert_eq!(groups[&Some(0)].0, Some(times(10)));
    assert_eq!(groups[&Some(23)].0, Some(times(DAY - 15)));
    assert_eq!(groups.len(), 2);
    // 3 begins anew and is answered on the day after.
    assert_eq!(groups[&Some(23)].1.answered(), 1);
    assert_eq!(found.answered().starters(), 1);
    assert_eq!(found.by_bucket().len(), 1);
}

#[test]
fn who_is_too_young_is_still_waiting() {
    let acts = [wrote(0, 1), wrote(DAY, 1)];
    let answered = |end: i64| {
        let span = minutes(0, end.min(2 * DAY));
        let found = response_times(span, end, ResponseGroup::Channel, &acts);
        let answered = found.answered();
        (answered.unanswered(), answered.waiting())
    };
    assert_eq!(answered(1), (0, 1));
    // An answer in the millisecond at the end is not known.
    assert_eq!(answered(DAY), (0, 1));
    assert_eq!(answered(DAY + 1), (1, 1));
    assert_eq!(answered(2 * DAY + 1), (2, 0));
}

#[test]
fn percentiles_are_by_nearest_rank() {
    assert_eq!(Durations::default().times(), None);
    let times = (1..=20).rev().collect::<Durations>().times().unwrap();
    assert_eq!((times.p50, times.p90, times.p95), (10, 18, 19));
    assert_eq!((times.count, times.sum), (20, 210));
}

/// Returns starters of which some were answered after so many minutes, and some not until `end`.
fn starters(answers: &[Option<i64>], asked: &[i64], end: i64) -> Answered {
    let mut all = Answered::default();
    for (answer, at) in answers.iter().zip(asked) {
        let message = |at| Message::of(&wrote(at, 1)).unwrap();
        let starter = Starter {
            message: message(*at),
            since: minute(*at),
            answer: answer.map(|wait| message(at + wait)),
        };
        all.add(&starter, minute(end));
    }
    all
}

#[test]
fn who_is_too_young_counts_for_as_long_as_is_known() {
    let times = [5, 60, 24 * 60].map(|minutes| minutes * 60_000);
    let none: [Option<f64>; 3] = [None; 3];
    assert_eq!(Answered::default().within(times), none);
    // Two of three are answered within five minutes, and nobody is young.
    let old = starters(&[Some(1), Some(5), None], &[0, 0, 0], 2 * DAY);
    assert_eq!(old.within(times), [Some(66.7); 3]);
    // One was answered after a minute: 3 of 4 are left. One is not known for longer than two minutes: of
    // the other two one was answered after three, so that 3/8 are left.
    let answers = [Some(1), None, Some(3), None];
    let young = starters(&answers, &[0, 2 * DAY - 2, 0, 0], 2 * DAY);
    assert_eq!(young.within(times), [Some(62.5); 3]);
    assert_eq!((young.waiting(), young.unanswered()), (1, 1));
    // Nobody is known for five minutes.
    let unknown = starters(&[Some(1), None], &[0, 2 * DAY - 2], 2 * DAY);
    assert_eq!(unknown.within(times), none);
    assert_eq!(unknown.within([60_000]), [Some(50.0)]);
}

#[test]
fn newcomers_come_first_and_then_who_has_waited_longest() {
    let from = 30 * DAY;
    let at = |minute: i64| from + minute;
    let acts = [
        // 1 wrote long ago and 7 more than a week before, 2 a week to the millisecond.
        wrote(DAY, 1),
        wrote(at(100) - 7 * DAY, 2),
        moved(&wrote(at(200) - 7 * DAY, 7), -1),
        wrote(at(0), 1),
        threaded(at(100), 2, "s"),
        wrote(at(200), 7),
        threaded(at(210), 3, "t"),
        Act {
            marks: 0,
            ..threaded(at(211), 4, "u")
        },
        threaded(at(2 * DAY), 5, "v"),
        reply(at(2 * DAY + 1), 6, "v"),
        threaded(at(3 * DAY), 5, "w"),
    ];
    let about = about(minutes(from, from + 5 * DAY), at(3 * DAY + 7));
    let since = Range::new(
        about.range.from().plus_millis(-NEWCOMER_TIME),
        about.range.to(),
    );
    let welcome = Welcome::new(WorkspaceId::default(), since, about.end);
    let mut found = run(Unanswered::new(about), &acts, 3);
    found.tell_newcomers(run(welcome, &acts, 3), &RoaringBitmap::from([1]));
    let rows: Vec<(i64, u32, bool)> = found
        .unanswered
        .iter()
        .map(|row| {
            let Message { at, author, .. } = row.message;
            (at.as_millis() / MINUTE - from, author, row.is_newcomer)
        })
        .collect();
    // 7 answers 1.
    assert_eq!(rows, [(100, 2, true), (210, 3, true), (200, 7, false)]);
    assert_eq!((found.starters, found.waiting), (6, 1));
}

#[test]
fn answers_count_when_they_are_given() {
    let acts = [
        named(0, 1, "a"),
        // Answers 1; 3 answers 2 and not 1, and then itself, which is nothing.
        wrote(60, 2),
        wrote(120, 3),
        wrote(180, 3),
        // In the thread of the first message: answers 1, and 1 answers back.
        reply(240, 4, "a"),
        reply(300, 1, "a"),
        // A day after the last one in the channel is still an answer, longer is none.
        wrote(180 + DAY, 2),
        wrote(181 + 2 * DAY, 3),
    ];
    // 2 of 1, 3 of 2, 4 of 1, 1 of 4, and 2 of 3: three pairs, of whom 2 and 3, and 1 and 4 are mutual.
    let end = 4 * DAY;
    let all = run(Reciprocity::new(about(minutes(0, end), end)), &acts, 3);
    assert_eq!((all.pairs, all.mutual), (3, 2));
    // Of those from the reply of 4 on, each is to a message before.
    let later = run(Reciprocity::new(about(minutes(240, end), end)), &acts, 3);
    assert_eq!((later.pairs, later.mutual), (2, 1));
    // Only what 4 wrote counts, and what 4 answers was written by somebody else.
    let of_4 = acts.map(|act| Act {
        marks: u32::from(act.person == Some(4)),
        ..act.clone()
    });
    let found = run(Reciprocity::new(about(minutes(0, end), end)), &of_4, 3);
    assert_eq!((found.pairs, found.mutual), (1, 0));
}

#[test]
fn first_messages_are_answered_in_the_conversations_that_they_are_in_or_begin() {
    let acts = [
        wrote(0, 1),
        // 2 is answered in the thread that the message begins; 3 writes on, and is answered a day later.
        named(60, 2, "b"),
        reply(120, 1, "b"),
        wrote(600, 3),
        wrote(660, 3),
        // In a thread only the thread answers: too late, and to the millisecond in time.
        threaded(900, 4, "late"),
        threaded(910, 5, "in time"),
        wrote(600 + DAY, 1),
        reply(901 + DAY, 1, "late"),
        reply(910 + DAY, 1, "in time"),
        // Nowhere is no conversation.
        Act {
            channel: None,
            ..wrote(2_400, 6)
        },
    ];
    let range = minutes(0, 4 * DAY);
    let mut found = run(
        Welcome::new(WorkspaceId::default(), range, range.to()),
        &acts,
        3,
    );
    found.sort_unstable_by_key(|(person, _)| *person);
    let first = |at: i64, answer: Option<(i64, u32)>| FirstMessage {
        at: minute(at),
        channel: Some(1),
        answer: answer.map(|(at, by)| (minute(at), by)),
    };
    let nowhere = FirstMessage {
        channel: None,
        ..first(2_400, None)
    };
    let expected = [
        (1, first(0, Some((60, 2)))),
        (2, first(60, Some((120, 1)))),
        (3, first(600, Some((600 + DAY, 1)))),
        (4, first(900, None)),
        (5, first(910, Some((910 + DAY, 1)))),
        (6, nowhere),
    ];
    assert_eq!(found, expected);
}
