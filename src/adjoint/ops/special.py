"""The error function, the normal distribution, and the gamma function with its derivatives. Values are SciPy's,
or of erf and ndtr of many elements a kernel's.

Where the textbook derivative cancels (2x erfcx(x) - 2/sqrt(pi) for large x, -h (x + h) for the inverse Mills ratio h
far out), the op carries the order of the derivative as a parameter and each order is computed without the difference.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.kinds import elementwise
from ..core.op import Later
from ..errors import DtypeError, MissingRule, RangeError
from ..native import kernels

SQRT_PI = math.sqrt(math.pi)


def scipy_special() -> Any:
    """The module scipy.special, imported on the first call."""
    import scipy.special

    return scipy.special


def in_double(x: Any) -> Any:
    """x in float64, in which own series and recurrences are summed; DtypeError if it is complex."""
    if np.iscomplexobj(x):
        raise DtypeError("this derivative of a special function is known for real numbers only, got complex ones; use "
                         ".detach() if no derivative is wanted")
    return np.asarray(x).astype(np.float64, copy=False)


# Error function and normal distribution


def _gaussian(x: Any) -> Any:
    return np.exp(-np.square(x))


def _normal_density(x: Any) -> Any:
    return (1 / math.sqrt(2 * math.pi)) * np.exp(-0.5 * np.square(x))


_scipy_ndtr, _scipy_erf = Later("scipy.special.ndtr"), Later("scipy.special.erf")


def _ndtr(x: Any) -> Any:
    out = kernels.of(x).ndtr(x)
    return _scipy_ndtr(x) if out is None else out


def _erf(x: Any) -> Any:
    out = kernels.of(x).erf(x)
    return _scipy_erf(x) if out is None else out


gaussian = elementwise(_gaussian, lambda out, x: -2 * x * out)
normal_density = elementwise(_normal_density, lambda out, x: -x * out)
erf = elementwise(_erf, lambda x: (2 / SQRT_PI) * gaussian(x))
erfc = elementwise("scipy.special.erfc", lambda x: (-2 / SQRT_PI) * gaussian(x))
erfinv = elementwise("scipy.special.erfinv", lambda out: (SQRT_PI / 2) * np.exp(np.square(out)))
erfcinv = elementwise("scipy.special.erfcinv", lambda out: (-SQRT_PI / 2) * np.exp(np.square(out)))
ndtr = elementwise(_ndtr, lambda x: normal_density(x))
ndtri = elementwise(
    "scipy.special.ndtri", lambda out: math.sqrt(2 * math.pi) * np.exp(0.5 * np.square(out)), name="SpecialNdtri")


def _erfcx_derivative(x: Any, order: int) -> Any:
    """The `order`-th derivative of exp(x^2) erfc(x): 2/sqrt(pi) (-2)^n M_n, M_n = int t^n exp(-t^2 - 2xt), t > 0.

    By parts, 2 M_{n+1} = n M_{n-1} - 2x M_n and 2 M_1 = 1 - 2x M_0. Upwards this cancels for large x, where M_n is the
    minimal solution: there the ratios M_n / M_{n-1} = n / (2x + 2 M_{n+1} / M_n) come from a continued fraction.
    """
    exact = in_double(x)
    value = (SQRT_PI / 2) * scipy_special().erfcx(exact)
    large = np.maximum(exact, 1.5)
    below, up = value, 0.5 - exact * value
    ratio, down = np.zeros_like(large), value
    for n in range(150, order, -1):
        ratio = n / (2 * (large + ratio))
    for n in range(order, 0, -1):
        ratio = n / (2 * (large + ratio))
        down = down * ratio
    for n in range(1, order):
        below, up = up, 0.5 * n * below - exact * up
    moment = np.where(exact < 1.5, up if order else value, down)
    return ((2 / SQRT_PI) * (-2) ** order * moment).astype(np.asarray(x).dtype, copy=False)


def _erfcx_slope(x: Any, *, order: int) -> Any:
    return erfcx_derivative(x, order=order + 1)


erfcx_derivative = elementwise(_erfcx_derivative, _erfcx_slope)
erfcx = elementwise("scipy.special.erfcx", lambda x: erfcx_derivative(x, order=1), name="SpecialErfcx")


def _inverse_mills(x: Any, order: int) -> Any:
    """The `order`-th derivative of h(x) = density(x) / ndtr(x) = sqrt(2/pi) / erfcx(-x/sqrt 2).

    h' = -h (x + h) is differentiated by Leibniz, except below -2, where x + h cancels: there, with t = -x,
    h = t + 1/(t + 2/(t + 3/...)), a continued fraction of positive terms, is evaluated in truncated Taylor series in t.
    """
    exact = in_double(x)
    near = np.maximum(exact, -2.0)
    h = [math.sqrt(2 / math.pi) / scipy_special().erfcx(exact / -math.sqrt(2))]
    for n in range(order):
        product = sum(math.comb(n, k) * h[k] * h[n - k] for k in range(n + 1))
        h.append(-(near * h[n] + (n * h[n - 1] if n else 0) + product))
    if order == 0:
        return h[0].astype(np.asarray(x).dtype, copy=False)
    fraction = [np.maximum(-exact, 2.0), 1.0] + [0.0] * (order - 1)
    for n in range(150, 0, -1):
        inverse = [1 / fraction[0]]
        for k in range(1, order + 1):
            inverse.append(-inverse[0] * sum(fraction[i] * inverse[k - i] for i in range(1, k + 1)))
        fraction = [n * inverse[0] + np.maximum(-exact, 2.0), n * inverse[1] + 1, *(n * c for c in inverse[2:])]
    far = (-1) ** order * math.factorial(order) * fraction[order]
    return np.where(exact < -2, far, h[order]).astype(np.asarray(x).dtype, copy=False)


def _inverse_mills_slope(x: Any, *, order: int) -> Any:
    return inverse_mills(x, order=order + 1)


inverse_mills = elementwise(_inverse_mills, _inverse_mills_slope)
log_ndtr = elementwise("scipy.special.log_ndtr", lambda x: inverse_mills(x, order=0), name="SpecialLogNdtr")

# Gamma function and zeta


def _polygamma(x: Any, n: int) -> Any:
    """The n-th derivative of digamma: (-1)^(n+1) n! zeta(n + 1, x)."""
    if n == 0:
        return scipy_special().digamma(x)
    if np.iscomplexobj(x):
        return _complex_polygamma(x, n)
    out = (-1) ** (n + 1) * math.factorial(n) * scipy_special().zeta(n + 1.0, in_double(x))
    return out.astype(np.asarray(x).dtype, copy=False)


def _complex_polygamma(x: Any, n: int) -> Any:
    """The same of complex numbers: Stirling's series, shifted to where the real part is above 15."""
    z = np.asarray(x).astype(np.complex128)
    shift = max(0, min(10**4, math.ceil(15 - np.min(z.real, initial=15, where=np.isfinite(z.real)))))
    far = z + shift
    total = math.factorial(n - 1) / far**n + 0.5 * math.factorial(n) / far ** (n + 1)
    for k, b in enumerate((1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510), 1):
        total = total + b * math.factorial(2 * k + n - 1) / math.factorial(2 * k) / far ** (2 * k + n)
    for k in range(shift):
        total = total + math.factorial(n) / (z + k) ** (n + 1)
    total = np.where(far.real > 14, (-1) ** (n + 1) * total, math.nan)  # beyond 10^4 steps left of 0
    return total.astype(np.asarray(x).dtype, copy=False)


