"""np.linalg: norms of vectors and matrices, and condition numbers. The gradient of a norm at zero is zero."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import errors
from ..core.levels import concrete
from ..core.registry import speaks
from ..ops import extremes, linalg_functions, linalg_solve, linalg_spectral
from ..ops import reduction as red
from ..ops import structure as st
from .arguments import axis_numbers, floating, operand
from .linear_systems import matrices, squares

_INF = math.inf


def _vector(x: Any, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    where: dict[str, Any] = {"axis": axes, "keepdims": bool(keepdims)}
    if isinstance(ord, str):
        raise errors.RangeError(f"Invalid norm order '{ord}' for vectors")
    if ord is None or ord == 2:
        return linalg_functions.norm2(x, **where)
    if ord == 0:
        return linalg_functions.count_nonzero(x, **where)
    size = np.abs(x)
    if ord in (_INF, -_INF):
        if 0 in [x.shape[k] for k in axes]:
            raise errors.ShapeError(f"the norm of order {ord} of no elements is not defined")
        return (extremes.amax if ord > 0 else extremes.amin)(size, **where)
    if ord == 1:
        return red.sum(size, **where)
    return linalg_functions.normp(x, p=float(concrete(ord)), **where)


def _matrix(x: Any, ord: Any, axes: tuple[int, int], keepdims: bool) -> Any:
    if len(set(axes)) != 2:
        raise errors.ShapeError("Duplicate axes given.")
    if ord in (None, "fro", "f"):
        return linalg_functions.norm2(x, axis=axes, keepdims=bool(keepdims))
    if ord not in ("nuc", 2, -2, 1, -1, _INF, -_INF):
        raise errors.RangeError(f"Invalid norm order {ord!r} for matrices; it is 'fro', 'nuc', 1, 2, inf or a negative "
                                "of these")
    if ord in ("nuc", 2, -2):
        values = linalg_spectral.singular_values(st.moveaxis(x, source=axes, destination=(-2, -1)))
        out = red.sum(values, axis=-1) if ord == "nuc" else values[..., 0 if ord == 2 else -1]
        return st.expand_dims(out, axis=tuple(sorted(axes))) if keepdims else out
    first, second = axes if abs(ord) == 1 else axes[::-1]
    sums = red.sum(np.abs(x), axis=first, keepdims=True)
    out = (extremes.amax if ord > 0 else extremes.amin)(sums, axis=second, keepdims=True)
    return out if keepdims else st.squeeze(out, axis=axes)


@speaks(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = floating(x)
    if axis is None:
        axes = tuple(range(x.ndim))
        if ord is None or (ord in ("f", "fro") and x.ndim == 2):
            return _vector(x, None, axes, keepdims)  # of all elements
        if x.ndim not in (1, 2):
            raise errors.ShapeError("Improper number of dimensions to norm.")
    else:
        axes = axis_numbers(axis, x.ndim)
    if len(axes) == 1:
        return _vector(x, ord, axes, keepdims)
    if len(axes) == 2:
        return _matrix(x, ord, axes, keepdims)
    raise errors.ShapeError("Improper number of dimensions to norm.")


@speaks(np.linalg.vector_norm)
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    x = floating(x)
    return _vector(x, ord, tuple(range(x.ndim)) if axis is None else axis_numbers(axis, x.ndim), keepdims)


@speaks(np.linalg.matrix_norm)
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    x = matrices(x)
    return _matrix(x, ord, (x.ndim - 2, x.ndim - 1), keepdims)


@speaks(np.linalg.cond)
def cond(x: Any, p: Any = None) -> Any:
    x = matrices(operand(x))
    if 0 in x.shape:
        raise errors.LinAlgError("cond is not defined on empty arrays")
    if p in (None, 2, -2):
        values = linalg_spectral.singular_values(x)
        large, small = values[..., 0], values[..., -1]
        return small / large if p == -2 else large / small
    axes = (x.ndim - 2, x.ndim - 1)
    return _matrix(x, p, axes, False) * _matrix(linalg_solve.inv(squares(x)), p, axes, False)
