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
    assert!(has(&format!("ARG RUST_IMAGE=rust:{version}-slim-bookworm")));
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
        "&& install -d -o analytics -g analytics -m 0700 {SYSTEM_FOLDER}"
    )));
    assert!(has("EXPOSE 3106"));
    assert!(lines().iter().any(|line| line.starts_with("HEALTHCHECK ")));
    // nself mounts the source of a custom service over /app.
    assert!(!lines().iter().any(|line| line.contains("/app")));
}

#[test]
fn each_base_image_is_named_once_and_can_be_pinned() {
    let lines = lines();
    let images: Vec<_> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("FROM "))
        .map(|rest| rest.split(' ').next().unwrap())
        .collect();
    assert_eq!(images.len(), 4);
    for image in images {
        let name = image.strip_prefix("${").unwrap().strip_suffix('}').unwrap();
        let defaults = lines
            .iter()
            .filter_map(|line| line.strip_prefix(&format!("ARG {name}=")));
        let defaults: Vec<_> = defaults.collect();
        assert!(
            defaults.len() == 1 && !defaults[0].ends_with(":latest"),
            "{name}: {defaults:?}"
        );
    }
}
