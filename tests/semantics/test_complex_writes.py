"""Writes through the real and imaginary parts of complex tensors, against finite differences, to second order."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad

RNG = np.random.default_rng(0)
X = RNG.normal(size=3) + 1j * RNG.normal(size=3)
W = RNG.normal(size=3) + 1j * RNG.normal(size=3)


def scaled_imaginary_part(y, x, w):
    y.imag.mul_(w.real)


def real_part_from_imaginary_part(y, x, w):
    y.real[0] = (w * x).imag[1]


def repeated_index_into_pairs(y, x, w):
    ad.view_as_real(y)[ad.tensor([0, 0, 1]), 1] = (x * w).abs()


def pairs_from_pairs(y, x, w):
    pairs = ad.view_as_real(y)
    pairs[1] = pairs[2] * pairs[0]


def part_from_the_other(y, x, w):
    y.real.copy_(y.imag * y.real)
    y[1:].imag.fill_(2.0)


def complex_view_of_reals(y, x, w):
    pairs = ad.view_as_real(x * w) * 1.0
    numbers = ad.view_as_complex(pairs)
    numbers.mul_(x)
    numbers[0] = x[1] * w[0]
    y.add_(ad.view_as_complex(pairs * pairs))


def parts_of_columns(y, x, w):
    z = ad.stack([x, x * w]).T * 1.0
    z.T.reshape(-1).imag[1:4] = x.real
    y.mul_(z.sum(1))


PROGRAMS = [scaled_imaginary_part, real_part_from_imaginary_part, repeated_index_into_pairs, pairs_from_pairs,
            part_from_the_other, complex_view_of_reals, parts_of_columns]


def loss(write, x):
    y, w = x * 1, ad.tensor(W)
    write(y, x, w)
    return (y.abs() ** 2 * (2 + y.real)).sum()


def differences(f):
    """The gradient, d/dre + i d/dim, of a real function of the complex vector, at X."""
    out = np.zeros(3, complex)
    for i in range(3):
        for d in (1, 1j):
            step = np.zeros(3, complex)
            step[i] = 1e-6 * d
            out[i] += d * (f(X + step) - f(X - step)) / 2e-6
    return out


def slope(write, x):
    """A real number made of the gradient at x, differentiable, and x as a leaf."""
    leaf = ad.tensor(x, requires_grad=True)
    (g,) = ad.autograd.grad(loss(write, leaf), leaf, create_graph=True)
    return (g * ad.tensor([1.0, 2j, 3.0 + 1j])).real.sum(), leaf


@pytest.mark.parametrize("write", PROGRAMS)
def test_writes_to_parts_of_complex_numbers_are_differentiated(write):
    x = ad.tensor(X, requires_grad=True)
    loss(write, x).backward()
    np.testing.assert_allclose(x.grad.numpy(), differences(lambda v: loss(write, ad.tensor(v)).item()), rtol=1e-5)
    s, leaf = slope(write, X)
    (h,) = ad.autograd.grad(s, leaf)
    np.testing.assert_allclose(h.numpy(), differences(lambda v: slope(write, v)[0].item()), rtol=1e-5)
