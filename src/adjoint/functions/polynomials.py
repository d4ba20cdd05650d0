"""Orthogonal polynomials by the names of torch.special. They are differentiable in input; the degrees are constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..ops import polynomials as po
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["chebyshev_polynomial_t", "chebyshev_polynomial_u", "chebyshev_polynomial_v", "chebyshev_polynomial_w",
           "hermite_polynomial_h", "hermite_polynomial_he", "laguerre_polynomial_l", "legendre_polynomial_p",
           "shifted_chebyshev_polynomial_t", "shifted_chebyshev_polynomial_u", "shifted_chebyshev_polynomial_v",
           "shifted_chebyshev_polynomial_w"]


def chebyshev_polynomial_t(input: Any, n: Any, *, out: Tensor | None = None) -> Tensor:
    """The Chebyshev polynomial of the first kind of degree n at input; 0 for negative n.

    >>> import adjoint as ad
    >>> ad.special.chebyshev_polynomial_t(ad.tensor([0.5, 2.]), 2)
    tensor([-0.5000,  7.0000])
    """
    result = po.polynomial(input, n, family="chebyshev_t", shifted=False, order=0)
    return result if out is None else deliver(result, out)


def shifted_chebyshev_polynomial_t(input: Any, n: Any, *, out: Tensor | None = None) -> Tensor:
    """The Chebyshev polynomial of the first kind of degree n at 2 * input - 1; 0 for negative n.

    >>> import adjoint as ad
    >>> ad.special.shifted_chebyshev_polynomial_t(ad.tensor([0.5, 2.]), 2)
    tensor([-1., 17.])
    """
    result = po.polynomial(input, n, family="chebyshev_t", shifted=True, order=0)
    return result if out is None else deliver(result, out)


def chebyshev_polynomial_u(input: Any, n: Any, *, out: Tensor | None = None) -> Tensor:
    """The Chebyshev polynomial of the second kind of degree n at input; 0 for negative n.

    >>> import adjoint as ad
    >>> ad.special.chebyshev_polynomial_u(ad.tensor([0.5, 2.]), 2)
    tensor([ 0., 15.])
    """
    result = po.polynomial(input, n, family="chebyshev_u", shifted=False, order=0)
    return result if out is None else deliver(result, out)


def shifted_chebyshev_polynomial_u(input: Any, n: Any, *, out: Tensor | None = None) -> Tensor:
    """The Chebyshev polynomial of the second kind of degree n at 2 * input - 1; 0 for negative n.

    >>> import adjoint as ad
    >>> ad.special.shifted_chebyshev_polynomial_u(ad.tensor([0.5, 2.]), 2)
    tensor([-1., 35.])
    """
    result = po.polynomial(input, n, family="chebyshev_u", shifted=True, order=0)
    return result if out is None else deliver(result, out)


def chebyshev_polynomial_v(input: Any, n: Any, *, out: Tensor | None = None) -> Tensor:
    """The Chebyshev polynomial of the third kind of degree n at input; 0 for negative n.

    >>> import adjoint as ad
    >>> ad.special.chebyshev_polynomial_v(ad.tensor([0.5, 2.]), 2)
    tensor([-1., 11.])
    """
    result = po.polynomial(input, n, family="chebyshev_v", shifted=False, order=0)
    return result if out is None else deliver(result, out)


def shifted_chebyshev_polynomial_v(input: Any, n: Any, *, out: Tensor | None = None) -> Tensor:
    """The Chebyshev polynomial of the third kind of degree n at 2 * input - 1; 0 for negative n.

    >>> import adjoint as ad
    >>> ad.special.shifted_chebyshev_polynomial_v(ad.tensor([0.5, 2.]), 2)
    tensor([-1., 29.])
    """
    result = po.polynomial(input, n, family="chebyshev_v", shifted=True, order=0)
    return result if out is None else deliver(result, out)


def chebyshev_polynomial_w(input: Any, n: Any, *, out: Tensor | None = None) -> Tensor:
    """The Chebyshev polynomial of the fourth kind of degree n at input; 0 for negative n.

    >>> import adjoint as ad
    >>> ad.special.chebyshev_polynomial_w(ad.tensor([0.5, 2.]), 2)
    tensor([ 1., 19.])
    """
    result = po.polynomial(input, n, family="chebyshev_w", shifted=False, order=0)
    return result if out is None else deliver(result, out)


def shifted_chebyshev_polynomial_w(input: Any, n: Any, *, out: Tensor | None = None) -> Tensor:
    """The Chebyshev polynomial of the fourth kind of degree n at 2 * input - 1; 0 for negative n.

    >>> import adjoint as ad
    >>> ad.special.shifted_chebyshev_polynomial_w(ad.tensor([0.5, 2.]), 2)
    tensor([-1., 41.])
    """
    result = po.polynomial(input, n, family="chebyshev_w", shifted=True, order=0)
    return result if out is None else deliver(result, out)


def hermite_polynomial_h(input: Any, n: Any, *, out: Tensor | None = None) -> Tensor:
    """The physicists' Hermite polynomial of degree n at input; 0 for negative n.

    >>> import adjoint as ad
    >>> ad.special.hermite_polynomial_h(ad.tensor([0.5, 2.]), 2)
    tensor([-1., 14.])
    """
    result = po.polynomial(input, n, family="hermite_h", shifted=False, order=0)
    return result if out is None else deliver(result, out)


def hermite_polynomial_he(input: Any, n: Any, *, out: Tensor | None = None) -> Tensor:
    """The probabilists' Hermite polynomial of degree n at input; 0 for negative n.

    >>> import adjoint as ad
    >>> ad.special.hermite_polynomial_he(ad.tensor([0.5, 2.]), 2)
    tensor([-0.7500,  3.0000])
    """
    result = po.polynomial(input, n, family="hermite_he", shifted=False, order=0)
    return result if out is None else deliver(result, out)


def laguerre_polynomial_l(input: Any, n: Any, *, out: Tensor | None = None) -> Tensor:
    """The Laguerre polynomial of degree n at input; 0 for negative n.

    >>> import adjoint as ad
    >>> ad.special.laguerre_polynomial_l(ad.tensor([0.5, 2.]), 2)
    tensor([ 0.1250, -1.0000])
    """
    result = po.polynomial(input, n, family="laguerre_l", shifted=False, order=0)
    return result if out is None else deliver(result, out)


def legendre_polynomial_p(input: Any, n: Any, *, out: Tensor | None = None) -> Tensor:
    """The Legendre polynomial of degree n at input; 0 for negative n.

    >>> import adjoint as ad
    >>> ad.special.legendre_polynomial_p(ad.tensor([0.5, 2.]), 2)
    tensor([-0.1250,  5.5000])
    """
    result = po.polynomial(input, n, family="legendre_p", shifted=False, order=0)
    return result if out is None else deliver(result, out)


