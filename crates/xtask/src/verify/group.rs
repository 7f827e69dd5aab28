//! Figures that belong together, and which of them are not as expected.

use std::fmt;

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::Value;

/// Figures that belong together.
#[derive(Debug)]
pub(super) struct Group {
    name: &'static str,
    shown: String,
    figures: usize,
    differences: Vec<String>,
}

impl Group {
    /// Returns a group without figures.
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            name,
            shown: String::new(),
            figures: 0,
            differences: Vec::new(),
        }
    }

    /// Compares a figure: numbers by value, everything else as it is. What is absent differs.
    pub(super) fn same(
        &mut self,
        what: &str,
        expected: impl Serialize,
        found: Option<&Value>,
    ) -> &mut Self {
        let expected = serde_json::to_value(expected).unwrap_or(Value::Null);
        self.figures += 1;
        self.shown = show(&expected);
        if !found.is_some_and(|found| is_same(&expected, found)) {
            let found = found.map_or("nothing".to_owned(), show);
            let expected = show(&expected);
            self.differences
                .push(format!("{what}: expected {expected}, found {found}"));
        }
        self
    }

    /// Returns whether every figure is as expected.
    pub(super) fn is_ok(&self) -> bool {
        self.differences.is_empty()
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, figures, .. } = self;
        if self.is_ok() {
            return match figures {
                1 => write!(f, "ok       {name} {}", self.shown),
                _ => write!(f, "ok       {name} ({figures} figures)"),
            };
        }
        let different = self.differences.len();
        write!(f, "DIFFERS  {name} ({different} of {figures} figures)")?;
        for difference in &self.differences {
            write!(f, "\n           {difference}")?;
        }
        Ok(())
    }
}

/// The groups so far.
#[derive(Debug, Default)]
pub(super) struct Checks {
    figures: usize,
    differences: usize,
}

impl Checks {
    /// Prints groups under a heading, and remembers how they came out.
    pub(super) fn add(&mut self, heading: &str, groups: &[Group]) {
        println!("\n{heading}");
        for group in groups {
            println!("  {group}");
            self.figures += group.figures;
            self.differences += group.differences.len();
        }
    }

    /// Prints the summary; an error when anything differed.
    pub(super) fn finish(&self) -> Result<()> {
        let Self {
            figures,
            differences,
        } = self;
        if *differences > 0 {
            bail!("{differences} of {figures} figures differ");
        }
        println!("\nverify-real: {figures} figures, all as expected");
        Ok(())
    }
}

fn is_same(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Number(expected), Value::Number(found)) => expected.as_f64() == found.as_f64(),
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len()
                && expected
                    .iter()
                    .zip(found)
                    .all(|(expected, found)| is_same(expected, found))
        }
        _ => expected == found,
    }
}

/// Shows a value, texts without quotes and long ones cut.
fn show(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_compare_by_value_and_absence_is_a_difference() {
        let mut group = Group::new("figures");
        group
            .same("whole and fraction", 134, Some(&json!(134.0)))
            .same("rows", [[1, 2]], Some(&json!([[1, 2.0]])))
            .same("text", "16:00", Some(&json!("16:00")));
        assert!(group.is_ok(), "{group}");
        group
            .same("off by one", 505, Some(&json!(504)))
            .same("absent", 1, None)
            .same("unknown", 1, Some(&Value::Null))
            .same("text for number", 1, Some(&json!("1")));
        assert_eq!(
            group.to_string(),
            "DIFFERS  figures (4 of 7 figures)\n           \
             off by one: expected 505, found 504\n           \
             absent: expected 1, found nothing\n           \
             unknown: expected 1, found null\n           \
             text for number: expected 1, found 1"
        );
    }

    #[test]
    fn one_difference_is_a_failure() {
        let mut checks = Checks::default();
        let mut good = Group::new("good");
        good.same("a", 1, Some(&json!(1)));
        checks.add("heading", &[good]);
        checks.finish().unwrap();
        let mut bad = Group::new("bad");
        bad.same("a", 1, Some(&json!(2)));
        checks.add("heading", &[bad]);
        assert_eq!(
            checks.finish().unwrap_err().to_string(),
            "1 of 2 figures differ"
        );
    }
}
