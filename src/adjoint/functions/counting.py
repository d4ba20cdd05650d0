"""Searching, binning and counting: what depends on elements only through which bin they fall into. PyTorch's names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import memory
from ..core.levels import Box
from ..core.tensor import wrap
from ..ops import sorting as ops
from . import return_types
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["bincount", "bucketize", "histc", "histogram", "histogramdd", "isin", "nonzero", "searchsorted"]


def _load(x: Any) -> Any:
    data = memory.concrete(x)
    return data if isinstance(data, Box) else np.asarray(data)


def _numbers(x: Any) -> Any:
    """The array of a value that has one of its own (under vmap there is one an example)."""
    data = _load(x)
    return data.numbers() if isinstance(data, Box) else data


def _side(right: bool, side: str | None) -> str:
    if side not in (None, "left", "right"):
        raise errors.RangeError(f"searchsorted(): side can only be 'left' or 'right' but got {side}")
    if side == "left" and right:
        raise errors.RangeError("searchsorted(): side and right can't be set to opposites, got side of left while "
                                "right was True")
    return "right" if right or side == "right" else "left"


def searchsorted(sorted_sequence: Tensor, input: Any, *, out_int32: bool = False, right: bool = False,
                 side: str | None = None, out: Tensor | None = None, sorter: Tensor | None = None) -> Tensor:
    """Where each element of `input` would be inserted to keep `sorted_sequence` in order along its last dimension.

    Before its equals, or with `right` after them. The sequence has one dimension, or the leading ones of `input`.

    >>> import adjoint as ad
    >>> ad.searchsorted(ad.tensor([1, 3, 5]), ad.tensor([3, 4]))
    tensor([1, 2])
    """
    place = _side(right, side)
    sequence = _load(sorted_sequence)
    if sorter is not None:
        order = _load(sorter)
        if order.shape != sequence.shape:
            raise errors.ShapeError(f"boundary and sorter must have the same size, but got boundary tensor "
                                    f"{list(sequence.shape)} and got sorter tensor {list(order.shape)}")
        sequence = np.take_along_axis(sequence, order, -1)
    x = _load(input)
    if sequence.ndim != 1 and (sequence.ndim != x.ndim or sequence.shape[:-1] != x.shape[:-1]):
        raise errors.ShapeError("boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries "
                                "tensor and input value tensor must match, but we got boundaries tensor "
                                f"{list(sequence.shape)} and input value tensor {list(x.shape)}")
    result = ops.searchsorted(wrap(sequence), wrap(x), side=place)
    if out_int32:
        result = wrap(memory.load(result).astype(np.int32))
    return deliver(result, out)


def bucketize(input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False,
              out: Tensor | None = None) -> Tensor:
    """The bucket of each element: between which of the sorted `boundaries` (one dimension) it lies.

    >>> import adjoint as ad
    >>> ad.bucketize(ad.tensor([0.5, 3.]), ad.tensor([1., 3.]))
    tensor([0, 1])
    """
    if _load(boundaries).ndim != 1:
        raise errors.ShapeError(f"boundaries tensor must be 1 dimension, but got dim({_load(boundaries).ndim})")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right, out=out)


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each of 0, 1, 2 ... is in `input`, or the sum of the `weights` there.

    >>> import adjoint as ad
    >>> ad.bincount(ad.tensor([0, 2, 2]))
    tensor([1, 0, 2])
    """
    index = _load(input)
    numbers = memory.everything(index)  # under vmap there are as many bins as the largest of all needs
    if index.ndim != 1 or index.dtype.kind not in "iu" or (numbers.size and numbers.min() < 0):
        raise errors.ShapeError("bincount only supports 1-d non-negative integral inputs.")
    if minlength < 0:
        raise errors.RangeError(f"minlength should be >= 0, not {minlength}")
    size = max(int(numbers.max()) + 1 if numbers.size else 0, int(minlength))
    if weights is None and numbers is not index:
        return wrap(ops.weighted_counts(np.ones(index.shape, np.int64), index=index, size=size))
    if weights is None:
        return wrap(np.bincount(index, minlength=size).astype(np.int64, copy=False))
    if _load(weights).shape != index.shape:
        raise errors.ShapeError("weights should be 1-d and have the same length as input")
    if _load(weights).dtype.kind in "biu":
        weights = wrap(_load(weights).astype(np.float64))
    return ops.weighted_counts(weights, index=index, size=size)


