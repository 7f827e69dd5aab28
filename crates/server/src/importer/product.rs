//! Exports of other products: told by their names and contents, so that they can be refused by name.

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

    /// Returns whose export the files of these paths are, where their names say it.
    ///
    /// In any case: Discord's packages hold `messages/` or `Messages/`.
    pub(super) fn of_names(paths: &[&str]) -> Option<Self> {
        let paths: Vec<String> = paths.iter().map(|path| path.to_lowercase()).collect();
        let any = |is: &dyn Fn(&str) -> bool| paths.iter().any(|path| is(path));
        let named = |name: &str| any(&|path| base(path) == name);
        let within = |folders: &str| any(&|path| ends_with_path(path, folders));
        if named("actiance_export.xml") || (named("posts.csv") && named("metadata.json")) {
            Some(Self::Mattermost)
        } else if named("realm.json") && any(&|path| base(path).starts_with("message")) {
            Some(Self::Zulip)
        } else if any(&|path| base(path).starts_with("rocketchat_")) {
            Some(Self::RocketChat)
        } else if within("messages/index.json")
            && (within("servers/index.json") || within("account/user.json"))
            || any(&is_discord_channel)
        {
            Some(Self::Discord)
        } else if named("slackdump.sqlite")
            || named("channels.json.gz")
            || named("workspace.json.gz")
        {
            Some(Self::Slackdump)
        } else if named("export_results.html") || (named("messages.html") && within("js/script.js"))
        {
            Some(Self::Telegram)
        } else if any(&is_text_of_channel) {
            Some(Self::SlackText)
        } else {
            None
        }
    }

    /// Returns whose export a file is that begins like this.
    pub(super) fn of_head(head: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(head);
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if head.get(257..262) == Some(b"ustar") {
            return says(&["zulip", "realm.json"]).then_some(Self::Zulip);
        }
        if text.lines().next().is_some_and(is_discord_table) {
            return Some(Self::Discord);
        }
        let fields = Fields::of(&text);
        let has = |names: &[&str]| names.iter().all(|name| fields.value(name).is_some());
        let kind = fields.value("type").unwrap_or_default();
        // A dump names its channel before or behind the messages.
        let is_dump =
            has(&["messages"]) && (has(&["channel_id"]) || (has(&["name"]) && says(&["\"ts\":"])));
        if fields.0.iter().any(|(name, _)| name.starts_with("zerver_")) {
            Some(Self::Zulip)
        } else if has(&["guild", "channel", "messages"]) || has(&["guild", "channel", "dateRange"])
        {
            Some(Self::Discord)
        } else if has(&["room_name", "exported_by"])
            || has(&["origin_server_ts", "sender"])
            || kind.starts_with("m.room.")
        {
            Some(Self::Matrix)
        } else if has(&["rid", "_id"]) && (has(&["msg"]) || has(&["u"])) {
            Some(Self::RocketChat)
        } else if (kind == "version" && has(&["version"]))
            || (MATTERMOST_LINES.contains(&kind) && fields.value(kind) == Some(""))
        {
            Some(Self::Mattermost)
        } else if (has(&["about"]) && says(&["Telegram"]))
            || (has(&["type", "id"]) && TELEGRAM_CHATS.contains(&kind))
        {
            Some(Self::Telegram)
        } else if kind.is_empty() && (is_dump || has(&["t", "ts", "n"])) {
            Some(Self::Slackdump)
        } else {
            None
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

/// Kinds of lines of Mattermost's bulk export; each holds a field of its own name.
const MATTERMOST_LINES: [&str; 10] = [
    "team",
    "channel",
    "user",
    "post",
    "direct_channel",
    "direct_post",
    "emoji",
    "scheme",
    "role",
    "bot",
];

/// Kinds of chats in Telegram's export.
const TELEGRAM_CHATS: [&str; 9] = [
    "personal_chat",
    "bot_chat",
    "saved_messages",
    "private_group",
    "private_supergroup",
    "private_channel",
    "public_group",
    "public_supergroup",
    "public_channel",
];

/// Returns whether a line names the columns of `DiscordChatExporter`'s tables.
fn is_discord_table(line: &str) -> bool {
    line.contains("AuthorID,Author,Date,Content")
}

/// Returns whether a path is a channel's in Discord's package, `messages/c81384788765712384/channel.json`;
/// the names of the folders above are in the language of whoever asked for it.
fn is_discord_channel(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let (file, folder) = (parts.next(), parts.next());
    let digits = folder.and_then(|folder| folder.strip_prefix('c'));
    file == Some("channel.json")
        && digits.is_some_and(|digits| {
            digits.len() >= 15 && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn ends_with_path(path: &str, end: &str) -> bool {
    path.strip_suffix(end)
        .is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Returns whether a path is `channels/general/general.txt`, as in Slack's export as text.
fn is_text_of_channel(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let (file, folder, list) = (parts.next(), parts.next(), parts.next());
    matches!(list, Some("channels" | "dms" | "groups" | "mpims"))
        && file.and_then(|file| file.strip_suffix(".txt")) == folder
        && folder.is_some()
}

/// The fields of the first object of a text that may break off: their names, and their values where
/// these are short texts.
struct Fields<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Fields<'a> {
    fn of(text: &'a str) -> Self {
        let mut fields = Vec::new();
        let text = text.trim_start_matches(['\u{feff}', '[', ' ', '\t', '\r', '\n']);
        let (mut depth, mut rest) = (0_usize, text);
        let mut is_name = false;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            match c {
                '"' => {
                    let (string, behind) = string(rest);
                    rest = behind;
                    if depth == 1 && is_name {
                        fields.push((string, ""));
                    } else if depth == 1
                        && let Some((_, value)) = fields.last_mut()
                    {
                        *value = string;
                    }
                    is_name = false;
                }
                '{' | '[' => {
                    if depth == 0 && c == '[' {
                        break;
                    }
                    depth += 1;
                    is_name = depth == 1;
                }
                '}' | ']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                ',' => is_name = depth == 1,
                // What begins with anything else is no object.
                c if depth == 0 && !c.is_whitespace() => break,
                _ => {}
            }
        }
        Self(fields)
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find(|(field, _)| *field == name)
            .map(|(_, value)| *value)
    }
}

/// Returns a JSON string up to its closing quote, and what stands behind it.
fn string(text: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_of_other_products() {
        for (head, expected) in [
            (
                r#"{"type":"version","version":1}"#,
                Some(Product::Mattermost),
            ),
            (
                r#"{"type":"version","info":{"generator":"mattermost-server"},"version":1}"#,
                Some(Product::Mattermost),
            ),
            (
                r#"{"post":{"channel":"town-square","message":"hi"},"type":"post"}"#,
                Some(Product::Mattermost),
            ),
            (r#"{"zerver_message":[{"id":1"#, Some(Product::Zulip)),
            (
                "{\n  \"guild\": {\"id\": \"1\", \"name\": \"x\"},\n  \"channel\": {\"id\": \"2\"},\n \"messages\": [",
                Some(Product::Discord),
            ),
            (
                r#"{"room_name":"x","room_creator":"y","topic":"","export_date":"z","exported_by":"me","messages":[]}"#,
                Some(Product::Matrix),
            ),
            (
                r#"{"content":{"body":"hi"},"origin_server_ts":1,"sender":"@a:b","type":"m.room.message"}"#,
                Some(Product::Matrix),
            ),
            (
                r#"{"_id":"a","rid":"GENERAL","msg":"hi","ts":{"$date":"2020-01-01T00:00:00Z"},"u":{"_id":"b"}}"#,
                Some(Product::RocketChat),
            ),
            (
                r#"[{"_id":"a","rid":"GENERAL","msg":"hi"}]"#,
                Some(Product::RocketChat),
            ),
            (
                "{\n \"about\": \"Here is the data you requested. Remember: Telegram is ad free\",\n \"chats\": {",
                Some(Product::Telegram),
            ),
            (
                "{\n \"name\": \"x\",\n \"type\": \"private_supergroup\",\n \"id\": 1,\n \"messages\": [",
                Some(Product::Telegram),
            ),
            (
                r#"{"channel_id":"C1","name":"x","messages":[{"type":"message"}]}"#,
                Some(Product::Slackdump),
            ),
            (
                r#"{"name":"x","messages":[{"type":"message","ts":"1704186000.000100"#,
                Some(Product::Slackdump),
            ),
            (
                "\u{feff}AuthorID,Author,Date,Content,Attachments,Reactions\r\n",
                Some(Product::Discord),
            ),
            (
                r#"{"t":5,"ts":1674255434945251,"id":"C1","n":29,"c":{}}"#,
                Some(Product::Slackdump),
            ),
        ] {
            assert_eq!(Product::of_head(head.as_bytes()), expected, "{head}");
        }
        let mut tar = vec![0; 512];
        tar[..20].copy_from_slice(b"zulip-export-abc/x\0\0");
        tar[257..262].copy_from_slice(b"ustar");
        assert_eq!(Product::of_head(&tar), Some(Product::Zulip));
    }

    #[test]
    fn contents_that_are_ours_or_nobodys() {
        for head in [
            r#"{"type":"message_sent","ts":"2020-01-01T00:00:00Z","user_id":"u"}"#,
            r#"{"type":"message","ts":"1433558319.000002","text":"guild"}"#,
            r#"{"event":"x","channel":"c","type":"channel_joined"}"#,
            r#"{"properties":{"guild":1,"channel":2}}"#,
            r#"{"text":"\"rid\":1,\"_id\":2","u":1}"#,
            "",
            "hello",
            "\"guild\"",
            "[1,2]",
        ] {
            assert_eq!(Product::of_head(head.as_bytes()), None, "{head}");
        }
    }

    #[test]
    fn names_of_other_products() {
        for (paths, expected) in [
            (
                &["realm.json", "messages-000001.json"][..],
                Some(Product::Zulip),
            ),
            (&["dump/rocketchat_message.json"], Some(Product::RocketChat)),
            (
                &["package/messages/index.json", "package/servers/index.json"],
                Some(Product::Discord),
            ),
            (
                &[
                    "Messages/index.json",
                    "Servers/index.json",
                    "Account/user.json",
                ],
                Some(Product::Discord),
            ),
            (
                &[
                    "Nachrichten/c81384788765712384/channel.json",
                    "Konto/user.json",
                ],
                Some(Product::Discord),
            ),
            (&["Actiance_Export.XML"], Some(Product::Mattermost)),
            (
                &["Realm.json", "Messages-000001.json"],
                Some(Product::Zulip),
            ),
            (&["Channels/general/general.txt"], Some(Product::SlackText)),
            (&["actiance_export.xml"], Some(Product::Mattermost)),
            (&["slackdump.sqlite"], Some(Product::Slackdump)),
            (
                &["C1.json.gz", "channels.json.gz"],
                Some(Product::Slackdump),
            ),
            (&["export_results.html"], Some(Product::Telegram)),
            (&["channels/general/general.txt"], Some(Product::SlackText)),
            (
                &["general/2015-06-05.json", "notes.txt", "channels/a/b.txt"],
                None,
            ),
            (&["realm.json"], None),
        ] {
            let found = Product::of_names(paths);
            assert_eq!(found, expected, "{paths:?}");
        }
    }
}
