"""scipy.special's gamma, beta, binomial and zeta functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sc
from scipy.special import _ufuncs

from ..core.kinds import constant, elementwise
from ..ops.arithmetic import annihilate
from ..ops.special import digamma, in_double
from .special_parts import speaks_for

# Gamma

_BERNOULLI = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160)


def _digamma_step(x: Any, y: Any, order: int) -> Any:
    """psi_n(x + y) - psi_n(x), n = order; where x and x + y are large, from the difference of Stirling's series."""
    a, b = np.broadcast_arrays(in_double(x), in_double(y))
    far = (a > 15) & (a + b > 15)
    u, v = np.where(far, a, 20.0), np.where(far, b, 1.0)
    grown = np.log1p(v / u)

    def change(power: int) -> Any:
        return np.expm1(-power * grown) / u**power  # (u + v)^-power - u^-power

    if order == 0:
        total = grown - 0.5 * change(1)
        for k, c in enumerate(_BERNOULLI, 1):
            total = total - c * change(2 * k)
    else:
        total = math.factorial(order - 1) * change(order) + 0.5 * math.factorial(order) * change(order + 1)
        for k, c in enumerate(_BERNOULLI, 1):
            total = total + c * math.prod(range(2 * k, 2 * k + order)) * change(2 * k + order)
        total = (-1) ** (order + 1) * total
    near = sc.polygamma(order, a + b) - sc.polygamma(order, a) if order else sc.psi(a + b) - sc.psi(a)
    return np.where(far, total, near).astype(np.result_type(x, y), copy=False)


def _polygamma_at(x: Any, order: int) -> Any:
    from ..ops.special import polygamma

    return polygamma(x, n=order) if order else digamma(x)


digamma_step = elementwise(
    _digamma_step,
    lambda x, y, *, order: digamma_step(x, y, order=order + 1),
    lambda x, y, *, order: _polygamma_at(x + y, order + 1),
)


def _rgamma_slope(x: Any) -> Any:
    """Of 1/gamma; left of 1/2 by reflection, which is smooth at 0, -1, -2, ... where psi has its poles."""
    left = np.real(x) < 0.5
    low, high = np.where(left, x, 0.25), np.where(left, 0.75, x)
    turn = math.pi * low
    below = gamma(1 - low) * (np.cos(turn) - np.sin(turn) * digamma(1 - low) / math.pi)
    return np.where(left, below, -digamma(high) * rgamma(high))


gamma = elementwise(sc.gamma, lambda out, x: annihilate(out, digamma(x)))
rgamma = elementwise(sc.rgamma, _rgamma_slope)
loggamma = elementwise(sc.loggamma, lambda x: digamma(x))
gammasgn = constant(sc.gammasgn, integer=False)
poch = elementwise(
    sc.poch,
    lambda out, x, y: annihilate(out, digamma_step(x, y, order=0)),
    lambda out, x, y: annihilate(out, digamma(x + y)),
)

# Beta and binomial coefficients

beta = elementwise(
    sc.beta,
    lambda out, x, y: -annihilate(out, digamma_step(x, y, order=0)),
    lambda out, x, y: -annihilate(out, digamma_step(y, x, order=0)),
)
betaln = elementwise(
    sc.betaln, lambda x, y: -digamma_step(x, y, order=0), lambda x, y: -digamma_step(y, x, order=0))


def _pole(x: Any) -> Any:
    """Where x is 0, -1, -2, ... or so near that psi, whose pole 1/gamma cancels, leaves few digits."""
    return (x < 0.5) & (np.absolute(x - np.rint(x)) < 0.05)


def _binom_in_k(x: Any, y: Any, out: Any) -> Any:
    """out (psi(n - k + 1) - psi(k + 1)); where one of them has its pole, by the product rule of 1/gamma."""
    up, down = y + 1, x - y + 1
    pole = _pole(up) | _pole(down)
    plain = out * (digamma(np.where(pole, 1, down)) - digamma(np.where(pole, 1, up)))
    a, b = np.where(pole, up, 1), np.where(pole, down, 1)
    odd = gamma(np.where(pole, x, 1) + 1) * (_rgamma_slope(a) * rgamma(b) - rgamma(a) * _rgamma_slope(b))
    return np.where(pole, odd, plain)


