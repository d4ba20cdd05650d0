"""Approximate singular value decompositions of low rank, by random projections (Halko, Martinsson and Tropp, 2009)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..ops.linalg_factor import qr
from ..ops.linalg_parts import mH
from .linalg_checks import matrix
from .linalg_spectra import svd
from .random import randn

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["pca_lowrank", "svd_lowrank"]


def svd_lowrank(A: Tensor, q: int | None = 6, niter: int | None = 2, M: Tensor | None = None) -> tuple[Any, Any, Any]:
    """U, S, V of the best approximation of A - M of rank `q`, by random projections (Halko et al., 2009).

    >>> import adjoint as ad
    >>> U, S, V = ad.svd_lowrank(ad.eye(8), q=2)
    >>> U.shape, S.shape, V.shape
    (adjoint.Size([8, 2]), adjoint.Size([2]), adjoint.Size([8, 2]))
    """
    matrix(A, "svd_lowrank")
    x = A if M is None else A - M
    q = 6 if q is None else q
    m, n = x.shape[-2:]
    wide = m < n
    x = mH(x) if wide else x
    Q = _range(x, q, 2 if niter is None else niter)
    U, S, Vh = svd(mH(Q) @ x, full_matrices=False)
    U, V = Q @ U, mH(Vh)
    return (V, S, U) if wide else (U, S, V)


def _range(x: Any, q: int, niter: int) -> Any:
    """Orthonormal columns that nearly span the range of x (algorithm 4.4)."""
    R = randn(x.shape[-1], q, dtype=x.dtype)
    Q = qr(x @ R)[0]
    for _ in range(niter):
        Q = qr(mH(x) @ Q)[0]
        Q = qr(x @ Q)[0]
    return Q


def pca_lowrank(A: Tensor, q: int | None = None, center: bool = True, niter: int = 2) -> tuple[Any, Any, Any]:
    """U, S, V of the principal components of the rows of A: `svd_lowrank` of A less, if `center`, its mean row.

    >>> import adjoint as ad
    >>> ad.pca_lowrank(ad.eye(4), q=2)[1].shape
    adjoint.Size([2])
    """
    matrix(A, "pca_lowrank")
    m, n = A.shape[-2:]
    q = min(6, m, n) if q is None else q
    if not 0 <= q <= min(m, n):
        raise ValueError(f"q(={q}) must be non-negative integer and not greater than min(m, n)={min(m, n)}")
    return svd_lowrank(A - np.mean(A, axis=-2, keepdims=True) if center else A, q, niter=niter)
