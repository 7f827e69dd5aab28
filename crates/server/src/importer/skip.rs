//! Why something in an input is not an event.

/// Longest line of NDJSON that is read, in bytes.
pub(super) const MAX_LINE_BYTES: usize = 1 << 20;

/// Why something was not read as an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SkipReason {
    /// The line is too long to be an event.
    #[error("the line is longer than 1 MiB")]
    TooLongLine,
    /// The bytes are no text.
    #[error("the text is not UTF-8")]
    InvalidUtf8,
    /// The text is no JSON.
    #[error("the text is not JSON: {0}")]
    NotJson(String),
    /// JSON, but no object.
    #[error("it is not a JSON object")]
    NotAnObject,
    /// A day file that is no list of messages.
    #[error("the day file is not a list of messages")]
    NotAList,
    /// A field without which there is no event is missing or empty.
    #[error("the field `{0}` is missing")]
    MissingField(&'static str),
    /// A field holds a kind of value that it cannot have.
    #[error("a field does not hold what it should: {0}")]
    WrongType(String),
    /// The time of a Slack message is not seconds with a fraction.
    #[error("`{0}` is not the time of a message")]
    InvalidTime(String),
    /// An object of a Slack day file that is no message.
    #[error("`{0}` is no kind of message that is known")]
    UnknownKind(String),
    /// A copy of a message that is read where it stands itself.
    #[error("it is a copy of a message that stands elsewhere and is counted there")]
    Copy,
    /// A reaction of more people than the export names.
    #[error("the export does not say who gave {0} of the reactions")]
    UnnamedReactions(u64),
}

impl SkipReason {
    /// Returns the reason's stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLongLine => "too_long_line",
            Self::InvalidUtf8 => "invalid_utf8",
            Self::NotJson(_) => "not_json",
            Self::NotAnObject => "not_an_object",
            Self::NotAList => "not_a_list",
            Self::MissingField(_) => "missing_field",
            Self::WrongType(_) => "wrong_type",
            Self::InvalidTime(_) => "invalid_time",
            Self::UnknownKind(_) => "unknown_kind",
            Self::Copy => "copy",
            Self::UnnamedReactions(_) => "unnamed_reactions",
        }
    }

    /// Returns the reason for which `error` kept JSON from being read.
    pub(super) fn of_json(error: &serde_json::Error) -> Self {
        // TRICKY: the message may quote the input, which may be as long as a line.
        let text = shorten(&error.to_string(), 160);
        if error.is_data() {
            Self::WrongType(text)
        } else {
            Self::NotJson(text)
        }
    }
}

/// Returns the first `limit` characters of a text that came from outside.
pub(super) fn shorten(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}
