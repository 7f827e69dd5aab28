//! Entries as the server sends them. Whoever adds an entry chooses its bytes, so nothing is taken for text here.

use std::fmt;

use redis::Value;

/// The identifier of an entry: when it was added, and a number within that millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct EntryId {
    pub(super) millis: u64,
    pub(super) number: u64,
}

impl EntryId {
    /// Reads an identifier; `None` when it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (millis, number) = text.split_once('-')?;
        Some(Self {
            millis: millis.parse().ok()?,
            number: number.parse().ok()?,
        })
    }

    /// Returns the first identifier that may come after this one.
    pub(super) const fn next(self) -> Self {
        match self.number.checked_add(1) {
            Some(number) => Self { number, ..self },
            None => Self {
                millis: self.millis.saturating_add(1),
                number: 0,
            },
        }
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.millis, self.number)
    }
}

/// An entry of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawEntry {
    pub(super) id: EntryId,
    pub(super) fields: Vec<(Vec<u8>, Vec<u8>)>,
}

impl RawEntry {
    /// Returns about how many bytes it takes in memory.
    pub(super) fn bytes(&self) -> usize {
        let fields = self.fields.iter();
        let fields =
            fields.map(|(name, value)| size_of::<(Vec<u8>, Vec<u8>)>() + name.len() + value.len());
        size_of::<Self>() + fields.sum::<usize>()
    }
}

/// Returns the entries of one stream in an answer to `XREADGROUP`.
pub(super) fn of_one_stream(answer: Value) -> Option<Vec<RawEntry>> {
    match answer {
        Value::Nil => Some(Vec::new()),
        Value::Array(streams) => {
            let Some(Value::Array(mut stream)) = streams.into_iter().next() else {
                return None;
            };
            entries(stream.pop()?)
        }
        _ => None,
    }
}

/// Returns a list of entries, as `XCLAIM` and `XRANGE` answer it; those that are no more are left out.
pub(super) fn entries(answer: Value) -> Option<Vec<RawEntry>> {
    let Value::Array(items) = answer else {
        return None;
    };
    let is_there = |item: &Value| match item {
        Value::Array(parts) => !matches!(parts.get(1), Some(Value::Nil)),
        other => *other != Value::Nil,
    };
    items.into_iter().filter(is_there).map(entry).collect()
}

fn entry(item: Value) -> Option<RawEntry> {
    let Value::Array(parts) = item else {
        return None;
    };
    let mut parts = parts.into_iter();
    let id = EntryId::parse(&text(parts.next()?)?)?;
    let Value::Array(fields) = parts.next()? else {
        return None;
    };
    let mut fields = fields.into_iter();
    let mut pairs = Vec::with_capacity(fields.len() / 2);
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        pairs.push((bytes(name)?, bytes(value)?));
    }
    Some(RawEntry { id, fields: pairs })
}

fn bytes(value: Value) -> Option<Vec<u8>> {
    match value {
        Value::BulkString(bytes) => Some(bytes),
        Value::SimpleString(text) => Some(text.into_bytes()),
        _ => None,
    }
}

/// Returns a value that is a text.
pub(super) fn text(value: Value) -> Option<String> {
    String::from_utf8(bytes(value)?).ok()
}
