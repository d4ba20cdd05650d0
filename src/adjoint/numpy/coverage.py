"""What becomes of each NumPy function that can be overridden, read from what is registered: docs/numpy.md and a test.

    differentiable   a derivative of every order, in both modes, on both faces
    constant         computed on the numbers; its result is piecewise constant, an index, a count or a truth value
    write            writes into a traced array like x[key] = y; refuses to write a traced value into an ndarray
    plain            about shapes, dtypes, texts or files, not about values
    refused          raises MissingRule for a traced value, and says what to use
    alias            another name of a function that is in the table
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.testing import overrides

from ..core import registry
from . import constants

# NumPy has these under two names, of which the second one has its cases.
ALIASES = {
    "np.amax": "np.max", "np.amin": "np.min", "np.around": "np.round", "np.radians": "np.deg2rad",
    "np.degrees": "np.rad2deg", "np.linalg.matmul": "np.matmul", "np.linalg.outer": "np.outer",
    "np.linalg.cross": "np.cross", "np.linalg.tensordot": "np.tensordot", "np.linalg.vecdot": "np.vecdot",
    "np.linalg.matrix_transpose": "np.matrix_transpose", "np.fix": "np.trunc",
}

# Constant by what they return, though they are compositions with a signature of their own.
CONSTANT = frozenset({
    "np.all", "np.allclose", "np.any", "np.argmax", "np.argmin", "np.argpartition", "np.argsort", "np.array_equal",
    "np.ceil", "np.count_nonzero", "np.digitize",
    "np.einsum_path", "np.floor", "np.isclose", "np.iscomplex", "np.isneginf", "np.isposinf", "np.isreal",
    "np.nanargmax", "np.nanargmin", "np.rint", "np.round",
    "np.searchsorted", "np.sign", "np.trunc", "np.linalg.matrix_rank",
})

# The namespaces of functions on numbers; NumPy's list grows as its modules are imported, so they all are.
SPACES = tuple([importlib.import_module(name).__name__ for name in (
    "numpy", "numpy.linalg", "numpy.fft", "numpy.lib.scimath", "numpy.lib.stride_tricks", "numpy.lib.recfunctions")])

ROLES = ("differentiable", "constant", "write", "plain", "refused", "alias")


class Entry(NamedTuple):
    """A row of the table: the function's public name, its role, and what is to be said about it."""

    name: str
    role: str
    note: str


def functions() -> dict[str, Callable[..., Any]]:
    """NumPy's functions and ufuncs that can be overridden, by their public names, without those for strings."""
    found: dict[str, Any] = {}
    for f in overrides.get_overridable_numpy_array_functions():
        if f.__module__ not in SPACES:
            continue
        found[_public(f)] = getattr(np, f.__name__) if f.__module__ == "numpy" else f  # like= has objects of its own
    for u in overrides.get_overridable_numpy_ufuncs():
        if getattr(np, u.__name__, None) is u:  # the others are the machinery of np.strings and np.clip
            found[f"np.{u.__name__}"] = u
    return dict(sorted(found.items(), key=lambda item: (item[0].count("."), item[0])))


def _public(f: Any) -> str:
    if f.__module__ == "numpy.lib.scimath":
        return f"np.emath.{f.__name__}"
    return f"{f.__module__}.{f.__name__}".replace("numpy", "np", 1)


def role_of(name: str, function: Callable[..., Any]) -> str:
    """The role of a function; "unknown" if nothing is registered for it."""
    call = registry.by_function.get(function)
    if call is None:
        return "unknown"
    if name in ALIASES:
        return "alias"
    op = getattr(call, "op", None)
    declared = getattr(call, "role", None)
    if declared is not None and declared != "constant":
        return declared
    if declared or function in constants.CONSTANT or name in CONSTANT or (op is not None and not op.differentiable):
        return "constant"
    return "differentiable"


def table() -> list[Entry]:
    """The rows for all functions: by namespace, then by name."""
    rows = []
    for name, function in functions().items():
        role = role_of(name, function)
        call = registry.by_function.get(function)
        note = f"`{ALIASES[name]}`" if name in ALIASES else getattr(call, "remedy", "")
        if hasattr(call, "makes"):
            note = "with `like=` a traced value"
        rows.append(Entry(name, role, note))
    return rows


def differentiable() -> list[str]:
    """The names of the differentiable functions, aliases not counted."""
    return [row.name for row in table() if row.role == "differentiable"]


