//! One name for each emoji, however it is written.
//!
//! The canonical name is the first gemoji shortcode, or the Unicode name in `snake_case` for the
//! few emoji that have none. The names that Slack and Zulip have for emoji, and gemoji has not, lead
//! there too (`shortcodes.txt`). A name that none of them knows is a custom emoji and stays what it is.

use std::{borrow::Cow, sync::LazyLock};

use emojis::{Emoji, SkinTone};
use rustc_hash::FxHashMap;

use super::MAX_TERM_LENGTH;

/// What a shortcode's skin tone begins with; it stands behind the name's closing colon.
const TONE: &str = ":skin-tone-";

/// Returns the canonical name of one emoji written as character, `:shortcode:` or bare name.
///
/// Skin tones are folded. `None` for what cannot be a name: empty, longer than
/// [`MAX_TERM_LENGTH`], or with white space or colons inside.
pub fn emoji_name(raw: &str) -> Option<Box<str>> {
    let name = raw.trim().trim_matches(':');
    // TRICKY: `+1::skin-tone-2` lost its outer colons but keeps the two in the middle.
    let name = name
        .find(TONE)
        .map_or(name, |tone| name[..tone].trim_end_matches(':'));
    if name.is_empty() || name.len() > MAX_TERM_LENGTH {
        return None;
    }
    if !name.is_ascii()
        && let Some(emoji) = by_character(name)
    {
        return Some(canonical(emoji));
    }
    if name
        .chars()
        .any(|c| c == ':' || c.is_whitespace() || c.is_control())
    {
        return None;
    }
    let name = lower(name);
    if let Some(emoji) = by_shortcode(&name) {
        return Some(canonical(emoji));
    }
    (name.len() <= MAX_TERM_LENGTH).then(|| name.into())
}

/// Returns the character of a canonical name, for showing; `None` for custom emoji.
pub fn emoji_char(name: &str) -> Option<&'static str> {
    let emoji = emojis::get_by_shortcode(name).or_else(|| {
        emojis::iter().find(|emoji| emoji.shortcode().is_none() && *snake_case(emoji) == *name)
    })?;
    Some(emoji.as_str())
}

/// Returns the emoji of a lower-case shortcode, gemoji's or Slack's spelling of it.
///
/// Slack writes flags as `flag-de`, and hyphens where gemoji has underscores.
pub(super) fn by_shortcode(name: &str) -> Option<&'static Emoji> {
    static OTHERS: LazyLock<FxHashMap<&str, &Emoji>> = LazyLock::new(|| {
        let lines = include_str!("shortcodes.txt").lines();
        let named = lines.filter_map(|line| line.split_once(' '));
        named
            .filter_map(|(name, emoji)| Some((name, by_character(emoji)?)))
            .collect()
    });
    let of_slack = || {
        name.contains('-').then_some(())?;
        match name.strip_prefix("flag-") {
            Some(country) => flag(country),
            None => emojis::get_by_shortcode(&name.replace('-', "_")),
        }
    };
    emojis::get_by_shortcode(name)
        .or_else(|| OTHERS.get(name).copied())
        .or_else(of_slack)
}

/// Returns the emoji of a character sequence, without its skin tone.
pub(super) fn by_character(sequence: &str) -> Option<&'static Emoji> {
    let emoji = emojis::get(sequence).or_else(|| {
        let plain: String = sequence.chars().filter(|&c| !is_modifier(c)).collect();
        emojis::get(&plain)
    })?;
    Some(emoji.with_skin_tone(SkinTone::Default).unwrap_or(emoji))
}

/// Returns whether a character only changes the look of the emoji before it.
pub(super) fn is_modifier(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}' | '\u{fe0e}' | '\u{fe0f}')
}

pub(super) fn canonical(emoji: &Emoji) -> Box<str> {
    emoji
        .shortcode()
        .map_or_else(|| snake_case(emoji), Into::into)
}