def _polygamma_slope(x: Any, *, n: int) -> Any:
    return polygamma(x, n=n + 1)


def _multigammaln(x: Any, p: int, strict: bool = False) -> Any:
    """log of the multivariate gamma function of dimension p; outside of its domain an error if `strict`."""
    if strict and np.any(x <= 0.5 * (p - 1)):
        raise RangeError(f"condition a ({x}) > 0.5 * (d-1) ({0.5 * (p - 1)}) not met")
    steps = sum(scipy_special().gammaln(x - 0.5 * j) for j in range(p))
    return steps + 0.25 * p * (p - 1) * math.log(math.pi)


def _multigammaln_slope(x: Any, *, p: int) -> Any:
    slope = digamma(x)
    for j in range(1, p):
        slope = slope + digamma(x - 0.5 * j)
    return slope


def _zeta_slope() -> Any:
    raise MissingRule("zeta(x, q) has no derivative rule for x; use x.detach() if no derivative is wanted")


polygamma = elementwise(_polygamma, _polygamma_slope)
digamma = elementwise("scipy.special.digamma", lambda x: polygamma(x, n=1))
lgamma = elementwise("scipy.special.gammaln", lambda x: digamma(x), name="Lgamma")
multigammaln = elementwise(_multigammaln, _multigammaln_slope, name="Mvlgamma")
zeta = elementwise("scipy.special.zeta", _zeta_slope, lambda x, y: -x * zeta(x + 1, y), name="SpecialZeta")
