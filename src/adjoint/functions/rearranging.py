"""Elements repeated and moved: repeat, tile, repeat_interleave, flip, roll, rot90, vander."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import memory
from ..core.tensor import wrap
from ..ops import arithmetic
from ..ops import structure as st
from ..ops.rearranging import flip as flip_op
from .arguments import dimension, integers
from .transposing import transpose

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["tile", "repeat_interleave", "flip", "fliplr", "flipud", "roll", "rot90", "vander"]


def repeat(input: Tensor, repeats: tuple[int, ...]) -> Tensor:
    """The tensor `repeats` times along each dimension, new ones in front."""
    shape = memory.peek(input).shape
    if len(repeats) < len(shape):
        raise errors.ShapeError(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor"
        )
    if any([n < 0 for n in repeats]):
        raise errors.RangeError(f"Trying to create tensor with negative dimension: repeats={list(repeats)}")
    return st.tile(input, reps=repeats)


def tile(input: Tensor, dims: Sequence[int]) -> Tensor:
    """The tensor repeated along its last dimensions, or along new ones where `dims` has more.

    >>> import adjoint as ad
    >>> ad.tile(ad.tensor([1, 2]), (2,))
    tensor([1, 2, 1, 2])
    """
    reps = integers((dims,))
    n = memory.peek(input).ndim
    return repeat(input, (1,) * (n - len(reps)) + reps)


def repeat_interleave(
    input: Tensor, repeats: int | Tensor | None = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Each element along `dim` (of the flat tensor, without one) `repeats` times, or as often as its own count says.

    With one tensor of counts alone: its indices, each as often as its count says.

    >>> import adjoint as ad
    >>> ad.repeat_interleave(ad.tensor([1, 2]), 2), ad.repeat_interleave(ad.tensor([1, 2]), ad.tensor([1, 2]))
    (tensor([1, 1, 2, 2]), tensor([1, 2, 2]))
    """
    if repeats is None:
        counts = memory.load(input)
        if counts.dtype.kind not in "iu" or counts.ndim != 1:
            raise errors.DtypeError("repeats has to be a 1-d tensor of integers")
        return wrap(np.repeat(np.arange(counts.size), counts))
    if dim is None:
        input, dim = st.reshape(input, shape=(-1,)), 0
    shape = memory.peek(input).shape
    if not shape:
        input, shape = st.reshape(input, shape=(1,)), (1,)
    axis = dimension(dim, len(shape))
    counts = memory.given(repeats)
    if counts.dtype.kind not in "iu":
        raise errors.DtypeError(f"repeats has to be integers, got {counts.dtype}")
    if counts.ndim > 1 or counts.size not in (1, shape[axis]):
        raise errors.ShapeError(
            f"repeats must have the same size as input along dim, but got repeats.size(0) = "
            f"{counts.size} and input.size({axis}) = {shape[axis]}"
        )
    if counts.size and counts.min() < 0:
        raise errors.RangeError("repeats can not be negative")
    each = np.broadcast_to(counts.reshape(-1), (shape[axis],))
    if output_size is not None and int(each.sum()) != output_size:
        raise errors.ShapeError(f"output_size is {output_size}, but the repeats add up to {int(each.sum())}")
    return st.repeat(input, repeats=each, axis=axis)


def flip(input: Tensor, dims: Sequence[int]) -> Tensor:
    """A copy with the order of the elements reversed along these dimensions.

    >>> import adjoint as ad
    >>> ad.flip(ad.tensor([1, 2, 3]), (0,))
    tensor([3, 2, 1])
    """
    n = memory.peek(input).ndim
    axes = tuple([dimension(d, n) for d in integers((dims,))])
    if len(set(axes)) != len(axes):
        raise errors.ShapeError(f"dim appears multiple times in the list of dims: {list(axes)}")
    return flip_op(input, axes=axes if n else ())


def fliplr(input: Tensor) -> Tensor:
    """A copy with the columns (the second dimension) in reverse order.

    >>> import adjoint as ad
    >>> ad.fliplr(ad.tensor([[1, 2]]))
    tensor([[2, 1]])
    """
    if memory.peek(input).ndim < 2:
        raise errors.ShapeError("Input must be >= 2-d.")
    return flip_op(input, axes=(1,))


def flipud(input: Tensor) -> Tensor:
    """A copy with the rows (the first dimension) in reverse order.

    >>> import adjoint as ad
    >>> ad.flipud(ad.tensor([1, 2]))
    tensor([2, 1])
    """
    if memory.peek(input).ndim < 1:
        raise errors.ShapeError("Input must be >= 1-d.")
    return flip_op(input, axes=(0,))


