"""NumPy's own linear algebra on tensors: np.linalg.inv(x), np.linalg.norm(x, axis=0) record as adjoint.linalg does."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import registry
from ..ops import structure as st
from . import linalg_factoring as factoring
from . import linalg_norms as norms
from . import linalg_products as products
from . import linalg_solving as solving
from . import linalg_spectra as spectra

# the same arguments in the same order
_same: tuple[tuple[Any, Any], ...] = (
    (np.linalg.inv, solving.inv), (np.linalg.tensorinv, solving.tensorinv), (np.linalg.det, spectra.det),
    (np.linalg.slogdet, spectra.slogdet), (np.linalg.cholesky, factoring.cholesky), (np.linalg.qr, factoring.qr),
    (np.linalg.eigh, spectra.eigh), (np.linalg.eigvalsh, spectra.eigvalsh), (np.linalg.eig, spectra.eig),
    (np.linalg.eigvals, spectra.eigvals), (np.linalg.svdvals, spectra.svdvals), (np.linalg.cond, norms.cond),
    (np.linalg.matrix_power, products.matrix_power), (np.linalg.multi_dot, products.multi_dot),
)
for _theirs, _ours in _same:
    registry.speaks(_theirs)(_ours)


@registry.speaks(np.linalg.solve)
def _solve(a: Any, b: Any) -> Any:
    # a stack of vectors is not told from a matrix by its shape: only one dimension makes a vector
    if b.ndim == 1:
        return solving.solve(a, b)
    return solving.ops.solve(a, b)


@registry.speaks(np.linalg.svd)
def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    return spectra.svd(a, full_matrices) if compute_uv else spectra.svdvals(a)


@registry.speaks(np.linalg.pinv)
def _pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    return solving.pinv(a, rcond=rcond, hermitian=hermitian, rtol=rtol)


@registry.speaks(np.linalg.norm)
def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    return norms.norm(x, ord, axis, keepdims)


@registry.speaks(np.linalg.vector_norm)
def _vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    return norms.vector_norm(x, ord, axis, keepdims)


@registry.speaks(np.linalg.matrix_norm)
def _matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return norms.matrix_norm(x, ord, keepdim=keepdims)


@registry.speaks(np.linalg.tensorsolve)
def _tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    return solving.tensorsolve(a, b, axes)


@registry.speaks(np.linalg.diagonal)
def _diagonal(x: Any, /, *, offset: int = 0) -> Any:
    return st.diagonal(x, offset=offset, axis1=-2, axis2=-1)


@registry.speaks(np.linalg.lstsq)
def _lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    x, residuals, rank, values = solving.lstsq(a, b, rcond, driver="gelsd")
    return x, residuals, rank, values
