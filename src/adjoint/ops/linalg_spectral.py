"""Eigenvalues and singular values: eigh, eig, svd, for stacks of matrices, real and complex.

With N = V^T ct_V (C-linear cotangents), the gaps of the eigenvalues divide the antihermitian part of N; see Giles,
"Collected matrix derivative results" (2008), and for complex singular vectors Wan and Zhang, arXiv:1909.02659.
Repeated values: linalg_degenerate.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.batch_rules import leading
from ..core.kinds import constant, custom
from ..errors import GradientError, LinAlgError
from . import structure as st
from .linalg_degenerate import (
    clusters,
    generic_basis,
    has_clusters,
    noise,
    pair_quotient,
    require_invariance,
    row_quotient,
    value_part,
    warn_if_split,
    warn_of_split,
)
from .linalg_parts import get_diagonal, mH
from .linalg_solve import solve


def _eigh(x: np.ndarray, *, uplo: str = "L") -> tuple[np.ndarray, np.ndarray]:
    try:
        w, v = np.linalg.eigh(x, UPLO=uplo)
    except np.linalg.LinAlgError as e:
        raise LinAlgError(f"linalg.eigh: The algorithm failed to converge: {e}") from None
    if has_clusters(w):
        for k in np.ndindex(*w.shape[:-1]):
            for block in clusters(w[k]):
                v[k][:, block] = v[k][:, block] @ generic_basis(block.stop - block.start, v.dtype)
    return w, v


def _eigh_vjp(ct: Any, s: Any) -> Any:
    ct_w, ct_v = ct
    w, v = s.out
    if ct_v is None:
        inner = value_part(np.zeros_like(v), ct_w, w, 0.0, name="linalg.eigh", vectors=False)
    else:
        inner = _spread(st.mT(v) @ ct_v, ct_w, w, noise(ct_v), "linalg.eigh")
    return np.conjugate(v) @ inner @ st.mT(v)


def _watch_eigh(tangents: Any, out: Any) -> None:
    w, v = out
    warn_if_split(tangents[0], v, v, w, name="linalg.eigh")


def _spread(n: Any, ct_w: Any, w: Any, size: Any, name: str) -> Any:
    """What the cotangents of Hermitian eigenvalues w and of their vectors (n = V^T ct_V) say in the eigenbasis."""
    n = require_invariance(n, w, size, name=name)
    h = mH(n)
    inner = pair_quotient((n - h) / 2, w)
    return inner if ct_w is None else inner + value_part((n + h) / 2, ct_w, w, size, name=name, vectors=True)


eigh = custom(_eigh, _eigh_vjp, saves=("out",), name="LinalgEigh", batch=leading(2))
eigh.op.watch = _watch_eigh  # type: ignore[attr-defined]


def _eig(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    dtype = np.result_type(x.dtype, np.complex64)
    try:
        w, v = np.linalg.eig(x)
    except np.linalg.LinAlgError as e:
        raise LinAlgError(f"linalg.eig: The algorithm failed to converge: {e}") from None
    return w.astype(dtype), v.astype(dtype)


def _eig_vjp(ct: Any, s: Any) -> Any:
    ct_w, ct_v = ct
    w, v = s.out
    vt = st.mT(v)
    if ct_v is None:
        return in_eigenbasis(v, equal_on_blocks(ct_w, w))
    n = vt @ ct_v
    # the vectors have length one: what would lengthen them has no effect
    n = n - (vt @ np.conjugate(v)) * st.expand_dims(np.real(get_diagonal(n)), axis=-2)
    of_vectors = solve(vt, complex_quotient(n, w, noise(ct_v)) @ vt)
    return of_vectors if ct_w is None else of_vectors + in_eigenbasis(v, separate(ct_w, n, w))


def _watch_eig(tangents: Any, out: Any) -> None:
    w, v = out
    warn_if_eig_splits(tangents[0], v, w)


def _warn_if_eig_splits(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    same = _same_complex(z)
    if np.count_nonzero(same) > z.size:
        warn_of_split(np.linalg.solve(y, x @ y), same, "linalg.eig")
    return np.zeros_like(z)


warn_if_eig_splits = constant(_warn_if_eig_splits, promotes=False, batch=leading(2, 2, 1))
eig = custom(_eig, _eig_vjp, saves=("out",), name="LinalgEig", batch=leading(2))
eig.op.watch = _watch_eig  # type: ignore[attr-defined]


def _in_eigenbasis(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """X^-T diag(y) X^T, the cotangent of a matrix from that of its eigenvalues y; its eigenvectors are X."""
    t = np.swapaxes(x, -1, -2)
    return np.linalg.solve(t, y[..., None] * t)


def _of_eigenvalues(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The diagonal of X^-1 Y X, the tangent of the eigenvalues from that of the matrix."""
    return np.diagonal(np.linalg.solve(x, y @ x), axis1=-2, axis2=-1)


