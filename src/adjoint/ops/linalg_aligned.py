"""Repeated eigenvalues and singular values in forward mode: the basis of vectors that goes on along the direction.

A + t E splits a repeated value of A. Its vectors go on smoothly from one basis only, that in which the block of E is
diagonal (Kato, "Perturbation theory for linear operators", II.6). In this basis the tangents of the values, the
diagonal of V^H E V, are all of the block; in any other they are a part of it, and a second derivative that is made of
them is wrong. The tangents of the vectors within a block need the second derivative of the matrix and are set to zero:
a loss that does not depend on the choice of basis does not see them, and for one that does a warning is given. A second
pass of forward mode would see them, so that it is refused.

Singular values that are zero have two bases of vectors, which turn independently, and in which those take part that
complete U or V.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ..core.batch_rules import leading
from ..core.kinds import constant, custom
from ..core.levels import finite
from ..errors import GradientError
from .linalg_degenerate import clusters, gap_tolerance, generic_basis, has_clusters, same_value


def turned_eigenvectors(w: np.ndarray, v: np.ndarray, e: np.ndarray | None) -> np.ndarray:
    """v, with the vectors of each repeated value in a generic basis, or in that which goes on along e."""
    if has_clusters(w):
        for k in np.ndindex(*w.shape[:-1]):
            for block in clusters(w[k]):
                part = v[k][:, block]
                v[k][:, block] = part @ _turn(part, part, None if e is None else e[k])
    return v


def _turn(u: np.ndarray, v: np.ndarray, e: np.ndarray | None) -> np.ndarray:
    """The unitary matrix that turns the vectors of one repeated value."""
    generic = generic_basis(u.shape[-1], u.dtype)
    if e is None:
        return generic
    u, v = u @ generic, v @ generic
    b = u.conj().T @ e @ v
    b = (b + b.conj().T) / 2
    values, q = np.linalg.eigh(b)
    if np.ptp(values) <= np.sqrt(np.finfo(b.dtype).eps) * np.max(np.abs(e)):
        return generic
    for block in clusters(values):
        q[:, block] = q[:, block] @ generic_basis(block.stop - block.start, q.dtype)
    return generic @ q


def turned_singular_vectors(x: np.ndarray, u: np.ndarray, w: np.ndarray, vh: np.ndarray,
                            e: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The same for singular vectors u and vh of x, those of the value zero and those that complete them included."""
    square = x.shape[-2] == x.shape[-1]
    zero = w <= gap_tolerance(w)
    if has_clusters(w) or (np.any(zero) and not (square and e is None and x.dtype.kind != "c")):
        for k in np.ndindex(*w.shape[:-1]):
            rank = int(np.sum(~zero[k]))
            a, b = u[k], vh[k]
            if rank < w.shape[-1] and not square:
                a, _, b = np.linalg.svd(x[k], full_matrices=True)
            _turn_singular(a, w[k], b, rank, None if e is None else e[k])
            u[k], vh[k] = a[:, : u.shape[-1]], b[: vh.shape[-2]]
    return u, vh


def _turn_singular(u: np.ndarray, w: np.ndarray, vh: np.ndarray, rank: int, e: np.ndarray | None) -> None:
    for rising in clusters(-w[:rank]):
        q = _turn(u[:, rising], vh[rising].conj().T, e)
        if e is not None:
            q = q[:, ::-1]  # singular values fall
        u[:, rising], vh[rising] = u[:, rising] @ q, q.conj().T @ vh[rising]
    if rank == len(w):
        return
    p, q = generic_basis(u.shape[1] - rank, u.dtype), generic_basis(vh.shape[0] - rank, u.dtype).T
    a, b = u[:, rank:] @ p, q @ vh[rank:]
    if e is not None:
        block = a.conj().T @ e @ b.conj().T
        if np.max(np.abs(block)) > np.sqrt(np.finfo(w.dtype).eps) * np.max(np.abs(e)):
            p, _, q = np.linalg.svd(block)
            a, b = a @ p, q @ b
    u[:, rank:], vh[rank:] = a, b


def _repeats(x: np.ndarray, *, zeros: bool = False) -> np.ndarray:
    """Infinity for rows of values of which one repeats, or, with `zeros`, is zero."""
    found = np.any(np.abs(np.diff(x)) <= gap_tolerance(x), axis=-1)
    if zeros:
        found = found | np.any(x <= gap_tolerance(x), axis=-1)
    return np.where(found, math.inf, 0.0)


repeats = constant(_repeats, batch=leading(1))


def simple(w: Any, zeros: bool = False) -> bool:
    """Whether no value repeats: asked of any kind of payload."""
    return w.shape[-1] < (1 if zeros else 2) or finite(repeats(w, zeros=zeros))


# What is said of directions that split


def _splits(x: np.ndarray, y: np.ndarray, z: np.ndarray, w: np.ndarray, zeros: bool) -> np.ndarray:
    """Whether a matrix's tangent x splits repeated values z; y and w are the vectors U and V^H."""
    b, same, small = _in_basis(x, y, z, w)
    b = (b + _adjoint(b)) / 2
    zero = (z <= gap_tolerance(z)) if zeros else np.zeros_like(z, dtype=bool)
    out = np.max(np.where(same & ~zero[..., None], _apart(b), 0), axis=(-2, -1), initial=0.0) > small
    return out | (_moves_zero(x, y, w, zero) > small) if zeros else out


