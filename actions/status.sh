#!/usr/bin/env bash
# nself plugin analytics status [--json]: says what is stored, and whether the service runs.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../scripts/nself/lib.sh"
run_command status "$@"
