"""Linear systems by PyTorch's names: solve, inv, lstsq, pinv, triangular systems, tensor equations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import memory
from ..ops import linalg_solve as ops
from ..ops import structure as st
from ..ops.linalg_parts import identity_like
from . import linalg_results as results
from .linalg_checks import (
    bare,
    constant_tensor,
    is_vector,
    matrix,
    same_dtype,
    square,
)
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor


def solve(A: Tensor, B: Tensor, *, left: bool = True, out: Tensor | None = None) -> Tensor:
    """The X with A X = B (X A = B if not `left`); LinAlgError if a matrix is singular.

    A (..., n, n), B (..., n, k), or vectors (n,) or (..., n); the batch dimensions broadcast.

    >>> import adjoint as ad
    >>> ad.linalg.solve(ad.tensor([[2., 0.], [0., 4.]]), ad.tensor([2., 2.]))
    tensor([1.0000, 0.5000])
    """
    return deliver(_solve(A, B, left, "linalg.solve"), out)


def _solve(A: Any, B: Any, left: bool, name: str) -> Any:
    square(A, name)
    same_dtype(A, B, name)
    vector = is_vector(A, B)
    if vector and not left:
        raise errors.ShapeError(f"{name}: Vector broadcasting of the left hand side is not supported for left=False")
    if vector:
        B = st.expand_dims(B, axis=-1)
    n, rows = A.shape[-1], B.shape[-2 if left else -1]
    if n != rows:
        raise errors.ShapeError(
            f"{name}: Incompatible shapes of A and B for the equation {'AX = B' if left else 'XA = B'} "
            f"({A.shape[-2]}x{n} and {B.shape[-2]}x{B.shape[-1]})"
        )
    x = ops.solve(A, B) if left else st.mT(ops.solve(st.mT(A), st.mT(B)))
    return st.squeeze(x, axis=-1) if vector else x


def solve_ex(A: Tensor, B: Tensor, *, left: bool = True, check_errors: bool = False,
             out: Any = None) -> results.linalg_solve_ex:
    """The solution as `solve` gives it and `info`, 0 for each matrix that is invertible; singular ones give NaN.

    >>> import adjoint as ad
    >>> ad.linalg.solve_ex(ad.zeros(1, 1), ad.ones(1)).info
    tensor(1, dtype=adjoint.int32)
    """
    square(A, "linalg.solve_ex")
    info = _singular_info(bare(A))
    if check_errors or not info.any():
        x = _solve(A, B, left, "linalg.solve")
    else:
        vector = is_vector(A, B)
        x = _solve(_regular(A, info), B, left, "linalg.solve_ex")
        x = np.where((info == 0)[..., None] if vector else (info == 0)[..., None, None], x, math.nan)
    return deliver(results.linalg_solve_ex(x, constant_tensor(info)), out)


def inv(A: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of each matrix; LinAlgError if one is singular.

    >>> import adjoint as ad
    >>> ad.linalg.inv(ad.tensor([[2., 0.], [0., 4.]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    return deliver(ops.inv(square(A, "linalg.inv")), out)


def inv_ex(A: Tensor, *, check_errors: bool = False, out: Any = None) -> results.linalg_inv_ex:
    """The inverse as `inv` gives it and `info`, 0 for each matrix that is invertible; singular ones give NaN.

    >>> import adjoint as ad
    >>> ad.linalg.inv_ex(ad.tensor([[2.]])).info
    tensor(0, dtype=adjoint.int32)
    """
    square(A, "linalg.inv_ex")
    info = _singular_info(bare(A))
    if check_errors or not info.any():
        x = ops.inv(A)
    else:
        x = np.where((info == 0)[..., None, None], ops.inv(_regular(A, info)), math.nan)
    return deliver(results.linalg_inv_ex(x, constant_tensor(info)), out)


def _singular_info(a: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """For each matrix the number of the first zero pivot of its LU factors, or 0."""
    info = np.zeros(a.shape[:-2], np.int32)
    try:
        np.linalg.inv(a)
    except np.linalg.LinAlgError:
        from ..ops.linalg_factor import lu_info

        info = lu_info(a)
    return info


def _regular(A: Any, info: np.ndarray[Any, Any]) -> Any:
    return np.where((info == 0)[..., None, None], A, identity_like(A))


def solve_triangular(A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False,
                     out: Tensor | None = None) -> Tensor:
    """The X with A X = B (X A = B if not `left`), where only one triangle of A is read.

    `unitriangular=True` takes the diagonal for ones. A zero on the diagonal gives inf or NaN, not an error.

    >>> import adjoint as ad
    >>> ad.linalg.solve_triangular(ad.tensor([[2., 1.], [9., 4.]]), ad.tensor([[3.], [4.]]), upper=True)
    tensor([[1.],
            [1.]])
    """
    square(A, "linalg.solve_triangular")
    matrix(B, "linalg.solve_triangular", "B")
    same_dtype(A, B, "linalg.solve_triangular")
    if A.shape[-1] != B.shape[-2 if left else -1]:
        raise errors.ShapeError(
            f"linalg.solve_triangular: Incompatible shapes of A and B for the equation "
            f"{'AX = B' if left else 'XA = B'} ({A.shape[-2]}x{A.shape[-1]} and {B.shape[-2]}x{B.shape[-1]})"
        )
    return deliver(ops.solve_triangular(A, B, up=upper, unit=unitriangular, left=left), out)


def pinv(A: Tensor, rcond: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None,
         out: Tensor | None = None) -> Tensor:
    """The pseudo-inverse; singular values at most max(atol, rtol * the largest) count as zero.

    `rtol` is max(m, n) * eps by default (0 if `atol` is given). The derivative is that among matrices of equal rank.

    >>> import adjoint as ad
    >>> ad.linalg.pinv(ad.tensor([[2., 0.], [0., 0.]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.0000]])
    """
    (square if hermitian else matrix)(A, "linalg.pinv")
    atol, rtol = tolerances(bare(A), atol, rcond if rtol is None else rtol)
    batch = np.broadcast_shapes(A.shape[:-2], atol.shape, rtol.shape)
    if len(batch) > A.ndim - 2:
        A = st.broadcast_to(A, shape=(*batch, *A.shape[-2:]))
    return deliver(ops.pinv(A, atol, rtol, hermitian=hermitian), out)


def tolerances(a: np.ndarray[Any, Any], atol: Any, rtol: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """torch's tolerances for singular values, with their defaults: rtol max(m, n) * eps, or 0 if atol is given."""
    atol = np.asarray(0.0) if atol is None else value_of(atol)
    if rtol is None:
        rtol = 0.0 if np.any(memory.everything(atol) > 0) else max(a.shape[-2:]) * np.finfo(a.dtype).eps
    return atol, value_of(rtol)


