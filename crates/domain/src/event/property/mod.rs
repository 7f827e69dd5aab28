//! Masking of what must not be kept: names and values that identify or authenticate.
//!
//! 1. A property whose name says that it identifies or authenticates ([`is_sensitive_name`]) loses
//!    its value whatever that is, unless it is `null`, `true` or `false`: those tell no secret.
//! 2. Every other text, and every name, loses what looks like an e-mail address, a phone or
//!    payment card number or a US social security number ([`mask_text`]).
//! 3. Internet addresses are not masked but shortened, so that they name a network and nobody in it.
//!
//! Numbers are left alone: identifiers, sizes and times are numbers. Masking twice is masking once.

mod address;
mod name;
mod number;
#[cfg(test)]
mod tests;
mod text;

use std::borrow::Cow;

use serde_json::{Map, Value};

pub use name::is_sensitive_name;
pub use text::mask_text;

/// What stands in place of a masked value.
pub const MASK: &str = "[masked]";

/// Masks sensitive names and values in place, at every depth.
pub fn mask_properties(properties: &mut Map<String, Value>) {
    let mut renamed = Vec::new();
    for (name, value) in properties.iter_mut() {
        if is_sensitive_name(name) {
            if !matches!(value, Value::Null | Value::Bool(_)) {
                *value = MASK.into();
            }
        } else {
            mask_value(value);
        }
        if let Cow::Owned(masked) = mask_text(name) {
            renamed.push((name.clone(), masked));
        }
    }
    for (name, masked) in renamed {
        if let Some(value) = properties.remove(&name) {
            properties.insert(masked, value);
        }
    }
}

fn mask_value(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(masked) = mask_text(text) {
                *text = masked;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(mask_value),
        Value::Object(properties) => mask_properties(properties),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
