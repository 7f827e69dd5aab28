#!/usr/bin/env bash
# Runs the pages in a browser, against the real binary with a data folder of its own.
#
#   scripts/e2e.sh fast          each page, the sign-in, and the numbers of the overview
#   scripts/e2e.sh all           everything; more arguments go to Playwright: scripts/e2e.sh all drill -g channels
#   scripts/e2e.sh screenshots   a picture of every page at three widths in both themes
#
#   E2E_BINARY   the binary; the debug build where nothing is said
#   E2E_PAGES    a build of the pages (ui/dist) that is served instead of the one in the binary
#   E2E_OUTPUT   where pictures go; the folder e2e of the cache where nothing is said
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
    printf 'e2e: %s\n' "$@" >&2
    exit 1
}

[[ $# -gt 0 ]] || fail "say what to run: fast, all or screenshots"
what="$1"
shift
case "$what" in
    fast) chosen=(--grep @fast) ;;
    all) chosen=(--grep-invert @screenshots) ;;
    screenshots) chosen=(--grep @screenshots) ;;
    *) fail "there is no $what: fast, all or screenshots" ;;
esac

if [[ -z "${E2E_BINARY:-}" ]]; then
    source scripts/env.sh
    E2E_BINARY="$CARGO_TARGET_DIR/debug/nchat-analytics"
fi
[[ -x "$E2E_BINARY" ]] || fail "there is no binary at $E2E_BINARY: build it, or name another one with E2E_BINARY."
E2E_OUTPUT="${E2E_OUTPUT:-$(scripts/cache-dir.sh)/e2e}"
export E2E_BINARY E2E_OUTPUT

scripts/ui.sh install
(cd ui && npx playwright test "${chosen[@]}" "$@")
[[ "$what" != screenshots ]] || printf 'e2e: the pictures are in %s\n' "$E2E_OUTPUT/screenshots" >&2
