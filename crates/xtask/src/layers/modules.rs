//! The modules of `server` and what they use of each other, told by a scan of formatted source.

use std::{fs, path::Path, sync::LazyLock};

use anyhow::{Context, Result};
use regex::Regex;

use super::rules;

/// Where the modules lie.
const SOURCE: &str = "crates/server/src";

/// A path that starts at the crate or leads up, with its first name or group.
static PATH: LazyLock<Regex> = LazyLock::new(|| {
    let group = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}";
    let start = "crate|server|super(?:::super)*";
    regex(&format!(r"(?:^|[^:\w])({start})::(\w+|{group})"))
});
/// A name, or an item of a group with all that belongs to it.
static ITEM: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(\w+)(?:[^{},]|\{(?:[^{}]|\{[^{}]*\})*\})*"));
/// A module in a file of its own.
static MODULE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^ *(?:pub(?:\(.*\))? )?mod (\w+);"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is valid")
}

/// Returns every use between modules that no rule allows.
pub(super) fn violations(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for user in ["lib", "main"] {
        check(root, &Path::new(SOURCE).join(user), user, 0, &mut found)?;
    }
    Ok(found)
}

/// Checks a module that lies `depth` below the crate, and those within that are not for tests only.
fn check(
    root: &Path,
    module: &Path,
    user: &str,
    depth: usize,
    found: &mut Vec<String>,
) -> Result<()> {
    let mut file = module.with_extension("rs");
    if !root.join(&file).is_file() {
        file = module.join("mod.rs");
    }
    let shown = file.display();
    let text = fs::read_to_string(root.join(&file)).with_context(|| shown.to_string())?;
    let code = code(&text);
    found.extend(
        objections(&code, user, depth)
            .iter()
            .map(|(line, what)| format!("{shown}:{line}: {what}")),
    );
    let folder = if depth == 0 {
        Path::new(SOURCE)
    } else {
        module
    };
    for name in MODULE
        .captures_iter(&code)
        .map(|found| found.extract::<1>().1[0])
    {
        let user = if depth == 0 { name } else { user };
        check(root, &folder.join(name), user, depth + 1, found)?;
    }
    Ok(())
}

/// Returns a text without comments and items for tests only, every line where it was.
fn code(text: &str) -> String {
    let mut skipped = None;
    let lines = text.lines().map(|line| {
        let (code, indent) = (line.trim(), line.len() - line.trim_start().len());
        let is_skipped = skipped.is_some() || code == "#[cfg(test)]";
        if code == "#[cfg(test)]" {
            skipped = Some(indent);
        } else if skipped == Some(indent) && code.ends_with([';', '}']) {
            skipped = None;
        }
        let code = line.split("//").next().unwrap_or_default();
        if is_skipped {
            "\n".to_owned()
        } else {
            format!("{code}\n")
        }
    });
    lines.collect()
}

/// Returns what a module may not use, with lines.
fn objections(code: &str, user: &str, depth: usize) -> Vec<(usize, String)> {
    if rules::rule(user).is_none() {
        return vec![(1, format!("no rule says what module `{user}` may use"))];
    }
    let mut found = Vec::new();
    for path in PATH.captures_iter(code) {
        let (_, [start, names]) = path.extract();
        let ups = start.matches("super").count();
        // Fewer stay within the module.
        if ups > 0 && ups < depth {
            continue;
        }
        for item in ITEM.captures_iter(names) {
            let before = &code[..path.get_match().end() - names.len() + item.get_match().start()];
            let what = rules::objection(user, &item[1]);
            found.extend(what.map(|what| (before.matches('\n').count() + 1, what)));
        }
    }
    found
}

#[test]
fn first_names_of_paths_that_start_at_the_crate_are_judged() {
    for (depth, text, expected) in [
        (
            1,
            "use crate::{\n config::{A, query},\n query::{B, ingest},\n api,\n};\nuse a::{b};",
            &[3, 4][..],
        ),
        (
            1,
            "fn a() {\n let x = crate::query::b();\n vec![crate::api::c]\n}",
            &[2, 3],
        ),
        (
            2,
            "pub(in crate::query) fn a() {}\nm! { $crate::query::Ask }",
            &[1, 2],
        ),
        (
            2,
            "use super::super::query::Ask;\nuse super::query;\npub(super) fn query() {}",
            &[1],
        ),
        (1, "use super::query::Ask;", &[1]),
        (3, "use super::super::super::{query, config};", &[1]),
        (
            1,
            "use my_crate::query; use redis::server::query; let server = query::a;",
            &[],
        ),
        (
            1,
            "// crate::query\n/// [`crate::api`]\nuse crate::config;",
            &[],
        ),
        (
            1,
            "#[cfg(test)]\nmod tests {\n    use crate::query::E;\n}\nuse crate::query::H;",
            &[5],
        ),
        (
            1,
            "#[cfg(test)]\nuse crate::{\n    query,\n};\nuse crate::api;",
            &[5],
        ),
    ] {
        let found = objections(&code(text), "ingest", depth);
        let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, expected, "{text}");
    }
}

#[test]
fn an_objection_names_the_rule() {
    let what = |user: &str, text: &str| objections(text, user, 1).remove(0).1;
    assert_eq!(
        what("retention", "use crate::api;"),
        "`retention` may not use `api`: it uses no other module"
    );
    assert_eq!(
        what("ingest", "use crate::api;"),
        "`ingest` may not use `api`: it uses only blocking, config"
    );
    assert_eq!(
        what("gadget", ""),
        "no rule says what module `gadget` may use"
    );
    assert_eq!(objections("use crate::{api, query};", "app", 1), []);
}
