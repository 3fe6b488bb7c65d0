# glutemed: `make help` says what there is to do. Works with GNU make 4.3 and a plain /bin/sh.

PYTHON ?= python3
VENV ?= .venv
VERSIONS ?= 3.12 3.13
TESTS ?=
# What another Python could change: reading, deciding, answering. Pictures, proofs and pages are text
# made from text, and are tested on one Python.
OTHER_TESTS := tests/engine tests/cli/test_exit_codes.py tests/test_recommend.py \
  tests/test_derivation.py tests/test_outcome_schema.py tests/test_packaging.py README.md

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip
PYTEST := $(BIN)/python -m pytest
# A file stays on one core: the examples of a document follow upon each other. Files begin in the
# order of tests/conftest.py; xdist's own puts those with few tests last, however long they take.
CORES := --numprocesses auto --dist loadfile --no-loadscope-reorder

# durable-rules calls a function that CPython 3.13 no longer has. A build of it that pip kept from
# another day may lack this, hence --no-cache-dir below.
export CPPFLAGS += -DPyEval_CallObject=PyObject_CallObject
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## Say what there is to do
	@echo 'make TARGET, where TARGET is one of'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile
	@echo 'Variables: PYTHON=$(PYTHON) VENV=$(VENV) VERSIONS="$(VERSIONS)"'

# --- The environment ------------------------------------------------------------------------------

.PHONY: environment
environment: $(VENV)/installed ## Make .venv from requirements.lock, with glutemed in it

# Everything that is locked. durable-rules comes by itself, because it alone needs a compiler.
$(VENV)/locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'glutemed needs Python 3.11 or newer; name one: make PYTHON=python3.12' >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@awk '/^[^ #]/ { keep = !/^durable-rules==/ } keep' requirements.lock > $(VENV)/tools.lock
	$(PIP) install --quiet --require-hashes -r $(VENV)/tools.lock
	@$(MAKE) --no-print-directory engine
	@touch $@

$(VENV)/installed: $(VENV)/locked pyproject.toml
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: engine
engine: ## Build durable-rules again, for instance after a compiler was installed
	@test -x $(BIN)/python || { echo 'no $(VENV) yet: make environment' >&2; exit 1; }
	@awk '/^[^ #]/ { keep = /^durable-rules==/ } keep' requirements.lock > $(VENV)/engine.lock
	@if $(PIP) install --quiet --no-cache-dir --no-deps --no-build-isolation --use-pep517 \
	    --force-reinstall --require-hashes -r $(VENV)/engine.lock > $(VENV)/engine.log 2>&1 \
	  && $(BIN)/python -c 'import durable_rules_engine' >> $(VENV)/engine.log 2>&1; \
	then echo 'durable-rules: built'; \
	else echo 'durable-rules: NOT built, so glutemed answers from its own readings;' \
	  'install a C compiler and the Python headers, then: make engine (see $(VENV)/engine.log)'; \
	fi

.PHONY: lock
lock: ## Write requirements.lock and requirements-spark.lock anew (needs uv)
	uv pip compile pyproject.toml --group dev --extra testing --extra prove --extra batch --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  --output-file requirements.lock
	uv pip compile pyproject.toml --extra spark --constraints requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  --no-emit-package durable-rules --output-file requirements-spark.lock

# --- To see it ------------------------------------------------------------------------------------

.PHONY: demo
demo: $(VENV)/installed ## Print a programme for a real case
	$(BIN)/glutemed recommend docs/tutorial/runner.yaml

.PHONY: bench
bench: $(VENV)/installed ## Print the figures of every benchmark
	@for script in benchmarks/bench_*.py; do \
	  echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

.PHONY: bench-peers
bench-peers: $(VENV)/peers/installed ## Compare with other rule engines, in an environment of its own
	PYTHONPATH=. $(VENV)/peers/bin/python benchmarks/bench_peers.py

$(VENV)/peers/installed: $(VENV)/installed benchmarks/requirements-peers.lock
	$(PYTHON) -m venv --clear $(VENV)/peers
	@awk '/^[^ #]/ { keep = !/^durable-rules==/ } keep' benchmarks/requirements-peers.lock > $(VENV)/peers/others.lock
	@awk '/^[^ #]/ { keep = /^durable-rules==/ } keep' benchmarks/requirements-peers.lock > $(VENV)/peers/engine.lock
	$(VENV)/peers/bin/python -m pip install --quiet --require-hashes -r $(VENV)/peers/others.lock
	$(VENV)/peers/bin/python -m pip install --quiet --no-cache-dir --no-deps --no-build-isolation \
	  --use-pep517 --require-hashes -r $(VENV)/peers/engine.lock
	@touch $@

