"""Picking and placing along one axis at given positions: np.take_along_axis and its transposes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import memory, registry
from ..core.kinds import Saved, custom
from ..core.tensor import TensorBase


def _zeros(values: Any, axis: int, size: int) -> Any:
    shape = list(values.shape)
    shape[axis] = size
    return np.zeros(shape, values.dtype)


def _key(index: Any, axis: int) -> tuple[Any, ...]:
    """The full index of the elements that `index` names along `axis`."""
    key = [np.arange(n).reshape((n,) + (1,) * (index.ndim - i - 1)) for i, n in enumerate(index.shape)]
    key[axis] = index
    return tuple(key)


def _take_along(x: Any, index: Any, *, axis: int) -> Any:
    return np.take_along_axis(x, index, axis)


def _put_along(values: Any, index: Any, *, axis: int, size: int) -> Any:
    out = _zeros(values, axis, size)
    np.put_along_axis(out, index, values, axis)
    return out


def _add_along(values: Any, index: Any, *, axis: int, size: int) -> Any:
    out = _zeros(values, axis, size)
    np.add.at(out, _key(index, axis), values)
    return out


def _take_vjp(ct: Any, s: Saved) -> Any:
    axis = s.params["axis"]
    return add_along(ct, s.y, axis=axis, size=s.avals[0].shape[axis]), None


def _taken(ct: Any, s: Saved) -> Any:
    return take_along(ct, s.y, axis=s.params["axis"]), None


# x[..., index[...], ...]: index has the shape of x but for `axis`.
take_along = custom(_take_along, _take_vjp, saves=("y",), name="Gather", promotes=False, widens=False)
# Zeros of `size` along the axis in which values stand at their positions, distinct within a row.
put_along = custom(_put_along, _taken, saves=("y",), name="Scatter", promotes=False, widens=False)
# The same with values added, where positions may repeat.
add_along = custom(_add_along, _taken, saves=("y",), name="ScatterAdd", promotes=False)


@registry.speaks(np.take_along_axis)
def _np_take_along_axis(x: Any, indices: Any, axis: int = -1) -> Any:
    if isinstance(indices, TensorBase):
        indices = memory.load(indices)
    return take_along(x, indices, axis=axis)