def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0, *, out: Tensor | None = None) -> Tensor:
    """How many elements fall into each of `bins` bins of equal width from `min` to `max` (the data's own if equal).

    >>> import adjoint as ad
    >>> ad.histc(ad.tensor([1., 2., 1.]), bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    x = _numbers(input)
    if bins <= 0:
        raise errors.RangeError(f"histc(): bins must be > 0, but got {bins}")
    low, high = float(min), float(max)
    if low == high and x.size:
        low, high = float(x.min()), float(x.max())
    if low == high:
        low, high = low - 1, high + 1
    if not (math.isfinite(low) and math.isfinite(high)):
        raise errors.RangeError(f"range of [{low}, {high}] is not finite")
    if low > high:
        raise errors.RangeError("max must be larger than min")
    flat = x.reshape(-1)
    flat = flat[(flat >= low) & (flat <= high)]
    place = ((flat.astype(np.float64) - low) * (bins / (high - low))).astype(np.int64)
    counts = np.bincount(np.minimum(place, bins - 1), minlength=bins)
    return deliver(wrap(counts.astype(x.dtype)), out)


def histogram(input: Tensor, bins: int | Tensor, *, range: tuple[float, float] | None = None,
              weight: Tensor | None = None, density: bool = False, out: Any = None) -> return_types.histogram:
    """How many elements (or how much weight) fall into each bin, and the bins' edges.

    `bins` is their number (then of equal width over `range`, or over the data) or the edges. `density` divides by total
    and width.

    >>> import adjoint as ad
    >>> ad.histogram(ad.tensor([1., 2., 1.]), bins=4, range=(0., 3.)).hist
    tensor([0., 2., 1., 0.])
    """
    x = _numbers(input)
    edges = [_edges(x.reshape(-1), bins, None if range is None else tuple(range))]
    hist = _histogram(x.reshape(-1, 1), edges, None if weight is None else _numbers(weight), density)
    result = return_types.histogram(wrap(hist), wrap(edges[0]))
    return deliver(result, out) if out is not None else result


def histogramdd(input: Tensor, bins: int | Sequence[int] | Sequence[Tensor], *, range: Sequence[float] | None = None,
                weight: Tensor | None = None, density: bool = False) -> return_types.histogramdd:
    """How many points (rows of the last dimension) fall into each cell of a grid, and the edges in each dimension.

    >>> import adjoint as ad
    >>> ad.histogramdd(ad.tensor([[0., 1.], [1., 0.], [2., 0.]]), bins=[3, 2]).hist
    tensor([[0., 1.],
            [1., 0.],
            [1., 0.]])
    """
    x = _numbers(input)
    if x.ndim < 2:
        raise errors.ShapeError("histogramdd: input tensor should have at least 2 dimensions")
    points = x.reshape(-1, x.shape[-1])
    n = points.shape[1]
    each = [bins] * n if isinstance(bins, int) else list(bins)
    if len(each) != n:
        raise errors.ShapeError("histogramdd: The size of bins must be equal to the innermost dimension of the input, "
                                f"{n}")
    ranges = [None] * n if range is None else [tuple(range[2 * i:2 * i + 2]) for i in np.arange(n)]
    edges = [_edges(points[:, i], b, r) for i, (b, r) in enumerate(zip(each, ranges, strict=True))]
    hist = _histogram(points, edges, None if weight is None else _numbers(weight), density)
    return return_types.histogramdd(wrap(hist), tuple([wrap(e) for e in edges]))


def _edges(values: Any, bins: Any, limits: Any) -> Any:
    if not isinstance(bins, (int, np.integer)):
        return _numbers(bins)
    if bins <= 0:
        raise errors.RangeError(f"histogram(): bins must be > 0, but got {bins}")
    low, high = limits if limits is not None else (values.min(), values.max()) if values.size else (0, 0)
    if not (low <= high and math.isfinite(low) and math.isfinite(high)):
        raise errors.RangeError(f"histogram: the range [{low}, {high}] is not finite and rising")
    if limits is None and low == high:
        low, high = (low, high + 1) if not values.size else (low - 0.5, high + 0.5)
    return np.linspace(low, high, bins + 1, dtype=values.dtype)


def _histogram(points: Any, edges: list[Any], weight: Any, density: bool) -> Any:
    """Counts in the cells of a grid: bins are closed on the left, the last also on the right."""
    shape = tuple([len(e) - 1 for e in edges])
    inside = np.ones(len(points), bool)
    cell = np.zeros(len(points), np.int64)
    for i, e in enumerate(edges):
        v = points[:, i]
        inside &= (v >= e[0]) & (v <= e[-1])
        cell = cell * shape[i] + np.clip(np.searchsorted(e, v, side="right") - 1, 0, shape[i] - 1)
    amounts = np.ones(len(points), points.dtype) if weight is None else weight.reshape(-1)
    if len(amounts) != len(points):
        raise errors.ShapeError("histogram: if weight tensor is provided it should have the same shape as the input "
                                "tensor excluding its innermost dimension")
    hist: Any = np.bincount(cell[inside], amounts[inside], minlength=math.prod(shape)).reshape(shape)
    if density:
        for i, e in enumerate(edges):
            hist = hist / np.diff(e).reshape((-1,) + (1,) * (len(edges) - i - 1))
        hist = hist / np.bincount(np.zeros(inside.sum(), np.int64), amounts[inside], minlength=1)
    return hist.astype(points.dtype)


def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False,
         out: Tensor | None = None) -> Tensor:
    """Whether each element is among the test elements (or with `invert`, is not).

    >>> import adjoint as ad
    >>> ad.isin(ad.tensor([1, 2, 3]), ad.tensor([2, 5]))
    tensor([False,  True, False])
    """
    return deliver(wrap(np.isin(_numbers(elements), _numbers(test_elements), assume_unique, invert)), out)


def nonzero(input: Tensor, *, out: Tensor | None = None, as_tuple: bool = False) -> Any:
    """The indices of the elements that are not zero: one row each, or with `as_tuple` one tensor for each dimension.

    >>> import adjoint as ad
    >>> ad.nonzero(ad.tensor([0., 3., 4.]))
    tensor([[1],
            [2]])
    >>> ad.nonzero(ad.tensor([0., 3., 4.]), as_tuple=True)
    (tensor([1, 2]),)
    """
    a = memory.load(input)
    if as_tuple:
        return tuple([wrap(i.astype(np.int64, copy=False)) for i in np.nonzero(np.atleast_1d(a))])
    return deliver(wrap(np.argwhere(a).astype(np.int64, copy=False)), out)


class CountingMethods:
    __slots__ = ()
    bincount = bincount
    histc = histc
    histogram = histogram
    isin = isin
    nonzero = nonzero
