"""Taylor coefficients by `jet` and `taylor` are those of mpmath to order ten, and agree with nested derivatives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

import adjoint as ad

mpmath = pytest.importorskip("mpmath")

ORDER = 10

# NumPy's (or SciPy's) function, mpmath's, and where.
FUNCTIONS = {
    "exp": (np.exp, mpmath.exp, 0.3),
    "exp2": (np.exp2, lambda x: mpmath.mpf(2) ** x, 0.3),
    "expm1": (np.expm1, mpmath.expm1, 1e-3),
    "log": (np.log, mpmath.log, 1.7),
    "log2": (np.log2, lambda x: mpmath.log(x, 2), 0.9),
    "log10": (np.log10, mpmath.log10, 1.4),
    "log1p": (np.log1p, mpmath.log1p, 0.2),
    "sqrt": (np.sqrt, mpmath.sqrt, 1.3),
    "cbrt": (np.cbrt, mpmath.cbrt, 1.3),
    "square": (np.square, lambda x: x**2, 0.7),
    "reciprocal": (np.reciprocal, lambda x: 1 / x, -1.3),
    "sin": (np.sin, mpmath.sin, 0.8),
    "cos": (np.cos, mpmath.cos, 0.8),
    "tan": (np.tan, mpmath.tan, 0.6),
    "arcsin": (np.arcsin, mpmath.asin, 0.3),
    "arccos": (np.arccos, mpmath.acos, -0.3),
    "arctan": (np.arctan, mpmath.atan, 0.9),
    "sinh": (np.sinh, mpmath.sinh, -0.8),
    "cosh": (np.cosh, mpmath.cosh, 0.8),
    "tanh": (np.tanh, mpmath.tanh, 0.4),
    "arcsinh": (np.arcsinh, mpmath.asinh, 0.7),
    "arccosh": (np.arccosh, mpmath.acosh, 1.9),
    "arctanh": (np.arctanh, mpmath.atanh, 0.3),
    "sinc": (np.sinc, mpmath.sincpi, 0.45),
    "sinc at 0": (np.sinc, mpmath.sincpi, 0.0),
    "integer power": (lambda x: x**5, lambda x: x**5, -1.2),
    "integer power at 0": (lambda x: x**3, lambda x: x**3, 0.0),
    "negative power": (lambda x: x**-3, lambda x: x**-3, 1.4),
    "real power": (lambda x: x**2.5, lambda x: x ** mpmath.mpf("2.5"), 1.4),
    "power in both": (lambda x: (1 + x) ** np.sin(x), lambda x: (1 + x) ** mpmath.sin(x), 0.6),
    "quotient": (lambda x: np.sin(x) / (2 + np.cos(x)), lambda x: mpmath.sin(x) / (2 + mpmath.cos(x)), 0.4),
    "hypot": (lambda x: np.hypot(x, 1 + x), lambda x: mpmath.sqrt(x**2 + (1 + x) ** 2), 0.4),
    "arctan2": (lambda x: np.arctan2(x, 1 + x * x), lambda x: mpmath.atan(x / (1 + x * x)), 0.4),
    "logaddexp": (lambda x: np.logaddexp(x, -2 * x), lambda x: mpmath.log(mpmath.exp(x) + mpmath.exp(-2 * x)), 0.2),
    "abs": (lambda x: np.abs(np.sin(x)), lambda x: -mpmath.sin(x), -0.5),
    "maximum": (lambda x: np.maximum(np.exp(x), x), mpmath.exp, 0.2),
    "where": (lambda x: np.where(x > 0, np.exp(x), 0.0), mpmath.exp, 0.2),
    "composition": (lambda x: np.tanh(np.sin(x) * np.exp(x)),
                    lambda x: mpmath.tanh(mpmath.sin(x) * mpmath.exp(x)), 0.3),
    "logsumexp": (lambda x: np.log(np.sum(np.exp(np.stack([x, 2 * x])))),
                  lambda x: mpmath.log(mpmath.exp(x) + mpmath.exp(2 * x)), 0.1),
    "prod": (lambda x: np.prod(np.stack([x, x + 1, x + 2])), lambda x: x * (x + 1) * (x + 2), 0.0),
    "cumsum": (lambda x: np.cumsum(np.stack([np.exp(x), x * x]))[-1], lambda x: mpmath.exp(x) + x * x, 0.3),
    "det": (lambda x: np.linalg.det(np.stack([np.stack([np.exp(x), x]), np.stack([x * x, np.cos(x)])])),
            lambda x: mpmath.exp(x) * mpmath.cos(x) - x**3, 0.3),
    "solve": (lambda x: np.linalg.solve(np.stack([np.stack([2 + x, x]), np.stack([x * x, 3 + x])]), np.ones(2))[0],
              lambda x: 3 / ((2 + x) * (3 + x) - x**3), 0.2),
    "inv": (lambda x: np.linalg.inv(np.stack([np.stack([2 + x, x]), np.stack([x * x, 3 + x])]))[1, 0],
            lambda x: -x * x / ((2 + x) * (3 + x) - x**3), 0.2),
    "erf": (special.erf, mpmath.erf, 0.4),
    "erfc in the tail": (special.erfc, mpmath.erfc, 4.0),
    "gammaln": (special.gammaln, mpmath.loggamma, 2.3),
    "digamma": (special.digamma, mpmath.digamma, 1.6),
    "expit": (special.expit, lambda x: 1 / (1 + mpmath.exp(-x)), 0.4),
    "j0": (special.j0, mpmath.j0, 1.2),
    "i0": (special.i0, lambda x: mpmath.besseli(0, x), 1.2),
    "ndtr": (special.ndtr, mpmath.ncdf, -1.1),
    "xlogy": (lambda x: special.xlogy(x, 1 + x), lambda x: x * mpmath.log(1 + x), 0.4),
}  # fmt: skip


def coefficients(function, x0):
    """mpmath's, at a precision that leaves all digits of a double right."""
    with mpmath.workdps(80):
        return [float(mpmath.re(c)) for c in mpmath.taylor(function, mpmath.mpf(x0), ORDER)]


