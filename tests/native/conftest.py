"""Kernels compiled for this machine's processor, and for older ones of its kind whose code it runs as well."""

from __future__ import annotations

import platform
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import mpmath
import numpy as np
import pytest

from adjoint.native import builtin, engine, kernels

# The last is arm64's shape on x86: short vectors, many of them.
PROCESSORS = (None, "x86-64-v3", "x86-64", "short") if platform.machine() in ("x86_64", "AMD64") else (None,)
ELEMENTS = {"float": np.float32, "double": np.float64}


def processor(cpu: str | None) -> engine.Target:
    target = engine.Target("x86-64" if cpu == "short" else cpu)
    if cpu == "short":
        target.registers = 32
    if target.bytes > engine.host().bytes:
        pytest.skip("this processor is an older one")
    return target


@cache
def compiled(group: ModuleType, element: str, cpu: str | None) -> dict[str, Callable[..., Any]]:
    target = processor(cpu)
    code = engine.Code(group.functions(target, element), target)
    return {name: builtin.bind(code, name) for name in kernels.GROUPS[group.__name__.rpartition(".")[2]]}


@pytest.fixture(params=PROCESSORS, ids=lambda cpu: cpu or "this processor")
def cpu(request: pytest.FixtureRequest) -> str | None:
    return request.param


@pytest.fixture(params=ELEMENTS)
def element(request: pytest.FixtureRequest) -> str:
    return request.param


@cache
def exact(truth: Callable[[Any], Any], points: Callable[[str], Any], element: str, digits: int) -> list[Any]:
    """The values of a function at an element type's points, in so many digits."""
    with mpmath.workdps(digits):
        return [+truth(mpmath.mpf(float(v))) for v in points(element)]


def distances(got: Any, truth: Callable[[Any], Any], points: Callable[[str], Any], element: str,
              digits: int = 50) -> Any:
    """From what was computed to the truth, of each point."""
    with mpmath.workdps(digits):
        pairs = zip(got, exact(truth, points, element, digits), strict=True)
        return np.array([float(abs(mpmath.mpf(float(g)) - v)) for g, v in pairs])
