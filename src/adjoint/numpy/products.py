"""Products of vectors, matrices and tensors under NumPy's names."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import errors
from ..core.levels import concrete
from ..core.registry import speaks
from ..ops import contraction as co
from ..ops import reduction as red
from ..ops import structure as st
from .arguments import axis_number, axis_numbers, cast, conjugated, deliver, operand, read_only


@speaks(np.dot)
def dot(a: Any, b: Any, out: Any = None) -> Any:
    a, b = operand(a), operand(b)
    if a.ndim == 0 or b.ndim == 0:
        result = a * b
    elif a.ndim <= 2 and b.ndim <= 2:
        _same_length(a, -1, b, -2 if b.ndim == 2 else 0, "dot")
        result = co.product(a, b)
    else:
        result = _contracted(a, b, [a.ndim - 1], [max(0, b.ndim - 2)], "dot")
    return deliver(result, out)


def _same_length(a: Any, i: int, b: Any, j: int, name: str) -> None:
    if a.shape[i] != b.shape[j]:
        raise errors.ShapeError(f"{name}: shapes {tuple(a.shape)} and {tuple(b.shape)} not aligned: {a.shape[i]} (dim "
                                f"{i % a.ndim}) != {b.shape[j]} (dim {j % b.ndim})")


def _contracted(a: Any, b: Any, left: list[int], right: list[int], name: str) -> Any:
    """Sums of products over axes `left` of a with `right` of b; the other axes follow in order."""
    letters = [chr(97 + i) for i in range(a.ndim)]
    others = [chr(97 + a.ndim + i) for i in range(b.ndim)]
    for i, j in zip(left, right, strict=True):
        _same_length(a, i, b, j, name)
        others[j] = letters[i]
    keep = ([c for i, c in enumerate(letters) if i not in left] + [c for j, c in enumerate(others) if j not in right])
    return co.contract(a, b, a="".join(letters), b="".join(others), out="".join(keep))


@speaks(np.vdot)
def vdot(a: Any, b: Any, /) -> Any:
    a, b = _flat(a), _flat(b)
    _same_length(a, 0, b, 0, "vdot")
    return co.dot(conjugated(a), b)


def _flat(x: Any) -> Any:
    x = operand(x)
    return x if x.ndim == 1 else st.reshape(x, shape=(math.prod(tuple(x.shape)),))


@speaks(np.inner)
def inner(a: Any, b: Any, /) -> Any:
    a, b = operand(a), operand(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    return _contracted(a, b, [a.ndim - 1], [b.ndim - 1], "inner")


@speaks(np.outer)
def outer(a: Any, b: Any, out: Any = None) -> Any:
    return deliver(co.outer(_flat(a), _flat(b)), out)


@speaks(np.linalg.outer)
def _linalg_outer(x1: Any, x2: Any, /) -> Any:
    x1, x2 = operand(x1), operand(x2)
    if x1.ndim != 1 or x2.ndim != 1:
        raise errors.ShapeError("Input arrays must be one-dimensional, but they are "
                                f"x1.ndim={x1.ndim} and x2.ndim={x2.ndim}.")
    return co.outer(x1, x2)


@speaks(np.kron)
def kron(a: Any, b: Any) -> Any:
    a, b = operand(a), operand(b)
    n = max(a.ndim, b.ndim)
    first, second = (1,) * (n - a.ndim) + tuple(a.shape), (1,) * (n - b.ndim) + tuple(b.shape)
    x = st.reshape(a, shape=tuple([v for k in first for v in (k, 1)]))
    y = st.reshape(b, shape=tuple([v for k in second for v in (1, k)]))
    return st.reshape(x * y, shape=tuple([i * j for i, j in zip(first, second, strict=True)]))


@speaks(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    a, b = operand(a), operand(b)
    axes = concrete(axes)
    if not hasattr(axes, "__iter__"):
        n = int(axes)
        if n < 0 or n > min(a.ndim, b.ndim):
            raise errors.ShapeError(f"tensordot: axes={n} of arrays with {a.ndim} and {b.ndim} dimensions")
        left, right = list(range(a.ndim - n, a.ndim)), list(range(n))
    else:
        left, right = [list(axis_numbers(k, x.ndim)) for k, x in zip(axes, (a, b), strict=True)]
        if len(left) != len(right):
            raise errors.ShapeError("shape-mismatch for sum: both lists of axes must have one length")
    return _contracted(a, b, left, right, "tensordot")


@speaks(np.linalg.tensordot)
def _linalg_tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    return tensordot(x1, x2, axes)


# gufuncs; their axes= and axis= arguments say where the core dimensions lie

Axes = list[tuple[int, ...]]


def _core_last(x: Any, core: Any) -> Any:
    """x with its core dimensions moved to the end."""
    core = (core,) if isinstance(core, int) else tuple(core)
    last = tuple(range(-len(core), 0))
    return x if core == last or not core else st.moveaxis(x, source=core, destination=last)


def _core_placed(x: Any, core: Any) -> Any:
    """The result with its core dimensions, which are its last, at the places asked for."""
    core = (core,) if isinstance(core, int) else tuple(core)
    last = tuple(range(-len(core), 0))
    return x if core == last or not core else st.moveaxis(x, source=last, destination=core)


def _generalized(compute: Any, name: str, x1: Any, x2: Any, out: Any, axes: Any, dtype: Any, rest: Any) -> Any:
    for key in rest:
        if key not in ("casting", "order", "subok"):  # how to compute, not what
            raise TypeError(f"{name}() got an unexpected keyword argument '{key}'")
    x1, x2 = cast(x1, dtype), cast(x2, dtype)
    if x1.ndim == 0 or x2.ndim == 0:
        raise errors.ShapeError(f"{name}: operands must have at least one dimension, not {x1.ndim} and {x2.ndim}")
    if axes is None:
        return deliver(compute(x1, x2), out)
    result = compute(_core_last(x1, axes[0]), _core_last(x2, axes[1]))
    return deliver(_core_placed(result, axes[2]) if len(axes) > 2 else result, out)


@speaks(np.matmul, np.linalg.matmul)
def matmul(x1: Any, x2: Any, /, out: Any = None, *, axes: Any = None, axis: Any = None, dtype: Any = None,
           **rest: Any) -> Any:
    if axis is not None:
        raise TypeError("matmul(): 'axis' is for functions with a single, shared core dimension; use axes=")
    if out is axes is dtype is None and not rest and getattr(x1, "ndim", 0) and getattr(x2, "ndim", 0):
        return _matmul(x1, x2)
    return _generalized(_matmul, "matmul", x1, x2, out, axes, dtype, rest)


def _matmul(x1: Any, x2: Any) -> Any:
    _same_length(x1, -1, x2, -2 if x2.ndim > 1 else 0, "matmul")
    return co.product(x1, x2)


@speaks(np.vecdot)
def vecdot(x1: Any, x2: Any, /, out: Any = None, *, axes: Any = None, axis: Any = None, keepdims: bool = False,
           dtype: Any = None, **rest: Any) -> Any:
    if axis is not None:
        axes = [axis, axis]
    result = _generalized(_vecdot, "vecdot", x1, x2, None, axes, dtype, rest)
    return deliver(st.expand_dims(result, axis=-1 if axis is None else axis) if keepdims else result, out)


def _vecdot(x1: Any, x2: Any) -> Any:
    _same_length(x1, -1, x2, -1, "vecdot")
    return st.squeeze(co.matmul(st.expand_dims(conjugated(x1), axis=-2), st.expand_dims(x2, axis=-1)), axis=(-2, -1))


@speaks(np.linalg.vecdot)
def _linalg_vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return vecdot(x1, x2, axis=axis)


def matvec(x1: Any, x2: Any, /, out: Any = None, *, axes: Any = None, dtype: Any = None, **rest: Any) -> Any:
    return _generalized(_matvec, "matvec", x1, x2, out, axes, dtype, rest)


def _matvec(x1: Any, x2: Any) -> Any:
    _same_length(x1, -1, x2, -1, "matvec")
    return st.squeeze(co.matmul(x1, st.expand_dims(x2, axis=-1)), axis=-1)


def vecmat(x1: Any, x2: Any, /, out: Any = None, *, axes: Any = None, dtype: Any = None, **rest: Any) -> Any:
    return _generalized(_vecmat, "vecmat", x1, x2, out, axes, dtype, rest)


def _vecmat(x1: Any, x2: Any) -> Any:
    _same_length(x1, -1, x2, -2, "vecmat")
    return st.squeeze(co.matmul(st.expand_dims(conjugated(x1), axis=-2), x2), axis=-2)


speaks(np.matvec)(matvec)
speaks(np.vecmat)(vecmat)


@speaks(np.cross)
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = operand(a), operand(b)
    if a.ndim == 0 or b.ndim == 0:
        raise errors.ShapeError("At least one array has zero dimension")
    a = st.moveaxis(a, source=axis_number(axisa, a.ndim), destination=-1)
    b = st.moveaxis(b, source=axis_number(axisb, b.ndim), destination=-1)
    if a.shape[-1] not in (2, 3) or b.shape[-1] not in (2, 3):
        raise errors.ShapeError("incompatible dimensions for cross product (dimension must be 2 or 3)")
    x, y = [[v[..., k] for k in range(v.shape[-1])] for v in (a, b)]
    third = x[0] * y[1] - x[1] * y[0]
    if len(x) == len(y) == 2:
        return third
    # a vector in the plane has no third component
    if len(x) == 2:
        parts = [x[1] * y[2], -(x[0] * y[2]), third]
    elif len(y) == 2:
        parts = [-(x[2] * y[1]), x[2] * y[0], third]
    else:
        parts = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], third]
    result = st.stack(parts, axis=-1)
    return st.moveaxis(result, source=-1, destination=axis_number(axisc, result.ndim))


@speaks(np.linalg.cross)
def _linalg_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    x1, x2 = operand(x1), operand(x2)
    if x1.shape[axis] != 3 or x2.shape[axis] != 3:
        raise errors.ShapeError("Both input arrays must be (arrays of) 3-dimensional vectors, but they are "
                                f"{x1.shape[axis]} and {x2.shape[axis]} dimensional instead.")
    return cross(x1, x2, axis=axis)


@speaks(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None) -> Any:
    diagonals = st.diagonal(cast(a, dtype), offset=offset, axis1=axis1, axis2=axis2)
    return deliver(red.sum(diagonals, axis=-1), out)


@speaks(np.linalg.trace)
def _linalg_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return trace(x, offset, -2, -1, dtype)


@speaks(np.linalg.diagonal)
def _linalg_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    return read_only(st.diagonal(operand(x), offset=offset, axis1=-2, axis2=-1))


@speaks(np.linalg.matrix_transpose)
def _linalg_matrix_transpose(x: Any, /) -> Any:
    x = operand(x)
    if x.ndim < 2:
        raise errors.ShapeError(f"Input array must be at least 2-dimensional, but it is {x.ndim}")
    return st.mT(x)