def _turned(x: Any, y: Any, z: Any) -> Any:
    """The cotangent of the vectors x in sum(z * diag(X^-1 Y X)), on which their lengths and phases have no effect: in
    their basis its diagonal is exactly zero, and not what rounding leaves of a difference."""
    k = st.mT(solve(x, y @ x))
    return solve(st.mT(x), k * (st.expand_dims(z, axis=-2) - st.expand_dims(z, axis=-1)))


def _in_eigenbasis_vjp(ct: Any, s: Any) -> Any:
    return (_turned(s.x, ct, s.y) if s.wanted[0] else None), (of_eigenvalues(s.x, ct) if s.wanted[1] else None)


def _of_eigenvalues_vjp(ct: Any, s: Any) -> Any:
    return (_turned(s.x, s.y, ct) if s.wanted[0] else None), (in_eigenbasis(s.x, ct) if s.wanted[1] else None)


in_eigenbasis = custom(_in_eigenbasis, _in_eigenbasis_vjp, saves=("x", "y"), batch=leading(2, 1, broadcasts=True))
of_eigenvalues = custom(_of_eigenvalues, _of_eigenvalues_vjp, saves=("x", "y"), batch=leading(2, 2, broadcasts=True))


def _same_complex(w: np.ndarray) -> np.ndarray:
    gaps = np.abs(w[..., None, :] - w[..., :, None])
    size = np.max(np.abs(w), axis=-1, initial=0.0)[..., None, None]
    return gaps <= 8 * w.shape[-1] * np.finfo(w.dtype).eps * size


