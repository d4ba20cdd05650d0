"""Reading and writing by index: x[key], its transpose (scatter-add), and the functional form of x[key] = y."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dispatch, fast, memory
from ..core.keys import ARRAYS
from ..core.kinds import Op, Saved, custom, linear, register
from ..core.memory import PLACE, WHOLE, follow
from ..core.tensor import Aval, TensorBase, next_seq


class GetItem(Op):
    """[GET, seq, parent, key, shape, dtype]: the reverse walk scatters straight into the parent's cotangent."""

    kind = "structural"
    special = True
    view = True
    floats = widens = False
    saves = ()
    stop = 3
    keep = size = 6

    def node(self, nodes: tuple[Any, ...], params: dict[str, Any], arrays: tuple[Any, ...], out: Any) -> list[Any]:
        a = arrays[0]
        return [self, next_seq(), nodes[0], params["key"], a.shape, a.dtype]

    def given(self, node: list[Any], out: Any) -> Any:
        return [Aval(node[4], node[5])]

    def vjp(self, node: list[Any], ct: Any, times: Any) -> Any:
        return (scatter(ct, key=node[3], shape=node[4]),)

    def moves(self, params: dict[str, Any]) -> bool:
        return is_basic(params["key"])

    def jvp(self, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
        return get(tangents[0], **params)

    def node_name(self, node: list[Any]) -> str:
        if hasattr(node[3], "node_name"):
            return node[3].node_name
        if not is_basic(node[3]):
            return "IndexBackward0"
        last = "Slice"  # the last view of the several that PyTorch makes for a key
        for k in node[3] if isinstance(node[3], tuple) else (node[3],):
            if isinstance(k, int) or k is None:
                last = "Unsqueeze" if k is None else "Select"
            elif isinstance(k, slice) and k != slice(None):
                last = "Slice"
        return last + "Backward0"


def _getitem(x: Any, *, key: Any) -> Any:
    return x[key]


GET = GetItem(_getitem, "Index")
get = register(GET, dispatch.caller(GET))
getitem = fast.getitem(GET)


def is_basic(key: Any) -> bool:
    """Whether x[key] is a view: integers, slices, None and Ellipsis only."""
    return not isinstance(key, ARRAYS) and (not isinstance(key, tuple) or not any([isinstance(k, ARRAYS) for k in key]))


def scatter_into(out: Any, key: Any, ct: Any) -> None:
    """out[key] += ct, every occurrence of a repeated index counted."""
    if is_basic(key) or (type(key) is np.ndarray and key.dtype.kind == "b"):
        out[key] += ct
    elif ct.size > 4096 and out.size <= 4 * ct.size and out.flags.c_contiguous:
        # In one dimension np.add.at is fast: 85 us for 350 (640 rows of 64 into 1000), though places must be found.
        places = np.arange(out.size).reshape(out.shape)[key].reshape(-1)
        np.add.at(out.reshape(-1), places, ct.reshape(-1))
    else:
        np.add.at(out, key, ct)


def _scatter(ct: Any, *, key: Any, shape: tuple[int, ...]) -> Any:
    out = np.zeros(shape, ct.dtype)
    scatter_into(out, key, ct)
    return out


# Zeros of `shape` with ct added at `key`: the transpose of x[key].
scatter = linear(_scatter, lambda ct, x, key, shape: get(ct, key=key), name="IndexPut")


def take_steps(x: Any, steps: list[tuple[Any, Any]], key: Any) -> Any:
    """x seen through view ops, then x[key], recorded on tensors."""
    for op, params in steps:
        x = op.call(x, **params)
    return x if key is WHOLE else get(x, key=key)


def winners(array: Any, key: Any) -> Any:
    """For array[key] = value: which elements of value are there afterwards; None if all (no index can repeat)."""
    if is_basic(key) or not any([type(k) is np.ndarray and k.dtype.kind != "b"
                                 for k in (key if isinstance(key, tuple) else (key,))]):
        return None
    last = np.empty(array.shape, np.intp)
    order = np.arange(last[key].size).reshape(last[key].shape)
    last[key] = order
    return last[key] == order


def place_gradient(ct: Any, key: Any) -> Any:
    """The cotangent of value in array[key] = value, from that of the array, as an array of its own."""
    part = np.array(ct[key])
    won = winners(ct, key)
    return part if won is None else np.where(won, part, 0).astype(part.dtype, copy=False)


def set_part(out: Any, steps: list[tuple[Any, Any]], key: Any, value: Any) -> Any:
    """The array `out` after its part, reached by `steps` and `key`, became `value`: itself, or one that replaces it.

    The steps led to a view of the array that was written to. This one may lie in memory in another way, so that a
    reshape among them is a copy; then the positions of the part's elements go the same steps.
    """
    part = follow(out, steps)
    if part.size == 0 or np.may_share_memory(part, out):
        part[key] = value
        return out
    out = out.copy()
    numbers = out.reshape(-1).view(out.real.dtype) if out.dtype.kind == "c" else out.reshape(-1)
    positions = np.arange(float(numbers.size))
    if out.dtype.kind == "c":
        positions = positions.view(complex)
    positions = follow(positions.reshape(out.shape), steps)[key]
    value = np.broadcast_to(value, positions.shape).astype(part.dtype)
    if part.dtype.kind == "c":
        value, positions = value[..., None].view(value.real.dtype), positions.copy()[..., None].view(float)
    numbers[positions.astype(np.intp)] = value
    return out


def _erase(x: Any, *, steps: list[tuple[Any, Any]], key: Any) -> Any:
    return set_part(x.copy(order="K"), steps, key, 0)


# A copy of x with zeros in the part reached by `steps` and `key`.
erase = linear(_erase, lambda ct, x, steps, key: erase(ct, steps=steps, key=key), name="CopySlices")


def _place(base: Any, value: Any, *, steps: list[tuple[Any, Any]], key: Any) -> Any:
    return set_part(base.copy(order="K"), steps, key, value)


def _place_vjp(ct: Any, s: Saved) -> Any:
    return _split(ct, s.params["steps"], s.params["key"], s.wanted)


def follow_cotangent(ct: Any, steps: list[tuple[Any, Any]]) -> Any:
    """The part of a cotangent array that belongs to a view by these steps.

    Where they lead from complex to real numbers or back, it is the gradient that has the layout of the values; the
    cotangent is its conjugate.
    """
    part = follow(ct, steps)
    return part if part.dtype.kind == ct.dtype.kind else np.conjugate(follow(np.conjugate(ct), steps))


def _split(ct: Any, steps: list[tuple[Any, Any]], key: Any, wanted: tuple[bool, ...]) -> Any:
    a = memory.peek(ct) if isinstance(ct, TensorBase) else ct
    shaped = follow(np.empty(a.shape, a.dtype), steps)
    if shaped.dtype.kind == a.dtype.kind:
        part = take_steps(ct, steps, key)
    else:  # see follow_cotangent
        part = np.conjugate(take_steps(np.conjugate(ct), steps, key))
    base = erase(ct, steps=steps, key=key) if wanted[0] else None
    if wanted[1]:
        won = winners(shaped, key)
        if won is not None:
            part = np.where(won, part, 0)
    return base, part if wanted[1] else None


# A copy of base in which the part reached by `steps` and `key` is value: what a write means, as a function.
place = custom(_place, _place_vjp, name="CopySlices", widens=False)


def _place_jvp(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
    base, value = [np.zeros_like(x) if t is None else t for x, t in zip(primals, tangents, strict=True)]
    return place(base, value, **params)


place.op.forward = _place_jvp  # type: ignore[attr-defined]


def _pull_write(node: list[Any], ct: Any, times: Any) -> Any:
    return _split(ct, node[4], node[5], (node[2] is not None, node[3] is not None))


PLACE.vjp = _pull_write  # type: ignore[method-assign]