.PHONY: lock-peers
lock-peers: ## Write benchmarks/requirements-peers.lock anew (needs uv)
	uv pip compile pyproject.toml benchmarks/requirements-peers.in --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet \
	  --output-file benchmarks/requirements-peers.lock

.PHONY: docs
docs: $(VENV)/installed ## Write what is made from the rules anew: the reference book, the schema
	$(BIN)/glutemed rules book -o docs/reference/rulebook
	$(BIN)/glutemed rules schema -o glutemed/rules.schema.json

.PHONY: messages
messages: $(VENV)/installed ## Write what is said in the code and the rules into the German catalogues
	$(BIN)/glutemed rules translate de --program

# --- To check it ----------------------------------------------------------------------------------

.PHONY: test
test: lint types layers ## Everything: style, types, rooms, tests, laws, corpora, docs, the wheel
	$(PYTEST) $(CORES)

.PHONY: check
check: lint types layers quick ## The quick part: style, types, rooms, tests that are neither slow nor laws

.PHONY: quick
quick: $(VENV)/installed ## The tests that are neither slow nor laws
	$(PYTEST) $(CORES) -m 'not slow and not law' $(TESTS)

.PHONY: lint
lint: $(VENV)/installed ## Style (ruff, and the formatter of rule files)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/glutemed rules fmt --check rules docs/how-to/*.yaml

.PHONY: types
types: $(VENV)/installed ## Types (mypy, strict)
	$(BIN)/mypy

.PHONY: layers
layers: $(VENV)/installed ## Rooms: who may import whom (import-linter)
	$(BIN)/lint-imports

# Spark is 430 MB, so it comes only where it is asked for, and then goes with the environment.
$(VENV)/with-spark: requirements-spark.lock $(VENV)/installed
	$(PIP) install --quiet --no-deps --no-build-isolation --require-hashes -r requirements-spark.lock
	@touch $@

.PHONY: spark
spark: $(VENV)/with-spark ## Many machines: put Spark in .venv, and test on it (needs Java 17 or newer)
	GLUTEMED_REQUIRE_ALL=1 $(PYTEST) tests/population/test_spark.py docs/how-to/many-machines.md

.PHONY: laws-deep
laws-deep: $(VENV)/installed ## The laws with many more examples, never twice the same
	HYPOTHESIS_PROFILE=deep $(PYTEST) -m law

# Each in an environment of its own outside the checkout; a 3.13 once more without durable-rules.
.PHONY: versions
versions: ## Quick tests on every other supported Python that is here
	@set -e; scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; trap 'exit 130' INT TERM; \
	here=; missing=; \
	for version in $(VERSIONS); do \
	  found=; \
	  for candidate in python$$version \
	      "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/$$version*/bin/python; do \
	    if [ -z "$$found" ] && "$$candidate" -c 'import sys, venv, ensurepip; \
	sys.exit("%d.%d" % sys.version_info[:2] != sys.argv[1])' $$version 2>/dev/null; \
	    then found=$$candidate; fi; \
	  done; \
	  if [ -n "$$found" ]; then here="$$here $$version=$$found"; \
	  else missing="$$missing $$version"; fi; \
	done; \
	for version in $$missing; do echo "skipped: Python $$version is not on this machine"; done; \
	for entry in $$here; do \
	  version=$${entry%%=*}; \
	  echo "== Python $$version"; \
	  $(MAKE) --no-print-directory PYTHON="$${entry#*=}" VENV="$$scratch/$$version" \
	    TESTS='$(OTHER_TESTS)' quick; \
	  if [ "$$version" = 3.13 ]; then \
	    echo "== Python $$version without durable-rules"; \
	    "$$scratch/$$version/bin/python" -m pip uninstall --quiet --yes durable-rules; \
	    GLUTEMED_WITHOUT_DURABLE=1 \
	      $(MAKE) --no-print-directory PYTHON="$${entry#*=}" VENV="$$scratch/$$version" \
	      TESTS='$(OTHER_TESTS)' quick; \
	  fi; \
	done

.PHONY: clean
clean: ## Remove the environment, the caches and what was built
	rm -rf .venv build dist .coverage htmlcov .hypothesis .import_linter_cache \
	  .mypy_cache .pytest_cache .ruff_cache
	find glutemed tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
