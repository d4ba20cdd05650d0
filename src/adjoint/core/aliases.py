"""Detached aliases: tensors that share numbers with another and no history. `detach()`, `.data`, a Parameter's data.

Between an alias and its origin stands PATH (memory.py), at which derivatives stop. Where the memory is an ndarray, the
nodes of the two are apart as they are; where it is a box, each has a box of its own, and a write through one gives the
other the numbers alone (writes.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .annotate import is_leaf_node
from .memory import PATH, Memory, lineage, load, load_node, stopped, view_info
from .tensor import TensorBase


def detached(memory: Memory) -> list[TensorBase]:
    """The tensors on the memory whose history is not the root's, though their numbers are."""
    found = [r() for r in memory.members]
    return [t for t in found if t is not None and t._v[2] is PATH]


def alias(t: TensorBase, cls: type[TensorBase], op: Any) -> Any:
    """An untracked tensor on the same memory: detach() and .data. It keeps no graph alive."""
    d = object.__new__(cls)
    memory = view_info(t)[0]
    d._n = None
    if _keeps_graph(t):
        root, _, steps, _ = lineage(t)
        d._v = (memory, _bare_root(root, op), PATH, {"steps": steps}, True)
    else:
        d._v = (memory, t, PATH, {"steps": [(op, {})]}, True)
    try:
        d._a = t._a if type(t._a) is np.ndarray else stopped(t._a)
    except AttributeError:
        pass
    memory.enter(d)
    return d


def _keeps_graph(t: TensorBase | None) -> bool:
    """Whether the tensor or one that it is a view of was computed from tracked ones."""
    while t is not None:
        node = load_node(t)
        if node is not None and not is_leaf_node(node):
            return True
        t = t._v[1]
    return False


def _bare_root(root: TensorBase, op: Any) -> TensorBase:
    """A root without history for the memory of `root`, which becomes a view of it if it has a history itself."""
    node = load_node(root)
    if node is None or is_leaf_node(node):
        return root
    return crown(TensorBase(), root, op)


def crown(t: TensorBase, root: TensorBase, op: Any) -> TensorBase:
    """`t`, an empty tensor, which becomes the untracked root of the memory of `root`; that becomes a view of it."""
    t._n = None
    if hasattr(root, "_l"):
        t._l = root._l
    t._v = view_info(root)
    memory = t._v[0]
    root._v = (memory, t, PATH, {"steps": [(op, {})]}, True)
    try:
        t._a = root._a
    except AttributeError:  # exposed: nobody has an array now
        pass
    memory.enter(root)
    return t


def cut(t: TensorBase) -> None:
    """Let `t` go on without its history, as detach_() does. It stays on its memory, and what saw its history may keep
    it until the memory is written."""
    data = load(t)
    t._n = None
    if type(data) is not np.ndarray:
        t._a = stopped(data)
    if hasattr(t, "_v"):
        memory, parent, op, params, _ = t._v
        if parent is not None and type(data) is not np.ndarray and op is not PATH:
            op, params = PATH, {"steps": [(op, params)]}
        t._v = (memory, parent, op, params, True)
