"""Reductions of what a mask lets through are those of the elements that are there."""

from __future__ import annotations

import pytest

import adjoint as ad

X = [[3.0, -1.0, 4.0], [1.0, 5.0, 9.0]]
MASK = [[True, False, True], [True, True, False]]
ROWS = [[3.0, 4.0], [1.0, 5.0]]
REDUCTIONS = ["sum", "prod", "amax", "amin", "mean", "var", "std", "median", "logsumexp"]


def of_rows(name: str, row: ad.Tensor) -> ad.Tensor:
    result = getattr(ad, name)(row, 0)
    return result.values if name == "median" else result


@pytest.mark.parametrize("name", REDUCTIONS)
def test_a_masked_reduction_is_that_of_the_elements_let_through(name: str) -> None:
    x = ad.tensor(X, requires_grad=True)
    result = getattr(ad.masked, name)(x, 1, mask=ad.tensor(MASK))
    rows = [ad.tensor(row, requires_grad=True) for row in ROWS]
    expected = ad.stack([of_rows(name, row) for row in rows])
    assert ad.allclose(result, expected)
    result.sum().backward()
    expected.sum().backward()
    assert ad.allclose(x.grad[ad.tensor(MASK)], ad.cat([row.grad for row in rows]))
    assert not x.grad[~ad.tensor(MASK)].any()


def test_an_infinite_element_that_is_masked_out_leaves_the_gradient_finite() -> None:
    x = ad.tensor([1.0, float("inf"), 2.0], requires_grad=True)
    mask = ad.tensor([True, False, True])
    (ad.masked.norm(x, 2, 0, mask=mask) + ad.masked.softmax(x, 0, mask=mask)[0]).backward()
    assert x.grad.isfinite().all()
    assert x.grad[1] == 0


def test_the_mean_of_nothing_is_nan() -> None:
    assert ad.masked.mean(ad.ones(2), 0, mask=ad.tensor([False, False])).isnan()


def test_a_mask_is_broadcast_to_the_input() -> None:
    assert ad.masked.sum(ad.ones(2, 3), 1, mask=ad.tensor([True, False, True])).tolist() == [2.0, 2.0]


def test_sums_of_integers_are_int64_and_their_maximum_keeps_the_dtype() -> None:
    x = ad.tensor([1, 7], dtype=ad.int8)
    mask = ad.tensor([True, False])
    assert ad.masked.sum(x, mask=mask).dtype is ad.int64
    assert ad.masked.amax(x, mask=mask).tolist() == 1
    assert ad.masked.amax(x, mask=mask).dtype is ad.int8
