# `make` lists what there is. Everything happens in .venv; .make/ remembers what is installed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The same from the same lock: uv needs seconds where pip needs a minute; pip always works.
# Both compile what they install: a process that has died is back in two seconds, not in five.
INSTALL = $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python $(1) 2>/dev/null || $(PIP) install $(1)
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --quiet

# The newest of the Pythons on this machine that will do; `make PYTHON=…` chooses another.
PYTHON ?= $(shell for each in python3.13 python3.12 python3.11 python3; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$each; break; }; done)

.PHONY: help demo test coverage check format assets lock browser rehearse bench rush registers planted clean

help: ## List what can be made.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/\1\t\2/' \
		| while IFS=$$'\t' read -r name what; do printf '  make %-9s %s\n' "$$name" "$$what"; done

demo: .make/runtime ## Run the whole product here; `make demo ARGS=--play` plays its story by itself.
	@$(BIN)/hotline demo $(ARGS)

# Those of the architecture have been run by the checks.
test: check browser ## Run the checks and all tests; ARGS are for pytest.
	$(BIN)/pytest -q -m alone tests/rehearsal
	$(BIN)/pytest -q --numprocesses=2 --durations=25 --ignore=tests/architecture \
		-m "not planted and not registers and not alone" $(ARGS)

coverage: .make/dev frontend/node_modules/.package-lock.json browser ## Run all tests and say what they leave out; fails below the floor.
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses=2 $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --sort=cover | tail -n 30

check: .make/dev frontend/node_modules/.package-lock.json ## Look at form, types, imports, templates, spelling, migrations and built assets.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint --quiet --check --lint src
	$(BIN)/codespell
	$(BIN)/pytest -q -p no:randomly tests/architecture

format: .make/dev ## Bring code and templates into form.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint --quiet --reformat src

assets: .make/dev ## Build styles and scripts from frontend/ (the result is committed).
	$(BIN)/hotline assets build

lock: .make/dev ## Pin every package, direct or not, with its hashes.
	$(LOCK) --upgrade --group build pyproject.toml -o requirements.lock
	$(LOCK) --upgrade --group build --group dev -c requirements.lock pyproject.toml \
		-o requirements-dev.lock
	echo uv | $(LOCK) -c requirements-dev.lock - -o requirements-uv.lock

# ical.js, which judges our calendars, and what the drift check of the assets builds with.
frontend/node_modules/.package-lock.json: frontend/package-lock.json | .make/dev
	@cd frontend && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --silent

browser: ## Install Chromium for the tests that need one, if it is missing and we may.
	@if command -v chromium chromium-browser google-chrome >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; \
	else echo "Chromium is missing: install it, or the tests in a browser fail."; fi
# A judge of calendars; without it one of four is left out.
	@if ! ldconfig -p 2>/dev/null | grep -q 'libical\.so' && [ "$$(id -u)" = 0 ] \
		&& command -v apt-get >/dev/null; then \
		apt-get install -y -qq --no-install-recommends libical3 \
		|| apt-get install -y -qq --no-install-recommends libical3t64 || true; fi

rehearse: .make/runtime ## Play ten thousand calls with every fault, on a virtual clock; ARGS as for `hotline rehearse`.
	@$(BIN)/hotline rehearse --sessions 100 --callers 20 --faults all --seed 1..5 $(ARGS)

bench: .make/runtime ## Measure how many webhooks a second this machine answers, and how fast it books.
	@$(BIN)/hotline bench webhooks $(ARGS)
	@$(BIN)/hotline bench booking --spread
	@$(BIN)/hotline bench booking --contended 12000 --places 40

rush: .make/runtime ## Let 200 citizens at two servers want one slot, fifty times.
	@$(BIN)/hotline bench booking --rounds 50 $(ARGS)

registers: .make/dev ## Register 10,000 appeals while processes and database are killed (takes minutes).
	$(BIN)/pytest -q -s -p no:randomly -m registers tests/chaos/test_registers.py $(ARGS)

planted: .make/dev ## Let rehearsals look for planted bugs (takes many minutes).
	$(BIN)/pytest -q -p no:randomly -m planted tests/rehearsal/planted $(ARGS)

clean: ## Remove what was installed or built here (`hotline demo --fresh` forgets a demo).
	rm -rf .venv .make .coverage htmlcov .hypothesis .mypy_cache .pytest_cache .ruff_cache \
		.import_linter_cache

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer is needed. Install it, or name it: make PYTHON=/path/to/python3"; \
		exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than Python 3.11."; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "The module venv is missing (Debian: apt install python3-venv)."; exit 1; }
	@$(PIP) install --require-hashes --no-deps -r requirements-uv.lock || true

.make/runtime: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing packages (once) …"
	@$(call INSTALL,--require-hashes --no-deps -r requirements.lock)
	@$(call INSTALL,--no-deps --no-build-isolation -e .)
	@mkdir -p .make && touch $@

.make/dev: requirements-dev.lock pyproject.toml | .venv/bin/python
	@echo "Installing packages and tools (once) …"
	@$(call INSTALL,--require-hashes --no-deps -r requirements-dev.lock)
	@$(call INSTALL,--no-deps --no-build-isolation -e .)
	@mkdir -p .make && touch .make/runtime $@
