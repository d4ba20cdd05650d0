"""Random numbers as ops: a position (core/rng) and parameters go in, samples come out; same position, same samples.

Gamma and Dirichlet samples are differentiable in their concentrations; how a sample moves is in ops/implicit. What
is a formula of these (normal with mean and deviation, beta, log-normal) is composed in functions/random. The discrete
samplers are piecewise constant. A position is the last operand where there is another.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.kinds import constant, custom, elementwise
from ..core.rng import draw
from . import implicit
from . import reduction as red
from . import structure as st
from .exponential import exp, log

Shape = tuple[int, ...]


# Continuous ------------------------------------------------------------------------------------------------------


def _uniform(position: np.ndarray, *, shape: Shape, dtype: np.dtype) -> np.ndarray:
    """Uniform in [0, 1), with as many random bits as the dtype's mantissa holds; both parts of a complex number."""
    if dtype.kind == "c":
        return _as_complex(_uniform(position, shape=(*shape, 2), dtype=_part(dtype)), dtype)
    if dtype.itemsize == 2:  # float16 11 bits, bfloat16 8: rounding a float32 could give 1
        bits = 11 if dtype == np.float16 else 8
        return (draw(position, _integers_of, 0, 1 << bits, shape, np.uint16) * np.float32(2.0**-bits)).astype(dtype)
    return draw(position, lambda g: g.random(shape, dtype))


def _normal(position: np.ndarray, *, shape: Shape, dtype: np.dtype) -> np.ndarray:
    """Standard normal; a complex number has variance 1, half in each part."""
    if dtype.kind == "c":
        return _as_complex(_normal(position, shape=(*shape, 2), dtype=_part(dtype)) * math.sqrt(0.5), dtype)
    return _in_drawn_precision(position, "standard_normal", shape, dtype)


def _exponential(position: np.ndarray, *, shape: Shape, dtype: np.dtype) -> np.ndarray:
    """Exponential with rate 1."""
    return _in_drawn_precision(position, "standard_exponential", shape, dtype)


def _cauchy(position: np.ndarray, *, shape: Shape, dtype: np.dtype) -> np.ndarray:
    """Standard Cauchy."""
    return draw(position, lambda g: g.standard_cauchy(shape)).astype(dtype)


uniform = constant(_uniform, promotes=False)
normal = constant(_normal, promotes=False)
exponential = constant(_exponential, promotes=False)
cauchy = constant(_cauchy, promotes=False)


def _in_drawn_precision(position: np.ndarray, method: str, shape: Shape, dtype: np.dtype) -> np.ndarray:
    drawn = np.float64 if dtype == np.float64 else np.float32
    out = draw(position, lambda g: getattr(g, method)(shape, drawn))
    return out if dtype == drawn else out.astype(dtype)


def _part(dtype: np.dtype) -> np.dtype:
    return np.dtype(np.float64 if dtype == np.complex128 else np.float32)


