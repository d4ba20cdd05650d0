"""scipy.special's elementary functions: powers, degrees, Box and Cox's transform, entropies, Huber's loss."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sc

from ..core.kinds import constant, elementwise
from ..ops.arithmetic import power, power_log, ratio
from ..ops.special import in_double

DEGREE = math.pi / 180

exp10 = elementwise(sc.exp10, lambda out: math.log(10) * out)
cosm1 = elementwise(sc.cosm1, lambda x: -np.sin(x))
powm1 = elementwise(sc.powm1, lambda x, y: y * power(x, y - 1), lambda x, y: power_log(x, y, n=1))
sindg = elementwise(sc.sindg, lambda x: DEGREE * cosdg(x))
cosdg = elementwise(sc.cosdg, lambda x: -DEGREE * sindg(x))
tandg = elementwise(sc.tandg, lambda out: DEGREE * (1 + np.square(out)))
cotdg = elementwise(sc.cotdg, lambda out: -DEGREE * (1 + np.square(out)))
radian = elementwise(sc.radian, DEGREE, DEGREE / 60, DEGREE / 3600)


def _scipy_round(x: Any) -> Any:
    return sc.round(x)


scipy_round = constant(_scipy_round, integer=False)

# expm1(x) / x = int exp(x t), t from 0 to 1; the n-th derivative has t^n in the integrand


def _exprel_derivative(x: Any, order: int) -> Any:
    """Series of positive terms within |x| < 10 (below 0, those of exp(-x) times it), and beyond by parts."""
    at = in_double(x)
    near = np.clip(at, -10, 10)
    size = np.absolute(near)
    total, falling = np.zeros_like(at), np.zeros_like(at)
    above, below = np.ones_like(at), np.full_like(at, 1 / (order + 1))
    for k in range(60):
        total, falling = total + above / (order + k + 1), falling + below
        above, below = above * size / (k + 1), below * size / (order + k + 2)
    near_value = np.where(near < 0, np.exp(near) * falling, total)
    far = np.where(np.absolute(at) < 10, 20.0, at)
    far_value = sc.exprel(far)
    for n in range(1, order + 1):
        far_value = np.where(np.isposinf(far), math.inf, (np.exp(far) - n * far_value) / far)
    return np.where(np.absolute(at) < 10, near_value, far_value).astype(np.asarray(x).dtype, copy=False)


exprel_derivative = elementwise(_exprel_derivative, lambda x, *, order: exprel_derivative(x, order=order + 1))
exprel = elementwise(sc.exprel, lambda x: exprel_derivative(x, order=1))

# Box and Cox: (x^y - 1) / y = L exprel(y L), L = log x


def in_lambda(log: Any, y: Any) -> Any:
    """The derivative of L exprel(y L) in y."""
    return np.square(log) * exprel_derivative(y * log, order=1)


boxcox = elementwise(sc.boxcox, lambda x, y: power(x, y - 1), lambda x, y: in_lambda(np.log(x), y))
boxcox1p = elementwise(
    sc.boxcox1p, lambda x, y: np.exp((y - 1) * np.log1p(x)), lambda x, y: in_lambda(np.log1p(x), y))
inv_boxcox = elementwise(
    sc.inv_boxcox, lambda out, y: power(out, 1 - y), lambda out, y: -in_lambda(np.log(out), y) * power(out, 1 - y))
inv_boxcox1p = elementwise(
    sc.inv_boxcox1p,
    lambda out, y: np.exp((1 - y) * np.log1p(out)),
    lambda out, y: -in_lambda(np.log1p(out), y) * np.exp((1 - y) * np.log1p(out)),
)

# Entropies


def _log_quotient(x: Any, y: Any) -> Any:
    """log(x / y); near x = y, where the quotient has lost the difference, by that."""
    q = x / y
    close = (q > 0.5) & (q < 2)
    return np.where(close, np.log1p(np.where(close, x - y, 0) / y), np.log(q))


log_quotient = elementwise(_log_quotient, lambda x: 1 / x, lambda y: -1 / y)
rel_entr = elementwise(sc.rel_entr, lambda x, y: log_quotient(x, y) + 1, lambda x, y: -ratio(x, y))
kl_div = elementwise(sc.kl_div, lambda x, y: log_quotient(x, y), lambda x, y: (y - x) / y)

# Huber's loss of a residual y with its bend at x, and the smooth one


def _excess(x: Any, y: Any) -> Any:
    size = np.absolute(y)
    return np.where(size > x, size - x, 0)


def _bounded(x: Any, y: Any) -> Any:
    return np.where(np.absolute(y) <= x, y, x * np.sign(y))


def _stretch(x: Any, y: Any) -> Any:
    return np.sqrt(1 + np.square(y / x))


def _smooth_excess(x: Any, y: Any) -> Any:
    """d/dx of x^2 (q - 1), q = sqrt(1 + (y/x)^2): x (q - 1)^2 / q, where q - 1 = (y/x)^2 / (q + 1)."""
    q = _stretch(x, y)
    return x * np.square(np.square(y / x) / (q + 1)) / q


huber = elementwise(sc.huber, _excess, _bounded)
pseudo_huber = elementwise(sc.pseudo_huber, _smooth_excess, lambda x, y: y / _stretch(x, y))

# Wright's omega: w + log w = z

wrightomega = elementwise(sc.wrightomega, lambda out: out / (1 + out))
