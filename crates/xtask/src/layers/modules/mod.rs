//! The modules of `server` and what they use of each other.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{Violation, rules, source};

/// Where the modules lie.
const SOURCE: &str = "crates/server/src";

/// Returns every use between modules that no rule allows.
pub(super) fn check(root: &Path) -> Result<Vec<Violation>> {
    let folder = root.join(SOURCE);
    let modules = modules(&folder)?;
    let mut found = Vec::new();
    for file in sources(&folder)? {
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let within = file.strip_prefix(&folder).unwrap_or(&file);
        let shown = Path::new(SOURCE).join(within);
        found.extend(check_file(within, &shown, &text, &modules));
    }
    Ok(found)
}

/// Returns what is not allowed in one file; `within` is its place below the source folder.
fn check_file(
    within: &Path,
    shown: &Path,
    text: &str,
    modules: &BTreeSet<String>,
) -> Vec<Violation> {
    let violation = |line, what| Violation {
        file: shown.to_owned(),
        line,
        what,
    };
    let path = module_path(within);
    let user = path.first().map_or("lib", String::as_str);
    if rules::rule(user).is_none() {
        let what = format!("no rule says what module `{user}` may use");
        return vec![violation(1, what)];
    }
    source::uses(&source::code(text), path.len())
        .into_iter()
        .filter_map(|(line, used)| {
            // What is not a module stands in the crate's root, which holds nothing but modules.
            let what = modules
                .contains(&used)
                .then(|| rules::objection(user, &used))??;
            Some(violation(line, what))
        })
        .collect()
}

/// Returns the names of a file's module from the crate down; none for `lib.rs`.
fn module_path(within: &Path) -> Vec<String> {
    let mut names: Vec<String> = within
        .with_extension("")
        .iter()
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    if names.last().is_some_and(|name| name == "mod") || names == ["lib"] {
        names.pop();
    }
    names
}

/// Returns the modules directly below the crate.
fn modules(folder: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let is_module = path.is_dir() || path.extension().is_some_and(|kind| kind == "rs");
        let stem = path.file_stem().map(|stem| stem.to_string_lossy());
        names.extend(stem.filter(|_| is_module).map(std::borrow::Cow::into_owned));
    }
    Ok(names)
}

/// Returns the source files that are not for tests only.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    let mut tests = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = fs::read_to_string(&path)?;
                let below = match path.file_stem().and_then(|stem| stem.to_str()) {
                    Some("mod" | "lib" | "main") => folder.clone(),
                    _ => path.with_extension(""),
                };
                tests.extend(
                    source::test_modules(&text)
                        .iter()
                        .map(|name| below.join(name)),
                );
                files.push(path);
            }
        }
    }
    files.retain(|file| {
        !file
            .with_extension("")
            .ancestors()
            .any(|above| tests.contains(above))
    });
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests;
