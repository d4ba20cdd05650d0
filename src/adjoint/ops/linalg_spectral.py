"""Eigenvalues of Hermitian matrices and singular values: eigh and svd, for stacks of matrices, real and complex.

With N = V^T ct_V (C-linear cotangents), the gaps of the eigenvalues divide the antihermitian part of N; see Giles,
"Collected matrix derivative results" (2008), and for complex singular vectors Wan and Zhang, arXiv:1909.02659.
Repeated values: linalg_degenerate; in forward mode: linalg_aligned. The parameter `values` says that the vectors are
not used. Of `eigh_along` and `svd_along` the second operand is the direction along which the vectors are to go on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import leading
from ..core.kinds import constant, custom
from ..errors import GradientError, LinAlgError
from . import structure as st
from .linalg_aligned import refuse_split, say_if_split, simple, turned_eigenvectors, turned_singular_vectors
from .linalg_degenerate import noise, pair_quotient, require_invariance, value_part
from .linalg_eig import eig as eig
from .linalg_eig import eigvals as eigvals
from .linalg_parts import mH
from .linalg_zero import at_zero, row_quotient


def _eigh(x: np.ndarray, *, uplo: str = "L", values: bool = False) -> tuple[np.ndarray, np.ndarray]:
    return _eigh_along(x, None, uplo=uplo)


def _eigh_along(x: np.ndarray, y: np.ndarray | None, *, uplo: str = "L",
                values: bool = False) -> tuple[np.ndarray, np.ndarray]:
    try:
        w, v = np.linalg.eigh(x, UPLO=uplo)
    except np.linalg.LinAlgError as e:
        raise LinAlgError(f"linalg.eigh: The algorithm failed to converge: {e}") from None
    return w, turned_eigenvectors(w, v, y)


def _eigh_vjp(ct: Any, s: Any) -> Any:
    ct_w, ct_v = ct
    w, v = s.out
    if ct_v is None:
        inner = value_part(np.zeros_like(v), ct_w, w, 0.0, name="linalg.eigh", vectors=False)
    else:
        inner = _spread(st.mT(v) @ ct_v, ct_w, w, noise(ct_v), "linalg.eigh")
    return np.conjugate(v) @ inner @ st.mT(v)


def _watch_eigh(tangents: Any, out: Any, params: dict[str, Any]) -> None:
    w, v = out
    say_if_split(tangents[0], v, w, mH(v), name="linalg.eigh", vectors=not params.get("values", False))


def _refuse_eigh(t: Any, out: Any) -> None:
    w, v = out
    refuse_split(t, v, w, mH(v), name="linalg.eigh")


def _watch_eigh_along(tangents: Any, out: Any, params: dict[str, Any]) -> None:
    if tangents[0] is not None:
        _refuse_eigh(tangents[0], out)


def _eigh_toward(x: Any, t: Any, **params: Any) -> Any:
    out = eigh(x, **params)
    return out if simple(out[0]) else eigh_along(x, t, **params)


def _spread(n: Any, ct_w: Any, w: Any, size: Any, name: str) -> Any:
    """What the cotangents of Hermitian eigenvalues w and of their vectors (n = V^T ct_V) say in the eigenbasis."""
    n = require_invariance(n, w, size, name=name)
    h = mH(n)
    inner = pair_quotient((n - h) / 2, w)
    return inner if ct_w is None else inner + value_part((n + h) / 2, ct_w, w, size, name=name, vectors=True)


eigh = custom(_eigh, _eigh_vjp, saves=("out",), name="LinalgEigh", batch=leading(2))
eigh_along = custom(_eigh_along, lambda ct, s: (_eigh_vjp(ct, s), None), saves=("out",), name="LinalgEigh",
                    batch=leading(2, 2))
eigh.op.watch, eigh.op.toward, eigh.op.refuse_split = _watch_eigh, _eigh_toward, _refuse_eigh  # type: ignore[attr-defined]
eigh_along.op.watch = _watch_eigh_along  # type: ignore[attr-defined]


def hermitian_values(x: Any, uplo: str = "L") -> Any:
    """The eigenvalues of Hermitian matrices, whose vectors nobody sees."""
    return eigh(x, uplo=uplo, values=True)[0]


def _svd(x: np.ndarray, *, full: bool = False, values: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return _svd_along(x, None, full=full)


def _svd_along(x: np.ndarray, y: np.ndarray | None, *, full: bool = False,
               values: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    try:
        u, w, vh = np.linalg.svd(x, full_matrices=full)
    except np.linalg.LinAlgError as e:
        raise LinAlgError(f"linalg.svd: The algorithm failed to converge: {e}") from None
    u, vh = turned_singular_vectors(x, u, w, vh, y)
    return u, w, vh


def _svd_vjp(ct: Any, s: Any) -> Any:
    ct_u, ct_w, ct_vh = ct
    u, w, vh = s.out
    k = w.shape[-1]
    if ct_u is None and ct_vh is None:
        ct_w = at_zero(ct_w, w, vectors=False)
        inner = value_part(np.zeros_like(u[..., :k, :k]), ct_w, w, 0.0, name="linalg.svd", vectors=False)
        return np.conjugate(u[..., :, :k]) @ inner @ np.conjugate(vh[..., :k, :])
    if ct_w is not None:
        one = u.shape[-2] == vh.shape[-1] and s.avals[0].dtype.kind != "c"
        ct_w = at_zero(ct_w, w, vectors=True, one=one)
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


def _watch_svd(tangents: Any, out: Any, params: dict[str, Any]) -> None:
    u, w, vh = out
    say_if_split(tangents[0], u, w, vh, name="linalg.svd", vectors=not params.get("values", False), zeros=True)


def _refuse_svd(t: Any, out: Any) -> None:
    u, w, vh = out
    refuse_split(t, u, w, vh, name="linalg.svd", zeros=True)


def _watch_svd_along(tangents: Any, out: Any, params: dict[str, Any]) -> None:
    if tangents[0] is not None:
        _refuse_svd(tangents[0], out)


def _svd_toward(x: Any, t: Any, **params: Any) -> Any:
    out = svd(x, **params)
    return out if simple(out[1], zeros=True) else svd_along(x, t, **params)


svd = custom(_svd, _svd_vjp, saves=("out",), name="LinalgSvd", batch=leading(2))
svd_along = custom(_svd_along, lambda ct, s: (_svd_vjp(ct, s), None), saves=("out",), name="LinalgSvd",
                   batch=leading(2, 2))
svd.op.watch, svd.op.toward, svd.op.refuse_split = _watch_svd, _svd_toward, _refuse_svd  # type: ignore[attr-defined]
svd_along.op.watch = _watch_svd_along  # type: ignore[attr-defined]


def singular_values(x: Any) -> Any:
    """The singular values, whose vectors nobody sees."""
    return svd(x, values=True)[1]


def _svdvals(x: np.ndarray) -> np.ndarray:
    return np.linalg.svd(x, compute_uv=False)


def _eigvalsh(x: np.ndarray, *, uplo: str = "L") -> np.ndarray:
    return np.linalg.eigvalsh(x, UPLO=uplo)


# for untracked matrices only: no vectors are computed
svdvals = constant(_svdvals, name="LinalgSvdvals", batch=leading(2))
eigvalsh = constant(_eigvalsh, name="LinalgEigvalsh", batch=leading(2))
