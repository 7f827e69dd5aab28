//! What a refused event is remembered by.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

/// Returns what a refused event is remembered by: the names of its fields, and never its values,
/// among which may be texts and secrets.
pub(super) fn outline(text: &str) -> String {
    const MOST: usize = 64;

    /// Takes the names of the first fields.
    struct Names;

    impl<'de> Visitor<'de> for Names {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Vec<String>, A::Error> {
            let mut names = Vec::new();
            while names.len() < MOST
                && let Some(name) = from.next_key::<String>()?
            {
                names.push(name.chars().take(160).collect());
                from.next_value::<IgnoredAny>()?;
            }
            Ok(names)
        }
    }

    let mut from = serde_json::Deserializer::from_str(text);
    let names = from.deserialize_map(Names).ok();
    serde_json::json!({ "fields": names }).to_string()
}
