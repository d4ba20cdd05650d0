"""`view_copy`, `permute_copy` and siblings: what the view of that name gives, in memory of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..core import memory
from ..core.tensor import TensorBase
from ..ops import structure as st
from . import broadcasting, diagonals, pieces, shapes, strides, transposing
from .arguments import integers
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "view_copy",
    "expand_copy",
    "permute_copy",
    "transpose_copy",
    "t_copy",
    "squeeze_copy",
    "unsqueeze_copy",
    "select_copy",
    "slice_copy",
    "narrow_copy",
    "unbind_copy",
    "split_copy",
    "split_with_sizes_copy",
    "diagonal_copy",
    "as_strided_copy",
    "unfold_copy",
    "alias_copy",
    "detach_copy",
    "view_as_real_copy",
    "view_as_complex_copy",
]


def _copied(view: Any, out: Any) -> Any:
    if isinstance(view, TensorBase):
        return deliver(st.copy(view), out)
    copies = tuple([st.copy(v) for v in view])
    if out is None:
        return copies
    deliver(copies, tuple(out))
    return None


def view_copy(input: Tensor, size: Any, *, out: Tensor | None = None) -> Tensor:
    """The elements in another shape (or the bits as another dtype), as a copy.

    >>> import adjoint as ad
    >>> ad.view_copy(ad.arange(4), (2, 2)).shape
    adjoint.Size([2, 2])
    """
    if isinstance(size, (tuple, list)) or hasattr(size, "__index__"):
        return _copied(shapes.view(input, integers((size,))), out)
    return _copied(shapes.view_dtype(input, size), out)


def expand_copy(input: Tensor, size: Sequence[int], *, implicit: bool = False, out: Tensor | None = None) -> Tensor:
    """The tensor expanded, as a copy.

    >>> import adjoint as ad
    >>> ad.expand_copy(ad.ones(1), (3,))
    tensor([1., 1., 1.])
    """
    return _copied(broadcasting.expand(input, integers((size,))), out)


def permute_copy(input: Tensor, dims: Sequence[int], *, out: Tensor | None = None) -> Tensor:
    """The tensor with its dimensions in this order, as a copy.

    >>> import adjoint as ad
    >>> ad.permute_copy(ad.ones(2, 3), (1, 0)).shape
    adjoint.Size([3, 2])
    """
    return _copied(transposing.permute(input, dims), out)


def transpose_copy(input: Tensor, dim0: int, dim1: int, *, out: Tensor | None = None) -> Tensor:
    """The tensor with two dimensions exchanged, as a copy.

    >>> import adjoint as ad
    >>> ad.transpose_copy(ad.ones(2, 3), 0, 1).shape
    adjoint.Size([3, 2])
    """
    return _copied(transposing.transpose(input, dim0, dim1), out)


def t_copy(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The transpose of a matrix, as a copy.

    >>> import adjoint as ad
    >>> ad.t_copy(ad.ones(2, 3)).shape
    adjoint.Size([3, 2])
    """
    return _copied(transposing.t(input), out)


def squeeze_copy(input: Tensor, dim: Any = None, *, out: Tensor | None = None) -> Tensor:
    """The tensor without its dimensions of length 1, as a copy.

    >>> import adjoint as ad
    >>> ad.squeeze_copy(ad.ones(1, 2)).shape
    adjoint.Size([2])
    """
    return _copied(shapes.squeeze(input, dim), out)


def unsqueeze_copy(input: Tensor, dim: int, *, out: Tensor | None = None) -> Tensor:
    """The tensor with a new dimension of length 1, as a copy.

    >>> import adjoint as ad
    >>> ad.unsqueeze_copy(ad.ones(2), 0).shape
    adjoint.Size([1, 2])
    """
    return _copied(shapes.unsqueeze(input, dim), out)


def select_copy(input: Tensor, dim: int, index: int, *, out: Tensor | None = None) -> Tensor:
    """The part at `index` of a dimension, as a copy.

    >>> import adjoint as ad
    >>> ad.select_copy(ad.arange(3), 0, 1)
    tensor(1)
    """
    return _copied(pieces.select(input, dim, index), out)


