"""Writes: what a write into a tensor does to its memory, to the views of it, to their nodes and to saved values.

A saved value is protected by reference counts: if anyone but the root holds the root's array (a node that saved it, or
a view of it), the root moves to a copy and the write goes there.
"""

from __future__ import annotations

from sys import getrefcount
from typing import Any

import numpy as np

from ..errors import GradientError, ReadOnlyError, WriteError
from . import modes, registry
from .aliases import alias, detached
from .levels import Box, boxes, depth, lifted, revalued
from .memory import (
    PATH,
    follow,
    heal,
    holder,
    laid,
    lineage,
    load,
    load_node,
    peek,
    region,
    retain,
    single,
    unretain,
    unset_members,
    view_info,
)
from .rules import Rule
from .tensor import Lent, TensorBase, faces, next_seq, wrap

# How many references an array shows when only one tensor holds it, and a base when one array does: measured here, by
# the functions that ask, since it depends on the interpreter (3.14 borrows references of the stack).


def _holders(t: TensorBase) -> int:
    a = t._a
    return getrefcount(a)


def _base_holders(a: Any) -> int:
    b = a.base
    return getrefcount(b)


def _calibrate() -> tuple[int, int]:
    t = TensorBase()
    t._a = np.empty(2)
    one = _holders(t)
    return one, _base_holders(np.empty(2)[:1])


_ONE, _BASE_ONE = _calibrate()


def private(t: TensorBase) -> bool:
    """Whether the array of `t` is in nobody else's hands, so that a write in place is seen by no saved value."""
    a = t._a
    base = a.base
    repeats = 0 in a.strides
    del a
    if _holders(t) != _ONE or repeats or not t._a.flags.writeable:
        return False
    if base is None:
        return True
    exact = type(base) is np.ndarray and base.base is None
    del base
    return exact and _base_holders(t._a) == _BASE_ONE


def repeated(array: Any) -> bool:
    """Whether the array has one element in several places, as an expanded one or overlapping windows have."""
    reach = 0  # of the dimensions with smaller strides
    for stride, n in sorted([(abs(s), n) for s, n in zip(array.strides, array.shape, strict=True) if n > 1]):
        if stride < reach + array.itemsize:
            return array.size > 0
        reach += stride * (n - 1)
    return False


def _names_twice(array: Any, key: Any) -> bool:
    """Whether array[key] may name one place twice, for an array that has an element in several places."""
    part = array[key]  # a copy if the key is not basic, of which nothing is known
    return type(part) is np.ndarray and (not np.may_share_memory(part, array) or repeated(part))


class Place(Rule):
    """[PLACE, seq, parent, value's node, steps, key]: a write of a value into a part of the parent."""

    name = "CopySlices"
    special = True
    stop = 4
    keep = size = 6

    def given(self, node: list[Any], out: Any) -> Any:
        return [out, None]


PLACE = Place()
_REPEATING = {"broadcast_to", "unfold", "as_strided"}  # ops whose views can have an element in several places
_SHARED_ELEMENTS = ("unsupported operation: more than one element of the written-to tensor refers to a single memory "
                    "location, or its memory is read-only. Please clone() the tensor before performing the operation.")
WHOLE = (Ellipsis,)


def check_writable(t: TensorBase) -> None:
    """GradientError if a recorded write to `t` would change a leaf that requires grad."""
    if not modes.state.grad:
        return
    origin = lineage(t)[1]
    node = load_node(origin)
    if node is not None and node[0].name == "AccumulateGrad" and type(node[2]) is not Lent:
        what = "a leaf Variable" if origin is t else "a view of a leaf Variable"
        raise GradientError(f"{what} that requires grad is being used in an in-place operation; write under "
                            "adjoint.no_grad(), or to a clone")
    if node is not None and origin is not t and load_node(t) is None:
        raise GradientError("A view was created in no_grad mode and is being modified inplace with grad mode enabled. "
                            "Take the view outside of no_grad(), where its writes are recorded, or write under no_grad")


def write(t: TensorBase, key: Any, value: Any, node: Any) -> None:
    """The elements t[key] become `value` (an array of their shape and t's dtype, with its node).

    `key` WHOLE writes all of t; `value` may then become t's array itself. Callers have called check_writable.
    """
    root, origin, steps, from_origin = lineage(t)
    memory = root._v[0]
    exposed = memory.array is not None and memory.exposed()
    if memory.array is not None and not exposed:
        heal(root, memory)
    if memory.aliases and (not exposed or (
            node is not None and isinstance(t, faces.array))) and memory.exposed():  # type: ignore[arg-type]
        raise WriteError("an ndarray that np.asarray or .numpy() made of this array is still there, and would not have "
                         "what is written now, or not its derivative: take np.array(y), which is a copy, or "
                         "np.asarray(y) after the last write")
    if type(value) is not np.ndarray or not (exposed or type(load(root)) is np.ndarray):
        value, node = _levelled(root, t, value, node, exposed)
    was = load_node(origin)
    recording = modes.state.grad and (was is not None or node is not None)
    if steps:
        locked = registry.by_name["read_only"]
        if any([op is locked for op, _ in steps]):
            raise ReadOnlyError("assignment destination is read-only: it is np.diagonal, np.broadcast_to or "
                                "sliding_window_view of an array; write into that array, or into a copy()")
    boxed = not exposed and (type(value) is not np.ndarray or type(root._a) is not np.ndarray)
    arrays = _replaced(root, t, key, value) if boxed else []
    unset_members(memory, root)
    if boxed:
        for member, array in arrays:
            member._a = array
    elif key is WHOLE and root is t and not exposed:
        t._a = value if value.strides == t._a.strides else _laid_out(value, t._a)
    else:
        if not exposed and not private(root):
            root._a = root._a.copy(order="K")  # the same strides: what was a view of it stays one
        part = follow(memory.array if exposed else root._a, steps)
        if not part.flags.writeable or (not part.flags.c_contiguous and repeated(part) and _names_twice(part, key)):
            raise WriteError(_SHARED_ELEMENTS)
        part[key] = value
        del part
    memory.version += 1
    if recording:
        retains = hasattr(origin, "_s") and origin._s.retains
        if retains:
            unretain(origin)
        if key is WHOLE and origin is t and node is not None:
            t._n = node
        else:
            origin._n = [PLACE, next_seq(), was, node, from_origin, key]
        if retains:
            retain(origin)


