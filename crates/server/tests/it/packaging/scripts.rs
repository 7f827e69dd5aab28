//! The scripts that nself calls, in a [`World`] of their own.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use serde_json::json;

use super::{root, world::World};

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

#[test]
fn installing_gives_a_volume_and_lets_nself_see_it_as_often_as_one_likes() {
    let world = World::new();
    let compose = world.path("project/docker-compose.yml");
    let long_ago = modified(&compose) - Duration::from_hours(1);
    let file = fs::File::options().write(true).open(&compose).unwrap();
    file.set_modified(long_ago).unwrap();
    let told = world.run("install.sh", &[], None);
    assert!(told.contains("nself restart"), "{told}");
    let made = world.overridden().unwrap();
    assert!(made.contains("      - analytics_data:/var/lib/analytics\n"));
    assert!(made.contains(&format!(
        "      context: \"{}\"\n",
        world.plugin().canonicalize().unwrap().display()
    )));
    assert!(modified(&compose) > long_ago);
    world.run("install.sh", &[], None);
    assert_eq!(world.overridden().unwrap(), made);
    assert!(!world.path("project/run").exists(), ".env was run");

    // What the project has of its own stays as it is.
    let own = "services:\n  other:\n    restart: always\n";
    fs::write(world.path("project/docker-compose.override.yml"), own).unwrap();
    let told = world.run("install.sh", &[], None);
    assert!(told.contains("add this to it"), "{told}");
    assert_eq!(world.overridden().unwrap(), own);
}

#[test]
fn removing_takes_everything_or_all_but_the_history() {
    let world = World::new();
    fs::write(world.path("volume"), "").unwrap();
    for (arguments, removes_volume) in [(&["--keep-data"][..], false), (&[], true)] {
        world.containers("demo_postgres\ndemo_plugin_analytics\n");
        world.run("install.sh", &[], None);
        world.told();
        world.run("uninstall.sh", arguments, None);
        assert_eq!(world.overridden(), None);
        let told = world.told();
        assert!(told.contains(&"rm --force demo_plugin_analytics".to_owned()));
        assert_eq!(
            told.contains(&"volume rm demo_analytics_data".to_owned()),
            removes_volume,
            "{told:?}"
        );
        assert!(!told.iter().any(|line| line.contains("postgres")));
        fs::remove_file(world.path("volume")).unwrap_or_default();
        // Once more finds nothing to do.
        world.run("uninstall.sh", arguments, None);
        // It asks whether Docker is there, for the container, and for the volume.
        assert_eq!(world.told().len(), 3);
        fs::write(world.path("volume"), "").unwrap();
    }
    // What was added to our file is the project's.
    world.run("install.sh", &[], None);
    let added = world.overridden().unwrap() + "# mine\n";
    fs::write(world.path("project/docker-compose.override.yml"), &added).unwrap();
    let told = world.run("uninstall.sh", &["--keep-data"], None);
    assert!(told.contains("was changed"), "{told}");
    assert_eq!(world.overridden().unwrap(), added);
    assert!(
        !world
            .output("uninstall.sh", &["--all"], None)
            .status
            .success()
    );
}

#[test]
fn without_docker_no_history_is_said_to_be_deleted() {
    let world = World::new();
    world.run("install.sh", &[], None);
    fs::write(world.path("unreachable"), "").unwrap();
    for arguments in [&[][..], &["--delete-data"]] {
        let output = world.output("uninstall.sh", arguments, None);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert_eq!(output.stdout, b"");
        assert!(told.contains("nothing was removed"), "{told}");
        assert!(
            told.contains("docker volume rm demo_analytics_data"),
            "{told}"
        );
        assert!(world.overridden().is_some());
    }
    // What is to stay needs no Docker; what could not be removed is named.
    let told = world.run("uninstall.sh", &["--keep-data"], None);
    assert!(told.contains("Docker is not reached from here"), "{told}");
    assert_eq!(world.overridden(), None);
    fs::remove_file(world.path("unreachable")).unwrap();
    fs::write(world.path("volume"), "").unwrap();
    world.run("uninstall.sh", &["--delete-data"], None);
    let told = world.told();
    assert!(
        told.contains(&"volume rm demo_analytics_data".to_owned()),
        "{told:?}"
    );
}