def _binom_in_n(x: Any, y: Any, out: Any) -> Any:
    up, down = y + 1, x - y + 1
    pole = _pole(down)
    plain = out * digamma_step(np.where(pole, 1, down), np.where(pole, 0, y), order=0)
    n, low = np.where(pole, x, 1) + 1, np.where(pole, down, 1)
    odd = gamma(n) * rgamma(up) * (digamma(n) * rgamma(low) + _rgamma_slope(low))
    return np.where(pole, odd, plain)


binom = elementwise(sc.binom, lambda x, y, out: _binom_in_n(x, y, out), lambda x, y, out: _binom_in_k(x, y, out))

# Zeta: Euler and Maclaurin's sum, in truncated Taylor series in s

_EM = [b / math.factorial(2 * k) for k, b in enumerate(
    (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330), 1)]


def _zeta_derivative(x: Any, y: Any, order: int) -> Any:
    """The `order`-th derivative in x of sum (k + y)^-x, k = 0, 1, ...; y > 0, x > 1."""
    s, q = np.broadcast_arrays(in_double(x), in_double(y))

    def term(base: Any, factor: list[Any]) -> Any:
        """The order-th derivative of base^-s times a factor, given by its Taylor coefficients in s."""
        slope = -np.log(base)
        return base**-s * math.factorial(order) * sum(
            factor[j] * slope ** (order - j) / math.factorial(order - j) for j in range(min(len(factor), order + 1)))

    total = np.zeros_like(s)
    for k in range(12):
        total = total + term(q + k, [1.0])
    end = q + 12
    pole = [(-1) ** j * (s - 1) ** (-1.0 - j) for j in range(order + 1)]
    total = total + term(end, [end * c for c in pole]) + 0.5 * term(end, [1.0])
    rising: list[Any] = [s, np.ones_like(s)]  # s (s + 1) ... in powers of a small change of s
    for k, c in enumerate(_EM, 1):
        total = total + c * term(end, [r / end ** (2 * k - 1) for r in rising])
        for j in (2 * k - 1, 2 * k):
            rising = [r * (s + j) + below for r, below in zip([*rising, 0.0], [0.0, *rising])]
    return total.astype(np.result_type(x, y), copy=False)


def _hurwitz_zeta(x: Any, y: Any) -> Any:
    return sc.zeta(x, y)


zeta_derivative = elementwise(
    _zeta_derivative,
    lambda x, y, *, order: zeta_derivative(x, y, order=order + 1),
    lambda x, y, *, order: -x * zeta_derivative(x + 1, y, order=order) - order * zeta_derivative(
        x + 1, y, order=order - 1) if order else -x * zeta_derivative(x + 1, y, order=0),
)
hurwitz_zeta = elementwise(
    _hurwitz_zeta, lambda x, y: zeta_derivative(x, y, order=1), lambda x, y: -x * hurwitz_zeta(x + 1, y))
speaks_for(_ufuncs._zeta, hurwitz_zeta)


def _zeta_slope(x: Any) -> Any:
    """Of Riemann's zeta, for x > 1; below, by zeta(s) = 2 (2 pi)^(s-1) sin(pi s / 2) gamma(1 - s) zeta(1 - s)."""
    right = x > 1
    far = np.where(right, x, 2)
    here = zeta_derivative(far, np.ones_like(far), order=1)
    t = 1 - np.where(right, -1, x)
    left = (t > 1) & ~right
    t = np.where(left, t, 2)
    front = 2 * np.exp(-t * math.log(2 * math.pi)) * gamma(t)
    value, slope = hurwitz_zeta(t, np.ones_like(t)), zeta_derivative(t, np.ones_like(t), order=1)
    turn = (math.pi / 2) * (1 - t)
    below = front * (np.sin(turn) * ((math.log(2 * math.pi) - digamma(t)) * value - slope)
                     + (math.pi / 2) * np.cos(turn) * value)
    between = np.where(right | left, 0.5, x)
    # in the critical strip, and at 0 and 1, Euler and Maclaurin's sum holds too
    inside = zeta_derivative(between, np.ones_like(between), order=1)
    return np.where(right, here, np.where(left, below, inside))


def _riemann_zeta(x: Any) -> Any:
    return sc.zeta(x)


riemann_zeta = elementwise(_riemann_zeta, _zeta_slope)
zetac = elementwise(sc.zetac, _zeta_slope)
speaks_for(_ufuncs._riemann_zeta, riemann_zeta)
