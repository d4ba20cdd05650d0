"""Bessel and Airy functions. The order n is a parameter: each derivative is a sum of the neighbours n - 1 and n + 1.

The scaled functions exp(-|x|) I_n and exp(x) K_n lose x^m in their m-th derivative if it is put together from
neighbours; beyond |x| = 20 their asymptotic series is differentiated term by term instead.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.kinds import elementwise
from .special import in_double, scipy_special
from .trigonometric import _sine_ratio, sine_ratio

# First and second kind


def _bessel_j(x: Any, n: int) -> Any:
    return scipy_special().jv(n, x)


def _bessel_y(x: Any, n: int) -> Any:
    return scipy_special().yn(n, x).astype(x.dtype, copy=False)


def _bessel_j_slope(x: Any, *, n: int) -> Any:
    return -bessel_j(x, n=1) if n == 0 else 0.5 * (bessel_j(x, n=n - 1) - bessel_j(x, n=n + 1))


def _bessel_y_slope(x: Any, *, n: int) -> Any:
    return -bessel_y(x, n=1) if n == 0 else 0.5 * (bessel_y(x, n=n - 1) - bessel_y(x, n=n + 1))


bessel_j = elementwise(_bessel_j, _bessel_j_slope)
bessel_y = elementwise(_bessel_y, _bessel_y_slope)
j0 = elementwise("scipy.special.j0", lambda x: -j1(x), name="SpecialBesselJ0")
j1 = elementwise("scipy.special.j1", lambda x: 0.5 * (j0(x) - bessel_j(x, n=2)), name="SpecialBesselJ1")
y0 = elementwise("scipy.special.y0", lambda x: -y1(x), name="SpecialBesselY0")
y1 = elementwise("scipy.special.y1", lambda x: 0.5 * (y0(x) - bessel_y(x, n=2)), name="SpecialBesselY1")

# Modified


def _bessel_i(x: Any, n: int) -> Any:
    return scipy_special().iv(n, x)


def _bessel_k(x: Any, n: int) -> Any:
    return scipy_special().kn(n, x).astype(x.dtype, copy=False)


def _bessel_i_slope(x: Any, *, n: int) -> Any:
    return bessel_i(x, n=1) if n == 0 else 0.5 * (bessel_i(x, n=n - 1) + bessel_i(x, n=n + 1))


def _bessel_k_slope(x: Any, *, n: int) -> Any:
    return -bessel_k(x, n=1) if n == 0 else -0.5 * (bessel_k(x, n=n - 1) + bessel_k(x, n=n + 1))


bessel_i = elementwise(_bessel_i, _bessel_i_slope)
bessel_k = elementwise(_bessel_k, _bessel_k_slope)
i0 = elementwise("scipy.special.i0", lambda x: i1(x))
i1 = elementwise("scipy.special.i1", lambda x: 0.5 * (i0(x) + bessel_i(x, n=2)), name="SpecialI1")
k0 = elementwise("scipy.special.k0", lambda x: -k1(x), name="SpecialModifiedBesselK0")
k1 = elementwise("scipy.special.k1", lambda x: -0.5 * (k0(x) + bessel_k(x, n=2)), name="SpecialModifiedBesselK1")

# Modified and scaled


def _asymptotic(t: Any, n: Any, order: int, sign: int) -> Any:
    """The `order`-th derivative of t^(-1/2) sum sign^k a_k(n) t^-k, a_k = prod (4n^2 - (2j-1)^2) / (k! 8^k)."""
    coefficients: list[Any] = []
    a: Any = 1.0
    for k in range(40):
        falling = math.prod(-0.5 - k - i for i in range(order))
        coefficients.append(a * falling)
        a *= sign * (4 * n * n - (2 * k + 1) ** 2) / (8 * (k + 1))
    total = np.zeros_like(t)
    for c in reversed(coefficients):
        total = total / t + c
    return total * t ** (-0.5 - order)


def _scaled_bessel_i(x: Any, n: int, order: int) -> Any:
    """The `order`-th derivative of exp(-|x|) I_n(x); at the kink of |x| the mean of both sides."""
    exact = in_double(x)
    sign, size = np.sign(exact), np.absolute(exact)
    near = np.clip(exact, -20, 20)

    row = [scipy_special().ive(abs(m), near) for m in range(n - order, n + order + 1)]
    while len(row) > 1:  # the derivative of each from its neighbours
        row = [0.5 * (below + above) - sign * own for below, own, above in zip(row, row[1:], row[2:])]
    far = sign ** (n + order) * _asymptotic(np.maximum(size, 20), n, order, -1) / math.sqrt(2 * math.pi)
    return np.where(size > 20, far, row[0]).astype(np.asarray(x).dtype, copy=False)


def _scaled_bessel_k(x: Any, n: int, order: int) -> Any:
    """The `order`-th derivative of exp(x) K_n(x)."""
    exact = in_double(x)
    near = np.minimum(exact, 20)

    row = [scipy_special().kve(abs(m), near) for m in range(n - order, n + order + 1)]
    while len(row) > 1:
        row = [own - 0.5 * (below + above) for below, own, above in zip(row, row[1:], row[2:])]
    far = math.sqrt(math.pi / 2) * _asymptotic(np.maximum(exact, 20), n, order, 1)
    return np.where(exact > 20, far, row[0]).astype(np.asarray(x).dtype, copy=False)


def _scaled_bessel_i_slope(x: Any, *, n: int, order: int) -> Any:
    return scaled_bessel_i(x, n=n, order=order + 1)


def _scaled_bessel_k_slope(x: Any, *, n: int, order: int) -> Any:
    return scaled_bessel_k(x, n=n, order=order + 1)


scaled_bessel_i = elementwise(_scaled_bessel_i, _scaled_bessel_i_slope)
scaled_bessel_k = elementwise(_scaled_bessel_k, _scaled_bessel_k_slope)
i0e = elementwise("scipy.special.i0e", lambda x: scaled_bessel_i(x, n=0, order=1), name="SpecialI0E")
i1e = elementwise("scipy.special.i1e", lambda x: scaled_bessel_i(x, n=1, order=1), name="SpecialI1E")
k0e = elementwise("scipy.special.k0e", lambda x: scaled_bessel_k(x, n=0, order=1), name="SpecialScaledModifiedBesselK0")
k1e = elementwise("scipy.special.k1e", lambda x: scaled_bessel_k(x, n=1, order=1), name="SpecialScaledModifiedBesselK1")

# Spherical, and Airy's Ai with Ai'' = x Ai


def _spherical_bessel_j0(x: Any) -> Any:
    return np.where(np.isinf(x), 0, _sine_ratio(np.where(np.isinf(x), 0, x), 0))


def _in_range(x: Any) -> Any:
    """x, and 1e3 for what is larger, at which Ai is zero too, as SciPy's is not beyond 1e9."""
    return x if np.iscomplexobj(x) else np.where(x > 1e3, 1e3, x).astype(np.asarray(x).dtype)


def _airy_ai(x: Any) -> Any:
    return scipy_special().airy(_in_range(x))[0]


def _airy_ai_prime(x: Any) -> Any:
    return scipy_special().airy(_in_range(x))[1]


spherical_bessel_j0 = elementwise(
    _spherical_bessel_j0, lambda x: sine_ratio(x, order=1), name="SpecialSphericalBesselJ0")
airy_ai = elementwise(_airy_ai, lambda x: airy_ai_prime(x), name="SpecialAiryAi")
airy_ai_prime = elementwise(_airy_ai_prime, lambda x: x * airy_ai(x))
