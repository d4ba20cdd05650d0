"""The incomplete gamma and beta functions, differentiable in their parameters too, to any order.

Values are SciPy's. A derivative in the parameters is an integral of the density times a polynomial in logarithms: with
L = log density, d^n/da^n exp(L) = exp(L) B_n(L', L'', ...), B_n the complete Bell polynomials. The integral runs over
the tail on the argument's own side of the mean, so that nothing cancels, and is done by the double exponential rule
v = exp(y - exp(-y)), which resolves both exponential and Gaussian tails.

Takahasi and Mori, Double exponential formulas for numerical integration, 1974.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..core.kinds import elementwise
from .arithmetic import annihilate, ratio
from .special import digamma, in_double, polygamma, scipy_special


def nodes() -> Iterator[tuple[float, float]]:
    """Points v and weights of the rule for an integral over v > 0 whose integrand falls within v < 90."""
    step = 0.075
    for i in range(-52, 62):
        y = i * step
        v = math.exp(y - math.exp(-y))
        yield v, step * v * (1 + math.exp(-y))


def moment(cumulant: Callable[[int, int], Any], j: int, k: int) -> Any:
    """exp(-L) d^j/da^j d^k/db^k exp(L), from cumulant(p, q) = the same derivative of L itself."""
    if j == 0 and k == 0:
        return 1.0
    if j == 0:
        return moment(lambda p, q: cumulant(q, p), k, 0)
    terms = [math.comb(j - 1, p) * math.comb(k, q) * cumulant(p + 1, q) * moment(cumulant, j - 1 - p, k - q)
             for p in range(j) for q in range(k + 1)]
    return sum(terms[1:], terms[0])


# Gamma


def _log_gamma_power(a: Any, x: Any) -> Any:
    """log(x^a exp(-x) / Gamma(a)), by Stirling's series for a > 10, where the direct form cancels."""
    big = np.maximum(a, 10.0)
    mu = (x - big) / big
    inverse = 1 / np.square(big)
    rest = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse * (
        1 / 1188 - inverse * 691 / 360360))))) / big
    stirling = big * (np.log1p(mu) - mu) + 0.5 * np.log(big / (2 * math.pi)) - rest
    return np.where(a > 10, stirling, scipy_special().xlogy(a, x) - x - scipy_special().gammaln(a))


def _gamma_density(x: Any, y: Any) -> Any:
    """y^(x - 1) exp(-y) / Gamma(x)."""
    a, at = in_double(x), in_double(y)
    inside = np.exp(_log_gamma_power(a, np.where(at > 0, at, 1))) / np.where(at > 0, at, 1)
    border = np.where(a < 1, math.inf, np.where(a == 1, 1, 0))
    return np.where(at > 0, inside, np.where(at == 0, border, math.nan)).astype(np.result_type(x, y), copy=False)


def _gammainc_parameter(x: Any, y: Any, order: int) -> Any:
    """The `order`-th derivative in x of gammainc(x, y), order > 0.

    Below the mean, the integral over t = y exp(-u) from u = 0; above it, over t = y (1 + u), which is the complement's.
    """
    dtype = np.result_type(x, y)
    a, at = np.broadcast_arrays(in_double(x), in_double(y))
    valid = (a > 0) & (at > 0) & np.isfinite(at)
    a, at = np.where(valid, a, 1), np.where(valid, at, 1)
    lower = at <= a
    scale = np.absolute(a - at) + np.minimum(np.sqrt(np.maximum(a, at)), np.maximum(a, at))
    cumulants = [np.log(at) - scipy_special().digamma(a)]
    for p in range(1, order):
        cumulants.append(-scipy_special().polygamma(p, a))
    total = np.zeros_like(a)
    for v, weight in nodes():
        u = v / scale
        shift = np.where(lower, -u, np.log1p(u))
        exponent = np.where(lower, a * -u - at * np.expm1(-u), (a - 1) * np.log1p(u) - at * u)
        first = cumulants[0] + shift
        total = total + weight * np.exp(exponent) * moment(
            lambda p, q, first=first: first if p == 1 else cumulants[p - 1], order, 0)
    result = np.where(lower, 1, -1) * np.exp(_log_gamma_power(a, at)) * total / scale
    outside = np.where(np.isnan(in_double(x) + in_double(y)) | (in_double(x) < 0) | (in_double(y) < 0), math.nan, 0)
    return np.where(valid, result, outside).astype(dtype, copy=False)


def _gammainc_parameter_in_y(x: Any, y: Any, *, order: int) -> Any:
    def cumulant(p: int, q: int) -> Any:
        return np.log(y) - digamma(x) if p == 1 else -polygamma(x, n=p - 1)

    return annihilate(gamma_density(x, y), moment(cumulant, order, 0))


gamma_density = elementwise(
    _gamma_density,
    lambda out, x, y: annihilate(out, np.log(y) - digamma(x)),
    lambda out, x, y: (x - 1) * ratio(out, y) - out,
)
gammainc_parameter = elementwise(
    _gammainc_parameter, lambda x, y, *, order: gammainc_parameter(x, y, order=order + 1), _gammainc_parameter_in_y)
