"""Products with zeros, running sums of exponentials far apart, running extremes with ties."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adjoint as ad


def leaf(values):
    return ad.tensor(np.array(values, float), requires_grad=True)


def third(f, x):
    """All third derivatives of a scalar function."""
    x = leaf(x)
    (g,) = ad.autograd.grad(f(x), x, create_graph=True)
    h = [ad.autograd.grad(v, x, create_graph=True, materialize_grads=True)[0] for v in g]
    return np.array([[ad.autograd.grad(v, x, retain_graph=True, materialize_grads=True)[0].numpy() if v.requires_grad
                      else np.zeros(len(x)) for v in row] for row in h])


@pytest.mark.parametrize("x", [[2.0, 3.0, 5.0, 7.0], [0.0, 3.0, 5.0, 7.0], [0.0, 0.0, 5.0, 7.0], [0.0, 0.0, 0.0, 7.0]])
@pytest.mark.parametrize("f", [lambda x: x.prod(), lambda x: x.prod(0), lambda x: x.cumprod(0)[3]])
def test_third_derivatives_of_a_product_are_the_factor_left(f, x):
    exact = np.zeros((4, 4, 4))
    for i in range(4):
        for j in range(4):
            for k in range(4):
                if len({i, j, k}) == 3:
                    exact[i, j, k] = x[6 - i - j - k]
    np.testing.assert_array_equal(third(f, x), exact)


def test_a_product_that_underflows_has_the_derivative_that_does_not():
    y = leaf([1e-200, 1e-200, 1e300])
    y.prod().backward()
    assert y.grad[1].item() == pytest.approx(1e100)  # by dividing the product, 0, it would be 0


def test_a_factor_after_the_wanted_product_does_not_matter():
    x = leaf([2.0, math.inf, 3.0])
    x.cumprod(0)[0].backward()
    assert x.grad.tolist() == [1.0, 0.0, 0.0]


def test_logcumsumexp_of_far_apart_terms():
    x = leaf([-1000.0, 0.0, 1000.0, 1000.0])
    y = x.logcumsumexp(0)
    assert y.tolist() == [-1000.0, 0.0, 1000.0, 1000.0 + math.log(2)]
    y.backward(ad.ones(4, dtype=ad.float64))
    np.testing.assert_allclose(x.grad.numpy(), [1, 1, 1.5, 0.5])


def test_running_maxima_move_on_to_an_equal_and_stay_at_nan():
    x = leaf([1.0, 1.0, 0.0, math.nan, 2.0])
    values, indices = x.cummax(0)
    assert indices.tolist() == [0, 1, 1, 3, 3]
    values[:3].sum().backward()
    assert x.grad.tolist() == [1.0, 2.0, 0.0, 0.0, 0.0]


def test_a_scan_of_a_number_is_the_number():
    x = leaf(2.0)
    assert [x.cumsum(0).item(), x.cumprod(-1).item(), x.logcumsumexp(0).item(), x.cummax(0).values.item()] == [2.0] * 4
    assert ad.autograd.grad(x.cumprod(0), x)[0].item() == 1
