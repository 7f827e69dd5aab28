#!/usr/bin/env bash
# Builds the binary and puts it where the shell finds it: `make install`. The engine's library goes along,
# so that neither the tree nor its cache is needed afterwards.
#
#   scripts/install.sh [PREFIX]     PREFIX is ~/.local unless named
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
prefix="${1:-$HOME/.local}"

scripts/ensure-tools.sh build
source scripts/env.sh
scripts/ui.sh build --if-node
cargo build --release --package nchat-analytics --bin nchat-analytics

# The binary looks for its library here when that of the cache is gone (crates/server/build.rs).
library="$prefix/lib/nchat-analytics"
mkdir -p "$prefix/bin" "$library"
install -m 0644 "$DUCKDB_LIB_DIR"/libduckdb.* "$library"
install -m 0755 "$CARGO_TARGET_DIR/release/nchat-analytics" "$prefix/bin/nchat-analytics"
printf 'Installed %s\n' "$prefix/bin/nchat-analytics"
case ":$PATH:" in
    *":$prefix/bin:"*) ;;
    *) printf 'It is not on your PATH yet:  export PATH="%s:$%s"\n' "$prefix/bin" PATH ;;
esac
