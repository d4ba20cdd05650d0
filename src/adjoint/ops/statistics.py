"""Where quantiles lie among sorted values: the piecewise constant parts of statistics; the smooth ones are composed."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import leading, pointwise
from ..core.kinds import constant


def _quantile_places(x: Any, q: Any, *, method: str, skip_nan: bool) -> Any:
    """For each row of x and each of the quantiles, its place among the sorted elements, between two of them perhaps.

    A quantile is a mean of neighbours with weights that do not depend on their values, so it stands, among 0, 1, 2 ...,
    at its own place. NaN where the row has no quantile. The new last axis is that of q.
    """
    n = x.shape[-1]
    absent = np.isnan(x).sum(axis=-1)
    out = np.full((*absent.shape, q.size), np.nan)
    for k in np.unique(absent):
        if n - k and (skip_nan or not k):
            out[absent == k] = np.quantile(np.arange(float(n - k)), q, method=method)
    return out


def _weighted_places(x: Any, weights: Any, *, q: Any, skip_nan: bool) -> Any:
    """The same for the inverse of the weighted distribution function."""
    n = x.shape[-1]
    order = np.argsort(x, axis=-1, kind="stable")
    ranks = np.where(np.isnan(np.take_along_axis(x, order, -1)), np.nan, np.arange(float(n)))
    weights = np.take_along_axis(np.broadcast_to(weights, x.shape), order, -1)
    quantile = np.nanquantile if skip_nan else np.quantile
    return np.moveaxis(quantile(ranks, q, axis=-1, method="inverted_cdf", weights=weights), 0, -1)


def _overshoot(x: Any) -> Any:
    """How far a correlation lies beyond 1 in size by rounding, in its real and its imaginary part."""
    if x.dtype.kind == "c":
        return x - (np.clip(x.real, -1, 1) + 1j * np.clip(x.imag, -1, 1))
    return x - np.clip(x, -1, 1)


def _quantile_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    """One list of quantiles serves a stack of rows; where each example has its own, it runs once an example."""
    return NotImplemented if mapped[1] else op.call(*payloads, **params)


quantile_places = constant(_quantile_places, promotes=False, batch=_quantile_batch)
weighted_places = constant(_weighted_places, promotes=False, batch=leading(1, 1))
overshoot = constant(_overshoot, batch=pointwise)
