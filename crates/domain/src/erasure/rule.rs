//! Filters and rules of segments without the values that name a person.

use super::{ERASED, Traces};
use crate::filter::{Written, each_written};

/// Returns a filter, or a rule of a segment, without the values that name a person; `None` where none
/// does. A list loses the value; where nothing is left of it, it asks for what nobody is called.
pub fn without(text: &str, traces: &Traces) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut is_found = false;
    each_written(text, |written| match written {
        Written::Other(text) => out.push_str(text),
        Written::Values(values) => {
            let mut kept: Vec<String> = Vec::with_capacity(values.len());
            for (raw, value) in values {
                if traces.is_named_by(&value) {
                    is_found = true;
                } else if let Some(clean) = traces.clean(&value) {
                    is_found = true;
                    kept.push(quoted(&clean));
                } else {
                    kept.push(raw.to_owned());
                }
            }
            if kept.is_empty() {
                kept.push(quoted(ERASED));
            }
            out.push_str(&kept.join(","));
        }
    });
    is_found.then_some(out)
}

fn quoted(value: &str) -> String {
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dimension::Subject, filter::Filter, segment::Rule};

    #[test]
    fn lists_lose_the_values_that_name_somebody() {
        let traces = Traces::new("zelda-7781", ["Zelda \"Z\" Quirk", "user"]);
        for (text, clean) in [
            ("user is bob,zelda-7781 , ann", Some("user is bob,ann")),
            ("user is zelda-7781", Some("user is \"[erased]\"")),
            (
                "not (user is Zelda-7781 or channel is c1)",
                Some("not (user is \"[erased]\" or channel is c1)"),
            ),
            ("user is \"Zelda \\\"Z\\\" Quirk\",b", Some("user is b")),
            ("property.\"user\" is b and type is message_sent", None),
            (
                "property.text is \"by zelda-7781\"",
                Some("property.text is \"by [erased]\""),
            ),
            ("user is bob", None),
            ("", None),
        ] {
            let found = without(text, &traces);
            assert_eq!(found.as_deref(), clean, "{text}");
            if let Some(found) = found {
                assert!(Filter::parse(&found).is_ok(), "{found}");
            }
        }
        let rule = "did messages atLeast 3 where user is zelda-7781 or user is zelda-7781,ann";
        let clean = without(rule, &traces).unwrap();
        let expected = "did messages atLeast 3 where user is \"[erased]\" or user is ann";
        assert_eq!(clean, expected);
        assert!(Rule::parse(&clean, Subject::Person).is_ok());
    }
}
