//! Building the binary.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Binary;

/// Builds the binary and returns where it lies.
pub(crate) fn build(root: &Path, release: bool) -> Result<Binary> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--package", "nchat-analytics"])
        .args(["--bin", "nchat-analytics"])
        .arg("--message-format=json-render-diagnostics")
        .args(release.then_some("--release"))
        .current_dir(root)
        .stderr(Stdio::inherit());
    // TRICKY: `cargo run` tells this process about its own package, and build scripts that watch
    // such variables (ring's does) would have everything above them compiled again, each time.
    #[expect(clippy::disallowed_methods, reason = "this is about how to build")]
    let names = env::vars_os().map(|(name, _)| name);
    for name in names.filter(|name| name.to_str().is_some_and(is_about_a_package)) {
        cargo.env_remove(name);
    }
    let output = cargo.output().context("cargo cannot be run")?;
    ensure!(output.status.success(), "the binary cannot be built");
    let messages = String::from_utf8_lossy(&output.stdout);
    let path = executable(&messages).context("cargo names no binary")?;
    Ok(Binary::new(path))
}

/// Returns whether an environment variable says which package runs, rather than how to build.
fn is_about_a_package(name: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// Returns the binary that cargo's messages name.
fn executable(messages: &str) -> Option<String> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "nchat-analytics")
        .find_map(|message| message["executable"].as_str().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_the_artifact_with_an_executable() {
        let messages = r#"
{"reason":"compiler-artifact","target":{"name":"other"},"executable":"/a/other"}
{"reason":"compiler-artifact","target":{"name":"nchat-analytics"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"nchat-analytics"},"executable":"/a/nchat-analytics"}
{"reason":"build-finished","success":true}
"#;
        assert_eq!(executable(messages).as_deref(), Some("/a/nchat-analytics"));
    }
}
