"""Writing a part of a tensor as a function of it: select_scatter, slice_scatter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import errors
from ..core import memory
from ..ops.gathering import axis_key
from ..ops.indexing import place
from .arguments import dimension
from .pieces import selected

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["select_scatter", "slice_scatter"]


def write_part(input: Any, src: Any, steps: list[Any], key: Any, shape: tuple[int, ...], name: str) -> Any:
    """A copy of `input` in which the part reached by view steps and key, of this shape, is `src`."""
    if memory.peek(src).shape != shape:
        raise errors.ShapeError(
            f"expected src to have a size equal to the slice of self. src size = "
            f"{list(memory.peek(src).shape)}, slice size = {list(shape)} ({name})"
        )
    return place(input, src, steps=steps, key=key)


def select_scatter(input: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """A copy of `input` in which the part at `index` of the dimension `dim` is `src`.

    >>> import adjoint as ad
    >>> ad.select_scatter(ad.zeros(2, 2), ad.ones(2), 0, 1)
    tensor([[0., 0.],
            [1., 1.]])
    """
    shape = memory.peek(input).shape
    dim, index = selected(shape, dim, index)
    return write_part(
        input,
        src,
        [],
        axis_key(dim, index, "SelectScatter"),
        shape[:dim] + shape[dim + 1 :],
        "select_scatter",
    )


def slice_scatter(
    input: Tensor, src: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """A copy of `input` in which the part start:end:step along `dim` is `src`.

    >>> import adjoint as ad
    >>> ad.slice_scatter(ad.zeros(4), ad.ones(2), 0, 0, 4, 2)
    tensor([1., 0., 1., 0.])
    """
    shape = memory.peek(input).shape
    dim = dimension(dim, len(shape))
    if step <= 0:
        raise errors.RangeError(f"slice step must be positive, got {step}")
    part = slice(start, end, step)
    length = len(range(*part.indices(shape[dim])))
    return write_part(
        input,
        src,
        [],
        axis_key(dim, part, "SliceScatter"),
        (*shape[:dim], length, *shape[dim + 1 :]),
        "slice_scatter",
    )


class PartWritingMethods:
    """The functions above as methods."""

    __slots__ = ()
    select_scatter = select_scatter
    slice_scatter = slice_scatter
