"""Keywords that jax.numpy adds to functions of NumPy: descending=, size=, length=, total_repeat_length=, inplace=False.

Without such a keyword each name here is NumPy's function.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from ..core.levels import made
from ..core.tensor import TensorBase
from .arguments import is_traced, like, operand

Call = Callable[..., Any]


def _with(keyword: str, function: Call) -> Callable[[Call], Call]:
    """NumPy's function, which goes to ours where the keyword is given: ours(its value, what it is called with ...)."""

    def enter(ours: Call) -> Call:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if keyword not in kwargs:
                return function(*args, **kwargs)
            return ours(kwargs.pop(keyword), *args, **kwargs)

        return call

    return enter


@_with("descending", np.sort)
def sort(descending: bool, a: Any, axis: int | None = -1, **how: Any) -> Any:
    x = np.sort(operand(a), axis=axis, **how)
    return np.flip(x, -1 if axis is None else axis) if descending else x


@_with("descending", np.argsort)
def argsort(descending: bool, a: Any, axis: int | None = -1, **how: Any) -> Any:
    a = operand(a)
    if not descending:
        return np.argsort(a, axis=axis, **how)
    if axis is None:
        a, axis = np.ravel(a), 0
    return np.flip(a.shape[axis] - 1 - np.argsort(np.flip(a, axis), axis=axis, stable=True), axis)  # equals in order


def _sized(function: Call) -> Call:
    """A function that gives indices where something holds: as many as are asked, `fill_value` for what is not there."""

    @_with("size", function)
    def call(size: int | None, a: Any, *others: Any, fill_value: Any = None) -> Any:
        found = function(a, *others)
        if size is None:
            return found
        if function is np.flatnonzero:
            return _filled(found, size, 0 if fill_value is None else fill_value)
        parts = list(found.T) if function is np.argwhere else list(found)
        fills = fill_value if np.ndim(fill_value) else [0 if fill_value is None else fill_value] * len(parts)
        filled = tuple([_filled(x, size, fill) for x, fill in zip(parts, fills, strict=True)])
        return np.stack(filled, axis=-1) if function is np.argwhere else filled

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if "fill_value" in kwargs and "size" not in kwargs:
            kwargs.pop("fill_value")
        return call(*args, **kwargs)

    return checked


def _filled(x: Any, size: int, fill: Any) -> Any:
    return np.concatenate([x[:size], np.full(max(0, size - len(x)), fill, x.dtype)])


nonzero, flatnonzero, argwhere = _sized(np.nonzero), _sized(np.flatnonzero), _sized(np.argwhere)
where = _sized(np.where)


@_with("length", np.bincount)
def bincount(length: int | None, x: Any, weights: Any = None, minlength: int = 0) -> Any:
    found = np.bincount(x, weights, minlength if length is None else length)
    return found if length is None else found[:length]


@_with("total_repeat_length", np.repeat)
def repeat(total: int | None, a: Any, repeats: Any, axis: int | None = None) -> Any:
    """The last slice fills what is missing."""
    found = np.repeat(operand(a), repeats, axis)
    if total is None:
        return found
    axis = axis or 0
    return np.take(found, np.minimum(np.arange(total), found.shape[axis] - 1), axis=axis)


def _returning(function: Call) -> Call:
    """A function that writes into its first argument; with inplace=False into a copy, which it returns."""

    @_with("inplace", function)
    def call(inplace: bool, a: Any, *args: Any, **kwargs: Any) -> Any:
        if inplace:
            return function(a, *args, **kwargs)
        traced = [x for x in (*args, *kwargs.values()) if isinstance(x, TensorBase)]
        a = np.copy(operand(a))
        if traced and not is_traced(a):
            a = made(like(a, traced[0]))
        function(a, *args, **kwargs)
        return a

    return call


fill_diagonal, place, put = _returning(np.fill_diagonal), _returning(np.place), _returning(np.put)
put_along_axis = _returning(np.put_along_axis)
