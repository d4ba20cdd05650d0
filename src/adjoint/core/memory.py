"""Views: which tensors share memory, and how each finds its array and its node there.

A view is a parent and a view op; over it stands one root, which owns the memory. A write (writes.py) goes to the
root's array, and every other tensor on that memory loses its `_a` and `_n`: it makes them anew from its parent when it
is next read, so views see the write and differentiate through it. A view that is small beside its parent and tracked
is a copy kept coherent the same way, or else a loop that saves small pieces of a big array would copy all of it at
each step. While foreign code can write the memory (exposure.py), each read takes a snapshot. (Detached aliases:
aliases.py.)

`_v` of a tensor is (memory, parent, op, params, cut). `cut` says that its node does not come from the parent's:
a root, a detached alias, a view that became a leaf.
"""

from __future__ import annotations

import weakref
from typing import Any
from weakref import ref

import numpy as np

from ..errors import DtypeError, WriteError
from . import modes
from .annotate import annotation
from .tensor import TensorBase, rare


class Memory:
    """The tensors on one memory (weakly), its version, and the foreign aliases of it."""

    __slots__ = ("members", "limit", "version", "array", "aliases")

    def __init__(self) -> None:
        self.members: list[weakref.ref[TensorBase]] = []
        self.limit = 64
        self.version = 0
        self.array: Any = None  # the root's array while exposed
        self.aliases: list[Any] = []  # callables: does the alias live?

    def exposed(self) -> bool:
        """Whether foreign code may write this memory now."""
        if self.aliases:
            self.aliases = [alive for alive in self.aliases if alive()]
        return bool(self.aliases)

    def enter(self, t: TensorBase) -> None:
        """Note that `t` has an array or node that a write must unset."""
        self.members.append(ref(t))
        if len(self.members) > self.limit:
            self.prune()

    def prune(self) -> None:
        """Forget the members that are no more; the next time when as many again have come."""
        self.members = [r for r in self.members if r() is not None]
        self.limit = 64 + 2 * len(self.members)


def view_info(t: TensorBase) -> Any:
    """The `_v` of a tensor; a tensor without one becomes the root of its own memory."""
    try:
        return t._v
    except AttributeError:
        t._v = v = (Memory(), None, None, None, True)
        return v


def adopt(t: TensorBase, parent: TensorBase, op: Any, params: dict[str, Any], cut: bool = False) -> None:
    """Make `t` a view of `parent`, if its array really shares the parent's memory."""
    a = t._a
    if type(a) is not np.ndarray:  # a box: a view by what the op is, since there is no memory to ask
        if hasattr(a, "level") and op.moves(params) and not (op.op_name == "reshape" and _copied(parent, op, params)):
            t._v = (view_info(parent)[0], parent, op, params, cut)
            t._v[0].enter(t)
        return
    base = a.base
    try:
        b = parent._a
        if base is not b and a is not b and (base is None or base is not b.base):
            return
    except AttributeError:  # exposed memory: the array is made from a snapshot; ask the memory itself
        b = region(parent)
        if not np.may_share_memory(op.fn(b, **params), b):
            return
    try:
        memory = parent._v[0]
    except AttributeError:
        memory = view_info(parent)[0]
    t._v = (memory, parent, op, params, cut)
    if memory.aliases and memory.exposed():
        del t._a
        memory.enter(t)  # for its node
        return
    if t._n is not None and a.size * 8 <= b.size:
        t._a = a.copy()
    members = memory.members
    members.append(ref(t))
    if len(members) > memory.limit:
        memory.prune()


def _copied(parent: TensorBase, op: Any, params: dict[str, Any]) -> bool:
    """Whether a reshape of `parent`, whose root is a box, is a copy, as in memory."""
    array = laid(parent)
    return not array.flags.c_contiguous and array.size > 0 and not np.may_share_memory(op.fn(array, **params), array)


def laid(t: TensorBase) -> np.ndarray[Any, Any]:
    """An array that lies in memory as `t` does. Under vmap, where examples have no memory: as if its root lay in order.
    """
    if not hasattr(t, "_v"):
        return _lying(t._a)
    root, _, steps, _ = lineage(t)
    array = root._v[0].array
    return follow(_lying(load(root) if array is None else array), steps)


def _lying(data: Any) -> np.ndarray[Any, Any]:
    data = concrete(data)
    return data if isinstance(data, np.ndarray) else np.empty(data.shape, data.dtype)


def lineage(t: TensorBase) -> tuple[TensorBase, TensorBase, list[tuple[Any, Any]], list[tuple[Any, Any]]]:
    """(root, origin, steps from root to t, steps from origin to t); the origin is the nearest with its own node."""
    steps: list[tuple[Any, Any]] = []
    origin, from_origin = None, 0
    while True:
        memory, parent, op, params, cut = view_info(t)
        if cut and origin is None:
            origin, from_origin = t, len(steps)
        if parent is None:
            assert origin is not None
            return t, origin, steps[::-1], steps[:from_origin][::-1]
        if parent._v[0] is not memory:
            raise WriteError("this view was written, and then its base was given other memory (base.data = ...) before "
                             "the view was read again: take the view anew from the base, or a clone() before")
        steps.append((op, params))
        t = parent


def follow(array: Any, steps: list[tuple[Any, Any]]) -> Any:
    """The view of `array` that these view ops reach."""
    for op, params in steps:
        # The function of an op is for ndarrays; a box goes through its level.
        array = op.fn(array, **params) if type(array) is np.ndarray or op is PATH else op.call(array, **params)
    return array