def _couples(x: np.ndarray, y: np.ndarray, z: np.ndarray, w: np.ndarray, zeros: bool) -> np.ndarray:
    """Whether x does anything to the vectors of a repeated value but to multiply them by one number."""
    b, same, small = _in_basis(x, y, z, w)
    b = b if zeros else (b + _adjoint(b)) / 2
    near = same & ~np.eye(z.shape[-1], dtype=bool)
    many = np.any(near, axis=-1)
    apart = np.where(near, _apart(b), np.where((many[..., None, :] | many[..., None]) & ~same, np.abs(b), 0))
    out = np.max(apart, axis=(-2, -1), initial=0.0) > small
    if zeros:
        k = z.shape[-1]
        u, vh = y[..., :k], w[..., :k, :]
        beside = np.where(many[..., None, :], (x - u @ (_adjoint(u) @ x)) @ _adjoint(vh), 0)
        below = np.where(many[..., None], _adjoint(u) @ (x - (x @ _adjoint(vh)) @ vh), 0)
        out = out | (np.max(np.abs(beside), axis=(-2, -1), initial=0.0) > small)
        out = out | (np.max(np.abs(below), axis=(-2, -1), initial=0.0) > small)
        out = out | (_moves_zero(x, y, w, z <= gap_tolerance(z)) > small)
    return out


def _adjoint(x: np.ndarray) -> np.ndarray:
    return np.conjugate(np.swapaxes(x, -1, -2))


def _in_basis(x: np.ndarray, y: np.ndarray, z: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """U^H x V, which values are the same, and what is small for x."""
    k = z.shape[-1]
    small = np.sqrt(np.finfo(z.dtype).eps) * np.max(np.abs(x), axis=(-2, -1), initial=0.0)
    return _adjoint(y[..., :k]) @ x @ _adjoint(w[..., :k, :]), same_value(z), small


def _apart(b: np.ndarray) -> np.ndarray:
    """By how much each block of b, in any rows and columns, is not a multiple of the identity."""
    diagonal = np.diagonal(b, axis1=-2, axis2=-1)
    return np.maximum(np.where(np.eye(b.shape[-1], dtype=bool), 0, np.abs(b)),
                      np.abs(diagonal[..., None, :] - diagonal[..., :, None]))


def _moves_zero(x: np.ndarray, y: np.ndarray, w: np.ndarray, zero: np.ndarray) -> np.ndarray:
    """How large x is between the vectors of singular values zero, unless it is one number, and real."""
    k = zero.shape[-1]
    u, vh = np.where(zero[..., None, :], 0, y[..., :k]), np.where(zero[..., None], 0, w[..., :k, :])
    rest = x - u @ (_adjoint(u) @ x)
    rest = rest - (rest @ _adjoint(vh)) @ vh
    lone = (np.sum(zero, axis=-1) == 1) & (x.shape[-2] == x.shape[-1]) & (u.dtype.kind != "c")
    return np.where(np.any(zero, axis=-1) & ~lone, np.max(np.abs(rest), axis=(-2, -1), initial=0.0), 0)


def _say_if_split(x: np.ndarray, y: np.ndarray, z: np.ndarray, w: np.ndarray, *, name: str, vectors: bool,
                  zeros: bool = False) -> np.ndarray:
    """Zeros; a warning where the direction x splits a repeated value z and vectors may enter the loss."""
    if vectors and np.any(_splits(x, y, z, w, zeros)):
        warn_of_split(name)
    return np.zeros_like(z)


def _push_say(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> None:
    if tangents[1] is not None or tangents[2] is not None:  # another pass of forward mode over this one
        refuse_split(*primals, name=params["name"], zeros=params.get("zeros", False))


say_if_split = custom(_say_if_split, lambda ct, s: (None, None, None, None), promotes=False, batch=leading(2, 2, 1, 2))
say_if_split.op.forward = _push_say  # type: ignore[attr-defined]


def _refuse_split(x: np.ndarray, y: np.ndarray, z: np.ndarray, w: np.ndarray, *, name: str,
                  zeros: bool = False) -> np.ndarray:
    """Zeros; an error where the direction x splits a repeated value z, now or in a further order."""
    if np.any(_couples(x, y, z, w, zeros)):
        refuse(name)
    return np.zeros_like(z)


refuse_split = constant(_refuse_split, promotes=False, batch=leading(2, 2, 1, 2))


def warn_of_split(name: str) -> None:
    """The warning of vectors whose tangents are not defined."""
    warnings.warn(
        f"{name}: along this direction a repeated value splits, where its vectors have no derivative. The tangent "
        f"is right for losses that do not depend on the choice of basis, and on which copy is which.",
        RuntimeWarning,
        stacklevel=2,
    )


def refuse(name: str) -> None:
    """The error of derivatives that the tangents of values and vectors do not give."""
    raise GradientError(
        f"{name}: along this direction the vectors of a repeated value move, and derivatives of a higher order than "
        f"the first by forward mode alone are not available there; use hessian or hvp of a loss of the values alone, "
        f"which is forward over reverse mode, or matrix functions such as matrix_exp."
    )