gammainc = elementwise(
    "scipy.special.gammainc",
    lambda x, y: gammainc_parameter(x, y, order=1),
    lambda x, y: gamma_density(x, y),
    name="Igamma",
)
gammaincc = elementwise(
    "scipy.special.gammaincc",
    lambda x, y: -gammainc_parameter(x, y, order=1),
    lambda x, y: -gamma_density(x, y),
    name="Igammac",
)

# Beta


def _beta_density(x: Any, y: Any, z: Any) -> Any:
    """z^(x - 1) (1 - z)^(y - 1) / B(x, y)."""
    a, b, at = in_double(x), in_double(y), in_double(z)
    s = scipy_special()
    out = np.exp(s.xlogy(a - 1, at) + s.xlog1py(b - 1, -at) - s.betaln(a, b))
    return np.where((at < 0) | (at > 1), math.nan, out).astype(np.result_type(x, y, z), copy=False)


def _betainc_parameters(x: Any, y: Any, z: Any, order: tuple[int, int]) -> Any:
    """d^j/dx^j d^k/dy^k of betainc(x, y, z), (j, k) = order, over t = z exp(-u); the ends swap above the mean."""
    a, b, at = np.broadcast_arrays(in_double(x), in_double(y), in_double(z))
    valid = (a > 0) & (b > 0) & (at > 0) & (at < 1)
    a, b, at = np.where(valid, a, 1), np.where(valid, b, 1), np.where(valid, at, 0.5)
    lower = at <= a / (a + b)
    below, above = np.where(lower, at, 0.5 * a / (a + b)), np.where(lower, 1 - 0.5 * b / (a + b), at)
    left = _beta_side(a, b, below, np.log1p(-below), *order)
    right = _beta_side(b, a, 1 - above, np.log(above), *order[::-1])
    nan = np.isnan(in_double(x) + in_double(y) + in_double(z)) | (in_double(z) < 0) | (in_double(z) > 1)
    result = np.where(valid, np.where(lower, left, -right), np.where(nan, math.nan, 0))
    return result.astype(np.result_type(x, y, z), copy=False)


def _beta_side(a: Any, b: Any, at: Any, log_rest: Any, j: int, k: int) -> Any:
    """The derivative of the integral from 0 to `at`, which lies below the mean; log_rest is log(1 - at)."""
    s = scipy_special()
    slope = np.absolute(a - (a + b) * at) / np.exp(log_rest)
    scale = slope + np.minimum(a, np.sqrt(a * (a + b) / b))

    def joint(p: int) -> Any:
        return s.polygamma(p - 1, a + b)

    cumulants = {(p, q): joint(p + q) for p in range(j + 1) for q in range(k + 1) if p + q}
    for p in range(1, j + 1):
        cumulants[p, 0] = cumulants[p, 0] - s.polygamma(p - 1, a)
    for q in range(1, k + 1):
        cumulants[0, q] = cumulants[0, q] - s.polygamma(q - 1, b)
    total = np.zeros_like(a)
    for v, weight in nodes():
        u = v / scale
        log_other = np.log1p(-at * np.exp(-u))
        shifted = dict(cumulants)
        if j:
            shifted[1, 0] = cumulants[1, 0] + np.log(at) - u
        if k:
            shifted[0, 1] = cumulants[0, 1] + log_other
        total = total + weight * np.exp(-a * u + (b - 1) * (log_other - log_rest)) * moment(
            lambda p, q, shifted=shifted: shifted[p, q], j, k)
    front = np.exp(a * np.log(at) + (b - 1) * log_rest - s.betaln(a, b))
    return front * total / scale


def _betainc_parameters_in_z(x: Any, y: Any, z: Any, *, order: tuple[int, int]) -> Any:
    def cumulant(p: int, q: int) -> Any:
        value = polygamma(x + y, n=p + q - 1)
        if q == 0:
            value = value - polygamma(x, n=p - 1)
        if p == 0:
            value = value - polygamma(y, n=q - 1)
        if (p, q) == (1, 0):
            return value + np.log(z)
        return value + np.log1p(-z) if (p, q) == (0, 1) else value

    return annihilate(beta_density(x, y, z), moment(cumulant, *order))


beta_density = elementwise(
    _beta_density,
    lambda out, x, y, z: annihilate(out, np.log(z) - digamma(x) + digamma(x + y)),
    lambda out, x, y, z: annihilate(out, np.log1p(-z) - digamma(y) + digamma(x + y)),
    lambda out, x, y, z: (x - 1) * ratio(out, z) - (y - 1) * ratio(out, 1 - z),
)
betainc_parameters = elementwise(
    _betainc_parameters,
    lambda x, y, z, *, order: betainc_parameters(x, y, z, order=(order[0] + 1, order[1])),
    lambda x, y, z, *, order: betainc_parameters(x, y, z, order=(order[0], order[1] + 1)),
    _betainc_parameters_in_z,
)
betainc = elementwise(
    "scipy.special.betainc",
    lambda x, y, z: betainc_parameters(x, y, z, order=(1, 0)),
    lambda x, y, z: betainc_parameters(x, y, z, order=(0, 1)),
    lambda x, y, z: beta_density(x, y, z),
)
