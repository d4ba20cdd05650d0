"""Reading elements by index: gather, index_select, take, masked_select; and `where`, which chooses between tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes, memory
from ..core.tensor import TensorBase, wrap
from ..ops import structure as st
from ..ops.gathering import along, axis_key, named
from ..ops.indexing import get
from ..ops.selection import select as select_op
from .arguments import dimension
from .broadcasting import broadcast_shapes, expand
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["gather", "index_select", "take", "take_along_dim", "masked_select", "argwhere", "where"]


def index_array(index: Any, name: str) -> Any:
    """The array of an index tensor, which must hold integers."""
    if not isinstance(index, TensorBase):
        raise TypeError(f"{name}(): expected a tensor of indices, got {type(index).__name__}")
    a = memory.concrete(index)
    if a.dtype.kind not in "iu":
        raise errors.DtypeError(f"{name}(): Expected dtype int64 or int32 for index, got {dtypes.of(a.dtype)!r}")
    return a if a.dtype.kind == "i" else a.astype(np.intp)


def in_range(index: Any, n: int, name: str) -> None:
    """PositionError unless every index, under vmap of every example, is from 0 to n - 1."""
    index = memory.everything(index)
    if index.size and not (0 <= index.min() and index.max() < n):
        bad = int(index.min() if index.min() < 0 else index.max())
        raise errors.PositionError(f"{name}(): index {bad} is out of bounds for dimension with size {n}")


def along_checked(shape: tuple[int, ...], dim: int, index: Any, name: str) -> tuple[int, Any]:
    """The dimension and the index array of gather or scatter, which is nowhere longer than the tensor but at `dim`."""
    a = index_array(index, name)
    axis = dimension(dim, len(shape))
    n = shape[axis] if shape else 1
    if a.size and max(1, a.ndim) != max(1, len(shape)):
        raise errors.ShapeError(f"Index tensor must have the same number of dimensions as input tensor ({name})")
    if a.size and any([k > m for d, (k, m) in enumerate(zip(a.shape, shape, strict=False)) if d != axis]):
        raise errors.ShapeError(
            f"Size does not match at some dimension: expected index {list(a.shape)} to be no larger than "
            f"self {list(shape)} apart from dimension {axis} ({name})"
        )
    in_range(a, n, name)
    return axis, a


def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False, out: Tensor | None = None) -> Tensor:
    """The elements at `index` along `dim`: out[i, j] = input[index[i, j], j] for dim 0. Gradients are dense.

    >>> import adjoint as ad
    >>> ad.gather(ad.tensor([[1, 2], [3, 4]]), 1, ad.tensor([[0, 0], [1, 0]]))
    tensor([[1, 1],
            [4, 3]])
    """
    shape = memory.peek(input).shape
    axis, a = along_checked(shape, dim, index, "gather")
    return deliver(_gathered(input, axis, a), out)


def _gathered(input: Any, axis: int, index: Any) -> Any:
    shape = memory.peek(input).shape
    if not shape or index.ndim != len(shape):  # a number counts as a vector; an empty index may have any shape
        flat = get(st.reshape(input, shape=(-1,)), key=named("Gather", np.reshape(index, -1).astype(np.intp)))
        return st.reshape(flat, shape=index.shape)
    return get(input, key=along(index, axis, "Gather"))


def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None, *, out: Tensor | None = None) -> Tensor:
    """The elements at `indices` along `dim`, both broadcast together elsewhere; of the flat tensor, without a dim.

    >>> import adjoint as ad
    >>> x = ad.tensor([[3, 1, 2]])
    >>> ad.take_along_dim(x, ad.tensor([[1, 2, 0]]), 1)
    tensor([[1, 2, 3]])
    """
    index = index_array(indices, "take_along_dim")
    if dim is None:
        input, index, dim = st.reshape(input, shape=(-1,)), np.reshape(index, -1), 0
    shape = memory.peek(input).shape
    if len(shape) != index.ndim:
        raise errors.ShapeError(
            f"take_along_dim(): input and indices should have the same number of dimensions, but "
            f"got {len(shape)} dimensions for input, and {index.ndim} dimensions for indices"
        )
    axis = dimension(dim, len(shape))
    common = broadcast_shapes(
        shape[:axis] + (1,) + shape[axis + 1 :], index.shape[:axis] + (1,) + index.shape[axis + 1 :]
    )
    wide = expand(input, tuple(shape[axis] if d == axis else n for d, n in enumerate(common)))
    index = np.broadcast_to(index, tuple(index.shape[axis] if d == axis else n for d, n in enumerate(common)))
    n = shape[axis]
    index = np.where(index < 0, index + n, index)
    in_range(index, n, "take_along_dim")
    return deliver(_gathered(wide, axis, index), out)


def index_select(input: Tensor, dim: int, index: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The parts of `input` at these indices of the dimension `dim`, a copy.

    >>> import adjoint as ad
    >>> ad.index_select(ad.tensor([[1, 2], [3, 4]]), 0, ad.tensor([1, 1]))
    tensor([[3, 4],
            [3, 4]])
    """
    a, axis, shape = index_vector(input, dim, index, "index_select")
    if not shape:
        return deliver(st.reshape(get(st.reshape(input, shape=(1,)), key=named("IndexSelect", a)), shape=()), out)
    return deliver(get(input, key=axis_key(axis, a, "IndexSelect")), out)


