//! Parts of a message, which are read only where they are needed.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::importer::SkipReason;

/// Most elements of a list within a message, and most events of one: each element may become one.
pub(super) const MAX_ELEMENTS: usize = 10_000;

/// Reads a part of a message.
pub(super) fn of<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, SkipReason> {
    serde_json::from_str(raw.get()).map_err(|error| SkipReason::of_json(&error))
}

/// Returns the elements of a list but those that are `null`; none for `null` itself.
pub(super) fn list(raw: &RawValue) -> Result<Vec<&RawValue>, SkipReason> {
    let elements: Option<Vec<Option<&RawValue>>> = of(raw)?;
    let elements: Vec<_> = elements.into_iter().flatten().flatten().collect();
    if elements.len() > MAX_ELEMENTS {
        return Err(SkipReason::TooManyElements);
    }
    Ok(elements)
}
