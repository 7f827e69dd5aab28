//! Files that were shared with a message.

use std::collections::HashSet;

use domain::event::MessageType;
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use super::{author::filled, message::Message, part};
use crate::importer::{SkipReason, scalar::Text};

/// A file as an export describes it. Of a deleted or hidden one, little but the identifier is left.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SlackFile<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    title: Option<Text<'a>>,
    #[serde(borrow)]
    mimetype: Option<Text<'a>>,
    #[serde(borrow)]
    filetype: Option<Text<'a>>,
    #[serde(borrow)]
    mode: Option<Text<'a>>,
    size: Option<u64>,
}

/// Returns the files of a message itself: those of `files`, or else the one of `file`.
pub(super) fn own<'a>(message: &Message<'a>) -> Result<Vec<&'a RawValue>, SkipReason> {
    let mut found = message
        .files
        .map(part::list)
        .transpose()?
        .unwrap_or_default();
    if found.is_empty() {
        found.extend(message.file.filter(|file| file.get() != "null"));
    }
    Ok(found)
}

/// Reads descriptions of files, each file once.
pub(super) fn read<'a>(found: &[&'a RawValue]) -> Result<Vec<SlackFile<'a>>, SkipReason> {
    if found.len() > part::MAX_ELEMENTS {
        return Err(SkipReason::TooManyElements);
    }
    let mut files = Vec::with_capacity(found.len());
    let mut known = HashSet::new();
    for raw in found {
        let file: SlackFile<'a> = part::of(raw)?;
        if filled(file.id.as_ref()).is_none_or(|id| known.insert(id)) {
            files.push(file);
        }
    }
    Ok(files)
}

impl SlackFile<'_> {
    /// Returns what kind of message the file makes of one that carries it.
    pub(super) fn message_type(&self) -> MessageType {
        let mime = self.mimetype.as_ref().map(|mime| mime.0.as_ref());
        MessageType::of_file(mime, self.extension().as_deref())
    }

    /// Returns the file's name, or its title.
    pub(super) fn name(&self) -> Option<String> {
        filled(self.name.as_ref()).or_else(|| filled(self.title.as_ref()))
    }

    /// Returns the extension in lower case, without the dot.
    fn extension(&self) -> Option<String> {
        let of_name = self.name.as_ref().and_then(|name| {
            let (stem, extension) = name.0.trim().rsplit_once('.')?;
            let is_one = !stem.is_empty()
                && (1..=10).contains(&extension.len())
                && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
            is_one.then(|| extension.to_ascii_lowercase())
        });
        of_name.or_else(|| filled(self.filetype.as_ref()).map(|kind| kind.to_ascii_lowercase()))
    }

    /// Returns what is kept of the file.
    pub(super) fn properties(&self) -> Map<String, Value> {
        let state = filled(self.mode.as_ref())
            .filter(|mode| matches!(mode.as_str(), "tombstone" | "hidden_by_limit"));
        let properties = [
            ("fileName", self.name().map(Value::String)),
            ("fileExt", self.extension().map(Value::String)),
            ("fileKind", Some(Value::from(self.message_type().name()))),
            ("fileSize", self.size.map(Value::from)),
            ("fileState", state.map(Value::String)),
        ];
        properties
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn properties(file: &Value) -> Value {
        let text = file.to_string();
        let file: SlackFile<'_> = serde_json::from_str(&text).unwrap();
        Value::Object(file.properties())
    }

    #[test]
    fn what_is_kept_of_a_file() {
        let photo = json!({"id": "F1", "name": "Fritz.JPG", "mimetype": "image/jpeg",
            "filetype": "jpg", "size": 427_504, "mode": "hosted"});
        assert_eq!(
            properties(&photo),
            json!({"fileName": "Fritz.JPG", "fileExt": "jpg", "fileKind": "image",
                "fileSize": 427_504})
        );
        let note = json!({"id": "F2", "title": "Notes", "mimetype": "text/plain",
            "filetype": "text"});
        assert_eq!(
            properties(&note),
            json!({"fileName": "Notes", "fileExt": "text", "fileKind": "file"})
        );
        let gone = json!({"id": "F3", "mode": "tombstone"});
        assert_eq!(
            properties(&gone),
            json!({"fileKind": "file", "fileState": "tombstone"})
        );
    }

    #[test]
    fn the_files_of_a_message_each_once() {
        let count = |json: &str| {
            let found = own(&serde_json::from_str(json).unwrap())?;
            read(&found).map(|files| files.len())
        };
        assert_eq!(
            count(r#"{"files":[{"id":"F1"},{"id":"F2"},{"id":"F1"}]}"#),
            Ok(2)
        );
        assert_eq!(
            count(r#"{"files":[{"id":"F1"}],"file":{"id":"F1"}}"#),
            Ok(1)
        );
        assert_eq!(count(r#"{"file":{"id":"F1"}}"#), Ok(1));
        assert_eq!(count(r#"{"files":null,"file":null}"#), Ok(0));
        assert_eq!(count(r#"{"files":[null,{}]}"#), Ok(1));
        assert_eq!(count(r#"{"files":"x"}"#).unwrap_err().code(), "wrong_type");
    }
}