def roll(input: Tensor, shifts: int | Sequence[int], dims: int | Sequence[int] | None = None) -> Tensor:
    """The elements shifted along these dimensions, round the ends; without dims, those of the flat tensor.

    >>> import adjoint as ad
    >>> ad.roll(ad.tensor([1, 2, 3]), 1)
    tensor([3, 1, 2])
    """
    by = integers((shifts,))
    axes = () if dims is None else integers((dims,))
    if not axes and len(by) == 1:
        return st.roll(input, shift=by[0])
    if len(by) != len(axes):
        raise errors.ShapeError(f"shifts and dimensions must align. shifts: {len(by)}, dims:{len(axes)}")
    n = memory.peek(input).ndim
    axes = tuple([dimension(d, n) for d in axes])
    return st.roll(input, shift=by, axis=axes) if n else st.copy(input)


def rot90(input: Tensor, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """The tensor turned by k right angles in the plane of two dimensions, from the first towards the second.

    >>> import adjoint as ad
    >>> ad.rot90(ad.tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
    n = memory.peek(input).ndim
    given = integers((dims,))
    if len(given) != 2:
        raise errors.ShapeError(f"expected total rotation dims == 2, but got dims = {len(given)}")
    if n < 2:
        raise errors.ShapeError(f"expected total dims >= 2, but got total dims = {n}")
    first, second = dimension(given[0], n), dimension(given[1], n)
    if first == second:
        raise errors.ShapeError(
            f"expected rotation dims to be different, but got dim0 = {given[0]} and dim1 = {given[1]}"
        )
    match k % 4:
        case 0:
            return st.copy(input)
        case 1:
            return transpose(flip_op(input, axes=(second,)), first, second)
        case 2:
            return flip_op(input, axes=(first, second))
        case _:
            return transpose(flip_op(input, axes=(first,)), first, second)


def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """The matrix of powers of a vector, a column for each power from N - 1 down to 0, or up with `increasing`.

    Powers of integers are int64.

    >>> import adjoint as ad
    >>> ad.vander(ad.tensor([1, 2, 3]))
    tensor([[1, 1, 1],
            [4, 2, 1],
            [9, 3, 1]])
    """
    a = memory.peek(x)
    if a.ndim != 1:
        raise errors.ShapeError(f"x must be a one-dimensional tensor, got shape {list(a.shape)}")
    if a.dtype.kind in "biu":
        x = st.astype(x, dtype=np.int64)
        a = memory.peek(x)
    n = a.size if N is None else N
    if n < 0:
        raise errors.RangeError("N must be non-negative.")
    if n == 0:
        return wrap(np.empty((a.size, 0), a.dtype))
    powers = [wrap(np.ones_like(a))]
    while len(powers) < n:
        powers.append(arithmetic.multiply(powers[-1], x) if len(powers) > 1 else x)
    return st.stack(tuple(powers if increasing else powers[::-1]), axis=1)


class RearrangingMethods:
    """The functions above as methods, and those that PyTorch has only as methods."""

    __slots__ = ()
    repeat_interleave = repeat_interleave
    fliplr = fliplr
    flipud = flipud
    roll = roll
    rot90 = rot90

    def repeat(self: Any, *args: Any, repeats: Any = None) -> Tensor:
        """This tensor repeated along each dimension, new ones in front: `repeat(2, 3)`.

        >>> import adjoint as ad
        >>> ad.tensor([1, 2]).repeat(2, 2)
        tensor([[1, 2, 1, 2],
                [1, 2, 1, 2]])
        """
        return repeat(self, integers(args, repeats))

    def tile(self: Any, *args: Any, dims: Any = None) -> Tensor:
        """This tensor repeated along its last dimensions. See `adjoint.tile`."""
        return tile(self, integers(args, dims))

    def flip(self: Any, *args: Any, dims: Any = None) -> Tensor:
        """A copy with the order of the elements reversed along these dimensions. See `adjoint.flip`."""
        if not args and dims is None:
            raise TypeError("flip() missing 1 required argument: 'dims'")
        return flip(self, integers(args, dims))

    def __reversed__(self: Any) -> Tensor:
        """A copy with the order reversed along the first dimension."""
        return flip_op(self, axes=(0,)) if memory.peek(self).ndim else self
