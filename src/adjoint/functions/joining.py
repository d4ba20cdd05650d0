"""Tensors joined: cat, stack, their h/v/d/column forms, block_diag, meshgrid, products and combinations of vectors."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import memory
from ..core.tensor import TensorBase
from ..ops import joining as ops
from ..ops import structure as st
from ..ops.indexing import get
from .arguments import dimension
from .broadcasting import broadcast_tensors
from .shapes import atleast_1d, atleast_2d, atleast_3d
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "cat",
    "concat",
    "concatenate",
    "stack",
    "hstack",
    "vstack",
    "row_stack",
    "dstack",
    "column_stack",
    "block_diag",
    "meshgrid",
    "cartesian_prod",
    "combinations",
]

Tensors = Sequence[Any]


def _given(tensors: Any, name: str) -> tuple[Any, ...]:
    if isinstance(tensors, TensorBase):
        raise TypeError(f"{name}(): argument 'tensors' must be a tuple of Tensors, not a Tensor")
    tensors = tuple(tensors)
    if not tensors:
        raise errors.RangeError(f"{name}(): expected a non-empty list of Tensors")
    return tensors


def cat(tensors: Tensors, dim: int = 0, *, axis: int | None = None, out: Tensor | None = None) -> Tensor:
    """The tensors one after the other along `dim`; empty vectors are passed over.

    >>> import adjoint as ad
    >>> ad.cat((ad.tensor([1, 2]), ad.tensor([3])))
    tensor([1, 2, 3])
    """
    given = _given(tensors, "cat")
    shapes = [memory.peek(x).shape for x in given]
    if any([not s for s in shapes]):
        raise errors.ShapeError(f"zero-dimensional tensor (at position {shapes.index(())}) cannot be concatenated")
    kept = [i for i, s in enumerate(shapes) if s != (0,)] or [0]
    n = len(shapes[kept[0]])
    d = dimension(dim if axis is None else axis, n)
    for i in kept:
        if len(shapes[i]) != n:
            raise errors.ShapeError(f"Tensors must have same number of dimensions: got {n} and {len(shapes[i])}")
        if shapes[i][:d] + shapes[i][d + 1 :] != shapes[kept[0]][:d] + shapes[kept[0]][d + 1 :]:
            raise errors.ShapeError(
                f"Sizes of tensors must match except in dimension {d}. Got {list(shapes[kept[0]])} and "
                f"{list(shapes[i])} for tensor number {i} in the list."
            )
    if len(kept) < len(given):
        shape = (*shapes[kept[0]][:d], 0, *shapes[kept[0]][d + 1 :])
        given = tuple([x if s != (0,) else st.reshape(x, shape=shape) for x, s in zip(given, shapes, strict=True)])
    result = st.concatenate(given, axis=d)
    return deliver(result, out) if out is not None else result


def concat(tensors: Tensors, dim: int = 0, *, axis: int | None = None, out: Tensor | None = None) -> Tensor:
    """`cat` by another name.

    >>> import adjoint as ad
    >>> ad.concat((ad.ones(1), ad.zeros(1)))
    tensor([1., 0.])
    """
    return cat(tensors, dim, axis=axis, out=out)


def concatenate(tensors: Tensors, dim: int = 0, *, axis: int | None = None, out: Tensor | None = None) -> Tensor:
    """`cat` by NumPy's name.

    >>> import adjoint as ad
    >>> ad.concatenate((ad.ones(1), ad.zeros(1)), axis=0)
    tensor([1., 0.])
    """
    return cat(tensors, dim, axis=axis, out=out)


def stack(tensors: Tensors, dim: int = 0, *, axis: int | None = None, out: Tensor | None = None) -> Tensor:
    """The tensors, all of one shape, side by side along a new dimension `dim`.

    >>> import adjoint as ad
    >>> ad.stack((ad.tensor([1, 2]), ad.tensor([3, 4])), 1)
    tensor([[1, 3],
            [2, 4]])
    """
    given = _given(tensors, "stack")
    shapes = [memory.peek(x).shape for x in given]
    for i, s in enumerate(shapes):
        if s != shapes[0]:
            raise errors.ShapeError(
                f"stack expects each tensor to be equal size, but got {list(shapes[0])} at entry 0 and "
                f"{list(s)} at entry {i}"
            )
    result = st.stack(given, axis=dimension(dim if axis is None else axis, len(shapes[0]) + 1))
    return deliver(result, out) if out is not None else result


def hstack(tensors: Tensors, *, out: Tensor | None = None) -> Tensor:
    """The tensors joined along the second dimension, vectors along their only one.

    >>> import adjoint as ad
    >>> ad.hstack((ad.tensor([1, 2]), ad.tensor([3])))
    tensor([1, 2, 3])
    """
    given = atleast_1d(_given(tensors, "hstack"))
    return cat(given, 0 if memory.peek(given[0]).ndim == 1 else 1, out=out)


def vstack(tensors: Tensors, *, out: Tensor | None = None) -> Tensor:
    """The tensors joined along the first dimension, vectors as rows.

    >>> import adjoint as ad
    >>> ad.vstack((ad.tensor([1, 2]), ad.tensor([3, 4])))
    tensor([[1, 2],
            [3, 4]])
    """
    return cat(atleast_2d(_given(tensors, "vstack")), 0, out=out)


def row_stack(tensors: Tensors, *, out: Tensor | None = None) -> Tensor:
    """`vstack` by another name.

    >>> import adjoint as ad
    >>> ad.row_stack((ad.ones(2), ad.zeros(2))).shape
    adjoint.Size([2, 2])
    """
    return vstack(tensors, out=out)


def dstack(tensors: Tensors, *, out: Tensor | None = None) -> Tensor:
    """The tensors joined along the third dimension.

    >>> import adjoint as ad
    >>> ad.dstack((ad.ones(2), ad.zeros(2)))
    tensor([[[1., 0.],
             [1., 0.]]])
    """
    return cat(atleast_3d(_given(tensors, "dstack")), 2, out=out)


def column_stack(tensors: Tensors, *, out: Tensor | None = None) -> Tensor:
    """The tensors joined along the second dimension, vectors as columns.

    >>> import adjoint as ad
    >>> ad.column_stack((ad.tensor([1, 2]), ad.tensor([3, 4])))
    tensor([[1, 3],
            [2, 4]])
    """
    columns = [
        x if memory.peek(x).ndim > 1 else st.reshape(x, shape=(memory.peek(x).size, 1))
        for x in _given(tensors, "column_stack")
    ]
    return cat(columns, 1, out=out)


def block_diag(*tensors: Any) -> Tensor:
    """The matrix with the tensors (matrices, rows, numbers) as blocks down the diagonal.

    >>> import adjoint as ad
    >>> ad.block_diag(ad.ones(1, 2), ad.tensor(5.))
    tensor([[1., 1., 0.],
            [0., 0., 5.]])
    """
    for i, x in enumerate(tensors):
        if memory.peek(x).ndim > 2:
            raise errors.ShapeError(
                f"block_diag: Input tensors must have 2 or fewer dimensions. Input {i} has "
                f"{memory.peek(x).ndim} dimensions"
            )
    return ops.block_diagonal(tuple([atleast_2d(x) for x in tensors]))


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Coordinates of a grid: for each vector, its values spread over the grid that all of them span.

    With indexing "ij" dimension k of the grid belongs to vector k; with "xy" the first two are exchanged.

    >>> import adjoint as ad
    >>> x, y = ad.meshgrid(ad.tensor([1, 2]), ad.tensor([3, 4]), indexing="ij")
    >>> x, y
    (tensor([[1, 1],
            [2, 2]]), tensor([[3, 4],
            [3, 4]]))
    """
    if indexing not in ("ij", "xy"):
        raise errors.RangeError(f'meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    given = tuple(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors
    if any([memory.peek(x).ndim > 1 for x in given]):
        raise errors.ShapeError("meshgrid: Expected 0D or 1D tensor in the tensor list")
    places = list(range(len(given)))
    if indexing == "xy" and len(given) > 1:
        places[:2] = 1, 0
    spread = [
        st.reshape(x, shape=tuple([-1 if d == p else 1 for d in range(len(given))]))
        for x, p in zip(given, places, strict=True)
    ]
    return broadcast_tensors(*spread)


def cartesian_prod(*tensors: Any) -> Tensor:
    """All choices of one element from each vector, a row for each; of one vector, the vector.

    >>> import adjoint as ad
    >>> ad.cartesian_prod(ad.tensor([1, 2]), ad.tensor([3, 4]))
    tensor([[1, 3],
            [1, 4],
            [2, 3],
            [2, 4]])
    """
    if any([memory.peek(x).ndim != 1 for x in tensors]):
        raise errors.ShapeError("Expect a 1D vector in each argument of cartesian_prod")
    if len(tensors) == 1:
        return tensors[0]
    return stack([st.reshape(x, shape=(-1,)) for x in meshgrid(*tensors)], 1)


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All choices of `r` elements of a vector, in their order, a row for each.

    >>> import adjoint as ad
    >>> ad.combinations(ad.tensor([1, 2, 3]))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    a = memory.peek(input)
    if a.ndim != 1:
        raise errors.ShapeError(f"Expect a 1D vector, but got shape {list(a.shape)}")
    if r < 0:
        raise errors.RangeError(f"Expect a non-negative number, but got {r}")
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    if r == 0:
        return get(input, key=(np.zeros(0, np.intp),))
    index = np.array(list(choose(range(a.size), r)), np.intp).reshape(-1, r)
    return get(input, key=(index,))
