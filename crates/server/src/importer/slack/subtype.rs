//! What the subtypes of Slack's messages mean here.

use domain::event::Kind;

/// What an object of a day file tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Somebody wrote; files of the message were shared with it.
    Wrote,
    /// Somebody wrote about a file that was shared earlier.
    WroteOfFile,
    /// An event of that kind, without a text of the person's own.
    Did(Kind),
    /// A property of the channel was changed.
    Changed(&'static str),
    /// The copy of a message as it was after an edit.
    EditedCopy,
    /// Somebody deleted another message of the channel.
    Deleted,
    /// What is left of a deleted message that others had answered.
    Tombstone,
    /// A copy of a message that stands elsewhere.
    Copy,
    /// Slack's own housekeeping.
    Housekeeping,
    /// A name we give no meaning to: it is counted under itself.
    Other,
}

impl Act {
    /// Returns what a subtype means.
    pub(super) fn of(subtype: Option<&str>) -> Self {
        let Some(subtype) = subtype else {
            return Self::Wrote;
        };
        match subtype {
            "me_message" | "thread_broadcast" | "bot_message" | "file_share"
            | "slackbot_response" => Self::Wrote,
            "file_comment" | "file_mention" => Self::WroteOfFile,
            "channel_join" | "group_join" | "mpim_join" => Self::Did(Kind::ChannelJoined),
            "channel_leave" | "group_leave" | "mpim_leave" => Self::Did(Kind::ChannelLeft),
            "channel_archive" | "group_archive" => Self::Did(Kind::ChannelArchived),
            "channel_unarchive" | "group_unarchive" => Self::Did(Kind::ChannelUnarchived),
            "pinned_item" => Self::Did(Kind::MessagePinned),
            "huddle_thread" | "sh_room_created" => Self::Did(Kind::CallStarted),
            "channel_topic" | "group_topic" => Self::Changed("topic"),
            "channel_purpose" | "group_purpose" => Self::Changed("purpose"),
            "channel_name" | "group_name" => Self::Changed("name"),
            "channel_posting_permissions" => Self::Changed("permissions"),
            "channel_convert_to_private" | "channel_convert_to_public" => {
                Self::Changed("visibility")
            }
            "message_changed" => Self::EditedCopy,
            "message_deleted" => Self::Deleted,
            "tombstone" => Self::Tombstone,
            // Until 2017 a reply that was also sent to the channel stood there a second time, as
            // a message of its own; since then it is one message, `thread_broadcast`.
            "reply_broadcast" | "message_replied" => Self::Copy,
            "bot_add"
            | "bot_remove"
            | "bot_enable"
            | "bot_disable"
            | "reminder_add"
            | "reminder_delete"
            | "unpinned_item"
            | "app_conversation_join"
            | "app_conversation_leave"
            | "joiner_notification"
            | "joiner_notification_for_inviter"
            | "ekm_access_denied" => Self::Housekeeping,
            _ => Self::Other,
        }
    }
}