def index_vector(input: Any, dim: int, index: Any, name: str) -> tuple[Any, int, tuple[int, ...]]:
    """The indices as a vector, the dimension, and the shape of the input."""
    a = index_array(index, name)
    if a.ndim > 1:
        raise errors.DimensionError(f"{name}(): Index is supposed to be a vector, got shape {list(a.shape)}")
    shape = memory.peek(input).shape
    axis = dimension(dim, len(shape))
    a = np.reshape(a, -1)
    in_range(a, shape[axis] if shape else 1, name)
    return a, axis, shape


def take(input: Tensor, index: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The elements of the flat tensor at these indices, in the shape of `index`.

    >>> import adjoint as ad
    >>> ad.take(ad.tensor([[1, 2], [3, 4]]), ad.tensor([0, 3]))
    tensor([1, 4])
    """
    a = flat_index(input, index, "take")
    return deliver(get(st.reshape(input, shape=(-1,)), key=named("Take", a)), out)


def flat_index(input: Any, index: Any, name: str) -> Any:
    """The indices into the flat tensor, negative ones counted from its end."""
    a = index_array(index, name)
    n = memory.peek(input).size
    numbers = memory.everything(a)
    if numbers.size and not (-n <= numbers.min() and numbers.max() < n):
        raise errors.DimensionError(f"{name}(): index out of range for a tensor of {n} elements")
    return np.where(a < 0, a + n, a)


def mask_array(mask: Any, name: str) -> Any:
    """The array of a bool (or byte) tensor."""
    if not isinstance(mask, TensorBase):
        raise TypeError(f"{name}(): expected a bool tensor for the mask, got {type(mask).__name__}")
    a = memory.load(mask)
    if a.dtype == np.uint8:
        return a.astype(bool)
    if a.dtype.kind != "b":
        raise errors.DtypeError(f"{name}: expected a bool tensor for the mask, got {dtypes.of(a.dtype)!r}")
    return a


def masked_select(input: Tensor, mask: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The elements where the mask is true, as a vector; both are broadcast together.

    >>> import adjoint as ad
    >>> x = ad.tensor([1, 2, 3])
    >>> ad.masked_select(x, x > 1)
    tensor([2, 3])
    """
    m = mask_array(mask, "masked_select")
    shape = broadcast_shapes(memory.peek(input).shape, m.shape)
    wide = input if memory.peek(input).shape == shape else st.broadcast_to(input, shape=tuple(shape))
    return deliver(get(wide, key=named("MaskedSelect", np.broadcast_to(m, shape))), out)


def argwhere(input: Tensor) -> Tensor:
    """The indices of the elements that are not zero, a row for each.

    >>> import adjoint as ad
    >>> ad.argwhere(ad.tensor([[0, 1], [1, 0]]))
    tensor([[0, 1],
            [1, 0]])
    """
    return wrap(np.argwhere(memory.load(input)))


def where(condition: Tensor, input: Any = None, other: Any = None, *, out: Tensor | None = None) -> Any:
    """`input` where the condition is true and `other` elsewhere; of a condition alone, the indices where it is true.

    What is not chosen has no gradient at all, though its own derivative were infinite.

    >>> import adjoint as ad
    >>> x = ad.tensor([-1., 2.])
    >>> ad.where(x > 0, x, 0.)
    tensor([0., 2.])
    """
    c = memory.given(condition)
    if input is None and other is None:
        return tuple([wrap(i) for i in np.nonzero(np.atleast_1d(c))])
    if c.dtype.kind != "b":
        if c.dtype != np.uint8:
            raise errors.DtypeError(
                f"where expected condition to be a boolean tensor, but got a tensor with dtype {dtypes.of(c.dtype)!r}"
            )
        c = c.astype(bool)
    if not isinstance(input, TensorBase) and not isinstance(other, TensorBase):
        meet = dtypes.of_category(max(dtypes.scalar_category(input), dtypes.scalar_category(other)))
        input = wrap(np.array(input, meet.numpy))
    return deliver(select_op(input, other, condition=c), out)


class IndexingMethods:
    """The functions above as methods."""

    __slots__ = ()
    gather = gather
    index_select = index_select
    take = take
    take_along_dim = take_along_dim
    masked_select = masked_select
    argwhere = argwhere

    def where(self: Any, condition: Tensor, other: Any) -> Tensor:
        """This tensor where the condition is true, `other` elsewhere. See `adjoint.where`."""
        return where(condition, self, other)
