//! The text of a message. Its markup (`<@U1>`, `<https://…|…>`) is left for whoever reads terms.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What would end a link's markup before its time.
const NOT_IN_LINKS: &AsciiSet = &CONTROLS.add(b' ').add(b'<').add(b'>').add(b'|');

/// What Slack puts into `text` where an app gave none and the blocks hold it.
const STAND_INS: [&str; 2] = [
    "This content can't be displayed.",
    "This content can\u{2019}t be displayed.",
];

/// Returns whether a text says something.
pub(super) fn is_nonempty(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && !STAND_INS.contains(&text)
}

/// Returns a link as it is written in a text.
pub(super) fn link(url: &str, label: &str) -> String {
    let url = utf8_percent_encode(url, NOT_IN_LINKS);
    let label = label.replace(['<', '>', '|', '\n'], "");
    if label.trim().is_empty() {
        format!("<{url}>")
    } else {
        format!("<{url}|{label}>")
    }
}

/// Returns the text with the three characters that Slack writes as entities.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find('&') {
        plain.push_str(&rest[..position]);
        rest = &rest[position..];
        let known = [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&')];
        let (length, c) = known
            .into_iter()
            .find(|(entity, _)| rest.starts_with(entity))
            .map_or((1, '&'), |(entity, c)| (entity.len(), c));
        plain.push(c);
        rest = &rest[length..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Returns the person a text begins by mentioning: `<@U1>` or `<@U1|ann>`.
pub(super) fn first_mention(text: &str) -> Option<&str> {
    let (mention, _) = text.strip_prefix("<@")?.split_once('>')?;
    let id = mention.split('|').next().unwrap_or_default();
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_id.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded_once() {
        assert_eq!(unescape("no entity"), "no entity");
        assert_eq!(unescape("Vec&lt;u8&gt; &amp;&amp; more"), "Vec<u8> && more");
        assert_eq!(unescape("&amp;lt; &nbsp; &"), "&lt; &nbsp; &");
        assert_eq!(unescape("é&amp;é"), "é&é");
    }

    #[test]
    fn the_mention_a_text_begins_with() {
        assert_eq!(first_mention("<@U1> commented on"), Some("U1"));
        assert_eq!(first_mention("<@U1|ann> commented"), Some("U1"));
        for text in ["hi <@U1>", "<@>", "<@U1", "<@U 1>", ""] {
            assert_eq!(first_mention(text), None, "{text}");
        }
    }
}
