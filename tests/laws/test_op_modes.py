"""The table of ops and modes is what is registered, and every cell of it says something."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from . import samples

DOCS = Path(__file__).parents[2] / "docs"
OPS = samples.ops()
# No stack of arrays is one call of their function: they draw from one stream, or call a routine for one matrix.
LOOPS = {"uniform", "normal", "exponential", "cauchy", "integers", "permutation", "geometric", "multinomial",
         "bernoulli", "poisson", "binomial", "standard_gamma", "dirichlet", "unique", "unique_runs", "solve_sylvester",
         "sqrtm", "logm"}


@pytest.fixture(scope="module")
def generate() -> Any:
    spec = importlib.util.spec_from_file_location("generate_op_modes", DOCS / "generate_op_modes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_of_ops_and_modes_is_what_is_registered(generate: Any) -> None:
    written = (DOCS / "op_modes.md").read_text(encoding="utf-8")
    assert written == generate.page(), "run python docs/generate_op_modes.py"


def test_every_op_stands_in_the_table_once(generate: Any) -> None:
    listed = [op.op_name for ops in generate.families().values() for op in ops]
    assert sorted(listed) == sorted(op.op_name for op in OPS)


def test_an_op_that_loops_under_vmap_is_one_of_those_that_must() -> None:
    assert {op.op_name for op in OPS if op.batch is None} == LOOPS