fn snake_case(emoji: &Emoji) -> Box<str> {
    let words = emoji
        .name()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_").to_lowercase().into()
}

fn flag(country: &str) -> Option<&'static Emoji> {
    let indicator = |letter: u8| {
        let index = letter
            .is_ascii_lowercase()
            .then(|| u32::from(letter - b'a'))?;
        char::from_u32(u32::from('🇦') + index)
    };
    let [first, second] = country.as_bytes() else {
        return None;
    };
    emojis::get(&String::from_iter([
        indicator(*first)?,
        indicator(*second)?,
    ]))
}

fn lower(name: &str) -> Cow<'_, str> {
    if name
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
    {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_however_it_is_written() {
        for raw in [
            "👍",
            ":+1:",
            "+1",
            "thumbsup",
            "+1::skin-tone-2",
            ":+1::skin-tone-5:",
            "👍🏽",
            "THUMBSUP",
        ] {
            assert_eq!(emoji_name(raw).as_deref(), Some("+1"), "{raw}");
        }
        for (raw, name) in [
            ("❤", "heart"),
            ("❤️", "heart"),
            ("👩🏿‍❤️‍👨🏼", "couple_with_heart_woman_man"),
            ("🇩🇪", "de"),
            ("flag-de", "de"),
            ("man-shrugging", "man_shrugging"),
            ("1️⃣", "one"),
            ("🫆", "fingerprint"),
            (":t-rex:", "t-rex"),
            // Slack's names, and Zulip's.
            (":thinking_face:", "thinking"),
            ("🤔", "thinking"),
            (":simple_smile:", "simple_smile"),
            (":hugging_face:", "hugs"),
            (":grinning_face_with_smiling_eyes:", "grin"),
            (":big_smile:", "smile"),
            (":working_on_it:", "hammer_and_wrench"),
        ] {
            assert_eq!(emoji_name(raw).as_deref(), Some(name), "{raw}");
        }
    }

    #[test]
    fn custom_names_stay_as_they_are() {
        for name in [
            "octopus_dance",
            "party_parrot",
            "thumbsup_all",
            "party-parrot",
            "flag-nowhere",
            "了解",
        ] {
            assert_eq!(emoji_name(&format!(":{name}:")).as_deref(), Some(name));
            assert_eq!(emoji_char(name), None, "{name}");
        }
        assert_eq!(
            emoji_name(":Party_Parrot:").as_deref(),
            Some("party_parrot")
        );
    }

    #[test]
    fn every_further_name_leads_to_an_emoji() {
        let lines = include_str!("shortcodes.txt").lines();
        let named: Vec<(&str, &str)> = lines
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split_once(' ').unwrap())
            .collect();
        assert!(named.len() > 1_000);
        for (name, emoji) in named {
            let canonical = emoji_name(emoji);
            assert!(
                canonical.as_deref().and_then(emoji_char).is_some(),
                "{name}"
            );
            assert_eq!(emoji_name(&format!(":{name}:")), canonical, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_a_name() {
        let long = "x".repeat(MAX_TERM_LENGTH + 1);
        for raw in ["", " ", "::", ":", "two words", "a:b", "a\u{0}b", &long] {
            assert_eq!(emoji_name(raw), None, "{raw}");
        }
    }

    #[test]
    fn every_emoji_has_a_name_that_leads_back_to_it() {
        for emoji in emojis::iter() {
            let name = emoji_name(emoji.as_str()).unwrap();
            assert_eq!(emoji_char(&name), Some(emoji.as_str()));
            assert_eq!(emoji_name(&name).as_deref(), Some(&*name));
            for toned in emoji.skin_tones().into_iter().flatten() {
                assert_eq!(emoji_name(toned.as_str()).as_deref(), Some(&*name));
            }
            for shortcode in emoji.shortcodes() {
                assert_eq!(emoji_name(shortcode).as_deref(), Some(&*name));
            }
        }
    }
}
