"""Kernels compiled for this machine's processor, and for older ones of its kind whose code it runs as well."""

from __future__ import annotations

import platform
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from adjoint.native import builtin, engine

PROCESSORS = (None, "x86-64-v3", "x86-64") if platform.machine() in ("x86_64", "AMD64") else (None,)
ELEMENTS = {"float": np.float32, "double": np.float64}


@cache
def compiled(group: ModuleType, element: str, cpu: str | None) -> dict[str, Callable[..., Any]]:
    target = engine.Target(cpu)
    if target.bytes > engine.host().bytes:
        pytest.skip("this processor is an older one")
    code = engine.Code(group.functions(target, element), target)
    return {name: builtin.bind(code, name) for name in group.BUILTINS}


@pytest.fixture(params=PROCESSORS, ids=lambda cpu: cpu or "this processor")
def cpu(request: pytest.FixtureRequest) -> str | None:
    return request.param


@pytest.fixture(params=ELEMENTS)
def element(request: pytest.FixtureRequest) -> str:
    return request.param
