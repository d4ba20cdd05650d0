"""What the registry knows: every op of the package under its own name, with a call, a kind and the function it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint.core import registry

from . import samples

OPS = samples.ops()
KINDS = {"elementwise", "linear", "bilinear", "reduction", "structural", "constant", "custom"}
every_op = pytest.mark.parametrize("op", OPS, ids=[op.op_name for op in OPS])

ALONE = """
import importlib, json, pkgutil, adjoint.ops
from adjoint.core import registry
for m in pkgutil.iter_modules(adjoint.ops.__path__):
    importlib.import_module("adjoint.ops." + m.name)
print(json.dumps(sorted(registry.by_name)))
"""


def test_every_op_is_found_as_a_name_in_a_file_of_ops() -> None:
    source = str(Path(ad.__file__).parents[1])  # also where the package is not installed
    environment = {**os.environ, "PYTHONPATH": source}
    command = [sys.executable, "-c", ALONE]
    out = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert json.loads(out) == sorted(op.op_name for op in OPS)


@every_op
def test_an_op_has_a_call_a_kind_and_a_name_of_its_own(op: Any) -> None:
    assert op.kind in KINDS
    assert callable(op.call)
    assert op.call.op is op
    assert registry.by_name[op.op_name] is op
    assert registry.by_function[op.fn] is not None
    assert op.name.isidentifier()


def test_an_exemption_is_for_an_op_that_exists() -> None:
    names = {op.op_name for op in OPS}
    assert samples.EXEMPT <= names
    assert not {name for name in samples.WRITTEN if name not in names}


def test_two_functions_of_one_name_are_refused() -> None:
    def sin(x: Any) -> Any:
        return np.sin(x)

    with pytest.raises(ValueError, match="an op named 'sin' exists"):
        ad.extend.elementwise(sin, lambda x: np.cos(x))


CONSTANT = [op for op in OPS if op.kind == "constant" and isinstance(op.fn, np.ufunc)]


@pytest.mark.parametrize("op", CONSTANT, ids=[op.op_name for op in CONSTANT])
def test_the_result_of_a_constant_op_is_not_tracked(op: Any) -> None:
    operands = [ad.tensor([1.0, 2.5]).requires_grad_() for _ in range(op.fn.nin)]
    if "f" not in {types[0] for types in op.fn.types}:
        pytest.skip("of integers or booleans only, which no derivative has")
    out = op.call(*operands)
    assert not any(o.requires_grad for o in (out if isinstance(out, tuple) else (out,)))
