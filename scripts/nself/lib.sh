# shellcheck shell=bash
# What the scripts that nself calls share. Source it after `set -euo pipefail`.
#
# nself says where the project is (NSELF_PROJECT_DIR) when it installs and when it runs an action, and
# otherwise calls from the project's folder.

# The folder of this plugin, as nself copied it.
plugin_dir="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
project_dir="${NSELF_PROJECT_DIR:-$PWD}"

# The file of Compose that nself merges over its own, and the first line of ours.
# shellcheck disable=SC2034  # of install.sh and uninstall.sh
override="$project_dir/docker-compose.override.yml"
readonly override_mark='# Made by install.sh of the plugin analytics, and removed by its uninstall.sh.'

say() {
    printf 'analytics: %s\n' "$@"
}

fail() {
    printf 'analytics: %s\n' "$@" >&2
    exit 1
}

# project_setting <name> <default>: a setting of the project, as its files say it; nothing of them is
# run. The later files win in nself as well.
project_setting() {
    local value="${!1:-}" file found
    if [[ -z "$value" ]]; then
        for file in .env.dev .env .env.local; do
            [[ -r "$project_dir/$file" ]] || continue
            found="$(sed -n "s/^\(export \)\{0,1\}$1=//p" "$project_dir/$file" | tail -n 1)"
            found="${found%%[[:space:]]#*}"
            found="${found#[\"\']}"
            found="${found%[\"\']}"
            [[ -z "$found" ]] || value="$found"
        done
    fi
    printf '%s\n' "${value:-$2}"
}

# The file that gives the service a volume: nself 0.9.9 gives its plugins none, so that `nself stop`
# would leave the history behind in a volume without a name; and it takes from the container what the
# service does not need. It defines the whole service, because a
# project may be started before nself has built its own definition of it.
# override_text [<folder of the plugin>]
override_text() {
    cat <<YAML
$override_mark
services:
  plugin-analytics:
    build:
      context: "${1:-$plugin_dir}"
    volumes:
      - analytics_data:/var/lib/analytics
$confinement

volumes:
  analytics_data:
YAML
}

# The lines that take from the container what the service does not need.
readonly confinement='    read_only: true
    tmpfs:
      - /tmp
    cap_drop:
      - ALL
    security_opt:
      - no-new-privileges:true'

# The file as earlier versions made it, which differs in these lines.
earlier_override_text() {
    local line
    while IFS= read -r line; do
        grep -qxF -- "$line" <<<"$confinement" || printf '%s\n' "$line"
    done < <(override_text "$@")
}

# The folder of the plugin that the file names.
override_folder() {
    sed -n 's/^      context: "\(.*\)"$/\1/p' "$override" | head -n 1
}

# override_is <function>: whether the file is as that function prints it, whichever folder of the plugin
# it names.
override_is() {
    [[ "$(cat "$override")" == "$("$1" "$(override_folder)")" ]]
}

# Prints those of the lines that the file lacks where it defines the service.
missing_confinement() {
    local line own
    own="$(awk '/^  plugin-analytics:/ {inside = 1; next} inside && /^ ? ?[^ ]/ {inside = 0} inside' "$override")"
    while IFS= read -r line; do
        grep -qxF -- "$line" <<<"$own" || printf '%s\n' "$line"
    done <<<"$confinement"
}

have_docker() {
    command -v docker >/dev/null 2>&1
}

# Whether Docker is here, runs, and lets this user in.
docker_answers() {
    have_docker && docker ps >/dev/null 2>&1
}

# Prints the names that the plugin's container may have: of nself 0.9.9, of docker-compose.plugin.yml and
# of a custom service.
plugin_container_names() {
    local project
    project="$(project_setting PROJECT_NAME nself)"
    printf '%s\n' "${project}_plugin_analytics" "${project}_analytics"
}

# Prints the names that the container may have, also that of compose.yaml, which is no part of the plugin.
container_names() {
    plugin_container_names
    printf '%s\n' nchat-analytics-analytics-1
}

# data_volume <container>: prints the name of the volume that holds the container's history, if it has one.
data_volume() {
    docker inspect --format \
        '{{range .Mounts}}{{if eq .Destination "/var/lib/analytics"}}{{.Name}}{{end}}{{end}}' "$1" || true
}

# find_container [running|plugin]: prints the name of the service's container, whether it runs or not; or
# only of one that runs, or of the plugin's own.
find_container() {
    local all=(--all) name names=container_names present
    [[ "${1:-}" != running ]] || all=()
    [[ "${1:-}" != plugin ]] || names=plugin_container_names
    have_docker || return 1
    present="$(docker ps "${all[@]}" --format '{{.Names}}')" || return 1
    while IFS= read -r name; do
        if grep -qxF -- "$name" <<<"$present"; then
            printf '%s\n' "$name"
            return
        fi
    done < <("$names")
    return 1
}

# run_command <arguments of nchat-analytics>: runs a command where the service's data is: in its
# container, or else here with the plugin's settings.
run_command() {
    local container settings=()
    if container="$(find_container running)"; then
        run_in "$container" "$@"
        return
    fi
    if command -v nchat-analytics >/dev/null 2>&1; then
        [[ ! -f "$plugin_dir/config.env" ]] || settings=(--config "$plugin_dir/config.env")
        exec nchat-analytics "${settings[@]}" "$@"
    fi
    fail "the service does not run: start it with  nself build && nself restart"
}

# run_in <container> <arguments of nchat-analytics>
run_in() {
    local container="$1" options=()
    shift
    [[ ! -t 0 || ! -t 1 ]] || options+=(--interactive --tty)
    [[ -z "${lent_key:-}" ]] || options+=(--env ANALYTICS_API_KEY)
    docker exec "${options[@]}" "$container" nchat-analytics "$@"
}

# lend_key <container> <name>: where the service has no ANALYTICS_API_KEY, makes a key for what talks to
# it, which return_key takes back. It goes to Docker through the environment: arguments can be seen.
lend_key() {
    local made
    [[ -z "$(docker exec "$1" printenv ANALYTICS_API_KEY || true)" ]] || return 0
    made="$(docker exec "$1" nchat-analytics key create --name "$2" --access admin --json)"
    lent_key="$(sed -n 's/^ *"id": "\([^"]*\)".*/\1/p' <<<"$made")"
    ANALYTICS_API_KEY="$(sed -n 's/^ *"secret": "\([^"]*\)".*/\1/p' <<<"$made")"
    [[ -n "$lent_key" && -n "$ANALYTICS_API_KEY" ]] || fail "the service made no key."
    export ANALYTICS_API_KEY
}

return_key() {
    [[ -z "${lent_key:-}" ]] || docker exec "$1" nchat-analytics key revoke "$lent_key" >/dev/null || true
}
