"""scipy.linalg's factorisations without a spectrum: Cholesky, LU, QR, and systems solved by them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.memory import concrete
from ..errors import MissingRule
from ..ops import linalg_factor as fa
from ..ops import linalg_solve as so
from ..ops import structure as st
from ..ops.linalg_parts import identity_like, lower, mH, upper
from .linalg_common import columns, for_faces, like, mirrored, operand

__all__ = ["cho_factor", "cho_solve", "cholesky", "lu", "lu_factor", "lu_solve", "qr"]


@for_faces
def cholesky(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The triangular factor: a = u^H u, or a = l l^H if lower; only that triangle of a is read.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.cholesky(ad.tensor([[4.0, 2.0], [2.0, 2.0]]))
    tensor([[2., 1.],
            [0., 1.]])
    """
    factor = fa.cholesky(mirrored(operand(a), lower, conjugate=True))
    return factor if lower else mH(factor)


@for_faces
def cho_factor(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> tuple[Any, bool]:
    """The pair that cho_solve takes; the triangle that SciPy leaves undefined is zero.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.cho_factor(ad.tensor([[4.0]]))
    (tensor([[2.]]), False)
    """
    return cholesky(a, lower=lower), lower


@for_faces
def cho_solve(c_and_lower: tuple[Any, bool], b: Any, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """The x with a x = b, from cho_factor(a).

    >>> import adjoint as ad
    >>> ad.scipy.linalg.cho_solve(ad.scipy.linalg.cho_factor(ad.tensor([[4.0]])), ad.tensor([8.0]))
    tensor([2.])
    """
    c, low = c_and_lower
    c, b = operand(c), operand(b)
    first, second = (c, mH(c)) if low else (mH(c), c)
    half = so.solve_triangular(first, columns(b), up=False)
    return like(so.solve_triangular(second, half, up=True), b)


@for_faces
def lu_factor(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> tuple[Any, Any]:
    """Both triangles of a = P L U in one matrix, and the row exchanges.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.lu_factor(ad.tensor([[4.0, 2.0], [2.0, 2.0]]))[0]
    tensor([[4.0000, 2.0000],
            [0.5000, 1.0000]])
    """
    both, pivots = fa.lu_factor(a)
    return both, concrete(pivots) - 1


@for_faces
def lu_solve(lu_and_piv: tuple[Any, Any], b: Any, trans: int = 0, overwrite_b: bool = False,
             check_finite: bool = True) -> Any:
    """The x with a x = b (a^T x = b for trans 1, a^H x = b for 2), from lu_factor(a).

    >>> import adjoint as ad
    >>> factors = ad.scipy.linalg.lu_factor(ad.tensor([[4.0, 2.0], [2.0, 2.0]]))
    >>> ad.scipy.linalg.lu_solve(factors, ad.tensor([6.0, 4.0]))
    tensor([1., 1.])
    """
    both, pivots = lu_and_piv
    both, b = operand(both), operand(b)
    rows = np.arange(both.shape[0])
    for i, p in enumerate(concrete(pivots)):
        rows[i], rows[p] = rows[p], rows[i]
    right = columns(b)
    if not trans:
        half = so.solve_triangular(both, right[rows], up=False, unit=True)
        return like(so.solve_triangular(both, half, up=True), b)
    turned = st.mT(both) if trans == 1 else mH(both)
    half = so.solve_triangular(turned, right, up=False)
    return like(so.solve_triangular(turned, half, up=True, unit=True)[np.argsort(rows)], b)


@for_faces
def lu(a: Any, permute_l: bool = False, overwrite_a: bool = False, check_finite: bool = True,
       p_indices: bool = False) -> tuple[Any, ...]:
    """P, L and U with a = P L U; P as row numbers if p_indices, and P L in one if permute_l.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.lu(ad.tensor([[4.0, 2.0], [2.0, 2.0]]))[2]
    tensor([[4., 2.],
            [0., 1.]])
    """
    both, pivots = fa.lu_factor(a)
    m, n = a.shape[-2:]
    k = min(m, n)
    p = fa.permutation(pivots, both)
    l = lower(both[..., :, :k], k=-1) + identity_like(both[..., :, :k])
    u = upper(both[..., :k, :])
    if permute_l:
        return p @ l, u
    return (np.argmax(concrete(p), axis=-1) if p_indices else p), l, u


@for_faces
def qr(a: Any, overwrite_a: bool = False, lwork: int | None = None, mode: str = "full", pivoting: bool = False,
       check_finite: bool = True) -> Any:
    """Q and R with a = Q R (R alone for mode "r"), with Q square for mode "full" and thin for "economic".

    >>> import adjoint as ad
    >>> q, r = ad.scipy.linalg.qr(ad.tensor([[3.0, 1.0], [4.0, 2.0]]))
    >>> q @ r
    tensor([[3.0000, 1.0000],
            [4.0000, 2.0000]])
    """
    if pivoting or mode == "raw":
        raise MissingRule("qr(pivoting=True) and qr(mode='raw') have no derivative rule; use mode='economic' without "
                          "pivoting")
    m, n = a.shape[-2:]
    if mode == "economic" or m <= n:
        q, r = fa.qr(a)
    elif mode == "r":
        r = fa.qr(a)[1]
        return st.concatenate((r, np.zeros_like(a[..., n:, :])), axis=-2)
    else:
        q, r = fa.qr_complete(a)
    return r if mode == "r" else (q, r)
