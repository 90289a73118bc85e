# Huiliu 汇流. `make run` and `make test` do everything on a fresh Debian or Ubuntu machine with Python 3.11.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3.11
BIN := .venv/bin
PEOPLE ?= 20000
SEED ?= 1
HUILIU_HOME ?= $(CURDIR)/data
export HUILIU_HOME
# Where this is set, every process compiles the thousands of files of its libraries anew: four times the time.
unexport PYTHONDONTWRITEBYTECODE
SETUP := .venv/.huiliu-ready

# The programs of Airflow start at the same moment, and each of them would compile the same libraries: they are compiled
# beforehand, on all cores, but for what a run never imports.
UNCOMPILED := tests?|pip|setuptools|moto|boto3|botocore|scipy|libcst|stdnum|openpyxl|dns|narwhals|mypyc?|pygments
UNCOMPILED := $(UNCOMPILED)|opentelemetry|google|grpc|dbtlabs|psycopg|asyncssh|markdown_it|hypothesis|sqlfluff
UNCOMPILED := $(UNCOMPILED)|_pytest|fsspec

.PHONY: help setup run airflow test check lint-python lint-sql accept compose-test clean

help: ## Show this list
	@grep -E '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(SETUP) ## Make .venv with hash-locked packages

$(SETUP): requirements-dev.lock requirements-uv.lock pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "Python 3.11 is needed: apt-get install python3.11 python3.11-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv || { echo "venv is missing: apt-get install python3.11-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@$(BIN)/python -m compileall -q -j 0 -x '/($(UNCOMPILED))/' .venv/lib || echo 'some libraries will be compiled at their first import'
	@touch $@

$(HUILIU_HOME)/exports: | $(SETUP)
	@rm -rf "$(HUILIU_HOME)/province" "$(HUILIU_HOME)/truth"
	$(BIN)/huiliu simulate --people $(PEOPLE) --seed $(SEED) --out "$(HUILIU_HOME)/province"
	@mv "$(HUILIU_HOME)/province/truth" "$(HUILIU_HOME)/truth"
	@mv "$(HUILIU_HOME)/province/exports" "$@"
	@rmdir "$(HUILIU_HOME)/province"

run: $(SETUP) | $(HUILIU_HOME)/exports ## Make a synthetic province, run the DAGs through Airflow, print the figures
	$(BIN)/huiliu batch

airflow: $(SETUP) ## Open the Airflow UI on the same home; Ctrl-C stops it
	$(BIN)/huiliu airflow

check: $(SETUP) ## Style, types, import rules, SQL lint
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint-sql lint-python

lint-python:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

lint-sql:
	cd warehouse && ../$(BIN)/sqlfluff lint --processes 0 models

# Files in their order: the longest come first, so that no worker is left alone with them at the end.
test: check ## All tests but the large ones
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

accept: $(SETUP) ## Large acceptance runs: 100,000 people, permutations, faults
	$(BIN)/python -m pytest -m accept -p no:cacheprovider

compose-test: $(SETUP) ## Build the images, start docker compose, run one ingest and one integrate, stop
	$(BIN)/python -m pytest -s tests/compose/smoke.py

bench-%: $(SETUP) ## Run benchmarks/NAME.py; the last line is one JSON object
	@$(BIN)/python benchmarks/$*.py

clean: ## Throw away the environment (not the data)
	rm -rf .venv
