"""Memory that foreign code can write: `.numpy()`, `from_numpy`, DLPack.

It is *exposed* while the alias lives: nothing moves, and each read takes a snapshot, so that writes we cannot see never
reach a saved value.
"""

from __future__ import annotations

import weakref
from sys import getrefcount
from typing import Any
from weakref import ref

import numpy as np

from .memory import Memory, lineage, load, load_node, region, unset_members, view_info
from .tensor import TensorBase
from .writes import private


class _Holder:
    """Stands between our memory and a foreign alias: while NumPy's array lives, this lives."""

    __slots__ = ("__array_interface__", "owner", "__weakref__")

    def __init__(self, array: Any) -> None:
        self.__array_interface__ = array.__array_interface__
        self.owner = array


def expose(t: TensorBase) -> Any:
    """An ndarray on the memory of `t`; until it and its views are gone, reads of `t` take snapshots."""
    root = lineage(t)[0]
    memory = root._v[0]
    if memory.array is None:
        load(root)
        unset_members(memory, root)
        memory.array = root._a if private(root) else root._a.copy(order="K")  # what was saved before stays as it was
        del root._a
    part = region(t)
    holder = _Holder(part)
    out = np.asarray(holder)
    if out.dtype != part.dtype:  # bfloat16 travels as raw bytes
        out = out.view(part.dtype)
    memory.aliases.append(_lives(ref(holder)))
    return out


def copied(t: TensorBase, array: Any) -> Any:
    """The array, a copy of what is in `t`, which no ndarray can share: neither may be written while both are there."""
    array.flags.writeable = False
    view_info(t)[0].aliases.append(_lives(ref(array)))
    return array


def _lives(ref: weakref.ref[Any]) -> Any:
    return lambda: ref() is not None


def from_foreign(t: TensorBase, array: Any) -> None:
    """Let `t` be a root on the memory of `array`, which foreign code holds and may write."""
    memory = Memory()
    memory.array = array
    t._v = (memory, None, None, None, True)
    t._n = None
    owner = array.base is None
    memory.aliases.append(lambda: not owner or getrefcount(memory.array) > _FOREIGN)


def entrust(root: TensorBase, array: Any) -> None:
    """Let a root go on, with its history and its views, on `array`, which others may write from now on."""
    memory = view_info(root)[0]
    load_node(root)
    unset_members(memory, root)
    memory.array = array
    memory.aliases.append(lambda: True)
    try:
        del root._a
    except AttributeError:
        pass


def _calibrate_foreign() -> int:
    memory = Memory()
    memory.array = np.empty(2)
    return (lambda: getrefcount(memory.array))()


_FOREIGN = _calibrate_foreign()