def _as_complex(pairs: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return pairs.view(dtype)[..., 0]


# Discrete --------------------------------------------------------------------------------------------------------


def _integers_of(g: Any, low: int, high: int, shape: Shape, dtype: Any) -> np.ndarray:
    return g.integers(low, high, shape, dtype)


def _integers(position: np.ndarray, *, low: int, high: int, shape: Shape, dtype: np.dtype) -> np.ndarray:
    """Integers from low up to high - 1, every one equally likely."""
    drawn = np.uint64 if high > 1 << 63 else np.int64
    return draw(position, _integers_of, low, high, shape, drawn).astype(dtype, copy=False)


def _permutation(position: np.ndarray, *, n: int, dtype: np.dtype) -> np.ndarray:
    """The integers 0 to n - 1 in random order."""
    return draw(position, lambda g: g.permutation(n)).astype(dtype, copy=False)


def _bernoulli(p: np.ndarray, position: np.ndarray) -> np.ndarray:
    """1 with probability p, else 0. Compared in double precision, so that small probabilities are exact."""
    return (draw(position, lambda g: g.random(p.shape)) < p).astype(p.dtype)


def _poisson(rate: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Poisson counts in the rate's dtype."""
    return draw(position, lambda g: np.asarray(g.poisson(rate.astype(np.float64)))).astype(rate.dtype)


def _binomial(count: np.ndarray, p: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Successes among `count` trials of probability p, in p's dtype."""
    trials, chance = count.astype(np.int64), p.astype(np.float64)
    return draw(position, lambda g: np.asarray(g.binomial(trials, chance))).astype(p.dtype)


def _geometric(position: np.ndarray, *, p: float, shape: Shape, dtype: np.dtype) -> np.ndarray:
    """Trials up to and including the first success; by inversion, so that a small p cannot overflow an integer."""
    u = draw(position, lambda g: g.random(shape))
    return np.maximum(np.ceil(np.log1p(-u) / math.log1p(-p)), 1).astype(dtype)


def _multinomial(weights: np.ndarray, position: np.ndarray, *, samples: int, replacement: bool) -> np.ndarray:
    """Indices into the last axis, each with probability proportional to its weight; weights of 1 or 2 dimensions."""
    rows = np.atleast_2d(weights).astype(np.float64)
    if replacement:
        cumulated = np.cumsum(rows, axis=1)
        u = draw(position, lambda g: g.random((len(rows), samples))) * cumulated[:, -1:]
        out = np.empty(u.shape, np.int64)
        for i, (edges, row) in enumerate(zip(cumulated, u, strict=True)):
            # u may round up to the total: the last index of positive weight is then meant
            out[i] = np.minimum(np.searchsorted(edges, row, side="right"), np.searchsorted(edges, edges[-1]))
    else:  # an exponential race: the first to arrive, at rates given by the weights
        with np.errstate(divide="ignore"):
            arrival = draw(position, lambda g: g.standard_exponential(rows.shape)) / rows
        out = np.argsort(arrival, axis=1, kind="stable")[:, :samples]
    return out.reshape(*weights.shape[:-1], samples)


def _stays(ct: Any, s: Any) -> Any:
    """A count does not move with its probability, almost surely: PyTorch tracks the sample and gives zeros."""
    return (*(st.zeros_like(ct) if wanted else None for wanted in s.wanted[:-1]), None)


bernoulli = custom(_bernoulli, _stays, promotes=False, widens=False)
poisson = custom(_poisson, _stays, promotes=False, widens=False)
binomial = custom(_binomial, _stays, promotes=False, widens=False)
integers = constant(_integers, promotes=False)
permutation = constant(_permutation, promotes=False)
geometric = constant(_geometric, promotes=False)
multinomial = constant(_multinomial, promotes=False)


# Differentiable in their parameters ------------------------------------------------------------------------------


def _standard_gamma(concentration: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Gamma samples with rate 1, at least the smallest normal number, so that their logarithm exists."""
    out = np.asarray(draw(position, lambda g: g.standard_gamma(concentration.astype(np.float64))))
    return np.maximum(out, np.finfo(concentration.dtype).tiny).astype(concentration.dtype)


def _standard_gamma_vjp(ct: Any, s: Any) -> Any:
    return ct * s.out * log_gamma_slope(s.x, log(s.out), order=0), None


def _dirichlet(concentration: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Dirichlet samples along the last axis, strictly between 0 and 1.

    Gamma samples of small concentration underflow, so their logarithms are taken: G(a) = G(a + 1) U^(1/a) in law.
    """
    a = concentration.astype(np.float64)
    above, u = draw(position, lambda g: (np.asarray(g.standard_gamma(a + 1)), g.random(a.shape)))
    log_gamma = np.log(above) + np.log1p(-u) / a
    odds = np.exp(log_gamma - log_gamma.max(axis=-1, keepdims=True, initial=-np.inf))
    info = np.finfo(concentration.dtype)
    out = odds / odds.sum(axis=-1, keepdims=True)
    highest = 1.0 if a.shape[-1:] == (1,) else 1.0 - float(info.epsneg)
    return np.clip(out, float(info.tiny), highest).astype(concentration.dtype)


def _dirichlet_vjp(ct: Any, s: Any) -> Any:
    """x_i moves as a Beta(a_i, rest) sample does, and the others make room for it in proportion."""
    a, x = s.x, s.out
    if a.shape[-1] == 1:
        return st.zeros_like(ct), None
    rest = red.sum(a, axis=-1, keepdims=True) - a
    slope = logit_beta_slope(a, rest, x, orders=(0, 0))
    return slope * x * (ct - red.sum(ct * x, axis=-1, keepdims=True)), None


standard_gamma = custom(_standard_gamma, _standard_gamma_vjp, saves=("x", "out"), promotes=False, widens=False)
dirichlet = custom(_dirichlet, _dirichlet_vjp, saves=("x", "out"), promotes=False, widens=False)


# The slopes' own derivatives -------------------------------------------------------------------------------------


def _psi(x: np.ndarray, *, n: int) -> np.ndarray:
    """The n-th derivative of digamma."""
    return implicit.polygamma(n, x.astype(np.float64)).astype(x.dtype)


psi = elementwise(_psi, lambda x, *, n: psi(x, n=n + 1))


def _gamma_slope_in_y(x: Any, y: Any, out: Any, *, order: int) -> Any:
    """From d/dy of y' = -(dP/da) / (dP/dy) with dP/dy proportional to exp(a y - e^y)."""
    fall = (x - exp(y)) * out
    if order == 0:
        return psi(x, n=0) - y - fall
    return psi(x, n=order) - fall - order * log_gamma_slope(x, y, order=order - 1)


def _beta_slope_in_x(x: Any, y: Any, z: Any, out: Any, *, orders: tuple[int, int]) -> Any:
    """The same in logit(z), where dP is proportional to z^a (1 - z)^b; x and y are the parameters a and b."""
    i, j = orders
    change = psi(x + y, n=i + j)
    if j == 0:
        change = change - psi(x, n=i)
    if i == j == 0:
        change = change + log(z)
    change = change + (x * (1 - z) - y * z) * out
    if i:
        change = change + i * (1 - z) * logit_beta_slope(x, y, z, orders=(i - 1, j))
    if j:
        change = change - j * z * logit_beta_slope(x, y, z, orders=(i, j - 1))
    return -change / (z * (1 - z))


log_gamma_slope = elementwise(
    implicit.log_gamma_slope,
    lambda x, y, *, order: log_gamma_slope(x, y, order=order + 1),
    _gamma_slope_in_y,
)
logit_beta_slope = elementwise(
    implicit.logit_beta_slope,
    lambda x, y, z, *, orders: logit_beta_slope(x, y, z, orders=(orders[0] + 1, orders[1])),
    lambda x, y, z, *, orders: logit_beta_slope(x, y, z, orders=(orders[0], orders[1] + 1)),
    _beta_slope_in_x,
)
