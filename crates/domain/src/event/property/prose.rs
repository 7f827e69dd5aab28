//! Properties that hold what people wrote.

use serde_json::{Map, Value};

use super::name::is_text_name;
use crate::event::Category;

/// Removes what people wrote, at every depth; numbers and flags under such a name are none.
pub(in crate::event) fn drop_texts(properties: &mut Map<String, Value>, category: Category) {
    properties.retain(|name, value| {
        let may_hold_text = matches!(value, Value::String(_) | Value::Array(_) | Value::Object(_));
        !(may_hold_text && is_text_name(name, category))
    });
    properties
        .values_mut()
        .for_each(|value| drop_within(value, category));
}

fn drop_within(value: &mut Value, category: Category) {
    match value {
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| drop_within(value, category)),
        Value::Object(properties) => drop_texts(properties, category),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_go_at_every_depth_and_all_else_stays() {
        let Value::Object(mut properties) = json!({
            "message": {"id": "m1", "text": "secret"}, "messageId": "m1", "length": 6,
            "content": ["secret"], "text": 5, "preview": true, "caption": null,
            "blocks": [{"type": "section", "elements": [{"type": "text", "text": "secret"}]}],
            "payload": {"old": {"body": "secret", "kind": "note"}, "subject": "secret"},
        }) else {
            panic!("no object");
        };
        drop_texts(&mut properties, Category::Custom);
        let kept = json!({
            "messageId": "m1", "length": 6, "text": 5, "preview": true, "caption": null,
            "blocks": [{"type": "section", "elements": [{"type": "text"}]}],
            "payload": {"old": {"kind": "note"}},
        });
        assert_eq!(Value::Object(properties), kept);
    }
}
