"""Logic, bits and common divisors of integers by PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..ops import comparison as cmp
from .writing import deliver, inplaces

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["bitwise_and", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor",
           "gcd", "gcd_", "lcm", "lcm_", "logical_and", "logical_not", "logical_or", "logical_xor"]


def logical_and(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether both elements are non-zero.

    >>> import adjoint as ad
    >>> ad.logical_and(ad.tensor([True, False]), ad.tensor([True, True]))
    tensor([ True, False])
    """
    result = cmp.logical_and(input, other)
    return result if out is None else deliver(result, out)


def logical_or(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether at least one of two elements is non-zero.

    >>> import adjoint as ad
    >>> ad.logical_or(ad.tensor([True, False]), ad.tensor([True, True]))
    tensor([True, True])
    """
    result = cmp.logical_or(input, other)
    return result if out is None else deliver(result, out)


def logical_xor(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether exactly one of two elements is non-zero.

    >>> import adjoint as ad
    >>> ad.logical_xor(ad.tensor([True, False]), ad.tensor([True, True]))
    tensor([False,  True])
    """
    result = cmp.logical_xor(input, other)
    return result if out is None else deliver(result, out)


def logical_not(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether each element is zero.

    >>> import adjoint as ad
    >>> ad.logical_not(ad.tensor([0., 2.]))
    tensor([ True, False])
    """
    return cmp.logical_not(input) if out is None else deliver(cmp.logical_not(input), out)


def bitwise_and(input: Any, other: Any, *, out: Tensor | None = None) -> Tensor:
    """The bits that are set in both elements.

    >>> import adjoint as ad
    >>> ad.bitwise_and(ad.tensor([6, 5]), ad.tensor([3, 3]))
    tensor([2, 1])
    """
    result = cmp.bitwise_and(input, other)
    return result if out is None else deliver(result, out)


def bitwise_or(input: Any, other: Any, *, out: Tensor | None = None) -> Tensor:
    """The bits that are set in at least one of two elements.

    >>> import adjoint as ad
    >>> ad.bitwise_or(ad.tensor([6, 5]), ad.tensor([3, 3]))
    tensor([7, 7])
    """
    result = cmp.bitwise_or(input, other)
    return result if out is None else deliver(result, out)


def bitwise_xor(input: Any, other: Any, *, out: Tensor | None = None) -> Tensor:
    """The bits that are set in exactly one of two elements.

    >>> import adjoint as ad
    >>> ad.bitwise_xor(ad.tensor([6, 5]), ad.tensor([3, 3]))
    tensor([5, 6])
    """
    result = cmp.bitwise_xor(input, other)
    return result if out is None else deliver(result, out)


def bitwise_not(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The bits that are not set; for bool, the negation.

    >>> import adjoint as ad
    >>> ad.bitwise_not(ad.tensor([0, 5]))
    tensor([-1, -6])
    """
    return cmp.bitwise_not(input) if out is None else deliver(cmp.bitwise_not(input), out)


def bitwise_left_shift(input: Any, other: Any, *, out: Tensor | None = None) -> Tensor:
    """The bits of input moved to the left by other places.

    >>> import adjoint as ad
    >>> ad.bitwise_left_shift(ad.tensor([1, 3]), 2)
    tensor([ 4, 12])
    """
    result = cmp.left_shift(input, other)
    return result if out is None else deliver(result, out)


def bitwise_right_shift(input: Any, other: Any, *, out: Tensor | None = None) -> Tensor:
    """The bits of input moved to the right by other places.

    >>> import adjoint as ad
    >>> ad.bitwise_right_shift(ad.tensor([8, -8]), 2)
    tensor([ 2, -2])
    """
    result = cmp.right_shift(input, other)
    return result if out is None else deliver(result, out)


def gcd(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The greatest common divisor of two integers.

    >>> import adjoint as ad
    >>> ad.gcd(ad.tensor([12, 7]), ad.tensor([18, 5]))
    tensor([6, 1])
    """
    result = cmp.gcd(input, other)
    return result if out is None else deliver(result, out)


def lcm(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The least common multiple of two integers.

    >>> import adjoint as ad
    >>> ad.lcm(ad.tensor([4, 7]), ad.tensor([6, 5]))
    tensor([12, 35])
    """
    result = cmp.lcm(input, other)
    return result if out is None else deliver(result, out)


gcd_, lcm_ = inplaces(gcd, lcm)


class LogicMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    logical_and, logical_or, logical_xor = logical_and, logical_or, logical_xor
    logical_not, bitwise_and, bitwise_or = logical_not, bitwise_and, bitwise_or
    bitwise_xor, bitwise_not, bitwise_left_shift = bitwise_xor, bitwise_not, bitwise_left_shift
    bitwise_right_shift, gcd, lcm = bitwise_right_shift, gcd, lcm
    gcd_, lcm_ = gcd_, lcm_
    logical_and_, logical_or_, logical_xor_ = inplaces(logical_and, logical_or, logical_xor)
    bitwise_and_, bitwise_or_ = inplaces(bitwise_and, bitwise_or)
    (logical_not_,) = inplaces(logical_not, example=None)
    bitwise_xor_, bitwise_not_ = inplaces(bitwise_xor, bitwise_not)
    bitwise_left_shift_, bitwise_right_shift_ = inplaces(bitwise_left_shift, bitwise_right_shift)