def value_of(x: Any) -> Any:
    """A number or the array of a tensor."""
    return bare(x) if hasattr(x, "requires_grad") else np.asarray(x)


def lstsq(A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None,
          out: Any = None) -> results.linalg_lstsq:
    """The X of smallest norm that minimises the norm of A X - B, with residuals, rank and singular values.

    Which of the last three are not empty depends on `driver` ("gelsy" by default, "gels", "gelsd", "gelss"), as in
    torch: the rank for all but gels, singular values for gelsd and gelss, residuals when m > n and the rank is full.

    >>> import adjoint as ad
    >>> ad.linalg.lstsq(ad.tensor([[1.], [1.]]), ad.tensor([[1.], [3.]])).solution
    tensor([[2.]])
    """
    matrix(A, "torch.linalg.lstsq", "input")
    driver = driver or "gelsy"
    if driver not in ("gels", "gelsy", "gelsd", "gelss"):
        raise errors.LinAlgError(
            f"torch.linalg.lstsq: parameter `driver` should be one of (gels, gelsy, gelsd, gelss), not {driver!r}"
        )
    same_dtype(A, B, "torch.linalg.lstsq")
    vector = is_vector(A, B)
    y = st.expand_dims(B, axis=-1) if vector else B
    m, n = A.shape[-2:]
    if y.shape[-2] != m:
        raise errors.ShapeError(f"torch.linalg.lstsq: input.size(-2) should match other.size(-2): {m}, {y.shape[-2]}")
    x, y = ops.same_batch(A, y)
    a = bare(x)
    eps = float(np.finfo(a.dtype).eps)
    rcond = eps * max(m, n) if rcond is None else float(rcond)
    values = np.linalg.svd(a, compute_uv=False)
    if driver == "gels":
        rcond = 0.0
    rank = np.sum(values > rcond * np.max(values, axis=-1, keepdims=True, initial=0.0), axis=-1)
    solution = ops.lstsq(x, y, rcond=rcond)
    kind = np.real(a).dtype
    residuals = st.reshape(np.real(solution)[..., :0], shape=(0,))  # empty, but a part of the graph as in torch
    if m > n and driver != "gelsy" and np.all(memory.everything(rank == n)):
        difference = x @ solution - y
        residuals = np.sum(np.real(difference * np.conjugate(difference)), axis=-2)
    result = results.linalg_lstsq(
        st.squeeze(solution, axis=-1) if vector else solution,
        residuals,
        constant_tensor(rank.astype(np.int64) if driver != "gels" else np.zeros(0, np.int64)),
        constant_tensor(values if driver in ("gelsd", "gelss") else np.zeros(0, kind)),
    )
    return deliver(result, out)


