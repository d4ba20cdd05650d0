"""Factorisations without a spectrum: Cholesky, LU, QR.

Written for C-linear cotangents; with real matrices they are the formulas of Walter and Lehmann, "Algorithmic
differentiation of linear algebra functions" (2010), and of Seeger et al., arXiv:1710.08717.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import leading
from ..core.kinds import constant, custom, refused
from ..errors import LinAlgError
from . import structure as st
from .linalg_parts import get_diagonal, identity_like, lower, mH, square_diagonal, upper
from .linalg_solve import solve_triangular


def cholesky_info(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lower factors, and for each matrix the order of the first leading minor that is not positive (0: none)."""
    info = np.zeros(x.shape[:-2], np.int32)
    try:
        return np.linalg.cholesky(x), info
    except np.linalg.LinAlgError:
        out = np.zeros_like(x)
        for i in np.ndindex(*x.shape[:-2]):
            out[i], info[i] = _cholesky_one(x[i])
        return out, info


def _cholesky_one(a: np.ndarray) -> tuple[np.ndarray, int]:
    low = np.tril(a)
    for j in range(len(a)):
        pivot = (low[j, j] - np.sum(np.abs(low[j, :j]) ** 2)).real
        if not pivot > 0:
            return low, j + 1
        low[j, j] = np.sqrt(pivot)
        low[j + 1 :, j] = (low[j + 1 :, j] - low[j + 1 :, :j] @ low[j, :j].conj()) / low[j, j]
    return low, 0


def _cholesky(x: np.ndarray) -> np.ndarray:
    out, info = cholesky_info(x)
    if info.any():
        i = int(np.flatnonzero(info)[0])
        where = f"(Batch element {i}): " if x.ndim > 2 else ""
        raise LinAlgError(
            f"linalg.cholesky: {where}The factorization could not be completed because the input is not "
            f"positive-definite (the leading minor of order {info.flat[i]} is not positive-definite)."
        )
    return out


def _cholesky_vjp(ct: Any, s: Any) -> Any:
    p = lower(st.mT(s.out) @ ct)
    p = 0.5 * (p + mH(lower(p, k=-1)))
    left = solve_triangular(st.mT(s.out), p, up=True)
    return st.mT(solve_triangular(mH(s.out), st.mT(left), up=True))


cholesky = custom(_cholesky, _cholesky_vjp, saves=("out",), name="LinalgCholeskyEx", batch=leading(2))


def _lu_factor(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both triangles in one matrix and LAPACK's row exchanges, counted from 1."""
    from scipy.linalg import lapack

    m, n = x.shape[-2:]
    out, pivots = np.array(x, order="C"), np.zeros(x.shape[:-2] + (min(m, n),), np.int32)
    if x.size:
        getrf = lapack.get_lapack_funcs("getrf", dtype=x.dtype)
        for i in np.ndindex(*x.shape[:-2]):
            out[i], pivots[i], _ = getrf(x[i])
        pivots += 1
    return out, pivots


def lu_info(x: np.ndarray) -> np.ndarray:
    """For each matrix the number of the first zero on the diagonal of U, counted from 1, or 0."""
    zero = np.diagonal(_lu_factor(x)[0], axis1=-2, axis2=-1) == 0
    return np.where(zero.any(-1), zero.argmax(-1) + 1, 0).astype(np.int32) if zero.shape[-1] else np.zeros(
        x.shape[:-2], np.int32)


def _permutation_matrix(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The matrix P with A = P L U, from the row exchanges x, for matrices with as many rows as y."""
    m = y.shape[-2]
    out = np.zeros(x.shape[:-1] + (m, m), y.dtype)
    for i in np.ndindex(*x.shape[:-1]):
        rows = np.arange(m)
        for j, p in enumerate(x[i]):
            rows[j], rows[p - 1] = rows[p - 1], rows[j]
        out[i][rows, np.arange(m)] = 1
    return out


permutation = constant(_permutation_matrix, promotes=False, batch=leading(1, 2))


def _lu_vjp(ct: Any, s: Any) -> Any:
    both, pivots = s.out
    m, n = both.shape[-2:]
    k = min(m, n)
    square = both[..., :k, :k]
    ct_l, ct_u = lower(ct[0], k=-1), upper(ct[0])
    lt, ut = st.mT(square), st.mT(square)  # L^T is the unit upper triangle of lt, U^T the lower triangle of ut
    l = lower(square, k=-1) + identity_like(square)
    u = upper(square)
    if m > n:  # rows below the square: L2 = Y U^-1
        rest = st.mT(solve_triangular(square, st.mT(ct_l[..., k:, :]), up=True))
        inner_u = ct_u[..., :k, :] - st.mT(both[..., k:, :]) @ rest
        inner_l = ct_l[..., :k, :]
    elif n > m:  # columns beyond the square: U2 = L^-1 Y
        rest = solve_triangular(lt, ct_u[..., :, k:], up=True, unit=True)
        inner_l = ct_l[..., :, :k] - rest @ st.mT(both[..., :, k:])
        inner_u = ct_u[..., :, :k]
    else:
        inner_l, inner_u = ct_l, ct_u
    inner = lower(st.mT(l) @ inner_l, k=-1) + upper(inner_u @ st.mT(u))
    inner = solve_triangular(lt, inner, up=True, unit=True)
    inner = solve_triangular(ut, inner, up=False, left=False)
    if m > n:
        inner = st.concatenate((inner, rest), axis=-2)
    elif n > m:
        inner = st.concatenate((inner, rest), axis=-1)
    return permutation(pivots, both) @ inner


lu_factor = custom(_lu_factor, _lu_vjp, saves=("out",), constant_outputs=(1,), name="LinalgLuFactorEx",
                   batch=leading(2))


def _qr(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    q, r = np.linalg.qr(x, mode="reduced")
    return q, r


def _qr_vjp(ct: Any, s: Any) -> Any:
    ct_q, ct_r = ct
    q, r = s.out
    inner = _or_zero(ct_r, r) @ st.mT(r) - st.mT(q) @ _or_zero(ct_q, q)
    strict = upper(inner, k=1)
    inner = strict + mH(strict) + square_diagonal(np.real(get_diagonal(inner)))
    left = np.conjugate(q) @ inner
    if ct_q is not None:
        left = left + ct_q
    return st.mT(solve_triangular(r, st.mT(left), up=True))


def _or_zero(ct: Any, like: Any) -> Any:
    return np.zeros_like(like) if ct is None else ct


_qr_op = custom(_qr, _qr_vjp, saves=("out",), name="LinalgQr", batch=leading(2))


def qr(x: Any) -> tuple[Any, Any]:
    """Q with orthonormal columns and R upper triangular, with min(m, n) columns and rows."""
    m, n = x.shape[-2:]
    if m >= n:
        return _qr_op(x)
    # the factor of the first m columns gives the others: they are Q times Q^H times themselves
    q, r = _qr_op(x[..., :, :m])
    return q, st.concatenate((r, mH(q) @ x[..., :, m:]), axis=-1)


def _qr_complete(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    q, r = np.linalg.qr(x, mode="complete")
    return q, r


@refused
def _qr_complete_vjp(ct: Any, s: Any) -> Any:
    raise LinAlgError(
        "linalg.qr: the derivative of mode='complete' is not defined when a matrix has more rows than columns, "
        "because the extra columns of Q are not unique; use mode='reduced'."
    )


qr_complete = custom(_qr_complete, _qr_complete_vjp, saves=(), name="LinalgQr", batch=leading(2))
