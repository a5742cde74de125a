# Needs GNU make and Python >= 3.11, nothing else. `make` alone lists the targets.

# Parallel test processes; `make test WORKERS=0` runs them in one, which a debugger needs.
WORKERS ?= auto
# More arguments for pytest: make test ARGS="tests/test_x.py -k name"
ARGS ?=
# `make lock UPGRADE=1` moves every dependency to its newest version.
UPGRADE ?=
# A Python >= 3.11 to use in place of the first one on the PATH.
PYTHON ?=

BIN := .venv/bin
READY := .venv/.ready
export PYTHON
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow check format docs bench lock clean again

help:
	@echo 'make setup      make .venv; the other targets do it by themselves'
	@echo 'make demo       the main job on the bundled system'
	@echo 'make test       all tests but the slow ones; ARGS="-k name" for some, WORKERS=0 for one process'
	@echo 'make test-slow  the long statistics and property runs'
	@echo 'make check      linters, types, layers, generated files'
	@echo 'make format     let ruff format and mend what it can'
	@echo 'make docs       write the reference and the outputs shown in the docs anew'
	@echo 'make bench      benchmarks, and their page; ARGS=--toy only tries them'
	@echo 'make lock       write requirements.txt anew after a change of pyproject.toml; UPGRADE=1 for newest versions'
	@echo 'make clean      remove what the other targets made'

setup: $(READY)
	@:

# Only when the lock or the project file changed, or the folder was moved or copied with its .venv.
$(READY): requirements.txt requirements-uv.txt pyproject.toml tools/setup.sh
	@sh tools/setup.sh
	@touch $@
ifneq ($(shell cat .venv/.folder 2>/dev/null),$(CURDIR))
$(READY): again
endif

demo: $(READY)
	@$(BIN)/depthsim demo

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

test-slow: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) -m slow $(ARGS)

# One target each, so that `make -k check` shows what every one of them finds.
CHECKS := check-lint check-format check-types check-layers check-tools check-generated
.PHONY: $(CHECKS)
check: $(CHECKS)

check-lint: $(READY)
	$(BIN)/ruff check .

check-format: $(READY)
	$(BIN)/ruff format --check .

check-types: $(READY)
	$(BIN)/mypy

check-layers: $(READY)
	$(BIN)/lint-imports

check-tools: $(READY)
	$(BIN)/python tools/check_dev_tools.py

# Generated files that must be up to date.
check-generated: $(READY)
	$(BIN)/depthsim draw --all --check

format: $(READY)
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: $(READY)
	$(BIN)/python tools/make_reference.py
	$(BIN)/python tools/refresh_docs.py
	for lang in en zh; do $(BIN)/depthsim draw fuzhou/outdoor_advertising --scenario courier --diff --lang $$lang \
		-o docs/pictures || exit 1; done

bench: $(READY)
	$(BIN)/python -m benchmarks $(ARGS)

# uv as `make setup` finds it. Versions in the present lock are kept unless UPGRADE is set. Without header,
# index or source lines, so that the lock names no host.
UV = $(shell command -v uv 2>/dev/null || echo .venv-uv/bin/uv)
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)
lock: $(READY)
	$(LOCK) pyproject.toml --group dev --output-file requirements.txt
	echo uv | $(LOCK) --no-annotate - --output-file requirements-uv.txt
	@$(MAKE) --no-print-directory setup

clean:
	rm -rf .venv .venv-uv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist build
