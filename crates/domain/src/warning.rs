//! What was wrong with a value without being wrong with the whole: it costs the value and no more.

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Defect {
    /// An identifier that programs write for nobody, such as `undefined`.
    Placeholder,
    /// A text longer than what is kept of one.
    TooLong,
    /// Characters that cannot be kept: control characters, halves of a surrogate pair, or bytes
    /// that are no text.
    BadCharacters,
    /// More values than an event may have.
    TooMany,
    /// Something else than its field or column takes.
    Unreadable,
    /// The name of a person who was erased.
    Erased,
}

impl Defect {
    /// Every defect.
    pub const ALL: [Self; 6] = [
        Self::Placeholder,
        Self::TooLong,
        Self::BadCharacters,
        Self::TooMany,
        Self::Unreadable,
        Self::Erased,
    ];

    /// Returns the stable code that clients may test for.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Placeholder => "placeholder_identifier",
            Self::TooLong => "string_too_long",
            Self::BadCharacters => "bad_characters",
            Self::TooMany => "too_many_values",
            Self::Unreadable => "unreadable_value",
            Self::Erased => "erased",
        }
    }

    /// Returns what was done about it, as a sentence.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Placeholder => "the identifier stands for nobody and was left out",
            Self::TooLong => "the text is too long and was shortened",
            Self::BadCharacters => "characters that cannot be kept were replaced",
            Self::TooMany => "there are too many values; those past the limit were left out",
            Self::Unreadable => "the value could not be read and was left out",
            Self::Erased => "the value named a person who was erased and was left out",
        }
    }
}

/// Makes a text fit: cuts it at `most_bytes`, between two characters, and replaces NUL characters,
/// which nothing stores. Returns what was wrong with it.
pub fn fit(text: &mut String, most_bytes: usize) -> impl Iterator<Item = Defect> + use<> {
    let is_too_long = text.len() > most_bytes;
    text.truncate(text.floor_char_boundary(most_bytes));
    let is_odd = has_nul(text);
    if is_odd {
        *text = text.replace('\0', "\u{fffd}");
        text.truncate(text.floor_char_boundary(most_bytes));
    }
    let told = |is_so: bool, defect| is_so.then_some(defect);
    [
        told(is_too_long, Defect::TooLong),
        told(is_odd, Defect::BadCharacters),
    ]
    .into_iter()
    .flatten()
}

/// Returns whether a text holds NUL characters.
pub(crate) fn has_nul(text: &str) -> bool {
    memchr::memchr(0, text.as_bytes()).is_some()
}

/// A value that could not be kept as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What was wrong.
    pub defect: Defect,
    /// Which field held it, as a path: `userId`, `properties.error.stack`.
    pub field: Box<str>,
}

impl Warning {
    /// Returns the warning about a field.
    pub fn new(defect: Defect, field: impl Into<Box<str>>) -> Self {
        Self {
            defect,
            field: field.into(),
        }
    }
}
