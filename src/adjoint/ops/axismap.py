"""Sparse linear maps along one axis: each output element is a weighted sum of a few input elements.

Interpolation, average pooling (plain and adaptive) and every padding by copies are such maps, one axis after another.
So they are one op, `apply_axis`, with a different `AxisMap`; its transpose is the same op with the transposed map.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ..core.batch_rules import axes
from ..core.kinds import linear

FEW_TAPS = 8  # up to here one pass per tap; beyond, one segmented sum


class AxisMap:
    """An immutable sparse matrix (n_out, n_in): tap t adds weight[t] * x[source[t]] to the output element row[t].

    Taps are ordered by row. `weight` is None where all weights are one: then elements are copied (or added), whatever
    their dtype.
    """

    def __init__(self, n_in: int, n_out: int, row: np.ndarray, source: np.ndarray, weight: np.ndarray | None = None):
        order = np.argsort(row, kind="stable")
        self.n_in, self.n_out = n_in, n_out
        self.row, self.source = row[order], source[order]
        self.weight = None if weight is None else weight[order]

    def __repr__(self) -> str:
        return f"AxisMap({self.n_in} -> {self.n_out}, {len(self.row)} taps)"

    @cached_property
    def transpose(self) -> AxisMap:
        """The map of the transposed matrix, whose own transpose is this one."""
        other = AxisMap(self.n_out, self.n_in, self.source, self.row, self.weight)
        other.__dict__["transpose"] = self
        return other

    @cached_property
    def counts(self) -> np.ndarray:
        """How many taps each output element has."""
        return np.bincount(self.row, minlength=self.n_out)

    @cached_property
    def passes(self) -> list[tuple]:
        """For t = 0, 1, ...: which rows have a tap number t (None: all), and those taps' sources and weights."""
        first = np.concatenate(([0], np.cumsum(self.counts)))[:-1]
        result = []
        for t in range(int(self.counts.max(initial=0))):
            rows = np.flatnonzero(self.counts > t)
            taps = first[rows] + t
            weight = None if self.weight is None else self.weight[taps]
            result.append((None if len(rows) == self.n_out else rows, self.source[taps], weight))
        return result

    def __call__(self, x: np.ndarray, axis: int) -> np.ndarray:
        """The map applied along `axis` of x; in x's dtype."""
        if not self.n_out or self.counts.max() <= FEW_TAPS:
            return self._by_passes(x, axis)
        return self._by_segments(x, axis)

    def _by_passes(self, x: np.ndarray, axis: int) -> np.ndarray:
        axis %= x.ndim
        before, after = (slice(None),) * axis, (1,) * (x.ndim - axis - 1)
        out = None
        for rows, source, weight in self.passes:
            term = np.take(x, source, axis=axis)
            if weight is not None:
                term *= weight.astype(x.dtype).reshape(-1, *after)
            if out is None and rows is None:
                out = term
                continue
            if out is None:
                out = np.zeros((*x.shape[:axis], self.n_out, *x.shape[axis + 1 :]), x.dtype)
            if rows is None:
                out += term
            else:
                out[(*before, rows)] += term
        return np.zeros((*x.shape[:axis], self.n_out, *x.shape[axis + 1 :]), x.dtype) if out is None else out

    def _by_segments(self, x: np.ndarray, axis: int) -> np.ndarray:
        terms = np.take(np.moveaxis(x, axis, -1), self.source, axis=-1)
        if self.weight is not None:
            terms *= self.weight.astype(x.dtype)
        filled = np.flatnonzero(self.counts)  # reduceat would give an empty segment its neighbour's first element
        starts = np.concatenate(([0], np.cumsum(self.counts)))[:-1][filled]
        sums = np.add.reduceat(terms, starts, axis=-1)
        if len(filled) < self.n_out:
            out = np.zeros((*terms.shape[:-1], self.n_out), x.dtype)
            out[..., filled] = sums
            sums = out
        return np.ascontiguousarray(np.moveaxis(sums, -1, axis))


def copies(n_in: int, source: np.ndarray) -> AxisMap:
    """The map whose output element i is the input element source[i]."""
    return AxisMap(n_in, len(source), np.arange(len(source)), np.asarray(source))


def averages(n_in: int, start: np.ndarray, stop: np.ndarray, divisor: np.ndarray | None) -> AxisMap:
    """The map whose output element i is the sum of the elements start[i] to stop[i], divided by divisor[i] if given."""
    length = np.maximum(stop - start, 0)
    row = np.repeat(np.arange(len(start)), length)
    position = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    weight = None if divisor is None else 1.0 / np.repeat(divisor, length)
    return AxisMap(n_in, len(start), row, np.repeat(start, length) + position, weight)


def _apply_axis(x: np.ndarray, *, axis: int, map: AxisMap) -> np.ndarray:
    return map(x, axis)


apply_axis = linear(
    _apply_axis,
    lambda ct, x, *, axis, map: apply_axis(ct, axis=axis, map=map.transpose),
    widens=True,
    batch=axes(axis=0),
)


def apply_space(x, maps: tuple[AxisMap, ...]):
    """`maps` applied to the last axes of x, the ones that shrink the array first."""
    axes = range(-len(maps), 0)
    for axis, map in sorted(zip(axes, maps, strict=True), key=lambda pair: pair[1].n_out / max(pair[1].n_in, 1)):
        x = apply_axis(x, axis=axis, map=map)
    return x
