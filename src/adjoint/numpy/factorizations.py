"""np.linalg: Cholesky, QR, eigenvalues and singular values, with NumPy's result tuples.

NumPy gives real eigenvalues to a real matrix that happens to have only these, and so do we; under vmap, where the
examples may differ, they stay complex.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .. import errors
from ..core import protocols
from ..core.levels import concrete
from ..core.registry import speaks
from ..ops import linalg_factor, linalg_spectral
from ..ops import structure as st
from ..ops.linalg_parts import mH
from .arguments import batched, is_complex
from .linear_systems import matrices, squares


class EigResult(NamedTuple):
    """Eigenvalues, and eigenvectors in columns."""

    eigenvalues: Any
    eigenvectors: Any


class EighResult(NamedTuple):
    """Ascending eigenvalues of a Hermitian matrix, and orthonormal eigenvectors in columns."""

    eigenvalues: Any
    eigenvectors: Any


class QRResult(NamedTuple):
    """Orthonormal columns and an upper triangle."""

    Q: Any
    R: Any


class SVDResult(NamedTuple):
    """Left vectors in columns, descending singular values, right vectors in rows."""

    U: Any
    S: Any
    Vh: Any


@speaks(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    a = squares(a)
    return mH(linalg_factor.cholesky(mH(a))) if upper else linalg_factor.cholesky(a)


@speaks(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    if mode not in ("reduced", "complete", "r", "raw"):
        raise errors.RangeError(f"Unrecognized mode '{mode}'; it is 'reduced', 'complete', 'r' or 'raw'")
    a = matrices(a)
    if mode == "raw":  # Householder vectors
        return protocols.without_rule(np.linalg.qr, (a,), {"mode": "raw"})
    m, n = a.shape[-2:]
    if mode == "complete" and m > n:  # the columns beyond the n-th are not unique, but R is determined
        R = linalg_factor.qr(a)[1]
        return QRResult(linalg_factor.qr_complete(a)[0], st.zero_pad(R, axis=a.ndim - 2, before=0, after=m - n))
    Q, R = linalg_factor.qr(a)
    return R if mode == "r" else QRResult(Q, R)


def _triangle(UPLO: str) -> str:
    if UPLO.upper() not in ("L", "U"):
        raise errors.RangeError("UPLO argument must be 'L' or 'U'")
    return UPLO.upper()


@speaks(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> EighResult:
    return EighResult(*linalg_spectral.eigh(squares(a), uplo=_triangle(UPLO)))


@speaks(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    return linalg_spectral.hermitian_values(squares(a), _triangle(UPLO))


@speaks(np.linalg.eig)
def eig(a: Any) -> EigResult:
    a = squares(a)
    values, vectors = linalg_spectral.eig(a)
    narrow = NARROWS and all_real(a, values)
    return EigResult(np.real(values), np.real(vectors)) if narrow else EigResult(values, vectors)


@speaks(np.linalg.eigvals)
def eigvals(a: Any) -> Any:
    a = squares(a)
    values = linalg_spectral.eig(a)[0]
    return np.real(values) if NARROWS and all_real(a, values) else values


# Until 2.4 NumPy gave a real matrix real eigenvalues where it had no others; since 2.5 they are complex always.
NARROWS = np.lib.NumpyVersion(np.__version__) < "2.5.0"


def all_real(a: Any, values: Any) -> bool:
    """Whether these are eigenvalues of a real matrix without imaginary parts."""
    return not is_complex(a) and not batched(values) and bool(np.all(concrete(values).imag == 0))


@speaks(np.linalg.svd)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    if hermitian:
        return _hermitian_svd(squares(a), compute_uv)
    a = matrices(a)
    if not compute_uv:
        return linalg_spectral.singular_values(a)
    return SVDResult(*linalg_spectral.svd(a, full=bool(full_matrices)))


def _hermitian_svd(a: Any, compute_uv: bool) -> Any:
    """From the eigenvalues: |w| in falling order, the sign of w goes into the right vectors."""
    w, v = linalg_spectral.eigh(a, values=not compute_uv)
    size = np.abs(w)
    order = np.flip(np.argsort(size, axis=-1), axis=-1)
    size = np.take_along_axis(size, order, axis=-1)
    if not compute_uv:
        return size
    sign = np.take_along_axis(np.sign(w), order, axis=-1)
    u = np.take_along_axis(v, st.expand_dims(order, axis=-2), axis=-1)
    return SVDResult(u, size, mH(u * st.expand_dims(sign, axis=-2)))


@speaks(np.linalg.svdvals)
def svdvals(x: Any, /) -> Any:
    return linalg_spectral.singular_values(matrices(x))
