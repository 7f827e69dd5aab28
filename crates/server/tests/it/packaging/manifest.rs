//! `plugin.json` as nself 0.9.9 reads it: not as JSON, but with grep and sed, line by line.

use std::{collections::BTreeSet, fs};

use serde_json::Value;
use server::config::{section, setting::Preset};

use super::{root, text};

/// What nself itself passes to every plugin; a second one of a name would be refused by Compose.
const PASSED: [&str; 21] = [
    "ENV",
    "NODE_ENV",
    "APP_ENV",
    "PROJECT_NAME",
    "BASE_DOMAIN",
    "DOCKER_NETWORK",
    "SERVICE_NAME",
    "SERVICE_PORT",
    "PORT",
    "POSTGRES_HOST",
    "POSTGRES_PORT",
    "POSTGRES_DB",
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
    "DATABASE_URL",
    "REDIS_HOST",
    "REDIS_PORT",
    "REDIS_PASSWORD",
    "HASURA_GRAPHQL_ENDPOINT",
    "HASURA_GRAPHQL_ADMIN_SECRET",
    "HASURA_ADMIN_SECRET",
];

fn manifest() -> Value {
    serde_json::from_str(&text("plugin.json")).unwrap()
}

/// The lines that name a key, each with so many lines after it: `grep -A`.
fn with_lines_after<'a>(text: &'a str, key: &str, count: usize) -> Vec<&'a str> {
    let key = format!("\"{key}\"");
    let lines: Vec<&str> = text.lines().collect();
    let mut wanted = BTreeSet::new();
    for (at, line) in lines.iter().enumerate() {
        if line.contains(&key) {
            wanted.extend(at..lines.len().min(at + count + 1));
        }
    }
    wanted.into_iter().map(|at| lines[at]).collect()
}

/// The value of a key in the first of the lines that names it.
fn first(lines: &[&str], key: &str) -> Option<String> {
    let key = format!("\"{key}\"");
    let line = lines.iter().find(|line| line.contains(&key))?;
    let (_, value) = line.split_once(&key)?;
    let value = value.trim_start().strip_prefix(':')?.trim();
    Some(value.trim_end_matches(',').trim_matches('"').to_owned())
}

/// Every text in quotes of the lines for whose characters `allowed` holds, with what follows it.
fn quoted<'a>(lines: &[&'a str], allowed: fn(char) -> bool) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    for line in lines {
        for (at, _) in line.match_indices('"') {
            let after = &line[at + 1..];
            let end = after.find(|c| !allowed(c)).unwrap_or(after.len());
            if let Some(rest) = after[end..].strip_prefix('"') {
                found.push((&after[..end], rest.trim_start()));
            }
        }
    }
    found
}

fn upper(c: char) -> bool {
    c.is_ascii_uppercase() || c == '_'
}

fn lower(c: char) -> bool {
    c.is_ascii_lowercase() || c == '-'
}

#[test]
fn the_first_of_each_name_is_ours() {
    let text = text("plugin.json");
    let lines: Vec<&str> = text.lines().collect();
    for (key, value) in [
        ("name", "analytics"),
        ("slug", "analytics"),
        ("version", env!("CARGO_PKG_VERSION")),
        ("category", "infrastructure"),
        ("language", "rust"),
        ("binary_name", "nchat-analytics"),
        ("health_endpoint", "/health"),
        ("minNselfVersion", "0.9.8"),
        ("port", "3106"),
    ] {
        assert_eq!(first(&lines, key).as_deref(), Some(value), "{key}");
        let found = &manifest()[key];
        let found = found.as_str().map_or(found.to_string(), str::to_owned);
        assert_eq!(found, value, "{key}");
    }
    assert_eq!(
        first(&lines, "description"),
        manifest()["description"].as_str().map(str::to_owned)
    );
}

#[test]
fn no_line_holds_two_keys() {
    for line in text("plugin.json").lines() {
        let keys = line.matches("\": ").count();
        assert!(keys <= 1, "{line}");
    }
}

