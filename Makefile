# Thin verbs: the logic lives in scripts/ and crates/xtask.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Every cargo command runs with the DuckDB library and the shared build folder (scripts/env.sh).
CARGO := source scripts/env.sh && cargo
CLIPPY := $(CARGO) clippy
LOCKED := $(if $(CI),--locked)
NEXTEST_PROFILE := $(if $(CI),--profile ci)

# Where `make install` puts the binary, in its bin folder.
PREFIX ?= $(HOME)/.local
# Where verify-real and bench find real chat histories; ../shared/data unless named.
DATA ?=
# How many histories test-laws draws.
CASES ?= 20000
# More arguments for run, test, test-laws, e2e, screenshots, verify-real and the benchmarks: make test ARGS="spine", make bench ARGS="--help"
ARGS ?=

.PHONY: help
help: ## Show this help
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Build and run on demo history, at http://localhost:3106
	@scripts/run.sh $(ARGS)

.PHONY: install
install: ## Build and install the binary: make install PREFIX=~/.local
	@scripts/install.sh "$(PREFIX)"

.PHONY: ui
ui: ## Build the pages, for the next build of the binary
	@scripts/ui.sh build

.PHONY: ui-dev
ui-dev: ## Serve the pages while they are worked on, beside a running service: make ui-dev
	@scripts/ui.sh dev

.PHONY: test
test: ## Run all tests, and the pages in a browser
	@scripts/ensure-tools.sh test e2e
	@scripts/ui.sh test
	@$(CARGO) nextest run --workspace $(LOCKED) $(NEXTEST_PROFILE) $(ARGS)
	@scripts/e2e.sh fast
	@$(CARGO) test --quiet --workspace --doc $(LOCKED)

.PHONY: e2e
e2e: ## Run all tests of the pages in a browser: make e2e ARGS="drill"
	@scripts/ensure-tools.sh build e2e
	@scripts/ui.sh build
	@$(CARGO) build --package nchat-analytics --bin nchat-analytics $(LOCKED)
	@scripts/e2e.sh all $(ARGS)

.PHONY: screenshots
screenshots: ## Picture every page at three widths in both themes, into the cache folder
	@scripts/ensure-tools.sh build e2e
	@scripts/ui.sh build
	@$(CARGO) build --package nchat-analytics --bin nchat-analytics $(LOCKED)
	@scripts/e2e.sh screenshots $(ARGS)

.PHONY: test-laws
test-laws: ## Ask drawn questions of many drawn histories: make test-laws CASES=20000
	@scripts/ensure-tools.sh test
	@LAW_CASES=$(CASES) $(CARGO) nextest run --workspace $(LOCKED) --profile laws --filterset 'test(/(^|::)law::/)' $(ARGS)

.PHONY: lint
lint: ## Check format, lints, documentation, layers, generated files, licences, scripts, packaging and pages
	@scripts/ensure-tools.sh lint
	cargo fmt --all --check
	@scripts/lint-packaging.sh
	@scripts/ui.sh lint
	@$(CLIPPY) --workspace --all-targets $(LOCKED) -- -D warnings
	@source scripts/env.sh && RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items $(LOCKED)
	@$(CARGO) xtask layers
	@$(CARGO) xtask gen --check
	cargo deny check --hide-inclusion-graph --allow duplicate bans licenses sources

.PHONY: audit
audit: ## Check dependencies against the RustSec database (needs the network)
	@scripts/ensure-tools.sh audit
	cargo deny check --hide-inclusion-graph advisories

.PHONY: fmt
fmt: ## Format the code
	@cargo fmt --all

.PHONY: gen
gen: ## Write the generated references again
	@$(CARGO) xtask gen

.PHONY: bench
bench: ## Measure ingest and queries (release build): make bench DATA=folder ARGS=--write
	@$(CARGO) run --quiet --release --package xtask -- bench $(if $(DATA),--data "$(DATA)") $(ARGS)

.PHONY: bench-100m
bench-100m: ## Measure on 100 million events, built once into the cache: make bench-100m ARGS=--growth
	@$(CARGO) run --quiet --release --package xtask -- bench-large --events 100000000 $(ARGS)

.PHONY: bench-source
bench-source: ## Measure the reading of nChat's database, on a Postgres of its own
	@scripts/ensure-tools.sh test
	@$(CARGO) run --quiet --release --package xtask -- bench-source $(ARGS)

.PHONY: bench-insight
bench-insight: ## Score the methods of insights on public benchmarks: make bench-insight DATA=folder ARGS=--json
	@$(CARGO) xtask insight-score $(if $(DATA),--data "$(DATA)") $(ARGS)

.PHONY: verify-real
verify-real: ## Check the numbers on real chat histories: make verify-real DATA=folder
	@scripts/ensure-tools.sh test
	@$(CARGO) xtask verify-real $(if $(DATA),--data "$(DATA)") $(ARGS)

.PHONY: rehearse-image
rehearse-image: ## Run the steps of the Dockerfile without Docker (Debian 12, as root): make rehearse-image ARGS=release
	@scripts/rehearse-image.sh $(ARGS)

.PHONY: clean-cache
clean-cache: ## Remove the fetched DuckDB library, the shared build folder and large histories
	@cache="$$(scripts/cache-dir.sh)" && rm -rf "$$cache/duckdb" "$$cache/target" "$$cache/bench" "$$cache/e2e" "$$cache/tools" && echo "emptied $$cache"
