# shellcheck shell=bash
# The environment every cargo command of this project needs. Source it, in bash or zsh:
#
#   source scripts/env.sh
#
# No `set -e` here: it would change the shell of whoever sources it.

_scripts="$(cd "$(dirname "${BASH_SOURCE[0]:-$0}")" && pwd)" || return 1

# The library to link (and the search path the build script of the `duckdb` crate reads).
DUCKDB_LIB_DIR="$("$_scripts/fetch-duckdb.sh")" || return 1
export DUCKDB_LIB_DIR

case "$DUCKDB_LIB_DIR" in
    *[[:space:]]*)
        printf 'env.sh: DUCKDB_LIB_DIR must not hold spaces: %s\n' "$DUCKDB_LIB_DIR" >&2
        return 1
        ;;
esac

# The path of the library goes into what is built, so binaries and tests run without an environment.
# TRICKY: cargo rebuilds everything when RUSTFLAGS changes, so this adds one constant flag, once.
# Documentation tests are linked by rustdoc, which has flags of its own.
_rpath="-C link-arg=-Wl,-rpath,$DUCKDB_LIB_DIR"
case "${RUSTFLAGS:-}" in
    *"$_rpath"*) ;;
    *) export RUSTFLAGS="${RUSTFLAGS:+$RUSTFLAGS }$_rpath" ;;
esac
case "${RUSTDOCFLAGS:-}" in
    *"$_rpath"*) ;;
    *) export RUSTDOCFLAGS="${RUSTDOCFLAGS:+$RUSTDOCFLAGS }$_rpath" ;;
esac

# One build folder for all checkouts: a new one does not compile the dependencies again.
if [ -z "${CARGO_TARGET_DIR:-}" ]; then
    CARGO_TARGET_DIR="$("$_scripts/cache-dir.sh")/target" || return 1
    export CARGO_TARGET_DIR
fi

unset _scripts _rpath
