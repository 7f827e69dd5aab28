//! The text of blocks, written as Slack writes the text of a message.
//!
//! Newer clients and most apps put what they say into `blocks`; where `text` is empty, this is the
//! text. Code stands between backticks again, links and mentions between angle brackets, so that
//! whoever reads terms reads the same of both.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{author::filled, part, text};
use crate::importer::{SkipReason, scalar::Text};

/// How deep blocks are read into; Slack's own end at five.
const MAX_DEPTH: usize = 16;

/// A block, or a part of one: what is shown of it is the same few fields everywhere.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Block<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    /// A text, or an object that holds one.
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    title: Option<&'a RawValue>,
    #[serde(borrow)]
    description: Option<&'a RawValue>,
    #[serde(borrow)]
    fields: Option<&'a RawValue>,
    /// Parts, of which some kinds of block have an object in the place of a list.
    #[serde(borrow)]
    elements: Option<&'a RawValue>,
    #[serde(borrow)]
    rows: Option<&'a RawValue>,
    #[serde(borrow)]
    style: Option<&'a RawValue>,
    #[serde(borrow)]
    url: Option<Text<'a>>,
    #[serde(borrow)]
    user_id: Option<Text<'a>>,
    #[serde(borrow)]
    channel_id: Option<Text<'a>>,
    #[serde(borrow)]
    usergroup_id: Option<Text<'a>>,
    #[serde(borrow)]
    range: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    value: Option<Text<'a>>,
    #[serde(borrow)]
    fallback: Option<Text<'a>>,
    skin_tone: Option<u8>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Style {
    code: bool,
}

/// Returns the text of a list of blocks; empty where they show none.
pub(super) fn text_of(blocks: &RawValue) -> Result<String, SkipReason> {
    let mut out = String::new();
    write_list(blocks, 0, &mut out)?;
    out.truncate(out.trim_end().len());
    Ok(out)
}

/// Writes each element of a list; a single object is a list of one.
fn write_list(raw: &RawValue, depth: usize, out: &mut String) -> Result<(), SkipReason> {
    if raw.get().starts_with('[') {
        for element in part::list(raw)? {
            if element.get().starts_with('[') {
                nested(element, depth, out)?;
            } else {
                write(element, depth, out)?;
            }
        }
        Ok(())
    } else {
        write(raw, depth, out)
    }
}

fn nested(raw: &RawValue, depth: usize, out: &mut String) -> Result<(), SkipReason> {
    if depth < MAX_DEPTH {
        write_list(raw, depth + 1, out)
    } else {
        Ok(())
    }
}

fn write(raw: &RawValue, depth: usize, out: &mut String) -> Result<(), SkipReason> {
    if !raw.get().starts_with('{') {
        return Ok(());
    }
    let block: Block<'_> = part::of(raw)?;
    let kind = block.kind.as_ref().map_or("", |kind| kind.0.as_ref());
    match kind {
        "rich_text_preformatted" => fenced(&block, depth, out)?,
        "link" => link(&block, out)?,
        "user" => bracketed("@", block.user_id.as_ref(), out),
        "channel" => bracketed("#", block.channel_id.as_ref(), out),
        "usergroup" => bracketed("!subteam^", block.usergroup_id.as_ref(), out),
        "broadcast" => bracketed("!", block.range.as_ref(), out),
        "emoji" => emoji(&block, out),
        "date" => out.push_str(&filled(block.fallback.as_ref()).unwrap_or_default()),
        "color" => out.push_str(&filled(block.value.as_ref()).unwrap_or_default()),
        "text" => styled(&block, out)?,
        // What people may press or choose is nothing that was said.
        "actions" | "input" | "button" | "file" | "call" | "divider" => {}
        // Texts of an app's blocks are written as the text of a message is.
        "mrkdwn" | "plain_text" => {
            end_of_part(kind, out);
            let plain = plain(block.text)?;
            out.push_str(&text::unescape(&plain));
        }
        _ => {
            let fields = [
                block.text,
                block.title,
                block.description,
                block.fields,
                block.elements,
                block.rows,
            ];
            for raw in fields.into_iter().flatten() {
                if raw.get().starts_with('"') {
                    out.push_str(&text::unescape(&plain(Some(raw))?));
                } else {
                    nested(raw, depth, out)?;
                }
                end_of_part(kind, out);
            }
        }
    }
    Ok(())
}