def slice_copy(
    input: Tensor,
    dim: int = 0,
    start: int | None = None,
    end: int | None = None,
    step: int = 1,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """The part start:end:step along a dimension, as a copy.

    >>> import adjoint as ad
    >>> ad.slice_copy(ad.arange(5), 0, 1, 3)
    tensor([1, 2])
    """
    shape = memory.peek(input).shape
    first, last, _ = slice(start, end).indices(shape[dim])
    part = pieces.narrow(input, dim, first, max(0, last - first))
    dim = dim % len(shape)
    return _copied(part[(slice(None),) * dim + (slice(None, None, step),)], out)


def narrow_copy(input: Tensor, dim: int, start: Any, length: int, *, out: Tensor | None = None) -> Tensor:
    """The elements start, ..., start + length - 1 along a dimension, as a copy.

    >>> import adjoint as ad
    >>> ad.narrow_copy(ad.arange(5), 0, 1, 2)
    tensor([1, 2])
    """
    return _copied(pieces.narrow(input, dim, start, length), out)


def unbind_copy(input: Tensor, dim: int = 0, *, out: Any = None) -> Any:
    """The parts at each index of a dimension, as a copy.

    >>> import adjoint as ad
    >>> ad.unbind_copy(ad.arange(2))
    (tensor(0), tensor(1))
    """
    return _copied(pieces.unbind(input, dim), out)


def split_copy(input: Tensor, split_size: int, dim: int = 0, *, out: Any = None) -> Any:
    """Consecutive parts of one length along a dimension, as a copy.

    >>> import adjoint as ad
    >>> ad.split_copy(ad.arange(3), 2)
    (tensor([0, 1]), tensor([2]))
    """
    return _copied(pieces.split(input, split_size, dim), out)


def split_with_sizes_copy(input: Tensor, split_sizes: Sequence[int], dim: int = 0, *, out: Any = None) -> Any:
    """Consecutive parts of these lengths along a dimension, as a copy.

    >>> import adjoint as ad
    >>> ad.split_with_sizes_copy(ad.arange(3), [1, 2])
    (tensor([0]), tensor([1, 2]))
    """
    return _copied(pieces.split_with_sizes(input, split_sizes, dim), out)


def diagonal_copy(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1, *, out: Tensor | None = None) -> Tensor:
    """A diagonal, as a copy.

    >>> import adjoint as ad
    >>> ad.diagonal_copy(ad.eye(2))
    tensor([1., 1.])
    """
    return _copied(diagonals.diagonal(input, offset, dim1, dim2), out)


def as_strided_copy(
    input: Tensor,
    size: Sequence[int],
    stride: Sequence[int],
    storage_offset: int | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """The elements by sizes, strides and an offset, as a copy.

    >>> import adjoint as ad
    >>> ad.as_strided_copy(ad.arange(4), (2,), (2,))
    tensor([0, 2])
    """
    return _copied(strides.as_strided(input, size, stride, storage_offset), out)


def unfold_copy(input: Tensor, dimension: int, size: int, step: int, *, out: Tensor | None = None) -> Tensor:
    """The windows of `size` along a dimension, as a copy.

    >>> import adjoint as ad
    >>> ad.unfold_copy(ad.arange(3), 0, 2, 1)
    tensor([[0, 1],
            [1, 2]])
    """
    return _copied(strides.unfold(input, dimension, size, step), out)


def alias_copy(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The tensor, as a copy.

    >>> import adjoint as ad
    >>> ad.alias_copy(ad.arange(2))
    tensor([0, 1])
    """
    return _copied(input, out)


def detach_copy(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The tensor, untracked, as a copy.

    >>> import adjoint as ad
    >>> ad.detach_copy(ad.ones(1, requires_grad=True))
    tensor([1.])
    """
    return _copied(input.detach(), out)


def view_as_real_copy(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """A complex tensor as pairs of reals, as a copy.

    >>> import adjoint as ad
    >>> ad.view_as_real_copy(ad.tensor(1 + 2j))
    tensor([1., 2.])
    """
    return _copied(strides.view_as_real(input), out)


def view_as_complex_copy(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Pairs of reals as a complex tensor, as a copy.

    >>> import adjoint as ad
    >>> ad.view_as_complex_copy(ad.tensor([1., 2.]))
    tensor(1.+2.j)
    """
    return _copied(strides.view_as_complex(input), out)


class CopyMethods:
    """`x.narrow_copy(...)`, the one that is a method too."""

    __slots__ = ()
    narrow_copy = narrow_copy
