"""Quantiles by all of NumPy's methods, medians, weighted averages, covariances and correlations."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.levels import concrete
from ..core.registry import speaks
from ..ops import reduction as red
from ..ops import sorting
from ..ops import statistics as stats
from ..ops.along import take_along
from ..ops.arithmetic import lerp
from .arguments import (
    axis_numbers,
    batched,
    cast,
    conjugated,
    deliver,
    dtype_of,
    floating,
    is_complex,
    is_tracked,
    operand,
)
from .constants import numbers
from .reductions import NOT_GIVEN, axes_of, gathered, kept, reduced

# How far a quantile's place moves with q, for n elements, by the methods in which it moves at all.
SPEED: dict[str, Any] = {
    "linear": lambda n: n - 1, "weibull": lambda n: n + 1, "hazen": lambda n: n,
    "interpolated_inverted_cdf": lambda n: n,
    "median_unbiased": lambda n: n + 1 / 3, "normal_unbiased": lambda n: n + 1 / 4,
}

# Quantiles


def _quantile(a: Any, q: Any, axis: Any, out: Any, method: str, keepdims: Any, weights: Any, skip_nan: bool) -> Any:
    """The quantiles q of a along the axes, in front: of sorted elements, those at the quantiles' places."""
    x = floating(a)
    if is_complex(x):
        raise TypeError("a must be an array of real numbers")
    q = floating(q)
    shape, flat = tuple(q.shape), np.reshape(q, (-1,))
    if not batched(q):
        _check_range(numbers(q))
    rows = gathered(x, axis)
    moved: Any = 0
    if weights is None:
        places = stats.quantile_places(rows, flat, method=method, skip_nan=skip_nan)
        if is_tracked(q) and method in SPEED:
            moved = _moved(places, rows, flat, method, skip_nan)
    elif method != "inverted_cdf":
        raise ValueError(f"Only method 'inverted_cdf' supports weights. Got: {method}.")
    else:
        weights = gathered(np.broadcast_to(_aligned(weights, x, axis), tuple(x.shape)), axis)
        places = stats.weighted_places(rows, weights, q=numbers(flat), skip_nan=skip_nan)
    result = _at_places(rows, places, moved)
    result = np.reshape(np.moveaxis(result, -1, 0), (*shape, *result.shape[:-1]))
    if kept(keepdims):
        axes = axes_of(axis, x.ndim)
        result = np.reshape(result, (*shape, *[1 if i in axes else n for i, n in enumerate(x.shape)]))
    return deliver(result, out)


def _check_range(q: Any) -> None:
    if q.size and not (q.min() >= 0 and q.max() <= 1):
        raise ValueError("Quantiles must be in the range [0, 1]")


def _at_places(rows: Any, places: Any, moved: Any = 0) -> Any:
    """What lies at the places among each row's sorted elements; `moved` is zero and carries the places' derivative."""
    n = rows.shape[-1]
    lost = np.isnan(places)
    if n == 0:
        return np.full_like(np.broadcast_to(np.sum(rows, axis=-1, keepdims=True), places.shape), np.nan)
    low = np.floor(np.where(lost, 0, places))
    ordered = sorting.sort(rows, axis=-1)[0]
    lower, upper = [take_along(ordered, cast(i, np.intp), axis=-1) for i in (low, np.minimum(low + 1, n - 1))]
    share = cast(np.where(lost, 0, places) - low + moved, dtype_of(np.real(rows)))
    between = lerp(lower, upper, share)
    if not is_tracked(moved):  # the neighbour above may be infinite
        between = np.where(np.equal(share, 0), lower, between)
    return np.where(lost, np.nan, between)


def _moved(places: Any, rows: Any, q: Any, method: str, skip_nan: bool) -> Any:
    """Zero, with the derivative of the quantiles' places in q: none at the ends, where a place stands still."""
    n = rows.shape[-1]
    if skip_nan:
        n = np.sum(np.logical_not(np.isnan(rows)), axis=-1, keepdims=True)
    inside = np.logical_and(np.greater(places, 0), np.less(places, n - 1))
    return np.where(inside, SPEED[method](n), 0) * (q - concrete(q))


def _percent(q: Any) -> Any:
    return np.true_divide(operand(q), 100)


@speaks(np.quantile)
def quantile(a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
             method: str = "linear", keepdims: bool = False, *, weights: Any = None) -> Any:
    """np.quantile."""
    return _quantile(a, operand(q), axis, out, method, keepdims, weights, False)


@speaks(np.percentile)
def percentile(a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
               method: str = "linear", keepdims: bool = False, *, weights: Any = None) -> Any:
    """np.percentile."""
    return _quantile(a, _percent(q), axis, out, method, keepdims, weights, False)


@speaks(np.nanquantile)
def nanquantile(a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
                method: str = "linear", keepdims: Any = NOT_GIVEN, *, weights: Any = None) -> Any:
    """np.nanquantile."""
    return _quantile(a, operand(q), axis, out, method, keepdims, weights, True)


