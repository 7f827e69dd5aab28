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

/// Every setting that may be another one in a container.
fn settings() -> BTreeSet<String> {
    section::settings()
        .map(|setting| setting.name.to_owned())
        .filter(|name| !FIXED.contains(&name.as_str()))
        .chain(["DATABASE_URL".to_owned()])
        .collect()
}

#[test]
fn every_setting_reaches_the_service() {
    let mut known = settings();
    assert_eq!(passed("compose.yaml"), known);
    known.insert("PORT".to_owned());
    assert_eq!(passed("docker-compose.plugin.yml"), known);
}

#[test]
fn what_the_manifest_names_reaches_the_service_and_what_needs_consent_is_named() {
    let manifest: serde_json::Value = serde_json::from_str(&text("plugin.json")).unwrap();
    let named = manifest["environment"].as_object().unwrap();
    for name in named.keys().filter(|name| !FIXED.contains(&name.as_str())) {
        assert!(settings().contains(name), "{name}");
    }
    // A service that waits for consent can be given it.
    for name in ["ANALYTICS_RETENTION_DAYS", "ANALYTICS_RETENTION_CONFIRM"] {
        assert!(named.contains_key(name), "{name}");
    }
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

/// The lines of a file that say what a container may not do.
const CONFINED: [&str; 4] = [
    "    read_only: true\n",
    "    tmpfs:\n      - /tmp\n",
    "    cap_drop:\n      - ALL\n",
    "    security_opt:\n      - no-new-privileges:true\n",
];

#[test]
fn the_service_can_change_nothing_but_its_data_and_become_nobody_else() {
    for file in [
        "compose.yaml",
        "docker-compose.plugin.yml",
        "scripts/nself/lib.sh",
    ] {
        let mut text = text(file);
        // The script puts these lines into the file that it writes, and looks for them in others.
        if let Some((_, lines)) = text.split_once("readonly confinement='") {
            let lines = format!("{}\n", lines.split_once('\'').unwrap().0);
            text = text.replace("$confinement\n", &lines);
        }
        let (_, service) = text.split_once("analytics:\n").unwrap();
        // Up to the next service, or the volumes.
        let end = service.find("\n\n").unwrap();
        let service = format!("{}\n", &service[..end]);
        for line in CONFINED {
            assert_eq!(service.matches(line).count(), 1, "{file}: {line}");
        }
        assert!(!service.contains("cap_add"), "{file}");
        assert!(!service.contains("privileged: "), "{file}");
    }
}

#[test]
fn the_servers_beside_it_have_no_more_rights_than_they_need() {
    let text = text("compose.yaml");
    let (services, _) = text.split_once("\nvolumes:\n").unwrap();
    let (_, services) = services.split_once("services:\n").unwrap();
    let mut seen = 0;
    for service in services
        .split("\n\n")
        .filter(|part| part.contains("image: "))
    {
        seen += 1;
        let service = format!("{service}\n");
        for line in &CONFINED[2..] {
            assert_eq!(service.matches(line).count(), 1, "{service}");
        }
        assert!(!service.contains("ports:"), "{service}");
    }
    assert_eq!(seen, 3);
}

#[test]
fn no_log_of_nginx_shows_a_key_of_an_address() {
    let text = text("nginx/analytics.conf");
    let (_, keys) = text.split_once("location /k/ {").unwrap();
    let (keys, _) = keys.split_once('}').unwrap();
    for line in ["access_log off;", "error_log /dev/null emerg;"] {
        assert!(keys.contains(line), "{keys}");
    }
}
