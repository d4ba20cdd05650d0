"""Linear systems: inverse, solve, triangular solve, pseudo-inverse and least squares, for stacks of matrices.

The rules are C-linear transposes: for X = A^-1 B, dX = A^-1 (dB - dA X), hence ct_B = A^-T ct and ct_A = -ct_B X^T.
Pseudo-inverse: Golub and Pereyra, SIAM J. Numer. Anal. 10 (1973), for matrices of constant rank.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import leading
from ..core.kinds import custom
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


inv = custom(_inv, _inv_vjp, saves=("out",), name="LinalgInvEx", batch=leading(2))


def _solve(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.solve(x, y)
    except np.linalg.LinAlgError:
        raise singular("linalg.solve", x) from None


def _solve_vjp(ct: Any, s: Any) -> Any:
    ct_y = _solve_op(st.mT(s.x), ct)
    return (-(ct_y @ st.mT(s.out)) if s.wanted[0] else None), ct_y


_solve_op = custom(_solve, _solve_vjp, saves=("x", "out"), name="LinalgSolveEx", batch=leading(2, 2, broadcasts=True))


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


_triangular_op = custom(_solve_triangular, _solve_triangular_vjp, saves=("x", "out"), name="LinalgSolveTriangular",
                        batch=leading(2, 2, broadcasts=True))


def solve_triangular(x: Any, y: Any, *, up: bool, unit: bool = False, left: bool = True) -> Any:
    """The X with T X = y (X T = y if not left), T a triangle of x, with ones on its diagonal if unit."""
    if not left:
        return st.mT(solve_triangular(st.mT(x), st.mT(y), up=not up, unit=unit))
    return _triangular_op(*same_batch(x, y), up=up, unit=unit)


def _cholesky_solve(x: np.ndarray, y: np.ndarray, *, up: bool) -> np.ndarray:
    """The X with A X = y, from the factor x of A = x x^H (x^H x if up)."""
    t = np.conjugate(np.swapaxes(x, -1, -2))
    first, second = (t, x) if up else (x, t)
    return _solve_triangular(second, _solve_triangular(first, y, up=False), up=True)


def _cholesky_solve_vjp(ct: Any, s: Any) -> Any:
    """As torch has it, the factor's cotangent is not restricted to the triangle that is read."""
    up, factor = s.params["up"], np.conjugate(s.x)
    ct_y = _cholesky_solve_op(factor, ct, up=up)
    if not s.wanted[0]:
        return None, ct_y
    half = ct_y @ st.mT(s.out)
    both = half + mH(half)
    return -(factor @ both if up else both @ factor), ct_y


_cholesky_solve_op = custom(_cholesky_solve, _cholesky_solve_vjp, saves=("x", "out"), name="CholeskySolve",
                            batch=leading(2, 2, broadcasts=True))


def cholesky_solve(x: Any, y: Any, *, up: bool = False) -> Any:
    """The X with A X = y, from the Cholesky factor x of A; the batch dimensions broadcast."""
    return _cholesky_solve_op(*same_batch(x, y), up=up)


def same_batch(x: Any, y: Any) -> tuple[Any, Any]:
    """Both operands with their leading dimensions broadcast against each other."""
    if x.shape[:-2] == y.shape[:-2]:
        return x, y
    batch = np.broadcast_shapes(tuple(x.shape[:-2]), tuple(y.shape[:-2]))
    return (
        st.broadcast_to(x, shape=batch + tuple(x.shape[-2:])),
        st.broadcast_to(y, shape=batch + tuple(y.shape[-2:])),
    )


def _pinv(x: np.ndarray, y: Any, z: Any, *, hermitian: bool = False) -> np.ndarray:
    """Singular values up to max(y, z times the largest) count as zero."""
    if x.size == 0:
        return np.zeros(x.shape[:-2] + (x.shape[-1], x.shape[-2]), x.dtype)
    if hermitian:
        w, v = np.linalg.eigh(x)
        w = _inverted(w, y, z)
        return (v * w[..., None, :]) @ v.conj().swapaxes(-1, -2)
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return (vh.conj().swapaxes(-1, -2) * _inverted(s, y, z)[..., None, :]) @ u.conj().swapaxes(-1, -2)


def _inverted(w: np.ndarray, y: Any, z: Any) -> np.ndarray:
    size = np.abs(w)
    keep = size > np.maximum(y, z * np.max(size, axis=-1))[..., None]
    return np.where(keep, 1 / np.where(keep, w, 1), 0).astype(w.dtype)


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
    return pinv_cotangent(ct, s.x, s.out), None, None


pinv = custom(_pinv, _pinv_vjp, saves=("x", "out"), name="LinalgPinv", promotes=False,
              batch=leading(2, 0, 0, broadcasts=True))


def _lstsq(x: np.ndarray, y: np.ndarray, *, rcond: float) -> np.ndarray:
    batch = x.shape[:-2]
    out = np.zeros(batch + (x.shape[-1], y.shape[-1]), y.dtype)
    if x.size == 0 or y.size == 0:
        return out
    for i in np.ndindex(*batch):
        out[i] = np.linalg.lstsq(x[i], y[i], rcond=rcond)[0]
    return out


def _lstsq_vjp(ct: Any, s: Any) -> Any:
    p = pinv(s.x, 0.0, s.params["rcond"])
    ct_x = pinv_cotangent(ct @ st.mT(s.y), s.x, p) if s.wanted[0] else None
    return ct_x, (st.mT(p) @ ct if s.wanted[1] else None)


lstsq = custom(_lstsq, _lstsq_vjp, saves=("x", "y"), name="LinalgLstsq", batch=leading(2, 2))


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
