"""Sorting, positions of extremes, places in sorted sequences, and distinct values.

A sorted or distinct value has the derivative of the element that it is. Positions and counts are piecewise constant.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.levels import concrete
from ..core.registry import speaks
from ..ops import extremes, sorting
from ..ops import structure as st
from ..ops.along import take_along
from .arguments import axis_number, batched, cast, deliver, dtype_of, is_complex, operand
from .constants import numbers, untracked
from .reductions import NOT_GIVEN, kept


def _line(a: Any, axis: Any) -> tuple[Any, int]:
    """The operand and the axis from the front; all elements in one dimension where there is none."""
    x = operand(a)
    if axis is None:
        return np.reshape(x, (-1,)), 0
    return x, axis_number(axis, x.ndim)


def _no_fields(order: Any) -> None:
    if order is not None:
        raise ValueError("Cannot specify order when the array has no fields.")


@speaks(np.sort)
def sort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    """np.sort; always stable."""
    _no_fields(order)
    x, axis = _line(a, axis)
    return sorting.sort(x, axis=axis)[0]


@speaks(np.argsort)
def argsort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    """np.argsort; always stable."""
    _no_fields(order)
    x, axis = _line(a, axis)
    return sorting.argsort(x, axis=axis)


@speaks(np.partition)
def partition(a: Any, kth: Any, axis: Any = -1, kind: str = "introselect", order: Any = None) -> Any:
    """np.partition."""
    _no_fields(order)
    x, axis = _line(a, axis)
    return take_along(x, operand(sorting.argpartition(x, kth=concrete(kth), axis=axis)), axis=axis)


@speaks(np.argpartition)
def argpartition(a: Any, kth: Any, axis: Any = -1, kind: str = "introselect", order: Any = None) -> Any:
    """np.argpartition."""
    _no_fields(order)
    x, axis = _line(a, axis)
    return sorting.argpartition(x, kth=concrete(kth), axis=axis)


@speaks(np.sort_complex)
def sort_complex(a: Any) -> Any:
    """np.sort_complex."""
    ordered = sort(a)
    if is_complex(ordered):
        return ordered
    return st.astype(ordered, dtype=np.dtype("F" if dtype_of(ordered).char in "bhBH" else "D"))


# Positions


def _position(op: Any, a: Any, axis: Any, out: Any, keepdims: Any) -> Any:
    x = operand(a)
    return deliver(op(x, axis=None if axis is None else axis_number(axis, x.ndim), keepdims=kept(keepdims)), out)


@speaks(np.argmax)
def argmax(a: Any, axis: Any = None, out: Any = None, *, keepdims: Any = NOT_GIVEN) -> Any:
    """np.argmax."""
    return _position(extremes.argmax, a, axis, out, keepdims)


@speaks(np.argmin)
def argmin(a: Any, axis: Any = None, out: Any = None, *, keepdims: Any = NOT_GIVEN) -> Any:
    """np.argmin."""
    return _position(extremes.argmin, a, axis, out, keepdims)


@speaks(np.nanargmax)
def nanargmax(a: Any, axis: Any = None, out: Any = None, *, keepdims: Any = NOT_GIVEN) -> Any:
    """np.nanargmax."""
    return _position(extremes.nanargmax, a, axis, out, keepdims)


@speaks(np.nanargmin)
def nanargmin(a: Any, axis: Any = None, out: Any = None, *, keepdims: Any = NOT_GIVEN) -> Any:
    """np.nanargmin."""
    return _position(extremes.nanargmin, a, axis, out, keepdims)


@speaks(np.searchsorted)
def searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> Any:
    """np.searchsorted."""
    sequence = operand(a)
    if sequence.ndim != 1:
        raise ValueError("object too deep for desired array")
    if sorter is not None:
        sequence = np.take(sequence, numbers(sorter))
    return sorting.searchsorted(sequence, operand(v), side=side)


@speaks(np.digitize)
def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    """np.digitize; under vmap bins are not checked."""
    edges = operand(bins)
    side = "left" if right else "right"
    if batched(edges):  # which may rise in one example and fall in another
        up, down = searchsorted(edges, x, side), edges.shape[0] - searchsorted(np.flip(edges), x, side)
        return np.where(edges[0] <= edges[-1], up, down)
    steps = np.diff(numbers(edges))
    if np.any(steps > 0) and np.any(steps < 0):
        raise ValueError("bins must be monotonically increasing or decreasing")
    if np.any(steps < 0):
        return edges.shape[0] - searchsorted(np.flip(edges), x, side)
    return searchsorted(edges, x, side)


# Distinct values: of equal elements, the first one gives its value and takes the cotangent


def _values(a: Any, index: Any, axis: Any) -> Any:
    x, axis = (np.reshape(operand(a), (-1,)), 0) if axis is None else (operand(a), axis)
    return np.take(x, index, axis=axis)


@speaks(np.unique)
def unique(ar: Any, return_index: bool = False, return_inverse: bool = False, return_counts: bool = False,
           axis: Any = None, *, equal_nan: bool = True, sorted: bool = True) -> Any:
    """np.unique; the values have the derivative of the first element that has each."""
    found = np.unique(numbers(ar), True, return_inverse, return_counts, axis=axis, equal_nan=equal_nan)
    values = _values(ar, found[1], axis)
    rest = [untracked(f, ar) for f in found[1:]]
    if not return_index:
        rest = rest[1:]
    return (values, *rest) if rest else values


def _unique_result(function: Any) -> Any:
    """One of the array API's forms, whose named result has the values first."""

    def call(x: Any, /) -> Any:
        found = function(numbers(x))
        values = unique(x, equal_nan=False)
        return found._make([values, *[untracked(f, x) for f in found[1:]]])

    call.__name__ = function.__name__
    call.__doc__ = f"np.{function.__name__}."
    return call


for _function in (np.unique_all, np.unique_counts, np.unique_inverse):
    speaks(_function)(_unique_result(_function))


@speaks(np.unique_values)
def unique_values(x: Any, /) -> Any:
    """np.unique_values, sorted."""
    return unique(x, equal_nan=False)


@speaks(np.union1d)
def union1d(ar1: Any, ar2: Any) -> Any:
    """np.union1d."""
    return unique(np.concatenate([np.reshape(operand(ar1), (-1,)), np.reshape(operand(ar2), (-1,))]))


@speaks(np.intersect1d)
def intersect1d(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    """np.intersect1d; the values are those of ar1."""
    _, first, second = np.intersect1d(numbers(ar1), numbers(ar2), assume_unique, return_indices=True)
    values = _values(ar1, first, None)
    return (values, untracked(first, ar1), untracked(second, ar2)) if return_indices else values


@speaks(np.setdiff1d)
def setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """np.setdiff1d."""
    x = np.reshape(operand(ar1), (-1,)) if assume_unique else unique(ar1)
    return _values(x, np.flatnonzero(np.isin(numbers(x), numbers(ar2), invert=True)), None)


@speaks(np.setxor1d)
def setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """np.setxor1d."""
    parts = [np.reshape(operand(a), (-1,)) if assume_unique else unique(a) for a in (ar1, ar2)]
    both = np.concatenate([cast(p, np.result_type(*[dtype_of(q) for q in parts])) for p in parts])
    values, counts = unique(both, return_counts=True)
    return _values(values, np.flatnonzero(numbers(counts) == 1), None)
