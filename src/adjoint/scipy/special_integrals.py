"""scipy.special's exponential, trigonometric and hyperbolic integrals, integrals of Bessel functions, dilogarithm."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sc

from ..core.kinds import elementwise
from ..ops.bessel import airy_ai, i0, j0, k0, y0
from ..ops.special import in_double
from ..ops.trigonometric import sine_ratio
from .special_bessel import airy_bi, modstruve, struve
from .special_parts import output, several, speaks_for

# Exponential integrals


def _expn(x: Any, y: Any) -> Any:
    """E_n(y), also for the orders n = 0, -1, ... that derivatives lead to: y^(n-1) Gamma(1 - n, y)."""
    n, at = np.broadcast_arrays(in_double(x), in_double(y))
    low = n < 1
    m = np.where(low, n, 0)
    below = sc.gammaincc(1 - m, at) * sc.gamma(1 - m) * at ** (m - 1)
    out = np.where(low, below, sc.expn(np.where(low, 1, n), at))
    return out.astype(np.result_type(x, y), copy=False)


exp1 = elementwise(sc.exp1, lambda x: -np.exp(-x) / x)
expi = elementwise(sc.expi, lambda x: np.exp(x) / x)
expn = speaks_for(sc.expn, elementwise(_expn, None, lambda x, y: -expn(x - 1, y)))

# Shi, Chi, Si, Ci


def _sinh_ratio(x: Any, order: int) -> Any:
    """The `order`-th derivative of sinh(x) / x: within |x| < 8 the series, whose terms have one sign; else by parts."""
    at = np.asarray(x).astype(np.complex128 if np.iscomplexobj(x) else np.float64)
    close = np.absolute(at) < 8
    near, far = np.where(close, at, 0), np.where(close, 10.0, at)
    total = np.zeros_like(at)
    for k in reversed(range((order + 1) // 2, 40)):
        total = total + near ** (2 * k - order) * (
            math.factorial(2 * k) / math.factorial(2 * k - order) / math.factorial(2 * k + 1))
    beyond = np.zeros_like(at)
    for j in range(order + 1):
        inner = np.cosh(far) if (order - j) % 2 else np.sinh(far)
        beyond = beyond + (-1) ** j * math.comb(order, j) * math.factorial(j) * inner / far ** (j + 1)
    return np.where(close, total, beyond).astype(np.asarray(x).dtype, copy=False)


sinh_ratio = elementwise(_sinh_ratio, lambda x, *, order: sinh_ratio(x, order=order + 1))


several(
    sc.shichi,
    elementwise(output(sc.shichi, 0, "shi"), lambda x: sinh_ratio(x, order=0)),
    elementwise(output(sc.shichi, 1, "chi"), lambda x: np.cosh(x) / x),
)
several(
    sc.sici,
    elementwise(output(sc.sici, 0, "sine_integral"), lambda x: sine_ratio(x, order=0)),
    elementwise(output(sc.sici, 1, "cosine_integral"), lambda x: np.cos(x) / x),
)

# Spence's function: its derivative is -log(1 + u) / u at u = x - 1


def _log_ratio(x: Any, order: int) -> Any:
    """The `order`-th derivative of log(x) / (x - 1): near x = 1 the series in x - 1, else by parts."""
    at = np.asarray(x).astype(np.complex128 if np.iscomplexobj(x) else np.float64)
    close = np.absolute(at - 1) < 0.5
    u, far = np.where(close, at - 1, 0), np.where(close, 3, at)
    total = np.zeros_like(at)
    for k in reversed(range(order, order + 70)):
        total = total * u + (-1) ** k * math.perm(k, order) / (k + 1)
    logs = [np.log(far), *((-1) ** (m + 1) * math.factorial(m - 1) / far**m for m in range(1, order + 1))]
    beyond = sum(math.comb(order, m) * logs[m] * (-1) ** (order - m) * math.factorial(order - m)
                 / (far - 1) ** (order - m + 1) for m in range(order + 1))
    return np.where(close, total, beyond).astype(np.asarray(x).dtype, copy=False)


log_ratio = elementwise(_log_ratio, lambda x, *, order: log_ratio(x, order=order + 1))
spence = elementwise(sc.spence, lambda x: -log_ratio(x, order=0))

# Integrals of Bessel, Airy and Struve functions


def _first_terms(x: Any, sign: int) -> Any:
    """(I_0(x) - 1) / x for sign 1, (J_0(x) - 1) / x for -1: the series where |x| < 1, for nothing cancels there."""
    close = np.absolute(x) < 1
    near, far = np.where(close, x, 0.5), np.where(close, 2, x)
    q = (0.25 * sign) * np.square(near)
    total: Any = 0.0
    for k in range(10, 0, -1):
        total = (total * q + 1) / (k * k) if k > 1 else total * q + 1
    return np.where(close, (0.25 * sign) * near * total, ((i0 if sign > 0 else j0)(far) - 1) / far)


several(sc.iti0k0, elementwise(output(sc.iti0k0, 0, "integral_i0"), lambda x: i0(x)),
        elementwise(output(sc.iti0k0, 1, "integral_k0"), lambda x: k0(x)))
several(sc.itj0y0, elementwise(output(sc.itj0y0, 0, "integral_j0"), lambda x: j0(x)),
        elementwise(output(sc.itj0y0, 1, "integral_y0"), lambda x: y0(x)))
several(sc.it2i0k0, elementwise(output(sc.it2i0k0, 0, "integral_i0_over"), lambda x: _first_terms(x, 1)),
        elementwise(output(sc.it2i0k0, 1, "integral_k0_over"), lambda x: -k0(x) / x))
several(sc.it2j0y0, elementwise(output(sc.it2j0y0, 0, "integral_j0_over"), lambda x: -_first_terms(x, -1)),
        elementwise(output(sc.it2j0y0, 1, "integral_y0_over"), lambda x: -y0(x) / x))
several(
    sc.itairy,
    elementwise(output(sc.itairy, 0, "integral_ai"), lambda x: airy_ai(x)),
    elementwise(output(sc.itairy, 1, "integral_bi"), lambda x: airy_bi(x)),
    elementwise(output(sc.itairy, 2, "integral_ai_negative"), lambda x: airy_ai(-x)),
    elementwise(output(sc.itairy, 3, "integral_bi_negative"), lambda x: airy_bi(-x)),
)
itstruve0 = elementwise(sc.itstruve0, lambda x: struve(np.zeros_like(x), x))
it2struve0 = elementwise(sc.it2struve0, lambda x: -struve(np.zeros_like(x), x) / x)
itmodstruve0 = elementwise(sc.itmodstruve0, lambda x: modstruve(np.zeros_like(x), x))
