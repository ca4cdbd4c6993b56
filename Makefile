# make demo    environment, install, the whole story on the built-in phantom, a report
# make test    environment, install, lint, types, tests
# The first call of either installs into .venv; later calls install again only when the requirements changed.

PYTHON ?=
VENV := .venv/bin
READY := .venv/.ready
DEMO ?= demo
WORKERS ?= 2

.PHONY: help demo test install lint format slow docs-figures benchmarks clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# make/make/p' Makefile
	@echo "also: install, lint, format, slow, docs-figures, benchmarks, clean"

install: $(READY)

$(READY): pyproject.toml constraints.txt tools/install.sh
	@tools/install.sh $(PYTHON)
	@touch $@

demo: $(READY)
	@$(VENV)/spinbridge demo $(DEMO)

test: lint
	@OMP_NUM_THREADS=1 $(VENV)/python -m pytest --quiet -n $(WORKERS)

lint: $(READY)
	@$(VENV)/ruff check --quiet .
	@$(VENV)/ruff format --quiet --check .
	@$(VENV)/mypy --no-error-summary

format: $(READY)
	@$(VENV)/ruff check --quiet --fix .
	@$(VENV)/ruff format --quiet .

slow: $(READY)
	@$(VENV)/python -m pytest --quiet -m slow

docs-figures: $(READY)
	@for script in docs/figures/*.py; do echo "$$script"; $(VENV)/python $$script || exit 1; done

benchmarks: $(READY)
	@for script in benchmarks/*.py; do echo "$$script"; $(VENV)/python $$script || exit 1; done

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
