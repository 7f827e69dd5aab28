#!/usr/bin/env bash
# Gets the prebuilt DuckDB library and prints the folder that holds it (docs/adr/0002).
#
#   lib_dir="$(scripts/fetch-duckdb.sh)"
#
# Only that folder goes to stdout. A set DUCKDB_LIB_DIR wins; a library that is already in the cache
# is used without a look at the network.
set -euo pipefail

readonly duckdb_version=1.5.6

fail() {
    printf 'fetch-duckdb: %s\n' "$@" >&2
    exit 1
}

case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) platform=linux-x64 library=libduckdb.so ;;
    Linux-aarch64 | Linux-arm64) platform=linux-arm64 library=libduckdb.so ;;
    Darwin-x86_64) platform=darwin-x64 library=libduckdb.dylib ;;
    Darwin-arm64) platform=darwin-arm64 library=libduckdb.dylib ;;
    *) platform="$(uname -s)-$(uname -m)" library=libduckdb.so ;;
esac

if [[ -n "${DUCKDB_LIB_DIR:-}" ]]; then
    [[ -e "$DUCKDB_LIB_DIR/$library" ]] || fail \
        "DUCKDB_LIB_DIR is set to $DUCKDB_LIB_DIR, but there is no $library in it." \
        "Point it at a folder that holds DuckDB $duckdb_version, or unset it to fetch the library."
    printf '%s\n' "$DUCKDB_LIB_DIR"
    exit 0
fi

# The packages of DuckDB's Node client carry the official library. One pinned checksum per platform,
# of the library itself: a platform without one is not fetched, rather than fetched unchecked.
case "$platform" in
    linux-x64)
        package_version="$duckdb_version-r.1"
        sha256=3f4962cdd266eab2b479a5b5a4a6d063d279b2954ae814ed00385d553b747633
        ;;
    linux-arm64)
        package_version="$duckdb_version-r.1"
        sha256=23686593dba4ec22c6e581bb1c843b3964e84c4bc4d0063d8b4daddd2e20e30a
        ;;
    *)
        fail "no checksum of DuckDB $duckdb_version is pinned for $platform." \
            "Set DUCKDB_LIB_DIR to a folder that holds $library of DuckDB $duckdb_version (the project's" \
            "own releases have it), or add the platform's checksum to scripts/fetch-duckdb.sh."
        ;;
esac

if [[ "$platform" == linux-* ]] && ldd --version 2>&1 | grep -qi musl; then
    fail "the prebuilt library needs glibc, and this system has musl." \
        "Set DUCKDB_LIB_DIR to a folder with a $library of DuckDB $duckdb_version made for musl."
fi

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
parent="$("$here/cache-dir.sh")/duckdb"
target="$parent/$package_version-$platform"

# The library gets this name only after its checksum was right, so its presence is proof enough.
if [[ -e "$target/$library" ]]; then
    printf '%s\n' "$target"
    exit 0
fi

package="@duckdb/node-bindings-$platform@$package_version"

command -v npm >/dev/null || fail \
    "npm is needed once, to fetch $package." \
    "Install Node.js, or set DUCKDB_LIB_DIR to a folder that holds $library of DuckDB $duckdb_version."

mkdir -p "$target"
work="$(mktemp -d "$parent/.fetch-XXXXXX")"
trap 'rm -rf "$work"' EXIT

printf 'Fetching DuckDB %s for %s (24 MB, once)\n' "$duckdb_version" "$platform" >&2
if ! (cd "$work" && npm pack --silent --fetch-retries=1 "$package") >"$work/npm.log" 2>&1; then
    tail -n 20 "$work/npm.log" >&2
    fail "npm could not fetch $package." \
        "Check the network and npm's settings (npm ping), then try again; or set DUCKDB_LIB_DIR to a" \
        "folder that holds $library of DuckDB $duckdb_version."
fi

tar -xzf "$work"/*.tgz -C "$work"

if command -v sha256sum >/dev/null; then
    found="$(sha256sum "$work/package/$library")"
else
    found="$(shasum -a 256 "$work/package/$library")"
fi
found="${found%% *}"
[[ "$found" == "$sha256" ]] || fail \
    "the checksum of $library in $package is not the pinned one, so it is not used." \
    "expected $sha256" "found    $found" \
    "Do not work around this: find out why the package changed."

# The licence goes along. Renames within one file system are atomic, and two fetches at once write
# the same bytes.
mv -f "$work/package/LICENSE" "$target/LICENSE"
mv -f "$work/package/$library" "$target/$library"
printf '%s\n' "$target"
