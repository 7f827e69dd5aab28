//! The checks as a table for people and as JSON for programs.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{Check, worst};

/// Returns a line for each check with its next step below it, and a last line that sums up.
pub fn text(checks: &[Check]) -> String {
    let width = |of: fn(&Check) -> &str| checks.iter().map(|check| of(check).len()).max();
    let status = width(|check| check.status.name()).unwrap_or_default();
    let name = width(|check| check.name).unwrap_or_default();
    let mut out = String::new();
    for check in checks {
        let line = (check.status.name(), check.name, &check.sentence);
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "{:status$}  {:name$}  {}", line.0, line.1, line.2);
        if let Some(next_step) = &check.next_step {
            let _ = writeln!(out, "{:status$}  {:name$}  → {next_step}", "", "");
        }
    }
    let _ = writeln!(out, "\n{}", summary(checks));
    out
}

/// Returns the worst status and every check.
pub fn json(checks: &[Check]) -> Value {
    json!({ "status": worst(checks), "checks": checks })
}

fn summary(checks: &[Check]) -> String {
    use super::Status::{Failed, Ok, Warning};

    let count = |status| checks.iter().filter(|check| check.status == status).count();
    format!(
        "{} ok, {} to look at, {} failed.",
        count(Ok),
        count(Warning),
        count(Failed)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks() -> [Check; 3] {
        [
            Check::ok("folder", "/d can be written."),
            Check::warning("disk", "Only 0.5 GiB are free.", "Free some."),
            Check::failed("port", "Port 3106 is used.", "Stop it."),
        ]
    }

    #[test]
    fn the_table_is_aligned_with_each_next_step_below() {
        let expected = "\
ok       folder  /d can be written.
warning  disk    Only 0.5 GiB are free.
                 → Free some.
failed   port    Port 3106 is used.
                 → Stop it.

1 ok, 1 to look at, 1 failed.
";
        assert_eq!(text(&checks()), expected);
    }

    #[test]
    fn the_json_holds_the_same() {
        let expected = json!({
            "status": "failed",
            "checks": [
                {"name": "folder", "status": "ok", "sentence": "/d can be written."},
                {"name": "disk", "status": "warning", "sentence": "Only 0.5 GiB are free.",
                    "next_step": "Free some."},
                {"name": "port", "status": "failed", "sentence": "Port 3106 is used.",
                    "next_step": "Stop it."},
            ],
        });
        assert_eq!(json(&checks()), expected);
    }
}
