# The image of the service, built from this folder alone: docs/nself.md, docs/adr/0015.
#
#   docker build -t nchat-analytics .
#   docker build --build-arg PROFILE=release -t nchat-analytics .   # takes a quarter less memory to build
#
# `scripts/rehearse-image.sh` runs the steps of this file without Docker.

# The base images, by their release. Where every build must have the same one, pin it to the digest that
# `docker buildx imagetools inspect NAME` tells: NAME@sha256:…. None stands here, because no registry is
# reached from where this was written.
ARG NODE_IMAGE=node:22-bookworm-slim
ARG RUST_IMAGE=rust:1.95.0-slim-bookworm
ARG DEBIAN_IMAGE=debian:bookworm-slim

# The engine: DuckDB's own library, fetched by checksum.
FROM ${NODE_IMAGE} AS engine
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
WORKDIR /fetch
COPY scripts/cache-dir.sh scripts/fetch-duckdb.sh scripts/
RUN library="$(NCHAT_ANALYTICS_CACHE=/fetch/cache scripts/fetch-duckdb.sh)" && mv "$library" /engine

# The pages, which the binary embeds.
FROM ${NODE_IMAGE} AS pages
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
WORKDIR /build
COPY . .
RUN scripts/ui.sh build

# The binary. It looks for the library where the last stage puts it.
FROM ${RUST_IMAGE} AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
# The toolchain of this image, without the tools that rust-toolchain.toml adds for development.
ENV RUSTUP_TOOLCHAIN=1.95.0 \
    CARGO_TARGET_DIR=/build/target \
    DUCKDB_LIB_DIR=/usr/local/lib/nchat-analytics
ARG PROFILE=dist
WORKDIR /build
COPY --from=engine /engine /usr/local/lib/nchat-analytics
COPY . .
COPY --from=pages /build/crates/server/pages crates/server/pages
RUN . scripts/env.sh \
    && cargo build --locked --profile "$PROFILE" --package nchat-analytics --bin nchat-analytics \
    && mv "target/$PROFILE/nchat-analytics" /usr/local/bin/nchat-analytics \
    && rm -rf target

# What runs.
FROM ${DEBIAN_IMAGE}
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
# wget is for the health checks, nself's and the one below.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libstdc++6 wget \
    && rm -rf /var/lib/apt/lists/*
# The number is fixed, so that a folder of the host can be given to it. The folder's presence makes it
# the default of ANALYTICS_DATA_DIR.
RUN groupadd --gid 10001 analytics \
    && useradd --uid 10001 --gid analytics --home-dir /var/lib/analytics --no-create-home --shell /usr/sbin/nologin analytics \
    && install -d -o analytics -g analytics -m 0700 /var/lib/analytics
COPY --from=engine /engine /usr/local/lib/nchat-analytics
# Not under /app: nself mounts the source of a custom service there in development.
COPY --from=build /usr/local/bin/nchat-analytics /usr/local/bin/nchat-analytics
COPY LICENSE /usr/local/share/doc/nchat-analytics/LICENSE
WORKDIR /var/lib/analytics
USER 10001:10001
VOLUME /var/lib/analytics
EXPOSE 3106
# The port is a variable, which only a shell replaces.
# hadolint ignore=DL3025
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD wget -qO /dev/null "http://localhost:${ANALYTICS_PORT:-${PORT:-3106}}/health"
ENTRYPOINT ["nchat-analytics"]
CMD ["serve"]
