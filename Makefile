# A fresh machine needs Python 3.11 or later and make; `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
SPHINXOPTS ?=
PYTESTOPTS ?=
# A file of tests stays in one process, for they share what they build; the longest come first.
# PYTESTOPTS=-n0 runs all in this one.
WORKERS := --numprocesses=auto --maxprocesses=8 --dist=loadfile --no-loadscope-reorder
BENCHOPTS ?=
EXAMPLES ?= 100
LIVEOPTS ?=
LOCKOPTS ?=
# Another uv may word the lock differently.
UV := uv==0.13.9

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.NOTPARALLEL:
.PHONY: html linkcheck live test check format lint types layers site property bench lock browser clean help

html: $(VENV)/.ready  ## build the publication into docs/_build/html/
	$(PY) -m sphinx -b html -d docs/_build/doctrees -j auto docs docs/_build/html $(SPHINXOPTS)

linkcheck: $(VENV)/.ready  ## do the links to other sites work? (asks them)
	$(PY) -m sphinx -b linkcheck -d docs/_build/linkcheck-doctrees -j auto docs docs/_build/linkcheck $(SPHINXOPTS)

live: $(VENV)/.ready  ## show the publication in the browser as it is being written
	$(PY) -m broadsheet.command serve docs docs/_build/live $(LIVEOPTS)

test: $(VENV)/.ready browser  ## run all tests
	$(PY) -m pytest $(WORKERS) $(PYTESTOPTS)

check: format lint types layers site  ## format, lint, types, layers, site

format: $(VENV)/.ready  ## is the code formatted?
	$(PY) -m ruff format --check

lint: $(VENV)/.ready  ## has ruff anything to say?
	$(PY) -m ruff check

types: $(VENV)/.ready  ## do the types fit?
	$(PY) -m mypy extensions

layers: $(VENV)/.ready  ## do imports keep to the layers?
	$(VENV)/bin/lint-imports --no-logo

# From nothing each time: a second run would not repeat the warnings of what it need not read.
site: $(VENV)/.ready  ## is the publication built without a warning?
	rm -rf docs/_build/check docs/_build/check-doctrees
	$(PY) -m sphinx -q -b html -W -n --keep-going -d docs/_build/check-doctrees -j auto docs docs/_build/check

property: $(VENV)/.ready  ## play random edits and faults for long: make property EXAMPLES=500
	BROADSHEET_EXAMPLES=$(EXAMPLES) $(PY) -m pytest --hypothesis-profile=default \
	  tests/site/test_any_edit.py tests/site/test_faults.py $(PYTESTOPTS)

bench: $(VENV)/.ready  ## measure: make bench CORPUS=folder of an archive
	@test -n "$(CORPUS)" || { echo 'Which archive? make bench CORPUS=folder' >&2; exit 2; }
	$(PY) tests/bench/run.py "$(CORPUS)" $(BENCHOPTS)

lock:  ## write requirements.txt anew (LOCKOPTS=--upgrade for newer versions)
	@$(NEEDS_PYTHON)
	@$(PYTHON) -m venv --clear $(VENV)/lock
	@$(VENV)/lock/bin/python -m pip install -qq $(UV)
	$(VENV)/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --fork-strategy fewest --custom-compile-command 'make lock' \
	  pyproject.toml --group dev --output-file requirements.txt $(LOCKOPTS)

clean:  ## remove what was built, the environment too
	rm -rf $(VENV) docs/_build dist
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find docs extensions tests -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

# The environment: exactly the lock first, then the project, so that an edit of pyproject.toml
# installs the project only. `pip check` notices a lock that no longer fits.
$(VENV)/.ready: $(VENV)/.lock pyproject.toml
	@echo 'Installing Broadsheet (editable)'
	@$(PY) -m pip install -qq --no-deps --no-build-isolation --editable .
	@$(PY) -m pip check >$(VENV)/check.log || { cat $(VENV)/check.log >&2; \
	  echo 'requirements.txt does not fit pyproject.toml: make lock' >&2; exit 1; }
	@touch $@

$(VENV)/.lock: requirements.txt
	@$(NEEDS_PYTHON)
	@echo 'Installing the locked requirements into $(VENV)/'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PY) -m pip install -qq --require-hashes -r requirements.txt
	@touch $@

NEEDS_PYTHON = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
  echo 'Broadsheet needs Python 3.11 or later, and $(PYTHON) is not:' \
  'make PYTHON=python3.12, for example' >&2; exit 1; }

# Pages are tested in real Chromium. Where it is absent, apt fetches it if it may do so without
# a question; where that fails, the tests say what they skip (and fail where CI=true).
browser:
	@$(HAS_BROWSER) || $(INSTALL_BROWSER) || \
	  echo 'No Chromium with chromedriver here, and none could be installed' >&2

HAS_BROWSER = { command -v chromedriver && \
  { command -v chromium || command -v chromium-browser || command -v google-chrome; }; } >/dev/null

INSTALL_BROWSER = { command -v apt-get >/dev/null && \
  { [ "$$(id -u)" = 0 ] && sudo= || sudo='sudo -n'; } && \
  echo 'Installing Chromium for the browser tests' && \
  $$sudo apt-get -qq update && \
  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes \
    --no-install-recommends chromium chromium-driver fonts-liberation >/dev/null; }
