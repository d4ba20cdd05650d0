"""NumPy's functions that write into their argument: on a face it is a write like x[key] = y, with its derivative.

Into a plain ndarray only numbers can be written: a traced value raises WriteError with the remedy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import errors
from ..core.levels import Box
from ..core.registry import speaks
from ..core.tensor import TensorBase
from ..ops import structure as st
from ..ops.indexing import get
from .arguments import castable, dtype_of, flat, is_tracked, operand, plain, refuse_write
from .declarations import role

REMEDY = "write into np.zeros_like(x) or np.copy(x) of a traced x, or use np.where, np.concatenate or np.stack"


def _write(target: Any, key: Any, value: Any, casting: str = "same_kind") -> None:
    """target[key] = value for a face."""
    target[key] = castable(value, dtype_of(target), casting)


def _writer(function: Callable[..., Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Enter what a writing function does on a face; on an ndarray NumPy does it, with untracked values only."""
    name = f"np.{function.__name__}"

    def enter(on_face: Callable[..., None]) -> Callable[..., None]:
        @speaks(function)
        @role("write")
        def call(target: Any, *args: Any, **kwargs: Any) -> None:
            if isinstance(target, TensorBase):
                return on_face(target, *args, **kwargs)
            if isinstance(target, Box):
                raise errors.WriteError(f"{name} into a value that a rule computes with; rules do not write")
            for value in (*args, *kwargs.values()):
                if is_tracked(value):
                    refuse_write(value, name, REMEDY)
            function(target, *plain(args), **plain(kwargs))
            return None

        call.__doc__ = on_face.__doc__
        return call

    return enter


@_writer(np.copyto)
def copyto(dst: Any, /, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    """The values of src written into dst, only where the mask holds."""
    src = operand(src)
    if where is True:
        return _write(dst, ..., src, casting)
    where = np.broadcast_to(plain(where), tuple(dst.shape))
    if where.dtype.kind != "b":
        raise TypeError(f"Cannot cast array data from {where.dtype} to bool for where")
    src = castable(src, dtype_of(dst), casting)
    return _write(dst, ..., np.where(where, src, dst), casting)


@_writer(np.putmask)
def putmask(a: Any, /, mask: Any, values: Any) -> None:
    """a[mask] = values where values, repeated, are counted along all of a."""
    places = np.flatnonzero(plain(mask))
    if np.size(plain(mask)) != st.size(tuple(a.shape)):
        raise ValueError("putmask: mask and data must be the same size")
    _write_flat(a, places, values, places)


@_writer(np.place)
def place(arr: Any, mask: Any, vals: Any) -> None:
    """arr[mask] = the first values, repeated if they are too few."""
    places = np.flatnonzero(plain(mask))
    if np.size(plain(mask)) != st.size(tuple(arr.shape)):
        raise ValueError("place: mask and data must be the same size")
    _write_flat(arr, places, vals, np.arange(places.size))


@_writer(np.put)
def put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    """a.flat[ind] = v, the values repeated if they are too few."""
    ind = np.asarray(plain(ind)).reshape(-1).astype(np.intp)
    n = st.size(tuple(a.shape))
    if mode == "wrap":
        ind = ind % n
    elif mode == "clip":
        ind = np.clip(ind, 0, n - 1)
    elif mode != "raise":
        raise ValueError(f"clipmode must be one of 'clip', 'raise', or 'wrap', got {mode!r}")
    elif ind.size and (ind.min() < -n or ind.max() >= n):
        raise IndexError(f"index {ind.max()} is out of bounds for axis 0 with size {n}")
    _write_flat(a, ind % n if n else ind, v, np.arange(ind.size))


@_writer(np.fill_diagonal)
def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    """The main diagonal set to the values, repeated; wrap=True starts anew below in a tall matrix."""
    if a.ndim < 2:
        raise ValueError("array must be at least 2-d")
    shape = tuple(a.shape)
    end = st.size(shape)
    if a.ndim == 2:
        step = shape[1] + 1
        if not wrap:
            end = min(end, shape[1] * shape[1])
    else:
        if len(set(shape)) > 1:
            raise ValueError("All dimensions of input must be of equal length")
        step = 1 + int(np.sum(np.cumprod(shape[:-1])))
    places = np.arange(0, end, step)
    _write_flat(a, places, val, np.arange(places.size))


def _write_flat(target: Any, places: Any, values: Any, order: Any) -> None:
    """target.flat[places] = values.flat[order], the values repeated without end."""
    values = flat(operand(values))
    n = values.shape[0]
    if not places.size:
        return
    if not n:
        raise ValueError("Cannot insert from an empty array!")
    part = get(values, key=(order % n,)) if n > 1 else get(values, key=(0, ...))
    _write(target, np.unravel_index(places, tuple(target.shape)) if target.ndim else (), part if target.ndim else
           st.reshape(get(part, key=(slice(-1, None),)) if part.ndim else part, shape=()), "unsafe")


@_writer(np.put_along_axis)
def put_along_axis(arr: Any, indices: Any, values: Any, axis: int | None) -> None:
    """Each row along the axis set at its own indices."""
    indices = np.array(plain(indices))  # a copy: the write keeps it
    if axis is None:
        if indices.ndim != 1:
            raise ValueError("when axis=None, `indices` must have a single dimension.")
        n = st.size(tuple(arr.shape))
        values = st.broadcast_to(operand(values), shape=indices.shape)
        return _write(arr, np.unravel_index(indices % n, tuple(arr.shape)), values, "unsafe")
    if indices.ndim != arr.ndim:
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    axis = int(np.lib.array_utils.normalize_axis_index(axis, arr.ndim))
    mesh: list[Any] = [np.arange(n).reshape((-1,) + (1,) * (arr.ndim - 1 - i)) for i, n in enumerate(arr.shape)]
    mesh[axis] = indices
    return _write(arr, tuple(np.broadcast_arrays(*mesh)), operand(values), "unsafe")
