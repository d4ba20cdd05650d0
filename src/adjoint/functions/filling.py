"""Tensors filled or copied into: fill_, zero_, copy_, fill_diagonal_; and `fill`, which gives a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes, memory, writes
from ..core.tensor import TensorBase, wrap
from ..ops import structure as st
from ..ops.indexing import place
from .broadcasting import expand
from .casting import cast
from .creation import number_as
from .writing import assign, setitem

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["fill", "fill_", "zero_"]


def _like(input: Any, value: Any) -> Any:
    """A new tensor of the shape and dtype of `input`, all `value`; differentiable in a 0-d tensor."""
    a = memory.peek(input)
    own = dtypes.of(a.dtype)
    if isinstance(value, TensorBase):
        if memory.peek(value).ndim:
            raise errors.ShapeError(
                "fill_ only supports 0-dimension value tensor but got tensor with "
                f"{memory.peek(value).ndim} dimensions."
            )
        if memory.peek(value).dtype.kind == "c" and own.category < dtypes.COMPLEX:
            raise errors.DtypeError(f"a complex value cannot be converted to {own!r} without overflow")
        return st.copy(st.broadcast_to(cast(value, own), shape=a.shape))  # type: ignore[arg-type]
    return wrap(np.full(a.shape, number_as(value, own)))


def fill(input: Tensor, value: Any) -> Tensor:
    """A tensor of the shape and dtype of `input`, all `value`.

    >>> import adjoint as ad
    >>> ad.fill(ad.zeros(2), 3)
    tensor([3., 3.])
    """
    return place(input, _like(input, value), steps=[], key=writes.WHOLE)


def fill_(input: Tensor, value: Any) -> Tensor:
    """`input`, in place: all its elements have become `value`.

    >>> import adjoint as ad
    >>> ad.fill_(ad.zeros(2), 3)
    tensor([3., 3.])
    """
    writes.check_writable(input)
    return assign(input, _like(input, value))


def zero_(input: Tensor) -> Tensor:
    """`input`, in place: all its elements have become zero.

    >>> import adjoint as ad
    >>> ad.zero_(ad.ones(2))
    tensor([0., 0.])
    """
    writes.check_writable(input)
    writes.write(input, writes.WHOLE, np.zeros_like(memory.peek(input)), None)
    return input


class FillingMethods:
    """The functions above as methods, and those that PyTorch has only as methods."""

    __slots__ = ()
    fill_ = fill_
    zero_ = zero_

    def copy_(self: Any, src: Any, non_blocking: bool = False) -> Tensor:
        """This tensor, in place: its elements have become those of `src`, broadcast and cast to it.

        >>> import adjoint as ad
        >>> ad.zeros(2).copy_(ad.tensor([1, 2]))
        tensor([1., 2.])
        """
        if not isinstance(src, TensorBase):
            raise TypeError(f"copy_(): argument 'other' must be Tensor, not {type(src).__name__}")
        writes.check_writable(self)
        a = memory.peek(self)
        value = cast(src, dtypes.of(a.dtype))  # type: ignore[arg-type]
        if memory.peek(value).shape != a.shape:
            value = expand(value, a.shape)
        return assign(self, st.copy(value))

    def fill_diagonal_(self: Any, fill_value: Any, wrap: bool = False) -> Tensor:
        """This tensor, in place: its main diagonal is `fill_value`; with `wrap` it begins again below a square.

        >>> import adjoint as ad
        >>> ad.zeros(2, 2).fill_diagonal_(5)
        tensor([[5., 0.],
                [0., 5.]])
        """
        shape = memory.peek(self).shape
        if len(shape) < 2:
            raise errors.ShapeError("dimensions must larger than 1")
        if len(shape) > 2 and len(set(shape)) > 1:
            raise errors.ShapeError("all dimensions of input must be of equal length")
        rows, n = np.arange(shape[0] if wrap and len(shape) == 2 else min(shape)), min(shape)
        if wrap and len(shape) == 2:
            columns = rows % (shape[1] + 1)
            rows, columns = rows[columns < shape[1]], columns[columns < shape[1]]
            setitem(self, (rows, columns), fill_value)
        else:
            setitem(self, (np.arange(n),) * len(shape), fill_value)
        return self
