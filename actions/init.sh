#!/usr/bin/env bash
# nself plugin analytics init: makes the store and a first admin key, which is shown once.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../scripts/nself/lib.sh"
run_command init "$@"
