//! Looking through whole answers, and comparing them.

use serde_json::Value;

/// Asserts that two answers are the same in every field.
#[track_caller]
pub(super) fn assert_same(found: &Value, expected: &Value) {
    let mut differences = Vec::new();
    compare("", found, expected, &mut differences);
    assert!(differences.is_empty(), "\n{}\n", differences.join("\n"));
}

fn compare(path: &str, found: &Value, expected: &Value, differences: &mut Vec<String>) {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            for (name, value) in expected {
                let path = format!("{path}/{name}");
                match found.get(name) {
                    Some(found) => compare(&path, found, value, differences),
                    None => differences.push(format!("{path}: missing, expected {value}")),
                }
            }
            for (name, value) in found {
                if !expected.contains_key(name) {
                    differences.push(format!("{path}/{name}: found {value}, expected nothing"));
                }
            }
        }
        (Value::Array(found), Value::Array(expected)) if found.len() == expected.len() => {
            for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
                compare(&format!("{path}/{index}"), found, expected, differences);
            }
        }
        _ if found == expected => {}
        _ => differences.push(format!("{path}: found {found}, expected {expected}")),
    }
}

/// Calls `visit` with every value of these fields.
pub(super) fn each(value: &Value, fields: &[&str], visit: &mut impl FnMut(&str)) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                match value.as_str() {
                    Some(text) if fields.contains(&name.as_str()) => visit(text),
                    _ => each(value, fields, visit),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| each(value, fields, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
