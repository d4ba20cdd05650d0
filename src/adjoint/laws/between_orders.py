"""The law between the orders: Taylor coefficients are repeated derivatives along a line, divided by factorials."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.tensor import wrap
from ..transforms.jet import jet
from ..transforms.jvp import jvp
from .between_modes import _function
from .measures import array, close, noise, tracked
from .sample import Sample


def series_is_repeated_differentiation(sample: Sample, order: int = 4) -> None:
    """The coefficients of the result along a line are those of nested forward mode, in value, shape and dtype."""
    which = tracked(sample.call(sample.leaves()))
    if not which:
        return
    f = _function(sample, which)
    points = tuple([wrap(np.array(sample.operands[i])) for i in sample.variables])
    ts = tuple([wrap(noise(array(x), 61 + i)) for i, x in enumerate(points)])
    zeros = [np.zeros_like(x) for x in points]
    values, coefs = jet(f, points, tuple([[t, *[z] * (order - 1)] for t, z in zip(ts, zeros)]))
    for k in range(order + 1):
        derivatives = _repeated(f, ts, k)(*points)
        for value, row, d in zip(values, coefs, derivatives):
            got, expected = array(row[k - 1] if k else value), array(d)
            told = (got.shape, got.dtype)
            assert told == (expected.shape, expected.dtype), f"{sample}: coefficient {k} has shape and dtype {told}"
            # Coefficients from one pass and from many are rounded each in its own way.
            close(sample, got, expected / math.factorial(k), 1e-8, f"coefficient {k}", floor=1.0)


def _repeated(f: Callable[..., Any], ts: tuple[Any, ...], k: int) -> Callable[..., Any]:
    """The k-th derivative of f along ts."""
    if k == 0:
        return f
    below = _repeated(f, ts, k - 1)
    return lambda *args: jvp(below, args, ts)[1]


LAWS: tuple[Callable[[Sample], None], ...] = (series_is_repeated_differentiation,)
