"""Distances between vectors: of all pairs, row by row, and by the angle between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import memory
from ..core.tensor import wrap
from ..errors import RangeError, ShapeError
from ..ops import arithmetic as ar
from ..ops import contraction as co
from ..ops import reduction as red
from ..ops import structure as st
from ..ops.indexing import get
from ..ops.selection import select
from .arguments import dimension
from .broadcasting import broadcast_shapes
from .linalg_norms import vector_norm

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["cdist", "pdist", "pairwise_distance", "cosine_similarity"]

_MODES = ("use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist")


def cdist(x1: Tensor, x2: Tensor, p: float = 2.0,
          compute_mode: str | None = "use_mm_for_euclid_dist_if_necessary") -> Tensor:
    """The p-norms of x1[..., i, :] - x2[..., j, :] for all i and j: (..., P, M) and (..., R, M) give (..., P, R).

    Above 25 rows the Euclidean distance is made from one matrix product, unless compute_mode is
    "donot_use_mm_for_euclid_dist"; it is then less accurate for points that nearly coincide. Where a distance is 0, so
    is its gradient.

    >>> import adjoint as ad
    >>> ad.cdist(ad.tensor([[0., 0.], [3., 0.]]), ad.tensor([[0., 4.]]))
    tensor([[4.],
            [5.]])
    """
    a, b = memory.peek(x1).shape, memory.peek(x2).shape
    if len(a) < 2 or len(b) < 2 or a[-1] != b[-1]:
        raise ShapeError(f"cdist expects (..., P, M) and (..., R, M), got {list(a)} and {list(b)}")
    if p < 0:
        raise RangeError(f"cdist only supports non-negative p values, got {p}")
    mode = _MODES[0] if compute_mode is None else compute_mode
    if mode not in _MODES:
        raise ValueError(f"{compute_mode} is not a valid value for compute_mode; expected one of {', '.join(_MODES)}")
    if p == 2 and a[-1] and (mode == _MODES[1] or (mode == _MODES[0] and (a[-2] > 25 or b[-2] > 25))):
        return _euclidean(x1, x2)
    difference = ar.subtract(st.expand_dims(x1, axis=-2), st.expand_dims(x2, axis=-3))
    return _norm(difference, p)


def _norm(x: Any, p: float) -> Any:
    """The p-norm over the last dimension; an empty one has norm 0."""
    if x.shape[-1] == 0:
        return red.sum(x, axis=-1)
    return vector_norm(x, p, -1)


def _euclidean(x: Any, y: Any) -> Any:
    """sqrt(|x|^2 + |y|^2 - 2 x.y), both counted from the middle of the y, so that fewer digits are lost."""
    b = memory.peek(y)
    middle = wrap(b.mean(axis=-2, keepdims=True, dtype=b.dtype)) if b.ndim == 2 and b.size else 0.0
    x, y = ar.subtract(x, middle), ar.subtract(y, middle)
    inner = co.matmul(x, st.mT(y))
    lengths = ar.add(st.expand_dims(red.sum(ar.square(x), axis=-1), axis=-1),
                     st.expand_dims(red.sum(ar.square(y), axis=-1), axis=-2))
    square = ar.subtract(lengths, ar.multiply(inner, 2.0))
    apart = memory.load(square) > 0
    return select(ar.sqrt(select(square, 1.0, condition=apart)), 0.0, condition=apart)


def pdist(input: Tensor, p: float = 2) -> Tensor:
    """The p-norm distances of all pairs of rows i < j, in a vector.

    >>> import adjoint as ad
    >>> ad.pdist(ad.tensor([[0., 0.], [3., 4.], [0., 1.]]))
    tensor([5.0000, 1.0000, 4.2426])
    """
    shape = memory.peek(input).shape
    if len(shape) != 2:
        raise ShapeError(f"pdist only supports 2D tensors, got: {len(shape)}D")
    if p < 0:
        raise RangeError(f"pdist only supports non-negative p values, got {p}")
    i, j = np.triu_indices(shape[0], 1)
    return _norm(ar.subtract(get(input, key=i), get(input, key=j)), p)


def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The p-norm of x1 - x2 + eps over the last dimension.

    >>> import adjoint as ad
    >>> ad.pairwise_distance(ad.tensor([[0., 0.]]), ad.tensor([[3., 4.]]))
    tensor([5.0000])
    """
    return vector_norm(ar.add(ar.subtract(x1, x2), float(eps)), p, -1, keepdim)


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between x1 and x2 along `dim`: x1.x2 over both lengths, none counted as less than eps.

    >>> import adjoint as ad
    >>> ad.cosine_similarity(ad.tensor([[3., 4.]]), ad.tensor([[4., 3.]]))
    tensor([0.9600])
    """
    a, b = memory.peek(x1).shape, memory.peek(x2).shape
    if a != b:
        common = tuple(broadcast_shapes(a, b))
        x1, x2 = st.broadcast_to(x1, shape=common), st.broadcast_to(x2, shape=common)
    axis = dimension(dim, memory.peek(x1).ndim)
    product = ar.multiply(_unit(x1, axis, eps), _unit(x2, axis, eps))
    return red.sum(product, axis=axis) if memory.peek(x1).ndim else product


def _unit(x: Any, axis: int, eps: float) -> Any:
    length = vector_norm(x, 2, axis if memory.peek(x).ndim else None, keepdim=True)
    return ar.divide(x, ar.clamp_min(length, float(eps)))
