"""Parts of a tensor along a dimension, all views: narrow, select, unbind, split, chunk."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import errors
from ..core import memory
from ..core.tensor import TensorBase
from ..ops.gathering import axis_key
from ..ops.indexing import get
from ..ops.pieces import cut
from .arguments import dimension, integers

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "narrow", "select", "unbind", "split", "split_with_sizes", "unsafe_split", "unsafe_split_with_sizes", "chunk",
    "unsafe_chunk", "tensor_split", "hsplit", "vsplit", "dsplit",
]


def _piece(input: Any, dim: int, start: int, length: int, name: str) -> Any:
    return get(input, key=axis_key(dim, slice(start, start + length), name))


def narrow(input: Tensor, dim: int, start: int | Tensor, length: int) -> Tensor:
    """A view of the elements start, ..., start + length - 1 along `dim`.

    >>> import adjoint as ad
    >>> ad.narrow(ad.arange(5), 0, 1, 3)
    tensor([1, 2, 3])
    """
    shape = memory.peek(input).shape
    if not shape:
        raise errors.ShapeError("narrow() cannot be applied to a 0-dim tensor.")
    dim = dimension(dim, len(shape))
    start, n, length = int(start), shape[dim], int(length)
    if length < 0:
        raise errors.RangeError("narrow(): length must be non-negative.")
    if not -n <= start <= n:
        raise errors.DimensionError(f"start out of range (expected to be in range of [{-n}, {n}], but got {start})")
    start += n if start < 0 else 0
    if start + length > n:
        raise errors.ShapeError(f"start ({start}) + length ({length}) exceeds dimension size ({n}).")
    return _piece(input, dim, start, length, "Slice")


def select(input: Tensor, dim: int, index: int | Tensor) -> Tensor:
    """A view of the part at `index` of the dimension `dim`, which goes.

    >>> import adjoint as ad
    >>> ad.select(ad.tensor([[1, 2], [3, 4]]), 1, 0)
    tensor([1, 3])
    """
    shape = memory.peek(input).shape
    if not shape:
        raise errors.DimensionError("select() cannot be applied to a 0-dim tensor.")
    return get(input, key=axis_key(*selected(shape, dim, index), "Select"))


def selected(shape: tuple[int, ...], dim: int, index: Any) -> tuple[int, int]:
    """The dimension and an index of it, checked."""
    dim = dimension(dim, len(shape))
    index, n = int(index), shape[dim]
    if not -n <= index < n:
        raise errors.DimensionError(
            f"select(): index {index} out of range for tensor of size {list(shape)} at dimension {dim}"
        )
    return dim, index


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of the parts at each index of the dimension `dim`.

    >>> import adjoint as ad
    >>> ad.unbind(ad.tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
    shape = memory.peek(input).shape
    dim = dimension(dim, len(shape))
    if not shape:
        raise errors.DimensionError("Dimension specified as 0 but tensor has no dimensions")
    return cut(input, tuple([axis_key(dim, i, "Unbind") for i in range(shape[dim])]), dim, "Unbind")


def split(tensor: Tensor, split_size_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Views of consecutive parts along `dim`: of one length (the last may be shorter), or of the lengths given.

    >>> import adjoint as ad
    >>> ad.split(ad.arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    if not hasattr(split_size_or_sections, "__index__"):
        return split_with_sizes(tensor, split_size_or_sections, dim)
    size = split_size_or_sections.__index__()
    shape = memory.peek(tensor).shape
    if not shape:
        raise errors.ShapeError("split expects at least a 1-dimensional tensor")
    dim = dimension(dim, len(shape))
    n = shape[dim]
    if size < 0 or (size == 0 and n):
        raise errors.RangeError(
            f"split expects split_size be {'non-negative' if size else 'positive'}, but got split_size={size}"
        )
    starts = range(0, n, size) if n else range(1)
    keys = tuple([axis_key(dim, slice(s, min(s + size, n)), "Split") for s in starts])
    return cut(tensor, keys, dim, "Split")


def split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Views of consecutive parts along `dim`, of these lengths, which add up to the length of `dim`.

    >>> import adjoint as ad
    >>> ad.split_with_sizes(ad.arange(5), (1, 4))
    (tensor([0]), tensor([1, 2, 3, 4]))
    """
    shape = memory.peek(input).shape
    if not shape:
        raise errors.ShapeError("split expects at least a 1-dimensional tensor")
    dim = dimension(dim, len(shape))
    lengths = integers((split_sizes,))
    if sum(lengths) != shape[dim] or any([n < 0 for n in lengths]):
        raise errors.ShapeError(
            f"split_with_sizes expects split_sizes to sum exactly to {shape[dim]} (input tensor's size "
            f"at dimension {dim}), but got split_sizes={list(lengths)}"
        )
    ends = list(itertools.accumulate(lengths))
    keys = tuple([axis_key(dim, slice(e - n, e), "SplitWithSizes") for n, e in zip(lengths, ends, strict=True)])
    return cut(input, keys, dim, "SplitWithSizes")


def unsafe_split(tensor: Tensor, split_size: int, dim: int = 0) -> tuple[Tensor, ...]:
    """`split`; the parts are as safe to write in place.

    >>> import adjoint as ad
    >>> ad.unsafe_split(ad.arange(3), 2)
    (tensor([0, 1]), tensor([2]))
    """
    return split(tensor, split_size, dim)


