#!/usr/bin/env bash
# Builds the image's content without Docker: every step of the Dockerfile, in order and word for word,
# each stage on a copy of this system that is thrown away. Then it starts what the last stage would
# start, as its user, and asks for its health as its HEALTHCHECK does.
#
#   scripts/rehearse-image.sh [PROFILE]     PROFILE is dist unless named
#
# It needs Linux, root (overlay file systems, a mount namespace), Debian 12, and on this system what
# the base images bring: Rust of the pinned version, a C compiler, Node.js. It cannot show that the
# base images exist or that they have these; and it knows only the instructions that the Dockerfile
# uses.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly root="$PWD"

fail() {
    printf 'rehearse-image: %s\n' "$@" >&2
    exit 1
}

if [[ "${REHEARSAL_NAMESPACE:-}" != own ]]; then
    [[ "$(id -u)" -eq 0 ]] || fail "it mounts file systems: run it as root."
    # A namespace of its own: every mount ends with this script, however it ends.
    REHEARSAL_NAMESPACE=own exec unshare --mount --propagation private "${BASH_SOURCE[0]}" "$@"
fi

readonly profile="${1:-dist}"
work="$(mktemp -d "${TMPDIR:-/var/tmp}/rehearse-image-XXXXXX")"
service=
# shellcheck disable=SC2317  # called by the trap
clean_up() {
    [[ -z "$service" ]] || kill "$service" 2>/dev/null || true
    # The mounts go first, or what is mounted would be emptied with the folder.
    umount --recursive "$work"/*/root 2>/dev/null || true
    rm -rf --one-file-system "$work"
}
trap clean_up EXIT

# The build context: what git knows or would add, as a clone holds it, less what .dockerignore leaves
# out (an allow-list of names at the root; `!name` lets one in).
context="$work/context"
mkdir "$context"
mapfile -t allowed < <(sed -n 's/^!//p' .dockerignore)
git ls-files -z --cached --others --exclude-standard -- "${allowed[@]}" |
    xargs -0 cp --parents --target-directory "$context"

# begin_stage <name>: a copy of this system that is written to elsewhere.
begin_stage() {
    stage="$work/$1" cwd=/
    environment=()
    mkdir -p "$stage"/{upper,scratch,root}
    mount -t overlay overlay -o "lowerdir=/,upperdir=$stage/upper,workdir=$stage/scratch" "$stage/root"
    for system in proc sys dev; do
        mount --rbind "/$system" "$stage/root/$system"
    done
    # Both are often mounted over what is on the disk.
    cp --dereference --remove-destination /etc/resolv.conf /etc/hosts "$stage/root/etc/"
    printf '== FROM %s\n' "$1"
}

# enter <user> <command>: makes `entry` what runs a command in the stage as the image would. Where the
# tools of the base images are, and how registries are reached, comes from this system.
enter() {
    entry=(chroot --userspec="$1" "$stage/root" /usr/bin/env
        -u DUCKDB_LIB_DIR -u CARGO_TARGET_DIR -u RUSTFLAGS -u RUSTDOCFLAGS
        "${environment[@]}" /bin/bash -euo pipefail -c "cd '$cwd' && $2")
}

in_stage() {
    enter "$@"
    "${entry[@]}"
}

# copy <words of a COPY instruction>
copy() {
    local from="$context" words=()
    for word in "$@"; do
        case "$word" in
            --from=*) from="$work/${word#--from=}/root" ;;
            *) words+=("$word") ;;
        esac
    done
    local target="${words[-1]}" sources=("${words[@]:0:${#words[@]}-1}")
    [[ "$target" == /* ]] || target="$cwd/$target"
    target="$stage/root$target"
    for source in "${sources[@]}"; do
        if [[ -d "$from/$source" ]]; then
            mkdir -p "$target"
            cp -a "$from/$source/." "$target"
        else
            mkdir -p "$(if [[ "$target" == */ ]]; then echo "$target"; else dirname "$target"; fi)"
            cp -a "$from/$source" "$target"
        fi
    done
}

user=0:0 entrypoint='' command='' health='' environment=() entry=() stage='' cwd=/
# One instruction a line: comments go, continued lines are joined.
while IFS= read -r line; do
    verb="${line%% *}" rest="${line#* }"
    case "$verb" in
        FROM)
            name=last
            [[ "$rest" != *" AS "* ]] || name="${rest##* AS }"
            begin_stage "$name"
            ;;
        ENV)
            eval "environment+=($rest)"
            ;;
        ARG)
            case "$rest" in
                PROFILE=*) environment+=("PROFILE=$profile") ;;
                # This system stands for all of them.
                *_IMAGE=*) ;;
                *) fail "ARG $rest is not known here." ;;
            esac
            ;;
        WORKDIR)
            cwd="$rest"
            mkdir -p "$stage/root$cwd"
            ;;
        COPY)
            # shellcheck disable=SC2086  # words are what COPY takes
            copy $rest
            ;;
        RUN)
            printf '== RUN %s\n' "$rest"
            started=$SECONDS
            in_stage 0:0 "$rest"
            printf '== took %d s\n' $((SECONDS - started))
            ;;
        USER) user="$rest" ;;
        HEALTHCHECK) health="${rest#*CMD }" ;;
        ENTRYPOINT) entrypoint="$(tr -d '[]",' <<<"$rest")" ;;
        CMD) command="$(tr -d '[]",' <<<"$rest")" ;;
        SHELL | VOLUME | EXPOSE) ;;
        *) fail "the instruction $verb is not known here." ;;
    esac
done < <(sed -e '/^[[:space:]]*#/d' Dockerfile | sed -e ':join' -e '/\\$/{N;s/\\\n[[:space:]]*/ /;b join' -e '}' | sed '/^[[:space:]]*$/d')

[[ "$user" != 0:0 ]] || fail "the image would run as root."

# What the image would start, where it would start it.
environment+=(ANALYTICS_PORT="${REHEARSAL_PORT:-13106}" LOG_FORMAT=json)
printf '== %s %s, as %s\n' "$entrypoint" "$command" "$user"
in_stage 0:0 "ldd /usr/local/bin/nchat-analytics | grep -E 'duckdb|stdc|not found'"
in_stage "$user" "$entrypoint --version"
enter "$user" "exec $entrypoint $command"
"${entry[@]}" &
service=$!
for _ in $(seq 1 60); do
    sleep 0.5
    if in_stage "$user" "$health"; then
        printf '== healthy\n'
        in_stage "$user" "wget -qO- http://localhost:${REHEARSAL_PORT:-13106}/health && echo && ls -la /var/lib/analytics"
        du -h --apparent-size "$stage/root/usr/local/bin/nchat-analytics" "$stage/root/usr/local/lib/nchat-analytics"/* | sed "s#$stage/root##"
        kill -TERM "$service"
        code=0
        wait "$service" || code=$?
        service=
        [[ "$code" -eq 0 ]] || fail "the service ended with code $code after SIGTERM."
        printf '== ended cleanly: the steps of the Dockerfile work (profile %s, from %s)\n' "$profile" "$(git -C "$root" rev-parse --short HEAD)"
        exit 0
    fi
done
fail "the service did not become healthy."
