"""Pooling: where the largest element of each window is, and the geometry of windows.

A max pool is a constant op that finds the positions of the largest elements, then `take_along`, which fetches them;
so its derivatives of every order are fetches and scatters. Average pools are axis maps (ops/axismap).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from ..core.batch_rules import leading, pointwise, spread
from ..core.kinds import constant
from ..core.payloads import shape_of
from .along import take_along
from .axismap import AxisMap, averages
from .convolution import extent


def _lowest(dtype: np.dtype):
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _max_positions(x, *, kernel, stride, padding, dilation, positions):
    """For each window the flat position of its largest element within the last len(kernel) axes.

    The first of equal elements is taken, and the last NaN if there is one: PyTorch's choice.
    """
    if x.dtype.itemsize == 2 and x.dtype.kind not in "iu":
        x = x.astype(np.float32)  # NumPy has no limits for bfloat16
    n = len(kernel)
    space = x.shape[-n:]
    lead = x.shape[:-n]
    best = np.full((*lead, *positions), _lowest(x.dtype), x.dtype)
    where = np.full((*lead, *positions), -1, np.int64)
    for offset in np.ndindex(*kernel):
        target, source, flat = [], [], np.zeros((1,) * n, np.int64)
        for axis, (size, o, s, before, d, count) in enumerate(
            zip(space, offset, stride, padding, dilation, positions, strict=True)
        ):
            shift = o * d - before  # window i looks at element i * stride + shift
            low = max(0, -(shift // s))
            high = max(low, min(count, (size - 1 - shift) // s + 1))
            target.append(slice(low, high))
            source.append(slice(low * s + shift, max((high - 1) * s + shift + 1, 0), s))
            index = np.arange(low, high) * s + shift
            flat = flat * size + index.reshape(-1, *(1,) * (n - axis - 1))
        value = x[(..., *source)]
        old, at = best[(..., *target)], where[(..., *target)]
        better = (value > old) | (at < 0)
        if x.dtype.kind == "f":
            better |= np.isnan(value)
        np.copyto(old, value, where=better)
        np.copyto(at, np.broadcast_to(flat, at.shape), where=better)
    return where.reshape(*lead, math.prod(positions))


def _max_in_boxes(x, *, starts, stops):
    """Flat positions of the largest element in each box: the product of the ranges starts[d][i] to stops[d][i]."""
    n = len(starts)
    space, lead = x.shape[-n:], x.shape[:-n]
    counts = tuple(len(s) for s in starts)
    out = np.empty((*lead, *counts), np.int64)
    for box in np.ndindex(*counts):
        low = [int(s[i]) for s, i in zip(starts, box, strict=True)]
        high = [int(s[i]) for s, i in zip(stops, box, strict=True)]
        shape = tuple(b - a for a, b in zip(low, high, strict=True))
        inside = x[(..., *(slice(a, b) for a, b in zip(low, high, strict=True)))].reshape(*lead, math.prod(shape))
        local = np.unravel_index(inside.argmax(-1), shape)
        out[(..., *box)] = np.ravel_multi_index(tuple(p + a for p, a in zip(local, low, strict=True)), space)
    return out.reshape(*lead, math.prod(counts))


def _max_at_starts(x, starts, *, kernel, positions):
    """Flat positions of the largest element in the windows that begin at `starts`, which each channel has of its own.

    x is (batch, channels, *space); starts (batch, channels, sum of positions) holds the axes' lists one after another.
    """
    n = len(kernel)
    space = x.shape[2:]
    batch, channels = x.shape[:2]
    flat = np.zeros((batch, channels, *(1,) * (2 * n)), np.int64)
    begin = 0
    for axis, (k, p, size) in enumerate(zip(kernel, positions, space, strict=True)):
        index = starts[..., begin : begin + p, None] + np.arange(k)
        begin += p
        shape = [batch, channels, *(1,) * (2 * n)]
        shape[2 + axis], shape[2 + n + axis] = p, k
        flat = flat * size + index.reshape(shape)
    flat = flat.reshape(batch, channels, math.prod(positions), math.prod(kernel))
    columns = flat.reshape(batch, channels, math.prod(flat.shape[2:]))
    values = take_along(x.reshape(batch, channels, math.prod(space)), columns, axis=-1).reshape(flat.shape)
    return np.take_along_axis(flat, values.argmax(-1)[..., None], -1)[..., 0]


def _divide_towards_zero(x, *, divisor):
    return np.sign(x) * np.sign(divisor) * (np.abs(x) // np.abs(divisor))


def _starts_batch(level, op, payloads, mapped, params):
    """The examples' images one after another."""
    x, starts = [spread(level, v, m) for v, m in zip(payloads, mapped, strict=True)]
    x, starts = [np.reshape(v, (-1, *shape_of(v)[2:])) for v in (x, starts)]
    out = op.call(x, starts, **params)
    return np.reshape(out, (level.size, -1, *shape_of(out)[1:]))


