"""np.emath: roots and logarithms that become complex where a real argument has no real result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib import scimath

from ..core.registry import speaks
from .arguments import cast, dtype_of, operand, plain


def _complex_where(x: Any, outside: Callable[[Any], Any]) -> Any:
    """x, as complex numbers if any of its real elements is outside of the function's real domain."""
    x = operand(x)
    if dtype_of(x).kind == "c" or not np.any(outside(plain(x))):
        return x
    return cast(x, np.complex64 if dtype_of(x).itemsize <= 4 and dtype_of(x).kind == "f" else np.complex128)


def _negative(x: Any) -> Any:
    return x < 0


def _beyond_one(x: Any) -> Any:
    return abs(x) > 1


def _enter(function: Callable[..., Any], ufunc: Any, outside: Callable[[Any], Any]) -> None:
    @speaks(function)
    def call(x: Any) -> Any:
        return ufunc(_complex_where(x, outside))

    call.__name__, call.__doc__ = function.__name__, f"np.{ufunc.__name__}, complex outside of its real domain."


for _function, _ufunc, _outside in (
        (scimath.sqrt, np.sqrt, _negative), (scimath.log, np.log, _negative), (scimath.log10, np.log10, _negative),
        (scimath.log2, np.log2, _negative), (scimath.arccos, np.arccos, _beyond_one),
        (scimath.arcsin, np.arcsin, _beyond_one), (scimath.arctanh, np.arctanh, _beyond_one)):
    _enter(_function, _ufunc, _outside)


@speaks(scimath.logn)
def logn(n: Any, x: Any) -> Any:
    """The logarithm to base n, complex where x or n is negative."""
    return np.log(_complex_where(x, _negative)) / np.log(_complex_where(n, _negative))


@speaks(scimath.power)
def power(x: Any, p: Any) -> Any:
    """x to the power p, complex where x is negative."""
    x = _complex_where(x, _negative)
    p = operand(p)
    if dtype_of(p).kind in "iu" and np.any(plain(p) < 0):
        p = cast(p, float)
    return np.power(x, p)
