"""Resizing along one axis: which axis map belongs to which interpolation mode.

Index and scale formulas follow PyTorch's documented modes, so results agree element by element.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .axismap import AxisMap, copies


def _scale(n_in: int, n_out: int, align_corners: bool, factor: float | None) -> float:
    """Input elements per output element."""
    if align_corners:
        return (n_in - 1) / (n_out - 1) if n_out > 1 else 0.0
    return 1.0 / factor if factor else n_in / n_out


def _centres(n_in: int, n_out: int, align_corners: bool, factor: float | None) -> np.ndarray:
    """Where each output element's centre lies among the input elements."""
    scale = _scale(n_in, n_out, align_corners, factor)
    i = np.arange(n_out)
    return i * scale if align_corners else (i + 0.5) * scale - 0.5


@lru_cache(256)
def nearest_map(n_in: int, n_out: int, factor: float | None, exact: bool) -> AxisMap:
    """Copies the nearest element; not `exact` takes the floor of the scaled position, as OpenCV does."""
    i = np.arange(n_out)
    # PyTorch computes these positions in single precision whatever the dtype; which element is nearest depends on it.
    scale = np.float32(_scale(n_in, n_out, False, factor))
    position = np.floor((i + np.float32(0.5)).astype(np.float32) * scale if exact else i.astype(np.float32) * scale)
    if not exact and n_out in (n_in, 2 * n_in):
        position = i // (n_out // n_in)
    return copies(n_in, np.minimum(position, n_in - 1).astype(np.int64))


@lru_cache(256)
def linear_map(n_in: int, n_out: int, align_corners: bool, factor: float | None) -> AxisMap:
    """The two neighbours weighted by distance."""
    if n_in == n_out:
        return copies(n_in, np.arange(n_in))
    centre = np.maximum(_centres(n_in, n_out, align_corners, factor), 0.0)
    low = np.minimum(np.floor(centre), n_in - 1).astype(np.int64)
    high = np.minimum(low + 1, n_in - 1)
    share = np.clip(centre - low, 0.0, 1.0)
    row = np.arange(n_out)
    return AxisMap(n_in, n_out, np.tile(row, 2), np.concatenate((low, high)), np.concatenate((1 - share, share)))


def cubic_kernel(distance, a: float):
    """The cubic convolution kernel of Keys (1981) at a distance in [0, 2]; `a` is its slope parameter."""
    d = distance
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    return np.where(d <= 1, near, np.where(d < 2, far, 0 * d))


@lru_cache(256)
def cubic_map(n_in: int, n_out: int, align_corners: bool, factor: float | None) -> AxisMap:
    """Four neighbours with Keys' weights at a = -0.75; beyond the edge the edge element is repeated."""
    centre = _centres(n_in, n_out, align_corners, factor)
    low = np.floor(centre)
    taps = [low + k for k in (-1, 0, 1, 2)]
    weight = np.concatenate([cubic_kernel(np.abs(centre - tap), -0.75) for tap in taps])
    source = np.clip(np.concatenate(taps), 0, n_in - 1).astype(np.int64)
    return AxisMap(n_in, n_out, np.tile(np.arange(n_out), 4), source, weight)


@lru_cache(256)
def antialias_map(n_in: int, n_out: int, align_corners: bool, factor: float | None, cubic: bool) -> AxisMap:
    """A triangle or cubic (a = -0.5) filter stretched by the scale when shrinking, normalised over the axis."""
    scale = _scale(n_in, n_out, align_corners, factor)
    stretch = max(scale, 1.0)
    support = (2.0 if cubic else 1.0) * stretch
    rows, sources, weights = [], [], []
    for i in range(n_out):
        centre = scale * (i + 0.5)
        start = max(int(centre - support + 0.5), 0)
        stop = min(int(centre + support + 0.5), n_in)
        source = np.arange(start, stop)
        distance = np.abs(source - centre + 0.5) / stretch
        weight = cubic_kernel(distance, -0.5) if cubic else np.maximum(0.0, 1.0 - distance)
        rows.append(np.full(len(source), i))
        sources.append(source)
        weights.append(weight / weight.sum())
    return AxisMap(n_in, n_out, np.concatenate(rows), np.concatenate(sources), np.concatenate(weights))
