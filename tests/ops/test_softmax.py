"""softmax and its kin where one entry has nearly all the weight: value and derivatives against mpmath."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adjoint as ad

mpmath = pytest.importorskip("mpmath")
mp = mpmath.mp

GAPS = [-700.0, -40.0, -20.0, -3.0, -0.5, 0.0, 0.5, 3.0, 20.0, 40.0, 700.0]


def p(x):  # the weight of x beside 0 and -1
    return mpmath.exp(x) / (mpmath.exp(x) + 1 + mpmath.exp(-1))


def total(x):
    return mpmath.log(mpmath.exp(x) + 1 + mpmath.exp(-1))


FIRST = {
    "softmax": (lambda x: ad.softmax(x, 1)[:, 0], p),
    "its complement": (lambda x: ad.softmax(x, 1)[:, 1], lambda x: (1 - p(x)) / (1 + mpmath.exp(-1))),
    "log_softmax": (lambda x: ad.log_softmax(x, 1)[:, 0], lambda x: mpmath.log(p(x))),
    "log_softmax of another": (lambda x: ad.log_softmax(x, 1)[:, 1], lambda x: -total(x)),
    "logsumexp": (lambda x: ad.logsumexp(x, 1), lambda x: total(x)),
}


@pytest.mark.parametrize("name", FIRST)
def test_derivatives_are_accurate_to_third_order(name):
    f, reference = FIRST[name]
    x = ad.tensor(np.array(GAPS), requires_grad=True)
    beside = ad.tensor(np.tile([0.0, -1.0], (len(GAPS), 1)))
    rows = [f(ad.cat([x[:, None], beside], 1))]
    for _ in range(3):
        rows.append(ad.autograd.grad(rows[-1].sum(), x, create_graph=True)[0])
    got = np.array([r.detach().numpy() for r in rows])
    with mp.workdps(700):
        taylor = [mpmath.taylor(reference, mpmath.mpf(g), 3) for g in GAPS]
        exact = np.array([[float(c * mpmath.factorial(k)) for k, c in enumerate(row)] for row in taylor]).T
    np.testing.assert_allclose(got, exact, rtol=3e-13, atol=5e-324)


def test_the_largest_entry_of_log_softmax_is_not_rounded_to_zero():
    first = ad.log_softmax(ad.tensor([0.0, -40.0], dtype=ad.float64), 0)[0].item()
    assert first == pytest.approx(-math.exp(-40), rel=1e-14)


def test_entries_of_minus_infinity_have_zero_weight_and_zero_gradient():
    x = ad.tensor([-math.inf, 0.0, 1.0], dtype=ad.float64, requires_grad=True)
    for f in (lambda x: x.softmax(0)[1], lambda x: x.logsumexp(0), lambda x: x.logcumsumexp(0)[2]):
        (g,) = ad.autograd.grad(f(x), x, create_graph=True)
        (h,) = ad.autograd.grad(g[2], x)
        assert g[0].item() == 0
        assert h[0].item() == 0
        assert np.isfinite(g.detach().numpy()).all()
        assert np.isfinite(h.numpy()).all()


def test_the_sum_over_no_entries_is_minus_infinity():
    assert ad.logsumexp(ad.zeros(2, 0), 1).tolist() == [-math.inf, -math.inf]


def test_complex_weights_of_which_several_exceed_a_half_have_the_right_second_derivative():
    x = np.array([-1.4 - 1.2j, -1.2 + 2.9j, -1.3 - 3.2j])
    assert sum((np.exp(x) / np.exp(x).sum()).real > 0.5) == 2
    t = ad.tensor(x, requires_grad=True)
    (g,) = ad.autograd.grad(t.logsumexp(0).real, t, create_graph=True)
    np.testing.assert_allclose(g.detach().numpy(), np.conj(np.exp(x) / np.exp(x).sum()), rtol=1e-12)
    direction = np.array([1.0, 2j, 3.0])
    (h,) = ad.autograd.grad((g * ad.tensor(direction)).real.sum(), t)
    p, d = np.exp(x) / np.exp(x).sum(), np.conj(direction)
    np.testing.assert_allclose(h.numpy(), np.conj(p * (d - (p * d).sum())), rtol=1e-12)
