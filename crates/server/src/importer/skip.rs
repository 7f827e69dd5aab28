//! Why something in an input is not an event, or not as it was written.

use domain::warning::Defect;

/// Longest line of NDJSON that is read, in bytes.
pub(super) const MAX_LINE_BYTES: usize = 1 << 20;

/// Examples that are named of each kind of what was skipped or noted; the others are counted.
pub const EXAMPLES: usize = 10;

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
    /// The message is too long to be one.
    #[error("the message is longer than 1 MiB")]
    TooLongMessage,
    /// The message is nested too deeply.
    #[error("the message is nested more than 64 levels deep")]
    TooDeepMessage,
    /// A list within a message holds too many elements.
    #[error("a list within the message holds more than 10,000 elements")]
    TooManyElements,
    /// An entry of a list of people or channels cannot be read.
    #[error("an entry of a list cannot be read: {0}; what it names goes by its identifier")]
    BadEntry(String),
    /// A file of an export that holds neither people nor channels nor messages.
    #[error("it was not read: it holds neither people, channels nor messages")]
    NotMessages,
    /// Files that no list of people or channels lies beside or above.
    #[error(
        "it was not read: it belongs to no export, which begins with channels.json or users.json"
    )]
    OutsideExport,
    /// An export that is packed within what was given.
    #[error("it was not read: it is packed; import it by its own path")]
    Packed,
}

/// What was done about something that was read, but not as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Note {
    /// Something was wrong with a value without being wrong with the whole.
    #[error("{}", .0.text())]
    Defect(Defect),
    /// Nothing says whether a channel is public.
    #[error(
        "nothing says whether the channel is public, so its texts give no hashtags, links, mentions, emoji and topics"
    )]
    UnknownChannel,
}

impl Note {
    /// Returns the note's stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Defect(defect) => defect.code(),
            Self::UnknownChannel => "unknown_channel",
        }
    }
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
            Self::TooLongMessage => "too_long_message",
            Self::TooDeepMessage => "too_deep_message",
            Self::TooManyElements => "too_many_elements",
            Self::BadEntry(_) => "bad_entry",
            Self::NotMessages => "not_messages",
            Self::OutsideExport => "outside_export",
            Self::Packed => "packed",
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
