"""Exponentials, logarithms, and the smooth steps made of them, accurate in both tails to any order of derivative.

The step is `sigmoid`; its slope is the op `bell`, e/(1+e)^2 with e = exp(-|x|), whose own derivative is
-bell tanh(x/2). Nothing here is written 1 - sigmoid, which has no digits left where sigmoid is nearly 1.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.kinds import elementwise
from ..native import kernels
from .arithmetic import gap, ratio

LN2, LN10 = math.log(2), math.log(10)

exp = elementwise(np.exp, lambda out: out)
exp2 = elementwise(np.exp2, lambda out: LN2 * out)
expm1 = elementwise(np.expm1, lambda x: np.exp(x))
log = elementwise(np.log, lambda x: 1 / x)
log2 = elementwise(np.log2, lambda x: (1 / LN2) / x)
log10 = elementwise(np.log10, lambda x: (1 / LN10) / x)
log1p = elementwise(np.log1p, lambda x: 1 / (1 + x), name="Log1P")

# Smooth steps


def _decay(x: Any) -> Any:
    """exp(-|x|), or exp of the one of x and -x with the smaller real part."""
    return np.exp(np.where(x.real < 0, x, -x) if np.iscomplexobj(x) else -np.absolute(x))


def _sigmoid(x: Any) -> Any:
    if type(x) is not np.ndarray or x.dtype.kind == "c":
        e = _decay(x)
        return np.where(np.real(x) < 0, e, 1) / (1 + e)
    out = kernels.of(x).sigmoid(x)
    if out is not None:
        return out
    e = np.exp(-np.absolute(x))
    return np.maximum(e, x >= 0) / (1 + e)  # no branches: 0.2 ms where np.where takes 0.6


def _bell(x: Any) -> Any:
    out = kernels.of(x).bell(x)
    if out is not None:
        return out
    e = _decay(x)
    return e / np.square(1 + e)


def _softplus(x: Any, beta: float, threshold: float | None) -> Any:
    """log(1 + exp(beta x)) / beta; x itself above x beta > threshold (None: nowhere)."""
    scaled = x if beta == 1 else beta * x
    out = kernels.of(scaled).softplus(scaled)
    if out is None:
        out = np.maximum(scaled, 0) + np.log1p(_decay(scaled))
    if beta != 1:
        out = out / beta
    if threshold is None:
        return out
    far = np.real(scaled) > threshold
    return out if type(far) is np.ndarray and not far.any() else np.where(far, x, out)


def _softplus_slope(x: Any, *, beta: float, threshold: float | None) -> Any:
    scaled = beta * x
    return sigmoid(scaled) if threshold is None else np.where(np.real(scaled) > threshold, 1.0, sigmoid(scaled))


def _log_sigmoid(x: Any) -> Any:
    return np.minimum(x, 0) - np.log1p(_decay(x))


def _logit(x: Any) -> Any:
    """log(x / (1 - x)); near 1/2, where that loses digits, 2 artanh(2x - 1)."""
    return np.where(np.absolute(x - 0.5) < 0.25, 2 * np.arctanh(2 * x - 1), np.log(x) - np.log1p(-x))


bell = elementwise(_bell, lambda out, x: -out * np.tanh(0.5 * x))
sigmoid = elementwise(_sigmoid, lambda x: bell(x))
softplus = elementwise(_softplus, _softplus_slope)
log_sigmoid = elementwise(_log_sigmoid, lambda x: sigmoid(-x))
logit = elementwise(_logit, lambda x: np.where((x < 0) | (x > 1), math.nan, 1 / (x * (1 - x))))

# Sums of exponentials: each operand's share is a sigmoid of their gap, which is 0 for equal infinities


def _complex_logaddexp(x: Any, y: Any) -> Any:
    """np.logaddexp, and its analytic continuation."""
    if not np.iscomplexobj(x) and not np.iscomplexobj(y):
        return np.logaddexp(x, y)
    difference = np.where(x == y, 0, x - y)
    return np.where(difference.real < 0, y, x) + np.log1p(_decay(difference))


logaddexp = elementwise(np.logaddexp, lambda x, y: sigmoid(gap(x, y)), lambda x, y: sigmoid(gap(y, x)))
complex_logaddexp = elementwise(
    _complex_logaddexp, lambda x, y: sigmoid(gap(x, y)), lambda x, y: sigmoid(gap(y, x)), name="Logaddexp")
logaddexp2 = elementwise(
    np.logaddexp2, lambda x, y: sigmoid(LN2 * gap(x, y)), lambda x, y: sigmoid(LN2 * gap(y, x)))

# x log y and its relatives, 0 at x = 0 whatever y is


def _xlogy(x: Any, y: Any) -> Any:
    return np.where((x == 0) & ~np.isnan(y), 0, x * np.log(y))


def _xlog1py(x: Any, y: Any) -> Any:
    return np.where((x == 0) & ~np.isnan(y), 0, x * np.log1p(y))


def _entr(x: Any) -> Any:
    """-x log x; 0 at 0 and -inf below."""
    return np.where(x < 0, -math.inf, 0 - _xlogy(x, x))


xlogy = elementwise(
    _xlogy,
    lambda x, y: np.where((x == 0) & (y <= 0), 0, np.log(y)),
    lambda x, y: ratio(x, y),
)
xlog1py = elementwise(
    _xlog1py,
    lambda x, y: np.where((x == 0) & (y <= -1), 0, np.log1p(y)),
    lambda x, y: ratio(x, 1 + y),
    name="SpecialXlog1Py",
)
entr = elementwise(_entr, lambda x: -1 - np.log(x), name="SpecialEntr")
