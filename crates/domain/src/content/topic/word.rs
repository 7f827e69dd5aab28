//! The words of prose, and the form in which they are counted.

use std::{borrow::Cow, ops::ControlFlow, sync::LazyLock};

use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed, options::WordBreakInvariantOptions};
use unicode_segmentation::UnicodeSegmentation;

use super::language::StopWords;

/// Longest word, in characters: longer ones are no words.
const MAX_CHARS: usize = 30;

/// Words that end as a plural does and are none.
const NO_PLURALS: [&str; 16] = [
    "alias",
    "atlas",
    "bias",
    "canvas",
    "christmas",
    "devops",
    "https",
    "jenkins",
    "kubernetes",
    "lens",
    "news",
    "pandas",
    "postgres",
    "series",
    "species",
    "texas",
];

/// Plurals that no rule folds.
const IRREGULAR: [(&str, &str); 6] = [
    ("aliases", "alias"),
    ("caches", "cache"),
    ("canvases", "canvas"),
    ("indices", "index"),
    ("lenses", "lens"),
    ("statuses", "status"),
];

/// What prose is made of.
pub(super) enum Token {
    /// A word that may be part of a topic.
    Word(Word),
    /// Whatever ends a phrase.
    End,
}

/// A word that may be part of a topic.
pub(super) struct Word {
    /// The form in which it is counted.
    pub(super) key: String,
    /// How much it says.
    pub(super) weight: u32,
    /// Whether its script has no spaces between words.
    pub(super) is_dense: bool,
}

/// Hands over the words of prose, and where phrases end, until `take` has enough.
pub(super) fn each_token(
    prose: &str,
    stop_words: &StopWords,
    take: &mut impl FnMut(Token) -> ControlFlow<()>,
) -> ControlFlow<()> {
    for line in prose.lines() {
        for part in line.split_whitespace() {
            each_of_part(part, stop_words, take)?;
        }
        take(Token::End)?;
    }
    ControlFlow::Continue(())
}

/// Hands over the words of what stands between white space.
fn each_of_part(
    part: &str,
    stop_words: &StopWords,
    take: &mut impl FnMut(Token) -> ControlFlow<()>,
) -> ControlFlow<()> {
    // Paths, addresses, assignments and names of code are no words.
    if part.bytes().any(|byte| b"/\\@_={}<>$|^~".contains(&byte)) {
        return take(Token::End);
    }
    if part.is_ascii() {
        return each_ascii_piece(part, &mut |piece| take_piece(piece, stop_words, take));
    }
    if part.contains(is_dense) {
        // Dense scripts come one character at a time otherwise: the dictionary sees the whole part.
        return each_of_dense(part, stop_words, take);
    }
    for piece in part.split_word_bounds() {
        take_piece(piece, stop_words, take)?;
    }
    ControlFlow::Continue(())
}

fn take_piece(
    piece: &str,
    stop_words: &StopWords,
    take: &mut impl FnMut(Token) -> ControlFlow<()>,
) -> ControlFlow<()> {
    if piece.contains(char::is_alphanumeric) {
        take(token(piece, false, stop_words))
    } else if matches!(piece, "-" | "'" | "’" | "\"" | "*" | "“" | "”" | "‑") {
        ControlFlow::Continue(())
    } else {
        take(Token::End)
    }
}

/// Hands over the pieces between the word boundaries of ASCII without white space and underscores, as
/// UAX #29 has them: most texts are nothing else, and the tables of all of Unicode are not needed.
pub(super) fn each_ascii_piece(
    part: &str,
    take: &mut impl FnMut(&str) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let bytes = part.as_bytes();
    let joins = |at: usize| {
        let (Some(before), Some(after)) = (bytes.get(at - 1), bytes.get(at + 1)) else {
            return false;
        };
        // Rules WB6, WB7, WB11 and WB12.
        match bytes[at] {
            b'.' | b'\'' => {
                before.is_ascii_alphabetic() && after.is_ascii_alphabetic()
                    || before.is_ascii_digit() && after.is_ascii_digit()
            }
            b':' => before.is_ascii_alphabetic() && after.is_ascii_alphabetic(),
            b',' | b';' => before.is_ascii_digit() && after.is_ascii_digit(),
            _ => false,
        }
    };
    let mut from = 0;
    while from < bytes.len() {
        let mut to = from + 1;
        if bytes[from].is_ascii_alphanumeric() {
            while to < bytes.len() && (bytes[to].is_ascii_alphanumeric() || joins(to)) {
                to += 1;
            }
        }
        take(&part[from..to])?;
        from = to;
    }
    ControlFlow::Continue(())
}

