//! How much one event may hold.
//!
//! A text that is too long is cut, characters that cannot be kept are replaced, and values past the
//! limit are left out: each with a warning. Only what would still be too large then, or is nested
//! too deeply, is refused.

use serde_json::{Map, Value};

use super::Reason;
use crate::{
    time::Instant,
    warning::{Defect, Warning, fit, has_nul},
};

/// Bounds on what one event may be.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest string in the properties, in bytes.
    pub string_bytes: usize,
    /// Longest message text, in bytes.
    pub text_bytes: usize,
    /// Deepest nesting of the properties.
    pub depth: usize,
    /// Most values in the properties, at all depths together.
    pub values: usize,
    /// Most bytes of all strings and names in the properties together.
    pub bytes: usize,
    /// How far ahead of us a sender's clock may be, in milliseconds.
    pub future_millis: i64,
    /// Events before this instant are past their retention.
    pub oldest: Option<Instant>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            string_bytes: 8 * 1024,
            text_bytes: 256 * 1024,
            depth: 8,
            values: 256,
            bytes: 16 * 1024,
            future_millis: 10 * 60 * 1000,
            oldest: None,
        }
    }
}

/// Most warnings about one event.
const MOST_WARNINGS: usize = 16;
/// Longest path of a field in a warning, in bytes.
const LONGEST_PATH: usize = 120;
/// How much shorter texts are cut where all of them together are too large.
const SHORTER: usize = 8;

/// Makes properties fit the limits. `is_repaired` says that half characters were replaced in them
/// when they were read.
pub(super) fn bound(
    properties: &mut Map<String, Value>,
    limits: &Limits,
    is_repaired: bool,
    warnings: &mut Vec<Warning>,
) -> Result<(), Reason> {
    let size = measure(properties, limits)?;
    if size.fits(limits) && !is_repaired {
        return Ok(());
    }
    let mut bounds = Bounds {
        string_bytes: limits.string_bytes,
        name_bytes: limits.string_bytes,
        values: limits.values,
        is_repaired,
        warnings,
    };
    bounds.object(properties, &Place::Root);
    if measure(properties, limits)?.bytes > limits.bytes {
        bounds.string_bytes = limits.string_bytes / SHORTER;
        bounds.values = limits.values;
        bounds.object(properties, &Place::Root);
    }
    if measure(properties, limits)?.bytes > limits.bytes {
        return Err(Reason::TooLarge(limits.bytes));
    }
    Ok(())
}

/// Makes one text fit.
pub(super) fn bound_text(
    text: &mut String,
    field: &'static str,
    most_bytes: usize,
    is_repaired: bool,
    warnings: &mut Vec<Warning>,
) {
    let mut bounds = Bounds {
        string_bytes: most_bytes,
        name_bytes: 0,
        values: 0,
        is_repaired,
        warnings,
    };
    bounds.fit(text, most_bytes, &Place::Field(field));
}

/// How large properties are.
#[derive(Default)]
struct Size {
    values: usize,
    bytes: usize,
    /// Whether a text is too long or holds what cannot be kept.
    has_odd_text: bool,
}

impl Size {
    fn fits(&self, limits: &Limits) -> bool {
        self.values <= limits.values && self.bytes <= limits.bytes && !self.has_odd_text
    }

    fn text(&mut self, text: &str, limits: &Limits) {
        self.bytes += text.len();
        self.has_odd_text |= text.len() > limits.string_bytes || has_nul(text);
    }

    fn object(
        &mut self,
        object: &Map<String, Value>,
        depth: usize,
        limits: &Limits,
    ) -> Result<(), Reason> {
        object.iter().try_for_each(|(name, value)| {
            self.text(name, limits);
            self.value(value, depth, limits)
        })
    }

    fn value(&mut self, value: &Value, depth: usize, limits: &Limits) -> Result<(), Reason> {
        if depth > limits.depth {
            return Err(Reason::TooDeep(limits.depth));
        }
        self.values += 1;
        match value {
            Value::String(text) => self.text(text, limits),
            Value::Array(values) => {
                for value in values {
                    self.value(value, depth + 1, limits)?;
                }
            }
            Value::Object(object) => self.object(object, depth + 1, limits)?,
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        Ok(())
    }
}

fn measure(properties: &Map<String, Value>, limits: &Limits) -> Result<Size, Reason> {
    let mut size = Size::default();
    size.object(properties, 1, limits)?;
    Ok(size)
}

/// Where a value stands.
enum Place<'a> {
    Root,
    Field(&'static str),
    In(&'a Self, &'a str),
    At(&'a Self, usize),
}

impl Place<'_> {
    fn path(&self) -> String {
        let mut path = match self {
            Self::Root => "properties".to_owned(),
            Self::Field(name) => (*name).to_owned(),
            Self::In(parent, name) => format!("{}.{name}", parent.path()),
            Self::At(parent, index) => format!("{}[{index}]", parent.path()),
        };
        path.truncate(path.floor_char_boundary(LONGEST_PATH));
        path
    }
}

/// Cuts, replaces and leaves out.
struct Bounds<'a> {
    string_bytes: usize,
    name_bytes: usize,
    /// How many more values there may be.
    values: usize,
    is_repaired: bool,
    warnings: &'a mut Vec<Warning>,
}

