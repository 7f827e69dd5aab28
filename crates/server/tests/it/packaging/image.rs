//! The Dockerfile, against what the project says elsewhere. `scripts/rehearse-image.sh` runs it.

use server::config::setting::SYSTEM_FOLDER;

use super::text;

/// The lines of the Dockerfile without its comments.
fn lines() -> Vec<String> {
    text("Dockerfile")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.trim().to_owned())
        .collect()
}

fn has(line: &str) -> bool {
    lines().iter().any(|one| one == line)
}

#[test]
fn the_toolchain_is_the_pinned_one() {
    let pinned = text("rust-toolchain.toml");
    let version = pinned
        .lines()
        .find_map(|line| line.strip_prefix("channel = \"")?.strip_suffix('"'))
        .unwrap();
    assert!(has(&format!("FROM rust:{version}-slim-bookworm AS build")));
    assert!(has(&format!("ENV RUSTUP_TOOLCHAIN={version} \\")));
}

#[test]
fn the_binary_finds_its_engine_where_the_image_has_it() {
    let library = "/usr/local/lib/nchat-analytics";
    assert!(has(&format!("DUCKDB_LIB_DIR={library}")));
    let copies = lines();
    let copies = copies
        .iter()
        .filter(|line| **line == format!("COPY --from=engine /engine {library}"));
    assert_eq!(copies.count(), 2, "one to build with and one to run with");
}

#[test]
fn it_runs_as_nobody_special_with_its_data_in_a_volume() {
    assert!(has("USER 10001:10001"));
    assert!(has(&format!("VOLUME {SYSTEM_FOLDER}")));
    assert!(has(&format!(
        "&& install -d -o analytics -g analytics -m 0750 {SYSTEM_FOLDER}"
    )));
    assert!(has("EXPOSE 3106"));
    assert!(lines().iter().any(|line| line.starts_with("HEALTHCHECK ")));
    // nself mounts the source of a custom service over /app.
    assert!(!lines().iter().any(|line| line.contains("/app")));
}
