"""Exponentials, logarithms and the logistic function by PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core import memory
from ..core.fast import at_once
from ..ops import exponential as ex
from .magnitudes import clamp
from .writing import deliver, inplaces

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["exp", "exp2", "exp2_", "exp_", "expm1", "expm1_", "log", "log10", "log10_", "log1p", "log1p_", "log2",
           "log2_", "log_", "logaddexp", "logaddexp2", "logit", "logit_", "sigmoid", "sigmoid_", "xlogy", "xlogy_"]


@at_once(ex.exp)
def exp(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """e to the power of each element.

    >>> import adjoint as ad
    >>> ad.exp(ad.tensor([0., 1.]))
    tensor([1.0000, 2.7183])
    """
    return deliver(ex.exp(input), out)


@at_once(ex.exp2)
def exp2(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """2 to the power of each element.

    >>> import adjoint as ad
    >>> ad.exp2(ad.tensor([0., 3.]))
    tensor([1., 8.])
    """
    return deliver(ex.exp2(input), out)


@at_once(ex.expm1)
def expm1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """exp(x) - 1 of each element, accurate near 0.

    >>> import adjoint as ad
    >>> ad.expm1(ad.tensor([0., 1.]))
    tensor([0.0000, 1.7183])
    """
    return deliver(ex.expm1(input), out)


@at_once(ex.log)
def log(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The natural logarithm of each element; -inf at 0, NaN below.

    >>> import adjoint as ad
    >>> ad.log(ad.tensor([1., 10.]))
    tensor([0.0000, 2.3026])
    """
    return deliver(ex.log(input), out)


@at_once(ex.log2)
def log2(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm to base 2 of each element.

    >>> import adjoint as ad
    >>> ad.log2(ad.tensor([1., 8.]))
    tensor([0., 3.])
    """
    return deliver(ex.log2(input), out)


@at_once(ex.log10)
def log10(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm to base 10 of each element.

    >>> import adjoint as ad
    >>> ad.log10(ad.tensor([1., 50.]))
    tensor([0.0000, 1.6990])
    """
    return deliver(ex.log10(input), out)


@at_once(ex.log1p)
def log1p(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """log(1 + x) of each element, accurate near 0.

    >>> import adjoint as ad
    >>> ad.log1p(ad.tensor([0., 1.]))
    tensor([0.0000, 0.6931])
    """
    return deliver(ex.log1p(input), out)


@at_once(ex.sigmoid)
def sigmoid(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logistic function 1 / (1 + exp(-x)) of each element.

    >>> import adjoint as ad
    >>> ad.sigmoid(ad.tensor([0., 2.]))
    tensor([0.5000, 0.8808])
    """
    return deliver(ex.sigmoid(input), out)


def logit(input: Tensor, eps: float | None = None, *, out: Tensor | None = None) -> Tensor:
    """log(x / (1 - x)) of each element, which is first held between eps and 1 - eps if eps is given.

    >>> import adjoint as ad
    >>> ad.logit(ad.tensor([0.5, 0.9]))
    tensor([0.0000, 2.1972])
    """
    x = input if eps is None else clamp(input, eps, 1.0 - eps)
    return ex.logit(x) if out is None else deliver(ex.logit(x), out)


def logaddexp(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """log(exp(input) + exp(other)) without overflow on the way.

    >>> import adjoint as ad
    >>> ad.logaddexp(ad.tensor([0.]), ad.tensor([100.]))
    tensor([100.])
    """
    real = memory.peek(input).dtype.kind != "c" and memory.peek(other).dtype.kind != "c"
    result = ex.logaddexp(input, other) if real else ex.complex_logaddexp(input, other)
    return result if out is None else deliver(result, out)


def logaddexp2(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """log2(2**input + 2**other) without overflow on the way.

    >>> import adjoint as ad
    >>> ad.logaddexp2(ad.tensor([0.]), ad.tensor([0.]))
    tensor([1.])
    """
    result = ex.logaddexp2(input, other)
    return result if out is None else deliver(result, out)


def xlogy(input: Any, other: Any, *, out: Tensor | None = None) -> Tensor:
    """input * log(other), which is 0 where input is 0.

    >>> import adjoint as ad
    >>> ad.xlogy(ad.tensor([0., 2.]), ad.tensor([0., 1.]))
    tensor([0., 0.])
    """
    result = ex.xlogy(input, other)
    return result if out is None else deliver(result, out)


exp_, exp2_, expm1_, log_, log2_, log10_, log1p_ = inplaces(exp, exp2, expm1, log, log2, log10, log1p)
sigmoid_, logit_, xlogy_ = inplaces(sigmoid, logit, xlogy)


class ExponentialMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    exp, exp2, expm1, log, log2, log10, log1p = exp, exp2, expm1, log, log2, log10, log1p
    sigmoid, logit, xlogy, logaddexp, logaddexp2 = sigmoid, logit, xlogy, logaddexp, logaddexp2
    exp_, exp2_, expm1_, log_, log2_, log10_ = exp_, exp2_, expm1_, log_, log2_, log10_
    log1p_, sigmoid_, logit_, xlogy_ = log1p_, sigmoid_, logit_, xlogy_
