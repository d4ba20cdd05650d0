"""How gamma and beta samples move with their parameters, against quantile functions and multiple precision."""

from __future__ import annotations

import numpy as np
import pytest

from adjoint.ops.implicit import log_gamma_slope, logit_beta_slope

special = pytest.importorskip("scipy.special")
mpmath = pytest.importorskip("mpmath")

QUANTILES = np.array([1e-6, 0.01, 0.3, 0.5, 0.8, 0.99, 1 - 1e-6])


def central(f, a, relative=1e-4):
    """f'(a) by five points: error of order relative**4."""
    h = a * relative
    return (8 * (f(a + h) - f(a - h)) - (f(a + 2 * h) - f(a - 2 * h))) / (12 * h)


@pytest.mark.parametrize("a", [0.03, 0.4, 1.0, 2.5, 30.0, 1e3, 1e5])
def test_a_gamma_sample_moves_as_its_quantile_function_says(a):
    y = np.log(special.gammaincinv(a, QUANTILES))
    expected = central(lambda a: np.log(special.gammaincinv(a, QUANTILES)), a)
    np.testing.assert_allclose(log_gamma_slope(a, y), expected, rtol=2e-6)


@pytest.mark.parametrize("a", [1e-6, 1e-3, 0.1, 0.9, 3.0, 40.0, 1e3])
@pytest.mark.parametrize("u", [1e-9, 0.2, 0.7, 1 - 1e-9])
def test_the_gamma_slope_has_twelve_digits(a, u):
    x = special.gammaincinv(a, u)
    y = np.log(x) if x > 1e-300 else (np.log(u) + special.gammaln(a + 1)) / a
    with mpmath.workdps(40):
        # The series of P(a, x) / p(x), differentiated term by term; all terms are kept, so it holds everywhere.
        mp_a, mp_y = mpmath.mpf(a), mpmath.mpf(float(y))
        mp_x, term, harmonic, n = mpmath.exp(mp_y), mpmath.mpf(1), mpmath.mpf(0), 0
        total = moved = mpmath.mpf(0)
        while term > mpmath.mpf(10) ** -60 * (1 + total):
            total, moved, n = total + term, moved - term * harmonic, n + 1
            harmonic, term = harmonic + 1 / (mp_a + n), term * mp_x / (mp_a + n)
        expected = -(total * (mp_y - mpmath.digamma(mp_a + 1)) + moved) / mp_a
        assert abs(float(log_gamma_slope(a, y) / expected - 1)) < 1e-12


@pytest.mark.parametrize("a", [1e-3, 0.4, 2.0, 50.0, 1e4])
@pytest.mark.parametrize("order", [1, 2])
def test_each_order_of_the_gamma_slope_is_the_derivative_of_the_one_before(a, order):
    y = np.log(np.maximum(special.gammaincinv(a, QUANTILES), 1e-300))
    expected = central(lambda a: log_gamma_slope(a, y, order=order - 1), a, 1e-3)
    np.testing.assert_allclose(log_gamma_slope(a, y, order=order), expected, rtol=1e-5)


@pytest.mark.parametrize("a", [0.05, 0.7, 2.0, 30.0, 1e3])
@pytest.mark.parametrize("b", [0.05, 1.0, 8.0, 1e3])
def test_a_beta_sample_moves_as_its_quantile_function_says(a, b):
    x = special.betaincinv(a, b, QUANTILES)
    away = (x > 1e-300) & (x < 1 - 1e-3)
    expected = central(lambda a: special.logit(special.betaincinv(a, b, QUANTILES[away])), a)
    np.testing.assert_allclose(logit_beta_slope(a, b, x[away]), expected, rtol=2e-6)


@pytest.mark.parametrize("orders", [(1, 0), (0, 1), (1, 1), (2, 0), (0, 2)])
@pytest.mark.parametrize(("a", "b"), [(0.05, 0.3), (0.7, 8.0), (30.0, 2.0), (20.0, 0.2), (200.0, 300.0)])
def test_each_order_of_the_beta_slope_is_the_derivative_of_the_one_before(a, b, orders):
    x = special.betaincinv(a, b, QUANTILES)
    x = x[(x > 1e-300) & (x < 1 - 1e-9)]
    i, j = orders
    if i:
        expected = central(lambda a: logit_beta_slope(a, b, x, orders=(i - 1, j)), a, 1e-3)
    else:
        expected = central(lambda b: logit_beta_slope(a, b, x, orders=(i, j - 1)), b, 1e-3)
    np.testing.assert_allclose(logit_beta_slope(a, b, x, orders=orders), expected, rtol=1e-5)


def test_slopes_keep_shape_and_dtype_and_broadcast():
    assert log_gamma_slope(np.ones((2, 1), np.float32), np.zeros(3, np.float32)).shape == (2, 3)
    assert log_gamma_slope(np.ones(2, np.float32), np.zeros(2, np.float32)).dtype == np.float32
    assert logit_beta_slope(np.ones((0, 2)), 1.0, 0.5).shape == (0, 2)
    long = np.full(10_000, 0.5)  # longer than one block
    assert np.ptp(log_gamma_slope(2.0, long)) == 0


def test_a_nan_gives_a_nan_and_no_warning():
    assert np.isnan(log_gamma_slope(np.array([np.nan]), np.array([0.0]))).all()
    assert np.isnan(logit_beta_slope(np.array([1.0]), 1.0, np.array([np.nan]))).all()