fn each_of_dense(
    part: &str,
    stop_words: &StopWords,
    take: &mut impl FnMut(Token) -> ControlFlow<()>,
) -> ControlFlow<()> {
    static SEGMENTER: LazyLock<WordSegmenterBorrowed<'static>> =
        LazyLock::new(|| WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()));
    let mut ends = SEGMENTER.segment_str(part);
    let mut from = 0;
    while let Some(to) = ends.next() {
        let piece = &part[from..to];
        if ends.is_word_like() {
            take(token(piece, piece.contains(is_dense), stop_words))?;
        } else if !piece.is_empty() {
            take(Token::End)?;
        }
        from = to;
    }
    ControlFlow::Continue(())
}

/// Returns whether a character is of a script without spaces between words.
fn is_dense(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' // Burmese
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{3040}'..='\u{30ff}' // Hiragana, Katakana
        | '\u{3400}'..='\u{9fff}' // Han
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

fn token(piece: &str, is_dense: bool, stop_words: &StopWords) -> Token {
    let lower = if piece.is_ascii() {
        piece.to_ascii_lowercase()
    } else {
        piece.replace('’', "'").to_lowercase()
    };
    if stop_words.hold(&lower) {
        return Token::End;
    }
    let key = elided(lower.strip_suffix("'s").unwrap_or(&lower));
    let is_shortened = key.len() < lower.len();
    if is_shortened && stop_words.hold(key) || !is_word(key, is_dense) {
        return Token::End;
    }
    let is_acronym = piece.chars().all(|c| !c.is_lowercase());
    let key = if stop_words.have_plurals() && !is_acronym {
        fold(key)
    } else {
        Cow::Borrowed(key)
    };
    if key.len() < lower.len() && stop_words.hold(&key) {
        return Token::End;
    }
    let weight = weight(piece, &key, is_dense);
    Token::Word(Word {
        weight,
        is_dense,
        key: key.into_owned(),
    })
}

/// Returns a word without the French or Italian article before its apostrophe.
fn elided(word: &str) -> &str {
    match word.split_once('\'') {
        Some((article, rest)) if article.chars().count() <= 2 && rest.chars().count() > 2 => rest,
        _ => word,
    }
}

/// Returns whether it may be a part of a topic: two letters at least, and not mostly digits.
fn is_word(key: &str, is_dense: bool) -> bool {
    let (mut chars, mut letters, mut digits) = (0, 0, 0);
    let (mut is_hexadecimal, mut is_grammar) = (true, is_dense);
    for c in key.chars() {
        if matches!(c, '.' | ':' | '\'') {
            return false;
        }
        chars += 1;
        letters += usize::from(c.is_alphabetic());
        digits += usize::from(c.is_ascii_digit());
        is_hexadecimal &= c.is_ascii_hexdigit();
        // A word of nothing but Hiragana is grammar.
        is_grammar &= matches!(c, '\u{3040}'..='\u{309f}');
    }
    let is_hash = digits > 0 && chars > 5 && is_hexadecimal;
    (2..=MAX_CHARS).contains(&chars)
        && letters >= 1
        && digits <= letters.max(2)
        && !(digits > 1 && chars > 10)
        && !is_hash
        && !is_grammar
}

/// Returns how much a word says: long words, and those that are written as names are.
fn weight(piece: &str, key: &str, is_dense: bool) -> u32 {
    let chars = u32::try_from(key.chars().count()).unwrap_or(0);
    let chars = if is_dense { chars * 3 } else { chars };
    let is_name =
        piece.chars().skip(1).any(char::is_uppercase) || piece.chars().any(|c| c.is_ascii_digit());
    chars.min(12) + if is_name { 4 } else { 0 }
}

/// Returns a word in lower case as it is counted: without the ending of a plural, by the S-stemmer
/// (Harman 1991), which here cuts `es` off after sibilants.
pub(in crate::content) fn fold(word: &str) -> Cow<'_, str> {
    if let Some((_, singular)) = IRREGULAR.iter().find(|(plural, _)| *plural == word) {
        return Cow::Borrowed(singular);
    }
    let is_foldable = word.chars().count() > 3 && !NO_PLURALS.contains(&word);
    let Some(stem) = word.strip_suffix('s').filter(|_| is_foldable) else {
        return Cow::Borrowed(word);
    };
    if stem.ends_with(['s', 'u', 'i', '\'']) {
        Cow::Borrowed(word)
    } else if let Some(root) = stem.strip_suffix("ie")
        && root.chars().count() > 1
        && !root.ends_with(['a', 'e'])
    {
        Cow::Owned(format!("{root}y"))
    } else if let Some(root) = stem.strip_suffix('e')
        && (root.ends_with('x') || ["ch", "sh", "ss"].iter().any(|end| root.ends_with(end)))
    {
        Cow::Borrowed(root)
    } else {
        Cow::Borrowed(stem)
    }
}
