"""autograd.functional: jacobian, hessian and the four products, with the structures that torch returns."""
from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad

F = ad.autograd.functional


def tensor(values):
    return ad.tensor(values, dtype=ad.float64)


X, Y = tensor([1.0, 2.0, 3.0]), tensor([0.5, -1.0, 2.0])


def assert_close(got, expected):
    if isinstance(expected, tuple):
        assert isinstance(got, tuple)
        assert len(got) == len(expected)
        for g, e in zip(got, expected, strict=True):
            assert_close(g, e)
    else:
        np.testing.assert_allclose(got.detach().numpy(), np.asarray(expected), rtol=1e-12, atol=1e-14)


def cubes(x, y):
    """Sum of x^2 y^3: its Hessian has blocks diag(2y^3), diag(6xy^2), diag(6x^2y)."""
    return (x**2 * y**3).sum()


x, y = X.numpy(), Y.numpy()
GRAD = (2 * x * y**3, 3 * x**2 * y**2)
HESS = ((np.diag(2 * y**3), np.diag(6 * x * y**2)), (np.diag(6 * x * y**2), np.diag(6 * x**2 * y)))


def test_a_jacobian_of_one_input_and_one_output_is_a_tensor():
    assert_close(F.jacobian(lambda t: t**2, X), np.diag(2 * x))
    assert_close(F.jacobian(lambda t: t.sum(), X), np.ones(3))
    assert_close(F.jacobian(lambda t: ad.outer(t, t), X).sum(2), np.add.outer(x, x) + np.diag(x) * 0)


def test_a_jacobian_has_the_shape_of_the_output_then_the_input():
    m = tensor(np.arange(6.0).reshape(2, 3))
    jac = F.jacobian(lambda t: t.T.reshape(3, 2, 1) * 2, m)
    assert jac.shape == (3, 2, 1, 2, 3)
    assert jac[2, 1, 0, 1, 2].item() == 2.0
    assert jac.sum().item() == 12.0


def test_tuples_of_inputs_and_outputs_nest_as_outputs_of_inputs():
    jac = F.jacobian(lambda a, b: (a * b, (a + 2 * b).sum()), (X, Y))
    assert_close(jac, ((np.diag(y), np.diag(x)), (np.ones(3), 2 * np.ones(3))))
    assert_close(F.jacobian(lambda a, b: a * b, (X, Y)), (np.diag(y), np.diag(x)))


def test_an_input_that_is_not_used_has_a_zero_jacobian_or_an_error_when_strict():
    assert_close(F.jacobian(lambda a, b: a * 2, (X, Y)), (2 * np.eye(3), np.zeros((3, 3))))
    with pytest.raises(RuntimeError):
        F.jacobian(lambda a, b: a * 2, (X, Y), strict=True)


def test_a_hessian_of_two_inputs_is_a_tuple_of_tuples():
    assert_close(F.hessian(cubes, (X, Y)), HESS)
    assert_close(F.hessian(lambda t: (t**3).sum(), X), np.diag(6 * x))
    assert_close(F.hessian(lambda t: t.sum(), X), np.zeros((3, 3)))


def test_a_hessian_needs_a_scalar():
    with pytest.raises(RuntimeError):
        F.hessian(lambda t: t**2, X)


def test_the_products_return_the_value_and_the_product():
    v, w = tensor([1.0, -1.0, 2.0]), tensor([0.0, 3.0, 1.0])
    out, product = F.vjp(lambda t: t.exp(), X, v)
    assert_close((out, product), (np.exp(x), v.numpy() * np.exp(x)))
    out, product = F.jvp(lambda t: t.exp(), X, v)
    assert_close((out, product), (np.exp(x), v.numpy() * np.exp(x)))
    value = (x**2 * y**3).sum()
    blocks = np.block([[HESS[0][0], HESS[0][1]], [HESS[1][0], HESS[1][1]]])
    expected = blocks @ np.concatenate([v.numpy(), w.numpy()])
    for product in (F.hvp, F.vhp):
        assert_close(product(cubes, (X, Y), (v, w)), (value, (expected[:3], expected[3:])))


def test_products_of_several_inputs_and_outputs():
    def f(a, b):
        return a * b, (a * a).sum()

    v = (tensor([1.0, 1.0, 1.0]), tensor(2.0))
    _, product = F.vjp(f, (X, Y), v)
    assert_close(product, (y + 4 * x, x))
    _, product = F.jvp(f, (X, Y), (tensor([1.0, 0.0, 0.0]), tensor([0.0, 1.0, 0.0])))
    assert_close(product, (np.array([y[0], x[1], 0]), np.array(2 * x[0])))


def test_a_scalar_output_needs_no_vector():
    assert_close(F.vjp(lambda t: (t**2).sum(), X)[1], 2 * x)
    assert_close(F.jvp(lambda t: ad.stack([t, t * t]), tensor(3.0))[1], np.array([1.0, 6.0]))
    with pytest.raises(RuntimeError):
        F.vjp(lambda t: t**2, X)
    with pytest.raises(RuntimeError):
        F.jvp(lambda t: t**2, X)
    with pytest.raises(RuntimeError):
        F.vjp(lambda t: t**2, X, tensor([1.0, 2.0]))


def test_results_are_cut_from_the_graph_unless_it_is_asked_for():
    t = X.clone().requires_grad_()
    assert not F.jacobian(lambda a: a**3, t).requires_grad
    jac = F.jacobian(lambda a: a**3, t, create_graph=True)
    (g,) = ad.autograd.grad(jac.sum(), t)
    assert_close(g, 6 * x)
    hess = F.hessian(lambda a: (a**4).sum(), t, create_graph=True)
    (g,) = ad.autograd.grad(hess.sum(), t)
    assert_close(g, 24 * x)
    _, product = F.hvp(lambda a: (a**4).sum(), t, Y, create_graph=True)
    (g,) = ad.autograd.grad(product.sum(), t)
    assert_close(g, 24 * x * y)


def test_the_inputs_are_left_as_they_were():
    t = X.clone().requires_grad_()
    F.hessian(lambda a: (a**4).sum(), t)
    assert t.grad is None
    assert t.requires_grad
    assert not X.requires_grad


def test_a_function_that_returns_no_tensor_is_refused():
    for product in (F.jacobian, F.hessian, F.vjp):
        with pytest.raises(TypeError):
            product(lambda t: 3.0, X)
    with pytest.raises(TypeError):
        F.jacobian(lambda t: t, [1.0])
