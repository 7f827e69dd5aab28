//! Our crates and which of them they depend on.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::{Violation, rules::PACKAGES};

/// Returns every dependency between our packages that no rule allows.
pub(super) fn check(root: &Path) -> Result<Vec<Violation>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join("crates"))? {
        let manifest = entry?.path().join("Cargo.toml");
        if !manifest.is_file() {
            continue;
        }
        let text = fs::read_to_string(&manifest).with_context(|| manifest.display().to_string())?;
        let shown = manifest.strip_prefix(root).unwrap_or(&manifest);
        found.extend(check_manifest(shown, &text));
    }
    Ok(found)
}

/// Reads a manifest line by line, as far as it matters: the sections of dependencies hold one
/// dependency a line, whose key or `package` is the name.
fn check_manifest(shown: &Path, text: &str) -> Vec<Violation> {
    let violation = |line, what| Violation {
        file: shown.to_owned(),
        line,
        what,
    };
    let package = text
        .lines()
        .find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    let rule = PACKAGES.iter().find(|(name, _)| Some(*name) == package);
    let Some((package, allowed)) = rule else {
        let what = format!(
            "no rule says which of our crates `{}` may depend on",
            package.unwrap_or("?")
        );
        return vec![violation(1, what)];
    };
    let mut section = "";
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']');
        }
        if !section.contains("dependencies") {
            continue;
        }
        let used = PACKAGES.iter().map(|(name, _)| *name).find(|name| {
            line.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'))
                .any(|word| word == *name)
        });
        if let Some(used) = used.filter(|used| !allowed.contains(used)) {
            let what = format!(
                "`{package}` may not depend on `{used}`: our crates go domain ← engine ← store ← server"
            );
            found.push(violation(index + 1, what));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(manifest: &str) -> Vec<usize> {
        check_manifest(Path::new("Cargo.toml"), manifest)
            .into_iter()
            .map(|violation| violation.line)
            .collect()
    }

    #[test]
    fn arrows_go_one_way() {
        let store = "[package]\nname = \"nchat-analytics-store\"\n\n[dependencies]\n\
                     nchat-analytics-domain.workspace = true\nserde = \"1\" # not nchat-analytics\n";
        assert_eq!(lines(store), [0usize; 0]);
        let back = format!("{store}\n[dev-dependencies]\nnchat-analytics.workspace = true\n");
        assert_eq!(lines(&back), [9]);
        let renamed =
            format!("{store}server = {{ package = \"nchat-analytics\", path = \"../server\" }}\n");
        assert_eq!(lines(&renamed), [7]);
        let table = format!("{store}[dependencies.nchat-analytics]\nworkspace = true\n");
        assert_eq!(lines(&table), [7]);
    }

    #[test]
    fn a_crate_without_a_rule_is_named() {
        assert_eq!(lines("[package]\nname = \"gadget\"\n"), [1]);
    }

    #[test]
    fn this_workspace_keeps_its_rules() {
        assert_eq!(check(&crate::root()).unwrap(), []);
    }
}
