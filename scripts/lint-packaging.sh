#!/usr/bin/env bash
# Checks the scripts, the Dockerfile and the files of Compose. `scripts/ensure-tools.sh lint` gets what
# it needs.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PATH:$(scripts/cache-dir.sh)/tools/bin"

mapfile -t scripts < <(git ls-files --cached --others --exclude-standard -- '*.sh' .ci/run)
shellcheck --external-sources --source-path=SCRIPTDIR "${scripts[@]}"
hadolint --config .hadolint.yaml Dockerfile
dclint --quiet --max-warnings 0 compose.yaml docker-compose.plugin.yml
printf 'packaging: %d scripts, the Dockerfile and the files of Compose are as they should be\n' "${#scripts[@]}"
