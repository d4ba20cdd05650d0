"""Rounding and the pieces of floating-point numbers by PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core import memory
from ..errors import DtypeError
from ..ops import arithmetic as ar
from . import return_types
from .writing import deliver, inplace, inplaces

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["ceil", "ceil_", "fix", "fix_", "floor", "floor_", "frac", "frac_", "frexp", "nextafter", "round",
           "round_", "trunc", "trunc_"]


def floor(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The largest integer not above each element. Its derivative is 0.

    >>> import adjoint as ad
    >>> ad.floor(ad.tensor([-1.5, 2.3]))
    tensor([-2.,  2.])
    """
    return ar.floor(input) if out is None else deliver(ar.floor(input), out)


def ceil(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The smallest integer not below each element. Its derivative is 0.

    >>> import adjoint as ad
    >>> ad.ceil(ad.tensor([-1.5, 2.3]))
    tensor([-1.,  3.])
    """
    return ar.ceil(input) if out is None else deliver(ar.ceil(input), out)


def trunc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The integer part of each element. Its derivative is 0.

    >>> import adjoint as ad
    >>> ad.trunc(ad.tensor([-1.5, 2.3]))
    tensor([-1.,  2.])
    """
    return ar.trunc(input) if out is None else deliver(ar.trunc(input), out)


def round(input: Tensor, *, decimals: int = 0, out: Tensor | None = None) -> Tensor:
    """The nearest integer to each element, the even one of two; or the nearest with `decimals` digits after the point.

    >>> import adjoint as ad
    >>> ad.round(ad.tensor([0.5, 1.5, 2.345]))
    tensor([0., 2., 2.])
    """
    if decimals and memory.peek(input).dtype.kind in "biu":
        raise DtypeError("round with decimals is for floating-point tensors; integers are round already")
    result = ar.round(input, decimals=decimals) if decimals else ar.round(input)
    return result if out is None else deliver(result, out)


def frac(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """x - trunc(x) of each element. DtypeError for integers.

    >>> import adjoint as ad
    >>> ad.frac(ad.tensor([-1.5, 2.25]))
    tensor([-0.5000,  0.2500])
    """
    if memory.peek(input).dtype.kind not in "fV":
        raise DtypeError("frac is for real floating-point tensors; the fraction of an integer is 0")
    result = ar.frac(input)
    return result if out is None else deliver(result, out)


def frexp(input: Tensor, *, out: Any = None) -> Any:
    """(mantissa, exponent) with input = mantissa * 2**exponent and 0.5 <= |mantissa| < 1.

    >>> import adjoint as ad
    >>> ad.frexp(ad.tensor([6., 0.75]))[0]
    tensor([0.7500, 0.7500])
    """
    if memory.peek(input).dtype.kind not in "fV":
        raise DtypeError("adjoint.frexp() only supports floating-point dtypes")
    result = return_types.frexp(*ar.frexp(input))
    return result if out is None else deliver(result, out)


def nextafter(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The floating-point number after each element of input in the direction of other.

    >>> import adjoint as ad
    >>> ad.nextafter(ad.tensor([1.]), ad.tensor([2.])) > 1
    tensor([True])
    """
    result = ar.nextafter(input, other)
    return result if out is None else deliver(result, out)


fix = trunc
floor_, ceil_, trunc_, fix_, round_, frac_ = inplaces(floor, ceil, trunc, fix, round, frac)


class RoundingMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    floor, ceil, trunc, fix, round, frac, frexp = floor, ceil, trunc, fix, round, frac, frexp
    nextafter = nextafter
    floor_, ceil_, trunc_, fix_, round_, frac_ = floor_, ceil_, trunc_, fix_, round_, frac_
    nextafter_ = inplace(nextafter)
