"""Eigenvalues, singular values and determinants by PyTorch's names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..ops import linalg_spectral as ops
from ..ops.linalg_det import det as det_op
from ..ops.linalg_det import slogdet as slogdet_op
from . import linalg_results as results
from .linalg_checks import (
    bare,
    constant_tensor,
    matrix,
    square,
    tracked,
)
from .linalg_solving import tolerances
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor


def det(A: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The determinant of each matrix; its derivatives are right at singular matrices too.

    >>> import adjoint as ad
    >>> A = ad.tensor([[1., 2.], [2., 4.]], requires_grad=True)
    >>> ad.linalg.det(A).backward()
    >>> A.grad
    tensor([[ 4., -2.],
            [-2.,  1.]])
    """
    return deliver(det_op(square(A, "linalg.det")), out)


def slogdet(A: Tensor, *, out: Any = None) -> results.linalg_slogdet:
    """The sign (a complex number of modulus one for complex matrices) and the logarithm of |det A|.

    >>> import adjoint as ad
    >>> ad.linalg.slogdet(ad.tensor([[0., 1.], [1., 0.]]))
    adjoint.return_types.linalg_slogdet(
    sign=tensor(-1.),
    logabsdet=tensor(0.))
    """
    return deliver(results.linalg_slogdet(*slogdet_op(square(A, "linalg.slogdet"))), out)


def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant: NaN where a real one is negative, -inf where it is zero.

    >>> import adjoint as ad
    >>> ad.logdet(ad.eye(3))
    tensor(0.)
    """
    sign, logarithm = slogdet_op(square(input, "logdet"))
    if bare(input).dtype.kind == "c":
        return np.log(sign) + logarithm
    return np.where(sign == -1, math.nan, logarithm)  # type: ignore[return-value]


def eigh(A: Tensor, UPLO: str = "L", *, out: Any = None) -> results.linalg_eigh:
    """The eigenvalues, ascending, of Hermitian matrices, and their orthonormal eigenvectors (columns).

    One triangle of A is read, as UPLO says. Where an eigenvalue repeats, a loss that does not depend on the choice of
    basis gets its derivative, one that does an error; the basis returned there is a generic one, other than NumPy's.

    >>> import adjoint as ad
    >>> A = ad.eye(2, requires_grad=True)
    >>> L, V = ad.linalg.eigh(A)
    >>> (V * L.exp() @ V.mH).sum().backward()  # the sum of exp(A)
    >>> A.grad
    tensor([[2.7183, 2.7183],
            [2.7183, 2.7183]])
    """
    return deliver(results.linalg_eigh(*ops.eigh(square(A, "linalg.eigh"), uplo=_uplo(UPLO))), out)


def eigvalsh(A: Tensor, UPLO: str = "L", *, out: Tensor | None = None) -> Tensor:
    """The eigenvalues, ascending, of Hermitian matrices, of which one triangle is read.

    >>> import adjoint as ad
    >>> ad.linalg.eigvalsh(ad.tensor([[0., 1.], [1., 0.]]))
    tensor([-1.,  1.])
    """
    square(A, "linalg.eigvalsh")
    uplo = _uplo(UPLO)
    return deliver(ops.hermitian_values(A, uplo) if tracked(A) else ops.eigvalsh(A, uplo=uplo), out)


def _uplo(UPLO: str) -> str:
    if UPLO not in ("L", "U", "l", "u"):
        raise errors.LinAlgError(f"Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    return UPLO.upper()


def eig(A: Tensor, *, out: Any = None) -> results.linalg_eig:
    """The eigenvalues of square matrices and their eigenvectors (columns of length one), complex.

    >>> import adjoint as ad
    >>> ad.linalg.eig(ad.tensor([[0., -1.], [1., 0.]])).eigenvalues
    tensor([0.+1.j, 0.-1.j])
    """
    return deliver(results.linalg_eig(*ops.eig(square(A, "linalg.eig"))), out)


def eigvals(A: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The eigenvalues of square matrices, complex.

    >>> import adjoint as ad
    >>> ad.linalg.eigvals(ad.tensor([[2.]]))
    tensor([2.+0.j])
    """
    square(A, "linalg.eigvals")
    return deliver(ops.eig(A)[0] if tracked(A) else ops.eigvals(A), out)


def svd(A: Tensor, full_matrices: bool = True, *, driver: str | None = None, out: Any = None) -> results.linalg_svd:
    """U, S, Vh with U diag(S) Vh = A: orthonormal columns, singular values in falling order, orthonormal rows.

    With `full_matrices` U and Vh are square. A loss must not depend on the phases of the vectors, nor, where a singular
    value repeats, on their basis: that is an error. `driver` is accepted for torch's sake.

    >>> import adjoint as ad
    >>> ad.linalg.svd(ad.tensor([[3., 0.], [0., 4.]])).S
    tensor([4., 3.])
    """
    return deliver(results.linalg_svd(*ops.svd(matrix(A, "linalg.svd"), full=bool(full_matrices))), out)


def svdvals(A: Tensor, *, driver: str | None = None, out: Tensor | None = None) -> Tensor:
    """The singular values of each matrix in falling order.

    >>> import adjoint as ad
    >>> ad.linalg.svdvals(ad.tensor([[3., 0.], [0., -4.]]))
    tensor([4., 3.])
    """
    return deliver(singular_values(matrix(A, "linalg.svdvals")), out)


def singular_values(A: Any) -> Any:
    """The singular values, without vectors where no derivative is wanted."""
    return ops.singular_values(A) if tracked(A) else ops.svdvals(A)


def matrix_rank(A: Tensor, tol: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None,
                out: Tensor | None = None) -> Tensor:
    """How many singular values exceed max(atol, rtol * the largest), as int64.

    `rtol` is max(m, n) * eps by default (0 if `atol` or `tol` is given).

    >>> import adjoint as ad
    >>> ad.linalg.matrix_rank(ad.ones(3, 3))
    tensor(1)
    """
    (square if hermitian else matrix)(A, "torch.linalg.matrix_rank", "input")
    a = bare(A)
    if tol is not None:
        atol, rtol = tol, 0.0
    if a.size == 0:
        return deliver(constant_tensor(np.zeros(a.shape[:-2], np.int64)), out)
    values = np.abs(np.linalg.eigvalsh(a)) if hermitian else np.linalg.svd(a, compute_uv=False)
    atol, rtol = tolerances(a, atol, rtol)
    size = np.maximum(atol, rtol * np.max(values, axis=-1))
    return deliver(constant_tensor(np.sum(values > size[..., None], axis=-1)), out)
