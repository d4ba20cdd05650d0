"""Reading and writing by index: x[key], its transpose (scatter-add), and the functional form of x[key] = y."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import fast_single, memory
from ..core.batch_rules import aligned, batched, moveaxis, spread, takes
from ..core.keys import ARRAYS
from ..core.kinds import custom, linear, register
from ..core.levels import boxes
from ..core.memory import follow
from ..core.op import Op, Saved
from ..core.payloads import shape_of
from ..core.tensor import Aval, TensorBase, next_seq
from ..core.writes import PLACE, WHOLE
from ..errors import TracedValueError
from ..native import kernels
from . import structure as st


class GetItem(Op):
    """[GET, seq, parent, key, shape, dtype]: the reverse walk scatters straight into the parent's cotangent."""

    kind = "structural"
    linear = True
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
        key = params["key"]
        return is_basic(key) and not (type(key) is tuple and all([type(k) is int for k in key]))

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
get = register(GET, fast_single.get(GET))
getitem = fast_single.getitem(GET)


def is_basic(key: Any) -> bool:
    """Whether x[key] is a view: integers, slices, None and Ellipsis only."""
    return not isinstance(key, ARRAYS) and (not isinstance(key, tuple) or not any([isinstance(k, ARRAYS) for k in key]))


# Under vmap ----------------------------------------------------------------------------------------------------------


def stacked_key(level: Any, key: Any, ndim: int, mapped: bool) -> tuple[Any, int, int, int]:
    """A key for a stack of arrays of `ndim` dimensions that does to each what `key` does; and where it puts things.

    `mapped` says that there is such a stack; else there is one array, and parts of the key, batched, differ between
    examples. Of the result the dimension `at` counts examples; then the `width` dimensions of the key's arrays, which
    stand first, are due `place` further on.
    """
    parts = list(key) if isinstance(key, tuple) else [key]
    if not any([isinstance(k, ARRAYS) for k in parts]):
        return (slice(None), *parts), 0, 0, 0
    split: list[Any] = []  # a mask is the indices of its elements
    for k in parts:
        split += k.nonzero() if isinstance(k, np.ndarray) and k.dtype.kind == "b" and k.ndim else [k]
    picks = [i for i, k in enumerate(split) if isinstance(k, (int, *ARRAYS))]
    width = max([1 if _is_flag(k) else k.ndim for k in split if isinstance(k, ARRAYS)])
    apart = picks[-1] - picks[0] + 1 != len(picks)  # NumPy puts the arrays' dimensions first then
    taken = sum([k is not None and k is not Ellipsis and not _is_flag(k) for k in split])
    before = sum([ndim - taken if k is Ellipsis else not isinstance(k, int) for k in split[:picks[0]]])
    if not any([batched(level, k) for k in split]):
        return (slice(None), *split), width if apart else 0, 0, 0
    made = [_stacked_index(k, width) if batched(level, k) else k for k in split]
    if mapped:
        number = np.arange(level.size).reshape(-1, *(1,) * width)
        return (number, *made), 0, width, 0 if apart else before
    return tuple(made), 0 if apart else before, 0, 0


def _is_flag(k: Any) -> bool:
    return isinstance(k, ARRAYS) and k.ndim == 0 and k.dtype.kind == "b"


def _stacked_index(k: Any, width: int) -> Any:
    """The numbers of a batched index, examples first, with ones up to `width` dimensions."""
    if k.dtype.kind == "b":
        raise TracedValueError("a boolean mask that differs between the examples of vmap picks another number of "
                               "elements from each; use adjoint.where(mask, x, y), or np.where")
    return aligned(memory.concrete(k.payload), width)


def _arranged(x: Any, at: int, width: int, place: int) -> Any:
    """What a stacked key gave, with the examples first and the key's own dimensions in their place."""
    x = moveaxis(x, at, 0)
    return moveaxis(x, tuple(range(1, 1 + width)), tuple(range(1 + place, 1 + place + width))) if place else x


def disarranged(x: Any, at: int, width: int, place: int) -> Any:
    """The opposite."""
    if place:
        x = moveaxis(x, tuple(range(1 + place, 1 + place + width)), tuple(range(1, 1 + width)))
    return moveaxis(x, 0, at)


@takes("key")
def _get_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    (x,) = payloads
    key, *where = stacked_key(level, params["key"], len(shape_of(x)) - mapped[0], mapped[0])
    return _arranged(get(x, key=key), *where)


@takes("key")
def _scatter_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    shape = params["shape"]
    key, *where = stacked_key(level, params["key"], len(shape), True)
    return scatter(disarranged(spread(level, payloads[0], mapped[0]), *where), key=key, shape=(level.size, *shape))


GET.batch = _get_batch


def scatter_into(out: Any, key: Any, ct: Any) -> None:
    """out[key] += ct, every occurrence of a repeated index counted."""
    if is_basic(key) or (type(key) is np.ndarray and key.dtype.kind == "b"):
        out[key] += ct
    elif _add_rows(out, key, ct):
        return
    elif ct.size > 4096 and out.size <= 4 * ct.size and out.flags.c_contiguous:
        # In one dimension np.add.at is fast: 85 us for 350 (640 rows of 64 into 1000), though places must be found.
        np.add.at(out.reshape(-1), _places(key, out), ct.reshape(-1))
    else:
        np.add.at(out, key, ct)


