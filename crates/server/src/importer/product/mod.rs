//! Exports of other products: told by their names and contents, so that they can be refused by name.

mod contents;
mod fields;
mod names;

use std::fmt;

/// Bytes at the beginning of a file that are enough to tell what it is.
pub(super) const HEAD_BYTES: usize = 16 << 10;

/// A product whose exports are not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// Mattermost's bulk or compliance export.
    Mattermost,
    /// An organisation exported from Zulip.
    Zulip,
    /// Rooms or collections of Rocket.Chat.
    RocketChat,
    /// `DiscordChatExporter`'s files, or Discord's package of one's own data.
    Discord,
    /// Telegram Desktop's export.
    Telegram,
    /// Element's export of a room, or events of Matrix.
    Matrix,
    /// Slackdump's dumps and archives; its exports are those of Slack.
    Slackdump,
    /// Slack's export as text.
    SlackText,
}

impl Product {
    /// Returns what can be imported in the place of this.
    pub(super) const fn advice(self) -> &'static str {
        match self {
            Self::Mattermost
            | Self::Zulip
            | Self::RocketChat
            | Self::Discord
            | Self::Telegram
            | Self::Matrix => {
                "write its messages as NDJSON, one object per line with type, ts, user_id, channel_id, message_id and text, and import that"
            }
            Self::Slackdump => {
                "turn it into a Slack export with `slackdump convert -f export`, and import that"
            }
            Self::SlackText => "let Slack export as JSON, and import that",
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mattermost => "an export of Mattermost",
            Self::Zulip => "an export of Zulip",
            Self::RocketChat => "an export of Rocket.Chat",
            Self::Discord => "an export of Discord",
            Self::Telegram => "an export of Telegram",
            Self::Matrix => "an export of Matrix",
            Self::Slackdump => "a dump or archive of Slackdump",
            Self::SlackText => "an export of Slack as text",
        })
    }
}
