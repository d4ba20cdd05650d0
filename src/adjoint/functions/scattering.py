"""Writing elements where a tensor of indices says, along one dimension: scatter, scatter_add, scatter_reduce."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes, memory
from ..core.tensor import TensorBase, wrap
from ..ops import structure as st
from ..ops.gathering import add_at, along
from ..ops.indexing import get, place
from .grouping import reduce_at
from .indexing import along_checked
from .writing import deliver, inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["scatter", "scatter_add", "scatter_reduce"]


def same_dtype(input: Any, src: Any, name: str) -> None:
    """DtypeError unless both tensors have one dtype."""
    a, b = memory.peek(input).dtype, memory.peek(src).dtype
    if a != b:
        raise errors.DtypeError(
            f"{name}(): Expected self.dtype to be equal to src.dtype, got {dtypes.of(a)!r} and {dtypes.of(b)!r}"
        )


def _along(input: Any, dim: int, index: Any, src: Any, name: str) -> tuple[Any, Any, Any]:
    """Input of at least one dimension, the key of the positions, and the values for them."""
    shape = memory.peek(input).shape
    axis, a = along_checked(shape, dim, index, name)
    if not shape:
        input = st.reshape(input, shape=(1,))
        a = np.reshape(a, -1)
        src = st.reshape(src, shape=(-1,)) if isinstance(src, TensorBase) else src
    elif a.ndim == 0:
        a = np.reshape(a, 1)
        src = st.reshape(src, shape=(-1,)) if isinstance(src, TensorBase) and not memory.peek(src).shape else src
    if isinstance(src, TensorBase):
        same_dtype(input, src, name)
        given = memory.peek(src).shape
        if a.size and (len(given) != a.ndim or any([k > m for k, m in zip(a.shape, given, strict=True)])):
            raise errors.ShapeError(f"Expected index {list(a.shape)} to be no larger than src {list(given)} ({name})")
        if a.size and given != a.shape:
            src = get(src, key=tuple([slice(n) for n in a.shape]))
    else:
        src = wrap(np.full(a.shape, src).astype(memory.peek(input).dtype))
    if not a.size:
        return input, None, src
    return input, along(a, axis, _CAMEL[name]), src


_CAMEL = {"scatter": "Scatter", "scatter_add": "ScatterAdd", "scatter_reduce": "ScatterReduce"}


def scatter(
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Any = None,
    *,
    value: Any = None,
    reduce: str | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """A copy of `input` with the elements of `src` (or one number) at `index` along `dim`, the reverse of `gather`.

    For dim 0: out[index[i, j], j] = src[i, j]; with reduce="add" or "multiply" it is combined with what is there.

    >>> import adjoint as ad
    >>> ad.scatter(ad.zeros(3), 0, ad.tensor([2, 0]), ad.tensor([1., 2.]))
    tensor([2., 0., 1.])
    """
    src = value if src is None else src
    if reduce not in (None, "add", "multiply"):
        raise errors.RangeError(f"reduce argument must be either add or multiply, got {reduce!r}")
    shape = memory.peek(input).shape
    wide, key, src = _along(input, dim, index, src, "scatter")
    if key is None:
        result = st.copy(input)
    elif reduce is None:
        result = place(wide, src, steps=[], key=key)
    else:
        result = reduce_at(wide, src, key, "sum" if reduce == "add" else "prod", True)
    return deliver(shaped(result, shape), out)


def shaped(result: Any, shape: tuple[int, ...]) -> Any:
    """The result in this shape: 0-d tensors are written as vectors of one element."""
    return result if memory.peek(result).shape == shape else st.reshape(result, shape=shape)


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor, *, out: Tensor | None = None) -> Tensor:
    """A copy of `input` with `src` added at `index` along `dim`: out[index[i, j], j] += src[i, j] for dim 0.

    >>> import adjoint as ad
    >>> ad.scatter_add(ad.zeros(2), 0, ad.tensor([1, 1]), ad.tensor([1., 2.]))
    tensor([0., 3.])
    """
    shape = memory.peek(input).shape
    wide, key, src = _along(input, dim, index, src, "scatter_add")
    result = st.copy(input) if key is None else shaped(add_at(wide, src, key=key), shape)
    return deliver(result, out)


def scatter_reduce(
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
    out: Tensor | None = None,
) -> Tensor:
    """A copy of `input` in which what `index` sends to one place is reduced: by sum, prod, mean, amax or amin.

    With include_self=False the values that were there take no part.

    >>> import adjoint as ad
    >>> ad.scatter_reduce(ad.zeros(2), 0, ad.tensor([0, 0, 1]), ad.tensor([1., 3., 5.]), "amax")
    tensor([3., 5.])
    """
    shape = memory.peek(input).shape
    wide, key, src = _along(input, dim, index, src, "scatter_reduce")
    result = st.copy(input) if key is None else shaped(reduce_at(wide, src, key, reduce, include_self), shape)
    return deliver(result, out)


class ScatteringMethods:
    """The functions above as methods, and in place."""

    __slots__ = ()
    scatter = scatter
    scatter_ = inplace(scatter)
    scatter_add = scatter_add
    scatter_add_ = inplace(scatter_add)
    scatter_reduce = scatter_reduce
    scatter_reduce_ = inplace(scatter_reduce)
