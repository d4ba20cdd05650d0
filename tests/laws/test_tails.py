"""Values and derivatives to third order are accurate on the whole domain, tails included: against mpmath.

The error allowed is 2e-11 of the derivative itself, plus 1e-15 of what its neighbours in the Taylor series amount to at
the scale of x: next to a zero of a derivative the rounding of x itself shows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint.ops import activations as act
from adjoint.ops import arithmetic as ar
from adjoint.ops import bessel as be
from adjoint.ops import exponential as ex
from adjoint.ops import incomplete as inc
from adjoint.ops import special as sp
from adjoint.ops import trigonometric as tr

mpmath = pytest.importorskip("mpmath")
mp = mpmath.mp

BOTH = [-30.0, -20.0, -8.0, -3.0, -1.3, -0.4, -1e-3, -1e-9, 1e-9, 1e-3, 0.37, 0.9, 1.7, 4.0, 11.0, 20.0, 40.0]
WIDE = [-1e100, -1e8, -300.0, *BOTH, 300.0, 1e8, 1e100]
UNIT = [-1 + 1e-12, -0.999, -0.6, -0.1, -1e-8, 1e-8, 0.05, 0.5, 0.9, 1 - 1e-4, 1 - 1e-12]
POSITIVE = [1e-100, 1e-8, 1e-3, 0.4, 1.1, 3.0, 25.0, 1e4, 1e100]
INSIDE = [1e-12, 1e-3, 0.3, 0.49, 0.7, 0.99, 1 - 1e-9]


def sigmoid(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x))


def softplus(x: Any) -> Any:
    return mpmath.log1p(mpmath.exp(x))


def ndtr(x: Any) -> Any:
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def erfcx(x: Any) -> Any:
    return mpmath.exp(x * x) * mpmath.erfc(x)


def gelu_tanh(x: Any) -> Any:
    return x * sigmoid(2 * mpmath.sqrt(2 / mpmath.pi) * (x + mpmath.mpf(0.044715) * x**3))


def sinc(x: Any) -> Any:
    return mpmath.sinc(mpmath.pi * x)


class Exactly:
    """A reference that gives its own k-th derivative, (x, k) -> value, where mpmath's differences would be slow."""

    def __init__(self, derivative: Callable[[Any, int], Any]) -> None:
        self.derivative = derivative


def neighbours(family: Callable[[int, Any], Any], n: int, sign: int, half: float) -> Callable[[Any, int], Any]:
    """The derivatives of a Bessel function: C' = half (C_(n-1) + sign C_(n+1)), k times over."""
    return lambda x, k: half**k * sum(sign**i * math.comb(k, i) * family(n - k + 2 * i, x) for i in range(k + 1))


def k_of(n: int) -> Exactly:
    return Exactly(neighbours(mpmath.besselk, n, 1, -0.5))


def y_of(n: int) -> Exactly:
    return Exactly(neighbours(mpmath.bessely, n, -1, 0.5))


def scaled(derivative: Callable[[Any, int], Any], sign: Callable[[Any], int]) -> Exactly:
    """exp(sign(x) x) times the function, by Leibniz."""
    return Exactly(lambda x, k: mpmath.exp(sign(x) * x) * sum(
        math.comb(k, i) * sign(x) ** (k - i) * derivative(x, i) for i in range(k + 1)))


def ive(n: int) -> Exactly:
    return scaled(neighbours(mpmath.besseli, n, 1, 0.5), lambda x: -1 if x > 0 else 1)


def kve(n: int) -> Exactly:
    return scaled(neighbours(mpmath.besselk, n, 1, -0.5), lambda x: 1)


