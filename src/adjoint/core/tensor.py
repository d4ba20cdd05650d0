"""The tensor's data model: array, node, rare state, view. Its methods are in `adjoint._tensor`, on the public class.

Five slots. `_a` is the data. `_n` is the node that made it, a leaf node, or None when it is not tracked. `_s` (rare
state: gradient, hooks), `_v` (memory and view) and `_l` (the levels that were open when it was made) are unset on most
tensors. When other memory was written, `_a` and
`_n` of a view are *unset* too, so that every fast path fails into the slow door, which regenerates them (memory.py).
"""

from __future__ import annotations

import weakref
from itertools import count
from typing import Any

import numpy as np

from . import allocation as allocation

# Creation numbers fall, so that a heap of them yields the newest node first.
next_seq = count(-1, -1).__next__


class State:
    """What few tensors have: a gradient, hooks, a retained gradient."""

    __slots__ = ("grad", "hooks", "post_hooks", "retains", "attributes", "inference")

    def __init__(self) -> None:
        self.grad: TensorBase | None = None
        self.hooks: dict[int, Any] | None = None
        self.post_hooks: dict[int, Any] | None = None
        self.retains = False
        self.inference = False
        self.attributes: dict[str, Any] | None = None


class TensorBase:
    """Array and node; see the module's docstring for the slots."""

    __slots__ = ("_a", "_n", "_s", "_v", "_l", "__weakref__")

    _a: Any
    _n: Any
    _s: State
    _v: Any
    _l: tuple[Any, ...]


class _Faces:
    """The public classes, set once by the modules that define them: core does not know their methods."""

    tensor: type[TensorBase] = TensorBase
    array: type[TensorBase] | None = None  # adjoint._array, when it is imported


faces = _Faces()


new = object.__new__


def as_data(value: Any) -> Any:
    """What NumPy returned, as a tensor's data: scalars become 0-d arrays; an array type of its own stays what it is."""
    return np.asarray(value) if isinstance(value, np.generic) or not hasattr(value, "shape") else value


def wrap(array: Any, node: Any = None, face: type[TensorBase] | None = None) -> Any:
    """A Tensor (or another face) of this array and node; NumPy scalars become 0-d arrays."""
    t = new(face or faces.tensor)
    t._a = array if type(array) is np.ndarray else as_data(array)
    t._n = node
    return t


def rare(t: TensorBase) -> State:
    """The tensor's rare state, made on first use."""
    try:
        return t._s
    except AttributeError:
        t._s = s = State()
        return s


def attributes(t: TensorBase) -> dict[str, Any]:
    """The dictionary behind attributes that a program hangs on a tensor."""
    s = rare(t)
    if s.attributes is None:
        s.attributes = {}
    return s.attributes


class Aval:
    """Shape and dtype of a value that is not kept: what a linear rule needs of its operand."""

    __slots__ = ("shape", "dtype")

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self.shape = shape
        self.dtype = dtype

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    def __repr__(self) -> str:
        return f"Aval({self.shape}, {self.dtype})"


class Lent(weakref.ref[Any]):
    """The reference of a leaf that a transform made for the function that it runs: the function may write into it."""

    __slots__ = ()


def leaf_node(t: TensorBase) -> list[Any]:
    """A node that stands for the leaf `t`, which it holds weakly: rule, creation number, reference."""
    from .rules import LEAF

    return [LEAF, next_seq(), weakref.ref(t)]
