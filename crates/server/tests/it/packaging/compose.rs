//! The files of Compose: which settings reach the service. Their form is checked by `make lint`.

use std::collections::BTreeSet;

use server::config::section;

use super::text;

/// Settings that are fixed within a container: where it listens, where its data is, and what memory it
/// has, which it sees.
const FIXED: [&str; 4] = [
    "ANALYTICS_HOST",
    "ANALYTICS_PORT",
    "ANALYTICS_DATA_DIR",
    "ANALYTICS_MEMORY",
];

/// The names that `environment` of the first service passes on.
fn passed(file: &str) -> BTreeSet<String> {
    let text = text(file);
    let (_, after) = text.split_once("    environment:\n").unwrap();
    after
        .lines()
        .take_while(|line| line.starts_with("      "))
        .map(|line| line.trim_start_matches([' ', '-']))
        .map(|line| line.split(':').next().unwrap().to_owned())
        .collect()
}

#[test]
fn alone_every_setting_reaches_the_service() {
    let mut known: BTreeSet<String> = section::settings()
        .map(|setting| setting.name.to_owned())
        .filter(|name| !FIXED.contains(&name.as_str()))
        .collect();
    known.insert("DATABASE_URL".to_owned());
    assert_eq!(passed("compose.yaml"), known);
}

#[test]
fn with_nself_what_the_manifest_names_reaches_the_service() {
    let manifest: serde_json::Value = serde_json::from_str(&text("plugin.json")).unwrap();
    let mut known: BTreeSet<String> = manifest["environment"]
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| !FIXED.contains(&name.as_str()))
        .cloned()
        .collect();
    known.extend(["DATABASE_URL".to_owned(), "PORT".to_owned()]);
    assert_eq!(passed("docker-compose.plugin.yml"), known);
}

#[test]
fn the_service_is_published_to_this_machine_only_and_keeps_its_data_in_a_volume() {
    for file in ["compose.yaml", "docker-compose.plugin.yml"] {
        let text = text(file);
        let ports: Vec<&str> = text
            .lines()
            .skip_while(|line| line.trim() != "ports:")
            .skip(1)
            .take_while(|line| line.starts_with("      - "))
            .map(str::trim)
            .collect();
        assert_eq!(
            ports,
            ["- \"127.0.0.1:${ANALYTICS_PORT:-3106}:3106\""],
            "{file}"
        );
        assert_eq!(text.matches("ports:").count(), 1, "{file}");
        assert_eq!(text.matches(":/var/lib/analytics\n").count(), 1, "{file}");
    }
}