#[test]
fn only_the_plugins_own_container_is_removed_and_no_volume_is_said_to_be_that_is_not() {
    let world = World::new();
    // That of compose.yaml, which has its own history.
    world.containers("nchat-analytics-analytics-1\n");
    for arguments in [&["--delete-data"][..], &["--keep-data"]] {
        let text = world.run("uninstall.sh", arguments, None);
        assert!(
            text.contains("there is no volume demo_analytics_data"),
            "{text}"
        );
        let told = world.told();
        let removes = |line: &String| line.starts_with("rm ") || line.starts_with("volume rm");
        assert!(!told.iter().any(removes), "{told:?}");
    }
    // Actions work there all the same.
    world.output("actions/status.sh", &[], None);
    let told = world.told();
    assert!(
        told.iter()
            .any(|line| line.starts_with("exec nchat-analytics-analytics-1 ")),
        "{told:?}"
    );
    // The container says where its history is.
    world.containers("demo_analytics\n");
    fs::write(world.path("mounted"), "chat_analytics_data\n").unwrap();
    fs::write(world.path("volume"), "").unwrap();
    world.run("uninstall.sh", &["--delete-data"], None);
    let told = world.told();
    assert!(
        told.contains(&"volume rm chat_analytics_data".to_owned()),
        "{told:?}"
    );
}

/// What the first version of the plugin made.
fn first_override(folder: &str) -> String {
    format!(
        "# Made by install.sh of the plugin analytics, and removed by its uninstall.sh.\n\
         services:\n  plugin-analytics:\n    build:\n      context: \"{folder}\"\n    volumes:\n      \
         - analytics_data:/var/lib/analytics\n\nvolumes:\n  analytics_data:\n"
    )
}

#[test]
fn an_override_of_an_earlier_version_is_brought_up_to_date_and_removed() {
    let world = World::new();
    let path = world.path("project/docker-compose.override.yml");
    world.run("install.sh", &[], None);
    let current = world.overridden().unwrap();
    let own = world.plugin().canonicalize().unwrap();
    for folder in [own.to_str().unwrap(), "/elsewhere/analytics"] {
        fs::write(&path, first_override(folder)).unwrap();
        let told = world.run("install.sh", &[], None);
        assert!(told.contains("an earlier version's"), "{told}");
        // The folder that it names stays.
        let expected = current.replace(own.to_str().unwrap(), folder);
        assert_eq!(world.overridden().unwrap(), expected);
        for text in [first_override(folder), expected] {
            fs::write(&path, text).unwrap();
            world.run("uninstall.sh", &["--keep-data"], None);
            assert_eq!(world.overridden(), None);
        }
    }
    // What was changed stays, and what it lacks is told.
    let changed = first_override("/elsewhere") + "# mine\n";
    let partly = current.replace("    cap_drop:\n      - ALL\n", "") + "# mine\n";
    let (_, unmarked) = changed.split_once('\n').unwrap();
    let unmarked = unmarked.to_owned();
    let lacks = "Add to plugin-analytics:\n";
    let all = "    read_only: true\n    tmpfs:\n      - /tmp\n    cap_drop:\n      - ALL\n    \
               security_opt:\n      - no-new-privileges:true\nanalytics: ";
    for (text, missing) in [
        (changed, Some(all)),
        (unmarked, Some(all)),
        (partly, Some("    cap_drop:\n      - ALL\nanalytics: ")),
        (current.clone() + "# mine\n", None),
        (current, None),
    ] {
        fs::write(&path, &text).unwrap();
        let told = world.run("install.sh", &[], None);
        assert_eq!(world.overridden().unwrap(), text);
        let found = told.split_once(lacks).map(|(_, rest)| rest);
        match missing {
            Some(missing) => assert!(
                found.is_some_and(|found| found.starts_with(missing)),
                "{told}"
            ),
            None => assert_eq!(found, None, "{told}"),
        }
    }
}

/// Stands for cargo: "builds" a binary.
const CARGO: &str = r#"#!/usr/bin/env bash
set -euo pipefail
[[ "$1" != build ]] || {
    mkdir -p "$CARGO_TARGET_DIR/release"
    printf '#!/bin/sh\necho it runs\n' >"$CARGO_TARGET_DIR/release/nchat-analytics"
}
"#;

