"""Writing at indices, masks and flat positions: index_add, index_put, masked_fill, put and siblings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes, memory
from ..core.tensor import TensorBase, wrap
from ..ops import arithmetic
from ..ops import structure as st
from ..ops.gathering import add_at, axis_key, named
from ..ops.indexing import get, place
from ..ops.selection import select as select_op
from .broadcasting import broadcast_shapes
from .casting import cast
from .creation import number_as
from .grouping import reduce_at
from .indexing import flat_index, index_vector, mask_array
from .scattering import same_dtype, shaped
from .writing import deliver, inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "index_add", "index_copy", "index_fill", "index_put", "index_put_", "index_reduce", "masked_fill",
    "masked_scatter", "put",
]


def _by_vector(input: Any, dim: int, index: Any, source: Any, name: str) -> tuple[Any, Any, Any, tuple[int, ...]]:
    """Input of at least one dimension, the key of its parts, the source for them, and the shape of the result."""
    a, axis, shape = index_vector(input, dim, index, name)
    given = memory.peek(source).shape
    same_dtype(input, source, name)
    if not shape:
        return st.reshape(input, shape=(1,)), (a,), st.reshape(source, shape=(-1,)), shape
    want = (*shape[:axis], a.size, *shape[axis + 1 :])
    if not given and want == (1,):
        source, given = st.reshape(source, shape=(1,)), (1,)
    if given != want:
        raise errors.ShapeError(
            f"{name}(): source of shape {list(given)} does not match {list(want)}, the slices of "
            f"destination at the {a.size} indices"
        )
    camel = "".join([w.capitalize() for w in name.split("_")])
    return input, axis_key(axis, a, camel), source, shape


def index_add(
    input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1, out: Tensor | None = None
) -> Tensor:
    """A copy of `input` with alpha * source added to its parts at these indices of `dim`, repeated ones each time.

    >>> import adjoint as ad
    >>> ad.index_add(ad.zeros(3), 0, ad.tensor([0, 0]), ad.tensor([1., 2.]))
    tensor([3., 0., 0.])
    """
    wide, key, source, shape = _by_vector(input, dim, index, source, "index_add")
    if alpha != 1:
        source = arithmetic.multiply(source, alpha)
    return deliver(shaped(add_at(wide, source, key=key), shape), out)


def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor, *, out: Tensor | None = None) -> Tensor:
    """A copy of `input` whose parts at these indices of `dim` are those of `source`.

    >>> import adjoint as ad
    >>> ad.index_copy(ad.zeros(3), 0, ad.tensor([2, 0]), ad.tensor([1., 2.]))
    tensor([2., 0., 1.])
    """
    wide, key, source, shape = _by_vector(input, dim, index, source, "index_copy")
    return deliver(shaped(place(wide, source, steps=[], key=key), shape), out)


def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """A copy of `input` whose parts at these indices of `dim` are all `value`.

    >>> import adjoint as ad
    >>> ad.index_fill(ad.zeros(3), 0, ad.tensor([0]), 5)
    tensor([5., 0., 0.])
    """
    a, axis, shape = index_vector(input, dim, index, "index_fill")
    value = _scalar(input, value, "index_fill")
    chosen = place(np.zeros(shape or (1,), bool), np.array(True), steps=[], key=(slice(None),) * axis + (a,))
    return select_op(value, input, condition=np.reshape(chosen, shape))


def _scalar(input: Any, value: Any, name: str) -> Any:
    """The fill value as a 0-d tensor of the dtype of the input."""
    own = dtypes.of(memory.peek(input).dtype)
    if not isinstance(value, TensorBase):
        return wrap(number_as(value, own))
    a = memory.peek(value)
    if a.ndim:
        raise errors.ShapeError(
            f"{name} only supports a 0-dimensional value tensor, but got tensor with {a.ndim} dimension(s)."
        )
    if a.dtype.kind == "c" and own.category < dtypes.COMPLEX:
        raise errors.DtypeError(f"{name}: value of {dtypes.of(a.dtype)!r} cannot be converted to {own!r}")
    return cast(value, own)  # type: ignore[arg-type]


def index_put(input: Tensor, indices: Sequence[Any], values: Tensor, accumulate: bool = False) -> Tensor:
    """A copy of `input` in which input[indices] is `values`, or has them added, repeated indices each time.

    >>> import adjoint as ad
    >>> ad.index_put(ad.zeros(3), (ad.tensor([0, 0]),), ad.tensor([1., 2.]), accumulate=True)
    tensor([3., 0., 0.])
    """
    same_dtype(input, values, "index_put")
    key = named("IndexPut", *[slice(None) if i is None else _index(i) for i in indices])
    shape = get(memory.peek(input), key=key).shape
    given = memory.peek(values).shape
    if given != shape:
        while len(given) > len(shape) and given[0] == 1:
            values, given = st.reshape(values, shape=given[1:]), given[1:]
        try:
            fits = np.broadcast_shapes(given, shape) == shape
        except ValueError:
            fits = False
        if not fits:
            raise errors.ShapeError(
                f"shape mismatch: value tensor of shape {list(given)} cannot be broadcast to indexing "
                f"result of shape {list(shape)}"
            )
        values = st.broadcast_to(values, shape=shape)
    return add_at(input, values, key=key) if accumulate else place(input, values, steps=[], key=key)


def _index(index: Any) -> Any:
    a = memory.given(index)
    if a.dtype.kind not in "biu":
        raise errors.DtypeError(
            f"tensors used as indices must be long, int, byte or bool tensors, not {dtypes.of(a.dtype)!r}"
        )
    return a.astype(bool) if a.dtype == np.uint8 else a


def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """A copy of `input` in which the elements of the flat tensor at `index` are those of `source`, or have them added.

    >>> import adjoint as ad
    >>> ad.put(ad.zeros(2, 2), ad.tensor([3]), ad.tensor([1.]))
    tensor([[0., 0.],
            [0., 1.]])
    """
    same_dtype(input, source, "put")
    a = np.reshape(flat_index(input, index, "put"), -1)
    if a.size != memory.peek(source).size:
        raise errors.ShapeError(
            f"put_(): Expected source and index to have the same number of elements, but got source with "
            f"{memory.peek(source).size} elements and index with {a.size}"
        )
    flat, source = st.reshape(input, shape=(-1,)), st.reshape(source, shape=(-1,))
    key = named("Put", a)
    result = add_at(flat, source, key=key) if accumulate else place(flat, source, steps=[], key=key)
    return st.reshape(result, shape=memory.peek(input).shape)


def index_reduce(
    input: Tensor,
    dim: int,
    index: Tensor,
    source: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
    out: Tensor | None = None,
) -> Tensor:
    """A copy of `input` in which what `index` sends to one place of `dim` is reduced: by prod, mean, amax or amin.

    >>> import adjoint as ad
    >>> ad.index_reduce(ad.ones(2), 0, ad.tensor([0, 0]), ad.tensor([2., 3.]), "prod")
    tensor([6., 1.])
    """
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise errors.RangeError(
            f"index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got {reduce}"
        )
    wide, key, source, shape = _by_vector(input, dim, index, source, "index_reduce")
    return deliver(shaped(reduce_at(wide, source, key, reduce, include_self), shape), out)


def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """`input` with `value` where the mask is true; a number or a 0-d tensor.

    >>> import adjoint as ad
    >>> ad.masked_fill(ad.tensor([1., -2.]), ad.tensor([False, True]), 0.)
    tensor([1., 0.])
    """
    m = mask_array(mask, "masked_fill")
    return select_op(_scalar(input, value, "masked_fill"), input, condition=m, name="MaskedFill")


def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """A copy of `input` in which the elements where the mask is true are the first elements of `source`, in order.

    >>> import adjoint as ad
    >>> ad.masked_scatter(ad.zeros(3), ad.tensor([True, False, True]), ad.tensor([1., 2., 3.]))
    tensor([1., 0., 2.])
    """
    m = mask_array(mask, "masked_scatter")
    same_dtype(input, source, "masked_scatter")
    shape = broadcast_shapes(memory.peek(input).shape, m.shape)
    wide = input if memory.peek(input).shape == shape else st.broadcast_to(input, shape=tuple(shape))
    m = np.broadcast_to(m, shape)
    count = int(np.count_nonzero(m))
    if memory.peek(source).size < count:
        raise errors.ShapeError(
            f"masked_scatter: expected self and source to have same dtypes and source to have at least "
            f"{count} elements, but it has {memory.peek(source).size}"
        )
    first = get(st.reshape(source, shape=(-1,)), key=(slice(count),))
    return place(wide, first, steps=[], key=named("MaskedScatter", m))


index_put_ = inplace(index_put)


class IndexWritingMethods:
    """The functions above as methods, and in place."""

    __slots__ = ()
    index_add = index_add
    index_add_ = inplace(index_add)
    index_copy = index_copy
    index_copy_ = inplace(index_copy)
    index_fill = index_fill
    index_fill_ = inplace(index_fill)
    index_put = index_put
    index_put_ = index_put_
    index_reduce = index_reduce
    index_reduce_ = inplace(index_reduce)
    put = put
    put_ = inplace(put)
    masked_fill = masked_fill
    masked_fill_ = inplace(masked_fill)
    masked_scatter = masked_scatter
    masked_scatter_ = inplace(masked_scatter)
