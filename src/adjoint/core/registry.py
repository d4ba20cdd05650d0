"""Which op differentiates which NumPy function, and every op by name: what dispatch and the generated laws read."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from .tensor import faces

by_function: dict[Any, Callable[..., Any]] = {}  # NumPy function or ufunc -> what to call on tensors
by_name: dict[str, Any] = {}  # op name -> op
complete = False  # whether the package adjoint.numpy, which enters most of NumPy's functions, has been imported


def add(op: Any, call: Callable[..., Any]) -> None:
    """Enter an op; a second op for the same function replaces the first (so a user can override a rule)."""
    taken = by_name.get(op.op_name)
    if taken is not None and taken.fn is not op.fn:
        raise ValueError(f"an op named {op.op_name!r} exists, for {taken.fn!r}; give the function another name")
    if not complete and faces.array is not None and (getattr(op.fn, "__module__", None) or "").startswith("numpy"):
        numpy_family("ufuncs")  # a program's own rule replaces ours, which must not come after it
    by_function[op.fn] = call
    by_name[op.op_name] = op


def speaks(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: these NumPy functions, given a tensor, run the decorated composition of ops."""

    def enter(call: Callable[..., Any]) -> Callable[..., Any]:
        for f in functions:
            by_function[f] = call
        return call

    return enter


def numpy_family(name: str) -> Any:
    """A module of the package adjoint.numpy, which lies above: imported when it is first needed."""
    return importlib.import_module(f"adjoint.numpy.{name}")


def scipy_family() -> None:
    """Enter the ufuncs of scipy.special, when one that is not an op meets a traced value."""
    importlib.import_module("adjoint.scipy._special")