divide_towards_zero = constant(_divide_towards_zero, batch=pointwise)
max_positions = constant(_max_positions, batch=leading(0))
max_in_boxes = constant(_max_in_boxes, batch=leading(0))
max_at_starts = constant(_max_at_starts, promotes=False, batch=_starts_batch)


def window_count(size: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool) -> int:
    """How many windows fit on a padded axis; with `ceil_mode` a last one may overhang if it starts inside."""
    room = size + 2 * padding - extent(kernel, dilation)
    if not ceil_mode:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= size + padding else count


def _window_bounds(size: int, kernel: int, stride: int, padding: int, ceil_mode: bool) -> tuple[np.ndarray, np.ndarray]:
    """Where the windows of one axis start and stop, within the padded axis."""
    start = np.arange(window_count(size, kernel, stride, padding, 1, ceil_mode)) * stride - padding
    return start, np.minimum(start + kernel, size + padding)


@lru_cache(256)
def average_map(size: int, kernel: int, stride: int, padding: int, ceil_mode: bool, count: str) -> AxisMap:
    """Average pooling of one axis; `count` says what the sum is divided by: "padded", "inside" elements, or "one"."""
    start, stop = _window_bounds(size, kernel, stride, padding, ceil_mode)
    inside, end = np.maximum(start, 0), np.minimum(stop, size)
    return averages(size, inside, end, {"padded": stop - start, "inside": end - inside, "one": None}[count])


def window_sizes(geometry: tuple[tuple[int, int, int, int], ...], ceil_mode: bool, count: str) -> np.ndarray:
    """How many elements, "padded" or only those "inside", each window has, from (size, kernel, stride, padding)."""
    product = np.ones((1,) * len(geometry), np.int64)
    for axis, (size, kernel, stride, padding) in enumerate(geometry):
        start, stop = _window_bounds(size, kernel, stride, padding, ceil_mode)
        length = stop - start if count == "padded" else np.minimum(stop, size) - np.maximum(start, 0)
        product = product * length.reshape(-1, *(1,) * (len(geometry) - axis - 1))
    return product


def adaptive_bounds(size: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the `count` near-equal, possibly overlapping pieces of an axis start and stop."""
    i = np.arange(count)
    return i * size // count, -(-(i + 1) * size // count)


@lru_cache(256)
def adaptive_average_map(size: int, count: int) -> AxisMap:
    """Average over each of the near-equal pieces of an axis."""
    start, stop = adaptive_bounds(size, count)
    return averages(size, start, stop, stop - start)


def fractional_starts(samples: np.ndarray, size: int, kernel: int, count: int) -> np.ndarray:
    """Window starts of Graham's fractional pooling for samples (..., ) in [0, 1): spacing alternates around a ratio."""
    samples = samples[..., None]
    if count == 1:
        return np.full(samples.shape, size - kernel, np.int64)
    alpha = samples.dtype.type((size - kernel) / (count - 1))
    i = np.arange(count - 1).astype(samples.dtype)
    starts = np.trunc((i + samples) * alpha) - np.trunc(samples * alpha)
    last = np.full((*starts.shape[:-1], 1), size - kernel)
    return np.concatenate((starts.astype(np.int64), last), axis=-1)
