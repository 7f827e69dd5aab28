//! Which words say nothing of what a message is about.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use whichlang::{Lang, detect_language};

/// Languages whose stop words are known, by the code of their list.
const LANGUAGES: [(Lang, &str); 12] = [
    (Lang::Ara, "ar"),
    (Lang::Cmn, "zh"),
    (Lang::Deu, "de"),
    (Lang::Eng, "en"),
    (Lang::Fra, "fr"),
    (Lang::Ita, "it"),
    (Lang::Nld, "nl"),
    (Lang::Por, "pt"),
    (Lang::Rus, "ru"),
    (Lang::Spa, "es"),
    (Lang::Swe, "sv"),
    (Lang::Tur, "tr"),
];

/// Stop words that the list of their language lacks.
const MORE: [(Lang, &str); 2] = [(Lang::Tur, "bir"), (Lang::Tur, "hakkında")];

/// What is said in chats of every kind and is about nothing; many write so whatever their language.
const OF_CHATS: &[&str] = &[
    "able",
    "actually",
    "ago",
    "almost",
    "already",
    "also",
    "alright",
    "always",
    "amp",
    "another",
    "anyone",
    "anything",
    "anyway",
    "around",
    "ask",
    "away",
    "back",
    "bad",
    "basically",
    "best",
    "better",
    "big",
    "bit",
    "btw",
    "bye",
    "came",
    "can't",
    "cannot",
    "cause",
    "certainly",
    "come",
    "cool",
    "could",
    "couple",
    "course",
    "day",
    "definitely",
    "different",
    "done",
    "either",
    "else",
    "enough",
    "etc",
    "even",
    "ever",
    "every",
    "everyone",
    "everything",
    "exactly",
    "far",
    "feel",
    "fine",
    "first",
    "fyi",
    "gave",
    "get",
    "gets",
    "getting",
    "give",
    "go",
    "goes",
    "going",
    "gonna",
    "good",
    "got",
    "great",
    "gt",
    "guess",
    "guy",
    "guys",
    "haha",
    "happen",
    "happens",
    "hello",
    "hey",
    "hi",
    "hmm",
    "however",
    "idea",
    "i'd",
    "i'll",
    "i'm",
    "imo",
    "indeed",
    "instead",
    "it's",
    "i've",
    "keep",
    "kind",
    "knew",
    "know",
    "last",
    "later",
    "least",
    "less",
    "let",
    "let's",
    "like",
    "little",
    "lol",
    "long",
    "look",
    "looking",
    "looks",
    "lot",
    "lots",
    "lt",
    "made",
    "make",
    "makes",
    "making",
    "many",
    "may",
    "maybe",
    "mean",
    "means",
    "might",
    "morning",
    "much",
    "must",
    "nbsp",
    "need",
    "needs",
    "never",
    "new",
    "next",
    "nice",
    "nope",
    "nothing",
    "often",
    "oh",
    "ok",
    "okay",
    "old",
    "one",
    "ones",
    "oops",
    "part",
    "people",
    "perhaps",
    "please",
    "point",
    "possible",
    "pretty",
    "probably",
    "put",
    "question",
    "quite",
    "quot",
    "rather",
    "really",
    "right",
    "said",
    "saw",
    "say",
    "saying",
    "says",
    "see",
    "seem",
    "seems",
    "seen",
    "set",
    "since",
    "someone",
    "something",
    "sometimes",
    "soon",
    "sorry",
    "still",
    "stuff",
    "sure",
    "take",
    "takes",
    "tell",
    "thank",
    "thanks",
    "that's",
    "there's",
    "thing",
    "things",
    "think",
    "thinking",
    "though",
    "thought",
    "thx",
    "till",
    "time",
    "today",
    "together",
    "tomorrow",
    "took",
    "tried",
    "true",
    "try",
    "trying",
    "two",
    "understand",
    "use",
    "used",
    "uses",
    "using",
    "usually",
    "via",
    "want",
    "wanted",
    "wants",
    "way",
    "ways",
    "week",
    "well",
    "went",
    "whatever",
    "whether",
    "whole",
    "will",
    "within",
    "without",
    "won't",
    "wonder",
    "work",
    "worked",
    "working",
    "works",
    "would",
    "wow",
    "wrong",
    "yeah",
    "year",
    "yep",
    "yes",
    "yesterday",
    "yet",
    "you're",
];

/// Fewer letters than this do not tell their language.
const TELLING: usize = 24;

/// As much of a text as decides on its language, in bytes.
const LOOKED_AT: usize = 400;

/// Languages as bits, in the order of [`LANGUAGES`], and above them the one of all chats.
type Languages = u16;

/// The bit of what is said in chats of every kind.
const CHATS: Languages = 1 << LANGUAGES.len();

/// In which languages each stop word is one: a word is looked up once, whatever the languages.
static STOP_WORDS: LazyLock<FxHashMap<&'static str, Languages>> = LazyLock::new(|| {
    let mut words: FxHashMap<&'static str, Languages> = FxHashMap::default();
    for (lang, code) in LANGUAGES {
        let more = MORE.iter().filter(|(of, _)| *of == lang);
        let listed = stop_words::get(code).iter().copied();
        for word in listed.chain(more.map(|(_, word)| *word)) {
            *words.entry(word).or_default() |= bit(lang);
        }
    }
    for word in OF_CHATS {
        *words.entry(word).or_default() |= CHATS;
    }
    words
});

/// Returns the bit of a language; none where its stop words are not known.
fn bit(lang: Lang) -> Languages {
    let place = LANGUAGES.iter().position(|(known, _)| *known == lang);
    place.map_or(0, |place| 1 << place)
}

/// The stop words of a message.
pub(super) struct StopWords {
    /// The language of the message; `None` where it does not tell.
    language: Option<Lang>,
    /// Whose stop words say nothing.
    languages: Languages,
}

impl StopWords {
    /// Returns those of a message's prose.
    pub(super) fn of(prose: &[&str]) -> Self {
        let mut text = String::new();
        for piece in prose {
            let room = LOOKED_AT.saturating_sub(text.len());
            text.push_str(&piece[..piece.floor_char_boundary(room)]);
            text.push(' ');
        }
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let language = (letters >= TELLING).then(|| detect_language(&text));
        let languages = language.map_or(Languages::MAX, |lang| bit(lang) | bit(Lang::Eng) | CHATS);
        Self {
            language,
            languages,
        }
    }

    /// Returns whether a word in lower case says nothing.
    pub(super) fn hold(&self, word: &str) -> bool {
        let known = STOP_WORDS.get(word).copied().unwrap_or(0);
        known & self.languages != 0
    }

    /// Returns whether the language makes plurals with an s. A text that does not tell its language
    /// is read as most are.
    pub(super) fn have_plurals(&self) -> bool {
        matches!(
            self.language,
            None | Some(Lang::Eng | Lang::Fra | Lang::Por | Lang::Spa)
        )
    }
}
