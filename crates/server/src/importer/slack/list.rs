//! Reads the lists of an export: people and channels.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{archive::Archive, layout::Layout};
use crate::importer::ImportError;

/// Returns the elements of a list; none when the export has no such list.
///
/// An element that is not what the list holds is left out with a warning: it costs a name, and the
/// events name the person or channel all the same.
pub(super) fn read<T: DeserializeOwned>(
    archive: &mut dyn Archive,
    layout: &Layout,
    list: &'static str,
) -> Result<Vec<T>, ImportError> {
    let Some(index) = layout.list(list) else {
        return Ok(Vec::new());
    };
    let mut bytes = Vec::new();
    archive.read(index, &mut bytes)?;
    let json = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let elements: Vec<&RawValue> =
        serde_json::from_slice(json).map_err(|source| ImportError::BadList {
            path: archive.path().to_owned(),
            entry: list.to_owned(),
            source,
        })?;
    let mut read = Vec::with_capacity(elements.len());
    for (position, element) in elements.into_iter().enumerate() {
        match serde_json::from_str(element.get()) {
            Ok(element) => read.push(element),
            Err(error) => tracing::warn!(
                import.list = list,
                import.position = position + 1,
                %error,
                "left out an entry of a Slack export that cannot be read"
            ),
        }
    }
    Ok(read)
}
