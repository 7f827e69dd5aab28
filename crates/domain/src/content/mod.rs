//! What a message's text contains, without the text: words, mentions, hashtags, link hosts, emoji.

/// Terms and counts of one message; the text itself is not kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// Words of the text; `None` where there was no text to read.
    pub words: Option<u32>,
    /// People mentioned, as the chat names them, each once.
    pub mentions: Vec<Box<str>>,
    /// Hashtags, case-folded, without `#`, each once.
    pub hashtags: Vec<Box<str>>,
    /// Hosts of links, lower case, each once.
    pub links: Vec<Box<str>>,
    /// Emoji by canonical name, without colons, each once.
    pub emoji: Vec<Box<str>>,
}

/// What the source itself found in a text that may have been cut since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// People mentioned.
    pub mentions: Option<Vec<String>>,
    /// Hosts of links.
    pub links: Option<Vec<String>>,
    /// Emoji names, with or without colons.
    pub emoji: Option<Vec<String>>,
}
/// TEMP
pub fn read(_text: &str, _given: Option<&Given>) -> Content {
    Content::default()
}
/// TEMP
pub fn emoji_name(raw: &str) -> Option<Box<str>> {
    Some(raw.into())
}
