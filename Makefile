# make run     start Storekeeper with its demo shop, at PORT (5000) and in the folder DATA (./data)
# make test    every test; make check    format, lint, types; make bench    the benchmarks
# make lock    take newer versions of what we depend on
# make clean   remove what was built; the data folder stays

PYTHON = python3
BIN = .venv/bin
FORMAT = --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --upgrade

.PHONY: run test check bench lock clean

run: .venv/run.stamp
	@exec $(BIN)/storekeeper run --demo $${PORT:+--port "$$PORT"} $${DATA:+--data "$$DATA"}

test: .venv/dev.stamp
	@$(BIN)/python -m app.testing.chromium
	@$(BIN)/python -m pytest -n auto --maxprocesses 8

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -p no:app.testing.plugin --noconftest tests/architecture/test_links.py

bench: .venv/dev.stamp
	@for file in benchmarks/[a-z]*.py; do \
		[ -f "$$file" ] || continue; echo "$$file"; $(BIN)/python "$$file" || exit 1; \
	done

lock: .venv/dev.stamp
	$(BIN)/pip install --quiet uv
	printf 'hatchling\neditables\n' | $(BIN)/uv pip compile $(FORMAT) -o requirements.lock pyproject.toml -
	$(BIN)/uv pip compile $(FORMAT) -c requirements.lock --extra dev --extra bench \
		-o requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		echo "Making the environment in .venv; this is done once and takes about a minute."; \
		$$python -m venv .venv && exit 0; rm -rf .venv; exit 1; \
	done; \
	echo "Storekeeper needs Python 3.11 or newer; say where it is: make run PYTHON=/path/to/python3"; \
	exit 1

.venv/run.stamp: .venv/bin/python requirements.lock pyproject.toml
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
