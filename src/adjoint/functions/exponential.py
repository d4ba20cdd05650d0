"""Exponentials and logarithms by PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ops import exponential as ex
from .writing import deliver, inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["exp", "exp2", "expm1", "log", "log10", "log1p", "log2", "sigmoid"]


def exp(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """e to the power of each element.

    >>> import adjoint as ad
    >>> ad.exp(ad.tensor([0., 1.]))
    tensor([1.0000, 2.7183])
    """
    return ex.exp(input) if out is None else deliver(ex.exp(input), out)


def exp2(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """2 to the power of each element.

    >>> import adjoint as ad
    >>> ad.exp2(ad.tensor([0., 3.]))
    tensor([1., 8.])
    """
    return ex.exp2(input) if out is None else deliver(ex.exp2(input), out)


def expm1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """exp(x) - 1 of each element, accurate near 0.

    >>> import adjoint as ad
    >>> ad.expm1(ad.tensor([0., 1.]))
    tensor([0.0000, 1.7183])
    """
    return ex.expm1(input) if out is None else deliver(ex.expm1(input), out)


def log(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The natural logarithm of each element; NaN below 0.

    >>> import adjoint as ad
    >>> ad.log(ad.tensor([1., 2.]))
    tensor([0.0000, 0.6931])
    """
    return ex.log(input) if out is None else deliver(ex.log(input), out)


def log2(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm to base 2 of each element.

    >>> import adjoint as ad
    >>> ad.log2(ad.tensor([1., 8.]))
    tensor([0., 3.])
    """
    return ex.log2(input) if out is None else deliver(ex.log2(input), out)


def log10(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm to base 10 of each element.

    >>> import adjoint as ad
    >>> ad.log10(ad.tensor([1., 100.]))
    tensor([0., 2.])
    """
    return ex.log10(input) if out is None else deliver(ex.log10(input), out)


def log1p(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """log(1 + x) of each element, accurate near 0.

    >>> import adjoint as ad
    >>> ad.log1p(ad.tensor([0., 1.]))
    tensor([0.0000, 0.6931])
    """
    return ex.log1p(input) if out is None else deliver(ex.log1p(input), out)


def sigmoid(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logistic function 1 / (1 + exp(-x)) of each element.

    >>> import adjoint as ad
    >>> ad.sigmoid(ad.tensor([0., 2.]))
    tensor([0.5000, 0.8808])
    """
    return ex.sigmoid(input) if out is None else deliver(ex.sigmoid(input), out)


class ExponentialMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    exp = exp
    exp_ = inplace(exp)
    exp2 = exp2
    exp2_ = inplace(exp2)
    expm1 = expm1
    expm1_ = inplace(expm1)
    log = log
    log_ = inplace(log)
    log2 = log2
    log2_ = inplace(log2)
    log10 = log10
    log10_ = inplace(log10)
    log1p = log1p
    log1p_ = inplace(log1p)
    sigmoid = sigmoid
    sigmoid_ = inplace(sigmoid)
