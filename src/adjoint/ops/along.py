"""Picking and placing along one axis at given positions: np.take_along_axis and its transposes.

The index is an operand that has the dimensions of the array; where it has length 1 it serves every row. Elements are
addressed in the flat array: NumPy's own indexing by a mesh takes three times as long to pick and seven times to add
(32 x 16 rows of 784, 196 picked from each).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.batch_rules import behind, moveaxis, spread
from ..core.kinds import custom
from ..core.op import Saved
from ..core.payloads import shape_of
from . import structure as st


def _addresses(index: Any, shape: tuple[int, ...], axis: int) -> Any:
    """Where in a flat array of this shape the elements lie that `index` names along the axis."""
    axis %= len(shape)
    n, before, after = shape[axis], shape[:axis], shape[axis + 1:]
    if index.size and (index.min() < 0 or index.max() >= n):  # another row's element would be taken for it
        if index.min() < -n or index.max() >= n:
            raise IndexError(f"indices {index.min()} to {index.max()} are out of bounds for an axis of {n} elements")
        index = np.where(index < 0, index + n, index)
    step = math.prod(after)
    rows = np.arange(math.prod(before)).reshape(*before, *(1,) * (1 + len(after))) * (n * step)
    return rows + index * step + np.arange(step).reshape(after)


def _placing(values: Any, index: Any, axis: int, size: int) -> tuple[Any, Any]:
    """Zeros with `size` elements along the axis, and the flat address in them of each value."""
    shape = list(values.shape)
    shape[axis] = size
    addresses = np.broadcast_to(_addresses(index, tuple(shape), axis), values.shape)
    return np.zeros(shape, values.dtype), addresses.reshape(-1)


def _take_along(x: Any, index: Any, *, axis: int) -> Any:
    return np.take(x.reshape(-1), _addresses(index, x.shape, axis))


def _put_along(values: Any, index: Any, *, axis: int, size: int) -> Any:
    out, addresses = _placing(values, index, axis, size)
    out.reshape(-1)[addresses] = values.reshape(-1)
    return out


def _add_along(values: Any, index: Any, *, axis: int, size: int) -> Any:
    out, addresses = _placing(values, index, axis, size)
    np.add.at(out.reshape(-1), addresses, values.reshape(-1))
    return out


def _take_vjp(ct: Any, s: Saved) -> Any:
    axis = s.params["axis"]
    return add_along(ct, s.y, axis=axis, size=s.avals[0].shape[axis]), None


def _taken(ct: Any, s: Saved) -> Any:
    return take_along(ct, s.y, axis=s.params["axis"]), None


def _take_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    x, index = payloads
    moved = behind(params, {"axis": -1}, len(shape_of(x)) - mapped[0])
    if moved is None:
        return NotImplemented
    axis = moved["axis"]
    if mapped[0]:
        return take_along(x, index if mapped[1] else st.expand_dims(index, axis=0), axis=axis)
    # one array for all: the examples' indices one behind the other along the axis
    index = moveaxis(index, 0, axis - 1)
    shape = shape_of(index)
    out = take_along(x, st.reshape(index, shape=(*shape[:axis - 1], shape[axis - 1] * shape[axis], *shape[axis + 1:])),
                     axis=axis - 1)
    have = shape_of(out)
    return moveaxis(st.reshape(out, shape=(*have[:axis - 1], *shape[axis - 1:axis + 1], *have[axis:])), axis - 1, 0)


def _placing_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    values, index = spread(level, payloads[0], mapped[0]), payloads[1]
    moved = behind(params, {"axis": -1}, len(shape_of(values)) - 1)
    if moved is None:
        return NotImplemented
    return op.call(values, index if mapped[1] else st.expand_dims(index, axis=0), **moved)


# x[..., index[...], ...]
take_along = custom(_take_along, _take_vjp, saves=("y",), name="Gather", promotes=False, widens=False,
                    linear=True, batch=_take_batch)
# Zeros of `size` along the axis in which values stand at their positions, distinct within a row.
put_along = custom(_put_along, _taken, saves=("y",), name="Scatter", promotes=False, widens=False,
                   linear=True, batch=_placing_batch)
# The same with values added, where positions may repeat.
add_along = custom(_add_along, _taken, saves=("y",), name="ScatterAdd", promotes=False,
                   linear=True, batch=_placing_batch)


def _push(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
    # Linear in the values. The transpose would add what positions that do repeat give, where the last one wins.
    return op.call(tangents[0], primals[1], **params)


for _op in (take_along, put_along, add_along):
    _op.op.forward = _push  # type: ignore[attr-defined]
