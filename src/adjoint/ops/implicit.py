"""How far a gamma or beta sample moves when a parameter of its distribution does (implicit reparametrisation).

At a fixed quantile u = P(x; a), dx/da = -(dP/da) / p. With P = integral of p from 0 to x (or minus that from x up),

    d log x / da = -1/(x p(x)) * integral of p(t) (log t - E[log t]) dt,

and of the two integrals we take the one whose integrand keeps one sign, so nothing cancels. In the variable
s = |log(t/x)| (gamma) or |logit t - logit x| (beta) the integrand is smooth and log-concave and falls from its start;
Gauss-Legendre on 40 points up to where it is exp(-40) gives 13 digits for parameters from 1e-6 to 1e3, 10 at 1e5.
Small parameters, whose integrands have two scales, are raised by one first (integration by parts).
Source: Figurnov, Mohamed, Mnih, "Implicit Reparameterization Gradients" (2018), for the idea; the integrals are ours.

`order` counts further derivatives in the parameters at a fixed sample; they are the same integrals with more
logarithms under them, so a slope's own derivatives are slopes again.
"""

from __future__ import annotations

from functools import cache
from math import comb, factorial
from typing import Any

import numpy as np

NEGLIGIBLE = 40.0  # exp(-40) = 4e-18 of the integrand's first value: where the integrals are cut
POINTS = 40
BLOCK = 4096  # elements at a time: their table of nodes is 1.3 MB


def log_gamma_slope(a: Any, y: Any, *, order: int = 0) -> Any:
    """d y / d a at a fixed quantile for y the logarithm of a Gamma(a, 1) sample; differentiated `order` times in a."""
    return _blockwise(_log_gamma_slope, (a, y), order=order)


def logit_beta_slope(a: Any, b: Any, x: Any, *, orders: tuple[int, int] = (0, 0)) -> Any:
    """d logit(x) / d a at a fixed quantile of Beta(a, b); differentiated `orders` times in a and in b."""
    return _blockwise(_logit_beta_slope, (a, b, x), orders=orders)


def _blockwise(fn: Any, operands: tuple[Any, ...], **params: Any) -> np.ndarray:
    """fn on float64 vectors of at most BLOCK elements; the result has the operands' shape and common dtype."""
    arrays = np.broadcast_arrays(*operands)
    flat = [x.astype(np.float64).ravel() for x in arrays]
    out = np.empty_like(flat[0])
    with np.errstate(all="ignore"):  # NaN and inf operands give NaN and inf, as in any elementwise function
        for i in range(0, out.size, BLOCK):
            out[i : i + BLOCK] = fn(*(x[i : i + BLOCK] for x in flat), **params)
    return out.reshape(arrays[0].shape).astype(np.result_type(*operands))


# The gamma distribution ------------------------------------------------------------------------------------------


def _log_gamma_slope(a: np.ndarray, y: np.ndarray, *, order: int) -> np.ndarray:
    below = np.exp(y) < a + 0.5  # log t - E[log t] changes sign near here
    out = np.empty_like(a)
    out[below] = _gamma_from_below(a[below], y[below], order)
    out[~below] = _gamma_from_above(a[~below], y[~below], order)
    return out


def _gamma_from_below(a: np.ndarray, y: np.ndarray, order: int) -> np.ndarray:
    """Through P(a, x) = P(a + 1, x) + x p(x) / a, which leaves an integral with the parameter a + 1 >= 1."""
    x, a1 = np.exp(y), a + 1
    psi = [polygamma(j, a1) for j in range(order + 1)]
    end = (NEGLIGIBLE + x) / a1  # never short: the exponent is at most x - (a + 1) s

    def exponent(s: np.ndarray, a1: np.ndarray, x: np.ndarray) -> np.ndarray:
        return -a1 * s - x * np.expm1(-s)

    end = _shorten(end, lambda s: (exponent(s, a1, x), x * np.exp(-s) - a1), steps=12)
    s, weights = _nodes(end)
    weights *= np.exp(exponent(s, a1[:, None], x[:, None]))
    moments = [(weights * (-s) ** k).sum(1) for k in range(order + 2)]
    bracket = [
        x * _integral(moments[k:], moments, y, psi, k) + (y - psi[0] if k == 0 else -psi[k]) for k in range(order + 1)
    ]
    return -_over(a, bracket, order)


def _gamma_from_above(a: np.ndarray, y: np.ndarray, order: int) -> np.ndarray:
    x = np.exp(y)
    psi = [polygamma(j, a) for j in range(order + 1)]
    gap = x - a  # at least 1/2: the exponent is at most -gap (e^s - 1) and at most -gap s - x s^2/2
    end = np.minimum(np.log1p(NEGLIGIBLE / gap), 2 * NEGLIGIBLE / (gap + np.sqrt(gap * gap + 2 * NEGLIGIBLE * x)))

    def exponent(s: np.ndarray, a: np.ndarray, x: np.ndarray) -> np.ndarray:
        return a * s - x * np.expm1(s)

    end = _shorten(end, lambda s: (exponent(s, a, x), a - x * np.exp(s)), steps=3)
    s, weights = _nodes(end)
    weights *= np.exp(exponent(s, a[:, None], x[:, None]))
    moments = [(weights * s**k).sum(1) for k in range(order + 2)]
    return _integral(moments[order:], moments, y, psi, order)


def _integral(shifted: list[Any], moments: list[Any], y: np.ndarray, psi: list[Any], order: int) -> np.ndarray:
    """The `order`-th derivative in a of moments[1] + (y - psi(a)) moments[0], where each moment's is the next one."""
    out = shifted[1] + (y - psi[0]) * shifted[0]
    for j in range(1, order + 1):
        out -= comb(order, j) * psi[j] * moments[order - j]
    return out


