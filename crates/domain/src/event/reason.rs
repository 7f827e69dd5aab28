//! Why an event is refused as a whole. What is wrong with one value costs that value only, see
//! [`crate::warning`].

/// Why an event was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It is not a JSON object.
    #[error("the event is not a JSON object")]
    NotAnObject,
    /// A number or an escape within it means nothing.
    #[error("a number is out of range, or an escape in a string is no character")]
    BadValue,
    /// It has no name.
    #[error("the event has no name (`event`, `eventType`, `name`, `event_type` or `event_name`)")]
    MissingName,
    /// A field has the wrong JSON type.
    #[error("`{0}` has the wrong type")]
    WrongType(&'static str),
    /// The time cannot be read.
    #[error("`timestamp` is neither RFC 3339 nor seconds or milliseconds since 1970")]
    BadTimestamp,
    /// The time lies too far ahead.
    #[error("`timestamp` lies more than 10 minutes in the future")]
    InFuture,
    /// The time lies before the retention.
    #[error("`timestamp` is older than the retention (ANALYTICS_RETENTION_DAYS)")]
    PastRetention,
    /// The properties are nested too deeply.
    #[error("`properties` are nested more than {0} levels deep")]
    TooDeep(usize),
    /// The event holds too many values to be read.
    #[error("the event holds more than {0} values")]
    TooManyValues(usize),
    /// The properties are too large together.
    #[error("`properties` hold more than {0} bytes, with every text shortened")]
    TooLarge(usize),
    /// What arrived on the stream holds no event that can be read.
    #[error("the entry of the stream cannot be read: {0}")]
    BadEntry(Box<str>),
    /// The store did not take it, however often it was tried.
    #[error("the store did not take the event in {0} tries")]
    NotStorable(u64),
    /// It is of a person who was erased.
    #[error("the person was erased, and what they do is not kept (`erase --lift` allows it again)")]
    Erased,
}

impl Reason {
    /// Returns the stable code that clients may test for.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAnObject => "not_an_object",
            Self::BadValue => "bad_value",
            Self::MissingName => "missing_name",
            Self::WrongType(_) => "wrong_type",
            Self::BadTimestamp => "bad_timestamp",
            Self::InFuture => "in_future",
            Self::PastRetention => "past_retention",
            Self::TooDeep(_) => "too_deep",
            Self::TooManyValues(_) => "too_many_values",
            Self::TooLarge(_) => "too_large",
            Self::BadEntry(_) => "bad_entry",
            Self::NotStorable(_) => "not_storable",
            Self::Erased => "erased",
        }
    }
}
