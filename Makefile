# Two commands matter: `make book` builds the site, `make test` checks everything.
# On Windows, where make is missing, the README gives three plain commands.
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
NOTEBOOKS = $(shell $(PY) tools/notebooks.py list)
export PYTHONWARNINGS ?= ignore::DeprecationWarning
export OMP_NUM_THREADS ?= 1

.PHONY: book test check test-firefox execute serve lab clean
.DEFAULT_GOAL := book

book: $(STAMP)
	@$(PY) tools/build.py $(WHOLE)
	@echo "The book is in _build/html. Open _build/html/index.html in a browser, or run: make serve"

# Everything but the notebooks' re-execution and the browsers; for every commit.
check: book
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/biome format
	$(PY) tools/notebooks.py check
	$(VENV)/bin/pytest tests src --doctest-modules --ignore=tests/site --ignore-glob='*/test_live.py' -n 2 --dist loadfile

test: WHOLE = --all
test: check
	$(PY) tools/notebooks.py verify
	$(PY) tools/browser.py chromium
	$(VENV)/bin/pytest tests/site tests/widgets/*/test_live.py -n 2 --dist loadfile
	$(MAKE) --no-print-directory test-firefox

test-firefox: $(STAMP)
	$(PY) tools/browser.py firefox-test

execute: $(STAMP)
	$(PY) tools/notebooks.py execute

serve: book
	@echo "http://localhost:8000 (stop with Ctrl-C)"
	@cd _build/html && ../../$(PY) -m http.server --bind 127.0.0.1 8000

lab: $(STAMP)
	$(VENV)/bin/jupyter trust $(NOTEBOOKS)
	$(VENV)/bin/jupyter lab

clean:
	rm -rf _build .pytest_cache .ruff_cache .mypy_cache .hypothesis

# The first Python of 3.11 or newer; one clear line if there is none.
$(STAMP): requirements.txt pyproject.toml
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "Soft Recall needs Python 3.11 or newer; found: $$(python3 --version 2>&1). Set PYTHON=/path/to/python3.11" >&2; exit 1; fi; \
	test -x $(PY) || $$found -m venv $(VENV) || exit 1; \
	echo "Installing what the book needs into $(VENV) (once; some minutes)"; \
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt && \
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
