//! One line of NDJSON as it is written, under every name its fields go by.
//!
//! The fields are read by hand and not by a derived reader, because several names of one field may
//! stand on a line: the first that holds something wins, and `event_id` and `type` win over the
//! vaguer `id` and `event`.

use std::{borrow::Cow, fmt};

use domain::id::is_placeholder;
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use super::value::{Emoji, Time};
use crate::importer::scalar::{Flag, Text, Texts};

/// The fields of a line; borrowed where the line holds them without escapes.
#[derive(Debug, Default)]
pub(super) struct Line<'a> {
    pub(super) event_id: Option<Cow<'a, str>>,
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) time: Option<Time<'a>>,
    pub(super) user: Option<Cow<'a, str>>,
    pub(super) channel: Option<Cow<'a, str>>,
    pub(super) session: Option<Cow<'a, str>>,
    pub(super) message: Option<Cow<'a, str>>,
    pub(super) thread: Option<Cow<'a, str>>,
    pub(super) message_type: Option<Cow<'a, str>>,
    pub(super) is_bot: Option<bool>,
    pub(super) text: Option<Cow<'a, str>>,
    pub(super) mentions: Option<Vec<String>>,
    pub(super) links: Option<Vec<String>>,
    pub(super) emoji_in_text: Option<Vec<String>>,
    pub(super) emoji: Option<Cow<'a, str>>,
    pub(super) target_user: Option<Cow<'a, str>>,
    pub(super) invited_by: Option<Cow<'a, str>>,
    pub(super) file_name: Option<Cow<'a, str>>,
    pub(super) file_ext: Option<Cow<'a, str>>,
    pub(super) file_kind: Option<Cow<'a, str>>,
    pub(super) file_size: Option<Number>,
    pub(super) is_reply: Option<bool>,
    pub(super) edited_at: Option<Time<'a>>,
    pub(super) ts_is_message_ts: Option<bool>,
    pub(super) properties: Option<Map<String, Value>>,
}

impl Line<'_> {
    /// Returns the message the line is about, unless what is written there stands for none.
    pub(super) fn message(&self) -> Option<&str> {
        self.message.as_deref().filter(|id| !is_placeholder(id))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Line<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(LineVisitor)
    }
}

struct LineVisitor;

impl<'de> Visitor<'de> for LineVisitor {
    type Value = Line<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Line<'de>, A::Error> {
        let mut line = Line::default();
        let (mut row_id, mut event) = (None, None);
        while let Some(field) = map.next_key::<Field>()? {
            match field {
                Field::EventId => text(&mut map, &mut line.event_id)?,
                Field::RowId => text(&mut map, &mut row_id)?,
                Field::Name => text(&mut map, &mut line.name)?,
                Field::Event => text(&mut map, &mut event)?,
                Field::Time => value(&mut map, &mut line.time)?,
                Field::User => text(&mut map, &mut line.user)?,
                Field::Channel => text(&mut map, &mut line.channel)?,
                Field::Session => text(&mut map, &mut line.session)?,
                Field::Message => text(&mut map, &mut line.message)?,
                Field::Thread => text(&mut map, &mut line.thread)?,
                Field::MessageType => text(&mut map, &mut line.message_type)?,
                Field::IsBot => flag(&mut map, &mut line.is_bot)?,
                // An empty text is a text: the message had no words.
                Field::Text => {
                    if let Some(Text(text)) = map.next_value()? {
                        line.text.get_or_insert(text);
                    }
                }
                Field::Mentions => texts(&mut map, &mut line.mentions)?,
                Field::Links => texts(&mut map, &mut line.links)?,
                Field::EmojiInText => texts(&mut map, &mut line.emoji_in_text)?,
                Field::Emoji => match map.next_value()? {
                    Some(Emoji::Reaction(name)) => {
                        line.emoji = line.emoji.take().or(Text(name).filled());
                    }
                    Some(Emoji::InText(names)) => {
                        line.emoji_in_text.get_or_insert(names);
                    }
                    None => {}
                },
                Field::TargetUser => text(&mut map, &mut line.target_user)?,
                Field::InvitedBy => text(&mut map, &mut line.invited_by)?,
                Field::FileName => text(&mut map, &mut line.file_name)?,
                Field::FileExt => text(&mut map, &mut line.file_ext)?,
                Field::FileKind => text(&mut map, &mut line.file_kind)?,
                Field::FileSize => value(&mut map, &mut line.file_size)?,
                Field::IsReply => flag(&mut map, &mut line.is_reply)?,
                Field::EditedAt => value(&mut map, &mut line.edited_at)?,
                Field::TsIsMessageTs => flag(&mut map, &mut line.ts_is_message_ts)?,
                Field::Properties => value(&mut map, &mut line.properties)?,
                Field::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        line.event_id = line.event_id.or(row_id);
        line.name = line.name.or(event);
        Ok(line)
    }
}

fn text<'de, A: MapAccess<'de>>(
    map: &mut A,
    slot: &mut Option<Cow<'de, str>>,
) -> Result<(), A::Error> {
    let text = map.next_value::<Option<Text<'de>>>()?;
    if slot.is_none() {
        *slot = text.and_then(Text::filled);
    }
    Ok(())
}

fn flag<'de, A: MapAccess<'de>>(map: &mut A, slot: &mut Option<bool>) -> Result<(), A::Error> {
    let flag = map.next_value::<Option<Flag>>()?;
    *slot = slot.or(flag.map(|flag| flag.0));
    Ok(())
}

fn texts<'de, A: MapAccess<'de>>(
    map: &mut A,
    slot: &mut Option<Vec<String>>,
) -> Result<(), A::Error> {
    let texts = map.next_value::<Option<Texts>>()?;
    if slot.is_none() {
        *slot = texts.map(|texts| texts.0);
    }
    Ok(())
}

fn value<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    map: &mut A,
    slot: &mut Option<T>,
) -> Result<(), A::Error> {
    let value = map.next_value()?;
    if slot.is_none() {
        *slot = value;
    }
    Ok(())
}

