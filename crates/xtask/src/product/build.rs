//! Building the binary.

use std::{
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
    let output = cargo.output().context("cargo cannot be run")?;
    ensure!(output.status.success(), "the binary cannot be built");
    let messages = String::from_utf8_lossy(&output.stdout);
    let path = executable(&messages).context("cargo names no binary")?;
    Ok(Binary::new(path))
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
