"""NumPy's functions that pick elements: by index, by mask, along diagonals; and those that make indices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.levels import Box
from ..core.memory import everything
from ..core.registry import speaks
from ..core.tensor import TensorBase, wrap
from ..ops import structure as st
from ..ops.along import take_along
from .arguments import (
    along,
    axis_number,
    batched,
    cast,
    deliver,
    dtype_of,
    faced,
    flat,
    index,
    like,
    operand,
    plain,
    read_only,
)
from .declarations import constant, role


@speaks(np.take)
def take(a: Any, indices: Any, axis: int | None = None, out: Any = None, mode: str = "raise") -> Any:
    """The elements at the indices, or the slices of an axis; mode: "raise", "wrap" or "clip" what is out of range."""
    a, indices = like(operand(a), indices), index(indices)
    if axis is None:
        a, axis = flat(a), 0
    elif not a.ndim:
        a = flat(a)
    axis = axis_number(axis, a.ndim)
    n = a.shape[axis]
    if mode == "wrap":
        indices = np.mod(indices, n)
    elif mode == "clip":
        indices = np.minimum(np.maximum(indices, 0), n - 1)
    elif mode != "raise":
        raise ValueError(f"clipmode must be one of 'clip', 'raise', or 'wrap', got {mode!r}")
    if not isinstance(indices, Box) and indices.dtype.kind not in "iub":
        raise TypeError(f"Cannot cast index array from {indices.dtype} to integers")
    if not isinstance(indices, Box):
        indices = indices.astype(np.intp) if indices.ndim else int(indices)
    return deliver(along(a, axis, indices), out)


@speaks(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    """For each row along the axis, the elements at its own indices."""
    arr, indices = like(operand(arr), indices), index(indices)
    if axis is None:
        arr, axis = flat(arr), 0
    if indices.ndim != arr.ndim:
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    axis = axis_number(axis, arr.ndim)
    rows = [max(n, m) if n and m else 0 for n, m in zip(arr.shape, indices.shape, strict=True)]
    rows[axis] = arr.shape[axis]
    if tuple(rows) != tuple(arr.shape):
        arr = st.broadcast_to(arr, shape=tuple(rows))
    rows[axis] = indices.shape[axis]
    if tuple(rows) != tuple(indices.shape):
        indices = np.broadcast_to(indices, tuple(rows))
    if isinstance(indices, Box) and isinstance(arr, TensorBase):  # of a level above it, perhaps
        indices = wrap(indices, None, type(arr))
    return take_along(arr, indices, axis=axis)


@speaks(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None, out: Any = None) -> Any:
    """The slices of an axis (elements, if None) where the condition holds."""
    condition = np.asarray(plain(condition))
    if condition.ndim != 1:
        raise ValueError("condition must be a 1-d array")
    return take(a, np.flatnonzero(condition), axis, out)


@speaks(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    """The elements where the condition holds, in one dimension."""
    return take(flat(operand(arr)), np.flatnonzero(plain(condition)))


# Diagonals and triangles ---------------------------------------------------------------------------------------------


@speaks(np.diagonal)
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """A diagonal of each matrix, on the last axis: a view."""
    return read_only(st.diagonal(a, offset=plain(offset), axis1=axis1, axis2=axis2))


@speaks(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    """A square matrix with the vector on a diagonal; of a matrix the diagonal."""
    v, k = operand(v), plain(k)
    if v.ndim == 2:
        return read_only(st.diagonal(v, offset=k))
    if v.ndim != 1:
        raise ValueError("Input must be 1- or 2-d.")
    n = v.shape[0] + abs(k)
    return st.diagonal_into(v, shape=(n, n), offset=k)


@speaks(np.diagflat)
def diagflat(v: Any, k: int = 0) -> Any:
    """A square matrix with all elements of v on a diagonal."""
    return diag(flat(operand(v)), k)


@speaks(np.tril)
def tril(m: Any, k: int = 0) -> Any:
    """The lower triangles, zeros above."""
    return st.tril(operand(m), k=plain(k))


@speaks(np.triu)
def triu(m: Any, k: int = 0) -> Any:
    """The upper triangles, zeros below."""
    return st.triu(operand(m), k=plain(k))


@speaks(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The powers of each element, a row for each; products, so that the derivative at 0 is right."""
    x = operand(x)
    if x.ndim != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    n = x.shape[0] if N is None else int(plain(N))
    if not n:
        return st.zeros_like(x, shape=(x.shape[0], 0))
    powers = [np.ones_like(x), x][:n]
    while len(powers) < n:
        powers.append(powers[-1] * x)
    return st.stack(powers if increasing else powers[::-1], axis=1)