def _complex_quotient(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """x[i, j] / (y[j] - y[i]), and 0 where that denominator is zero: there |x| must be at most z."""
    zero = _same_complex(y)
    if np.any(np.abs(np.where(zero, x, 0)) > z):
        raise GradientError(
            "linalg.eig: the loss depends on an eigenvector's phase, or on the basis chosen for a repeated eigenvalue, "
            "which the matrix does not determine, so it has no derivative; let the vectors enter through combinations "
            "that do not depend on them, such as abs(V) or V @ diag(f) @ inv(V)."
        )
    return np.where(zero, 0, x / np.where(zero, 1, y[..., None, :] - y[..., :, None]))


def _complex_quotient_vjp(ct: Any, s: Any) -> Any:
    ct_x = complex_quotient(ct, s.y, math.inf)
    if not s.wanted[1]:
        return ct_x, None, None
    r = -(ct_x * s.out)
    return ct_x, np.sum(r, axis=-2) - np.sum(r, axis=-1), None


complex_quotient = custom(_complex_quotient, _complex_quotient_vjp, saves=("y", "out"), promotes=False,
                          batch=leading(2, 1, None, broadcasts=True))


def _equal_on_blocks(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x itself, if it is the same for equal eigenvalues y; else the derivative is one of a choice."""
    same = _same_complex(y)
    tol = np.sqrt(np.finfo(y.dtype).eps) * np.max(np.abs(x), axis=-1, initial=0.0)[..., None, None]
    if np.any(np.abs(np.where(same, x[..., None, :] - x[..., :, None], 0)) > tol):
        raise GradientError(
            "linalg.eig: the loss treats the copies of a repeated eigenvalue differently, so it has no derivative."
        )
    return x


equal_on_blocks = custom(_equal_on_blocks, lambda ct, s: (ct, None), saves=(), name="EqualOnBlocks",
                         batch=leading(1, 1))


def _separate(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """x itself, unless vectors (y) and values (x) of a repeated eigenvalue z both enter the loss."""
    same = _same_complex(z) & ~np.eye(z.shape[-1], dtype=bool)
    used = (x != 0)[..., None, :]
    if np.any(same & used):
        raise GradientError(
            "linalg.eig: a loss in which both the values and the vectors of a repeated eigenvalue enter has no "
            "derivative that they determine; use eigh for Hermitian matrices, or matrix functions such as matrix_exp."
        )
    return x


separate = custom(_separate, lambda ct, s: (ct, None, None), saves=(), name="Separate", batch=leading(1, 2, 1))


def _svd(x: np.ndarray, *, full: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    try:
        u, w, vh = np.linalg.svd(x, full_matrices=full)
    except np.linalg.LinAlgError as e:
        raise LinAlgError(f"linalg.svd: The algorithm failed to converge: {e}") from None
    if has_clusters(w):
        for k in np.ndindex(*w.shape[:-1]):
            for block in clusters(w[k]):
                if w[k][block.start] > 8 * max(x.shape[-2:]) * np.finfo(w.dtype).eps * w[k][0]:
                    q = generic_basis(block.stop - block.start, u.dtype)
                    u[k][:, block] = u[k][:, block] @ q
                    vh[k][block] = q.conj().T @ vh[k][block]
    return u, w, vh


def _svd_vjp(ct: Any, s: Any) -> Any:
    ct_u, ct_w, ct_vh = ct
    u, w, vh = s.out
    k = w.shape[-1]
    if ct_u is None and ct_vh is None:
        inner = value_part(np.zeros_like(u[..., :k, :k]), ct_w, w, 0.0, name="linalg.svd", vectors=False)
        return np.conjugate(u[..., :, :k]) @ inner @ np.conjugate(vh[..., :k, :])
    if ct_u is not None and u.shape[-1] > k:
        ct_u, u = _fold(ct_u, u, k), u[..., :, :k]
    if ct_vh is not None and vh.shape[-2] > k:
        ct_vh = mH(_fold(mH(ct_vh), mH(vh), k))
    u, vh = u[..., :, :k], vh[..., :k, :]
    cu, cvh = np.conjugate(u), np.conjugate(vh)
    zero = np.zeros_like(u[..., :k, :k])
    nu = st.mT(u) @ ct_u if ct_u is not None else zero
    nv = np.conjugate(vh @ st.mT(ct_vh)) if ct_vh is not None else zero
    size = sum([noise(c) for c in (ct_u, ct_vh) if c is not None])
    inner = _spread(nu + nv, ct_w, w, size, "linalg.svd")
    b = nu - nv
    # where two singular values are zero, U and V turn independently
    b = require_invariance(b, w, size, name="linalg.svd", sign=1)
    inner = inner + pair_quotient((b - mH(b)) / 2, w, sign=1)
    out = cu @ inner @ cvh
    if ct_u is not None and u.shape[-2] > k:
        out = out + row_quotient(ct_u - cu @ nu, w, size) @ cvh
    if ct_vh is not None and vh.shape[-1] > k:
        rest = ct_vh - (ct_vh @ st.mT(vh)) @ cvh
        out = out + cu @ st.mT(row_quotient(st.mT(rest), w, size))
    return out


def _fold(ct: Any, u: Any, k: int) -> Any:
    """The cotangent of the first k columns of a unitary u, when those beyond, which complete it, have one too."""
    first, rest, ct_rest = u[..., :, :k], u[..., :, k:], ct[..., :, k:]
    require_complement(st.mT(rest) @ ct_rest, noise(ct_rest))
    return ct[..., :, :k] - np.conjugate(rest) @ mH(ct_rest) @ np.conjugate(first)


def _require_complement(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    part = x - np.conjugate(np.swapaxes(x, -1, -2))
    if np.any(np.abs(part) > y):
        raise GradientError(
            "linalg.svd: with full_matrices=True the loss depends on the basis chosen for the extra singular vectors, "
            "so it has no derivative; use full_matrices=False."
        )
    return x


require_complement = constant(_require_complement, promotes=False, batch=leading(2, None))


def _watch_svd(tangents: Any, out: Any) -> None:
    u, w, vh = out
    k = w.shape[-1]
    warn_if_split(tangents[0], u[..., :, :k], mH(vh[..., :k, :]), w, name="linalg.svd")


svd = custom(_svd, _svd_vjp, saves=("out",), name="LinalgSvd", batch=leading(2))
svd.op.watch = _watch_svd  # type: ignore[attr-defined]


def _svdvals(x: np.ndarray) -> np.ndarray:
    return np.linalg.svd(x, compute_uv=False)


def _eigvalsh(x: np.ndarray, *, uplo: str = "L") -> np.ndarray:
    return np.linalg.eigvalsh(x, UPLO=uplo)


# for untracked matrices only: no vectors are computed
svdvals = constant(_svdvals, name="LinalgSvdvals", batch=leading(2))
eigvalsh = constant(_eigvalsh, name="LinalgEigvalsh", batch=leading(2))


def _eigvals(x: np.ndarray) -> np.ndarray:
    return np.linalg.eigvals(x).astype(np.result_type(x.dtype, np.complex64))


eigvals = constant(_eigvals, name="LinalgEigvals", batch=leading(2))
