"""Eigenvalues of general matrices, and their vectors of length one: eig, for stacks of matrices, real and complex.

As for eigh, with N = V^T ct_V; where a value repeats, only losses that treat its copies alike have derivatives, and
only first ones.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ..core.batch_rules import leading
from ..core.kinds import constant, custom
from ..errors import GradientError, LinAlgError
from . import structure as st
from .linalg_aligned import refuse, warn_of_split
from .linalg_degenerate import generic_basis, noise, warn_of_near_values
from .linalg_parts import get_diagonal
from .linalg_solve import solve


def _eig(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    dtype = np.result_type(x.dtype, np.complex64)
    try:
        w, v = np.linalg.eig(x)
    except np.linalg.LinAlgError as e:
        raise LinAlgError(f"linalg.eig: The algorithm failed to converge: {e}") from None
    w, v = w.astype(dtype), v.astype(dtype)
    same = _same_complex(w)
    if np.count_nonzero(same) > w.size:
        for k in np.ndindex(*w.shape[:-1]):
            for block in {tuple(np.flatnonzero(row)) for row in same[k]}:
                if len(block) > 1:
                    v[k][:, block] = v[k][:, block] @ generic_basis(len(block), dtype)
        v /= np.linalg.norm(v, axis=-2, keepdims=True)
    return w, v


def _eig_vjp(ct: Any, s: Any) -> Any:
    ct_w, ct_v = ct
    w, v = s.out
    v = independent(v)
    vt = st.mT(v)
    if ct_v is None:
        return in_eigenbasis(v, equal_on_blocks(ct_w, w))
    n = vt @ ct_v
    # the vectors have length one: what would lengthen them has no effect
    n = n - (vt @ np.conjugate(v)) * st.expand_dims(np.real(get_diagonal(n)), axis=-2)
    of_vectors = solve(vt, complex_quotient(n, w, noise(ct_v)) @ vt)
    return of_vectors if ct_w is None else of_vectors + in_eigenbasis(v, separate(ct_w, n, w))


def _independent(x: np.ndarray, *, order: int = 1) -> np.ndarray:
    """The vectors x, if they are linearly independent to a precision at which derivatives of this order mean something.

    First derivatives have an error of about eps times the condition number of x, second ones eps times its cube.
    """
    if x.size and np.all(np.isfinite(x)):
        try:
            inverse = np.linalg.inv(x)
        except np.linalg.LinAlgError:
            inverse = np.full_like(x, math.inf)
        sizes = [np.sqrt(np.sum(np.abs(m) ** 2, axis=(-2, -1))) for m in (x, inverse)]
        least = float(np.min(x.shape[-1] / (sizes[0] * sizes[1])))  # at least the inverse condition number
        eps = float(np.finfo(x.dtype).eps)
        refused, doubtful = (eps**0.75, eps**0.5) if order == 1 else (eps**0.375, eps**0.25)
        if least < refused:
            which = "eigenvalues and eigenvectors have no derivatives" if order == 1 else "second derivatives are lost"
            raise GradientError(
                f"linalg.eig: the matrix is defective up to rounding, it has fewer independent eigenvectors than "
                f"dimensions, and so its {which}; use functions of the matrix itself, such as trace, det or matrix_exp."
            )
        if least < doubtful:
            warnings.warn(
                f"linalg.eig: the matrix is nearly defective, its vectors have the condition number {1 / least:.1e}, "
                f"and its derivatives have lost most of their digits.",
                RuntimeWarning,
                stacklevel=2,
            )
    return x


def _independent_vjp(ct: Any, s: Any) -> Any:
    still_independent(s.x)
    return ct


def _push_independent(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
    still_independent(primals[0])
    return tangents[0]


def _still_independent(x: np.ndarray) -> np.ndarray:
    return _independent(x, order=2)


independent = custom(_independent, _independent_vjp, saves=("x",), batch=leading(2))
independent.op.forward = _push_independent  # type: ignore[attr-defined]
still_independent = constant(_still_independent, batch=leading(2))


def _watch_eig(tangents: Any, out: Any, params: dict[str, Any]) -> None:
    w, v = out
    say_if_eig_splits(tangents[0], independent(v), w)


def _eig_splits(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> bool:
    """Whether the tangent x of a matrix with vectors y has parts between those of one value z."""
    same = _same_complex(z) & ~np.eye(z.shape[-1], dtype=bool)
    if not np.any(same):
        return False
    b = np.linalg.solve(y, x @ y)
    diagonal = np.diagonal(b, axis1=-2, axis2=-1)
    apart = np.maximum(np.abs(b), np.abs(diagonal[..., None, :] - diagonal[..., :, None]))
    size = np.max(np.abs(b), axis=(-2, -1), keepdims=True, initial=0.0)
    return bool(np.any(np.where(same, apart, 0) > np.sqrt(np.finfo(b.dtype).eps) * size))


def _say_if_eig_splits(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    if _eig_splits(x, y, z):
        warn_of_split("linalg.eig")
    return np.zeros_like(z)


def _refuse_eig(t: Any, out: Any) -> None:
    w, v = out
    refuse_if_eig_splits(t, v, w)


def _push_say(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> None:
    if tangents[1] is not None or tangents[2] is not None:  # another pass of forward mode over this one
        refuse_if_eig_splits(*primals)


def _refuse_if_eig_splits(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    same = _same_complex(z)
    many = np.sum(same, axis=-1) > 1
    if np.any(many):
        b = np.linalg.solve(y, x @ y)
        size = np.max(np.abs(b), axis=(-2, -1), keepdims=True, initial=0.0)
        coupled = np.where((many[..., None, :] | many[..., None]) & ~same, np.abs(b), 0)
        if _eig_splits(x, y, z) or np.any(coupled > np.sqrt(np.finfo(b.dtype).eps) * size):
            refuse("linalg.eig")
    return np.zeros_like(z)


say_if_eig_splits = custom(_say_if_eig_splits, lambda ct, s: (None, None, None), promotes=False,
                           batch=leading(2, 2, 1))
say_if_eig_splits.op.forward = _push_say  # type: ignore[attr-defined]
refuse_if_eig_splits = constant(_refuse_if_eig_splits, promotes=False, batch=leading(2, 2, 1))
eig = custom(_eig, _eig_vjp, saves=("out",), name="LinalgEig", batch=leading(2))
eig.op.watch, eig.op.refuse_split = _watch_eig, _refuse_eig  # type: ignore[attr-defined]


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
    gaps = np.where(zero, 1, y[..., None, :] - y[..., :, None])
    warn_of_near_values(x, gaps, y)
    return np.where(zero, 0, x / gaps)


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


def _push_equal(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
    """Equal along the direction too: the basis is generic, so that no block of it that has an effect escapes."""
    return None if tangents[0] is None else same_slopes(tangents[0], primals[1])


def _same_slopes(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    same = _same_complex(y)
    if np.count_nonzero(same) > y.size:
        tol = np.sqrt(np.finfo(y.dtype).eps) * np.max(np.abs(x), axis=-1, initial=0.0)[..., None, None]
        if np.any(np.abs(np.where(same, x[..., None, :] - x[..., :, None], 0)) > tol):
            raise GradientError(
                "linalg.eig: second derivatives at a repeated eigenvalue are not available; use eigh for Hermitian "
                "matrices, or functions of the matrix itself, such as trace, det or matrix_exp."
            )
    return x


same_slopes = custom(_same_slopes, lambda ct, s: (ct, None), batch=leading(1, 1))
equal_on_blocks = custom(_equal_on_blocks, lambda ct, s: (ct, None), saves=(), name="EqualOnBlocks",
                         batch=leading(1, 1))
equal_on_blocks.op.forward = _push_equal  # type: ignore[attr-defined]


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


def _eigvals(x: np.ndarray) -> np.ndarray:
    return np.linalg.eigvals(x).astype(np.result_type(x.dtype, np.complex64))


eigvals = constant(_eigvals, name="LinalgEigvals", batch=leading(2))
