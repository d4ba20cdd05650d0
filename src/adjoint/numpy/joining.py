"""NumPy's functions that join arrays and cut them."""

from __future__ import annotations

import operator
from itertools import pairwise
from typing import Any

import numpy as np

from ..core.registry import speaks
from ..ops import structure as st
from ..ops.indexing import get
from .arguments import (
    along,
    as_dtype,
    axis_number,
    cast,
    castable,
    deliver,
    dtype_of,
    flat,
    holds_traced,
    moved,
    operand,
    plain,
)
from .manipulation import _widened


def _parts(arrays: Any, dtype: Any, casting: str) -> list[Any]:
    """The sequence, or the first axis, as a list of arrays, cast if a dtype is asked for."""
    if hasattr(arrays, "shape"):
        arrays = [along(arrays, 0, i) for i in range(arrays.shape[0])]
    return [castable(operand(a), dtype, casting) for a in arrays]


@speaks(np.concatenate)
def concatenate(arrays: Any, /, axis: int | None = 0, out: Any = None, *, dtype: Any = None,
                casting: str = "same_kind") -> Any:
    """The arrays one after another along an existing axis; axis=None: all their elements."""
    parts = _parts(arrays, dtype, casting)
    if axis is None:
        parts, axis = [flat(a) for a in parts], 0
    if not parts:
        raise ValueError("need at least one array to concatenate")
    if not parts[0].ndim:
        raise ValueError("zero-dimensional arrays cannot be concatenated; np.stack makes a new axis")
    return deliver(st.concatenate(parts, axis=axis_number(axis, parts[0].ndim)), out)


