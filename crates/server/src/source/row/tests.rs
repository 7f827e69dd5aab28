//! What rows tell, as a trigger sends them.

use domain::id::WorkspaceId;
use serde_json::{Value, json};

use super::{Account, Channel, Member, Message, Presence, Reaction, Row, User};
use crate::source::{Moment, RecentMessages, Told};

const A: &str = "00000000-0000-4000-8000-00000000000a";
const B: &str = "00000000-0000-4000-8000-00000000000b";
const C: &str = "00000000-0000-4000-8000-00000000000c";
const AT: &str = "2026-02-01T10:00:00.123456+00:00";
const LATER: &str = "2026-02-01T11:00:00.5+00:00";

/// Returns name, key, time, user and channel of each event.
fn events(told: Told) -> Vec<[String; 5]> {
    let text = |text: Option<String>| text.unwrap_or_default();
    told.into_iter()
        .flat_map(|(_, share)| share.events)
        .map(|event| {
            let time = event
                .timestamp
                .map_or_else(String::new, |at| at.to_string());
            [
                event.name,
                text(event.key),
                time,
                text(event.user),
                text(event.channel),
            ]
        })
        .collect()
}

fn told<R: Row>(row: Value) -> Told {
    let mut told = Told::default();
    let row: R = serde_json::from_value(row).unwrap();
    row.tell(&RecentMessages::default(), &mut told);
    told
}

#[test]
fn a_message_with_its_edit_and_deletion_is_three_events() {
    let row = json!({"id": A, "channel_id": C, "user_id": B, "type": "text", "content": "hi",
        "created_at": AT, "edited_at": LATER, "is_deleted": true, "deleted_at": LATER,
        "is_edited": true, "reaction_count": null});
    let (at, later) = ("1769940000123".to_owned(), "1769943600500".to_owned());
    let event = |name: &str, key: String, at: &String| {
        [name.to_owned(), key, at.clone(), B.to_owned(), C.to_owned()]
    };
    assert_eq!(
        events(told::<Message>(row)),
        [
            event("message_sent", format!("pg:nchat_messages:{A}"), &at),
            event(
                "message_edited",
                format!("pg:nchat_messages:{A}:edited@1769943600500000"),
                &later
            ),
            event(
                "message_deleted",
                format!("pg:nchat_messages:{A}:deleted"),
                &later
            ),
        ]
    );
}

#[test]
fn counters_and_flags_that_are_null_say_nothing() {
    let row = json!({"id": A, "channel_id": C, "user_id": null, "is_deleted": null,
        "parent_message_id": B, "created_at": AT, "mentions": []});
    let events: Vec<_> = told::<Message>(row)
        .into_iter()
        .flat_map(|(_, share)| share.events)
        .collect();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].name, "thread_reply");
    assert_eq!(events[0].thread.as_deref(), Some(B));
    assert_eq!(events[0].message_type.as_deref(), Some("text"));
    assert_eq!((&events[0].user, &events[0].given), (&None, &None));
}

#[test]
fn a_reaction_is_where_its_message_was_written() {
    let recent = RecentMessages::default();
    let mut told = Told::default();
    let message = json!({"id": A, "channel_id": C, "user_id": B, "created_at": AT});
    let message: Message = serde_json::from_value(message).unwrap();
    message.tell(&recent, &mut Told::default());
    let reaction = json!({"id": B, "message_id": A, "user_id": B, "emoji": "👍", "created_at": AT});
    let reaction: Reaction = serde_json::from_value(reaction).unwrap();
    reaction.tell(&recent, &mut told);
    reaction.tell_removed(Moment::from_micros(0), &recent, &mut told);
    let keys: Vec<_> = events(told)
        .into_iter()
        .map(|[name, key, _, _, channel]| (name, key, channel))
        .collect();
    let key = |verb: &str| format!("pg:nchat_reactions:{B}{verb}");
    assert_eq!(
        keys,
        [
            ("reaction_added".to_owned(), key(""), C.to_owned()),
            ("reaction_removed".to_owned(), key(":removed"), C.to_owned()),
        ]
    );
}

#[test]
fn people_and_channels_are_records_of_their_account() {
    let mut told = told::<User>(
        json!({"id": A, "source_account_id": "acme", "email": "a@b.example",
        "display_name": " ", "username": "ann", "status": "suspended",
        "metadata": {"is_bot": true}, "created_at": AT}),
    );
    let channel = json!({"id": C, "source_account_id": "acme", "name": "General", "type": "private",
        "is_archived": null, "member_count": null, "created_at": AT});
    let channel: Channel = serde_json::from_value(channel).unwrap();
    channel.tell(&RecentMessages::default(), &mut told);
    let shares: Vec<_> = told.into_iter().collect();
    assert_eq!(shares.len(), 1);
    let (workspace, share) = &shares[0];
    assert_eq!(workspace, &WorkspaceId::new("acme").unwrap());
    let person = &share.people[0];
    assert_eq!(person.name.as_deref(), Some("ann"));
    assert_eq!(
        (person.is_bot, person.is_deactivated),
        (Some(true), Some(true))
    );
    let channel = &share.channels[0];
    assert_eq!(
        (channel.is_archived, channel.member_count),
        (Some(false), None)
    );
    let names: Vec<_> = share.events.iter().map(|event| &event.name).collect();
    assert_eq!(names, ["channel_created"]);
}

#[test]
fn heartbeats_of_half_a_minute_are_one_event() {
    let at = |time: &str| {
        let row = json!({"user_id": A, "status": "away", "last_heartbeat_at": time});
        events(told::<Presence>(row)).remove(0)[1].clone()
    };
    assert_eq!(at("2026-02-01T10:00:00Z"), at("2026-02-01T10:00:29Z"));
    assert_ne!(at("2026-02-01T10:00:00Z"), at("2026-02-01T10:00:30Z"));
    let gone = json!({"user_id": A, "status": "offline", "last_heartbeat_at": AT});
    assert_eq!(events(told::<Presence>(gone)).len(), 0);
}

#[test]
fn a_member_who_is_gone_has_left() {
    let row = json!({"id": A, "channel_id": C, "user_id": B, "joined_at": AT});
    let member: Member = serde_json::from_value(row).unwrap();
    // What is watched is read again as it was.
    let text = serde_json::to_string(&member).unwrap();
    let member: Member = serde_json::from_str(&text).unwrap();
    let mut told = Told::default();
    member.tell_removed(
        Moment::from_micros(5_000),
        &RecentMessages::default(),
        &mut told,
    );
    let expected = [
        "channel_left",
        &format!("pg:nchat_channel_members:{A}:left"),
        "5",
        B,
        C,
    ];
    assert_eq!(events(told), [expected.map(str::to_owned)]);
    assert_eq!(Account::default().workspace(), WorkspaceId::default());
}
