"""Linear algebra under the older names that PyTorch keeps at top level: qr, svd, lu, geqrf, norm ..."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..ops import linalg_factor as factor
from ..ops import linalg_ldl as lapack
from ..ops import linalg_solve as solving
from ..ops import structure as st
from ..ops.linalg_parts import mH
from . import linalg_factoring, linalg_norms, linalg_products, linalg_spectra
from . import linalg_results as results
from .linalg_checks import (
    bare,
    constant_tensor,
    matrix,
    same_dtype,
    square,
)
from .linalg_factoring import householder_product as orgqr
from .linalg_factoring import reflect
from .linalg_products import matrix_exp as matrix_exp
from .linalg_solving import cholesky_inverse as cholesky_inverse
from .linalg_solving import cholesky_solve as cholesky_solve
from .linalg_solving import inv, pinv
from .linalg_spectra import logdet as logdet
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "cholesky", "cholesky_inverse", "cholesky_solve", "cross", "det", "frobenius_norm", "geqrf",
    "inverse", "logdet", "lu", "lu_solve", "lu_unpack", "matrix_exp", "matrix_power", "norm", "nuclear_norm", "orgqr",
    "ormqr", "pinverse", "qr", "slogdet", "svd", "triangular_solve",
]


def det(input: Tensor) -> Tensor:
    """`linalg.det`.

    >>> import adjoint as ad
    >>> ad.det(ad.eye(2))
    tensor(1.)
    """
    return linalg_spectra.det(input)


def slogdet(input: Tensor) -> results.slogdet:
    """`linalg.slogdet`.

    >>> import adjoint as ad
    >>> ad.slogdet(ad.eye(2)).sign
    tensor(1.)
    """
    return results.slogdet(*linalg_spectra.slogdet(input))


def inverse(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """`linalg.inv`.

    >>> import adjoint as ad
    >>> ad.inverse(ad.tensor([[2.]]))
    tensor([[0.5000]])
    """
    return inv(input, out=out)


def pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """`linalg.pinv` with the tolerance `rcond` times the largest singular value.

    >>> import adjoint as ad
    >>> ad.pinverse(ad.tensor([[2., 0.]]))
    tensor([[0.5000],
            [0.0000]])
    """
    return pinv(input, rcond)


def matrix_power(input: Tensor, n: int, *, out: Tensor | None = None) -> Tensor:
    """`linalg.matrix_power`.

    >>> import adjoint as ad
    >>> ad.matrix_power(ad.tensor([[2.]]), 3)
    tensor([[8.]])
    """
    return linalg_products.matrix_power(input, n, out=out)


def cross(input: Tensor, other: Tensor, dim: int | None = None, *, out: Tensor | None = None) -> Tensor:
    """`linalg.cross` along `dim`, by default the first dimension of length 3.

    >>> import adjoint as ad
    >>> ad.cross(ad.tensor([1., 0., 0.]), ad.tensor([0., 1., 0.]))
    tensor([0., 0., 1.])
    """
    if dim is None:
        shape = tuple(input.shape)
        if 3 not in shape:
            raise errors.ShapeError(f"no dimension of size 3 in input of shape {list(shape)}")
        dim = shape.index(3)
    return linalg_products.cross(input, other, dim=dim, out=out)


def cholesky(input: Tensor, upper: bool = False, *, out: Tensor | None = None) -> Tensor:
    """`linalg.cholesky`.

    >>> import adjoint as ad
    >>> ad.cholesky(ad.tensor([[4.]]))
    tensor([[2.]])
    """
    return linalg_factoring.cholesky(input, upper=upper, out=out)


def qr(input: Tensor, some: bool = True, *, out: Any = None) -> results.qr:
    """`linalg.qr`, with mode "reduced" or, if not `some`, "complete".

    >>> import adjoint as ad
    >>> ad.qr(ad.tensor([[3.], [4.]])).Q.shape
    adjoint.Size([2, 1])
    """
    return deliver(results.qr(*linalg_factoring.qr(input, "reduced" if some else "complete")), out)


def svd(input: Tensor, some: bool = True, compute_uv: bool = True, *, out: Any = None) -> results.svd:
    """U, S, V with U diag(S) V^H = input (V, not V^H as in `linalg.svd`); without `compute_uv` U and V are zero.

    >>> import adjoint as ad
    >>> ad.svd(ad.tensor([[3., 0.], [0., 4.]])).S
    tensor([4., 3.])
    """
    matrix(input, "svd", "input")
    if compute_uv:
        U, S, Vh = linalg_spectra.svd(input, full_matrices=not some)
        return deliver(results.svd(U, S, mH(Vh)), out)
    m, n = input.shape[-2:]
    batch, dtype = tuple(input.shape[:-2]), bare(input).dtype
    zeros = [constant_tensor(np.zeros((*batch, k, k), dtype)) for k in (m, n)]
    return deliver(results.svd(zeros[0], linalg_spectra.svdvals(input), zeros[1]), out)


def triangular_solve(b: Tensor, A: Tensor, upper: bool = True, transpose: bool = False, unitriangular: bool = False, *,
                     out: Any = None) -> results.triangular_solve:
    """The X with A X = b (A^T X = b if `transpose`), of which one triangle is read, and a copy of A.

    >>> import adjoint as ad
    >>> ad.triangular_solve(ad.tensor([[4.]]), ad.tensor([[2.]])).solution
    tensor([[2.]])
    """
    square(A, "triangular_solve")
    matrix(b, "triangular_solve", "b")
    same_dtype(A, b, "triangular_solve")
    if A.shape[-1] != b.shape[-2]:
        raise errors.ShapeError(
            f"Incompatible matrix sizes for triangular_solve: each A matrix is {A.shape[-2]} by {A.shape[-1]} but each "
            f"b matrix is {b.shape[-2]} by {b.shape[-1]}"
        )
    A, b = solving.same_batch(A, b)
    x = solving.solve_triangular(st.mT(A) if transpose else A, b, up=upper != transpose, unit=unitriangular)
    return deliver(results.triangular_solve(x, st.copy(A)), out)


def lu(A: Tensor, pivot: bool = True, get_infos: bool = False, out: Any = None) -> Any:
    """The compact LU factors and the pivots, and if `get_infos` the info of `linalg.lu_factor_ex`.

    >>> import adjoint as ad
    >>> ad.lu(ad.eye(2))[1]
    tensor([1, 2], dtype=adjoint.int32)
    """
    result = linalg_factoring.lu_factor_ex(A, pivot=pivot)
    return deliver(tuple(result) if get_infos else tuple(result)[:2], out)


def lu_solve(b: Tensor, LU_data: Tensor, LU_pivots: Tensor, *, out: Tensor | None = None) -> Tensor:
    """`linalg.lu_solve`, its arguments in another order.

    >>> import adjoint as ad
    >>> ad.lu_solve(ad.ones(2, 1), *ad.lu(ad.eye(2)))
    tensor([[1.],
            [1.]])
    """
    return linalg_factoring.lu_solve(LU_data, LU_pivots, b, out=out)


def lu_unpack(LU_data: Tensor, LU_pivots: Tensor, unpack_data: bool = True, unpack_pivots: bool = True, *,
              out: Any = None) -> results.lu_unpack:
    """P, L, U from compact LU factors and pivots; what is not asked for is empty.

    >>> import adjoint as ad
    >>> ad.lu_unpack(*ad.lu(ad.tensor([[2.]]))).U
    tensor([[2.]])
    """
    matrix(LU_data, "lu_unpack", "LU_data")
    pivots = bare(LU_pivots)
    if unpack_pivots and pivots.dtype != np.int32:
        raise errors.DtypeError(
            f"torch.lu_unpack: LU_pivots is expected to be a tensor of int32 dtype, not {LU_pivots.dtype!r}"
        )
    empty = constant_tensor(np.zeros(0, bare(LU_data).dtype))
    P = factor.permutation(LU_pivots, LU_data) if unpack_pivots else empty
    L, U = linalg_factoring.triangles(LU_data) if unpack_data else (empty, empty)
    return deliver(results.lu_unpack(P, L, U), out)


def geqrf(input: Tensor, *, out: Any = None) -> results.geqrf:
    """LAPACK's compact QR: R in the upper triangle, reflectors below, and their factors; not differentiable.

    >>> import adjoint as ad
    >>> ad.geqrf(ad.tensor([[1.]])).tau
    tensor([0.])
    """
    return deliver(results.geqrf(*lapack.geqrf(matrix(input, "torch.geqrf", "input"))), out)


def ormqr(input: Tensor, tau: Tensor, other: Tensor, left: bool = True, transpose: bool = False, *,
          out: Tensor | None = None) -> Tensor:
    """Q @ other (other @ Q if not `left`; Q^H if `transpose`), Q the product of the reflectors in `input` and `tau`.

    >>> import adjoint as ad
    >>> ad.ormqr(*ad.geqrf(ad.tensor([[1.]])), ad.tensor([[3.]]))
    tensor([[3.]])
    """
    matrix(input, "torch.ormqr", "input")
    matrix(other, "torch.ormqr", "other")
    same_dtype(input, other, "torch.ormqr")
    return deliver(reflect(input, tau, other, left=left, adjoint=transpose), out)


def norm(input: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False, out: Tensor | None = None,
         dtype: Any = None) -> Tensor:
    """The vector norm of order `p` over `dim` or all elements; "fro" is 2, "nuc" the nuclear norm of matrices.

    >>> import adjoint as ad
    >>> ad.norm(ad.tensor([[3., 0.], [0., 4.]]))
    tensor(5.)
    """
    if p == "nuc":
        return linalg_norms.matrix_norm(input, "nuc", (-2, -1) if dim is None else dim, keepdim, dtype=dtype, out=out)
    if isinstance(p, str) and p != "fro":
        raise errors.LinAlgError(f"norm(): the order is a number, 'fro' or 'nuc', not {p!r}")
    return linalg_norms.vector_norm(input, 2 if p == "fro" or p is None else p, dim, keepdim, dtype=dtype, out=out)


def nuclear_norm(input: Tensor, dim: Any = (-2, -1), keepdim: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The sum of the singular values.

    >>> import adjoint as ad
    >>> ad.nuclear_norm(ad.eye(2))
    tensor(2.)
    """
    return linalg_norms.matrix_norm(input, "nuc", dim, keepdim, out=out)


def frobenius_norm(input: Tensor, dim: Any, keepdim: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The root of the sum of the squares over `dim`.

    >>> import adjoint as ad
    >>> ad.frobenius_norm(ad.ones(2, 2), (0, 1))
    tensor(2.)
    """
    return linalg_norms.vector_norm(input, 2, dim, keepdim, out=out)


class LinalgMethods:
    __slots__ = ()
    cholesky = cholesky
    cholesky_inverse = cholesky_inverse
    cholesky_solve = cholesky_solve
    cross = cross
    det = det
    geqrf = geqrf
    inverse = inverse
    logdet = logdet
    lu = lu
    lu_solve = lu_solve
    matrix_exp = matrix_exp
    matrix_power = matrix_power
    norm = norm
    orgqr = orgqr
    ormqr = ormqr
    pinverse = pinverse
    qr = qr
    slogdet = slogdet
    svd = svd
    triangular_solve = triangular_solve