def _replaced(root: TensorBase, t: TensorBase, key: Any, value: Any) -> list[tuple[TensorBase, Any]]:
    """Boxes are values, and a write makes new ones: of the tensor in whose box it is, with what derivatives `value` has
    there; and, with the new numbers and derivatives of their own, of the root and of each detached alias of it."""
    source, steps = holder(t)
    if any([op is not PATH and op.op_name in _REPEATING for op, _ in steps]):
        part = laid(t)
        if repeated(part) and (boxes((key,)) or _names_twice(part, key)):
            raise WriteError(_SHARED_ELEMENTS)
    place = registry.by_name["place"].call
    own = load(source)
    new = value if key is WHOLE and source is t else place(own, value, steps=single(steps), key=key)
    if isinstance(own, Box) and not isinstance(new, Box):  # what was at a level may take its values again
        new = own.level.lift(new)
    if not modes.state.grad:
        new = revalued(own, new, tape=True)
    whole = new if source is root else revalued(
        load(root), place(load(root), value, steps=single(lineage(t)[2]), key=key))
    others = [d for d in detached(root._v[0]) if d is not source and hasattr(d, "_a")]
    made = [(d, revalued(d._a, follow(whole, single(lineage(d)[2])))) for d in others]
    return [(root, whole), (source, new), *made]


def _levelled(root: TensorBase, t: TensorBase, value: Any, node: Any, exposed: bool) -> tuple[Any, Any]:
    """The value and its node at the height of the memory: that rises to the value's if it was made inside, and a value
    from below becomes a constant there, with its node."""
    own = load(root)
    for data in (value, own):
        if isinstance(data, Box):
            data.level.check_open("write")
    if depth(value) > depth(own):
        if exposed or not _risen(root, value):
            raise WriteError(f"a value under {value.level.name} is written into a tensor that was made outside of it "
                             "and cannot hold it; make the tensor inside the function that is transformed (zeros_like "
                             "of one of its arguments, say), or return the value")
    elif node is not None or isinstance(value, Box):
        if isinstance(own, Box) and own.level.ambient:  # nodes are on its faces
            own = own.plain()
        if depth(own) > depth(value):
            value, node = lifted(wrap(value, node, type(t)), own.level), None
    return value, node


def _risen(root: TensorBase, value: Any) -> bool:
    """Whether the memory could be lifted to the level of the value, with the nodes of the tensors on it."""
    aliases = detached(root._v[0])
    for d in aliases:  # as it is now
        load(d)
    if not value.level.lift_face(root, value):
        return False
    for d in aliases:
        d._l = getattr(root, "_l", ())
        value.level.lift_face(d, value)
    return True


def _laid_out(value: Any, old: Any) -> Any:
    """A copy of the value in the layout of the array that it replaces, of which views may exist (a reshape, say)."""
    new = np.empty_like(old, subok=False)
    new[...] = value
    return new


def replace(t: TensorBase, other: TensorBase, op: Any) -> None:
    """`t` gets the memory of `other`, which both have from now on; its node stays. Its views keep the old memory."""
    load(other)
    for data in (peek(t), peek(other)):
        if isinstance(data, Box):
            raise WriteError(f"a value under {data.level.name} cannot be given the memory of another tensor, or lend "
                             "its own (x.data = y, x.set_(y)): write x.data.copy_(y), which takes its numbers")
    if region(other).__array_interface__ == region(t).__array_interface__:  # t.data = t.data
        return
    node = load_node(t)
    memory = view_info(t)[0]
    heir = TensorBase()
    heir._n, heir._v = node, t._v
    if hasattr(t, "_a"):
        heir._a = t._a
        del t._a
    if heir._v[1] is not None:
        memory.enter(heir)
    for r in memory.members:
        view = r()
        if view is not None and view._v[1] is t:
            view._v = (memory, heir, *view._v[2:])
    memory.members = [r for r in memory.members if r() is not t]
    d = alias(other, TensorBase, op)
    t._v = d._v
    if hasattr(d, "_a"):
        t._a = d._a
    t._v[0].enter(t)
    t._n = node
