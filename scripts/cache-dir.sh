#!/usr/bin/env bash
# Prints the folder outside the tree that keeps what is slow to get or to build: DuckDB, the build
# folder and large histories. NCHAT_ANALYTICS_CACHE moves it; `make clean-cache` empties it.
set -euo pipefail

printf '%s\n' "${NCHAT_ANALYTICS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nchat-analytics}"
