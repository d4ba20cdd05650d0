"""Circular and hyperbolic functions and their inverses.

A derivative that would overflow or cancel when written out (1 - tanh^2, 1 / (1 + x^2) again and again) is an op of its
own here, closed under differentiation: sech_squared, sec_squared and the reciprocal roots below. They hold for complex
arguments as well.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.batch_rules import pointwise
from ..core.kinds import custom, elementwise
from .arithmetic import ratio, unit
from .exponential import _bell

# Circular


def _sec_squared(x: Any) -> Any:
    """1 / cos(x)^2; for complex x as sech^2(ix), which does not overflow."""
    return _sech_squared(1j * x) if np.iscomplexobj(x) else 1 / np.square(np.cos(x))


sin = elementwise(np.sin, lambda x: np.cos(x))
cos = elementwise(np.cos, lambda x: -np.sin(x))
sec_squared = elementwise(_sec_squared, lambda out, x: 2 * out * np.tan(x))
tan = elementwise(np.tan, lambda x: sec_squared(x))

# Hyperbolic


def _sech_squared(x: Any) -> Any:
    """1 / cosh(x)^2 without an overflow on the way."""
    return 4 * _bell(2 * x)


sinh = elementwise(np.sinh, lambda x: np.cosh(x))
cosh = elementwise(np.cosh, lambda x: np.sinh(x))
sech_squared = elementwise(_sech_squared, lambda out, x: -2 * out * np.tanh(x))
tanh = elementwise(np.tanh, lambda x: sech_squared(x))

# The slopes of the inverse functions: powers of a quadratic, each of whose derivatives is x times powers of itself


def _rsqrt_one_minus_square(x: Any) -> Any:
    # 1 - x would lose the sign of a complex x's zero imaginary part, which says on which side of the cut x lies.
    below = -(x - 1) if np.iscomplexobj(x) else 1 - x
    return 1 / (np.sqrt(below) * np.sqrt(1 + x))


def _rsqrt_one_plus_square(x: Any) -> Any:
    return 1 / (np.sqrt(1 + 1j * x) * np.sqrt(1 - 1j * x)) if np.iscomplexobj(x) else 1 / np.hypot(x, 1)


def _rsqrt_square_minus_one(x: Any) -> Any:
    return 1 / (np.sqrt(x - 1) * np.sqrt(x + 1))


def _inverse_one_minus_square(x: Any) -> Any:
    return 1 / ((1 - x) * (1 + x))


def _inverse_one_plus_square(x: Any) -> Any:
    return 1 / ((1 + 1j * x) * (1 - 1j * x)) if np.iscomplexobj(x) else 1 / (1 + np.square(x))


rsqrt_one_minus_square = elementwise(_rsqrt_one_minus_square, lambda out, x: x * out * out * out)
rsqrt_one_plus_square = elementwise(_rsqrt_one_plus_square, lambda out, x: -(x * out) * out * out)
rsqrt_square_minus_one = elementwise(_rsqrt_square_minus_one, lambda out, x: -(x * out) * out * out)
inverse_one_minus_square = elementwise(_inverse_one_minus_square, lambda out, x: 2 * (x * out) * out)
inverse_one_plus_square = elementwise(_inverse_one_plus_square, lambda out, x: -2 * (x * out) * out)

arcsin = elementwise(np.arcsin, lambda x: rsqrt_one_minus_square(x), name="Asin")
arccos = elementwise(np.arccos, lambda x: -rsqrt_one_minus_square(x), name="Acos")
arctan = elementwise(np.arctan, lambda x: inverse_one_plus_square(x), name="Atan")
arcsinh = elementwise(np.arcsinh, lambda x: rsqrt_one_plus_square(x), name="Asinh")
arccosh = elementwise(np.arccosh, lambda x: rsqrt_square_minus_one(x), name="Acosh")
arctanh = elementwise(np.arctanh, lambda x: inverse_one_minus_square(x), name="Atanh")
arctan2 = elementwise(
    np.arctan2,
    lambda x, y: ratio(unit(y, x), np.hypot(x, y)),
    lambda x, y: -ratio(unit(x, y), np.hypot(x, y)),
    name="Atan2",
)


def _polar(x: Any, y: Any) -> Any:
    return x * np.exp(1j * y)


polar = custom(_polar, lambda ct, s: (s.times(ct, np.exp(1j * s.y)), s.times(1j * ct, s.out)), saves=("y", "out"),
               floats=True, batch=pointwise)

# sin(x) / x and all its derivatives


def _sine_ratio(x: Any, order: int) -> Any:
    """The `order`-th derivative of sin(x) / x.

    From x f(x) = sin x, Leibniz gives x f^(n) + n f^(n-1) = sin(x + n pi/2), which divides an error by x at each step:
    it serves for |x| > 2 + order, and the Taylor series, with terms no larger than e^|x|, below.
    """
    exact = x.astype(np.result_type(x.dtype, np.float64), copy=False)
    near = np.absolute(exact) < 2 + order
    small, large = np.where(near, exact, 0), np.where(near, 1, exact)
    far = np.sin(large) / large
    for n in range(1, order + 1):
        far = (_shifted_sine(large, n) - n * far) / large
    # sum over k of (-1)^k x^(2k - order) / ((2k + 1) (2k - order)!), from k = order / 2 rounded up
    k = (order + 1) // 2
    term = (-1) ** k * small ** (2 * k - order)
    series = term / (2 * k + 1)
    while np.any(np.absolute(term) > 1e-18):
        k += 1
        term = -term * np.square(small) / ((2 * k - order) * (2 * k - order - 1))
        series = series + term / (2 * k + 1)
    return np.where(near, series, far).astype(x.dtype, copy=False)


def _shifted_sine(x: Any, n: int) -> Any:
    """sin(x + n pi/2), without rounding the sum."""
    value = np.cos(x) if n % 2 else np.sin(x)
    return -value if n % 4 >= 2 else value


def _sine_ratio_slope(x: Any, *, order: int) -> Any:
    return sine_ratio(x, order=order + 1)


sine_ratio = elementwise(_sine_ratio, _sine_ratio_slope)
sinc = elementwise(np.sinc, lambda x: math.pi * sine_ratio(math.pi * x, order=1))
