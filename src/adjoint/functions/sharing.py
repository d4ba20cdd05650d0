"""Sharing memory: of a tensor with another, and among forked processes, where a write in one is seen by the others."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import dtypes, exposure, memory, writes
from ..core.tensor import TensorBase, wrap
from ..errors import DtypeError, GradientError, WriteError
from ..ops import structure as st
from .strides import as_strided

if TYPE_CHECKING:
    from .._tensor import Tensor


class SharingMethods:
    """The methods of the module."""

    __slots__ = ()

    def share_memory_(self: Any) -> Tensor:
        """This tensor, whose elements have moved to memory that processes forked from now on share.

        Since others may write it at any time, each read takes a snapshot: a derivative never sees such a write. What is
        pickled into another process is a copy.

        >>> import adjoint as ad
        >>> ad.ones(2).share_memory_().is_shared()
        True
        """
        root: Any = memory.lineage(self)[0]
        if root is not self:
            raise WriteError("share_memory_: this tensor is a view; share the tensor that it is a view of, or a clone")
        if not root.is_shared():
            a = memory.load(root)
            shared = np.frombuffer(mmap.mmap(-1, max(1, a.nbytes)), np.uint8)[: a.nbytes].view(a.dtype).reshape(a.shape)
            shared[...] = a
            exposure.entrust(root, shared)
        return root

    def set_(
        self: Any,
        source: Tensor | None = None,
        storage_offset: int = 0,
        size: Sequence[int] = (),
        stride: Sequence[int] = (),
    ) -> Tensor:
        """This tensor, which has become an alias of `source` (or of its part by size, stride and offset), or empty.

        >>> import adjoint as ad
        >>> x, y = ad.ones(3), ad.zeros(2)
        >>> y.set_(x).add_(1)
        tensor([2., 2., 2.])
        >>> x
        tensor([2., 2., 2.])
        """
        own = memory.peek(self).dtype
        if source is None:
            source = wrap(np.empty(0, own))
        if not isinstance(source, TensorBase):
            raise TypeError(f"set_() takes a tensor to share memory with, not {type(source).__name__}")
        if memory.peek(source).dtype != own:
            raise DtypeError(f"set_(): the source has dtype {dtypes.of(memory.peek(source).dtype)!r}, not "
                             f"{dtypes.of(own)!r}")
        if memory.load_node(self) is not None or memory.load_node(source) is not None:
            raise GradientError("set_() is not differentiable; use it on tensors that do not require grad")
        part: Any = as_strided(source, size, stride, storage_offset) if size or storage_offset else source
        writes.replace(self, part, st.alias.op)  # type: ignore[attr-defined]
        return self

    def is_shared(self: Any) -> bool:
        """Whether forked processes share this tensor's memory.

        >>> import adjoint as ad
        >>> ad.ones(2).is_shared()
        False
        """
        array = memory.lineage(self)[0]._v[0].array
        while isinstance(array, np.ndarray):
            array = array.base
        return isinstance(getattr(array, "obj", array), mmap.mmap)
