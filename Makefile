# Everything a developer does with Archer. Each target does its own set-up: a virtual environment in .venv/ from
# pinned requirements, node packages from package-lock.json. `make help` lists the targets.

PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3; do command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
PY := $(VENV)/bin/python
REQUIREMENTS := requirements-dev.txt requirements.txt agent/requirements.txt local/node-requirements.txt constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo dev test check format bench eval doctor clean

help: ## List what can be done
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

$(VENV)/.ready: $(REQUIREMENTS)
	@test -n "$(PYTHON)" || { echo "Archer needs Python 3.11 or newer on the PATH (or PYTHON=/path/to/python3)"; exit 2; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "installing Python packages (a few minutes the first time)"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.ready ## One whole call on this machine, as it happens
	@$(PY) -m local demo $(ARGS)

dev: $(VENV)/.ready ## The whole stack in the foreground, until Ctrl-C
	@$(PY) -m local up $(ARGS)

test: $(VENV)/.ready ## All tests
	@$(PY) -m pytest $(ARGS)

check: $(VENV)/.ready ## Formatting, lint, types, and who may import whom
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

format: $(VENV)/.ready ## Format and fix what can be fixed
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

bench: $(VENV)/.ready ## Latency, CPU and memory at 1 and 50 calls (ARGS=--model: of the agent with a model)
	@$(PY) -m local bench $(ARGS)

eval: $(VENV)/.ready ## Scripted customers call; a scorecard (HTML, JSON) that fails on a regression
	@$(PY) -m local eval $(ARGS)

doctor: $(VENV)/.ready ## Is this machine ready for Archer, and if not, why
	@$(PY) -m local doctor

clean: ## Remove what was built and what the local stack keeps
	@rm -rf $(VENV) node_modules .archer .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache htmlcov .coverage*
