//! Exports by how a file begins.

use super::{Product, fields::Fields};

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

impl Product {
    /// Returns whose export a file is that begins like this.
    pub(in crate::importer) fn of_head(head: &[u8]) -> Option<Self> {
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
        if fields.names().any(|name| name.starts_with("zerver_")) {
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

/// Returns whether a line names the columns of `DiscordChatExporter`'s tables.
fn is_discord_table(line: &str) -> bool {
    line.contains("AuthorID,Author,Date,Content")
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
}
