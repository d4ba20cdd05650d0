"""Reading and writing by index: x[key], its transpose (scatter-add), and the functional form of x[key] = y."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dispatch, fast
from ..core.kinds import Op, Saved, custom, linear, register
from ..core.memory import PLACE, WHOLE, follow
from ..core.tensor import Aval, next_seq


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

    def node_name(self, node: list[Any]) -> str:
        if hasattr(node[3], "node_name"):
            return node[3].node_name
        first = node[3][0] if isinstance(node[3], tuple) and node[3] else node[3]
        if is_basic(node[3]):
            return "SelectBackward0" if isinstance(first, int) else "SliceBackward0"
        return "IndexBackward0"


def _getitem(x: Any, *, key: Any) -> Any:
    return x[key]


GET = GetItem(_getitem, "Index")
get = register(GET, dispatch.caller(GET))
getitem = fast.getitem(GET)


def is_basic(key: Any) -> bool:
    """Whether x[key] is a view: integers, slices, None and Ellipsis only."""
    return type(key) is not np.ndarray and (not isinstance(key, tuple) or not any([type(k) is np.ndarray for k in key]))


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


def _place(base: Any, value: Any, *, steps: list[tuple[Any, Any]], key: Any) -> Any:
    out = base.copy()
    follow(out, steps)[key] = value
    return out


def _place_vjp(ct: Any, s: Saved) -> Any:
    return _split(ct, s.params["steps"], s.params["key"], s.wanted)


def _split(ct: Any, steps: list[tuple[Any, Any]], key: Any, wanted: tuple[bool, ...]) -> Any:
    part = take_steps(ct, steps, key)
    base = place(ct, np.zeros_like(part), steps=steps, key=key) if wanted[0] else None
    if wanted[1]:
        won = winners(follow(np.empty(ct.shape, bool), steps), key)
        if won is not None:
            part = np.where(won, part, 0)
    return base, part if wanted[1] else None


# A copy of base in which the part reached by `steps` and `key` is value: what a write means, as a function.
place = custom(_place, _place_vjp, name="CopySlices", widens=False)


def _pull_write(node: list[Any], ct: Any, times: Any) -> Any:
    return _split(ct, node[4], node[5], (node[2] is not None, node[3] is not None))


PLACE.vjp = _pull_write  # type: ignore[method-assign]