#[test]
fn installing_here_puts_the_binary_and_its_library_where_they_are_found() {
    let world = World::new();
    let cargo = world.path("bin/cargo");
    fs::write(&cargo, CARGO).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let engine = world.path("engine");
    fs::create_dir(&engine).unwrap();
    let library = format!("libduckdb{}", std::env::consts::DLL_SUFFIX);
    fs::write(engine.join(&library), "library").unwrap();
    let run = |path: &str| {
        let output = Command::new("bash")
            .arg(root().join("scripts/install.sh"))
            .arg(world.path("prefix"))
            .env_clear()
            .env("HOME", world.path(""))
            .env("PATH", path)
            .env("CARGO_TARGET_DIR", world.path("target"))
            .env("DUCKDB_LIB_DIR", &engine)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{told} {output:?}");
        told
    };
    let path = format!("{}:/usr/bin:/bin", world.path("bin").display());
    let bin = world.path("prefix/bin");
    let told = run(&path);
    let ending = format!("export PATH=\"{}:$PATH\"\n", bin.display());
    assert!(told.ends_with(&ending), "{told}");
    let told = run(&format!("{path}:{}", bin.display()));
    assert_eq!(
        told,
        format!("Installed {}/nchat-analytics\n", bin.display())
    );
    let installed = Command::new(bin.join("nchat-analytics")).output().unwrap();
    assert_eq!(installed.stdout, b"it runs\n");
    let copied = world.path("prefix/lib/nchat-analytics").join(&library);
    assert_eq!(fs::read(copied).unwrap(), b"library");
}

#[tokio::test]
async fn actions_run_in_the_container() {
    let world = World::new();
    world.containers("demo_plugin_analytics\n");
    // No key in its environment, as with nself's own commands.
    let service = world.home.start(&[("ANALYTICS_API_KEY", "")]);
    let told = world.run("actions/init.sh", &[], Some(&service));
    let key = told
        .lines()
        .find_map(|line| line.strip_prefix("admin key"))
        .unwrap()
        .trim()
        .to_owned();
    world.run("actions/server.sh", &[], Some(&service));
    assert!(
        world
            .told()
            .contains(&"start demo_plugin_analytics".to_owned())
    );
    let status = world.run("actions/status.sh", &["--json"], Some(&service));
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["service"]["status"], "healthy");

    let history = json!({"id": "e1", "type": "message_sent", "ts": "2026-11-01T10:00:00Z", "user": "u1", "channel": "c1"});
    fs::write(
        world.path("project/my history.ndjson"),
        format!("{history}\n"),
    )
    .unwrap();
    fs::write(world.path("project/people.csv"), "id,name\nu1,Ada\n").unwrap();
    world.told();
    let arguments = ["my history.ndjson", "--users", "people.csv"];
    let told = world.run("actions/import.sh", &arguments, Some(&service));
    assert!(told.contains("new events       1"), "{told}");
    let commands = world.told();
    // The key it lends is not among the arguments, and is taken back.
    assert!(!commands.iter().any(|line| line.contains("nca_")));
    assert!(commands.iter().any(|line| line.contains("key revoke")));
    // What it lends it takes back when the command fails, too.
    let since = ["--since", "not a day"];
    world.output("actions/backfill.sh", &since, Some(&service));
    let commands = world.told();
    let container = "demo_plugin_analytics nchat-analytics";
    assert!(commands.contains(&format!(
        "exec --env ANALYTICS_API_KEY {container} backfill --since not a day"
    )));
    let last = commands.last().unwrap();
    assert!(
        last.starts_with(&format!("exec {container} key revoke ")),
        "{last}"
    );
    let left: Vec<_> = fs::read_dir(world.path("inside")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    let answer = service
        .request(reqwest::Method::GET, "/api/analytics/users?period=all")
        .header("X-API-Key", key)
        .send()
        .await
        .unwrap();
    let answer = crate::support::json(answer, reqwest::StatusCode::OK).await;
    assert_eq!(answer["users"][0]["displayName"], "Ada");
}

#[test]
fn without_a_container_an_action_says_what_to_do() {
    let world = World::new();
    let output = world.output("actions/status.sh", &[], None);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        told,
        "analytics: the service does not run: start it with  nself build && nself restart\n"
    );
}
