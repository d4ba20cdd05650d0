"""Functions of matrices and norms of vectors: matrix_exp, vector_norm."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ..core.batch_rules import leading
from ..core.kinds import custom, reduction
from . import structure as st


def _matrix_exp(x: np.ndarray) -> np.ndarray:
    from scipy.linalg import expm

    if not x.size:
        return x.copy()
    wide = x.astype(np.float32) if x.dtype.itemsize == 2 else x  # SciPy has no half precision from 1.18 on
    return expm(wide).astype(x.dtype, copy=False)


def _matrix_exp_vjp(ct: Any, s: Any) -> Any:
    """The upper right block of exp [[A^T, ct], [0, A^T]] (Mathias, SIAM J. Matrix Anal. Appl. 17, 1996)."""
    n = ct.shape[-1]
    t = st.mT(s.x)
    top = st.concatenate((t, ct), axis=-1)
    bottom = st.concatenate((np.zeros_like(t), t), axis=-1)
    return matrix_exp(st.concatenate((top, bottom), axis=-2))[..., :n, n:]


matrix_exp = custom(_matrix_exp, _matrix_exp_vjp, saves=("x",), name="LinalgMatrixExp", batch=leading(2))


@cache
def _small(dtype: np.dtype[Any]) -> float:
    """Norms above this come of squares that lost nothing below the smallest number."""
    return float(np.sqrt(np.finfo(dtype).tiny) / np.finfo(dtype).eps)


def _norm2(x: np.ndarray, axis: Any = None, keepdims: bool = False) -> np.ndarray:
    """The Euclidean norm, scaled where the squares would leave the range."""
    square = (x.real**2 + x.imag**2) if x.dtype.kind == "c" else x * x
    out = np.asarray(np.sqrt(np.add.reduce(square, axis=axis, keepdims=True)))
    if out.size and not (
            _small(out.dtype) < np.minimum.reduce(out, axis=None) and np.maximum.reduce(out, axis=None) < np.inf):
        with np.errstate(all="ignore"):
            size = np.max(np.abs(x), axis=axis, keepdims=True, initial=0.0)
            scale = np.where((size > 0) & np.isfinite(size), size, 1)
            out = (scale * np.sqrt(np.sum(np.abs(x / scale) ** 2, axis=axis, keepdims=True))).astype(out.dtype)
    return out if keepdims else np.squeeze(out, axis=axis)


def _direction(x: Any, out: Any) -> Any:
    """conj(x) / out, and zero where the norm is zero: the subgradient that torch takes, to every order."""
    zero = out == 0
    return np.where(zero, 0, np.conjugate(x) / np.where(zero, 1, out))


norm2 = reduction(_norm2, lambda x, out: _direction(x, out), name="LinalgVectorNorm")


def _normp(x: np.ndarray, axis: Any = None, keepdims: bool = False, *, p: float) -> np.ndarray:
    size = np.abs(x)
    with np.errstate(all="ignore"):
        top = np.max(size, axis=axis, keepdims=True, initial=0.0)
        scale = np.where((top > 0) & np.isfinite(top), top, 1)
        out = (scale * np.sum((size / scale) ** p, axis=axis, keepdims=True) ** (1 / p)).astype(size.dtype)
    return out if keepdims else np.squeeze(out, axis=axis)


def _direction_p(x: Any, out: Any, p: float) -> Any:
    """conj(sgn x) (|x| / out)^(p - 1); an element that is zero contributes zero, as in torch."""
    size = np.abs(x)
    zero = size == 0
    ratio = np.where(zero, 1, size) / np.where(out == 0, 1, out)
    return np.where(zero, 0, np.conjugate(x) / np.where(zero, 1, size) * ratio ** (p - 1))


normp = reduction(_normp, lambda x, out, *, p: _direction_p(x, out, p), name="LinalgVectorNorm")


def _count_nonzero(x: np.ndarray, axis: Any = None, keepdims: bool = False) -> np.ndarray:
    return np.sum(x != 0, axis=axis, keepdims=keepdims).astype(x.real.dtype)


# the vector norm of order 0; piecewise constant, but a part of the graph as in torch, with gradient zero
count_nonzero = reduction(_count_nonzero, lambda x: np.zeros_like(x), name="LinalgVectorNorm")