impl Bounds<'_> {
    fn object(&mut self, object: &mut Map<String, Value>, place: &Place<'_>) {
        let mut left = self.take(object.len(), place);
        object.retain(|_, _| {
            let is_kept = left > 0;
            left = left.saturating_sub(1);
            is_kept
        });
        let odd = |name: &str| name.len() > self.name_bytes || has_nul(name);
        let odd: Vec<String> = object.keys().filter(|name| odd(name)).cloned().collect();
        for name in odd {
            let mut fitting = name.clone();
            self.fit(&mut fitting, self.name_bytes, place);
            if let Some(value) = object.remove(&name) {
                object.entry(fitting).or_insert(value);
            }
        }
        for (name, value) in object.iter_mut() {
            self.value(value, &Place::In(place, name));
        }
    }

    fn value(&mut self, value: &mut Value, place: &Place<'_>) {
        match value {
            Value::String(text) => self.fit(text, self.string_bytes, place),
            Value::Array(values) => {
                values.truncate(self.take(values.len(), place));
                for (index, value) in values.iter_mut().enumerate() {
                    self.value(value, &Place::At(place, index));
                }
            }
            Value::Object(object) => self.object(object, place),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Returns how many of `count` values beside each other may stay.
    fn take(&mut self, count: usize, place: &Place<'_>) -> usize {
        let taken = count.min(self.values);
        self.values -= taken;
        if taken < count {
            self.warn(Defect::TooMany, place);
        }
        taken
    }

    fn fit(&mut self, text: &mut String, most_bytes: usize, place: &Place<'_>) {
        for defect in fit(text, most_bytes) {
            self.warn(defect, place);
        }
        if self.is_repaired && text.contains('\u{fffd}') {
            self.warn(Defect::BadCharacters, place);
        }
    }

    fn warn(&mut self, defect: Defect, place: &Place<'_>) {
        if self.warnings.len() < MOST_WARNINGS {
            let warning = Warning::new(defect, place.path());
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Codes and fields of warnings.
    type Told = Vec<(&'static str, String)>;

    fn bounded(properties: Value, limits: &Limits) -> Result<(Value, Told), Reason> {
        let Value::Object(mut properties) = properties else {
            panic!("no object");
        };
        let mut warnings = Vec::new();
        bound(&mut properties, limits, false, &mut warnings)?;
        let told = warnings
            .into_iter()
            .map(|warning| (warning.defect.code(), warning.field.into()));
        Ok((Value::Object(properties), told.collect()))
    }

    #[test]
    fn what_is_odd_costs_itself_and_nothing_else() {
        let limits = Limits {
            string_bytes: 16,
            bytes: 64,
            values: 8,
            ..Limits::default()
        };
        let long = "longer than any text";
        for (sent, kept, warnings) in [
            (json!({"a": 1, "b": "x"}), json!({"a": 1, "b": "x"}), vec![]),
            (
                json!({"a": {"stack": long}}),
                json!({"a": {"stack": "longer than any "}}),
                vec![("string_too_long", "properties.a.stack")],
            ),
            // No character is cut in two.
            (
                json!({"a": "0123456789abcdé"}),
                json!({"a": "0123456789abcdé"}),
                vec![],
            ),
            (
                json!({"a": "0123456789abcdeé"}),
                json!({"a": "0123456789abcde"}),
                vec![("string_too_long", "properties.a")],
            ),
            (
                json!({"a": ["x", "b\0c"]}),
                json!({"a": ["x", "b\u{fffd}c"]}),
                vec![("bad_characters", "properties.a[1]")],
            ),
            (
                json!({"a\0b": 1, "longer than any name": 2}),
                json!({"a\u{fffd}b": 1, "longer than any ": 2}),
                vec![
                    ("bad_characters", "properties"),
                    ("string_too_long", "properties"),
                ],
            ),
            // What stands higher up is kept first.
            (
                json!({"list": [1, 2, 3, 4, 5, 6, 7, 8, 9], "z": 1}),
                json!({"list": [1, 2, 3, 4, 5, 6], "z": 1}),
                vec![("too_many_values", "properties.list")],
            ),
            // Several texts that fit alone and not together.
            (
                json!({"a": "x".repeat(16), "b": "x".repeat(16), "c": "x".repeat(16),
                    "d": "x".repeat(16)}),
                json!({"a": "xx", "b": "xx", "c": "xx", "d": "xx"}),
                vec![
                    ("string_too_long", "properties.a"),
                    ("string_too_long", "properties.b"),
                    ("string_too_long", "properties.c"),
                    ("string_too_long", "properties.d"),
                ],
            ),
        ] {
            let told: Vec<_> = warnings
                .into_iter()
                .map(|(code, field)| (code, field.to_owned()))
                .collect();
            assert_eq!(bounded(sent, &limits), Ok((kept, told)));
        }
        let deep = json!({"a": {"a": {"a": 1}}});
        let shallow = Limits { depth: 2, ..limits };
        assert_eq!(bounded(deep, &shallow), Err(Reason::TooDeep(2)));
        let names: Map<_, _> = (0..8)
            .map(|n| (format!("name {n}{long}"), json!(n)))
            .collect();
        let small = Limits {
            bytes: 10,
            ..shallow
        };
        assert_eq!(bounded(names.into(), &small), Err(Reason::TooLarge(10)));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let text = prop_oneof!["[a-zé\0]{0,12}", "[aé\u{1F600}]{12,40}"];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i32>().prop_map(Value::from),
            text.clone().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 32, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..9).prop_map(Value::from),
                prop::collection::vec((text.clone(), inner), 0..9)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_kept_fits_and_fits_again(value in any_json()) {
            let limits = Limits { string_bytes: 16, bytes: 64, values: 8, ..Limits::default() };
            if let Ok((kept, _)) = bounded(json!({"p": value}), &limits) {
                prop_assert_eq!(bounded(kept.clone(), &limits), Ok((kept, vec![])));
            }
        }
    }
}
