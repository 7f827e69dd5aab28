//! Our crates and which of them they depend on.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};
use serde_json::Value;

use super::rules::PACKAGES;

/// Returns every dependency between our packages that no rule allows.
pub(super) fn violations(root: &Path) -> Result<Vec<String>> {
    let mut command = Command::new("cargo");
    command.args(["metadata", "--no-deps", "--offline", "--format-version=1"]);
    let out = command.current_dir(root).output()?;
    let metadata: Value = serde_json::from_slice(&out.stdout)
        .with_context(|| String::from_utf8_lossy(&out.stderr).into_owned())?;
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        let text = fs::read_to_string(manifest)?;
        let file = Path::new(manifest).strip_prefix(root)?.display();
        let violation =
            |(name, what): (&str, String)| format!("{file}:{}: {what}", line(&text, name));
        found.extend(objections(package).map(violation));
    }
    Ok(found)
}

/// Returns what a package may not depend on, and why; itself where no rule speaks of it.
fn objections(package: &Value) -> impl Iterator<Item = (&str, String)> {
    let name = package["name"].as_str().unwrap_or_default();
    let rule = PACKAGES.iter().find(|(known, _)| *known == name);
    let unknown = format!("no rule says which of our crates `{name}` may depend on");
    let unknown = rule.is_none().then_some((name, unknown));
    let is_forbidden = move |used: &&str| {
        PACKAGES.iter().any(|(ours, _)| ours == used)
            && rule.is_some_and(|(_, allowed)| !allowed.contains(used))
    };
    let used = package["dependencies"].as_array().into_iter().flatten();
    let used = used
        .filter_map(|used| used["name"].as_str())
        .filter(is_forbidden);
    unknown.into_iter().chain(used.map(move |used| {
        let order = "our crates go domain ← engine ← store ← server";
        (
            used,
            format!("`{name}` may not depend on `{used}`: {order}"),
        )
    }))
}

/// Returns the last line of a manifest that names a package.
fn line(manifest: &str, package: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let names = |line: &str| line.split(|c| !is_part(c)).any(|word| word == package);
    let lines: Vec<&str> = manifest.lines().collect();
    lines.iter().rposition(|line| names(line)).unwrap_or(0) + 1
}

#[test]
fn arrows_go_one_way() {
    let refused = |name: &str, used: &[&str]| {
        let used: Vec<Value> = used
            .iter()
            .map(|name| serde_json::json!({"name": name}))
            .collect();
        let package = serde_json::json!({"name": name, "dependencies": used});
        objections(&package)
            .map(|(used, _)| used.to_owned())
            .collect::<Vec<_>>()
    };
    let [domain, store, server] = [
        "nchat-analytics-domain",
        "nchat-analytics-store",
        "nchat-analytics",
    ];
    assert_eq!(refused(store, &[domain, "serde"]), [""; 0]);
    assert_eq!(refused(store, &[domain, server]), [server]);
    assert_eq!(refused("gadget", &["serde"]), ["gadget"]);
    let manifest = "name = \"a\"\n[dependencies]\nx = { package = \"nchat-analytics\" }\n";
    assert_eq!((line(manifest, server), line(manifest, domain)), (3, 1));
}
