//! A project of nself, and a Docker that only notes what it is told and runs commands of the container
//! here.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Command, Output},
};

use super::root;
use crate::support::{Home, Service};

/// Notes its arguments. Containers are those in `containers`; what runs in them runs here, with the
/// test's folder in the place of the data folder.
const DOCKER: &str = r#"#!/usr/bin/env bash
set -euo pipefail
printf '%s\n' "$*" >>"$WORLD/docker.log"
if [[ -e "$WORLD/unreachable" ]]; then
    echo 'Cannot connect to the Docker daemon. Is the docker daemon running?' >&2
    exit 1
fi
case "$1" in
    ps) cat "$WORLD/containers" ;;
    port) echo 127.0.0.1:3106 ;;
    rm) : >"$WORLD/containers" ;;
    inspect) [[ ! -e "$WORLD/mounted" ]] || cat "$WORLD/mounted" ;;
    volume) [[ "$2" != inspect || -e "$WORLD/volume" ]] ;;
    exec)
        shift
        while [[ "$1" == --* ]]; do
            [[ "$1" != --env ]] || shift
            shift
        done
        shift
        words=("${@//\/var\/lib\/analytics/$WORLD\/inside}")
        case "${words[0]}" in
            printenv) exit 1 ;;
            wget) exit 0 ;;
            nchat-analytics) exec "$BINARY" "${words[@]:1}" ;;
            *) exec "${words[@]}" ;;
        esac
        ;;
esac
"#;

/// A project of nself with the plugin installed, and what Docker was told.
pub(super) struct World {
    pub(super) home: Home,
}

impl World {
    pub(super) fn new() -> Self {
        let world = Self { home: Home::new() };
        for folder in ["bin", "inside", "project"] {
            fs::create_dir(world.path(folder)).unwrap();
        }
        let docker = world.path("bin/docker");
        fs::write(&docker, DOCKER).unwrap();
        fs::set_permissions(&docker, fs::Permissions::from_mode(0o755)).unwrap();
        world.containers("demo_postgres\n");
        fs::write(world.path("docker.log"), "").unwrap();
        fs::write(
            world.path("project/.env"),
            "PROJECT_NAME=\"demo\" # ours\nSECRET=$(touch run)\n",
        )
        .unwrap();
        fs::write(world.path("project/docker-compose.yml"), "services: {}\n").unwrap();
        // As nself copies it, less what the scripts do not look at.
        for name in [
            "plugin.json",
            "install.sh",
            "uninstall.sh",
            "actions",
            "scripts",
        ] {
            let target = world.plugin();
            fs::create_dir_all(&target).unwrap();
            let copied = Command::new("cp")
                .arg("-r")
                .arg(root().join(name))
                .arg(target)
                .status();
            assert!(copied.unwrap().success());
        }
        world
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.home.path(name)
    }

    pub(super) fn plugin(&self) -> PathBuf {
        self.path(".nself/plugins/analytics")
    }

    pub(super) fn containers(&self, names: &str) {
        fs::write(self.path("containers"), names).unwrap();
    }

    pub(super) fn overridden(&self) -> Option<String> {
        fs::read_to_string(self.path("project/docker-compose.override.yml")).ok()
    }

    /// What Docker was told, since it was last asked.
    pub(super) fn told(&self) -> Vec<String> {
        let log = self.path("docker.log");
        let told = fs::read_to_string(&log).unwrap();
        fs::write(log, "").unwrap();
        told.lines().map(str::to_owned).collect()
    }

    /// Runs a script of the plugin as nself does, in the project's folder; it must succeed.
    pub(super) fn run(
        &self,
        script: &str,
        arguments: &[&str],
        service: Option<&Service>,
    ) -> String {
        let output = self.output(script, arguments, service);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script}: {text}{errors}");
        text
    }

    pub(super) fn output(
        &self,
        script: &str,
        arguments: &[&str],
        service: Option<&Service>,
    ) -> Output {
        let port = service.map_or("1", |service| service.base.rsplit_once(':').unwrap().1);
        Command::new("bash")
            .arg(self.plugin().join(script))
            .args(arguments)
            .current_dir(self.path("project"))
            .env_clear()
            .env("HOME", self.path(""))
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.path("bin").display()),
            )
            .env("WORLD", self.path("").canonicalize().unwrap())
            .env("BINARY", env!("CARGO_BIN_EXE_nchat-analytics"))
            .env("ANALYTICS_DATA_DIR", self.home.data())
            .env("ANALYTICS_PORT", port)
            .output()
            .unwrap()
    }
}
