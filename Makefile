# make example   assess a shipped example: the report on screen, an HTML file beside it
# make test      install what the tests need and run all of them
# make real-data what is made of the public tables of docs/real-data.md; those that are not there are skipped
# make docs      write the knowledge as pages to read into out/knowledge
# They make what they need, once, in .venv; PYTHON=... chooses another Python (3.11 or later).

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
export PIP_CONSTRAINT := constraints.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install

.PHONY: example test check benchmark real-data docs clean

example: $(VENV)/installed
	mkdir -p out
	$(BIN)/hemeline assess examples/records/second-relapse.yaml --as-of 2026-11-22 --html out/second-relapse.html
	@echo "The same as a page: out/second-relapse.html"

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -n auto -q

check: $(VENV)/installed-dev
	$(BIN)/ruff format --check src tests benchmarks examples
	$(BIN)/ruff check src tests benchmarks examples
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hemeline knowledge check

benchmark: $(VENV)/installed-dev
	$(BIN)/python -m benchmarks

real-data: $(VENV)/installed
	$(BIN)/python -m examples.real_data $(DATA)

docs: $(VENV)/installed
	mkdir -p out
	$(BIN)/hemeline knowledge browse --out out/knowledge

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) out