@speaks(np.nanpercentile)
def nanpercentile(a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
                  method: str = "linear", keepdims: Any = NOT_GIVEN, *, weights: Any = None) -> Any:
    """np.nanpercentile."""
    return _quantile(a, _percent(q), axis, out, method, keepdims, weights, True)


def _median(a: Any, axis: Any, out: Any, keepdims: Any, skip_nan: bool) -> Any:
    x = floating(a)
    rows = gathered(x, axis)
    places = stats.quantile_places(rows, np.array([0.5]), method="linear", skip_nan=skip_nan)
    result = _at_places(rows, places)
    axes = axes_of(axis, x.ndim)
    shape = [1 if i in axes else n for i, n in enumerate(x.shape) if kept(keepdims) or i not in axes]
    return deliver(np.reshape(result, tuple(shape)), out)


@speaks(np.median)
def median(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    """np.median."""
    return _median(a, axis, out, keepdims, False)


@speaks(np.nanmedian)
def nanmedian(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
              keepdims: Any = NOT_GIVEN) -> Any:
    """np.nanmedian."""
    return _median(a, axis, out, keepdims, True)


# Averages and covariances


def _aligned(weights: Any, x: Any, axis: Any) -> Any:
    """Weights of the shape of x, or of its reduced axes, such that they broadcast against x."""
    weights = operand(weights)
    if tuple(weights.shape) == tuple(x.shape):
        return weights
    if axis is None:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    axes = axis_numbers(axis, x.ndim)
    if tuple(weights.shape) != tuple([x.shape[i] for i in axes]):
        raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
    ordered = np.transpose(weights, tuple([int(i) for i in np.argsort(axes)]))
    return np.reshape(ordered, tuple([n if i in axes else 1 for i, n in enumerate(x.shape)]))


@speaks(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *,
            keepdims: Any = NOT_GIVEN) -> Any:
    """np.average, differentiable in the weights too."""
    x = floating(a)
    if weights is None:
        result = np.mean(x, axis=axis, keepdims=kept(keepdims))
        scale = np.full_like(result, red.group_size(tuple(x.shape), reduced(axis, x.ndim)))
        return (result, scale) if returned else result
    w = _aligned(weights, x, axis)
    products = x * w
    scale = np.sum(w if tuple(w.shape) == tuple(x.shape) else np.broadcast_to(w, tuple(x.shape)), axis=axis,
                   keepdims=kept(keepdims))
    if not batched(scale) and np.any(concrete(scale) == 0):
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    result = np.sum(products, axis=axis, keepdims=kept(keepdims)) / scale
    return (result, cast(scale, dtype_of(operand(result)))) if returned else result


@speaks(np.cov)
def cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None, fweights: Any = None,
        aweights: Any = None, *, dtype: Any = None) -> Any:
    """np.cov, differentiable in aweights too."""
    if ddof is not None and ddof != int(ddof):
        raise ValueError("ddof must be integer")
    x = _observations(m, rowvar, dtype)
    if y is not None:
        x = np.concatenate([x, _observations(y, rowvar, dtype)], axis=0)
    ddof = ddof if ddof is not None else 0 if bias else 1
    weights = None
    if fweights is not None:
        weights = np.asarray(concrete(fweights), dtype=float)
        if np.any(weights != np.around(weights)) or np.any(weights < 0):
            raise TypeError("fweights must be integers that are not negative")
    if aweights is not None:
        weights = floating(aweights) if weights is None else weights * floating(aweights)
    if weights is None:
        total: Any = x.shape[1]
        freedom = total - ddof
        centre = np.mean(x, axis=1, keepdims=True)
    else:
        total = np.sum(weights)
        again = ddof if aweights is None else ddof * np.sum(weights * aweights) / total
        freedom = total - again
        centre = np.sum(x * weights, axis=1, keepdims=True) / total
    freedom = np.maximum(freedom, 0)
    off = x - centre
    right = conjugated(off if weights is None else off * weights)
    result = np.matmul(off, np.transpose(right)) / (cast(freedom, dtype_of(np.real(x))))
    return np.squeeze(result)


def _observations(m: Any, rowvar: bool, dtype: Any) -> Any:
    """One variable a row, one observation a column."""
    x = cast(floating(m), dtype)
    if x.ndim > 2:
        raise ValueError("m has more than 2 dimensions")
    if x.ndim < 2:
        return np.reshape(x, (1, -1))
    return x if rowvar or x.shape[0] == 1 else np.transpose(x)


@speaks(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """np.corrcoef."""
    c = cov(x, y, rowvar, dtype=dtype)
    if np.ndim(c) == 0:
        return c / c
    deviations = np.sqrt(np.real(np.diagonal(c)))
    result = c / np.reshape(deviations, (-1, 1)) / np.reshape(deviations, (1, -1))
    return result - stats.overshoot(result)  # a constant, so that the derivative is that of the correlation
