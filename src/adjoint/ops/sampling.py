"""Sampling an image at given points (grid_sample), composed of gathers and weights: all its derivatives follow."""

from __future__ import annotations

import itertools
import math
from functools import reduce

import numpy as np

from ..core.batch_rules import pointwise
from ..core.kinds import constant
from . import structure as st
from .along import take_along


def _flat_position(*coordinates, sizes):
    """The flat position of integer-valued float coordinates, those outside moved to the edge."""
    flat = 0
    for c, size in zip(coordinates, sizes, strict=True):
        flat = flat * size + np.clip(np.nan_to_num(c), 0, size - 1).astype(np.int64)
    return flat


def _inside(*coordinates, sizes):
    """Whether coordinates lie within the space."""
    within = [(c >= 0) & (c <= size - 1) for c, size in zip(coordinates, sizes, strict=True)]
    return reduce(np.logical_and, within)


flat_position = constant(_flat_position, batch=pointwise)
inside = constant(_inside, batch=pointwise)


def to_pixels(coordinate, size: int, align_corners: bool):
    """The coordinate in [-1, 1] as a position among `size` elements."""
    if align_corners:
        return (coordinate + 1) * ((size - 1) / 2)
    return ((coordinate + 1) * size - 1) * 0.5


def _clip(c, size: int):
    """c within [0, size - 1]; its derivative is zero from the edges on, as PyTorch has it."""
    zero = c * 0
    return np.where(c > 0, np.where(c < size - 1, c, zero + (size - 1)), zero)


def _reflect(c, low: float, high: float):
    """c mirrored into [low, high] as often as needed."""
    if low == high:
        return c * 0
    span = high - low
    distance = np.where(c < low, low - c, c - low)
    flips = np.floor(distance * (1 / span))
    rest = distance - flips * span
    odd = np.floor(flips * 0.5) * 2 != flips
    return np.where(odd, span - rest, rest) + low


def bring_inside(c, size: int, padding: str, align_corners: bool):
    """The position that stands for c: itself ("zeros"), the edge ("border") or its mirror image ("reflection")."""
    if padding == "reflection":
        c = _reflect(c, 0.0, size - 1.0) if align_corners else _reflect(c, -0.5, size - 0.5)
    return c if padding == "zeros" else _clip(c, size)


def _fetch(x, points, padding: str, sizes):
    """x (batch, channels, space) at integer points, one (batch, n) array an axis; zeros outside where not padded."""
    value = take_along(x, st.expand_dims(flat_position(*points, sizes=sizes), axis=1), axis=-1)
    if padding != "zeros":
        return value
    return np.where(st.expand_dims(inside(*points, sizes=sizes), axis=1), value, 0)


def grid_sample(x, points, *, mode: str, padding: str, align_corners: bool):
    """x (batch, channels, *space) at `points` (batch, n, dimensions), last axis first: (batch, channels, n)."""
    sizes = x.shape[2:]
    x = st.reshape(x, shape=(*x.shape[:2], math.prod(sizes)))
    n = len(sizes)
    at = [to_pixels(points[..., n - 1 - d], size, align_corners) for d, size in enumerate(sizes)]
    if mode == "bicubic":
        return _cubic(x, at, sizes, padding, align_corners)
    at = [bring_inside(c, size, padding, align_corners) for c, size in zip(at, sizes, strict=True)]
    if mode == "nearest":
        return _fetch(x, [np.rint(c) for c in at], padding, sizes)
    low = [np.floor(c) for c in at]
    share = [c - b for c, b in zip(at, low, strict=True)]
    out = None
    for corner in itertools.product((0, 1), repeat=n):
        weight = 1
        for s, k in zip(share, corner, strict=True):
            weight = weight * (s if k else 1 - s)
        value = _fetch(x, [b + k for b, k in zip(low, corner, strict=True)], "zeros", sizes)
        term = value * st.expand_dims(weight, axis=1)
        out = term if out is None else out + term
    return out


def _cubic(x, at, sizes, padding: str, align_corners: bool):
    low = [np.floor(c) for c in at]
    share = [c - b for c, b in zip(at, low, strict=True)]
    taps = (-1, 0, 1, 2)
    weights = [[_keys(s, k) for k in taps] for s in share]
    out = None
    for i, k in itertools.product(range(4), repeat=2):
        points = [
            bring_inside(b + taps[j], size, padding, align_corners)
            for b, j, size in zip(low, (i, k), sizes, strict=True)
        ]
        term = _fetch(x, points, padding, sizes) * st.expand_dims(weights[0][i] * weights[1][k], axis=1)
        out = term if out is None else out + term
    return out


def _keys(share, tap: int, a: float = -0.75):
    """Keys' weight of the neighbour `tap` (-1, 0, 1, 2) for a point `share` past neighbour 0."""
    d = 1 + share if tap == -1 else share if tap == 0 else 1 - share if tap == 1 else 2 - share
    if tap in (0, 1):
        return ((a + 2) * d - (a + 3)) * d * d + 1
    return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
