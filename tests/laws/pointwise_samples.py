"""Samples of elementwise ops: where each is defined, which hold for complex numbers, and those with parameters."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Samples = list[tuple[tuple[Any, ...], dict[str, Any]]]


def uniform(low: float, high: float, *shape: int, seed: int = 0) -> np.ndarray[Any, Any]:
    """Numbers between low and high, the same at each call."""
    return np.asarray(np.random.default_rng([seed, *shape]).uniform(low, high, shape))


# Intervals in which samples are drawn, besides (0.25, 0.85): negative numbers, beyond 1, both sides of a kink.
DOMAINS: dict[str, tuple[tuple[float, float], ...]] = {
    "arccosh": ((1.2, 3.0),),
    "rsqrt_square_minus_one": ((1.2, 3.0),),
    "erfcinv": ((0.3, 0.8), (1.2, 1.7)),
    "zeta": ((1.6, 3.0),),
    "k0": ((0.6, 2.0), (3.0, 9.0)), "k1": ((0.6, 2.0), (3.0, 9.0)),
    "y0": ((0.6, 2.0), (6.0, 12.0)), "y1": ((0.6, 2.0), (6.0, 12.0)),
    "k0e": ((0.6, 2.0), (15.0, 30.0)), "k1e": ((0.6, 2.0), (15.0, 30.0)),
    "i0e": ((0.3, 2.0), (-30.0, -15.0)), "i1e": ((0.3, 2.0), (-30.0, -15.0)),
    "gammaln": ((0.6, 3.0), (-2.8, -2.2)), "digamma": ((0.6, 3.0), (-2.8, -2.2)),
    "gammainc": ((0.6, 2.0),), "gammaincc": ((0.6, 2.0),), "gamma_density": ((0.6, 2.0),),
    "remainder": ((0.55, 0.95),), "fmod": ((0.55, 0.95),),
    "divide": ((0.5, 1.5), (-1.5, -0.5)), "reciprocal": ((0.5, 1.5), (-1.5, -0.5)),
    "ratio": ((0.5, 1.5), (-1.5, -0.5)),
    "power": ((0.5, 1.8),), "float_power": ((0.5, 1.8),),
    "tan": ((-1.2, 1.2), (2.0, 4.0)), "sec_squared": ((-1.2, 1.2), (2.0, 4.0)),
    "hardsigmoid": ((-2.5, 2.5), (3.2, 5.0), (-5.0, -3.2)), "hardswish": ((-2.5, 2.5), (3.2, 5.0), (-5.0, -3.2)),
    **dict.fromkeys((
        "absolute", "fabs", "copysign", "relu", "prelu", "exp_below", "softsign", "cbrt", "frac", "tanhshrink",
        "sinc", "bell", "sigmoid", "log_sigmoid", "silu", "mish", "gelu", "gelu_tanh", "arcsinh", "arctan", "sinh",
        "cosh", "tanh", "sech_squared", "erf", "erfc", "ndtr", "gaussian", "normal_density", "log_ndtr", "erfcx",
        "j0", "j1", "i0", "i1", "airy_ai", "airy_ai_prime", "spherical_bessel_j0", "square", "exp",
        "exp2", "expm1", "sin", "cos", "negative", "multiply", "subtract", "arctan2", "logaddexp", "logaddexp2",
        "squared_error", "rsqrt_one_plus_square", "inverse_one_plus_square"),
        ((0.3, 2.0), (-2.0, -0.3))),
    "unit": ((0.4, 2.0), (-2.0, -0.4)), "hypot": ((0.4, 2.0), (-2.0, -0.4)),
    **dict.fromkeys((
        "arcsin", "arccos", "arctanh", "erfinv", "log1p", "rsqrt_one_minus_square", "inverse_one_minus_square"),
        ((-0.8, -0.2), (0.2, 0.8))),
}

# Ops that take complex numbers as well.
COMPLEX = (
    "add", "subtract", "multiply", "divide", "positive", "negative", "reciprocal", "square", "sqrt", "rsqrt", "power",
    "float_power", "absolute", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sigmoid", "bell",
    "complex_logaddexp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sec_squared", "sech_squared", "arcsin", "arccos",
    "arctan", "arcsinh", "arccosh", "arctanh", "rsqrt_one_minus_square", "rsqrt_one_plus_square",
    "rsqrt_square_minus_one", "inverse_one_minus_square", "inverse_one_plus_square", "annihilate", "gap", "ratio",
    "lerp", "squared_error", "silu",
)

# Operands that a rule says it cannot differentiate, which the samples therefore give as numbers.
FIXED: dict[str, tuple[int, ...]] = {"zeta": (0,)}


def _apart(*shape: int, seed: int = 0) -> np.ndarray[Any, Any]:
    """Distinct numbers, at least 0.1 from each other and from 0, 0.5, 1 and 2."""
    n = math.prod(shape)
    return np.random.default_rng([seed, n]).permutation(np.arange(n) * 0.31 - 0.155 * n + 0.06).reshape(shape)


def _one(*params: dict[str, Any], low: float = -2.0, high: float = 2.0, complex: bool = False) -> Callable[[], Samples]:
    """One operand, with each of the parameters."""

    def made() -> Samples:
        found: Samples = [((x,), p) for p in params or ({},)
                          for x in (uniform(low, high, 2, 3), uniform(low, high, seed=1))]
        if complex:
            found += [((uniform(low, high, 3, seed=2) + 1j * uniform(-1, 1, 3, seed=3),), p) for p in params or ({},)]
        return found

    return made


def _two(*params: dict[str, Any], low: float = 0.4, high: float = 2.0, complex: bool = False) -> Callable[[], Samples]:
    """Two operands, one broadcast, with each of the parameters."""

    def made() -> Samples:
        x, y = uniform(low, high, 2, 3), uniform(low, high, 3, seed=1)
        found: Samples = [((x, y), p) for p in params or ({},)]
        found.append(((x[0, 0, ...], y[0, ...]), found[0][1]))
        if complex:
            found += [((x + 0.3j, y - 0.4j), p) for p in params or ({},)]
        return found

    return made


_SCALED = tuple({"n": n, "order": k} for n, k in ((0, 1), (1, 2)))
_POSITION = np.array([7, 1], np.uint64)

WRITTEN: dict[str, Callable[[], Samples]] = {
    "power_log": _two({"n": 1}, {"n": 2}, complex=True),
    "power_constant": lambda: [((uniform(0.4, 2, 2, 3),), {"exponent": p}) for p in (3, 0.5, -1, 2, 1, 0, -2.5)]
    + [((uniform(-2, -0.4, 3) + 0.3j,), {"exponent": p}) for p in (2, 3, 0.5)],
    "direction": _one(complex=True, low=0.3),
    "sgn": _one(complex=True, low=0.3),
    "sign": _one(complex=True, low=0.3),
    "phase": _one(complex=True, low=0.3),
    "angle": _one(complex=True, low=0.3),
    "from_parts": lambda: [((uniform(0, 1, 2, 3), uniform(0, 1, 2, 3, seed=1)), {})],
    "polar": _two(),
    "conjugate": _one(complex=True),
    "maximum": lambda: [((_apart(3, 4), _apart(3, 4, seed=1) + 0.15), {})],
    "minimum": lambda: [((_apart(3, 4), _apart(3, 4, seed=1) + 0.15), {})],
    "fmax": lambda: [((_apart(3, 4), _apart(3, 4, seed=1) + 0.15), {})],
    "fmin": lambda: [((_apart(3, 4), _apart(3, 4, seed=1) + 0.15), {})],
    "clamp_min": lambda: [((_apart(3, 4), _apart(4, seed=1) + 0.15), {})],
    "clamp_max": lambda: [((_apart(3, 4), _apart(4, seed=1) + 0.15), {})],
    "clip": lambda: [((_apart(3, 4), np.array(-0.83), np.array(0.71)), {}),
                     ((_apart(3, 4), np.full(4, 0.71), np.array(-0.83)), {})],
    "clamp": lambda: [((_apart(3, 4),), p) for p in (
        {"min": -0.83, "max": None}, {"min": None, "max": 0.71}, {"min": -0.83, "max": 0.71})],
    "lerp": lambda: [((uniform(0, 1, 2, 3), uniform(2, 3, 2, 3), w), {})
                     for w in (np.array(0.3), uniform(0.55, 0.9, 3))],
    "modf": _one(low=0.2, high=0.8),
    "frexp": _one(low=0.55, high=0.95),
    "ldexp": lambda: [((uniform(0, 1, 2, 3), np.array([1, -2, 3])), {})],
    "softplus": _one({"beta": 1.0, "threshold": 20.0}, {"beta": 2.5, "threshold": None}, complex=True),
    "psi": _one({"n": 0}, {"n": 2}, low=0.5),
    "polygamma": _one({"n": 1}, {"n": 2}, low=0.5),
    "multigammaln": _one({"p": 3}, low=1.6, high=3.0),
    "log_gamma_slope": lambda: [((uniform(0.5, 2, 3), uniform(-1, 1, 3)), {"order": n}) for n in (0, 1)],
    "logit_beta_slope": lambda: [((uniform(0.5, 2, 3), uniform(0.5, 2, 3, seed=1), uniform(0.3, 0.7, 3)),
                                  {"orders": orders}) for orders in ((0, 0), (1, 0))],
    "erfcx_derivative": _one({"order": 1}, {"order": 3}),
    "inverse_mills": _one({"order": 0}, {"order": 2}),
    "sine_ratio": _one({"order": 0}, {"order": 2}),
    "bessel_j": _one({"n": 0}, {"n": 2}, low=0.5),
    "bessel_y": _one({"n": 0}, {"n": 2}, low=0.8),
    "bessel_i": _one({"n": 0}, {"n": 2}, low=0.5),
    "bessel_k": _one({"n": 0}, {"n": 2}, low=0.8),
    "scaled_bessel_i": _one(*_SCALED, low=0.5),
    "scaled_bessel_k": _one(*_SCALED, low=0.8),
    "gammainc_parameter": _two({"order": 1}, {"order": 2}, low=0.6),
    "betainc_parameters": lambda: [((uniform(0.6, 2, 3), uniform(0.6, 2, 3, seed=1), uniform(0.3, 0.7, 3)),
                                    {"order": order}) for order in ((1, 0), (0, 1), (1, 1))],
    "leaky_relu": lambda: [((_apart(3, 4),), {"negative_slope": 0.1})],
    "hardtanh": lambda: [((_apart(3, 4),), {"min_val": -0.83, "max_val": 0.71})],
    "softshrink": lambda: [((_apart(3, 4),), {"lambd": 0.59})],
    "hardshrink": lambda: [((_apart(3, 4),), {"lambd": 0.59})],
    "threshold": lambda: [((_apart(3, 4),), {"threshold": 0.13, "value": -7.0})],
    "elu": lambda: [((_apart(3, 4),), {"alpha": 1.3, "scale": 0.7})],
    "celu": lambda: [((_apart(3, 4),), {"alpha": 1.3})],
    "binary_logits": lambda: [((uniform(-2, 2, 2, 3), uniform(0.1, 0.9, *shape)), {}) for shape in ((2, 3), ())],
    "smooth_absolute": lambda: [((_apart(3, 4),), {"beta": 0.59})],
    "held_above": lambda: [((uniform(0.5, 1, 3),), {"least": 0.1})],
    "polynomial": lambda: [((uniform(-0.9, 0.9, 4), np.array([0, 1, 2, 5])),
                            {"family": family, "shifted": shifted, "order": order})
                           for family, shifted, order in (("chebyshev_t", False, 0), ("chebyshev_w", True, 1),
                                                          ("hermite_h", False, 2), ("laguerre_l", False, 0),
                                                          ("legendre_p", False, 1))],
    "addcmul": lambda: [((uniform(0, 1, 2, 3), uniform(1, 2, 3), uniform(1, 2, 2, 1)), {"value": value})
                        for value in (2.5, -1)],
    "addcdiv": lambda: [((uniform(0, 1, 2, 3), uniform(1, 2, 3), uniform(1, 2, 2, 1)), {"value": 2.5}),
                        ((uniform(0, 1, 3), uniform(1, 2, 3) + 0.5j, uniform(1, 2, 3)), {"value": 1})],
    "round": _one({}, {"decimals": 1}, low=0.06, high=0.14),
    "nan_to_num": lambda: [((_apart(3, 4),), {}), ((np.array([1.0, np.nan, np.inf]),), {"nan": 3.0, "posinf": 7.0})],
    "bernoulli": lambda: [((uniform(0.2, 0.8, 5), _POSITION), {})],
    "poisson": lambda: [((uniform(0.2, 0.8, 5), _POSITION), {})],
    "binomial": lambda: [((np.full(5, 4.5), uniform(0.2, 0.8, 5), _POSITION), {})],
}

# A sample moves with its concentration as the implicit derivative says, not as the same random bits would have it:
# tests/ops/test_implicit holds these against quantile functions. held_above has PyTorch's derivative below its bound.
ELSEWHERE = ("standard_gamma", "dirichlet")
