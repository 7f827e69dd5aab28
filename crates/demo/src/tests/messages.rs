//! What is said, answered and reacted to.

use std::collections::{HashMap, HashSet};

use domain::{
    event::{Event, Kind, MessageType},
    id::Key64,
    record::ChannelKind,
};

use super::{Demo, count, history, is_message, kind, knobs};
use crate::vocabulary::EMOJI;

/// Every message by its key.
fn messages(events: &[Event]) -> HashMap<Key64, &Event> {
    let messages = events.iter().filter(|event| is_message(event));
    messages
        .map(|event| (event.message.unwrap(), event))
        .collect()
}

#[test]
fn whatever_is_about_a_message_comes_after_it_in_its_channel() {
    let events = history(&knobs());
    let messages = messages(&events);
    let mut reactions = HashSet::new();
    let mut deleted = HashSet::new();
    for event in &events {
        let about = match kind(event) {
            Kind::ReactionAdded
            | Kind::ReactionRemoved
            | Kind::ThreadStarted
            | Kind::MessageEdited
            | Kind::MessageDeleted
            | Kind::MessagePinned
            | Kind::FileShared => event.message.unwrap(),
            Kind::ThreadReply => event.thread.unwrap(),
            _ => continue,
        };
        let message = messages[&about];
        assert_eq!(event.channel, message.channel);
        assert!(
            event.timestamp >= message.timestamp,
            "{event:?} {message:?}"
        );
        let same = event.user == message.user;
        match kind(event) {
            Kind::ReactionAdded => {
                assert!(!same, "nobody reacts to themselves");
                assert!(!deleted.contains(&about));
                let what = (event.user.clone(), about, event.content.emoji.clone());
                assert!(
                    reactions.insert(what),
                    "nobody reacts twice in the same way"
                );
            }
            Kind::ReactionRemoved => {
                let what = (event.user.clone(), about, event.content.emoji.clone());
                assert!(reactions.contains(&what));
            }
            Kind::ThreadStarted => {
                assert!(!same && event.thread == Some(about) && message.thread.is_none());
            }
            Kind::MessageEdited | Kind::MessageDeleted | Kind::FileShared => assert!(same),
            _ => {}
        }
        if kind(event) == Kind::MessageDeleted {
            deleted.insert(about);
        }
    }
    assert!(reactions.len() > 3_000 && deleted.len() > 20);
}

#[test]
fn threads_begin_with_a_reply_and_many_messages_stay_unanswered() {
    let events = history(&knobs());
    let started: Vec<_> = events
        .iter()
        .filter(|event| kind(event) == Kind::ThreadStarted)
        .collect();
    let roots: HashSet<_> = started.iter().map(|event| event.thread).collect();
    assert_eq!(roots.len(), started.len(), "a thread begins once");
    let replies: Vec<_> = events
        .iter()
        .filter(|event| kind(event) == Kind::ThreadReply)
        .collect();
    assert!(replies.iter().all(|reply| roots.contains(&reply.thread)));
    let share = replies.len() as f64 / messages(&events).len() as f64;
    assert!((0.2..0.32).contains(&share), "{share}");
    let per_thread = replies.len() as f64 / roots.len() as f64;
    assert!((1.5..8.0).contains(&per_thread), "{per_thread}");
    // How long the first answer takes: seconds to days, with a long tail.
    let messages = messages(&events);
    let mut delays: Vec<i64> = started
        .iter()
        .map(|event| {
            (event.timestamp.as_millis() - messages[&event.message.unwrap()].timestamp.as_millis())
                / 1_000
        })
        .collect();
    delays.sort_unstable();
    let (median, long) = (delays[delays.len() / 2], delays[delays.len() * 9 / 10]);
    assert!(
        (120..7_200).contains(&median) && long > 5 * median,
        "{median} {long}"
    );
}

#[test]
fn files_come_with_messages_that_carry_them() {
    let events = history(&knobs());
    let messages = messages(&events);
    let files: Vec<_> = events
        .iter()
        .filter(|event| kind(event) == Kind::FileShared)
        .collect();
    for file in &files {
        assert_eq!(
            file.message_type,
            messages[&file.message.unwrap()].message_type
        );
        let text = |name: &str| file.properties[name].as_str().unwrap();
        assert!(text("fileName").ends_with(text("fileExt")));
        let found = MessageType::of_file(None, Some(text("fileExt")));
        assert_eq!(Some(found), file.message_type, "{file:?}");
        assert!(file.properties["fileSize"].as_i64().unwrap() > 0);
    }
    let with_files = messages
        .values()
        .filter(|event| event.message_type != Some(MessageType::Text));
    assert_eq!(with_files.count(), files.len());
}

#[test]
fn nothing_is_told_of_what_is_said_in_confidence() {
    let channels = Demo::new(knobs()).channels();
    let confidential: HashSet<_> = channels
        .iter()
        .filter(|channel| channel.kind.is_some_and(ChannelKind::is_confidential))
        .map(|channel| Some(&channel.id))
        .collect();
    assert!(confidential.len() >= 4);
    let events = history(&knobs());
    let in_confidence = |event: &Event| confidential.contains(&event.channel.as_ref());
    let (mut quiet, mut telling) = (0, 0);
    for event in events.iter().filter(|event| is_message(event)) {
        let content = &event.content;
        let terms = content.mentions.len()
            + content.hashtags.len()
            + content.links.len()
            + content.emoji.len();
        if in_confidence(event) {
            assert_eq!(terms, 0);
            quiet += 1;
        } else {
            telling += terms;
        }
    }
    assert!(quiet > 200 && telling > 2_000, "{quiet} {telling}");
    assert!(
        count(&events, |event| in_confidence(event)
            && event.content.words.is_some())
            > 200
    );
}

#[test]
fn emoji_follow_zipf_and_have_names_of_their_own() {
    let names: HashSet<_> = EMOJI.iter().collect();
    assert_eq!(names.len(), EMOJI.len());
    assert!(EMOJI.iter().all(|name| !name.contains([':', ' '])));
    let events = history(&knobs());
    let uses = |emoji: &str| {
        count(&events, |event| {
            event.content.emoji.iter().any(|name| &**name == emoji)
        })
    };
    assert!(uses(EMOJI[0]) > 2 * uses(EMOJI[5]) && uses(EMOJI[5]) > uses(EMOJI[39]));
}
