# Two commands to begin with: `make demo` and `make test`. Both make .venv first if it is missing or out of date.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Plugins and a folder that `make quick` does not need.
WITHOUT := -p no:playwright -p no:schemathesis --ignore tests/browser
PY_FILES := config livechat tests manage.py
ESLINT := tests/js/node_modules/.installed
# Kept bytecode halves what a Python process costs to start, and the tests start many.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo serve test quick check types rules judge judge-quick judge-release bench drills clean format

demo: $(VENV)/.run
	@exec $(BIN)/python manage.py demo

serve: $(VENV)/.run
	@exec $(BIN)/python manage.py serve

test: $(VENV)/.dev
	@$(BIN)/python -m tests.support.chromium
	@$(BIN)/python -m tests.support.node
	@$(BIN)/python -m tests.support.postgres
	@$(BIN)/python -m tests.support.nginx
	@$(BIN)/python -m tests.support.promtool
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder

quick: $(VENV)/.dev
	FEW_CASES=1 $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -q $(WITHOUT) -m "not (browser or postgres or demo or nginx or processes or slow)"

check: $(VENV)/.dev
	@$(MAKE) --no-print-directory -j 2 --output-sync=target types rules

types:
	$(BIN)/mypy

rules: $(ESLINT)
	$(BIN)/ruff check $(PY_FILES)
	$(BIN)/ruff format --check $(PY_FILES)
	find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2 --check
	$(BIN)/djlint --quiet --lint templates
	tests/js/node_modules/.bin/eslint --config tests/js/eslint.config.mjs static tests
	$(BIN)/bandit -q -ll -r livechat config -c pyproject.toml
	ENV_FILE= DATA_DIR=$$(mktemp -d) $(BIN)/python manage.py makemigrations --check --dry-run
	ENV_FILE= DATA_DIR=$$(mktemp -d) PUBLIC_URL=https://board.example.org $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/pytest -q -n 0 tests/test_house.py

format: $(VENV)/.dev
	$(BIN)/ruff check --fix $(PY_FILES)
	$(BIN)/ruff format $(PY_FILES)
	find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile -r requirements-dev.txt
	@touch $@ $(VENV)/.run

$(ESLINT): tests/js/package-lock.json
	@$(BIN)/python -m tests.support.node npm
	npm ci --prefix tests/js --loglevel=error
	@touch $@

judge: $(VENV)/.dev
	@$(BIN)/python -m tests.judge all

judge-quick: $(VENV)/.dev
	@$(BIN)/python -m tests.judge quick

judge-release: $(VENV)/.dev
	@$(BIN)/python -m tests.judge release

bench: $(VENV)/.dev
	@$(BIN)/python -m tests.bench

drills: $(VENV)/.dev
	@$(BIN)/python -m tests.drills

clean:
	rm -rf $(VENV) tests/js/node_modules tests/judge/node_modules tests/judge/release/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis
