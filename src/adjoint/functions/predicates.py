"""Tests of each element by PyTorch's names: finite, real, close."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core import dtypes, memory
from ..errors import DtypeError, RangeError
from ..ops import comparison as cmp
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["allclose", "isclose", "isfinite", "isinf", "isnan", "isneginf", "isposinf", "isreal"]


def isnan(input: Tensor) -> Tensor:
    """Whether each element is NaN.

    >>> import adjoint as ad
    >>> ad.isnan(ad.tensor([1., float("inf"), float("nan")]))
    tensor([False, False,  True])
    """
    return cmp.isnan(input)


def isinf(input: Tensor) -> Tensor:
    """Whether each element is infinite.

    >>> import adjoint as ad
    >>> ad.isinf(ad.tensor([1., float("inf"), float("nan")]))
    tensor([False,  True, False])
    """
    return cmp.isinf(input)


def isfinite(input: Tensor) -> Tensor:
    """Whether each element is neither infinite nor NaN.

    >>> import adjoint as ad
    >>> ad.isfinite(ad.tensor([1., float("inf"), float("nan")]))
    tensor([ True, False, False])
    """
    return cmp.isfinite(input)


def isreal(input: Tensor) -> Tensor:
    """Whether each element has no imaginary part.

    >>> import adjoint as ad
    >>> ad.isreal(ad.tensor([1., 2.j]))
    tensor([ True, False])
    """
    return cmp.isreal(input)


def isposinf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether each element is +inf.

    >>> import adjoint as ad
    >>> ad.isposinf(ad.tensor([1., float("inf"), float("nan")]))
    tensor([False,  True, False])
    """
    return cmp.isposinf(input) if out is None else deliver(cmp.isposinf(input), out)


def isneginf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether each element is -inf.

    >>> import adjoint as ad
    >>> ad.isneginf(ad.tensor([1., float("inf"), float("nan")]))
    tensor([False, False, False])
    """
    return cmp.isneginf(input) if out is None else deliver(cmp.isneginf(input), out)


def isclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """Whether |input - other| <= atol + rtol * |other|, for each element; equal infinities are close.

    DtypeError if the dtypes differ, RangeError for a negative tolerance.

    >>> import adjoint as ad
    >>> ad.isclose(ad.tensor([1., 2.]), ad.tensor([1.000001, 3.]))
    tensor([ True, False])
    """
    a, b = memory.peek(input).dtype, memory.peek(other).dtype
    if a != b:
        raise DtypeError(f"{dtypes.of(a)!r} did not match {dtypes.of(b)!r}")
    if not rtol >= 0 or not atol >= 0:
        raise RangeError(f"rtol and atol must be greater than or equal to zero, but got rtol={rtol} and atol={atol}")
    return cmp.isclose(input, other, rtol=rtol, atol=atol, equal_nan=equal_nan)


def allclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    """Whether every element is close, as isclose says.

    >>> import adjoint as ad
    >>> ad.allclose(ad.tensor([1., 2.]), ad.tensor([1.000001, 2.]))
    True
    """
    return bool(np.all(memory.load(isclose(input, other, rtol, atol, equal_nan))))


class PredicateMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    isnan, isinf, isfinite, isreal, isposinf = isnan, isinf, isfinite, isreal, isposinf
    isneginf, isclose, allclose = isneginf, isclose, allclose