CASES: dict[str, tuple[Callable[[Any], Any], Any, list[float]]] = {
    "exp": (ex.exp, mpmath.exp, BOTH),
    "exp2": (ex.exp2, lambda x: 2**x, BOTH),
    "expm1": (ex.expm1, mpmath.expm1, BOTH),
    "log": (ex.log, mpmath.log, POSITIVE),
    "log2": (ex.log2, lambda x: mpmath.log(x, 2), POSITIVE),
    "log10": (ex.log10, mpmath.log10, POSITIVE),
    "log1p": (ex.log1p, mpmath.log1p, [-1 + 1e-12, -0.9, -1e-3, -1e-12, *POSITIVE]),
    "sigmoid": (ex.sigmoid, sigmoid, BOTH),
    "logit": (ex.logit, lambda x: mpmath.log(x / (1 - x)), INSIDE),
    "log_sigmoid": (ex.log_sigmoid, lambda x: -softplus(-x), BOTH),
    "softplus": (lambda x: ex.softplus(x, beta=1.0, threshold=None), softplus, BOTH),
    "softplus with beta": (lambda x: ex.softplus(x, beta=2.5, threshold=None), lambda x: softplus(2.5 * x) / 2.5, BOTH),
    "logaddexp": (lambda x: ex.logaddexp(x, ad.tensor(0.5, dtype=ad.float64)),
                  lambda x: mpmath.log(mpmath.exp(x) + mpmath.exp(0.5)), BOTH),
    "logaddexp2": (lambda x: ex.logaddexp2(x, ad.tensor(0.5, dtype=ad.float64)),
                   lambda x: mpmath.log(2**x + mpmath.sqrt(2), 2), BOTH),
    "entr": (ex.entr, lambda x: -x * mpmath.log(x), POSITIVE),
    "sqrt": (ar.sqrt, mpmath.sqrt, POSITIVE[1:]),
    "rsqrt": (ar.rsqrt, lambda x: 1 / mpmath.sqrt(x), POSITIVE[1:]),
    "cbrt": (ar.cbrt, mpmath.cbrt, POSITIVE[1:]),
    "reciprocal": (ar.reciprocal, lambda x: 1 / x, POSITIVE[1:-1]),
    "hypot": (lambda x: ar.hypot(x, ad.tensor(3.0, dtype=ad.float64)), lambda x: mpmath.sqrt(x * x + 9), BOTH),
    "sin": (tr.sin, mpmath.sin, BOTH),
    "tan": (tr.tan, mpmath.tan, BOTH),
    "sinh": (tr.sinh, mpmath.sinh, BOTH),
    "tanh": (tr.tanh, mpmath.tanh, BOTH),
    "arcsin": (tr.arcsin, mpmath.asin, UNIT),
    "arccos": (tr.arccos, mpmath.acos, UNIT),
    "arctan": (tr.arctan, mpmath.atan, WIDE),
    "arcsinh": (tr.arcsinh, mpmath.asinh, WIDE),
    "arccosh": (tr.arccosh, mpmath.acosh, [1 + 1e-12, 1 + 1e-5, 1.2, 3.0, 50.0, 1e8, 1e100]),
    "arctanh": (tr.arctanh, mpmath.atanh, UNIT),
    "arctan2": (lambda x: tr.arctan2(x, ad.tensor(2.0, dtype=ad.float64)), lambda x: mpmath.atan2(x, 2), WIDE),
    "sinc": (tr.sinc, sinc, [0.0, 1e-12, 1e-5, 0.1, 0.45, 0.9, 1.0, 1.2, 1.7, 2.3, 9.3, -0.3, -2.6, 50.3]),
    "erf": (sp.erf, mpmath.erf, [-8.0, -5.0, -2.0, -0.3, -1e-9, 1e-9, 0.2, 1.5, 4.0, 9.0]),
    "erfc": (sp.erfc, mpmath.erfc, [-8.0, -2.0, -0.3, 0.2, 1.5, 4.0, 9.0, 25.0]),
    "erfcx": (sp.erfcx, erfcx, [-20.0, -5.0, -1.0, -0.1, 0.2, 0.7, 0.99, 1.01, 1.49, 1.51, 5.0, 30.0, 1e4]),
    "erfinv": (sp.erfinv, mpmath.erfinv, UNIT),
    "ndtr": (sp.ndtr, ndtr, [-35.0, -9.0, -2.0, -0.3, 0.2, 1.5, 4.0, 12.0]),
    "log_ndtr": (sp.log_ndtr, lambda x: mpmath.log(ndtr(x)),
                 [-1e4, -100.0, -2.01, -1.99, -6.0, -3.0, -1.0, -0.2, 0.4, 2.0, 6.0, 12.0]),
    "lgamma": (sp.lgamma, mpmath.loggamma, [1e-8, 0.1, 0.9, 1.3, 3.0, 20.0, 1e4]),
    "digamma": (sp.digamma, mpmath.digamma, [1e-8, 0.1, 0.9, 1.3, 3.0, 20.0, 1e4]),
    "i0": (be.i0, lambda x: mpmath.besseli(0, x), BOTH),
    "i1": (be.i1, lambda x: mpmath.besseli(1, x), BOTH),
    "i0e": (be.i0e, ive(0), [*BOTH, 19.9, 20.1, 1e4, 1e8]),
    "i1e": (be.i1e, ive(1), [*BOTH, 19.9, 20.1, 1e4, 1e8]),
    "k0": (be.k0, k_of(0), POSITIVE[1:7]),
    "k1": (be.k1, k_of(1), POSITIVE[1:7]),
    "k0e": (be.k0e, kve(0), [*POSITIVE[1:8], 19.9, 20.1, 1e6]),
    "k1e": (be.k1e, kve(1), [*POSITIVE[1:8], 19.9, 20.1, 1e6]),
    "j0": (be.j0, lambda x: mpmath.besselj(0, x), [0.1, 1.0, 3.0, 10.0, 40.0]),
    "j1": (be.j1, lambda x: mpmath.besselj(1, x), [0.1, 1.0, 3.0, 10.0, 40.0]),
    "y0": (be.y0, y_of(0), [0.1, 1.0, 3.0, 10.0, 40.0]),
    "y1": (be.y1, y_of(1), [0.1, 1.0, 3.0, 10.0, 40.0]),
    "spherical_bessel_j0": (be.spherical_bessel_j0, mpmath.sinc, [1e-9, 0.3, 2.0, 4.9, 5.1, 30.0]),
    "airy_ai": (be.airy_ai, mpmath.airyai, [-10.0, -2.0, -0.1, 0.2, 3.0, 8.0]),
    "silu": (act.silu, lambda x: x * sigmoid(x), BOTH),
    "mish": (act.mish, lambda x: x * mpmath.tanh(softplus(x)), BOTH),
    "gelu": (act.gelu, lambda x: x * ndtr(x), [-35.0, *BOTH[2:14]]),
    "gelu_tanh": (act.gelu_tanh, gelu_tanh, [-8.0, -3.0, -1.3, -0.4, -1e-3, 1e-9, 0.37, 1.7, 4.0, 8.0]),
    "tanhshrink": (act.tanhshrink, lambda x: x - mpmath.tanh(x), BOTH),
    "softsign": (act.softsign, lambda x: x / (1 + abs(x)), WIDE),
}

