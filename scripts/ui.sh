#!/usr/bin/env bash
# Everything about the pages (ui/). Where there is no ui/ there is nothing to do.
#
#   scripts/ui.sh build             builds them where the binary takes them from, unless nothing has changed
#   scripts/ui.sh build --if-node   the same, or leaves the binary without pages where there is no Node.js
#   scripts/ui.sh lint              checks types, style, format, and that nothing is left over
#   scripts/ui.sh test              runs their tests, and builds them
#   scripts/ui.sh install           gets what they are made and tested with
#   scripts/ui.sh dev               serves them while they are worked on; ANALYTICS_URL is where the service is
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What the binary embeds: a build, each file beside its compressed forms.
readonly pages=crates/server/pages

fail() {
    printf 'ui: %s\n' "$@" >&2
    exit 1
}

has_node() {
    command -v npm >/dev/null 2>&1 &&
        node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
            process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null
}

need_node() {
    has_node || fail "the pages need Node.js 20.19 or later: install it."
}

# Installs what the pages are made with, when that is not what package-lock.json names.
install() {
    local stamp=ui/node_modules/.installed-from
    if ! cmp --silent ui/package-lock.json "$stamp"; then
        npm --prefix ui ci --no-fund --no-audit --loglevel=error
        cp ui/package-lock.json "$stamp"
    fi
}

# TRICKY: a file that was removed makes its folder newer.
is_current() {
    [[ -f "$pages/index.html" ]] &&
        [[ -z "$(find ui \( -path ui/node_modules -o -path ui/dist -o -path ui/e2e \) -prune -o \
            ! -path ui -newer "$pages/index.html" -print -quit)" ]]
}

build() {
    is_current && return
    install
    npm --prefix ui run --silent build >&2
    node scripts/embed-ui.mjs ui/dist "$pages"
}

[[ $# -gt 0 ]] || fail "say what to do: build, lint, test, install or dev"
if [[ ! -f ui/package.json ]]; then
    printf 'ui: there is no ui/ here\n' >&2
    exit 0
fi
case "$*" in
    build)
        need_node
        build
        ;;
    "build --if-node")
        if has_node; then
            build
        else
            printf 'ui: without Node.js 20.19 or later the binary has no pages\n' >&2
        fi
        ;;
    lint)
        need_node
        install
        npm --prefix ui run --silent sources >&2
        (cd ui && npx tsc --noEmit && npx biome check && npx knip)
        ;;
    test)
        need_node
        install
        npm --prefix ui run --silent sources >&2
        (cd ui && npx vitest run)
        build
        ;;
    install)
        need_node
        install
        ;;
    dev)
        need_node
        install
        exec npm --prefix ui run dev
        ;;
    *) fail "there is no $*: build, build --if-node, lint, test, install or dev" ;;
esac
