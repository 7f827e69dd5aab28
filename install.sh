#!/usr/bin/env bash
# Run by `nself plugin install`, in the project's folder. It may be run again at any time.
#
# It gives the service a volume that outlives its container, and lets `nself restart` see that there is
# something new. It reads no secret and asks nothing.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/scripts/nself/lib.sh"

chmod +x "$plugin_dir"/*.sh "$plugin_dir"/actions/*.sh "$plugin_dir"/scripts/*.sh

if [[ ! -f "$project_dir/docker-compose.yml" && ! -f "$project_dir/.env" ]]; then
    say "$project_dir is no project of nself: install again from the project's folder to give the history a volume."
    exit
fi

if [[ ! -e "$override" ]]; then
    override_text >"$override"
    say "docker-compose.override.yml keeps the history in the volume analytics_data."
elif override_is earlier_override_text; then
    confined="$(override_text "$(override_folder)")"
    printf '%s\n' "$confined" >"$override"
    say "docker-compose.override.yml was an earlier version's: the container is read-only now and has no capabilities."
elif [[ "$(head -n 1 "$override")" == "$override_mark" ]]; then
    # Only the line that names the plugin's folder may have changed; what was added stays.
    grep -qF -- "context: \"$plugin_dir\"" "$override" ||
        say "docker-compose.override.yml names another folder of the plugin than $plugin_dir: correct it there."
elif ! grep -q 'analytics_data:/var/lib/analytics' "$override"; then
    say "docker-compose.override.yml is yours. To keep the history in a volume, add this to it:"
    override_text | tail -n +2
fi

if grep -q 'analytics_data:/var/lib/analytics' "$override"; then
    missing="$(missing_confinement)"
    if [[ -n "$missing" ]]; then
        say "docker-compose.override.yml lacks what confines the container. Add to plugin-analytics:"
        printf '%s\n' "$missing"
    fi
fi

# nself restart builds its definitions anew only when one of these files is newer than its containers.
[[ ! -f "$project_dir/docker-compose.yml" ]] || touch "$project_dir/docker-compose.yml"

if [[ -f "$project_dir/.env.plugins" ]]; then
    say "nself does not read .env.plugins: what differs from the defaults belongs into .env."
fi

say "installed. Next:" \
    "  nself restart                      builds and starts the service" \
    "  nself plugin analytics init        prints a first admin key" \
    "  nself plugin analytics backfill    reads the chat's history"
