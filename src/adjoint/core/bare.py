"""What is said where a traced value is about to become bare numbers: who asked for them, where, and what to use.

NumPy hands most functions over to a traced value; the rest, and SciPy's functions that are written in Python, ask for
an ndarray. Where this package has such a function under the same name, the error names it.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import FrameType
from typing import Any

from .. import errors
from .dispatch import is_ours

REMEDY = ("its derivative would be lost; use NumPy functions on it (np.exp, not math.exp), np.stack([...]) instead of "
          "np.array([...]), np.zeros_like(x) for an array to write into, or adjoint.stop_gradient(x) if no derivative "
          "is wanted")
_NUMPY = {"vectorize": "vectorize", "RClass": "r_", "CClass": "c_"}  # what computes on np.asarray(x), by its class


def lost(what: str) -> errors.TracedValueError:
    """The error of an attempt to read bare numbers from a traced value, for the caller to raise."""
    asked, where = _asked()
    if asked is None:
        return errors.TracedValueError(f"{what} ({where}): {REMEDY}")
    name, ours = asked
    use = f"use {ours}" if ours else ("write it with NumPy's functions, or give it a rule with adjoint.op or "
                                      "adjoint.custom_vjp")
    return errors.TracedValueError(f"{name} computes with bare numbers ({where}), and a traced value would lose its "
                                   f"derivative there: {use}; or adjoint.stop_gradient(x) if no derivative is wanted")


def instead() -> str:
    """What a message adds where the program called a function for which this package has one: use ours; or nothing."""
    asked, _ = _asked()
    return f"{asked[1]}, or " if asked is not None and asked[1] else ""


def _asked() -> tuple[tuple[str, str] | None, str]:
    """(the function of NumPy or SciPy that the program called and ours, if any; file and line of the program)."""
    frame: FrameType | None = sys._getframe(1)
    library: list[FrameType] = []
    while frame is not None:
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package in ("numpy", "scipy"):
            library.append(frame)
        elif not is_ours(frame.f_code.co_filename):
            break
        frame = frame.f_back
    where = "unknown line" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"
    named = [found for found in [_function(f) for f in reversed(library)] if found is not None]
    return next((n for n in named if n[1]), named[0] if named else None), where


def _function(frame: FrameType) -> tuple[str, str] | None:
    """(public name of the function that runs in a frame of NumPy or SciPy, name of ours or ''); None for a helper."""
    package, _, rest = str(frame.f_globals["__name__"]).partition(".")
    name = frame.f_code.co_name
    if package == "numpy":
        name = _NUMPY.get(type(frame.f_locals.get("self")).__name__, "")
        return (f"np.{name}", f"adjoint.numpy.{name}") if name else None
    family = rest.partition(".")[0]
    if family.startswith("_") or name.startswith("_") or not _is_public(f"scipy.{family}", name):
        return None
    ours = f"adjoint.scipy.{family}"
    if find_spec(ours) is None:
        return f"scipy.{family}.{name}", ""
    __import__(ours)
    return f"scipy.{family}.{name}", f"{ours}.{name}" if hasattr(sys.modules[ours], name) else ""


def _is_public(module: str, name: str) -> bool:
    found: Any = sys.modules.get(module)
    return found is not None and hasattr(found, name)
