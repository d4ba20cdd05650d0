# Everything runs in .venv, which is made on first use; Python 3.11 or newer and make are all that a machine needs.
#   make demo    train a classifier on handwritten digits and draw digits.png
#   make test    the tests, and every example in docstrings, README and docs
#   make check   lint, types, layers
#   make docs    only the examples in README and docs
#   make bench   speed and footprint beside PyTorch (takes a few minutes; wants a quiet machine)

PYTHON ?= python3
JOBS ?= 2
BIN := .venv/bin

# One BLAS thread: two beside a busy neighbour make a small product eighty times slower.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

.PHONY: demo test check docs bench oracles clean

demo: .venv/.demo
	$(BIN)/python examples/digits.py

test: .venv/.test
	$(BIN)/python -m pytest -q -n $(JOBS)

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

docs: .venv/.test
	$(BIN)/python -m pytest -q README.md docs

bench: .venv/.peers
	$(BIN)/python benchmarks/eager.py
	$(BIN)/python benchmarks/ops.py
	$(BIN)/python benchmarks/kernels.py
	$(BIN)/python benchmarks/transforms.py
	$(BIN)/python benchmarks/footprint.py

# What the tests compare with where it is installed.
oracles: .venv/.oracles

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "adjoint needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; say which: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

# A stamp for each extra: it is installed again when pyproject.toml changes.
.venv/.demo .venv/.test .venv/.dev .venv/.peers: .venv/.%: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	@touch $@

# The CPU build where one is offered: torch alone, by this exact version.
.venv/.oracles: | .venv/bin/python
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet expecttest jax
	@touch $@

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
