"""Order, search and counts: where NaN and equals go, and what NumPy has otherwise."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adjoint as ad

NAN = math.nan


def test_equals_keep_their_order_in_both_directions():
    x = ad.tensor([2.0, 1.0, 2.0, 1.0])
    assert x.argsort().tolist() == [1, 3, 0, 2]
    assert x.argsort(descending=True).tolist() == [0, 2, 1, 3]


def test_nan_is_the_largest():
    x = ad.tensor([1.0, NAN, 2.0])
    assert x.argsort().tolist() == [0, 2, 1]
    assert x.sort(descending=True).indices.tolist() == [1, 2, 0]
    assert x.topk(1).indices.tolist() == [1]


def test_unsigned_integers_sort_downwards():
    assert ad.tensor([0, 200, 3], dtype=ad.uint8).sort(descending=True).values.tolist() == [200, 3, 0]


def test_the_second_derivative_goes_through_a_sort():
    x = ad.tensor([3.0, 1.0, 2.0], requires_grad=True)
    weights = ad.tensor([1.0, 10.0, 100.0])
    (g,) = ad.autograd.grad((x.sort().values ** 2 * weights).sum(), x, create_graph=True)
    (h,) = ad.autograd.grad(g.sum(), x)
    assert (g.tolist(), h.tolist()) == ([600.0, 2.0, 40.0], [200.0, 2.0, 20.0])


def test_every_nan_is_distinct():
    values, counts = ad.tensor([NAN, 1.0, NAN]).unique(return_counts=True)
    assert len(values) == 3
    assert counts.tolist() == [1, 1, 1]


def test_runs_of_rows():
    x = ad.tensor([[1, 1], [1, 1], [2, 1], [1, 1]])
    values, inverse, counts = ad.unique_consecutive(x, return_inverse=True, return_counts=True, dim=0)
    assert (values.tolist(), inverse.tolist(), counts.tolist()) == ([[1, 1], [2, 1], [1, 1]], [0, 0, 1, 2], [2, 1, 1])


def test_each_row_is_searched_in_its_own_sequence():
    rows = ad.tensor([[1.0, 3.0], [2.0, 4.0]])
    assert ad.searchsorted(rows, ad.tensor([[3.0], [3.0]])).tolist() == [[1], [1]]
    assert ad.searchsorted(rows, ad.tensor([[3.0], [4.0]]), right=True).tolist() == [[2], [2]]
    with pytest.raises(RuntimeError, match="opposites"):
        ad.searchsorted(rows, rows, side="left", right=True)


def test_weights_of_bincount_get_their_bins_gradient():
    w = ad.tensor([1.0, 2.0, 3.0], requires_grad=True)
    ad.bincount(ad.tensor([0, 2, 2]), w)[2].backward()
    assert w.grad.tolist() == [0.0, 1.0, 1.0]


def test_nonzero_of_a_number_has_a_row_and_no_columns():
    assert ad.nonzero(ad.tensor(5)).shape == (1, 0)
    assert ad.nonzero(ad.tensor(5), as_tuple=True)[0].tolist() == [0]


@pytest.mark.parametrize("function", [np.sort, np.max, np.min, np.prod, np.var, np.std, np.cumsum, np.cumprod,
                                      np.mean, np.sum])
def test_numpy_functions_differentiate(function):
    x = ad.tensor([3.0, 1.0, 2.0], requires_grad=True, dtype=ad.float64)
    y = function(x)
    np.testing.assert_allclose(y.detach().numpy(), function(np.array([3.0, 1.0, 2.0])))
    assert y.requires_grad