# The beta distribution -------------------------------------------------------------------------------------------


def _logit_beta_slope(a: np.ndarray, b: np.ndarray, x: np.ndarray, *, orders: tuple[int, int]) -> np.ndarray:
    below = x * (a + b + 1) < a + 0.5
    out = np.empty_like(a)
    out[below] = _beta_from_below(a[below], b[below], x[below], *orders)
    out[~below] = _beta_from_above(a[~below], b[~below], x[~below], *orders)
    return out


def _beta_from_below(a: np.ndarray, b: np.ndarray, x: np.ndarray, i: int, j: int) -> np.ndarray:
    """Through I(a, b) = I(a + 1, b) + x (1 - x) p(x) / a."""
    moments = _beta_moments(a + 1, b, x, i + 1, j, mirrored=False)
    slope = {(k, m): -_centred(moments, a + 1, b, x, k, m) for k in range(i + 1) for m in (j - 1, j) if m >= 0}
    bracket = [
        x * (b * slope[k, j] + (j * slope[k, j - 1] if j else 0)) - _centre(a + 1, a + b, x, k, j) for k in range(i + 1)
    ]
    return x * slope[i, j] + _over(a, bracket, i)


def _beta_from_above(a: np.ndarray, b: np.ndarray, x: np.ndarray, i: int, j: int) -> np.ndarray:
    """Through 1 - I(a, b) = 1 - I(a, b + 1) + x (1 - x) p(x) / b."""
    moments = _beta_moments(a, b + 1, x, i + 1, j, mirrored=True)
    slope = {(k, m): _centred(moments, a, b + 1, x, k, m) for k in (i - 1, i) if k >= 0 for m in range(j + 1)}
    bracket = [
        (1 - x) * (a * slope[i, m] + (i * slope[i - 1, m] if i else 0)) + _centre(a, a + b, x, i, m)
        for m in range(j + 1)
    ]
    return (1 - x) * slope[i, j] + _over(b, bracket, j)


def _beta_moments(
    a: np.ndarray, b: np.ndarray, x: np.ndarray, most_a: int, most_b: int, *, mirrored: bool
) -> dict[tuple[int, int], np.ndarray]:
    """Integrals of t^a (1-t)^b log(t/x)^k log((1-t)/(1-x))^m over logit t beyond logit x, relative to their start."""
    if mirrored:
        a, b, x = b, a, 1 - x
    total = a + b
    end = (NEGLIGIBLE - total * np.log1p(-x)) / a  # never short

    def log_falls(s: np.ndarray, x: np.ndarray) -> np.ndarray:
        """-log((1-t)/(1-x)) at the distance s; log(t/x) is then -s less this."""
        return np.log1p(x * np.expm1(-s))

    def exponent(s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        t = x * np.exp(-s) / (1 + x * np.expm1(-s))
        return -a * s - total * log_falls(s, x), -a + total * t

    end = _shorten(end, exponent, steps=14)
    s, weights = _nodes(end)
    falls = log_falls(s, x[:, None])
    weights *= np.exp(-a[:, None] * s - total[:, None] * falls)
    near, far = -s - falls, -falls
    if mirrored:
        near, far = far, near
    return {
        (k, m): (weights * near**k * far**m).sum(1) for k in range(most_a + 1) for m in range(most_b + 1)
    }


def _centre(a: np.ndarray, total: np.ndarray, x: np.ndarray, i: int, j: int) -> np.ndarray:
    """log x - psi(a) + psi(total), or its derivative in a and in total's other part."""
    out = polygamma(i + j, total)
    if j == 0:
        out = out - polygamma(i, a)
    return out + np.log(x) if i == j == 0 else out


def _centred(moments: dict[tuple[int, int], np.ndarray], a: Any, b: Any, x: Any, i: int, j: int) -> np.ndarray:
    """The derivative of moments[1, 0] + (log x - psi(a) + psi(a + b)) moments[0, 0], i times in a, j times in b."""
    out = moments[i + 1, j]
    for p in range(i + 1):
        for q in range(j + 1):
            out = out + comb(i, p) * comb(j, q) * _centre(a, a + b, x, p, q) * moments[i - p, j - q]
    return out


# Shared ----------------------------------------------------------------------------------------------------------


def _over(a: np.ndarray, numerator: list[np.ndarray], order: int) -> np.ndarray:
    """The `order`-th derivative of numerator / a, given the numerator's derivatives."""
    return sum(
        comb(order, k) * (-1) ** k * factorial(k) / a ** (k + 1) * numerator[order - k] for k in range(order + 1)
    )


def _shorten(end: np.ndarray, exponent: Any, *, steps: int) -> np.ndarray:
    """Where the concave exponent is -NEGLIGIBLE, by Newton's method from the far side, which never overshoots."""
    for _ in range(steps):
        value, slope = exponent(end)
        end = end - (value + NEGLIGIBLE) / slope
    return end


def _nodes(end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights of integrals from 0 to each end, one row each."""
    points, weights = _gauss_legendre()
    return end[:, None] * points, end[:, None] * weights


@cache
def _gauss_legendre() -> tuple[np.ndarray, np.ndarray]:
    points, weights = np.polynomial.legendre.leggauss(POINTS)
    return (points + 1) / 2, weights / 2


def polygamma(n: int, x: np.ndarray) -> np.ndarray:
    """The n-th derivative of digamma, on float64."""
    from scipy import special  # on first use: 60 ms

    return special.digamma(x) if n == 0 else special.polygamma(n, x)
