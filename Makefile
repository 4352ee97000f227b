.DEFAULT_GOAL := help
.PHONY: help install run test coverage check fmt bench trials build openapi

PYTHON ?= python3
BIN := .venv/bin
PAGE := frontend/dist/index.html
PAGE_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o -type f -print 2>/dev/null | grep -v test-results)

HAS_NODE := node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null
NEEDS_NODE := Node 20.19 or newer with npm is missing

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-9s %s\n", $$1, $$2}'

install: .venv/installed $(PAGE) ## Make .venv from the pinned requirements, and the page

.venv/installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: install Python 3.11 or newer, or set PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv 2>/dev/null || { echo "Python has no venv: install it (Debian: apt-get install python3-venv)"; exit 1; }
	@echo "Installing Python packages ..."
	@awk '/^uv==/ {found = 1} found; found && !/\\$$/ {exit}' requirements.lock > .venv/uv.lock
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes -r .venv/uv.lock
	@$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@$(BIN)/python -m compileall -q backend/src jobs/src
	@touch $@

$(PAGE): frontend/node_modules/installed $(PAGE_SOURCES)
	@if $(HAS_NODE); then \
		echo "Building the page ..."; npm --prefix frontend run --silent build -- --logLevel warn && touch $@; \
	else echo "$(NEEDS_NODE): the API runs without the page"; fi

frontend/node_modules/installed: frontend/package-lock.json frontend/package.json
	@if $(HAS_NODE); then \
		echo "Installing Node packages ..."; npm --prefix frontend ci --silent --no-audit --no-fund && touch $@; \
	fi

run: install ## Start on http://127.0.0.1:8000 with a SQLite file
	@$(BIN)/tokentally serve --first-data

test: install ## Run every test, Python and frontend; what can't run is reported with the reason
	@$(BIN)/pytest -n auto --dist worksteal
	@./frontend/run-tests

coverage: install ## Run the Python tests and say which lines they miss
	@$(BIN)/pytest -n auto --dist worksteal --quiet --cov=tokentally --cov=tokentally_jobs --cov-report=term:skip-covered

check: install ## Format, lint, types, layers; Python and frontend
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(HAS_NODE) || { echo "$(NEEDS_NODE): the page can't be checked"; exit 1; }
	@npm --prefix frontend run --silent check

fmt: install ## Format and mend what can be mended
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .
	@npm --prefix frontend run --silent fmt

bench: install ## Measure speed, size and memory; writes benchmarks/
	@$(BIN)/python -m benchmarks

trials: install ## Run the long reliability trials
	@$(BIN)/python -m trials

build: install ## Build the wheel with the page inside
	@$(BIN)/python -m hatchling build

openapi: install ## Write the API description and the page's types from it
	@$(BIN)/python -m tokentally.api.describe > frontend/src/api/openapi.json
	@npm --prefix frontend run --silent generate
