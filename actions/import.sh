#!/usr/bin/env bash
# nself plugin analytics import PATH… [--users FILE] [--channels FILE]: reads a chat's history from
# files of this machine: NDJSON (also .gz, .zst) or a Slack export.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../scripts/nself/lib.sh"

[[ $# -gt 0 ]] || fail "name the files to read: nself plugin analytics import history.ndjson.zst"

if ! container="$(find_container running)"; then
    run_command import "$@"
    exit
fi

# Beside the data: there is the room for it, and the memory of the container is not filled.
staging="/var/lib/analytics/.import-$$"
# shellcheck disable=SC2317  # called by the trap
clean_up() {
    docker exec "$container" rm -rf "$staging" || true
    return_key "$container"
}
trap clean_up EXIT
lend_key "$container" "nself import"
docker exec "$container" mkdir "$staging"

# Every argument that names something here goes along, and its name there takes its place. The archive
# is unpacked by the service's own user, to whom the files belong then.
arguments=()
count=0
for argument in "$@"; do
    if [[ "$argument" != -* && -e "$argument" ]]; then
        count=$((count + 1))
        folder="$staging/$count"
        name="$(basename "$argument")"
        docker exec "$container" mkdir "$folder"
        tar -C "$(dirname "$argument")" --mode=u+rwX -cf - -- "$name" |
            docker exec --interactive "$container" tar -C "$folder" -xf -
        arguments+=("$folder/$name")
    else
        arguments+=("$argument")
    fi
done

run_in "$container" import "${arguments[@]}"
