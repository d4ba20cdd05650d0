"""Diagonals and triangles: diagonal, diag, diag_embed, tril, triu and their indices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes, memory
from ..core.tensor import wrap
from ..core.writes import WHOLE
from ..ops import structure as st
from ..ops import trace as ops
from .arguments import dimension
from .part_writing import write_part
from .placement import check_place
from .writing import deliver, inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "diagonal",
    "diag",
    "diag_embed",
    "diagflat",
    "diagonal_scatter",
    "tril",
    "triu",
    "tril_indices",
    "triu_indices",
    "trace",
]


def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A view of the diagonal of the matrices in dim1 and dim2 as the last dimension; `offset` > 0: above the main one.

    >>> import adjoint as ad
    >>> ad.diagonal(ad.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    return st.diagonal(input, **_where(input, offset, dim1, dim2))


def _where(input: Any, offset: int, dim1: int, dim2: int) -> dict[str, int]:
    n = memory.peek(input).ndim
    axis1, axis2 = dimension(dim1, n), dimension(dim2, n)
    if axis1 == axis2:
        raise errors.ShapeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return {"offset": int(offset), "axis1": axis1, "axis2": axis2}


def diag(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
    """The matrix with the vector `input` on a diagonal, or a copy of a diagonal of the matrix `input`.

    >>> import adjoint as ad
    >>> ad.diag(ad.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    n = memory.peek(input).ndim
    if n not in (1, 2):
        raise errors.ShapeError(f"diag(): Supports 1D or 2D tensors. Got {n}D")
    result = diag_embed(input, diagonal) if n == 1 else st.copy(st.diagonal(input, offset=int(diagonal)))
    return deliver(result, out) if out is not None else result


def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Matrices in dim1 and dim2 with the last dimension of `input` on a diagonal.

    >>> import adjoint as ad
    >>> ad.diag_embed(ad.tensor([1, 2]), 1)
    tensor([[0, 1, 0],
            [0, 0, 2],
            [0, 0, 0]])
    """
    shape = memory.peek(input).shape
    n = len(shape) + 1
    axis1, axis2 = dimension(dim1, n), dimension(dim2, n)
    if axis1 == axis2:
        raise errors.ShapeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    if not shape:
        raise errors.ShapeError("diag_embed expects at least a 1-dimensional tensor")
    side = shape[-1] + abs(offset)
    rest = iter(shape[:-1])
    full = tuple([side if d in (axis1, axis2) else next(rest) for d in range(n)])
    return st.diagonal_into(input, shape=full, offset=int(offset), axis1=axis1, axis2=axis2)


def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """The matrix with all elements of `input` on a diagonal.

    >>> import adjoint as ad
    >>> ad.diagflat(ad.tensor([[1], [2]]))
    tensor([[1, 0],
            [0, 2]])
    """
    return diag_embed(st.reshape(input, shape=(-1,)), offset)


def diagonal_scatter(input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A copy of `input` in which a diagonal is `src`.

    >>> import adjoint as ad
    >>> ad.diagonal_scatter(ad.zeros(2, 2), ad.ones(2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    where = _where(input, offset, dim1, dim2)
    shape = np.diagonal(memory.peek(input), **where).shape
    steps = [(st.diagonal.op, where)]  # type: ignore[attr-defined]
    return write_part(input, src, steps, WHOLE, shape, "diagonal_scatter")


def tril(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
    """The lower triangle of the matrices in the last two dimensions, zeros above `diagonal`.

    >>> import adjoint as ad
    >>> ad.tril(ad.ones(2, 2))
    tensor([[1., 0.],
            [1., 1.]])
    """
    result = st.tril(_matrices(input, "tril"), k=int(diagonal))
    return deliver(result, out) if out is not None else result


def triu(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
    """The upper triangle of the matrices in the last two dimensions, zeros below `diagonal`.

    >>> import adjoint as ad
    >>> ad.triu(ad.ones(2, 2))
    tensor([[1., 1.],
            [0., 1.]])
    """
    result = st.triu(_matrices(input, "triu"), k=int(diagonal))
    return deliver(result, out) if out is not None else result


def _matrices(input: Any, name: str) -> Any:
    if memory.peek(input).ndim < 2:
        raise errors.ShapeError(f"{name}: input tensor must have at least 2 dimensions")
    return input


def tril_indices(
    row: int, col: int, offset: int = 0, *, dtype: Any = dtypes.int64, device: Any = None, layout: Any = None
) -> Tensor:
    """Rows and columns of the elements on and below a diagonal of a row x col matrix, as a 2 x n tensor.

    >>> import adjoint as ad
    >>> ad.tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    check_place("tril_indices", layout, device)
    return _indices(np.tril_indices(row, offset, col), dtype)


def triu_indices(
    row: int, col: int, offset: int = 0, *, dtype: Any = dtypes.int64, device: Any = None, layout: Any = None
) -> Tensor:
    """Rows and columns of the elements on and above a diagonal of a row x col matrix, as a 2 x n tensor.

    >>> import adjoint as ad
    >>> ad.triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    check_place("triu_indices", layout, device)
    return _indices(np.triu_indices(row, offset, col), dtype)


def _indices(pair: Any, dtype: Any) -> Any:
    return wrap(np.stack(pair).astype(dtypes.as_dtype(dtype).numpy))


def trace(input: Tensor) -> Tensor:
    """The sum of the main diagonal of a matrix; of integers in int64.

    >>> import adjoint as ad
    >>> ad.trace(ad.tensor([[1., 2.], [3., 4.]]))
    tensor(5.)
    """
    a = memory.peek(input)
    if a.ndim != 2:
        raise errors.ShapeError(f"trace: expected a matrix, but got tensor with dim {a.ndim}")
    if a.dtype.kind == "b":
        raise NotImplementedError("trace is not implemented for bool; use .long().trace()")
    return ops.trace(st.astype(input, dtype=np.int64) if a.dtype.kind == "u" else input)


class DiagonalMethods:
    """The functions above as methods."""

    __slots__ = ()
    diagonal = diagonal
    diag = diag
    diag_embed = diag_embed
    trace = trace
    diagflat = diagflat
    diagonal_scatter = diagonal_scatter
    tril = tril
    tril_ = inplace(tril)
    triu = triu
    triu_ = inplace(triu)