@speaks(np.ix_)
def ix_(*args: Any) -> tuple[Any, ...]:
    """An open mesh of the sequences; a mask stands for the places where it holds."""
    made = []
    for i, a in enumerate(args):
        a = operand(a)
        if a.ndim != 1:
            raise ValueError("Cross index must be 1 dimensional")
        if dtype_of(a).kind == "b":
            a = faced(np.flatnonzero(plain(a)), [a])
        elif not a.shape[0]:
            a = cast(a, np.intp)
        made.append(st.reshape(a, shape=(1,) * i + (a.shape[0],) + (1,) * (len(args) - i - 1)))
    return tuple(made)


@speaks(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:
    """The coordinates on a grid, an array for each axis."""
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    flats = [flat(operand(x)) for x in xi]
    n = len(flats)
    swap = indexing == "xy" and n > 1
    places = [1, 0, *range(2, n)] if swap else list(range(n))
    shape = [0] * n
    for x, place in zip(flats, places, strict=True):
        shape[place] = x.shape[0]
    made = []
    for x, place in zip(flats, places, strict=True):
        x = st.reshape(x, shape=(1,) * place + (x.shape[0],) + (1,) * (n - place - 1))
        made.append(x if sparse else st.broadcast_to(x, shape=tuple(shape)))
    return tuple([st.copy(x) if copy else x for x in made])


# Indices: they have no derivative ------------------------------------------------------------------------------------

constant(np.nonzero, np.argwhere, np.flatnonzero)


@speaks(np.unravel_index)
@role("constant")
def unravel_index(indices: Any, shape: Any, order: str = "C") -> tuple[Any, ...]:
    """Where elements of an array of a shape stand, from their numbers."""
    shape = plain(shape)
    if not batched(indices):
        return faced(np.unravel_index(plain(indices), shape, order), [indices])
    found, rest, size = [], operand(indices), st.size(tuple(shape)) if np.ndim(shape) else shape
    given = everything(rest)
    if given.size and (given.min() < 0 or given.max() >= size):
        raise ValueError(f"index {given.max()} is out of bounds for array with size {size}")
    for n in (reversed(shape) if order == "C" else shape) if np.ndim(shape) else (shape,):
        found.append(np.remainder(rest, n))
        rest = np.floor_divide(rest, n)
    return tuple(found[::-1] if order == "C" else found)


@speaks(np.ravel_multi_index)
@role("constant")
def ravel_multi_index(multi_index: Any, dims: Any, mode: Any = "raise", order: str = "C") -> Any:
    """The numbers of elements in an array of these dimensions."""
    dims = plain(dims)
    dims = (dims,) if not np.ndim(dims) else tuple(dims)
    parts = [operand(i) for i in multi_index]
    if not any([batched(i) for i in parts]):
        return faced(np.ravel_multi_index(tuple(plain(parts)), dims, mode, order), parts)
    if len(parts) != len(dims):
        raise ValueError(f"parameter multi_index must be a sequence of length {len(dims)}")
    modes = mode if isinstance(mode, tuple) else (mode,) * len(dims)
    found: Any = 0
    for i, n, m in list(zip(parts, dims, modes, strict=True))[::1 if order == "C" else -1]:
        if m == "raise" and (np.any(everything(i) < 0) or np.any(everything(i) >= n)):
            raise ValueError("invalid entry in coordinates array")
        i = np.remainder(i, n) if m == "wrap" else np.clip(i, 0, n - 1) if m == "clip" else i
        found = found * n + i
    return found


def _of_shape(function: Any) -> None:
    """Enter a function of nothing but the array's shape."""

    @speaks(function)
    @role("constant")
    def call(arr: Any, k: int = 0) -> Any:
        blank = np.broadcast_to(False, tuple(arr.shape))
        made = function(blank) if function is np.diag_indices_from else function(blank, plain(k))
        return faced(made, [arr])


for _function in (np.diag_indices_from, np.tril_indices_from, np.triu_indices_from):
    _of_shape(_function)

