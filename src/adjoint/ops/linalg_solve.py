"""Linear systems: inverse, solve, triangular solve, pseudo-inverse and least squares, for stacks of matrices.

The rules are C-linear transposes: for X = A^-1 B, dX = A^-1 (dB - dA X), hence ct_B = A^-T ct and ct_A = -ct_B X^T.
Pseudo-inverse: Golub and Pereyra, SIAM J. Numer. Anal. 10 (1973), for matrices of constant rank.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kinds import constant, custom
from ..errors import LinAlgError
from . import structure as st
from .linalg_parts import lower, mH, upper


def _inv(x: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.inv(x)
    except np.linalg.LinAlgError:
        raise singular("linalg.inv", x) from None


def _inv_vjp(ct: Any, s: Any) -> Any:
    t = st.mT(s.out)
    return -(t @ ct @ t)


inv = custom(_inv, _inv_vjp, saves=("out",), name="LinalgInvEx")


def _solve(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.solve(x, y)
    except np.linalg.LinAlgError:
        raise singular("linalg.solve", x) from None


def _solve_vjp(ct: Any, s: Any) -> Any:
    ct_y = _solve_op(st.mT(s.x), ct)
    return (-(ct_y @ st.mT(s.out)) if s.wanted[0] else None), ct_y


_solve_op = custom(_solve, _solve_vjp, saves=("x", "out"), name="LinalgSolveEx")


def solve(x: Any, y: Any) -> Any:
    """The X with x X = y, for matrices y; the batch dimensions broadcast."""
    return _solve_op(*same_batch(x, y))


def _solve_triangular(x: np.ndarray, y: np.ndarray, *, up: bool, unit: bool = False) -> np.ndarray:
    n = x.shape[-1]
    t = np.triu(x) if up else np.tril(x)
    if unit:
        t[..., np.arange(n), np.arange(n)] = 1
    # LU of an upper triangular matrix is itself, without a row exchange: solve() then is plain back substitution.
    # A lower triangle becomes an upper one when rows and columns are reversed.
    try:
        return np.linalg.solve(t, y) if up else np.linalg.solve(t[..., ::-1, ::-1], y[..., ::-1, :])[..., ::-1, :]
    except np.linalg.LinAlgError:
        return _substitute(t, y, up)


def _substitute(t: np.ndarray, y: np.ndarray, up: bool) -> np.ndarray:
    """Substitution row by row; a zero on the diagonal gives inf or NaN, as in torch and BLAS."""
    n = t.shape[-1]
    out = np.array(np.broadcast_to(y, np.broadcast_shapes(t.shape[:-2], y.shape[:-2]) + y.shape[-2:]))
    with np.errstate(all="ignore"):
        for i in range(n - 1, -1, -1) if up else range(n):
            done = slice(i + 1, n) if up else slice(0, i)
            row = out[..., i, :] - (t[..., i : i + 1, done] @ out[..., done, :])[..., 0, :]
            out[..., i, :] = row / t[..., i, i, None]
    return out


def _solve_triangular_vjp(ct: Any, s: Any) -> Any:
    up, unit = s.params["up"], s.params.get("unit", False)
    ct_y = _triangular_op(st.mT(s.x), ct, up=not up, unit=unit)
    if not s.wanted[0]:
        return None, ct_y
    full = -(ct_y @ st.mT(s.out))
    return (upper(full, k=int(unit)) if up else lower(full, k=-int(unit))), ct_y


_triangular_op = custom(_solve_triangular, _solve_triangular_vjp, saves=("x", "out"), name="LinalgSolveTriangular")


def solve_triangular(x: Any, y: Any, *, up: bool, unit: bool = False, left: bool = True) -> Any:
    """The X with T X = y (X T = y if not left), T a triangle of x, with ones on its diagonal if unit."""
    if not left:
        return st.mT(solve_triangular(st.mT(x), st.mT(y), up=not up, unit=unit))
    return _triangular_op(*same_batch(x, y), up=up, unit=unit)


def same_batch(x: Any, y: Any) -> tuple[Any, Any]:
    """Both operands with their leading dimensions broadcast against each other."""
    if x.shape[:-2] == y.shape[:-2]:
        return x, y
    batch = np.broadcast_shapes(tuple(x.shape[:-2]), tuple(y.shape[:-2]))
    return (
        st.broadcast_to(x, shape=batch + tuple(x.shape[-2:])),
        st.broadcast_to(y, shape=batch + tuple(y.shape[-2:])),
    )


def _pinv(x: np.ndarray, y: np.ndarray, *, hermitian: bool = False) -> np.ndarray:
    """`y` holds, for each matrix, the size below which a singular value counts as zero."""
    if x.size == 0:
        return np.zeros(x.shape[:-2] + (x.shape[-1], x.shape[-2]), x.dtype)
    if hermitian:
        w, v = np.linalg.eigh(x)
        keep = np.abs(w) > y[..., None]
        w = np.where(keep, 1 / np.where(keep, w, 1), 0)
        return (v * w[..., None, :]) @ v.conj().swapaxes(-1, -2)
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    keep = s > y[..., None]
    s = np.where(keep, 1 / np.where(keep, s, 1), 0).astype(s.dtype)
    return (vh.conj().swapaxes(-1, -2) * s[..., None, :]) @ u.conj().swapaxes(-1, -2)


def pinv_cotangent(ct: Any, x: Any, p: Any) -> Any:
    """The cotangent of x from that of its pseudo-inverse p.

    dP = -P dA P + P P^H dA^H (I - A P) + (I - P A) dA^H P^H P, and ct of tr(K dA^H) is conj(K).
    """
    t, c = st.mT(ct), mH(p)
    k = t @ p @ c
    k = k - x @ (p @ k)
    m = c @ p @ t
    m = m - (m @ p) @ x
    pt = st.mT(p)
    return np.conjugate(k + m) - pt @ ct @ pt


def _pinv_vjp(ct: Any, s: Any) -> Any:
    return pinv_cotangent(ct, s.x, s.out), None


pinv = custom(_pinv, _pinv_vjp, saves=("x", "out"), name="LinalgPinv", promotes=False)


def _lstsq(x: np.ndarray, y: np.ndarray, *, rcond: float) -> np.ndarray:
    batch = x.shape[:-2]
    out = np.zeros(batch + (x.shape[-1], y.shape[-1]), y.dtype)
    if x.size == 0 or y.size == 0:
        return out
    for i in np.ndindex(*batch):
        out[i] = np.linalg.lstsq(x[i], y[i], rcond=rcond)[0]
    return out


def _lstsq_vjp(ct: Any, s: Any) -> Any:
    p = pinv(s.x, relative_size(s.x, rcond=s.params["rcond"]))
    ct_x = pinv_cotangent(ct @ st.mT(s.y), s.x, p) if s.wanted[0] else None
    return ct_x, (st.mT(p) @ ct if s.wanted[1] else None)


lstsq = custom(_lstsq, _lstsq_vjp, saves=("x", "y"), name="LinalgLstsq")


def _relative_size(x: np.ndarray, *, rcond: float) -> np.ndarray:
    return rcond * np.max(np.linalg.svd(x, compute_uv=False), axis=-1, initial=0.0)


relative_size = constant(_relative_size)  # rcond times the largest singular value


def singular(name: str, x: np.ndarray) -> LinAlgError:
    """The error that says which matrix of the stack is singular."""
    where = ""
    if x.ndim > 2:
        for i, m in enumerate(x.reshape(-1, *x.shape[-2:])):
            try:
                np.linalg.inv(m)
            except np.linalg.LinAlgError:
                where = f"(Batch element {i}): "
                break
    return LinAlgError(
        f"{name}: {where}The solver failed because the input matrix is singular. "
        f"linalg.pinv or linalg.lstsq serve such matrices."
    )
