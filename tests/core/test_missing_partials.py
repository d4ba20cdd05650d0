"""An operand without a partial derivative is refused when a gradient is wanted of it, never given None in silence."""

from __future__ import annotations

import pytest

import adjoint as ad


def test_a_polynomials_degree_has_no_derivative_and_says_so():
    x = ad.tensor([0.5], requires_grad=True)
    degree = ad.tensor([2.0], requires_grad=True)
    y = ad.special.chebyshev_polynomial_t(x, degree)
    with pytest.raises(NotImplementedError, match=r"no derivative in its second operand.*stop_gradient"):
        y.sum().backward()
    (g,) = ad.autograd.grad(ad.special.chebyshev_polynomial_t(x, degree.detach()).sum(), x)
    assert g.tolist() == [2.0]
