"""Keywords that jax.numpy adds to functions of NumPy."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad
import adjoint.numpy as anp

X = np.array([[3.0, 1.0, 3.0], [0.0, 2.0, 5.0]])
CALLS = {
    "sort": lambda n, x: n.sort(x, descending=True),
    "sort of an axis": lambda n, x: n.sort(x, axis=0, descending=True),
    "sort of all": lambda n, x: n.sort(x, axis=None, descending=True),
    "argsort": lambda n, x: n.argsort(x, descending=True),
    "argsort of all": lambda n, x: n.argsort(x, axis=None, descending=True),
    "nonzero": lambda n, x: n.nonzero(x > 1, size=6, fill_value=(-1, 7)),
    "nonzero, too many": lambda n, x: n.nonzero(x > 1, size=2),
    "flatnonzero": lambda n, x: n.flatnonzero(x > 1, size=5),
    "argwhere": lambda n, x: n.argwhere(x > 1, size=5, fill_value=9),
    "where": lambda n, x: n.where(x > 1, size=5),
    "where, three": lambda n, x: n.where(x > 1, x, 0.0),
    "bincount": lambda n, x: n.bincount(n.array([0, 2, 2]), weights=x[0], length=5),
    "bincount, cut": lambda n, x: n.bincount(n.array([0, 2, 2]), length=2),
    "repeat": lambda n, x: n.repeat(x, n.array([2, 1]), axis=0, total_repeat_length=5),
    "repeat, cut": lambda n, x: n.repeat(x[0], 2, total_repeat_length=3),
    "fill_diagonal": lambda n, x: n.fill_diagonal(x, 7.0, inplace=False),
    "place": lambda n, x: n.place(x, x > 1, n.array([7.0, 8.0]), inplace=False),
    "put": lambda n, x: n.put(x, n.array([1, 4]), n.array([7.0, 8.0]), inplace=False),
    "put_along_axis": lambda n, x: n.put_along_axis(x, n.array([[1], [0]]), 7.0, axis=1, inplace=False),
}


@pytest.mark.parametrize("name", CALLS)
def test_they_mean_what_they_mean_in_jax(name: str) -> None:
    jax = pytest.importorskip("jax")
    theirs = CALLS[name](jax.numpy, jax.numpy.asarray(X))
    ours = CALLS[name](anp, X)
    for a, b in zip(ours if type(ours) is tuple else [ours], theirs if type(ours) is tuple else [theirs], strict=True):
        assert np.asarray(a).tolist() == np.asarray(b).tolist()
    assert X[0, 0] == 3.0


def test_they_are_differentiated() -> None:
    weights = np.arange(6.0).reshape(2, 3)
    distinct = X + np.arange(3.0) / 4
    places = np.argsort(-distinct, axis=1)
    expected = np.zeros((2, 3))
    np.put_along_axis(expected, places, weights, axis=1)
    assert ad.grad(lambda x: np.sum(anp.sort(x, descending=True) * weights))(distinct).tolist() == expected.tolist()
    slope = ad.grad(lambda v: np.sum(anp.fill_diagonal(X, v, inplace=False) * weights))(2.0)
    assert slope == weights[0, 0] + weights[1, 1]
    assert ad.grad(lambda x: anp.repeat(x, 2, total_repeat_length=5).sum())(np.ones(2)).tolist() == [2.0, 3.0]


def test_without_them_they_are_those_of_numpy() -> None:
    assert anp.sort(X).tolist() == np.sort(X).tolist()
    assert [i.tolist() for i in anp.where(X > 1)] == [i.tolist() for i in np.where(X > 1)]
    filled = X.copy()
    assert anp.fill_diagonal(filled, 0.0) is None
    assert filled[0, 0] == 0.0
    assert ad.grad(lambda x: np.sum(anp.where(x > 1, x, 0.0)))(X).tolist() == (X > 1).tolist()
