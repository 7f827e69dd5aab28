#!/usr/bin/env bash
# nself plugin analytics server: starts the service and waits until it is healthy. Without a container
# it runs in this terminal.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../scripts/nself/lib.sh"

if ! container="$(find_container)"; then
    run_command serve "$@"
    exit
fi

docker start "$container" >/dev/null
port="$(docker port "$container" 3106 2>/dev/null | head -n 1 || true)"
for _ in $(seq 1 60); do
    if docker exec "$container" wget -qO /dev/null http://localhost:3106/health 2>/dev/null; then
        say "the service is healthy${port:+, at $port}"
        exit
    fi
    sleep 1
done
fail "the service is not healthy after a minute: see  docker logs $container"
