"""The error, gamma and related functions that PyTorch has at its root. The others are in adjoint.special."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.fast import at_once
from ..errors import RangeError
from ..ops import bessel as be
from ..ops import incomplete as inc
from ..ops import special as sp
from .writing import deliver, inplace, inplaces

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["digamma", "erf", "erf_", "erfc", "erfc_", "erfinv", "i0", "i0_", "igamma", "igammac", "lgamma",
           "mvlgamma", "polygamma"]


@at_once(sp.erf)
def erf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The error function of each element.

    >>> import adjoint as ad
    >>> ad.erf(ad.tensor([0., 1.]))
    tensor([0.0000, 0.8427])
    """
    return deliver(sp.erf(input), out)


@at_once(sp.erfc)
def erfc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """1 - erf(x) of each element, accurate for large x.

    >>> import adjoint as ad
    >>> ad.erfc(ad.tensor([0., 1.]))
    tensor([1.0000, 0.1573])
    """
    return deliver(sp.erfc(input), out)


@at_once(sp.erfinv)
def erfinv(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of the error function, for each element in (-1, 1).

    >>> import adjoint as ad
    >>> ad.erfinv(ad.tensor([0., 0.5]))
    tensor([0.0000, 0.4769])
    """
    return deliver(sp.erfinv(input), out)


@at_once(sp.lgamma)
def lgamma(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm of the absolute value of the gamma function of each element.

    >>> import adjoint as ad
    >>> ad.lgamma(ad.tensor([1., 4.]))
    tensor([0.0000, 1.7918])
    """
    return deliver(sp.lgamma(input), out)


@at_once(sp.digamma)
def digamma(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The derivative of lgamma at each element.

    >>> import adjoint as ad
    >>> ad.digamma(ad.tensor([1., 4.]))
    tensor([-0.5772,  1.2561])
    """
    return deliver(sp.digamma(input), out)


@at_once(be.i0)
def i0(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The modified Bessel function of the first kind and order 0 of each element.

    >>> import adjoint as ad
    >>> ad.i0(ad.tensor([0., 1.]))
    tensor([1.0000, 1.2661])
    """
    return deliver(be.i0(input), out)


def polygamma(n: int, input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The n-th derivative of digamma at each element; RangeError for negative n.

    >>> import adjoint as ad
    >>> ad.polygamma(1, ad.tensor([1., 4.]))
    tensor([1.6449, 0.2838])
    """
    if n < 0:
        raise RangeError("polygamma(n, x) does not support negative n.")
    result = sp.polygamma(input, n=n) if n else sp.digamma(input)
    return result if out is None else deliver(result, out)


def mvlgamma(input: Tensor, p: int, *, out: Tensor | None = None) -> Tensor:
    """The logarithm of the multivariate gamma function of dimension p; RangeError unless p >= 1.

    >>> import adjoint as ad
    >>> ad.mvlgamma(ad.tensor([2., 3.]), 2)
    tensor([0.4516, 1.5502])
    """
    if p < 1:
        raise RangeError(f"p has to be greater than or equal to 1, but got {p}")
    result = sp.multigammaln(input, p=p)
    return result if out is None else deliver(result, out)


def igamma(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The regularised lower incomplete gamma function P(input, other).

    >>> import adjoint as ad
    >>> ad.igamma(ad.tensor([1., 4.]), ad.tensor([1., 4.]))
    tensor([0.6321, 0.5665])
    """
    result = inc.gammainc(input, other)
    return result if out is None else deliver(result, out)


def igammac(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The regularised upper incomplete gamma function Q(input, other).

    >>> import adjoint as ad
    >>> ad.igammac(ad.tensor([1., 4.]), ad.tensor([1., 4.]))
    tensor([0.3679, 0.4335])
    """
    result = inc.gammaincc(input, other)
    return result if out is None else deliver(result, out)


def _polygamma_of(self: Any, n: int) -> Any:
    """The n-th derivative of digamma at each element.

    >>> import adjoint as ad
    >>> ad.tensor([1., 4.]).polygamma(1)
    tensor([1.6449, 0.2838])
    """
    return polygamma(n, self)


erf_, erfc_, i0_ = inplaces(erf, erfc, i0)


class SpecialMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    erf, erfc, erfinv, lgamma, digamma, i0 = erf, erfc, erfinv, lgamma, digamma, i0
    mvlgamma, igamma, igammac = mvlgamma, igamma, igammac
    erf_, erfc_, i0_ = erf_, erfc_, i0_
    erfinv_, lgamma_, digamma_, mvlgamma_, igamma_ = inplaces(erfinv, lgamma, digamma, mvlgamma, igamma)
    igammac_ = inplace(igammac)
    polygamma = _polygamma_of
    polygamma_ = inplace(_polygamma_of)