def tensorinv(A: Tensor, ind: int = 2, *, out: Tensor | None = None) -> Tensor:
    """The inverse of the map that `tensordot(A, x, A.ndim - ind)` is: its first `ind` dimensions come last.

    >>> import adjoint as ad
    >>> ad.linalg.tensorinv(2 * ad.eye(6).reshape(2, 3, 6)).shape
    adjoint.Size([6, 2, 3])
    """
    if ind <= 0:
        raise errors.ShapeError(f"Expected a strictly positive integer for 'ind', but got {ind}")
    shape = tuple(A.shape)
    rows, columns = math.prod(shape[:ind]), math.prod(shape[ind:])
    if rows != columns:
        raise errors.ShapeError(
            f"Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got "
            f"{columns} != {rows}"
        )
    x = ops.inv(square(st.reshape(A, shape=(rows, columns)), "linalg.tensorinv"))
    return deliver(st.reshape(x, shape=shape[ind:] + shape[:ind]), out)


def tensorsolve(A: Tensor, B: Tensor, dims: Any = None, *, out: Tensor | None = None) -> Tensor:
    """The X with tensordot(A, X, X.ndim) = B; `dims` of A are moved to its end first.

    >>> import adjoint as ad
    >>> ad.linalg.tensorsolve(ad.eye(4).reshape(2, 2, 4), ad.ones(2, 2))
    tensor([1., 1., 1., 1.])
    """
    if dims is not None:
        last = [d % A.ndim for d in ([dims] if isinstance(dims, int) else dims)]
        A = st.transpose(A, axes=(*[i for i in range(A.ndim) if i not in last], *last))
    shape = tuple(A.shape[B.ndim:])
    n = math.prod(tuple(B.shape))
    if math.prod(shape) != n:
        raise errors.ShapeError(
            f"Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), "
            f"but got {math.prod(shape)} != {n}"
        )
    same_dtype(A, B, "linalg.tensorsolve")
    x = ops.solve(square(st.reshape(A, shape=(n, n)), "linalg.tensorsolve"), st.reshape(B, shape=(n, 1)))
    return deliver(st.reshape(x, shape=shape), out)


def cholesky_solve(B: Tensor, L: Tensor, upper: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The X with A X = B, from the Cholesky factor of A: A = L L^H, or L^H L if `upper`.

    >>> import adjoint as ad
    >>> ad.cholesky_solve(ad.tensor([[4.]]), ad.tensor([[2.]]))
    tensor([[1.]])
    """
    matrix(B, "cholesky_solve", "B")
    square(L, "cholesky_solve", "L")
    if B.shape[-2] != L.shape[-1]:
        raise errors.ShapeError(
            f"Incompatible matrix sizes for cholesky_solve: each A matrix is {L.shape[-1]} by {L.shape[-1]} but each b "
            f"matrix is {B.shape[-2]} by {B.shape[-1]}"
        )
    return deliver(ops.cholesky_solve(L, B, up=bool(upper)), out)


def cholesky_inverse(L: Tensor, upper: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The inverse of A, from its Cholesky factor: A = L L^H, or L^H L if `upper`.

    >>> import adjoint as ad
    >>> ad.cholesky_inverse(ad.tensor([[2.]]))
    tensor([[0.2500]])
    """
    square(L, "cholesky_inverse", "L")
    return deliver(ops.cholesky_solve(L, identity_like(L), up=bool(upper)), out)


