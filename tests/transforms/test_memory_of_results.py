"""Whose memory the arrays are that transforms take and give: writing into one changes no derivative."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad

X = np.array([0.3, 1.2, -0.7])


def test_a_result_of_vjp_may_be_written_before_the_pull():
    y, pull = ad.vjp(np.exp, X)
    y[:] = 0
    np.testing.assert_allclose(pull(np.ones(3))[0], np.exp(X))


def test_an_argument_that_vjp_returns_may_be_written_before_the_pull():
    (whole, part, _), pull, aux = ad.vjp(lambda x: ((x, x[:2], np.sin(x)), x), X, has_aux=True)
    whole[:], part[:], aux[:] = 7, 8, 9
    np.testing.assert_allclose(pull((np.zeros(3), np.zeros(2), np.ones(3)))[0], np.cos(X))


def test_a_result_of_linearize_may_be_written_before_the_push():
    y, push = ad.linearize(np.exp, X)
    y[:] = 0
    np.testing.assert_allclose(push(np.ones(3)), np.exp(X))


def test_the_gradients_of_one_pull_share_no_memory():
    ct = np.ones(3)
    pull = ad.vjp(lambda a, b: (a + b, a), X, X)[1]
    a, b = pull((ct, ct))
    a[:], b[:] = 7, 8
    assert ct.tolist() == [1, 1, 1]
    assert a.tolist() == [7, 7, 7]
    assert pull((ct, ct))[0].tolist() == [2, 2, 2]


@pytest.mark.parametrize("transform", [
    lambda f: ad.vmap(f, out_axes=None)(X),
    lambda f: ad.vmap(f)(X)[0],
    lambda f: ad.jvp(f, (X,), (X,))[0],
    lambda f: ad.jet(f, (X,), ((X, X),))[0],
    lambda f: ad.vjp(f, X)[0],
    lambda f: ad.linearize(f, X)[0],
])
@pytest.mark.parametrize("part", [lambda c: c, lambda c: c[:2]])
def test_a_captured_array_that_is_a_result_is_copied(transform, part):
    captured = np.arange(3.0)
    result = transform(lambda x: part(captured))
    result[...] = 7
    assert captured.tolist() == [0, 1, 2]
