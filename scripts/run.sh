#!/usr/bin/env bash
# Builds the product, with its pages where there is Node.js, and runs it on demo history: `make run`.
#
#   ANALYTICS_PORT       where it answers (3106)
#   ANALYTICS_DATA_DIR   where it keeps its data (~/.local/share/nchat-analytics/demo)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/ensure-tools.sh build
source scripts/env.sh
scripts/ui.sh build --if-node

export ANALYTICS_PORT="${ANALYTICS_PORT:-3106}"
export ANALYTICS_DATA_DIR="${ANALYTICS_DATA_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/nchat-analytics/demo}"
cargo build --release --package nchat-analytics --bin nchat-analytics
# Where to find it afterwards, for `make install` and by hand.
mkdir -p bin
ln -sfn "$CARGO_TARGET_DIR/release/nchat-analytics" bin/nchat-analytics
exec bin/nchat-analytics serve --demo "$@"