@speaks(np.stack)
def stack(arrays: Any, axis: int = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """The arrays, all of one shape, along a new axis."""
    parts = _parts(arrays, dtype, casting)
    if not parts:
        raise ValueError("need at least one array to stack")
    if len({tuple(a.shape) for a in parts}) > 1:
        raise ValueError("all input arrays must have the same shape")
    return deliver(st.stack(parts, axis=axis_number(axis, parts[0].ndim + 1)), out)


@speaks(np.vstack)
def vstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """The arrays as rows, one below the other."""
    return st.concatenate([_widened(a, 2) for a in _parts(tup, dtype, casting)], axis=0)


@speaks(np.hstack)
def hstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """The arrays side by side; vectors one after the other."""
    parts = [_widened(a, 1) for a in _parts(tup, dtype, casting)]
    return st.concatenate(parts, axis=0 if parts[0].ndim == 1 else 1)


@speaks(np.dstack)
def dstack(tup: Any) -> Any:
    """The arrays along the third axis."""
    return st.concatenate([_widened(a, 3) for a in _parts(tup, None, "same_kind")], axis=2)


@speaks(np.column_stack)
def column_stack(tup: Any) -> Any:
    """Vectors as columns, matrices as they are, side by side."""
    parts = _parts(tup, None, "same_kind")
    return st.concatenate([a if a.ndim > 1 else st.reshape(a, shape=(st.size(tuple(a.shape)), 1)) for a in parts],
                          axis=1)


@speaks(np.block)
def block(arrays: Any) -> Any:
    """The array of blocks that nested lists lay out: the innermost lists along the last axis."""
    depth = _depth(arrays)
    leaves = _leaves(arrays)
    ndim = max(depth, *[a.ndim for a in leaves])
    return _joined(arrays, depth, ndim)


def _depth(arrays: Any) -> int:
    if not isinstance(arrays, list):
        return 0
    if not arrays:
        raise ValueError("Lists cannot be empty")
    depths = {_depth(a) for a in arrays}
    if len(depths) > 1:
        raise ValueError("List depths are mismatched: all blocks must be nested equally deep")
    return 1 + depths.pop()


def _leaves(arrays: Any) -> list[Any]:
    return [leaf for a in arrays for leaf in _leaves(a)] if isinstance(arrays, list) else [operand(arrays)]


def _joined(arrays: Any, depth: int, ndim: int) -> Any:
    if depth == 0:
        a = operand(arrays)
        return st.reshape(a, shape=(1,) * (ndim - a.ndim) + tuple(a.shape))
    return st.concatenate([_joined(a, depth - 1, ndim) for a in arrays], axis=ndim - depth)


@speaks(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """The values after the array; both as vectors if no axis is given."""
    arr, values = operand(arr), operand(values)
    if axis is None:
        return st.concatenate([flat(arr), flat(values)], axis=0)
    return concatenate((arr, values), axis)


@speaks(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """A copy with the values put in before the given places; derivatives go to both."""
    return moved(lambda numbers, new: np.insert(numbers, plain(obj), new, axis), operand(arr), values)


@speaks(np.delete)
def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    """A copy without the given places."""
    return moved(lambda numbers: np.delete(numbers, plain(obj), axis), operand(arr))


# Cutting -------------------------------------------------------------------------------------------------------------


@speaks(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Views of the pieces between given places, or of so many pieces of nearly equal length."""
    axis = axis_number(axis, ary.ndim)
    size, places = ary.shape[axis], plain(indices_or_sections)
    if np.ndim(places) or isinstance(places, (list, tuple)):
        ends = [0, *[operator.index(i) for i in places], size]
    else:
        n = operator.index(places)
        if n <= 0:
            raise ValueError("number sections must be larger than 0.")
        short, more = divmod(size, n)
        ends = [i * short + min(i, more) for i in range(n + 1)]
    # As NumPy slices: a place may be negative, or beyond the end.
    last = len(ends) - 2
    return [along(ary, axis, slice(start, size if i == last else stop))
            for i, (start, stop) in enumerate(pairwise(ends))]


@speaks(np.split)
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Views of the pieces between given places, or of so many pieces of equal length."""
    places = plain(indices_or_sections)
    if np.ndim(places) == 0 and ary.shape[axis_number(axis, ary.ndim)] % places:
        raise ValueError("array split does not result in an equal division; np.array_split allows that")
    return array_split(ary, places, axis)


@speaks(np.vsplit)
def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """The pieces along the first axis."""
    if ary.ndim < 2:
        raise ValueError("vsplit only works on arrays of 2 or more dimensions")
    return split(ary, indices_or_sections, 0)


@speaks(np.hsplit)
def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """The pieces along the second axis; of a vector along the first."""
    if ary.ndim < 1:
        raise ValueError("hsplit only works on arrays of 1 or more dimensions")
    return split(ary, indices_or_sections, 1 if ary.ndim > 1 else 0)


@speaks(np.dsplit)
def dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """The pieces along the third axis."""
    if ary.ndim < 3:
        raise ValueError("dsplit only works on arrays of 3 or more dimensions")
    return split(ary, indices_or_sections, 2)


@speaks(np.unstack)
def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    """Views of the slices along an axis."""
    if x.ndim == 0:
        raise ValueError("Input array must be at least 1-d.")
    axis = axis_number(axis, x.ndim)
    if x.ndim == 1:
        return tuple([along(x, 0, i) for i in range(x.shape[0])])
    return tuple([get(x, key=(*(slice(None),) * axis, i, Ellipsis)) for i in range(x.shape[axis])])


# What like= and np.array hand over: an array from what may be nested lists of traced values.


def assembled(value: Any, dtype: Any = None, *, copy: bool | None = True, ndmin: int = 0) -> Any:
    """An array of nested lists that may hold traced values; NumPy's own where none does."""
    if not holds_traced(value):
        made = np.array(value, as_dtype(dtype), copy=copy)
    else:
        given = operand(value)
        made = cast(given, dtype)
        if copy and made is given:
            made = st.copy(made)
        elif copy is False and made is not value:
            raise ValueError(f"Unable to avoid creating a copy: the value is {type(value).__name__} of "
                             f"{dtype_of(given)}")
    return st.reshape(made, shape=(1,) * (ndmin - made.ndim) + tuple(made.shape)) if made.ndim < ndmin else made
