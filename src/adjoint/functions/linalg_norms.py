"""Norms of vectors and matrices, and condition numbers, by PyTorch's names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes
from ..ops import linalg_functions as ops
from ..ops import structure as st
from .arguments import dimensions
from .linalg_checks import bare, floating, matrix, square
from .linalg_solving import inv_ex
from .linalg_spectra import singular_values
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

_INF = math.inf


def vector_norm(x: Tensor, ord: float = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None,
                out: Tensor | None = None) -> Tensor:
    """The norm (sum |x|^ord)^(1/ord) over `dim`, or over all elements.

    `ord` is any number: inf and -inf give the largest and smallest |x|, 0 counts what is not zero. At zero the gradient
    is zero. `dtype` is the one to compute in.

    >>> import adjoint as ad
    >>> x = ad.zeros(3, requires_grad=True)
    >>> ad.linalg.vector_norm(x).backward()
    >>> x.grad
    tensor([0., 0., 0.])
    """
    return deliver(_vector_norm(_cast(x, dtype, "linalg.vector_norm"), ord, dim, keepdim), out)


def _cast(x: Any, dtype: Any, name: str) -> Any:
    floating(x, name)
    if dtype is None:
        return x
    target = dtypes.as_dtype(dtype)
    own = dtypes.of(bare(x).dtype)
    if target.category < dtypes.FLOAT:
        raise errors.DtypeError(f"{name}: dtype should be floating point or complex. Got {target!r}")
    if target.category != own.category:
        raise errors.DtypeError(
            f"{name}: dtype should be {'complex' if own.is_complex else 'real'} for {own!r} inputs, but got {target!r}"
        )
    if dtypes.promote(own, target) is not target:
        raise errors.DtypeError(
            f"{name}: the dtype of the input ({own!r}) should be convertible without narrowing to the specified dtype "
            f"({target!r})"
        )
    return x if own is target else st.astype(x, dtype=target.numpy)


def _axes(x: Any, dim: Any) -> tuple[int, ...] | None:
    """Axes of the reduction; None for all."""
    return None if x.ndim == 0 else dimensions(dim, x.ndim)


def _vector_norm(x: Any, ord: Any, dim: Any, keepdim: bool) -> Any:
    if not isinstance(ord, (int, float)):
        raise errors.LinAlgError(f"linalg.vector_norm: ord must be a number, not {ord!r}")
    axes = _axes(x, dim)
    where: dict[str, Any] = {"axis": axes, "keepdims": bool(keepdim)}
    if ord == 2:
        return ops.norm2(x, **where)
    if (ord < 0 or ord == _INF) and 0 in [x.shape[i] for i in (range(x.ndim) if axes is None else axes)]:
        raise errors.ShapeError(
            f"linalg.vector_norm cannot compute the {ord} norm on an empty tensor because the operation does not have "
            f"an identity"
        )
    if ord == 0:
        return ops.count_nonzero(x, **where)
    if ord == 1:
        return np.sum(np.abs(x), **where)
    if ord == _INF:
        return np.max(np.abs(x), **where)
    if ord == -_INF:
        return np.min(np.abs(x), **where)
    return ops.normp(x, p=float(ord), **where)


def matrix_norm(A: Tensor, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None,
                out: Tensor | None = None) -> Tensor:
    """The norm of the matrices in the two dimensions `dim`.

    `ord`: "fro", "nuc" (sum of the singular values), 2 and -2 (largest and smallest singular value), 1 and -1 (largest
    and smallest column sum of |A|), inf and -inf (row sums).

    >>> import adjoint as ad
    >>> ad.linalg.matrix_norm(ad.tensor([[3., 0.], [0., -4.]]), "nuc")
    tensor(7.)
    """
    matrix(A, "linalg.matrix_norm")
    return deliver(_matrix_norm(_cast(A, dtype, "linalg.matrix_norm"), ord, dim, keepdim), out)


def _matrix_norm(A: Any, ord: Any, dim: Any, keepdim: bool) -> Any:
    axes = None if isinstance(dim, int) else _axes(A, dim)
    if axes is None or len(axes) != 2:
        raise errors.ShapeError(f"linalg.matrix_norm: dim must be a 2-tuple. Got {dim}")
    if ord == "fro":
        return ops.norm2(A, axis=axes, keepdims=bool(keepdim))
    if ord not in ("nuc", 2, -2, 1, -1, _INF, -_INF):
        kind = "Order" if isinstance(ord, str) else "Order number"
        raise errors.LinAlgError(f"linalg.matrix_norm: {kind} {ord} not supported; it is 'fro', 'nuc', 1, 2, inf or a "
                                 f"negative of these")
    rows, columns = axes
    if ord in ("nuc", 2, -2):
        x = st.moveaxis(A, source=axes, destination=(-2, -1))
        if ord != "nuc" and 0 in x.shape[-2:]:
            raise _no_identity(ord)
        values = singular_values(x)
        out = np.sum(values, axis=-1) if ord == "nuc" else (np.max if ord > 0 else np.min)(values, axis=-1)
        return st.expand_dims(out, axis=tuple(sorted(axes))) if keepdim else out
    first, second = (rows, columns) if abs(ord) == 1 else (columns, rows)
    if A.shape[second] == 0:
        raise _no_identity(ord)
    sums = np.sum(np.abs(A), axis=first, keepdims=True)
    out = (np.max if ord > 0 else np.min)(sums, axis=second, keepdims=True)
    return out if keepdim else st.squeeze(out, axis=axes)


def _no_identity(ord: Any) -> errors.ShapeError:
    return errors.ShapeError(
        f"linalg.matrix_norm cannot compute the {ord} norm on an empty matrix because the operation does not have an "
        f"identity"
    )


def norm(A: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False, *, out: Tensor | None = None,
         dtype: Any = None) -> Tensor:
    """`matrix_norm` where `ord` or `dim` say that matrices are meant, else `vector_norm`.

    Without `ord` and `dim` it is the 2-norm of all elements; with `ord` alone A has one or two dimensions.

    >>> import adjoint as ad
    >>> ad.linalg.norm(ad.tensor([3., 4.]))
    tensor(5.)
    >>> ad.linalg.norm(ad.tensor([[3., 0.], [0., -4.]]), ord=2)
    tensor(4.)
    """
    x = _cast(A, dtype, "linalg.norm")
    axes = None if dim is None else _axes(x, dim)
    if ord is not None and dim is None and x.ndim not in (1, 2):
        raise errors.ShapeError(
            f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {x.ndim}D."
        )
    pair = x.ndim == 2 if dim is None else axes is not None and len(axes) == 2
    if ord is not None and (pair or isinstance(ord, str)):
        if isinstance(ord, str) and dim is None and x.ndim != 2:
            raise errors.ShapeError(f"linalg.norm: {ord!r} is a norm of matrices; the input has {x.ndim} dimension(s)")
        return deliver(_matrix_norm(x, ord, (0, 1) if dim is None else dim, keepdim), out)
    return deliver(_vector_norm(x, 2 if ord is None else ord, dim, keepdim), out)


def cond(A: Tensor, p: Any = None, *, out: Tensor | None = None) -> Tensor:
    """The condition number in the norm `p`: the norm of A times that of its inverse; inf for singular matrices.

    `p` is None or 2 (largest over smallest singular value), -2, "fro", "nuc", 1, -1, inf or -inf.

    >>> import adjoint as ad
    >>> ad.linalg.cond(ad.tensor([[2., 0.], [0., 4.]]))
    tensor(2.)
    """
    matrix(A, "linalg.cond")
    if p in (None, 2, -2):
        if 0 in A.shape[-2:]:
            return deliver(np.zeros_like(np.sum(np.abs(A), axis=(-2, -1))), out)
        values = singular_values(A)
        large, small = values[..., 0], values[..., -1]
        return deliver(small / large if p == -2 else large / small, out)
    square(A, "linalg.cond")
    if 0 in A.shape[-2:]:
        return deliver(np.zeros_like(np.sum(np.abs(A), axis=(-2, -1))), out)
    inverse, info = inv_ex(A)
    size = _matrix_norm(A, p, (-2, -1), False) * _matrix_norm(inverse, p, (-2, -1), False)
    return deliver(np.where(bare(info) == 0, size, _INF) if bare(info).any() else size, out)
