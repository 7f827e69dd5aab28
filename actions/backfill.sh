#!/usr/bin/env bash
# nself plugin analytics backfill [--since DATE]: reads the chat's history from its database. It may be
# broken off and run again.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../scripts/nself/lib.sh"

if container="$(find_container running)"; then
    trap 'return_key "$container"' EXIT
    lend_key "$container" "nself backfill"
    run_in "$container" backfill "$@"
else
    run_command backfill "$@"
fi
