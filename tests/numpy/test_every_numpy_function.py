"""Every NumPy function that can be overridden has a role, and the role is what it does; docs/numpy.md says so."""

from __future__ import annotations

import importlib
import importlib.util
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint.core import registry
from adjoint.numpy import coverage

HERE = Path(__file__).parent
TABLE = coverage.table()
FUNCTIONS = coverage.functions()


def _cases() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for path in sorted(HERE.glob("cases_*.py")):
        for name, cases in importlib.import_module("." + path.stem, __package__).CASES.items():
            found[name] += cases
    return found


CASES = _cases()


def _with(role: str) -> list[str]:
    return [row.name for row in TABLE if row.role == role]


def test_every_function_has_a_role():
    assert {row.role for row in TABLE} <= set(coverage.ROLES), [row.name for row in TABLE if row.role == "unknown"]
    assert {row.name for row in TABLE} == set(FUNCTIONS)


def test_at_least_250_functions_are_differentiable():
    assert len(coverage.differentiable()) >= 250


@pytest.mark.parametrize("name", coverage.differentiable())
def test_a_differentiable_function_is_checked(name):
    assert any([case.order for case in CASES[name]])
    assert len(CASES[name]) >= 2


@pytest.mark.parametrize("name", _with("write"))
def test_a_writing_function_is_checked(name):
    assert len(CASES[name]) >= 2


def test_the_cases_are_of_functions_in_the_table():
    assert not set(CASES) - set(FUNCTIONS)


def test_an_alias_is_of_a_function_in_the_table_and_runs():
    for alias, name in coverage.ALIASES.items():
        assert alias in FUNCTIONS
        assert name in FUNCTIONS
        assert FUNCTIONS[alias] in registry.by_function


@pytest.mark.parametrize("name", sorted(coverage.CONSTANT))
def test_what_is_listed_as_constant_has_no_derivative(name):
    x = ad.tensor(np.array([[0.3, -1.2], [2.4, 0.9]]), requires_grad=True)
    rest = {"np.digitize": (np.array([0.0, 1.0]),), "np.searchsorted": (0.5,), "np.isclose": (x,),
            "np.allclose": (x,), "np.array_equal": (x,),
            "np.argpartition": (1,)}.get(name, ())
    operand = x[0] if name == "np.searchsorted" else x
    out = FUNCTIONS[name]("ij,jk", x, x) if name == "np.einsum_path" else FUNCTIONS[name](operand, *rest)
    if getattr(out, "requires_grad", False):  # as torch has it: floor(x) is tracked, and its derivative zero
        (grad,) = ad.autograd.grad(out.sum(), x)
        assert not grad.any()


def test_a_refusal_says_what_to_use():
    for row in TABLE:
        assert row.note or row.role != "refused", row.name
    fields = importlib.import_module("numpy.lib.recfunctions")
    with pytest.raises(NotImplementedError, match="keep an array for each field"):
        fields.unstructured_to_structured(ad.ones(2, 2, requires_grad=True))
    with pytest.raises(NotImplementedError, match="dates"):
        np.busday_count(ad.ones(2, requires_grad=True), "2020-01-01")


def test_the_page_of_the_table_is_up_to_date():
    docs = HERE.parents[1] / "docs"
    spec = importlib.util.spec_from_file_location("generate_numpy", docs / "generate_numpy.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    written = (docs / "numpy.md").read_text(encoding="utf-8")
    if f"NumPy {generate.version()} " not in written:
        pytest.skip("the page is of another version of NumPy, which has other functions")
    assert written == generate.page(), "run python docs/generate_numpy.py"
