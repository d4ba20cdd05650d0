"""Fetching and scattering along the last axis at given positions, each the other's transpose."""

from __future__ import annotations

import math

import numpy as np

from ..core.kinds import custom


def _offsets(shape: tuple[int, ...], step: int) -> np.ndarray:
    """Where each row of an array of that shape begins in memory, as a column."""
    return (np.arange(math.prod(shape[:-1])) * step).reshape(*shape[:-1], 1)


def _take_positions(x, index):
    shape = (*x.shape[:-1], index.shape[-1])
    return np.take(x.reshape(-1), np.broadcast_to(index, shape) + _offsets(shape, x.shape[-1]))


def _add_positions(values, index, *, size):
    shape = values.shape
    flat = np.broadcast_to(index, shape) + _offsets(shape, size)
    out = np.zeros((*shape[:-1], size), values.dtype)
    np.add.at(out.reshape(-1), flat.reshape(-1), values.reshape(-1))
    return out


def _put_positions(values, index, *, size):
    shape = values.shape
    flat = np.broadcast_to(index, shape) + _offsets(shape, size)
    out = np.zeros((*shape[:-1], size), values.dtype)
    out.reshape(-1)[flat.reshape(-1)] = values.reshape(-1)
    return out


take_positions = custom(
    _take_positions,
    lambda ct, s: (add_positions(ct, s.y, size=s.avals[0].shape[-1]), None),
    saves=("y",),
    promotes=False,
    widens=False,
)
"""x[..., index] row by row: x (..., n) and index (..., m), whose leading axes broadcast to those of x."""

add_positions = custom(
    _add_positions,
    lambda ct, s: (take_positions(ct, s.y), None),
    saves=("y",),
    promotes=False,
    widens=True,
)
"""The transpose of take_positions: zeros of `size` columns to which values are added at their positions."""

put_positions = custom(
    _put_positions,
    lambda ct, s: (take_positions(ct, s.y), None),
    saves=("y",),
    promotes=False,
    widens=False,
)
"""Zeros of `size` columns in which values stand at their positions, which should be distinct within a row."""
