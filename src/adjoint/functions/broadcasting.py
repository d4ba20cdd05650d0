"""Repeating elements without copies: expand, broadcast_to, and the shape to which several broadcast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import memory
from ..ops import structure as st
from .arguments import integers
from .size import Size

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["broadcast_to", "broadcast_tensors", "broadcast_shapes"]


def expand(input: Tensor, size: Sequence[int]) -> Tensor:
    """A view in which dimensions of length 1 repeat without copies; -1 keeps a length, new dimensions come in front."""
    shape = memory.peek(input).shape
    new = len(size) - len(shape)
    if new < 0:
        raise errors.ShapeError(
            f"expand({list(size)}, size={list(shape)}): the number of sizes provided ({len(size)}) must "
            f"be greater or equal to the number of dimensions in the tensor ({len(shape)})"
        )
    target = []
    for i, n in enumerate(size):
        own = shape[i - new] if i >= new else 1
        if n == -1 and i < new:
            raise errors.ShapeError(
                f"The expanded size of the tensor ({n}) isn't allowed in a leading, non-existing dimension {i}"
            )
        if n not in (-1, own) and own != 1:
            raise errors.ShapeError(
                f"The expanded size of the tensor ({n}) must match the existing size ({own}) at "
                f"non-singleton dimension {i}.  Target sizes: {list(size)}.  Tensor sizes: "
                f"{list(shape)}"
            )
        target.append(own if n == -1 else n)
    return st.broadcast_to(input, shape=tuple(target))


def broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """A view of `input` with this shape, in which dimensions of length 1 repeat.

    >>> import adjoint as ad
    >>> ad.broadcast_to(ad.tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    return expand(input, integers((size,)))


def broadcast_shapes(*shapes: Any) -> Size:
    """The shape to which these broadcast together.

    >>> import adjoint as ad
    >>> ad.broadcast_shapes((2, 1), (3,))
    adjoint.Size([2, 3])
    """
    try:
        return Size(np.broadcast_shapes(*shapes))
    except ValueError:
        raise errors.ShapeError(
            "Shape mismatch: objects cannot be broadcast to a single shape: "
            + ", ".join(str(list(s) if isinstance(s, tuple) else s) for s in shapes)
        ) from None


def broadcast_tensors(*tensors: Any) -> tuple[Tensor, ...]:
    """Views of the tensors with the shape to which they broadcast together.

    >>> import adjoint as ad
    >>> a, b = ad.broadcast_tensors(ad.ones(2, 1), ad.ones(3))
    >>> a.shape, b.shape
    (adjoint.Size([2, 3]), adjoint.Size([2, 3]))
    """
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tuple(tensors[0])
    shape = broadcast_shapes(*[memory.peek(x).shape for x in tensors])
    return tuple([x if memory.peek(x).shape == shape else st.broadcast_to(x, shape=tuple(shape)) for x in tensors])


class BroadcastingMethods:
    """The functions above as methods."""

    __slots__ = ()

    def expand(self: Any, *args: Any, size: Any = None, implicit: bool = False) -> Tensor:
        """A view in which dimensions of length 1 repeat without copies: `expand(2, -1)`; -1 keeps a length.

        >>> import adjoint as ad
        >>> ad.tensor([[1], [2]]).expand(-1, 2)
        tensor([[1, 1],
                [2, 2]])
        """
        return expand(self, integers(args, size))

    def expand_as(self: Any, other: Tensor) -> Tensor:
        """A view expanded to the shape of `other`."""
        return expand(self, memory.peek(other).shape)

    def broadcast_to(self: Any, *args: Any, size: Any = None) -> Tensor:
        """A view of this shape, in which dimensions of length 1 repeat."""
        return expand(self, integers(args, size))
