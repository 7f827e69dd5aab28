#!/usr/bin/env bash
# Builds the product and runs it on demo history: `make run`.
#
#   ANALYTICS_PORT       where it answers (3106)
#   ANALYTICS_DATA_DIR   where it keeps its data (~/.local/share/nchat-analytics/demo)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/ensure-tools.sh build
source scripts/env.sh

export ANALYTICS_PORT="${ANALYTICS_PORT:-3106}"
export ANALYTICS_DATA_DIR="${ANALYTICS_DATA_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/nchat-analytics/demo}"
mkdir -p "$ANALYTICS_DATA_DIR"

cargo build --release --package nchat-analytics --bin nchat-analytics
exec "$CARGO_TARGET_DIR/release/nchat-analytics" serve --demo "$@"
