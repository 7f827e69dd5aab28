//! The words of prose, and the form in which they are counted.

use std::sync::LazyLock;

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

/// Returns the words of prose, and where phrases end.
pub(super) fn tokens<'a>(
    prose: &'a str,
    stop_words: &'a StopWords,
) -> impl Iterator<Item = Token> + 'a {
    prose.lines().flat_map(move |line| {
        let parts = line.split_whitespace();
        let parts = parts.flat_map(move |part| of_part(part, stop_words));
        parts.chain(std::iter::once(Token::End))
    })
}

/// Returns the words of what stands between white space.
fn of_part(part: &str, stop_words: &StopWords) -> Vec<Token> {
    // Paths, addresses, assignments and names of code are no words.
    if part.contains([
        '/', '\\', '@', '_', '=', '{', '}', '<', '>', '$', '|', '^', '~',
    ]) {
        return vec![Token::End];
    }
    let mut tokens = Vec::new();
    for piece in part.split_word_bounds() {
        if piece.contains(is_dense) {
            // Dense scripts come one character at a time here: the dictionary sees the whole part.
            return of_dense(part, stop_words);
        }
        if piece.contains(char::is_alphanumeric) {
            tokens.push(token(piece, false, stop_words));
        } else if !matches!(piece, "-" | "'" | "’" | "\"" | "*" | "“" | "”" | "‑") {
            tokens.push(Token::End);
        }
    }
    tokens
}

fn of_dense(part: &str, stop_words: &StopWords) -> Vec<Token> {
    static SEGMENTER: LazyLock<WordSegmenterBorrowed<'static>> =
        LazyLock::new(|| WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()));
    let mut tokens = Vec::new();
    let mut ends = SEGMENTER.segment_str(part);
    let mut from = 0;
    while let Some(to) = ends.next() {
        let piece = &part[from..to];
        if ends.is_word_like() {
            tokens.push(token(piece, piece.contains(is_dense), stop_words));
        } else if !piece.is_empty() {
            tokens.push(Token::End);
        }
        from = to;
    }
    tokens
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
    let straight = piece.replace('’', "'");
    let lower = straight.to_lowercase();
    if stop_words.hold(&lower) {
        return Token::End;
    }
    let key = lower.strip_suffix("'s").unwrap_or(&lower);
    let key = elided(key);
    if stop_words.hold(key) || !is_word(key, is_dense) {
        return Token::End;
    }
    let is_acronym = piece.chars().all(|c| !c.is_lowercase());
    let key = if stop_words.have_plurals() && !is_acronym {
        fold(key)
    } else {
        key.to_owned()
    };
    if stop_words.hold(&key) {
        return Token::End;
    }
    let weight = weight(piece, &key, is_dense);
    Token::Word(Word {
        key,
        weight,
        is_dense,
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
    let chars = key.chars().count();
    let letters = key.chars().filter(|c| c.is_alphabetic()).count();
    let digits = key.chars().filter(char::is_ascii_digit).count();
    let is_hash = digits > 0 && chars > 5 && key.chars().all(|c| c.is_ascii_hexdigit());
    // A word of nothing but Hiragana is grammar.
    let is_grammar = is_dense && key.chars().all(|c| matches!(c, '\u{3040}'..='\u{309f}'));
    (2..=MAX_CHARS).contains(&chars)
        && letters >= 1
        && digits <= letters.max(2)
        && !(digits > 1 && chars > 10)
        && !key.contains(['.', ':', '\''])
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
pub(in crate::content) fn fold(word: &str) -> String {
    if let Some((_, singular)) = IRREGULAR.iter().find(|(plural, _)| *plural == word) {
        return (*singular).to_owned();
    }
    let is_foldable = word.chars().count() > 3 && !NO_PLURALS.contains(&word);
    let Some(stem) = word.strip_suffix('s').filter(|_| is_foldable) else {
        return word.to_owned();
    };
    if stem.ends_with(['s', 'u', 'i']) || stem.ends_with('\'') {
        word.to_owned()
    } else if let Some(root) = stem.strip_suffix("ie")
        && root.chars().count() > 1
        && !root.ends_with(['a', 'e'])
    {
        format!("{root}y")
    } else if let Some(root) = stem.strip_suffix('e')
        && (root.ends_with('x') || ["ch", "sh", "ss"].iter().any(|end| root.ends_with(end)))
    {
        root.to_owned()
    } else {
        stem.to_owned()
    }
}
