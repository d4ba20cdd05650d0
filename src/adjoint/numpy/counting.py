"""Histograms and counts, differentiable in the weights; which bin an element falls into is piecewise constant."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from .. import errors
from ..core.dispatch import user_line
from ..core.levels import concrete
from ..core.memory import everything
from ..core.registry import speaks
from ..ops.sorting import weighted_counts
from .arguments import batched, cast, floating, is_complex, is_tracked, like, operand
from .constants import numbers, untracked


@speaks(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    """np.bincount, differentiable in the weights. Under vmap all examples have `minlength` bins."""
    if batched(x):
        return _batched_counts(operand(x), weights, operator.index(minlength))
    places = numbers(x)
    counts = np.bincount(places, minlength=minlength)
    if weights is None:
        return untracked(counts, x)
    return weighted_counts(cast(operand(weights), np.float64), index=places.astype(np.intp), size=counts.size)


def _batched_counts(x: Any, weights: Any, size: int) -> Any:
    """The counts of each example, in so many bins."""
    given = everything(x)
    if given.size and given.min() < 0:
        raise ValueError("'list' argument must have no negative elements")
    if given.size and given.max() >= size:
        raise errors.MissingRule(f"np.bincount under vmap ({user_line()}) needs to be told how many bins all examples "
                                 f"have, here at least {given.max() + 1}: give minlength")
    w = like(np.ones(x.shape[0]) if weights is None else cast(operand(weights), np.float64), x)
    counts = weighted_counts(w, index=concrete(x), size=size)
    return cast(counts, np.intp) if weights is None else counts


def _places(samples: Any, edges: list[Any]) -> tuple[Any, Any]:
    """The bin of each sample in the flat histogram, and which samples lie within the edges; the last bin is closed."""
    flat = np.zeros(len(samples), np.intp)
    inside = np.ones(len(samples), bool)
    for column, e in zip(samples.T, edges, strict=True):
        bin = np.searchsorted(e, column, side="right") - 1
        bin[column == e[-1]] = len(e) - 2
        inside &= (bin >= 0) & (bin < len(e) - 1)
        flat = flat * (len(e) - 1) + bin
    return flat[inside], np.flatnonzero(inside)


def _weighted(samples: Any, edges: list[Any], weights: Any, density: bool) -> Any:
    """The sums of the weights in each bin; divided by their total and the bins' volumes for a density."""
    shape = tuple([len(e) - 1 for e in edges])
    places, inside = _places(samples, edges)
    w = np.take(np.reshape(floating(weights), (-1,)), inside)
    counts = np.reshape(weighted_counts(w, index=places, size=int(np.prod(shape))), shape)
    if not density:
        return counts
    volume = np.ones(shape)
    for i, e in enumerate(edges):
        volume = volume * np.diff(e).reshape([-1 if j == i else 1 for j in range(len(edges))])
    return counts / (volume * np.sum(counts))


def _range(range: Any) -> Any:
    return None if range is None else tuple([None if r is None else tuple([float(v) for v in r]) if isinstance(
        r, (tuple, list)) else float(r) for r in range])


def _bins(bins: Any) -> Any:
    if isinstance(bins, (str, int)):
        return bins
    if type(bins) in (list, tuple) and not all([np.ndim(b) == 0 for b in bins]):
        return [numbers(b) for b in bins]
    found = numbers(bins)
    return int(found) if found.ndim == 0 else found


def _one_set(name: str, samples: Any) -> Any:
    """The samples of a histogram; TracedValueError for those of many examples."""
    if batched(samples):
        raise errors.TracedValueError(f"{name} has no rule under vmap ({user_line()}): count the places among the "
                                      "edges, np.bincount(np.searchsorted(edges, x, side='right'), "
                                      "minlength=len(edges) + 1), or compute it outside of vmap")
    return numbers(samples)


@speaks(np.histogram)
def histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    """np.histogram, differentiable in the weights."""
    samples = _one_set("np.histogram", a)
    if weights is None or not is_tracked(weights):
        given = None if weights is None else numbers(weights)
        found = np.histogram(samples, _bins(bins), _range(range), density, given)
        return untracked(found, a, weights)
    edges = np.histogram_bin_edges(samples, _bins(bins), _range(range), numbers(weights) if isinstance(
        bins, str) else None)
    return _weighted(samples.reshape(-1, 1), [edges], weights, bool(density)), untracked(edges, weights)


@speaks(np.histogramdd)
def histogramdd(sample: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    """np.histogramdd, differentiable in the weights."""
    points = _points(sample)
    followed = weights is not None and is_tracked(weights)
    given = None if weights is None or followed else numbers(weights)
    counts, edges = np.histogramdd(points, _bins(bins), _range(range), density, given)
    if followed:
        counts = _weighted(points, list(edges), weights, bool(density))
    else:
        counts = untracked(counts, sample, weights)
    return counts, untracked(edges, sample, weights)


def _points(sample: Any) -> Any:
    """One point a row: an array is that already, a sequence has one coordinate an element."""
    if type(sample) in (list, tuple):
        return np.stack([_one_set("np.histogramdd", s) for s in sample], axis=-1)
    points = _one_set("np.histogramdd", sample)
    return points if points.ndim == 2 else points.reshape(-1, 1)


@speaks(np.histogram2d)
def histogram2d(x: Any, y: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    """np.histogram2d, differentiable in the weights."""
    if is_complex(operand(x)) or is_complex(operand(y)):
        raise errors.DtypeError("histogram2d: complex numbers have no order, hence no bins; give .real and .imag")
    counts, edges = histogramdd([x, y], _edges_of_two(bins), range, density, weights)
    return counts, edges[0], edges[1]


def _edges_of_two(bins: Any) -> Any:
    """The bins of both coordinates, where one set of edges serves both."""
    found = _bins(bins)
    if isinstance(found, np.ndarray) and found.shape != (2,):
        return [found, found]
    return [int(v) for v in found] if isinstance(found, np.ndarray) else found
