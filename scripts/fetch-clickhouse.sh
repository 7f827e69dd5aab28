#!/usr/bin/env bash
# Gets a ClickHouse server for tests and prints the path of its program (docs/adr/0034).
#
#   export CLICKHOUSE_PROGRAM="$(scripts/fetch-clickhouse.sh)"
#
# Only that path goes to stdout. A set CLICKHOUSE_PROGRAM wins; what is already in the cache is used without a
# look at the network. The library is the one of ClickHouse's own embedded build (chDB); the program is built
# from clickhouse.c beside this script.
set -euo pipefail

readonly version=26.7.3-stable.1
readonly library=libchdb.so

fail() {
    printf 'fetch-clickhouse: %s\n' "$@" >&2
    exit 1
}

if [[ -n "${CLICKHOUSE_PROGRAM:-}" ]]; then
    [[ -x "$CLICKHOUSE_PROGRAM" ]] || fail \
        "CLICKHOUSE_PROGRAM is set to $CLICKHOUSE_PROGRAM, which is no program." \
        "Unset it to fetch the server."
    printf '%s\n' "$CLICKHOUSE_PROGRAM"
    exit 0
fi

# One pinned checksum per platform, of the library itself: a platform without one is not fetched.
case "$(uname -s)-$(uname -m)" in
    Linux-x86_64)
        platform=linux-x64-gnu
        sha256=36ad4e999882821ef13cf2d0f52c93f48e6ee1b4498b35a201c23ce4b8d15bf5
        ;;
    *)
        fail "no checksum of chDB $version is pinned for $(uname -s)-$(uname -m)." \
            "Set ANALYTICS_TEST_CLICKHOUSE_URL to the address of a ClickHouse server for tests instead."
        ;;
esac

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
parent="$("$here/cache-dir.sh")/clickhouse"
target="$parent/$version-$platform"

# The program gets its name only after the checksum of the library was right, so its presence is proof enough.
if [[ -x "$target/clickhouse" && "$target/clickhouse" -nt "$here/clickhouse.c" ]]; then
    printf '%s\n' "$target/clickhouse"
    exit 0
fi

package="@chdb/lib-$platform@$version"

command -v npm >/dev/null || fail \
    "npm is needed once, to fetch $package." \
    "Install Node.js, or set ANALYTICS_TEST_CLICKHOUSE_URL to the address of a ClickHouse server for tests."

command -v cc >/dev/null || fail "a C compiler (cc) is needed once, to build the program around the library."

mkdir -p "$target"
work="$(mktemp -d "$parent/.fetch-XXXXXX")"
trap 'rm -rf "$work"' EXIT

if [[ ! -e "$target/$library" ]]; then
    printf 'Fetching ClickHouse %s for %s (180 MB, once)\n' "$version" "$platform" >&2
    if ! (cd "$work" && npm pack --silent --fetch-retries=1 "$package") >"$work/npm.log" 2>&1; then
        tail -n 20 "$work/npm.log" >&2
        fail "npm could not fetch $package." "Check the network and npm's settings (npm ping), then try again."
    fi

    tar -xzf "$work"/*.tgz -C "$work"
    found="$(sha256sum "$work/package/$library")"
    found="${found%% *}"
    [[ "$found" == "$sha256" ]] || fail \
        "the checksum of $library in $package is not the pinned one, so it is not used." \
        "expected $sha256" "found    $found" \
        "Do not work around this: find out why the package changed."
    mv -f "$work/package/$library" "$target/$library"
fi

# Renames within one file system are atomic, and two fetches at once write the same bytes.
cc -O1 -o "$work/clickhouse" "$here/clickhouse.c" -ldl -lpthread
mv -f "$work/clickhouse" "$target/clickhouse"
printf '%s\n' "$target/clickhouse"