#[test]
fn the_service_is_found_within_five_lines() {
    let text = text("plugin.json");
    assert_eq!(text.matches("\"service\"").count(), 1);
    let lines = with_lines_after(&text, "service", 5);
    let found =
        ["port", "replicas", "memory", "cpu"].map(|key| first(&lines, key).unwrap_or_default());
    assert_eq!(found, ["3106", "1", "512M", "1.0"]);
}

#[test]
fn the_environment_is_found_within_twenty_lines() {
    let text = text("plugin.json");
    assert_eq!(text.matches("\"environment\"").count(), 1);
    let lines = with_lines_after(&text, "environment", 20);
    let names: Vec<&str> = quoted(&lines, upper)
        .into_iter()
        .filter(|(_, rest)| rest.starts_with(':'))
        .map(|(name, _)| name)
        .collect();
    let manifest = manifest();
    let declared = manifest["environment"].as_object().unwrap();
    let known: BTreeSet<&str> = declared.keys().map(String::as_str).collect();
    assert_eq!(names.len(), declared.len());
    assert_eq!(names.iter().copied().collect::<BTreeSet<_>>(), known);
    for name in names {
        assert!(!PASSED.contains(&name), "nself passes {name} itself");
        let setting = section::setting(name).unwrap_or_else(|| panic!("{name} is no setting"));
        assert!(setting.later.is_none(), "{name} changes nothing yet");
        let preset = match setting.preset {
            Preset::Text(text) => text,
            Preset::Unset | Preset::Derived { .. } => "",
        };
        // Nothing stands for the default, too: a `required` there would be taken for a list of them.
        assert!(declared[name] == preset || declared[name] == "", "{name}");
    }
}

#[test]
fn nothing_is_taken_for_required_and_nothing_for_a_dependency() {
    let text = text("plugin.json");
    let required = with_lines_after(&text, "required", 10);
    let names: Vec<_> = quoted(&required, upper)
        .into_iter()
        .filter(|(name, _)| !name.is_empty())
        .collect();
    assert_eq!(names, []);
    let near = with_lines_after(&text, "dependencies", 20);
    let pairs: Vec<_> = quoted(&near, lower)
        .into_iter()
        .filter(|(_, rest)| {
            rest.strip_prefix(':')
                .is_some_and(|value| value.trim_start().starts_with('"'))
        })
        .collect();
    assert_eq!(pairs, []);
}

#[test]
fn every_action_has_its_script_and_every_script_is_described() {
    let scripts: BTreeSet<String> = fs::read_dir(root().join("actions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let manifest = manifest();
    let actions = manifest["actions"].as_object().unwrap();
    let expected: BTreeSet<String> = actions.keys().map(|name| format!("{name}.sh")).collect();
    assert_eq!(scripts, expected);
    for action in actions.values() {
        assert!(!action["description"].as_str().unwrap().is_empty());
    }
}

#[test]
fn the_entry_of_the_registry_says_the_same() {
    let manifest = manifest();
    let registry: Value = serde_json::from_str(&text("registry-entry.json")).unwrap();
    let entry = &registry["analytics"];
    for key in [
        "name",
        "version",
        "description",
        "author",
        "license",
        "homepage",
        "repository",
        "minNselfVersion",
        "requires_license",
        "language",
        "category",
        "status",
        "tags",
        "tables",
        "webhooks",
        "multiApp",
    ] {
        assert_eq!(entry[key], manifest[key], "{key}");
        assert!(!entry[key].is_null(), "{key}");
    }
    assert_eq!(entry["implementation"]["defaultPort"], manifest["port"]);
    let actions: BTreeSet<&str> = entry["actions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let known: BTreeSet<&str> = manifest["actions"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(actions, known);
    for variable in entry["envVars"].as_array().unwrap() {
        let name = variable["name"].as_str().unwrap();
        let known = section::settings().any(|setting| setting.names().any(|one| one == name));
        assert!(known, "{name} is no setting");
    }
}
