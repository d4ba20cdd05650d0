"""Writing elements by index, as functions and in place: scatter, index_add, index_put, masked_fill and siblings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes, memory
from ..core.tensor import TensorBase, wrap
from ..ops import arithmetic
from ..ops import structure as st
from ..ops.gathering import add_at, along, axis_key, named
from ..ops.indexing import get, place
from ..ops.selection import select as select_op
from .broadcasting import broadcast_shapes
from .casting import cast
from .creation import number_as
from .grouping import reduce_at
from .indexing import along_checked, flat_index, index_vector, mask_array
from .writing import deliver, inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "scatter",
    "scatter_add",
    "scatter_reduce",
    "index_add",
    "index_copy",
    "index_fill",
    "index_put",
    "index_put_",
    "index_reduce",
    "masked_fill",
    "masked_scatter",
    "put",
]


def _same_dtype(input: Any, src: Any, name: str) -> None:
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
        a = a.reshape(-1)
        src = st.reshape(src, shape=(-1,)) if isinstance(src, TensorBase) else src
    elif a.ndim == 0:
        a = a.reshape(1)
        src = st.reshape(src, shape=(-1,)) if isinstance(src, TensorBase) and not memory.peek(src).shape else src
    if isinstance(src, TensorBase):
        _same_dtype(input, src, name)
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
    return deliver(_shaped(result, shape), out)


def _shaped(result: Any, shape: tuple[int, ...]) -> Any:
    return result if memory.peek(result).shape == shape else st.reshape(result, shape=shape)


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor, *, out: Tensor | None = None) -> Tensor:
    """A copy of `input` with `src` added at `index` along `dim`: out[index[i, j], j] += src[i, j] for dim 0.

    >>> import adjoint as ad
    >>> ad.scatter_add(ad.zeros(2), 0, ad.tensor([1, 1]), ad.tensor([1., 2.]))
    tensor([0., 3.])
    """
    shape = memory.peek(input).shape
    wide, key, src = _along(input, dim, index, src, "scatter_add")
    result = st.copy(input) if key is None else _shaped(add_at(wide, src, key=key), shape)
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
    result = st.copy(input) if key is None else _shaped(reduce_at(wide, src, key, reduce, include_self), shape)
    return deliver(result, out)


def _by_vector(input: Any, dim: int, index: Any, source: Any, name: str) -> tuple[Any, Any, Any, tuple[int, ...]]:
    """Input of at least one dimension, the key of its parts, the source for them, and the shape of the result."""
    a, axis, shape = index_vector(input, dim, index, name)
    given = memory.peek(source).shape
    _same_dtype(input, source, name)
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
    return deliver(_shaped(add_at(wide, source, key=key), shape), out)


def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor, *, out: Tensor | None = None) -> Tensor:
    """A copy of `input` whose parts at these indices of `dim` are those of `source`.

    >>> import adjoint as ad
    >>> ad.index_copy(ad.zeros(3), 0, ad.tensor([2, 0]), ad.tensor([1., 2.]))
    tensor([2., 0., 1.])
    """
    wide, key, source, shape = _by_vector(input, dim, index, source, "index_copy")
    return deliver(_shaped(place(wide, source, steps=[], key=key), shape), out)


def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """A copy of `input` whose parts at these indices of `dim` are all `value`.

    >>> import adjoint as ad
    >>> ad.index_fill(ad.zeros(3), 0, ad.tensor([0]), 5)
    tensor([5., 0., 0.])
    """
    a, axis, shape = index_vector(input, dim, index, "index_fill")
    value = _scalar(input, value, "index_fill")
    chosen = np.zeros(shape or (1,), bool)
    chosen[(slice(None),) * axis + (a,)] = True
    return select_op(value, input, condition=chosen.reshape(shape))


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
    _same_dtype(input, values, "index_put")
    key = named("IndexPut", *[slice(None) if i is None else _index(i) for i in indices])
    shape = memory.peek(input)[key].shape
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
    _same_dtype(input, source, "put")
    a = flat_index(input, index, "put").reshape(-1)
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
    return deliver(_shaped(reduce_at(wide, source, key, reduce, include_self), shape), out)


def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """`input` with `value` where the mask is true; a number or a 0-d tensor.

    >>> import adjoint as ad
    >>> ad.masked_fill(ad.tensor([1., -2.]), ad.tensor([False, True]), 0.)
    tensor([1., 0.])
    """
    m = mask_array(mask, "masked_fill")
    return select_op(_scalar(input, value, "masked_fill"), input, condition=m)


def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """A copy of `input` in which the elements where the mask is true are the first elements of `source`, in order.

    >>> import adjoint as ad
    >>> ad.masked_scatter(ad.zeros(3), ad.tensor([True, False, True]), ad.tensor([1., 2., 3.]))
    tensor([1., 0., 2.])
    """
    m = mask_array(mask, "masked_scatter")
    _same_dtype(input, source, "masked_scatter")
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


class ScatteringMethods:
    """The functions above as methods, and in place."""

    __slots__ = ()
    scatter = scatter
    scatter_ = inplace(scatter)
    scatter_add = scatter_add
    scatter_add_ = inplace(scatter_add)
    scatter_reduce = scatter_reduce
    scatter_reduce_ = inplace(scatter_reduce)
    index_add = index_add
    index_add_ = inplace(index_add)
    index_copy = index_copy
    index_copy_ = inplace(index_copy)
    index_fill = index_fill
    index_fill_ = inplace(index_fill)
    index_put = index_put
    index_put_ = inplace(index_put)
    index_reduce = index_reduce
    index_reduce_ = inplace(index_reduce)
    put = put
    put_ = inplace(put)
    masked_fill = masked_fill
    masked_fill_ = inplace(masked_fill)
    masked_scatter = masked_scatter
    masked_scatter_ = inplace(masked_scatter)


def index_put_(input: Tensor, indices: Sequence[Any], values: Tensor, accumulate: bool = False) -> Tensor:
    """`input`, in place: input[indices] has become `values`, or has them added.

    >>> import adjoint as ad
    >>> ad.index_put_(ad.zeros(2), (ad.tensor([0]),), ad.tensor([1.]))
    tensor([1., 0.])
    """
    return ScatteringMethods.index_put_(input, indices, values, accumulate)
