"""Comparisons, and the larger and smaller of two, by PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..ops import arithmetic as ar
from ..ops import comparison as cmp
from .writing import deliver, inplaces

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["eq", "fmax", "fmin", "ge", "greater", "greater_equal", "gt", "le", "less", "less_equal", "lt", "maximum",
           "minimum", "ne", "not_equal"]


def eq(input: Tensor, other: Any, *, out: Tensor | None = None) -> Tensor:
    """Whether elements are equal.

    >>> import adjoint as ad
    >>> ad.eq(ad.tensor([1., 2.]), 2)
    tensor([False,  True])
    """
    result = cmp.equal(input, other)
    return result if out is None else deliver(result, out)


def ne(input: Tensor, other: Any, *, out: Tensor | None = None) -> Tensor:
    """Whether elements differ.

    >>> import adjoint as ad
    >>> ad.ne(ad.tensor([1., 2.]), 2)
    tensor([ True, False])
    """
    result = cmp.not_equal(input, other)
    return result if out is None else deliver(result, out)


def lt(input: Tensor, other: Any, *, out: Tensor | None = None) -> Tensor:
    """Whether elements of input are less.

    >>> import adjoint as ad
    >>> ad.lt(ad.tensor([1., 2.]), 2)
    tensor([ True, False])
    """
    result = cmp.less(input, other)
    return result if out is None else deliver(result, out)


def le(input: Tensor, other: Any, *, out: Tensor | None = None) -> Tensor:
    """Whether elements of input are less or equal.

    >>> import adjoint as ad
    >>> ad.le(ad.tensor([1., 2.]), 2)
    tensor([True, True])
    """
    result = cmp.less_equal(input, other)
    return result if out is None else deliver(result, out)


def gt(input: Tensor, other: Any, *, out: Tensor | None = None) -> Tensor:
    """Whether elements of input are greater.

    >>> import adjoint as ad
    >>> ad.gt(ad.tensor([1., 2.]), 2)
    tensor([False, False])
    """
    result = cmp.greater(input, other)
    return result if out is None else deliver(result, out)


def ge(input: Tensor, other: Any, *, out: Tensor | None = None) -> Tensor:
    """Whether elements of input are greater or equal.

    >>> import adjoint as ad
    >>> ad.ge(ad.tensor([1., 2.]), 2)
    tensor([False,  True])
    """
    result = cmp.greater_equal(input, other)
    return result if out is None else deliver(result, out)


def maximum(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The larger of two elements, NaN if either is; where they are equal, each gets half of the derivative.

    >>> import adjoint as ad
    >>> ad.maximum(ad.tensor([1., 5.]), ad.tensor([3., 2.]))
    tensor([3., 5.])
    """
    result = ar.maximum(input, other)
    return result if out is None else deliver(result, out)


def minimum(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The smaller of two elements, NaN if either is; where they are equal, each gets half of the derivative.

    >>> import adjoint as ad
    >>> ad.minimum(ad.tensor([1., 5.]), ad.tensor([3., 2.]))
    tensor([1., 2.])
    """
    result = ar.minimum(input, other)
    return result if out is None else deliver(result, out)


def fmax(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The larger of two elements, the other one where one is NaN; where they are equal, input gets the derivative.

    >>> import adjoint as ad
    >>> ad.fmax(ad.tensor([1., 5.]), ad.tensor([3., 2.]))
    tensor([3., 5.])
    """
    result = ar.fmax(input, other)
    return result if out is None else deliver(result, out)


def fmin(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The smaller of two elements, the other one where one is NaN; where they are equal, input gets the derivative.

    >>> import adjoint as ad
    >>> ad.fmin(ad.tensor([1., 5.]), ad.tensor([3., 2.]))
    tensor([1., 2.])
    """
    result = ar.fmin(input, other)
    return result if out is None else deliver(result, out)


not_equal, less, less_equal, greater, greater_equal = ne, lt, le, gt, ge


class ComparisonMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    eq, ne, lt, le, gt, ge, maximum, minimum = eq, ne, lt, le, gt, ge, maximum, minimum
    fmax, fmin, not_equal, less, less_equal = fmax, fmin, not_equal, less, less_equal
    greater, greater_equal = greater, greater_equal
    eq_, ne_, lt_, le_, gt_, ge_, not_equal_, less_ = inplaces(eq, ne, lt, le, gt, ge, not_equal, less, example=None)
    less_equal_, greater_, greater_equal_ = inplaces(less_equal, greater, greater_equal, example=None)
