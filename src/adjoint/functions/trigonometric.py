"""Trigonometric and hyperbolic functions by PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ops import trigonometric as tr
from .writing import deliver, inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "sin", "sinc", "sinh", "tan", "tanh"]


def sin(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The sine of each element.

    >>> import adjoint as ad
    >>> ad.sin(ad.tensor([0., 1.]))
    tensor([0.0000, 0.8415])
    """
    return tr.sin(input) if out is None else deliver(tr.sin(input), out)


def cos(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The cosine of each element.

    >>> import adjoint as ad
    >>> ad.cos(ad.tensor([0., 1.]))
    tensor([1.0000, 0.5403])
    """
    return tr.cos(input) if out is None else deliver(tr.cos(input), out)


def tan(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The tangent of each element.

    >>> import adjoint as ad
    >>> ad.tan(ad.tensor([0., 1.]))
    tensor([0.0000, 1.5574])
    """
    return tr.tan(input) if out is None else deliver(tr.tan(input), out)


def sinh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic sine of each element.

    >>> import adjoint as ad
    >>> ad.sinh(ad.tensor([0., 1.]))
    tensor([0.0000, 1.1752])
    """
    return tr.sinh(input) if out is None else deliver(tr.sinh(input), out)


def cosh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic cosine of each element.

    >>> import adjoint as ad
    >>> ad.cosh(ad.tensor([0., 1.]))
    tensor([1.0000, 1.5431])
    """
    return tr.cosh(input) if out is None else deliver(tr.cosh(input), out)


def tanh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic tangent of each element.

    >>> import adjoint as ad
    >>> ad.tanh(ad.tensor([0., 1.]))
    tensor([0.0000, 0.7616])
    """
    return tr.tanh(input) if out is None else deliver(tr.tanh(input), out)


def asin(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse sine of each element, in radians.

    >>> import adjoint as ad
    >>> ad.asin(ad.tensor(0.5))
    tensor(0.5236)
    """
    return tr.arcsin(input) if out is None else deliver(tr.arcsin(input), out)


def acos(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse cosine of each element, in radians.

    >>> import adjoint as ad
    >>> ad.acos(ad.tensor(0.5))
    tensor(1.0472)
    """
    return tr.arccos(input) if out is None else deliver(tr.arccos(input), out)


def atan(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse tangent of each element, in radians.

    >>> import adjoint as ad
    >>> ad.atan(ad.tensor(1.))
    tensor(0.7854)
    """
    return tr.arctan(input) if out is None else deliver(tr.arctan(input), out)


def asinh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse hyperbolic sine of each element.

    >>> import adjoint as ad
    >>> ad.asinh(ad.tensor(1.))
    tensor(0.8814)
    """
    return tr.arcsinh(input) if out is None else deliver(tr.arcsinh(input), out)


def acosh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse hyperbolic cosine of each element.

    >>> import adjoint as ad
    >>> ad.acosh(ad.tensor(2.))
    tensor(1.3170)
    """
    return tr.arccosh(input) if out is None else deliver(tr.arccosh(input), out)


def atanh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse hyperbolic tangent of each element.

    >>> import adjoint as ad
    >>> ad.atanh(ad.tensor(0.5))
    tensor(0.5493)
    """
    return tr.arctanh(input) if out is None else deliver(tr.arctanh(input), out)


def sinc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """sin(pi x) / (pi x) of each element, 1 at 0.

    >>> import adjoint as ad
    >>> ad.sinc(ad.tensor([0., 0.5]))
    tensor([1.0000, 0.6366])
    """
    return tr.sinc(input) if out is None else deliver(tr.sinc(input), out)


class TrigonometricMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    sin = sin
    sin_ = inplace(sin)
    cos = cos
    cos_ = inplace(cos)
    tan = tan
    tan_ = inplace(tan)
    sinh = sinh
    sinh_ = inplace(sinh)
    cosh = cosh
    cosh_ = inplace(cosh)
    tanh = tanh
    tanh_ = inplace(tanh)
    asin = asin
    asin_ = inplace(asin)
    acos = acos
    acos_ = inplace(acos)
    atan = atan
    atan_ = inplace(atan)
    asinh = asinh
    asinh_ = inplace(asinh)
    acosh = acosh
    acosh_ = inplace(acosh)
    atanh = atanh
    atanh_ = inplace(atanh)
    sinc = sinc
    sinc_ = inplace(sinc)