def derivatives(op: Callable[[Any], Any], points: list[float]) -> list[Any]:
    """Value and derivatives to third order at the points."""
    x = ad.tensor(np.array(points), requires_grad=True)
    rows = [op(x)]
    for _ in range(3):
        if not rows[-1].requires_grad:  # constant from here on
            rows.append(np.zeros(len(points)))
            continue
        rows.append(ad.autograd.grad(rows[-1], x, ad.tensor(np.ones(len(points))), create_graph=True)[0])
    return [r if isinstance(r, np.ndarray) else r.detach().numpy() for r in rows]


def exact_derivatives(reference: Any, p: Any) -> list[float]:
    """The reference's value and derivatives at p, by differences at steps proportional to p."""
    if isinstance(reference, Exactly):
        return [float(mpmath.re(reference.derivative(p, k))) for k in range(4)]
    scale = abs(p) or mpmath.mpf(1)
    differences = mpmath.diffs(lambda t: reference(p + scale * t), 0, 3)
    return [float(mpmath.re(d) / scale**k) for k, d in enumerate(differences)]


@pytest.mark.parametrize("name", CASES)
def test_derivatives_are_accurate_to_third_order(name: str) -> None:
    op, reference, points = CASES[name]
    got = np.array(derivatives(op, points))
    with mp.workdps(45 if isinstance(reference, Exactly) else 110):
        exact = np.array([exact_derivatives(reference, mpmath.mpf(p)) for p in points]).T
    size = np.maximum(np.absolute(points), 1e-300)
    with np.errstate(over="ignore"):
        neighbour = np.maximum(np.absolute(np.roll(exact, 1, 0)) / size, np.absolute(np.roll(exact, -1, 0)) * size)
        neighbour[0], neighbour[3] = np.absolute(exact[1]) * size, np.absolute(exact[2]) / size
    bound = 2e-11 * np.absolute(exact) + 1e-15 * np.minimum(neighbour, 1e300) + 1e-300
    wrong = ~(np.absolute(got - exact) <= bound)
    assert not wrong.any(), [
        (f"order {k} at {points[i]}", float(got[k, i]), float(exact[k, i])) for k, i in np.argwhere(wrong)]


PARAMETERS = [(1e-3, 0.5), (0.3, 1e-4), (0.3, 3.0), (1.0, 1.0), (2.5, 9.0), (10.0, 10.0), (100.0, 80.0), (100.0, 120.0)]


@pytest.mark.parametrize("order", [(1, 0), (0, 1), (2, 0), (1, 1), (1, 2), (3, 0)])
def test_the_incomplete_gamma_function_is_accurate_in_its_parameter_too(order: tuple[int, int]) -> None:
    got = mixed(inc.gammainc, PARAMETERS, order)
    with mp.workdps(40):
        exact = [float(mpmath.diff(lambda a, x: mpmath.gammainc(a, 0, x, regularized=True), p, order))
                 for p in PARAMETERS]
    np.testing.assert_allclose(got, exact, rtol=2e-10)


@pytest.mark.parametrize("order", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (2, 0, 0), (1, 1, 0), (0, 1, 1)])
def test_the_incomplete_beta_function_is_accurate_in_its_parameters_too(order: tuple[int, int, int]) -> None:
    points = [(1e-2, 0.5, 0.3), (0.3, 0.7, 0.9), (2.5, 3.0, 0.2), (10.0, 30.0, 0.25), (100.0, 0.5, 0.99)]
    got = mixed(inc.betainc, points, order)
    with mp.workdps(30):
        exact = [float(mpmath.diff(lambda a, b, x: mpmath.betainc(a, b, 0, x, regularized=True), p, order))
                 for p in points]
    np.testing.assert_allclose(got, exact, rtol=2e-10)


def mixed(op: Callable[..., Any], points: list[Any], order: tuple[int, ...]) -> Any:
    """The mixed derivative of this order in each operand, at the points."""
    operands = [ad.tensor(np.array(column), requires_grad=True) for column in zip(*points, strict=True)]
    out = op(*operands)
    for x, n in zip(operands, order, strict=True):
        for _ in range(n):
            (out,) = ad.autograd.grad(out, x, ad.tensor(np.ones(len(points))), create_graph=True)
    return out.detach().numpy()