/// Parts stand on lines of their own, as they are shown.
fn end_of_part(kind: &str, out: &mut String) {
    let is_inline = kind.is_empty();
    if !is_inline && !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

/// Returns a text; of an object the one it holds.
fn plain(raw: Option<&RawValue>) -> Result<String, SkipReason> {
    let text: Option<Text<'_>> = raw.map(part::of).transpose()?;
    Ok(text.map(|text| text.0.into_owned()).unwrap_or_default())
}

fn styled(block: &Block<'_>, out: &mut String) -> Result<(), SkipReason> {
    let plain = plain(block.text)?;
    let style: Style = match block.style {
        Some(raw) if raw.get().starts_with('{') => part::of(raw)?,
        Some(_) | None => Style::default(),
    };
    if style.code && !plain.trim().is_empty() {
        let ticks = if plain.contains('`') { "``" } else { "`" };
        out.push_str(ticks);
        out.push_str(&plain.replace('\n', " "));
        out.push_str(ticks);
    } else {
        out.push_str(&plain);
    }
    Ok(())
}

fn fenced(block: &Block<'_>, depth: usize, out: &mut String) -> Result<(), SkipReason> {
    let mut code = String::new();
    if let Some(raw) = block.elements {
        nested(raw, depth, &mut code)?;
    }
    end_of_part("code", out);
    out.push_str("```\n");
    out.push_str(&code.replace("```", "'''"));
    out.push_str("\n```\n");
    Ok(())
}

fn link(block: &Block<'_>, out: &mut String) -> Result<(), SkipReason> {
    let Some(url) = filled(block.url.as_ref()) else {
        return Ok(());
    };
    let label = plain(block.text)?;
    out.push_str(&text::link(&url, &label));
    Ok(())
}

fn bracketed(sign: &str, id: Option<&Text<'_>>, out: &mut String) {
    if let Some(id) = filled(id) {
        out.push('<');
        out.push_str(sign);
        out.push_str(&id);
        out.push('>');
    }
}

fn emoji(block: &Block<'_>, out: &mut String) {
    if let Some(name) = filled(block.name.as_ref()) {
        out.push(':');
        out.push_str(&name);
        out.push(':');
        if let Some(tone) = block.skin_tone {
            let _infallible = write!(out, ":skin-tone-{tone}:");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn text(blocks: &Value) -> String {
        let json = blocks.to_string();
        text_of(serde_json::from_str(&json).unwrap()).unwrap()
    }

    #[test]
    fn rich_text_as_slack_writes_it_in_a_message() {
        let section = |elements: Value| {
            json!([{"type": "rich_text", "block_id": "b", "elements": [
                {"type": "rich_text_section", "elements": elements}]}])
        };
        for (elements, expected) in [
            (json!([{"type": "text", "text": "a < b & c"}]), "a < b & c"),
            (
                json!([{"type": "text", "text": "see "}, {"type": "link",
                    "url": "https://docs.example.org/a|b c", "text": "the <docs>"}]),
                "see <https://docs.example.org/a%7Cb%20c|the docs>",
            ),
            (
                json!([{"type": "link", "url": "https://a.example"}]),
                "<https://a.example>",
            ),
            (
                json!([{"type": "user", "user_id": "U1"}, {"type": "channel", "channel_id": "C1"},
                    {"type": "usergroup", "usergroup_id": "S1"}, {"type": "broadcast", "range": "here"}]),
                "<@U1><#C1><!subteam^S1><!here>",
            ),
            (
                json!([{"type": "emoji", "name": "wave", "skin_tone": 2}, {"type": "emoji", "name": "tada"}]),
                ":wave::skin-tone-2::tada:",
            ),
            (
                json!([{"type": "text", "text": "let #x", "style": {"code": true}},
                    {"type": "text", "text": " bold", "style": {"bold": true}}]),
                "`let #x` bold",
            ),
            (
                json!([{"type": "date", "timestamp": 1, "fallback": "May 1"}, {"type": "color", "value": "#fff"}]),
                "May 1#fff",
            ),
            (json!([{"type": "unheard_of", "x": [1]}, 7, null]), ""),
        ] {
            assert_eq!(text(&section(elements)), expected);
        }
        let lists = json!([{"type": "rich_text", "elements": [
            {"type": "rich_text_list", "style": "bullet", "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]},
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "two"}]}]},
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "#no ``` x"}]}]}]);
        assert_eq!(text(&lists), "one\ntwo\nsaid\n```\n#no ''' x\n```");
    }

    #[test]
    fn blocks_of_apps() {
        let blocks = json!([
            {"type": "header", "text": {"type": "plain_text", "text": "Deploy"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "of <https://a.example|it> &amp; more"},
                "fields": [{"type": "mrkdwn", "text": "*by* <@U1>"}, {"type": "plain_text", "text": "now"}],
                "accessory": {"type": "button", "text": {"type": "plain_text", "text": "Press"}}},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "took 3 s"},
                {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "logo"}]},
            {"type": "divider"},
            {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Undo"}}]},
            {"type": "markdown", "text": "**done**"},
            {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}]]},
        ]);
        assert_eq!(
            text(&blocks),
            "Deploy\nof <https://a.example|it> & more\n*by* <@U1>\nnow\ntook 3 s\n**done**\ncell"
        );
    }

    #[test]
    fn depth_is_bounded_and_odd_blocks_are_none() {
        let mut nested = json!({"type": "text", "text": "deep"});
        for _ in 0..40 {
            nested = json!({"type": "x", "elements": [nested]});
        }
        assert_eq!(text(&json!([nested])), "");
        assert_eq!(text(&json!({"type": "text", "text": "one"})), "one");
        assert_eq!(text(&json!([])), "");
        let odd: Box<RawValue> = serde_json::from_str(r#"[{"type":"text","text":[1]}]"#).unwrap();
        assert_eq!(text_of(&odd).unwrap_err().code(), "wrong_type");
    }
}
