//! Which fields an answer has, and of which JSON type.

use serde_json::Value;

/// Asserts that an answer has at least the fields of `shape`, each of the type it names:
/// `number`, `string`, `boolean`, `null`, alternatives as `string|null`, or `any`. A list has one
/// element that every element must match, and must not be empty.
#[track_caller]
pub(super) fn assert_shape(answer: &Value, shape: &Value) {
    let mut faults = Vec::new();
    check("", answer, shape, &mut faults);
    assert!(faults.is_empty(), "\n{}\nin {answer}\n", faults.join("\n"));
}

fn check(path: &str, found: &Value, shape: &Value, faults: &mut Vec<String>) {
    match (shape, found) {
        (Value::Object(shape), Value::Object(found)) => {
            for (name, shape) in shape {
                let path = format!("{path}/{name}");
                match found.get(name) {
                    Some(found) => check(&path, found, shape, faults),
                    None => faults.push(format!("{path}: missing")),
                }
            }
        }
        (Value::Array(shape), Value::Array(found)) => {
            if found.is_empty() {
                faults.push(format!("{path}: empty"));
            }
            for (index, found) in found.iter().enumerate() {
                check(&format!("{path}/{index}"), found, &shape[0], faults);
            }
        }
        (Value::String(types), found) => {
            let is = name(found);
            if types != "any" && !types.split('|').any(|name| name == is) {
                faults.push(format!("{path}: {found} is not {types}"));
            }
        }
        (shape, found) => faults.push(format!("{path}: {found} is not {shape}")),
    }
}

const fn name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}