def _places(key: Any, out: Any) -> Any:
    """The flat place in `out` of each element of out[key]."""
    if (isinstance(key, tuple) and len(key) == out.ndim
            and all([type(k) is np.ndarray and k.dtype == np.int64 and k.min(initial=0) >= 0 for k in key])):
        places = key[0]  # by arithmetic: a quarter of the time of a look-up
        for k, n in zip(key[1:], out.shape[1:], strict=True):
            places = places * n + k
        return places.reshape(-1)
    return np.arange(out.size).reshape(out.shape)[key].reshape(-1)


def _add_rows(out: Any, key: Any, ct: Any) -> bool:
    """Whether a kernel has added ct to the rows of `out` that an array of integers names."""
    if type(key) is tuple and len(key) == 1:
        key = key[0]
    if type(key) is not np.ndarray or key.dtype != np.int64 or not out.flags.c_contiguous or not len(out):
        return False
    own = kernels.of(ct)
    if own is kernels.nothing or ct.shape != key.shape + out.shape[1:]:
        return False
    rows = np.ascontiguousarray(ct.reshape(key.size, -1))
    return bool(own.add_rows(out.reshape(len(out), -1), np.ascontiguousarray(key).reshape(-1), rows))


def _scatter(ct: Any, *, key: Any, shape: tuple[int, ...]) -> Any:
    out = np.zeros(shape, ct.dtype)
    scatter_into(out, key, ct)
    return out


# Zeros of `shape` with ct added at `key`: the transpose of x[key].
scatter = linear(_scatter, lambda ct, x, key, shape: get(ct, key=key), name="IndexPut", batch=_scatter_batch)


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


def _batched_winners(array: Any, key: Any) -> Any:
    """The same for a key that differs between examples."""
    zeros = np.zeros(array.shape)
    shape = get(zeros, key=key).shape
    order = np.arange(float(math.prod(shape))).reshape(shape)
    return np.equal(get(place(zeros, order, steps=[], key=key), key=key), order)


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


def stacked_write(level: Any, steps: list[tuple[Any, Any]], key: Any, shape: tuple[int, ...]) -> Any:
    """For a stack of arrays of this shape: a key without steps that reaches the part; and the part's arrangement.

    Where there are steps, the positions of the part's elements in the array in one row go the same way. None where
    the steps lead to another kind of number.
    """
    if not steps:
        return stacked_key(level, key, len(shape), True)
    positions = np.arange(math.prod(shape)).reshape(shape)
    for op, params in steps:
        if op.op_name in ("real", "imag", "as_real", "as_complex") or boxes((params,)):
            return None
        positions = op.fn(positions, **params)
    if not batched(level, key):
        return (slice(None), get(positions, key=key)), 0, 0, 0
    key, *where = stacked_key(level, key, positions.ndim, False)
    chosen = _arranged(get(positions, key=key), *where)
    return (np.arange(level.size).reshape(-1, *(1,) * (chosen.ndim - 1)), chosen), 0, 0, 0


@takes("key", "steps")
def _write_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    """A write into a stack, or with one operand the erasure of its part."""
    shape = shape_of(payloads[0])[mapped[0]:]
    found = stacked_write(level, params["steps"], params["key"], shape)
    if found is None:
        return NotImplemented
    key, *where = found
    base = spread(level, payloads[0], mapped[0])
    if params["steps"]:
        base = st.reshape(base, shape=(level.size, math.prod(shape)))
    operands = [base]
    if len(payloads) > 1:
        value = aligned(spread(level, payloads[1], mapped[1]), part_ndim(key, len(shape_of(base))) - 1)
        operands.append(disarranged(value, *where))
    out = op.call(*operands, steps=[], key=key)
    return st.reshape(out, shape=(level.size, *shape)) if params["steps"] else out


def part_ndim(key: Any, ndim: int) -> int:
    """How many dimensions x[key] has, for x of `ndim` dimensions and a key without masks."""
    arrays = [k for k in key if isinstance(k, ARRAYS)]
    taken = sum([k is not None and k is not Ellipsis and not _is_flag(k) for k in key])
    kept = sum([k is None or isinstance(k, slice) for k in key])
    return ndim - taken + kept + max([1 if _is_flag(k) else k.ndim for k in arrays], default=0)


# A copy of x with zeros in the part reached by `steps` and `key`.
erase = linear(_erase, lambda ct, x, steps, key: erase(ct, steps=steps, key=key), name="CopySlices", batch=_write_batch)


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
        won = _batched_winners(shaped, key) if boxes((key,)) else winners(shaped, key)
        if won is not None:
            part = np.where(won, part, 0)
    return base, part if wanted[1] else None


# A copy of base in which the part reached by `steps` and `key` is value: what a write means, as a function.
place = custom(_place, _place_vjp, name="CopySlices", promotes=False, widens=False, linear=True,
               batch=_write_batch)


def _place_jvp(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
    base, value = [np.zeros_like(x) if t is None else t for x, t in zip(primals, tangents, strict=True)]
    return place(base, value, **params)


place.op.forward = _place_jvp  # type: ignore[attr-defined]


def _pull_write(node: list[Any], ct: Any, times: Any) -> Any:
    return _split(ct, node[4], node[5], (node[2] is not None, node[3] is not None))


PLACE.vjp = _pull_write  # type: ignore[method-assign]
