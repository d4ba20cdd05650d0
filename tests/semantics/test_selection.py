"""Selection is exact: what was not selected contributes nothing, though its own derivative be inf or NaN."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adjoint as ad

INF, NAN = math.inf, math.nan


def leaf(values):
    return ad.tensor(values, dtype=ad.float64, requires_grad=True)


def slopes(f, x, order=2):
    """The value of f at x, and the derivatives of its sum: gradient, and row sums of the Hessian or its diagonal."""
    x = leaf(x)
    out = f(x)
    found = [out.detach().numpy()]
    (g,) = ad.autograd.grad(out.sum(), x, create_graph=order > 1)
    found.append(g.detach().numpy())
    if order > 1:
        (h,) = ad.autograd.grad(g.sum(), x, materialize_grads=True) if g.requires_grad else (0 * x,)
        found.append(h.detach().numpy())
    return found


def hessian(f, x):
    x = leaf(x)
    (g,) = ad.autograd.grad(f(x), x, create_graph=True)
    rows = [ad.autograd.grad(gi, x, retain_graph=True, materialize_grads=True)[0] for gi in g]
    return g.detach().numpy(), np.stack([r.numpy() for r in rows])


# name -> function, points, value, first and second derivative (all elementwise)
ELEMENTWISE = {
    "sqrt where positive": (
        lambda x: ad.where(x > 0, x.sqrt(), 0),
        [-1, 0, 4],
        [0, 0, 2],
        [0, 0, 1 / 4],
        [0, 0, -1 / 32],
    ),
    "x log x where positive": (
        lambda x: ad.where(x > 0, x * x.log(), 0),
        [-1, 0, 2],
        [0, 0, 2 * math.log(2)],
        [0, 0, math.log(2) + 1],
        [0, 0, 1 / 2],
    ),
    "rsqrt where positive": (lambda x: ad.where(x > 0, x.rsqrt(), 0), [0, 4], [0, 0.5], [0, -1 / 16], [0, 3 / 128]),
    "asin inside": (
        lambda x: ad.where(x.abs() < 1, x.asin(), 2),
        [-1, 0, 1, 3],
        [2, 0, 2, 2],
        [0, 1, 0, 0],
        [0, 0, 0, 0],
    ),
    "acosh above": (
        lambda x: ad.where(x > 1, x.acosh(), 0),
        [1, 0, 2],
        [0, 0, math.acosh(2)],
        [0, 0, 3**-0.5],
        [0, 0, -2 * 3**-1.5],
    ),
    "power where positive": (lambda x: ad.where(x > 0, x**0.3, 0), [0, 1], [0, 1], [0, 0.3], [0, -0.21]),
    "clamped reciprocal": (lambda x: (1 / x).clamp(max=1), [0, 2], [1, 0.5], [0, -1 / 4], [0, 1 / 4]),
    "clamped log": (lambda x: x.log().clamp(min=-1), [0, 1], [-1, 0], [0, 1], [0, -1]),
    "relu of log": (lambda x: x.log().relu(), [0, math.e], [0, 1], [0, 1 / math.e], [0, -math.exp(-2)]),
    "maximum with log": (
        lambda x: ad.maximum(x.log(), ad.tensor(0.0)),
        [0, math.e],
        [0, 1],
        [0, 1 / math.e],
        [0, -math.exp(-2)],
    ),
    "minimum with reciprocal": (lambda x: ad.minimum(1 / x, ad.tensor(1.0)), [0, 2], [1, 0.5], [0, -1 / 4], [0, 1 / 4]),
    "nan_to_num of sqrt": (lambda x: x.sqrt().nan_to_num(), [-1, 4], [0, 2], [0, 1 / 4], [0, -1 / 32]),
    "nan_to_num of log": (lambda x: x.log().nan_to_num(neginf=0), [0, 2], [0, math.log(2)], [0, 1 / 2], [0, -1 / 4]),
    "masked_fill": (lambda x: x.log().masked_fill(x <= 0, 5), [0, 2], [5, math.log(2)], [0, 1 / 2], [0, -1 / 4]),
    "overflowed exp": (lambda x: ad.where(x < 100, x.exp(), 0), [1000, 0], [0, 1], [0, 1], [0, 1]),
    "tan of a masked angle": (lambda x: ad.where(x < 1, (1 / (1 - x)), 0), [1, 0], [0, 1], [0, 1], [0, 2]),
    "nested where": (
        lambda x: ad.where(x > 0, ad.where(x > 1, (x - 1).sqrt(), x.log()), 0),
        [0, 2],
        [0, 1],
        [0, 0.5],
        [0, -0.25],
    ),
}


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_an_unselected_element_contributes_nothing_to_second_order(name):
    f, x, *expected = ELEMENTWISE[name]
    for got, e in zip(slopes(f, x), expected, strict=True):
        np.testing.assert_allclose(got, e, rtol=1e-12, atol=1e-14)


PICKING = {
    "index": lambda t: t[1],
    "slice": lambda t: t[1:].sum(),
    "mask": lambda t: t[ad.tensor([False, True])].sum(),
    "masked_select": lambda t: t.masked_select(ad.tensor([False, True])).sum(),
    "narrow": lambda t: t.narrow(0, 1, 1).sum(),
    "index_select": lambda t: t.index_select(0, ad.tensor([1])).sum(),
    "gather": lambda t: t.gather(0, ad.tensor([1])).sum(),
    "take": lambda t: t.take(ad.tensor([1])).sum(),
    "unbind": lambda t: t.unbind()[1],
    "split": lambda t: t.split(1)[1].sum(),
    "where": lambda t: ad.where(ad.tensor([False, True]), t, 0).sum(),
    "masked_fill": lambda t: t.masked_fill(ad.tensor([True, False]), 0).sum(),
    "diagonal": lambda t: ad.stack([t, t]).diagonal()[1],
    "flip": lambda t: t.flip(0)[0],
    "max": lambda t: t.max(),
    "amax": lambda t: t.amax(),
    "sorted": lambda t: t.sort().values[1],
    "topk": lambda t: t.topk(1).values.sum(),
    "overwritten": lambda t: (t.clone().index_fill_(0, ad.tensor([0]), 0.0)).sum(),
    "index_copy": lambda t: t.index_copy(0, ad.tensor([0]), ad.zeros(1, dtype=ad.float64)).sum(),
}


@pytest.mark.parametrize("name", PICKING)
def test_an_entry_that_was_not_picked_contributes_nothing(name):
    _, first, second = slopes(lambda x: PICKING[name](x.log()), [0.0, 2.0])
    np.testing.assert_allclose(first, [0, 1 / 2])
    np.testing.assert_allclose(second, [0, -1 / 4])


def test_a_quotient_where_the_count_is_positive():
    n, y = leaf([0.0, 2.0]), leaf([1.0, 3.0])
    out = ad.where(n > 0, y / n, 0)
    gn, gy = ad.autograd.grad(out.sum(), (n, y), create_graph=True)
    assert (gn.tolist(), gy.tolist()) == ([0.0, -0.75], [0.0, 0.5])
    hnn, hny = ad.autograd.grad(gn.sum(), (n, y))
    assert (hnn.tolist(), hny.tolist()) == ([0.0, 0.75], [0.0, -0.25])


@pytest.mark.parametrize(
    "norm",
    [
        lambda x: ad.linalg.norm(x),
        lambda x: x.norm(),
        lambda x: ad.linalg.vector_norm(x),
        lambda x: ad.linalg.norm(x.reshape(1, 3)),
        lambda x: x.norm(p=1),
        lambda x: x.norm(p=3),
        lambda x: x.norm(p=INF),
        lambda x: ad.dist(x, ad.zeros(3, dtype=ad.float64)),
    ],
)
def test_the_gradient_of_a_norm_at_zero_is_zero(norm):
    assert slopes(norm, [0.0, 0.0, 0.0], order=1)[1].tolist() == [0.0, 0.0, 0.0]


def test_the_norms_of_rows_with_a_zero_row_masked_are_smooth_to_second_order():
    def f(x):
        norms = x.norm(dim=1)
        return ad.where(norms > 0, norms, 0)

    _, first, second = slopes(f, [[0.0, 0.0], [3.0, 4.0]])
    np.testing.assert_allclose(first, [[0, 0], [0.6, 0.8]])
    np.testing.assert_allclose(second, [[0, 0], [4 / 125, -3 / 125]], atol=1e-15)


def test_the_square_root_of_a_masked_sum():
    mask = ad.tensor([[True, True, False], [False, False, False]])

    def f(x):
        total = ad.where(mask, x * x, 0).sum(1)
        return ad.where(total > 0, total.sqrt(), 0)

    _, first, second = slopes(f, [[3.0, 4.0, 5.0], [1.0, 2.0, 3.0]])
    np.testing.assert_allclose(first, [[0.6, 0.8, 0], [0, 0, 0]])
    np.testing.assert_allclose(second, [[4 / 125, -3 / 125, 0], [0, 0, 0]], atol=1e-15)
    _, first = slopes(lambda x: ad.where(mask, x, 0).sum(1).sqrt(), [[3.0, 1.0, 5.0], [1.0, 2.0, 3.0]], order=1)
    np.testing.assert_allclose(first, [[0.25, 0.25, 0], [0, 0, 0]])


@pytest.mark.parametrize("xlogy", [lambda x, y: ad.xlogy(x, y), lambda x, y: ad.special.xlogy(x, y)])
def test_xlogy_at_zero(xlogy):
    x, y = leaf([0.0, 0.0, 2.0]), leaf([0.0, 3.0, 4.0])
    out = xlogy(x, y)
    gx, gy = ad.autograd.grad(out.sum(), (x, y))
    np.testing.assert_allclose(out.detach().numpy(), [0, 0, 2 * math.log(4)])
    np.testing.assert_allclose(gx.numpy(), [0, math.log(3), math.log(4)])
    np.testing.assert_allclose(gy.numpy(), [0, 0, 0.5])


def test_hypot_at_the_origin():
    x, y = leaf([0.0, 3.0]), leaf([0.0, 4.0])
    gx, gy = ad.autograd.grad(ad.hypot(x, y).sum(), (x, y))
    np.testing.assert_allclose(gx.numpy(), [0, 0.6])
    np.testing.assert_allclose(gy.numpy(), [0, 0.8])
    _, _, second = slopes(lambda t: ad.where(t > 0, ad.hypot(t, 0 * t), 0), [0.0, 2.0])
    np.testing.assert_allclose(second, [0, 0], atol=1e-15)


def test_logsumexp_with_empty_entries():
    g, h = hessian(lambda x: x.logsumexp(0), [-INF, 0.0, 1.0])
    p = np.array([0, 1, math.e]) / (1 + math.e)
    np.testing.assert_allclose(g, p)
    np.testing.assert_allclose(h, np.diag(p) - np.outer(p, p), atol=1e-16)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.softmax(0)[1],
        lambda x: x.log_softmax(0)[1].exp(),
        lambda x: ad.where(x > -INF, x.log_softmax(0), 0)[1].exp(),
        lambda x: (x - x.logsumexp(0))[1].exp(),
        lambda x: ad.logaddexp(x[1], x[2]).neg().exp() * x[1].exp(),
    ],
)
def test_softmax_with_empty_entries(f):
    g, h = hessian(f, [-INF, 0.0, 1.0])
    p = math.e / (1 + math.e)
    d, dd = p * (1 - p), p * (1 - p) * (2 * p - 1)
    np.testing.assert_allclose(g, [0, d, -d], atol=1e-16)
    np.testing.assert_allclose(h, dd * np.array([[0, 0, 0], [0, 1, -1], [0, -1, 1]]), atol=1e-15)


@pytest.mark.parametrize(
    ("x", "first", "second"),
    [
        ([0, 2, 3], [6, 0, 0], [[0, 3, 2], [3, 0, 0], [2, 0, 0]]),
        ([0, 0, 3], [0, 0, 0], [[0, 3, 0], [3, 0, 0], [0, 0, 0]]),
        ([0, 0, 0], [0, 0, 0], np.zeros((3, 3))),
        ([1, 2, 3], [6, 3, 2], [[0, 3, 2], [3, 0, 1], [2, 1, 0]]),
    ],
)
@pytest.mark.parametrize("prod", [lambda x: x.prod(), lambda x: x.prod(0), lambda x: x.cumprod(0)[2]])
def test_a_product_with_zeros(prod, x, first, second):
    g, h = hessian(prod, x)
    np.testing.assert_allclose(g, first)
    np.testing.assert_allclose(h, second)


def test_missing_data_does_not_reach_the_weights():
    features = ad.tensor([[1.0, NAN], [2.0, 1.0], [INF, 3.0]], dtype=ad.float64)
    target, there = ad.tensor([1.0, 2.0, NAN], dtype=ad.float64), ad.tensor([False, True, False])
    w = leaf([0.5, -1.0])
    losses = [
        ad.where(there, ((features * w).sum(1) - target) ** 2, 0).sum(),
        ((features * w).sum(1) - target).masked_fill(~there, 0).square().sum(),
        ((features * w).sum(1) - target)[there].square().sum(),
    ]
    for loss in losses:
        (g,) = ad.autograd.grad(loss, w, create_graph=True)
        assert g.tolist() == [2 * -2.0 * 2, 2 * -2.0 * 1]
        (h,) = ad.autograd.grad(g.sum(), w)
        assert h.tolist() == [12.0, 6.0]


MEANS = [lambda t: t.nanmean(), lambda t: t.nansum() / 2, lambda t: ad.where(t.isnan(), 0, t).sum() / 2]


@pytest.mark.parametrize("mean", MEANS)
def test_means_that_skip_nan_give_it_no_gradient(mean):
    w = leaf([1.0, 2.0, 3.0])
    (g,) = ad.autograd.grad(mean(w * ad.tensor([NAN, 4.0, 6.0], dtype=ad.float64)), w)
    assert g.tolist() == [0.0, 2.0, 3.0]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.sqrt(),
        lambda x: x.log().exp(),
        lambda x: x * NAN,
        lambda x: ad.where(x < 0, x * NAN, 0),
        lambda x: (x - x) / (x - x),
        lambda x: x.acosh(),
        lambda x: (x * 0).log() * 0 * x,
        lambda x: x.asin() if x.item() < -1 else (x - 1).asin(),
    ],
)
def test_a_nan_that_is_really_on_the_path_shows(f):
    assert not np.isfinite(slopes(f, -1.0, order=1)[1]).any()
