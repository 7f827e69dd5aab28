#!/usr/bin/env bash
# Run by `nself plugin remove`, in the project's folder: with --keep-data unless nself was told
# --delete-data. It may be run again at any time. The chat's database needs nothing: the plugin makes
# no tables in it.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/scripts/nself/lib.sh"

keep_data=false
for argument in "$@"; do
    case "$argument" in
        --keep-data) keep_data=true ;;
        --delete-data) keep_data=false ;;
        *) fail "$argument is not known: there are --keep-data and --delete-data." ;;
    esac
done

volume="$(project_setting PROJECT_NAME nself)_analytics_data"
reached=true
if ! docker_answers; then
    reached=false
    [[ "$keep_data" == true ]] || fail \
        "Docker is not reached from here, so the history cannot be deleted, and nothing was removed." \
        "Start it, or run this as a user who may use it. By hand:  docker volume rm $volume"
    say "Docker is not reached from here: where it is, remove the service's container."
fi

if container="$(find_container plugin)"; then
    mounted="$(data_volume "$container")"
    volume="${mounted:-$volume}"
    docker rm --force "$container" >/dev/null
    say "the container $container is removed."
fi

if [[ "$reached" == false ]]; then
    say "the history stays where it is: the plugin looks for it in the volume $volume when it is installed again."
elif ! docker volume inspect "$volume" >/dev/null 2>&1; then
    say "there is no volume $volume, so no history was kept or deleted: docker volume ls shows what there is."
elif [[ "$keep_data" == true ]]; then
    say "the history stays in the volume $volume: the plugin finds it when it is installed again."
else
    docker volume rm "$volume" >/dev/null
    say "the history is deleted, with the volume $volume."
fi

if [[ -f "$override" ]] && [[ "$(head -n 1 "$override")" == "$override_mark" ]]; then
    if override_is override_text || override_is earlier_override_text; then
        rm "$override"
        say "docker-compose.override.yml is removed."
    else
        say "docker-compose.override.yml was changed: take plugin-analytics and analytics_data out of it."
    fi
elif [[ -f "$override" ]] && grep -q 'analytics_data' "$override"; then
    say "take plugin-analytics and analytics_data out of docker-compose.override.yml."
fi

[[ ! -f "$project_dir/docker-compose.yml" ]] || touch "$project_dir/docker-compose.yml"
say "removed. nself restart takes it out of the project."
