"""Factorisations by PyTorch's names: cholesky, qr, lu, ldl, and Householder products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import memory
from ..ops import linalg_factor as ops
from ..ops import linalg_ldl as ldl
from ..ops import structure as st
from ..ops.linalg_parts import identity_like, lower, mH, upper
from ..ops.linalg_solve import same_batch
from ..ops.linalg_solve import solve_triangular as triangular
from . import linalg_results as results
from .linalg_checks import (
    bare,
    constant_tensor,
    matrix,
    same_dtype,
    square,
)
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor


def cholesky(A: Tensor, *, upper: bool = False, out: Tensor | None = None) -> Tensor:
    """The lower triangular L with L L^H = A (the upper one with U^H U = A if `upper`); LinAlgError if not positive.

    Only that triangle of A is read. The gradient is Hermitian.

    >>> import adjoint as ad
    >>> ad.linalg.cholesky(ad.tensor([[4., 2.], [2., 5.]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    square(A, "linalg.cholesky")
    return deliver(mH(ops.cholesky(mH(A))) if upper else ops.cholesky(A), out)


def cholesky_ex(A: Tensor, *, upper: bool = False, check_errors: bool = False,
                out: Any = None) -> results.linalg_cholesky_ex:
    """The factor as `cholesky` gives it and `info`: 0, or the order of the leading minor that is not positive.

    >>> import adjoint as ad
    >>> ad.linalg.cholesky_ex(ad.tensor([[-1.]])).info
    tensor(1, dtype=adjoint.int32)
    """
    square(A, "linalg.cholesky_ex")
    x = mH(A) if upper else A
    factor, info = ops.cholesky_info(bare(x))
    L = ops.cholesky(x) if check_errors or not info.any() else constant_tensor(factor)
    return deliver(results.linalg_cholesky_ex(mH(L) if upper else L, constant_tensor(info)), out)


def qr(A: Tensor, mode: str = "reduced", *, out: Any = None) -> results.linalg_qr:
    """Q with orthonormal columns and R upper triangular with Q R = A.

    `mode` is "reduced" (Q m x k, R k x n, k = min(m, n)), "complete" (Q m x m, R m x n; no derivative if m > n) or "r"
    (Q empty). The derivative exists where the first k columns of each matrix are linearly independent.

    >>> import adjoint as ad
    >>> ad.linalg.qr(ad.tensor([[3.], [4.]])).R.abs()
    tensor([[5.]])
    """
    matrix(A, "linalg.qr")
    if mode not in ("reduced", "complete", "r"):
        raise errors.LinAlgError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )
    m, n = A.shape[-2:]
    Q, R = ops.qr_complete(A) if mode == "complete" and m > n else ops.qr(A)
    return deliver(results.linalg_qr(constant_tensor(np.zeros(0, bare(A).dtype)) if mode == "r" else Q, R), out)


def lu_factor(A: Tensor, *, pivot: bool = True, out: Any = None) -> results.linalg_lu_factor:
    """L and U of P L U = A in one matrix, and the row exchanges (int32, counted from 1).

    >>> import adjoint as ad
    >>> ad.linalg.lu_factor(ad.tensor([[1., 2.], [2., 2.]])).pivots
    tensor([2, 2], dtype=adjoint.int32)
    """
    LU, pivots = _lu_factor(A, pivot, "linalg.lu_factor")
    return deliver(results.linalg_lu_factor(LU, pivots), out)


def lu_factor_ex(A: Tensor, *, pivot: bool = True, check_errors: bool = False,
                 out: Any = None) -> results.linalg_lu_factor_ex:
    """What `lu_factor` gives, and `info`: 0, or the number of the first zero on the diagonal of U.

    >>> import adjoint as ad
    >>> ad.linalg.lu_factor_ex(ad.zeros(2, 2)).info
    tensor(1, dtype=adjoint.int32)
    """
    LU, pivots = _lu_factor(A, pivot, "linalg.lu_factor_ex")
    info = _first_zero(bare(LU))
    if check_errors and memory.everything(info).any():
        first = memory.everything(info).max()
        raise errors.LinAlgError(
            f"linalg.lu_factor_ex: U[{first},{first}] is zero and using it on lu_solve would result in a "
            f"division by zero"
        )
    return deliver(results.linalg_lu_factor_ex(LU, pivots, constant_tensor(info)), out)


def _first_zero(LU: Any) -> Any:
    """For each matrix the number of the first zero on the diagonal of U, counted from 1, or 0."""
    zero = np.diagonal(LU, axis1=-2, axis2=-1) == 0
    if not zero.shape[-1]:
        return np.zeros(zero.shape[:-1], np.int32)
    return np.where(np.any(zero, axis=-1), np.argmax(zero, axis=-1) + 1, 0).astype(np.int32)


def _lu_factor(A: Any, pivot: bool, name: str) -> tuple[Any, Any]:
    if not pivot:
        raise errors.LinAlgError(f"{name}: LU without pivoting is not implemented on the CPU; use pivot=True")
    return ops.lu_factor(matrix(A, name))


def lu(A: Tensor, *, pivot: bool = True, out: Any = None) -> results.linalg_lu:
    """P, L, U with P L U = A: a permutation, lower triangular with ones on its diagonal, upper triangular.

    >>> import adjoint as ad
    >>> P, L, U = ad.linalg.lu(ad.tensor([[1., 2.], [2., 2.]]))
    >>> L
    tensor([[1.0000, 0.0000],
            [0.5000, 1.0000]])
    """
    LU, pivots = _lu_factor(A, pivot, "linalg.lu")
    return deliver(results.linalg_lu(*unpack(LU, pivots)), out)


def unpack(LU: Any, pivots: Any) -> tuple[Any, Any, Any]:
    """P, L, U from what `lu_factor` gives."""
    return (ops.permutation(pivots, LU), *triangles(LU))


def triangles(LU: Any) -> tuple[Any, Any]:
    """L and U from the matrix that holds both."""
    k = min(LU.shape[-2:])
    left = lower(LU[..., :, :k], k=-1)
    return left + identity_like(left), upper(LU[..., :k, :])


def lu_solve(LU: Tensor, pivots: Tensor, B: Tensor, *, left: bool = True, adjoint: bool = False,
             out: Tensor | None = None) -> Tensor:
    """The X with A X = B (X A = B if not `left`; A^H in place of A if `adjoint`), from what `lu_factor` gives for A.

    >>> import adjoint as ad
    >>> A = ad.tensor([[1., 2.], [2., 2.]])
    >>> ad.linalg.lu_solve(*ad.linalg.lu_factor(A), ad.tensor([[3.], [4.]]))
    tensor([[1.],
            [1.]])
    """
    square(LU, "linalg.lu_solve", "LU")
    matrix(B, "linalg.lu_solve", "B")
    same_dtype(LU, B, "linalg.lu_solve")
    if LU.shape[-1] != B.shape[-2 if left else -1]:
        raise errors.ShapeError(
            f"linalg.lu_solve: Incompatible shapes of A and B for the equation {'AX = B' if left else 'XA = B'} "
            f"({LU.shape[-2]}x{LU.shape[-1]} and {B.shape[-2]}x{B.shape[-1]})"
        )
    P = ops.permutation(pivots, LU)
    # X A = B is A^H X^H = B^H
    x = _lu_solve(LU, P, B, adjoint) if left else mH(_lu_solve(LU, P, mH(B), not adjoint))
    return deliver(x, out)


def _lu_solve(LU: Any, P: Any, B: Any, adjoint: bool) -> Any:
    if adjoint:
        y = triangular(mH(LU), B, up=False)
        return P @ triangular(mH(LU), y, up=True, unit=True)
    y = triangular(LU, st.mT(P) @ B, up=False, unit=True)
    return triangular(LU, y, up=True)


def ldl_factor(A: Tensor, *, hermitian: bool = False, out: Any = None) -> results.linalg_ldl_factor:
    """LAPACK's compact L and D with A = L D L^T (L D L^H if `hermitian`) and the pivots; not differentiable.

    >>> import adjoint as ad
    >>> ad.linalg.ldl_factor(ad.eye(2)).pivots
    tensor([1, 2], dtype=adjoint.int32)
    """
    LD, pivots, _ = ldl.ldl_factor(square(A, "linalg.ldl_factor"), hermitian=hermitian)
    return deliver(results.linalg_ldl_factor(LD, pivots), out)


def ldl_factor_ex(A: Tensor, *, hermitian: bool = False, check_errors: bool = False,
                  out: Any = None) -> results.linalg_ldl_factor_ex:
    """What `ldl_factor` gives, and `info`: 0, or the number of the first block of D that is exactly zero.

    >>> import adjoint as ad
    >>> ad.linalg.ldl_factor_ex(ad.eye(2)).info
    tensor(0, dtype=adjoint.int32)
    """
    LD, pivots, info = ldl.ldl_factor(square(A, "linalg.ldl_factor_ex"), hermitian=hermitian)
    if check_errors and bare(info).any():
        raise errors.LinAlgError("linalg.ldl_factor_ex: D has a zero block, so ldl_solve would divide by zero")
    return deliver(results.linalg_ldl_factor_ex(LD, pivots, info), out)


def ldl_solve(LD: Tensor, pivots: Tensor, B: Tensor, *, hermitian: bool = False, out: Tensor | None = None) -> Tensor:
    """The X with A X = B, from what `ldl_factor` gives for A; differentiable in B.

    >>> import adjoint as ad
    >>> ad.linalg.ldl_solve(*ad.linalg.ldl_factor(2 * ad.eye(2)), ad.ones(2, 1))
    tensor([[0.5000],
            [0.5000]])
    """
    square(LD, "linalg.ldl_solve", "LD")
    matrix(B, "linalg.ldl_solve", "B")
    if LD.shape[-1] != B.shape[-2]:
        raise errors.ShapeError(
            f"linalg.ldl_solve: Incompatible matrix sizes: {list(LD.shape[-2:])} and {list(B.shape[-2:])}"
        )
    LD, B = same_batch(LD, B)
    pivots = st.broadcast_to(pivots, shape=tuple(LD.shape[:-1]))
    return deliver(ldl.ldl_solve(LD, pivots, B, hermitian=hermitian), out)


def householder_product(A: Tensor, tau: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The first n columns of H1 H2 ... Hk with Hi = 1 - tau_i v_i v_i^H, where v_i stands in A below its diagonal.

    >>> import adjoint as ad
    >>> ad.linalg.householder_product(ad.zeros(2, 1), ad.tensor([1.]))
    tensor([[0.],
            [0.]])
    """
    matrix(A, "torch.linalg.householder_product", "input")
    m, n = A.shape[-2:]
    k = tau.shape[-1]
    if not m >= n >= k:
        raise errors.ShapeError(
            f"torch.linalg.householder_product: input.shape[-2] must be greater than or equal to input.shape[-1], "
            f"which must be greater than or equal to tau.shape[-1]; they are {m}, {n}, {k}"
        )
    same_dtype(A, tau, "torch.linalg.householder_product")
    start = identity_like(A) + lower(A, k=-m)  # zeros of A: with no reflector too the result is a part of the graph
    return deliver(reflect(A, tau, start), out)


def reflect(A: Any, tau: Any, C: Any, *, left: bool = True, adjoint: bool = False) -> Any:
    """Q C (C Q if not `left`; Q^H in place of Q if `adjoint`), Q = H1 ... Hk of the vectors in A and their tau."""
    k = tau.shape[-1]
    below = lower(A[..., :, :k], k=-1)
    vectors = below + identity_like(below)
    if adjoint:
        tau = np.conjugate(tau)
    # the reflector that stands next to C goes first
    for i in range(k) if left == adjoint else reversed(range(k)):
        v, t = vectors[..., :, i:i + 1], tau[..., i:i + 1, None]
        C = C - t * (v @ (mH(v) @ C)) if left else C - t * ((C @ v) @ mH(v))
    return C