def close(got, expected):
    scale = max(np.max(np.abs(expected)), 1e-300)
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12 * scale)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_taylor_coefficients_are_those_of_mpmath(name):
    function, exact, x0 = FUNCTIONS[name]
    got = ad.taylor(function, x0, ORDER)
    assert isinstance(got, np.ndarray)
    assert got.shape == (ORDER + 1,)
    close(got, coefficients(exact, x0))


@pytest.mark.parametrize("name", ["exp", "tan", "composition", "solve"])
def test_jet_along_a_line_gives_the_same_coefficients(name):
    function, exact, x0 = FUNCTIONS[name]
    value, series = ad.jet(function, (x0,), ([1.0] + [0.0] * (ORDER - 1),))
    close([value, *series], coefficients(exact, x0))


def test_jet_along_a_curve_composes_the_two_series():
    """sin(x(t)) exp(y(t)) for x = 0.3 + t - t^2/2 + t^3/6, y = 0.1 - 2 t."""
    x, y = [1.0, -0.5, 1 / 6] + [0.0] * 5, [-2.0] + [0.0] * 7
    value, series = ad.jet(lambda x, y: np.sin(x) * np.exp(y), (0.3, 0.1), (x, y))

    def along(t):
        curve = mpmath.mpf(0.3) + t - t**2 / 2 + mpmath.mpf(1 / 6) * t**3
        return mpmath.sin(curve) * mpmath.exp(mpmath.mpf(0.1) - 2 * t)

    with mpmath.workdps(60):
        expected = [float(c) for c in mpmath.taylor(along, 0, 8)]
    close([value, *series], expected)


def test_the_coefficients_are_nested_derivatives_over_factorials():
    f = lambda x: np.log(1 + np.exp(np.sin(3 * x)))
    got, g = ad.taylor(f, 0.4, 6), f
    for k in range(7):
        assert got[k] == pytest.approx(float(g(0.4)) / math.factorial(k), rel=1e-10)
        g = ad.grad(g)


def test_arrays_are_expanded_element_by_element_and_along_directions():
    x = np.array([0.1, 0.5, -0.3])
    got = ad.taylor(lambda x: np.sin(x), x, 3)
    np.testing.assert_allclose(got, [np.sin(x), np.cos(x), -np.sin(x) / 2, -np.cos(x) / 6], rtol=1e-14)
    v, matrix = np.array([1.0, -2.0, 0.5]), np.arange(9.0).reshape(3, 3) / 7
    f = lambda x: np.dot(x, np.dot(matrix, x))
    quadratic = ad.taylor(f, x, 3, direction=v)
    np.testing.assert_allclose(quadratic, [f(x), x @ matrix @ v + v @ matrix @ x, f(v), 0.0], rtol=1e-13, atol=1e-16)


def test_tensors_give_tensors():
    got = ad.taylor(lambda x: ad.exp(x), ad.tensor(0.0, dtype=ad.float64), 4)
    assert isinstance(got, ad.Tensor)
    np.testing.assert_allclose(got.numpy(), [1, 1, 1 / 2, 1 / 6, 1 / 24], rtol=1e-15)


def test_taylor_nests_with_the_other_transforms():
    """The k-th coefficient of exp(w x) is w^k exp(w x)/k!: its derivative in w, and over a batch of w."""
    w, x = 1.3, 0.4
    exact = lambda w, k: w**k * math.exp(w * x) / math.factorial(k)
    slope = lambda w, k: (k * w ** (k - 1) + x * w**k) * math.exp(w * x) / math.factorial(k)
    f = lambda w: ad.taylor(lambda x: np.exp(w * x), x, 4)
    np.testing.assert_allclose(ad.jacrev(f)(w), [slope(w, k) for k in range(5)], rtol=1e-13)
    np.testing.assert_allclose(ad.jacfwd(f)(w), [slope(w, k) for k in range(5)], rtol=1e-13)
    ws = np.array([0.5, 1.3])
    np.testing.assert_allclose(ad.vmap(f)(ws), [[exact(w, k) for k in range(5)] for w in ws], rtol=1e-13)
    inside = ad.taylor(ad.grad(lambda x: np.exp(w * x)), x, 4)
    np.testing.assert_allclose(inside, [w * exact(w, k) for k in range(5)], rtol=1e-13)
    mapped = ad.taylor(lambda x: np.sum(ad.vmap(lambda v: np.exp(v * x))(ws)), x, 4)
    np.testing.assert_allclose(mapped, [sum(exact(w, k) for w in ws) for k in range(5)], rtol=1e-13)
