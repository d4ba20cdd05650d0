"""Choosing elements by conditions, bounds and rounding: where, select, piecewise, choose, clip, nan_to_num, round."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import memory
from ..core.keys import numpy_key
from ..core.levels import Box, concrete
from ..core.registry import speaks
from ..core.tensor import TensorBase, wrap
from ..ops import arithmetic as ar
from ..ops.indexing import get, place
from ..ops.selection import select as choose_between
from .arguments import batched, cast, deliver, dtype_of, is_tracked, operand
from .constants import numbers, untracked
from .reductions import NOT_GIVEN


@speaks(np.where)
def where(condition: Any, x: Any = NOT_GIVEN, y: Any = NOT_GIVEN, /) -> Any:
    """np.where, with one argument or three; what is not chosen contributes nothing to a derivative."""
    if x is NOT_GIVEN and y is NOT_GIVEN:
        return untracked(np.nonzero(numbers(condition)), condition)
    if x is NOT_GIVEN or y is NOT_GIVEN:
        raise ValueError("either both or neither of x and y should be given")
    if isinstance(condition, TensorBase) and not isinstance(x, TensorBase) and not isinstance(y, TensorBase):
        x = wrap(operand(x), None, type(condition))  # so that the result has the condition's face
    return choose_between(x, y, condition=memory.given(condition))


@speaks(np.select)
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """np.select: where several conditions hold, the first one counts."""
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    if len(condlist) == 0:
        raise ValueError("select with an empty condition list is not possible")
    dtype = np.result_type(*[dtype_of(operand(c)) if not isinstance(c, (int, float, complex)) else c
                             for c in (*choicelist, default)])
    out = cast(default, dtype)
    for i, (condition, choice) in reversed(list(enumerate(zip(condlist, choicelist, strict=True)))):
        condition = operand(condition)
        if dtype_of(condition).kind != "b":
            raise TypeError(f"invalid entry {i} in condlist: should be boolean ndarray")
        out = np.where(condition, cast(choice, dtype), out)
    return out


@speaks(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """np.piecewise: each function gets the elements for which its condition holds, as in NumPy.

    Under vmap, where these differ in number from one example to the next, it gets all elements.
    """
    x = operand(x)
    conditions = _conditions(x, condlist)
    if len(funclist) == len(conditions) + 1:
        rest = conditions[0]
        for condition in conditions[1:]:
            rest = np.logical_or(rest, condition)
        conditions = [*conditions, np.logical_not(rest)]
    elif len(funclist) != len(conditions):
        raise ValueError(f"with {len(conditions)} condition(s), either {len(conditions)} or {len(conditions) + 1} "
                         "functions are expected")
    out = np.zeros_like(x)
    for condition, function in zip(conditions, funclist, strict=True):
        if not callable(function):
            out = np.where(condition, cast(function, dtype_of(x)), out)
        elif batched(condition):
            out = np.where(condition, cast(function(x, *args, **kw), dtype_of(x)), out)
        else:
            key = numpy_key(numbers(condition).astype(bool))
            part = get(x, key=key)
            if part.size if isinstance(part, (np.ndarray, Box)) else 0 not in part.shape:
                out = place(out, cast(function(part, *args, **kw), dtype_of(x)), steps=[], key=key)
    return out


def _conditions(x: Any, condlist: Any) -> list[Any]:
    """The conditions as a list of arrays; a single one may stand without a list."""
    if np.isscalar(condlist):
        return [np.asarray(condlist)]
    if isinstance(condlist, (list, tuple)):
        return [np.asarray(condlist)] if np.isscalar(condlist[0]) and x.ndim else [operand(c) for c in condlist]
    condlist = operand(condlist)
    if condlist.ndim == 1 and x.ndim:
        return [condlist]
    return [get(condlist, key=(i, ...)) for i in range(condlist.shape[0])]


@speaks(np.choose)
def choose(a: Any, choices: Any, out: Any = None, mode: str = "raise") -> Any:
    """np.choose: from the arrays in `choices`, at each place the one whose number is in a."""
    n = len(choices)
    index = operand(a if batched(a) else concrete(a))
    if mode == "raise":
        given = memory.everything(operand(a))
        if np.any(given < 0) or np.any(given >= n):
            raise ValueError("invalid entry in choice array")
    elif mode == "wrap":
        index = np.remainder(index, n)
    elif mode == "clip":
        index = np.clip(index, 0, n - 1)
    else:
        raise ValueError(f"clipmode must be one of 'clip', 'raise', or 'wrap' (got {mode!r})")
    parts = [operand(choices[i]) for i in range(n)]
    dtype = np.result_type(*[dtype_of(p) for p in parts])
    result = np.where(np.equal(index, 0), cast(parts[0], dtype), cast(parts[-1], dtype))
    for i in range(1, n - 1):
        result = np.where(np.equal(index, i), cast(parts[i], dtype), result)
    return deliver(_broadcast(result, parts), out)


def _broadcast(result: Any, parts: list[Any]) -> Any:
    """The result in the shape to which all the choices broadcast."""
    shape = np.broadcast_shapes(tuple(result.shape), *[tuple(p.shape) for p in parts])
    return result if tuple(result.shape) == shape else np.broadcast_to(result, shape)


# Bounds and rounding


@speaks(np.clip)
def clip(a: Any, a_min: Any = NOT_GIVEN, a_max: Any = NOT_GIVEN, out: Any = None, *, min: Any = NOT_GIVEN,
         max: Any = NOT_GIVEN, where: Any = True, dtype: Any = None) -> Any:
    """np.clip; an element at a bound counts as inside."""
    low = _bound(a_min, min)
    high = _bound(a_max, max)
    x = cast(a, dtype)
    if low is None and high is None:
        result = np.positive(x)
    elif low is None or high is None:
        result = ar.clamp_max(x, high) if low is None else ar.clamp_min(x, low)
    else:
        result = ar.clip(x, low, high)
    if where is not True:
        result = np.where(where, result, x if out is None else out)
    return deliver(result, out)


def _bound(old: Any, new: Any) -> Any:
    """A bound under its old or its new name; None for none."""
    if old is not NOT_GIVEN and new is not NOT_GIVEN:
        raise ValueError("Passing `min` or `max` keyword argument when `a_min` and `a_max` are provided is forbidden.")
    bound = new if old is NOT_GIVEN else old
    return None if bound is NOT_GIVEN else bound


@speaks(np.nan_to_num)
def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """np.nan_to_num; what was replaced has derivative zero, and what replaces it has its own."""
    x = operand(x)
    given: list[tuple[Any, Any]] = [(np.isnan, nan), (np.isposinf, posinf), (np.isneginf, neginf)]
    numbers_of = [0.0 if is_tracked(value) else concrete(value) for _, value in given]
    result = ar.nan_to_num(x, nan=numbers_of[0], posinf=numbers_of[1], neginf=numbers_of[2])
    for found, value in given:
        if is_tracked(value):
            result = np.where(found(x), cast(value, dtype_of(x)), result)
    return result if copy else deliver(result, x)


@speaks(np.round, np.around)
def round(a: Any, decimals: int = 0, out: Any = None) -> Any:
    """np.round: piecewise constant."""
    return deliver(ar.round(operand(a), decimals=decimals), out)


@speaks(np.fix)
def fix(x: Any, out: Any = None) -> Any:
    """np.fix: rounded towards zero, piecewise constant."""
    return deliver(ar.trunc(operand(x)), out)


@speaks(np.trim_zeros)
def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    """np.trim_zeros: without the zeros at the front, the back or both, of all axes or of some."""
    x = operand(filt)
    places = np.argwhere(numbers(x))
    axes = range(x.ndim) if axis is None else np.lib.array_utils.normalize_axis_tuple(axis, x.ndim)
    key = [slice(None)] * x.ndim
    for i in axes:
        first, last = (places[:, i].min(), places[:, i].max() + 1) if len(places) else (x.shape[i], 0)
        front = int(first) if "f" in trim.lower() else 0
        back = int(last) if "b" in trim.lower() else x.shape[i]
        key[i] = slice(front, back)
    return get(x, key=(*key, ...))
