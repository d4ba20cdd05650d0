"""Views taken in place, after which x itself has the other shape: `x.t_()`, `x.squeeze_()` and siblings; resize_.

The tensor becomes a view of its former self, which stands behind it unseen; its other views are then views of that.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import memory, writes
from ..core.annotate import is_leaf_node
from ..core.levels import Box
from ..core.tensor import TensorBase, new
from ..ops import structure as st
from .arguments import integers
from .shapes import squeeze, unsqueeze
from .strides import as_strided
from .transposing import t, transpose

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["resize_as_", "as_strided_"]


def _views_of(x: TensorBase) -> list[Any]:
    """The tensors that are views of `x` directly. No list of them is kept: the collector is asked who refers to x."""
    infos = [
        v
        for v in gc.get_referrers(x)
        if type(v) is tuple and len(v) == 5 and v[1] is x and isinstance(v[0], memory.Memory)
    ]
    return [
        view
        for info in infos
        for view in gc.get_referrers(info)
        if isinstance(view, TensorBase) and getattr(view, "_v", None) is info
    ]


def _become(x: Any, view: Any, *args: Any) -> Any:
    """`x`, which has become view(x, *args)."""
    writes.check_writable(x)
    if memory.load_node(x) is not None and is_leaf_node(x._n):
        raise errors.GradientError("a leaf that requires grad can't change its shape in place; take a view of it")
    views = _views_of(x)
    former: Any = new(type(x))
    memory.view_info(x)
    for slot in ("_a", "_n", "_v"):  # unset ones stay unset
        if hasattr(x, slot):
            setattr(former, slot, getattr(x, slot))
    result: Any = view(former, *args)
    if getattr(result, "_v", (None, None))[1] is not former:
        raise errors.WriteError("this view can't be taken in place, since the memory of the tensor does not allow it")
    shared = result._v[0]
    for other in views:
        other._v = (shared, former, *other._v[2:])
    x._v = result._v
    for slot in ("_a", "_n"):
        if hasattr(result, slot):
            setattr(x, slot, getattr(result, slot))
        elif hasattr(x, slot):
            delattr(x, slot)
    shared.enter(former)
    shared.enter(x)
    shared.version += 1
    return x


class ReformingMethods:
    """The in-place views."""

    __slots__ = ()

    def t_(self: Any) -> Tensor:
        """This tensor, which has become its transpose.

        >>> import adjoint as ad
        >>> ad.ones(2, 3).t_().shape
        adjoint.Size([3, 2])
        """
        return _become(self, t)

    def transpose_(self: Any, dim0: int, dim1: int) -> Tensor:
        """This tensor with two dimensions exchanged, in place."""
        return _become(self, transpose, dim0, dim1)

    def swapaxes_(self: Any, axis0: int, axis1: int) -> Tensor:
        """`transpose_` by NumPy's name."""
        return _become(self, transpose, axis0, axis1)

    def swapdims_(self: Any, dim0: int, dim1: int) -> Tensor:
        """`transpose_` by another name."""
        return _become(self, transpose, dim0, dim1)

    def squeeze_(self: Any, dim: int | Sequence[int] | None = None) -> Tensor:
        """This tensor without its dimensions of length 1, in place.

        >>> import adjoint as ad
        >>> ad.ones(1, 3).squeeze_().shape
        adjoint.Size([3])
        """
        return _become(self, squeeze, dim)

    def unsqueeze_(self: Any, dim: int) -> Tensor:
        """This tensor with a new dimension of length 1, in place."""
        return _become(self, unsqueeze, dim)

    def as_strided_(self: Any, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None) -> Tensor:
        """This tensor, which has become its view `as_strided(size, stride, storage_offset)`."""
        return _become(self, as_strided, size, stride, storage_offset)

    def resize_(self: Any, *args: Any, size: Any = None, memory_format: Any = None) -> Tensor:
        """This tensor in another size, its first elements kept, new ones arbitrary. It shares memory with nobody then.

        >>> import adjoint as ad
        >>> ad.arange(4).resize_(3)
        tensor([0, 1, 2])
        """
        shape = integers(args, size)
        if self.requires_grad:
            raise errors.GradientError("cannot resize variables that require grad")
        a = memory.load(self)
        if a.shape != shape and isinstance(a, Box):
            raise errors.WriteError(f"resize_: a value under {a.level.name} keeps its size; make another by reshape, "
                                    "narrow or cat")
        if a.shape != shape:
            array = np.zeros(st.size(shape), a.dtype)
            n = min(a.size, array.size)
            array[:n] = a.reshape(-1)[:n]
            self._a, self._v = array.reshape(shape), (memory.Memory(), None, None, None, True)
        return self

    def resize_as_(self: Any, tensor: Tensor, memory_format: Any = None) -> Tensor:
        """This tensor in the size of another. See `resize_`."""
        return self.resize_(memory.peek(tensor).shape)


def resize_as_(input: Tensor, the_template: Tensor, *, memory_format: Any = None) -> Tensor:
    """`input`, which has got the size of `the_template`.

    >>> import adjoint as ad
    >>> ad.resize_as_(ad.arange(4), ad.ones(2))
    tensor([0, 1])
    """
    return ReformingMethods.resize_as_(input, the_template)


def as_strided_(input: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None) -> Tensor:
    """`input`, which has become its view by these sizes, strides and offset.

    >>> import adjoint as ad
    >>> ad.as_strided_(ad.arange(4), (2,), (2,))
    tensor([0, 2])
    """
    return ReformingMethods.as_strided_(input, size, stride, storage_offset)
