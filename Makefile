# The course, from a fresh clone: needs Python 3.11-3.13, git and make. `make` lists what it does.

VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.course-ready
ARGS   ?=
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile
FITS   := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
            $$p -c '$(FITS)' 2>/dev/null && echo $$p && break; done)

.PHONY: help setup lab build check test system clean

help:
	@sed -n 's/^\([a-z]*\):.*##/\1 /p' $(MAKEFILE_LIST) | \
	  awk '{name = $$1; $$1 = ""; printf "  make %-7s%s\n", name, $$0}'

setup: $(READY)  ## make the environment in .venv (the others do it by themselves, once)

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Needs Python 3.11, 3.12 or 3.13: install one, or name it with make PYTHON=…"; exit 1; }
	@echo "Setting up $(VENV) (once; some minutes) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check -q "$$(grep '^torch==' constraints.txt)"
	@$(BIN)/python -m pip install --disable-pip-version-check -q -c constraints.txt -e ".[test,cluster]"
	@$(BIN)/python -m course_utils.lab > /dev/null
	@! git rev-parse --git-dir > /dev/null 2>&1 || git config diff.notebook.textconv \
	  "'$(CURDIR)/$(BIN)/python' -m jupytext --from ipynb --to py:percent --output -"
	@touch $@

lab: $(READY)  ## open the course in JupyterLab (make lab ARGS=--no-browser)
	@$(BIN)/course lab $(ARGS)

build: $(READY)  ## execute the notebooks, regenerate exercises and index (make build ARGS=--check)
	@$(BIN)/course build $(ARGS)

check: export OMP_NUM_THREADS = 1
check: $(READY)  ## lint, format and fast tests, in under a minute
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(PYTEST) -q -m "not slow and not browser" tests

test: export OMP_NUM_THREADS = 1
test: $(READY) system  ## everything: all tests, every notebook, the browser (NO_BROWSER=1: without)
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .
	@$(PYTEST) -m "not browser" tests
	@$(if $(NO_BROWSER),,$(PYTEST) -m browser tests)
	@$(PYTEST) --nbval --nbval-sanitize-with tests/nbval.cfg notebooks solutions

# Programs that are not Python packages: Chromium for the browser tests, bubblewrap for grading.
system:
	@missing=""; \
	found() { command -v $$1 > /dev/null; }; \
	test -n "$(NO_BROWSER)" || found chromium || found chromium-browser || found google-chrome || missing=chromium; \
	test "$$(uname)" != Linux || found bwrap || missing="$$missing bubblewrap"; \
	test -n "$$missing" || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	  echo "Installing $$missing …"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y $$missing > /dev/null; \
	else \
	  echo "make test needs: $$missing. Install them (Debian, Ubuntu: sudo apt-get install $$missing)."; \
	  echo "Without a browser: make test NO_BROWSER=1"; exit 1; \
	fi

clean:  ## remove caches and what tests left behind (.venv and your notebooks stay)
	@rm -rf artifacts build dist .pytest_cache .ruff_cache .hypothesis
	@find . -path ./$(VENV) -prune -o -name __pycache__ -type d -exec rm -rf {} +
	@find . -path ./$(VENV) -prune -o -name .ipynb_checkpoints -type d -exec rm -rf {} +
