# Everything that a fresh machine with Python 3.11+, Node 20+ and make needs; `make` lists it.

# One target after another, but for what `test` runs side by side.
ifndef TWO
.NOTPARALLEL:
endif
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
# The log of `make test` ends with pytest's closing lines, not with what make says of itself.
MAKEFLAGS += --no-print-directory
# What this shell may say against it costs each of some hundred kernels its tenth of a second.
unexport PYTHONDONTWRITEBYTECODE

# The first Python that is new enough; `make PYTHON=...` names another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

VENV := .venv
BIN := $(VENV)/bin
STATIC := src/hitl_widgets/static/widget.js
JS_SOURCES := $(shell find js/src -type f) js/scripts/build.mjs js/tsconfig.json
PYTEST := $(BIN)/python -m pytest
# One worker for each core, each with a kernel, a server, a JupyterLab and a Chromium of its own. Each starts with a
# stretch of the tests in their order, so what those share is made once, and takes from the other when it is through.
# `make WORKERS=0` runs one test after another.
WORKERS ?= logical
SPREAD = -n $(WORKERS) --maxprocesses 4 --dist worksteal
# What waits a lot runs beside another such; the output of each comes whole, when it is through.
SIDE_BY_SIDE := $(MAKE) TWO=1 $(if $(filter output-sync,$(.FEATURES)),--jobs=2 --output-sync=target)
# An editable install builds nothing itself: the bundle is a target of its own here.
INSTALL := SKIP_JUPYTER_BUILDER=1 $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---------------------------------------------------------------- to use

.PHONY: demo
demo: $(VENV)/.with-demo ## open the notebooks in JupyterLab
	$(BIN)/hitl-widgets demo --dir notebooks

.PHONY: build
build: $(VENV)/.with-test $(STATIC) ## build dist/: the sdist, and the wheel from it
	rm -rf dist
	$(BIN)/python -m build --no-isolation --sdist
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist dist/*.tar.gz

.PHONY: clean
clean: ## remove everything that was built or installed here
	rm -rf $(VENV) .cache dist js/node_modules src/hitl_widgets/static tests/browser/out
	rm -rf .pytest_cache .ruff_cache .hypothesis

# ---------------------------------------------------------------- to check

.PHONY: test
test: $(VENV)/.with-test js/node_modules/.stamp $(STATIC) ## everything; what CI runs
	$(SIDE_BY_SIDE) test-js lint test-packaging test-notebooks
	$(MAKE) test-audit
	$(MAKE) test-unit
	$(SIDE_BY_SIDE) test-kernel test-remote test-faults
	$(MAKE) test-browser

.PHONY: lint
lint: $(VENV)/.with-test js/node_modules/.stamp ## formats, lints and types of both languages, and the shared protocol
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/pyright --pythonpath $(BIN)/python
	cd js && npm run --silent lint
	cd js && npm run --silent typecheck
	cd js && PYTHON=../$(BIN)/python npm run --silent protocol -- --check

.PHONY: format
format: $(VENV)/.with-test js/node_modules/.stamp ## let the formatters and linters mend what they can
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format
	cd js && npm run --silent format

.PHONY: test-js
test-js: js/node_modules/.stamp $(STATIC) ## the view, without a kernel, and the bundle's size
	cd js && npm run --silent test
	cd js && npm run --silent size

# What cannot be installed is like what cannot be asked: said, and nothing is known.
.PHONY: test-audit
test-audit: js/node_modules/.stamp ## as `audit`, but no failure where a database is out of reach
	@$(MAKE) $(VENV)/.with-audit || echo "pip-audit cannot be installed here."
	$(BIN)/python scripts/audit.py --where-reachable

.PHONY: test-unit
test-unit: $(VENV)/.with-test js/node_modules/.stamp ## without Jupyter; doctests too
	$(PYTEST) $(SPREAD) src tests/unit

.PHONY: test-kernel
test-kernel: $(VENV)/.with-test ## in real kernels, old and new
	$(PYTEST) $(SPREAD) tests/kernel

.PHONY: test-faults
test-faults: $(VENV)/.with-test $(STATIC) ## kernels killed at moments of a run, on SQLite, on PostgreSQL and on a server
	$(PYTEST) $(SPREAD) tests/faults

# A worker and its server use a tenth of a core.
.PHONY: test-remote
test-remote: WORKERS = 4
test-remote: $(VENV)/.with-test ## on a real LangGraph server
	$(PYTEST) $(SPREAD) tests/remote

.PHONY: test-packaging
test-packaging: $(VENV)/.with-test $(STATIC) ## the wheel, the sdist, and the command line
	$(PYTEST) tests/packaging

.PHONY: test-notebooks
test-notebooks: $(VENV)/.with-test $(STATIC) ## the teaching notebooks, outputs compared
	$(PYTEST) --nbval notebooks/

.PHONY: test-browser
test-browser: $(VENV)/.with-test $(STATIC) ## in a real JupyterLab and Notebook 7, in a real Chromium
	$(BIN)/python scripts/chromium.py
	$(PYTEST) $(SPREAD) tests/browser

.PHONY: figures
figures: $(VENV)/.with-test $(STATIC) ## the README's table of what the tests have tried, and what came of it
	$(BIN)/python scripts/chromium.py
	$(BIN)/python -m tests.figures

.PHONY: pictures
pictures: $(VENV)/.with-test $(STATIC) ## the README's pictures, taken in JupyterLab
	$(BIN)/python scripts/chromium.py
	$(BIN)/python -m tests.browser.pictures

.PHONY: audit
audit: js/node_modules/.stamp ## known vulnerabilities of what we depend on; needs the databases of PyPI and npm
	@test -x $(BIN)/pip-audit || $(MAKE) $(VENV)/.with-audit
	$(BIN)/python scripts/audit.py

.PHONY: bench
bench: $(VENV)/.with-test $(STATIC) ## the budgets, each beside what it is measured against
	$(BIN)/python scripts/chromium.py
	$(BIN)/python -m benchmarks.run

# ---------------------------------------------------------------- to set up

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "hitl-widgets needs Python 3.11 or newer; none is on the PATH."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --upgrade pip

$(VENV)/.with-%: pyproject.toml | $(VENV)/bin/python $(STATIC)
	$(INSTALL) --editable '.[$*]'
	@touch $@

js/node_modules/.stamp: js/package.json js/package-lock.json
	@node -e 'process.exit(Number(process.versions.node.split(".")[0] < 20))' 2>/dev/null || \
		{ echo "hitl-widgets needs Node 20 or newer to build its view; 'node --version' says: $$(node --version 2>&1)"; exit 1; }
	cd js && npm ci --no-progress
	@touch $@

$(STATIC): js/node_modules/.stamp $(JS_SOURCES)
	cd js && npm run --silent build
	@touch $@