def unsafe_split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """`split_with_sizes`; the parts are as safe to write in place.

    >>> import adjoint as ad
    >>> ad.unsafe_split_with_sizes(ad.arange(3), [2, 1])
    (tensor([0, 1]), tensor([2]))
    """
    return split_with_sizes(input, split_sizes, dim)


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of at most `chunks` parts of one length along `dim`; the last may be shorter.

    >>> import adjoint as ad
    >>> ad.chunk(ad.arange(5), 3)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    shape = memory.peek(input).shape
    if not shape:
        raise errors.ShapeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise errors.RangeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    dim = dimension(dim, len(shape))
    size = -(-shape[dim] // chunks)
    return split(input, size, dim) if size else split_with_sizes(input, [0] * chunks, dim)


def unsafe_chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """`chunk`; the parts are as safe to write in place.

    >>> import adjoint as ad
    >>> ad.unsafe_chunk(ad.arange(3), 2)
    (tensor([0, 1]), tensor([2]))
    """
    return chunk(input, chunks, dim)


def tensor_split(
    input: Tensor, indices_or_sections: Any = None, dim: int = 0, *, indices: Any = None, sections: int | None = None
) -> tuple[Tensor, ...]:
    """Views of parts along `dim`: so many of nearly one length, or those between the indices given.

    >>> import adjoint as ad
    >>> ad.tensor_split(ad.arange(5), 3), ad.tensor_split(ad.arange(5), (1, 3))
    ((tensor([0, 1]), tensor([2, 3]), tensor([4])), (tensor([0]), tensor([1, 2]), tensor([3, 4])))
    """
    given: Any = next(v for v in (indices_or_sections, indices, sections) if v is not None)
    shape = memory.peek(input).shape
    if not shape:
        raise errors.ShapeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    dim = dimension(dim, len(shape))
    if isinstance(given, TensorBase):
        given = memory.load(given).tolist()
    n = shape[dim]
    if hasattr(given, "__index__"):
        count = given.__index__()
        if count <= 0:
            raise errors.RangeError(f"number of sections must be larger than 0, got {count}")
        small, more = divmod(n, count)
        cuts = [0]
        for i in range(count):
            cuts.append(cuts[-1] + small + (i < more))
    else:
        inner = [int(i) for i in given]
        cuts = [0, *[min(max(i + n if i < 0 else i, 0), n) for i in inner], n]
    return tuple([_piece(input, dim, a, max(0, b - a), "Slice") for a, b in itertools.pairwise(cuts)])


def _even_split(name: str, input: Any, given: Any, dim: int, least: int) -> Any:
    shape = memory.peek(input).shape
    if len(shape) < least:
        raise errors.ShapeError(
            f"{name} requires a tensor with at least {least} dimension{'s' * (least > 1)}, but got "
            f"a tensor with {len(shape)} dimensions!"
        )
    if hasattr(given, "__index__") and (int(given) <= 0 or shape[dim] % int(given)):
        raise errors.ShapeError(
            f"{name} attempted to split along dimension {dim}, but the size of the dimension "
            f"{shape[dim]} is not divisible by the split_size {int(given)}!"
        )
    return tensor_split(input, given, dim)


def hsplit(
    input: Tensor, indices_or_sections: Any = None, *, indices: Any = None, sections: Any = None
) -> tuple[Tensor, ...]:
    """Views of parts along the second dimension (the first of a vector): equal, or between the indices given.

    >>> import adjoint as ad
    >>> ad.hsplit(ad.arange(4), 2)
    (tensor([0, 1]), tensor([2, 3]))
    """
    given = next(v for v in (indices_or_sections, indices, sections) if v is not None)
    return _even_split("hsplit", input, given, min(1, memory.peek(input).ndim - 1), 1)


def vsplit(
    input: Tensor, indices_or_sections: Any = None, *, indices: Any = None, sections: Any = None
) -> tuple[Tensor, ...]:
    """Views of parts along the first dimension of a matrix or more: equal ones, or those between the indices given.

    >>> import adjoint as ad
    >>> ad.vsplit(ad.tensor([[1, 2], [3, 4]]), 2)
    (tensor([[1, 2]]), tensor([[3, 4]]))
    """
    given = next(v for v in (indices_or_sections, indices, sections) if v is not None)
    return _even_split("vsplit", input, given, 0, 2)


def dsplit(
    input: Tensor, indices_or_sections: Any = None, *, indices: Any = None, sections: Any = None
) -> tuple[Tensor, ...]:
    """Views of parts along the third dimension: equal ones, or those between the indices given.

    >>> import adjoint as ad
    >>> [p.shape for p in ad.dsplit(ad.ones(1, 2, 4), (1,))]
    [adjoint.Size([1, 2, 1]), adjoint.Size([1, 2, 3])]
    """
    given = next(v for v in (indices_or_sections, indices, sections) if v is not None)
    return _even_split("dsplit", input, given, 2, 3)


class PieceMethods:
    """The functions above as methods."""

    __slots__ = ()
    narrow = narrow
    select = select
    unbind = unbind
    split_with_sizes = split_with_sizes
    chunk = chunk
    unsafe_chunk = unsafe_chunk
    unsafe_split = unsafe_split
    unsafe_split_with_sizes = unsafe_split_with_sizes
    tensor_split = tensor_split
    hsplit = hsplit
    vsplit = vsplit
    dsplit = dsplit

    def split(self: Any, split_size: int | Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
        """Views of consecutive parts along `dim`. See `adjoint.split`."""
        return split(self, split_size, dim)
