"""scipy.linalg's matrices made of vectors and blocks, and norms."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg as sl

from .linalg_common import for_faces, is_face, operand
from .linalg_systems import solve

__all__ = ["block_diag", "circulant", "hankel", "norm", "solve_toeplitz", "toeplitz"]


@for_faces
def toeplitz(c: Any, r: Any = None) -> Any:
    """The matrix with c for its first column, r for its first row (conj(c) if None), constant along diagonals.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.toeplitz(ad.tensor([1.0, 2.0]), ad.tensor([1.0, 3.0]))
    tensor([[1., 3.],
            [2., 1.]])
    """
    c = np.ravel(operand(c))
    r = np.conjugate(c) if r is None else np.ravel(operand(r))
    m, n = c.shape[0], r.shape[0]
    values = np.concatenate((np.flip(r[1:]), c))  # the diagonals from the upper right corner on
    return values[np.arange(m)[:, None] - np.arange(n)[None, :] + n - 1]


@for_faces
def circulant(c: Any) -> Any:
    """The matrix whose columns are c, turned on by one each.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.circulant(ad.tensor([1.0, 2.0]))
    tensor([[1., 2.],
            [2., 1.]])
    """
    n = c.shape[-1]
    return c[..., (np.arange(n)[:, None] - np.arange(n)[None, :]) % n]


@for_faces
def hankel(c: Any, r: Any = None) -> Any:
    """The matrix with c for its first column, r for its last row (zeros if None), constant along antidiagonals.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.hankel(ad.tensor([1.0, 2.0]))
    tensor([[1., 2.],
            [2., 0.]])
    """
    c = np.ravel(operand(c))
    r = np.zeros_like(c) if r is None else np.ravel(operand(r))
    values = np.concatenate((c, r[1:]))
    return values[np.arange(c.shape[0])[:, None] + np.arange(r.shape[0])[None, :]]


@for_faces
def block_diag(*arrs: Any) -> Any:
    """The matrix with these blocks on its diagonal and zeros elsewhere.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.block_diag(ad.tensor([[1.0]]), ad.tensor([[2.0, 3.0]]))
    tensor([[1., 0., 0.],
            [0., 2., 3.]])
    """
    blocks = [operand(a) for a in arrs]
    blocks = [np.reshape(a, (1,) * (2 - len(a.shape)) + tuple(a.shape)) for a in blocks]
    width, rows, before = sum([a.shape[1] for a in blocks]), [], 0
    for a in blocks:
        after = width - before - a.shape[1]
        rows.append(np.pad(a, ((0, 0), (before, after))))
        before += a.shape[1]
    return np.concatenate(rows)


@for_faces
def solve_toeplitz(c_or_cr: Any, b: Any, check_finite: bool = True) -> Any:
    """The x with toeplitz(c, r) x = b; the matrix is made.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.solve_toeplitz(ad.tensor([2.0, 0.0]), ad.tensor([2.0, 4.0]))
    tensor([1., 2.])
    """
    c, r = c_or_cr if isinstance(c_or_cr, tuple) else (c_or_cr, None)
    return solve(toeplitz(c, r) if is_face(c) or is_face(r) else sl.toeplitz(c, r), b)


@for_faces
def norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, check_finite: bool = True) -> Any:
    """The norm of a matrix or vector, as np.linalg.norm.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.norm(ad.tensor([3.0, 4.0]))
    tensor(5.)
    """
    return np.linalg.norm(a, ord=ord, axis=axis, keepdims=keepdims)