macro_rules! fields {
    ($($field:ident [$($name:literal)+] $holds:literal;)*) => {
        /// What a name on a line stands for.
        #[derive(Clone, Copy)]
        enum Field {
            $($field,)*
            Other,
        }

        impl Field {
            fn of(name: &str) -> Self {
                match name {
                    $($($name)|+ => Self::$field,)*
                    _ => Self::Other,
                }
            }
        }

        /// The fields of a line: their names, and what they hold, in words.
        pub const FIELDS: &[(&[&str], &str)] = &[$((&[$($name),+], $holds),)*];
    };
}

#[rustfmt::skip]
fields! {
    EventId ["event_id" "eventId"] "Identity: the event counts once, however often it is read.";
    RowId ["id"] "The same, where there is no `event_id`.";
    Name ["type" "event_type" "eventType"] "What happened; without it the line is skipped.";
    Event ["event"] "The same, where there is no `type`.";
    Time ["ts" "timestamp"] "When: RFC 3339, or seconds or milliseconds since 1970; without it the line is skipped.";
    User ["user_id" "userId" "user"] "Who did it.";
    Channel ["channel_id" "channelId" "channel"] "Where.";
    Session ["session_id" "sessionId"] "Session of the client.";
    Message ["message_id" "messageId"] "Message it is about.";
    Thread ["thread_id" "threadId"] "Thread it belongs to.";
    MessageType ["message_type" "messageType"] "What the message carries: text, image, file, video, voice, system; `bot` is a text of a bot.";
    IsBot ["is_bot" "isBot"] "Whether a bot did it: a flag. Without it, a `user_id` that begins with `b_` is a bot.";
    Text ["text"] "Text of the message: read for words and terms, then dropped.";
    Mentions ["mentions"] "People mentioned, where the source has read the text.";
    Links ["link_domains" "linkDomains" "links"] "Hosts of links, likewise.";
    EmojiInText ["emoji_in_text" "emojiInText"] "Names of emoji in the text, likewise.";
    Emoji ["emoji"] "Name of a reaction's emoji; a list is that of the emoji in the text.";
    TargetUser ["target_user_id" "targetUserId"] "Whom it was done to.";
    InvitedBy ["invited_by" "invitedBy"] "Who invited.";
    FileName ["file_name" "fileName"] "Name of the file.";
    FileExt ["file_ext" "fileExt"] "Its extension.";
    FileKind ["file_kind" "fileKind"] "Its kind: image, video, voice, file.";
    FileSize ["file_size" "fileSize"] "Its bytes.";
    IsReply ["is_reply" "isReply"] "Whether the message answers in a thread: a flag.";
    EditedAt ["edited_at" "editedAt"] "When the message was last edited: makes an event of its own.";
    TsIsMessageTs ["ts_is_message_ts" "timestampIsMessageTime"] "Whether `ts` is the time of the message and not of the reaction: a flag.";
    Properties ["properties" "metadata"] "Everything else: an object.";
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldVisitor;

        impl Visitor<'_> for FieldVisitor {
            type Value = Field;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a field")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Field, E> {
                Ok(Field::of(name))
            }
        }

        deserializer.deserialize_identifier(FieldVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(json: &str) -> Line<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn names_in_either_style_and_of_our_own_export() {
        let snake = line(r#"{"event_id":"e","event_type":"login","timestamp":1,"user_id":"u"}"#);
        let camel = line(r#"{"eventId":"e","eventType":"login","ts":1,"userId":"u"}"#);
        let short = line(r#"{"id":"e","event":"login","ts":1,"user":"u","unknown":[{}]}"#);
        for line in [snake, camel, short] {
            assert_eq!(line.event_id.as_deref(), Some("e"));
            assert_eq!(line.name.as_deref(), Some("login"));
            assert_eq!(line.time, Some(Time::Number(1.into())));
            assert_eq!(line.user.as_deref(), Some("u"));
        }
    }

    #[test]
    fn the_clearer_name_wins_and_blank_values_do_not_count() {
        let line = line(
            r#"{"id":7,"event":"x","event_id":"e","type":"","eventType":"login","user":null,
                "user_id":"u","userId":"v","text":""}"#,
        );
        assert_eq!(line.event_id.as_deref(), Some("e"));
        assert_eq!(line.name.as_deref(), Some("login"));
        assert_eq!(line.user.as_deref(), Some("u"));
        assert_eq!(line.text.as_deref(), Some(""));
    }

    #[test]
    fn emoji_is_a_reaction_or_a_list() {
        assert_eq!(line(r#"{"emoji":"tada"}"#).emoji.as_deref(), Some("tada"));
        assert_eq!(
            line(r#"{"emoji":["tada"]}"#).emoji_in_text,
            Some(vec!["tada".to_owned()])
        );
    }
}
