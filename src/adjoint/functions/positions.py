"""Positions as tensors of indices: those of a fixed number of non-zero elements, and those that flat indices mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import dtypes, memory
from ..core.tensor import wrap
from ..errors import DtypeError, RangeError
from ..ops import structure as st
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["nonzero_static", "unravel_index"]


def nonzero_static(input: Tensor, *, size: int, fill_value: int = -1, out: Tensor | None = None) -> Tensor:
    """The indices of the first `size` elements that are not zero, one row each; rows too many hold `fill_value`.

    >>> import adjoint as ad
    >>> ad.nonzero_static(ad.tensor([0., 3.]), size=2)
    tensor([[ 1],
            [-1]])
    """
    if size < 0:
        raise RangeError(f"nonzero_static: 'size' must be an non-negative integer, got {size}")
    found = np.argwhere(memory.load(input))[:size]
    rows = np.full((size, found.shape[1]), fill_value, np.int64)
    rows[: len(found)] = found
    return deliver(wrap(rows), out)


def unravel_index(indices: Tensor, shape: int | Sequence[int]) -> tuple[Tensor, ...]:
    """The index along each dimension of a tensor of this shape, from indices into the flat tensor.

    >>> import adjoint as ad
    >>> ad.unravel_index(ad.tensor([3, 5]), (2, 3))
    (tensor([1, 1]), tensor([0, 2]))
    """
    flat = memory.load(indices)
    if flat.dtype.kind not in "iu":
        raise DtypeError(f"expected 'indices' to be integer dtype, but got {dtypes.of(flat.dtype)!r}")
    flat = st.astype(flat, dtype=np.int64)
    lengths = tuple(shape) if isinstance(shape, Sequence) else (shape,)
    if any([n < 0 for n in lengths]):
        raise RangeError(f"'shape' cannot have negative values, but got {lengths}")
    places: list[Any] = []
    for n in reversed(lengths):
        flat, place = np.divmod(flat, n)
        places.insert(0, wrap(place))
    return tuple(places)


class PositionMethods:
    """The function above that is a method."""

    __slots__ = ()
    nonzero_static = nonzero_static
