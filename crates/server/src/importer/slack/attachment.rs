//! Attachments: what apps and old integrations show under a message, and messages that were shared.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{author::filled, blocks, part, text};
use crate::importer::{SkipReason, scalar::Text};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attachment<'a> {
    #[serde(borrow)]
    pretext: Option<Text<'a>>,
    #[serde(borrow)]
    title: Option<Text<'a>>,
    #[serde(borrow)]
    title_link: Option<Text<'a>>,
    /// The link that is previewed, as it was written.
    #[serde(borrow)]
    original_url: Option<Text<'a>>,
    /// The same; of a message that is shared, where it stands.
    #[serde(borrow)]
    from_url: Option<Text<'a>>,
    /// Where a message that is shared was written.
    #[serde(borrow)]
    channel_id: Option<Text<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    /// The same in plain, for clients that show no attachments.
    #[serde(borrow)]
    fallback: Option<Text<'a>>,
    /// A list of [`Field`]s.
    #[serde(borrow)]
    fields: Option<&'a RawValue>,
    #[serde(borrow)]
    blocks: Option<&'a RawValue>,
    /// A list of [`SharedMessage`]s.
    #[serde(borrow)]
    message_blocks: Option<&'a RawValue>,
    #[serde(borrow)]
    files: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Field<'a> {
    #[serde(borrow)]
    title: Option<Text<'a>>,
    #[serde(borrow)]
    value: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SharedMessage<'a> {
    #[serde(borrow)]
    message: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Shown<'a> {
    #[serde(borrow)]
    blocks: Option<&'a RawValue>,
}

/// Returns the text of a list of attachments, one line for each part; empty where they show none.
pub(super) fn text_of(attachments: &RawValue) -> Result<String, SkipReason> {
    let mut lines = Vec::new();
    for raw in part::list(attachments)? {
        let attachment: Attachment<'_> = part::of(raw)?;
        let before = lines.len();
        attachment.write(&mut lines)?;
        if lines.len() == before {
            lines.extend(plain(attachment.fallback.as_ref()));
        }
        if plain(attachment.title.as_ref()).is_none() {
            lines.extend(attachment.url().map(|url| text::link(&url, "")));
        }
    }
    Ok(lines.join("\n"))
}

/// Returns the files of a list of attachments.
pub(super) fn files_of(attachments: &RawValue) -> Result<Vec<&RawValue>, SkipReason> {
    let mut files = Vec::new();
    for raw in part::list(attachments)? {
        let attachment: Attachment<'_> = part::of(raw)?;
        if let Some(list) = attachment.files {
            files.extend(part::list(list)?);
        }
    }
    Ok(files)
}

impl Attachment<'_> {
    /// Returns where the title leads.
    fn url(&self) -> Option<String> {
        let previewed =
            || plain(self.original_url.as_ref()).or_else(|| plain(self.from_url.as_ref()));
        let is_shared = self.channel_id.is_some();
        plain(self.title_link.as_ref()).or_else(|| previewed().filter(|_| !is_shared))
    }

    fn write(&self, lines: &mut Vec<String>) -> Result<(), SkipReason> {
        lines.extend(plain(self.pretext.as_ref()));
        if let Some(title) = plain(self.title.as_ref()) {
            let url = self.url();
            lines.push(url.map_or_else(|| title.clone(), |url| text::link(&url, &title)));
        }
        let own = plain(self.text.as_ref());
        let has_text = own.is_some();
        lines.extend(own);
        for raw in self.fields.map(part::list).transpose()?.unwrap_or_default() {
            let field: Field<'_> = part::of(raw)?;
            lines.extend(plain(field.title.as_ref()));
            lines.extend(plain(field.value.as_ref()));
        }
        if has_text {
            return Ok(());
        }
        let mut shown: Vec<&RawValue> = self.blocks.into_iter().collect();
        let shared = self.message_blocks.map(part::list).transpose()?;
        for raw in shared.unwrap_or_default() {
            let shared: SharedMessage<'_> = part::of(raw)?;
            let message: Option<Shown<'_>> = shared.message.map(part::of).transpose()?;
            shown.extend(message.and_then(|message| message.blocks));
        }
        for raw in shown {
            let text = blocks::text_of(raw)?;
            lines.extend((!text.trim().is_empty()).then_some(text));
        }
        Ok(())
    }
}

fn plain(text: Option<&Text<'_>>) -> Option<String> {
    filled(text).map(|text| text::unescape(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn text(attachments: &Value) -> String {
        let json = attachments.to_string();
        text_of(serde_json::from_str(&json).unwrap()).unwrap()
    }

    #[test]
    fn what_attachments_show() {
        for (attachments, expected) in [
            (json!([]), ""),
            (json!(null), ""),
            (
                json!([{"fallback": "plain &amp; simple"}]),
                "plain & simple",
            ),
            (
                json!([{"fallback": "x", "text": "shared message text"}]),
                "shared message text",
            ),
            (
                json!([{"pretext": "New issue", "title": "It <broke>", "title_link": "https://a.example/1",
                    "text": "again", "fields": [{"title": "Where", "value": "here"}], "fallback": "x"}]),
                "New issue\n<https://a.example/1|It broke>\nagain\nWhere\nhere",
            ),
            (
                json!([{"title_link": "https://a.example/1", "fallback": "It"}]),
                "It\n<https://a.example/1>",
            ),
            (
                json!([{"original_url": "https://a.example/1", "from_url": "https://a.example/2",
                    "title": "It"}]),
                "<https://a.example/1|It>",
            ),
            (
                json!([{"from_url": "https://x.slack.com/archives/C1/p1", "channel_id": "C1",
                    "text": "said"}]),
                "said",
            ),
            (
                json!([{"is_share": true, "message_blocks": [{"team": "T1", "message": {"blocks": [
                    {"type": "section", "text": {"type": "mrkdwn", "text": "from elsewhere"}}]}}]}]),
                "from elsewhere",
            ),
            (json!([{"text": "a"}, null, {"fallback": "b"}]), "a\nb"),
        ] {
            assert_eq!(text(&attachments), expected, "{attachments}");
        }
    }
}
