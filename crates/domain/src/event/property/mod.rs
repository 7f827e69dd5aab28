//! Masking of what must not be kept: names and values that identify or authenticate.
//!
//! 1. A property whose name says that it identifies or authenticates loses its value whatever that
//!    is, unless it is `null`, `true` or `false`: those tell no secret.
//! 2. Every other text, and every name, loses what looks like an e-mail address, a phone or
//!    payment card number, a US social security number or a secret ([`mask_text`]).
//! 3. Internet addresses are not masked but shortened, so that they name a network and nobody in it.
//! 4. Numbers are left alone, because identifiers, sizes and times are numbers, unless they are
//!    those of payment cards.
//!
//! Masking twice is masking once. What people wrote is not masked but dropped ([`drop_texts`]).

mod address;
mod name;
mod number;
mod pattern;
mod prose;
mod secret;
#[cfg(test)]
mod tests;
mod text;

use std::borrow::Cow;

use serde_json::{Map, Value};

use name::{Sensitivity, sensitivity};
pub use pattern::KEY_PREFIX;
pub(super) use prose::drop_texts;
pub use text::mask_text;

/// What stands in place of a masked value.
pub const MASK: &str = "[masked]";

/// Masks sensitive names and values in place, at every depth.
pub fn mask_properties(properties: &mut Map<String, Value>) {
    let mut renamed = Vec::new();
    for (name, value) in properties.iter_mut() {
        let is_masked = match (sensitivity(name), &*value) {
            (None, _)
            | (_, Value::Null | Value::Bool(_))
            | (Some(Sensitivity::AllButNumbers), Value::Number(_)) => false,
            (Some(_), _) => true,
        };
        if is_masked {
            *value = MASK.into();
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
        Value::Number(number) => {
            if number::is_card(number) {
                *value = MASK.into();
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}
