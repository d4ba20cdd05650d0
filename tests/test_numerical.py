"""Numerical derivatives are right to the error that they claim, and say so when they cannot be."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adjoint as ad
from adjoint import errors
from adjoint.numerical import derivative, gradient, hessian, jacobian

mpmath = pytest.importorskip("mpmath")

FUNCTIONS = [
    (np.exp, mpmath.exp), (np.sin, mpmath.sin), (np.log, mpmath.log), (np.sqrt, mpmath.sqrt), (np.tanh, mpmath.tanh),
    (lambda x: 1 / x, lambda x: 1 / x), (lambda x: np.sin(50 * x), lambda x: mpmath.sin(50 * x)),
]


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("x", [1e-8, 1e-3, 0.5, 3.0, 100.0])
@pytest.mark.parametrize(("f", "exact"), FUNCTIONS, ids=["exp", "sin", "log", "sqrt", "tanh", "reciprocal", "sin50"])
def test_the_error_is_no_larger_than_its_estimate(f, exact, x, order):
    value, error = derivative(f, x, order)
    with mpmath.workdps(60):
        true = float(mpmath.diff(exact, mpmath.mpf(x), order, h=mpmath.mpf(x) * mpmath.mpf(10) ** -12))
    assert abs(value - true) <= error
    assert error <= 1e-5 * (abs(true) + 1)


@pytest.mark.parametrize("x", [12345.6, 7777.7])
def test_a_step_that_meets_the_function_at_its_period_is_found_out(x):
    value, error = derivative(lambda t: np.sin(50 * t), x, 2)
    assert abs(value + 2500 * math.sin(50 * x)) < 1e-3 + error


def test_elements_of_an_array_have_their_own_steps():
    x = np.array([[1e-6, 1.0], [1e3, 30.0]])
    value, error = derivative(np.log, x)
    np.testing.assert_allclose(value, 1 / x, rtol=1e-9)
    assert error.shape == x.shape


def test_a_curve_has_a_derivative_of_its_shape():
    value, _ = derivative(lambda t: np.array([np.cos(t), np.sin(t)]), 0.3, 2)
    np.testing.assert_allclose(value, [-np.cos(0.3), -np.sin(0.3)], atol=1e-9)


def test_the_edge_of_a_domain_is_not_crossed():
    assert abs(derivative(math.log, 1e-3).value - 1e3) < 1e-6  # math.log raises at the first steps
    assert abs(derivative(np.sqrt, 1e-3).value - 0.5e1 * math.sqrt(10)) < 1e-6
    with pytest.raises(errors.RangeError, match="domain"):
        derivative(lambda t: np.exp(t) + np.inf, 1.0)


def test_scipy_agrees():
    differentiate = pytest.importorskip("scipy.differentiate")
    x = np.array([0.3, 1.0, 2.5])
    theirs = differentiate.derivative(np.arctan, x)
    np.testing.assert_allclose(derivative(np.arctan, x).value, theirs.df, rtol=1e-10)
    J = differentiate.jacobian(lambda x: np.stack([x[0] * x[1], np.sin(x[0])]), x[:2])
    np.testing.assert_allclose(jacobian(lambda x: np.stack([x[0] * x[1], np.sin(x[0])]), x[:2]).value, J.df, atol=1e-9)


def test_the_complex_step_is_exact_to_rounding():
    def f(x):
        return np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)

    value, error = derivative(f, 1.5, method="complex")
    assert abs(value - 4.05342789389862) <= max(error, 1e-14)  # Squire and Trapp's example
    x = np.array([0.5, 2.0])
    np.testing.assert_allclose(gradient(lambda x: np.prod(np.sin(x)), x, method="complex").value,
                               np.cos(x) * np.sin(x)[::-1], rtol=1e-15)


def test_the_complex_step_does_not_trust_a_function_that_is_not_analytic():
    value, error = derivative(lambda x: x * np.abs(x), 2.0, method="complex")
    assert abs(value - 4) <= error * 1.001
    with pytest.raises(errors.DtypeError, match="central"):
        derivative(np.abs, 2.0, method="complex")
    with pytest.raises(errors.RangeError, match="not 2"):
        derivative(np.sin, 2.0, 2, method="complex")


def test_a_jacobian_has_the_output_s_axes_first():
    x = np.arange(6.0).reshape(2, 3) + 1
    J = jacobian(lambda x: np.sum(x**2, axis=0), x).value
    assert J.shape == (3, 2, 3)
    np.testing.assert_allclose(J, np.einsum("jk,ik->kij", np.eye(3), 2 * x), atol=1e-8)
    assert jacobian(lambda x: x, np.zeros(0)).value.shape == (0, 0)


def test_a_hessian_is_right_off_the_diagonal():
    H, error = hessian(lambda x: np.exp(x[0] * x[1]) + x[2] ** 3, np.array([0.5, 1.0, 2.0]))
    e = math.exp(0.5)
    true = np.array([[e, 1.5 * e, 0], [1.5 * e, 0.25 * e, 0], [0, 0, 12]])
    assert (np.abs(H - true) <= error + 1e-12).all()
    np.testing.assert_allclose(H, true, atol=1e-8)


def test_what_goes_in_comes_out():
    assert type(derivative(math.sin, 1).value) is float
    value, error = gradient(lambda t: (t * t).sum(), ad.tensor([1.0, 2.0], dtype=ad.float64))
    assert isinstance(value, ad.Tensor)
    assert isinstance(error, ad.Tensor)
    ad.testing.assert_close(value, ad.tensor([2.0, 4.0], dtype=ad.float64))


def test_a_function_that_computes_in_float32_has_a_larger_error():
    for f in (np.float32, lambda x: np.float32(np.sin(x)), lambda x: ad.sin(ad.tensor(x, dtype=ad.float32))):
        value, error = derivative(f, 2.0)
        assert abs(value - (1 if f is np.float32 else math.cos(2))) <= error < 1e-3


def test_nothing_is_recorded_and_the_argument_is_left_alone():
    x = np.array([1.0, 2.0])

    def spoil(v):
        v *= 2
        return v.sum()

    np.testing.assert_allclose(gradient(spoil, x).value, [2, 2])
    np.testing.assert_array_equal(x, [1, 2])


@pytest.mark.parametrize(("call", "error"), [
    (lambda: derivative(np.sin, 1.0, 0), errors.RangeError),
    (lambda: derivative(np.sin, 1.0, method="forward"), errors.RangeError),
    (lambda: derivative(np.sin, 1.0, step=-1.0), errors.RangeError),
    (lambda: derivative(np.sin, "a"), errors.DtypeError),
    (lambda: derivative(np.sum, np.ones(3)), errors.ShapeError),
    (lambda: gradient(np.sin, np.ones(3)), errors.RangeError),
    (lambda: gradient(np.sum, np.ones(3) * 1j), errors.DtypeError),
    (lambda: derivative(lambda x: "a", 1.0), errors.DtypeError),
])
def test_a_mistake_is_named(call, error):
    with pytest.raises(error, match="numerical"):
        call()
