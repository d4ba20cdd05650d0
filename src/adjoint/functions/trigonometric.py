"""Trigonometric and hyperbolic functions by PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.fast import at_once
from ..ops import arithmetic as ar
from ..ops import trigonometric as tr
from .writing import deliver, inplaces

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["acos", "acos_", "acosh", "acosh_", "arccos", "arccos_", "arccosh", "arccosh_", "arcsin", "arcsin_",
           "arcsinh", "arcsinh_", "arctan", "arctan2", "arctan_", "arctanh", "arctanh_", "asin", "asin_", "asinh",
           "asinh_", "atan", "atan2", "atan_", "atanh", "atanh_", "cos", "cos_", "cosh", "cosh_", "deg2rad",
           "deg2rad_", "rad2deg", "rad2deg_", "sin", "sin_", "sinc", "sinc_", "sinh", "sinh_", "tan", "tan_", "tanh",
           "tanh_"]


@at_once(tr.sin)
def sin(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The sine of each element.

    >>> import adjoint as ad
    >>> ad.sin(ad.tensor([0., 1.]))
    tensor([0.0000, 0.8415])
    """
    return deliver(tr.sin(input), out)


@at_once(tr.cos)
def cos(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The cosine of each element.

    >>> import adjoint as ad
    >>> ad.cos(ad.tensor([0., 1.]))
    tensor([1.0000, 0.5403])
    """
    return deliver(tr.cos(input), out)


@at_once(tr.tan)
def tan(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The tangent of each element.

    >>> import adjoint as ad
    >>> ad.tan(ad.tensor([0., 1.]))
    tensor([0.0000, 1.5574])
    """
    return deliver(tr.tan(input), out)


@at_once(tr.sinh)
def sinh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic sine of each element.

    >>> import adjoint as ad
    >>> ad.sinh(ad.tensor([0., 1.]))
    tensor([0.0000, 1.1752])
    """
    return deliver(tr.sinh(input), out)


@at_once(tr.cosh)
def cosh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic cosine of each element.

    >>> import adjoint as ad
    >>> ad.cosh(ad.tensor([0., 1.]))
    tensor([1.0000, 1.5431])
    """
    return deliver(tr.cosh(input), out)


@at_once(tr.tanh)
def tanh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic tangent of each element.

    >>> import adjoint as ad
    >>> ad.tanh(ad.tensor([0., 1.]))
    tensor([0.0000, 0.7616])
    """
    return deliver(tr.tanh(input), out)


@at_once(tr.arcsin)
def asin(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse sine of each element, in radians.

    >>> import adjoint as ad
    >>> ad.asin(ad.tensor([0., 0.5]))
    tensor([0.0000, 0.5236])
    """
    return deliver(tr.arcsin(input), out)


@at_once(tr.arccos)
def acos(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse cosine of each element, in radians.

    >>> import adjoint as ad
    >>> ad.acos(ad.tensor([0., 0.5]))
    tensor([1.5708, 1.0472])
    """
    return deliver(tr.arccos(input), out)


@at_once(tr.arctan)
def atan(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse tangent of each element, in radians.

    >>> import adjoint as ad
    >>> ad.atan(ad.tensor([0., 1.]))
    tensor([0.0000, 0.7854])
    """
    return deliver(tr.arctan(input), out)


@at_once(tr.arcsinh)
def asinh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse hyperbolic sine of each element.

    >>> import adjoint as ad
    >>> ad.asinh(ad.tensor([0., 1.]))
    tensor([0.0000, 0.8814])
    """
    return deliver(tr.arcsinh(input), out)


@at_once(tr.arccosh)
def acosh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse hyperbolic cosine of each element.

    >>> import adjoint as ad
    >>> ad.acosh(ad.tensor([1., 2.]))
    tensor([0.0000, 1.3170])
    """
    return deliver(tr.arccosh(input), out)


@at_once(tr.arctanh)
def atanh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse hyperbolic tangent of each element.

    >>> import adjoint as ad
    >>> ad.atanh(ad.tensor([0., 0.5]))
    tensor([0.0000, 0.5493])
    """
    return deliver(tr.arctanh(input), out)


@at_once(tr.sinc)
def sinc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """sin(pi x) / (pi x) of each element, 1 at 0.

    >>> import adjoint as ad
    >>> ad.sinc(ad.tensor([0., 0.5]))
    tensor([1.0000, 0.6366])
    """
    return deliver(tr.sinc(input), out)


def atan2(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The angle of the point (other, input) in radians, between -pi and pi.

    >>> import adjoint as ad
    >>> ad.atan2(ad.tensor([1., 1.]), ad.tensor([1., -1.]))
    tensor([0.7854, 2.3562])
    """
    result = tr.arctan2(input, other)
    return result if out is None else deliver(result, out)


@at_once(ar.deg2rad)
def deg2rad(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Degrees in radians.

    >>> import adjoint as ad
    >>> ad.deg2rad(ad.tensor([180., 90.]))
    tensor([3.1416, 1.5708])
    """
    return deliver(ar.deg2rad(input), out)


@at_once(ar.rad2deg)
def rad2deg(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Radians in degrees.

    >>> import adjoint as ad
    >>> ad.rad2deg(ad.tensor([0., 1.]))
    tensor([ 0.0000, 57.2958])
    """
    return deliver(ar.rad2deg(input), out)


arccos, arccosh, arcsin, arcsinh, arctan, arctanh = acos, acosh, asin, asinh, atan, atanh
arctan2 = atan2
sin_, cos_, tan_, sinh_, cosh_, tanh_, asin_ = inplaces(sin, cos, tan, sinh, cosh, tanh, asin)
acos_, atan_, asinh_, acosh_, atanh_, sinc_ = inplaces(acos, atan, asinh, acosh, atanh, sinc)
deg2rad_, rad2deg_, arccos_, arccosh_, arcsin_ = inplaces(deg2rad, rad2deg, arccos, arccosh, arcsin)
arcsinh_, arctan_, arctanh_ = inplaces(arcsinh, arctan, arctanh)


class TrigonometricMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    sin, cos, tan, sinh, cosh, tanh, asin, acos = sin, cos, tan, sinh, cosh, tanh, asin, acos
    atan, asinh, acosh, atanh, sinc, deg2rad = atan, asinh, acosh, atanh, sinc, deg2rad
    rad2deg, atan2, arccos, arccosh, arcsin = rad2deg, atan2, arccos, arccosh, arcsin
    arcsinh, arctan, arctanh, arctan2 = arcsinh, arctan, arctanh, arctan2
    sin_, cos_, tan_, sinh_, cosh_, tanh_, asin_ = sin_, cos_, tan_, sinh_, cosh_, tanh_, asin_
    acos_, atan_, asinh_, acosh_, atanh_, sinc_ = acos_, atan_, asinh_, acosh_, atanh_, sinc_
    deg2rad_, rad2deg_, arccos_, arccosh_ = deg2rad_, rad2deg_, arccos_, arccosh_
    arcsin_, arcsinh_, arctan_, arctanh_ = arcsin_, arcsinh_, arctan_, arctanh_
    atan2_, arctan2_ = inplaces(atan2, arctan2)