def single(steps: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """The steps with those of each detached way in its place."""
    return [s for op, params in steps for s in (single(params["steps"]) if op is PATH else [(op, params)])]


def _check_tensor(t: Any) -> None:
    """DtypeError for what is no tensor: all reads of it end in the slow door."""
    if not isinstance(t, TensorBase):
        raise DtypeError(f"expected a tensor, got {type(t).__name__}: {t!r:.80}")


def region(t: TensorBase) -> Any:
    """The part of the root's memory that `t` is: writes to it are writes to the memory."""
    _check_tensor(t)
    root, _, steps, _ = lineage(t)
    array = root._v[0].array
    if array is None:
        source, steps = holder(t)
        array = load(root) if source is root else source._a
        if type(array) is not np.ndarray and not modes.state.grad:  # a view has its base's history, wherever it is read
            with modes.recording():
                return follow(array, steps)
    return follow(array, steps)


def holder(t: TensorBase) -> tuple[TensorBase, list[tuple[Any, Any]]]:
    """The tensor in whose box the derivatives of `t` are, and the steps from it: the root, or a detached alias."""
    steps: list[tuple[Any, Any]] = []
    while True:
        _, parent, op, params, _ = view_info(t)
        if parent is None or (op is PATH and hasattr(getattr(t, "_a", None), "level")):
            return t, steps[::-1]
        steps.append((op, params))
        t = parent


def load(t: TensorBase) -> Any:
    """The array of `t` now; a snapshot while its memory is exposed."""
    try:
        return t._a
    except AttributeError:
        _check_tensor(t)
    memory, parent, _, _, cut = t._v
    if memory.array is not None:
        if memory.exposed():
            return region(t).copy()
        heal(t, memory)
        if parent is None:
            return t._a
    a = region(t)
    if load_node(t) is not None and parent is not None and a.size * 8 <= peek(parent).size:
        a = a.copy()
    t._a = a
    if not cut:
        memory.enter(t)
    return a


def heal(t: TensorBase, memory: Memory) -> None:
    """Give the root of `t` its array back, which nobody else can write any more."""
    root = lineage(t)[0]
    root._a, memory.array = memory.array, None


def peek(t: TensorBase) -> Any:
    """An array with the shape and dtype of `t`, never copied for it."""
    try:
        return t._a
    except AttributeError:
        return region(t)


def settled(x: Any, array: Any) -> Any:
    """The array as an op may save it. (Reads of exposed memory are snapshots already; foreign arrays are copied.)"""
    return array.copy() if array is x and isinstance(x, np.ndarray) else array


def given(x: Any) -> Any:
    """The array of an index, mask or count that an op keeps: a copy if it is not a tensor's, for it may be written."""
    return concrete(x) if isinstance(x, TensorBase) or hasattr(x, "plain") else np.array(x)


def concrete(x: Any) -> Any:
    """The numbers of a value that is not differentiated; under vmap, a box with those of all examples."""
    while True:
        if isinstance(x, TensorBase):
            x = load(x)
        plain = x.plain() if hasattr(x, "plain") else x
        if plain is x:
            return x
        x = plain


def everything(x: Any) -> Any:
    """The numbers of a value, under vmap of all examples: for checks that hold for each element."""
    x = concrete(x)
    while hasattr(x, "payloads"):
        x = concrete(x.payloads()[0])
    return x


def load_node(t: TensorBase) -> Any:
    """The node of `t` now, recorded anew if its memory was written since it was last read."""
    try:
        return t._n
    except AttributeError:
        pass
    if is_inference(t):
        return None
    path = [t]
    while not hasattr(path[-1], "_n"):
        path.append(path[-1]._v[1])
    node = path.pop()._n
    while path:
        view = path.pop()
        memory, parent, op, params, _ = view._v
        if node is not None:
            base = peek(parent)
            node = op.node((node,), params, (base,), None)
        view._n = node
        memory.enter(view)
        if hasattr(view, "_s") and view._s.retains:
            retain(view)
    return node


def is_inference(t: TensorBase) -> bool:
    """Whether `t` was made under inference mode. Its node is never set, so that ops meet it at the general door."""
    try:
        return t._s.inference
    except AttributeError:
        return False


def mark_inference(result: Any) -> None:
    """Mark the tensors of a result as made under inference mode."""
    for t in result if type(result) is tuple else (result,):
        rare(t).inference = True
        del t._n


def retain(t: TensorBase) -> None:
    """Let the present node of `t` keep its gradient in t.grad."""
    if t._n is not None:
        annotation(t._n).retains = weakref.ref(t)


def unretain(t: TensorBase) -> None:
    """Let the node of `t` no longer do so: t is about to have another."""
    if getattr(t, "_n", None) is not None:
        annotation(t._n).retains = None


def unset_members(memory: Memory, root: TensorBase) -> None:
    """Every tensor on the memory but the root forgets its array, and its node if that came from its parent."""
    aliases = []
    for r in memory.members:
        t = r()
        if t is None or t is root:
            continue
        try:
            del t._a
        except AttributeError:
            pass
        if t._v[4]:
            aliases.append(r)
            continue
        if hasattr(t, "_s") and t._s.retains:
            unretain(t)
        try:
            del t._n
        except AttributeError:
            pass
    memory.members[:] = aliases  # the others enter again when they are read


def stopped(data: Any) -> Any:
    """The data without what transforms know of its derivatives."""
    return data.stopped() if hasattr(data, "stopped") else data


class _Path:
    """The way from a root to a detached tensor: several view ops as one, at the end of which derivatives stop."""

    @staticmethod
    def fn(x: Any, *, steps: list[tuple[Any, Any]]) -> Any:
        return stopped(follow(x, steps))

    @staticmethod
    def call(x: Any, *, steps: list[tuple[Any, Any]]) -> Any:
        """The same view of a cotangent, or of what a write into the detached tensor goes to."""
        for op, params in steps:
            x = op.call(x, **params)
        return x


PATH = _Path()
