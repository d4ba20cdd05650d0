"""Losses of numbers and of probabilities by the names of torch.nn.functional: element by element, then reduced.

Losses of classes are in class_losses, those with a margin in margin_losses, of sequences in ctc.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import memory
from ..core.tensor import TensorBase
from ..errors import RangeError, ShapeError
from ..ops import arithmetic as ar
from ..ops import exponential as ex
from ..ops import losses as ops
from ..ops import reduction as red
from ..ops import structure as st
from ..ops.selection import select

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "kl_div",
    "poisson_nll_loss",
    "gaussian_nll_loss",
]


def reduced(loss: Any, reduction: str, name: str = "Mean") -> Any:
    """The loss of each element, or their mean or sum, as `reduction` says; the node is called `name`."""
    if reduction == "mean" or reduction == "sum":
        return ops.reduced(loss, how=reduction, name=name)
    if reduction != "none":
        raise ValueError(f"{reduction} is not a valid value for reduction; expected 'none', 'mean' or 'sum'")
    return loss


def legacy(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """`reduction`, or what its two deprecated predecessors say."""
    if size_average is None and reduce is None:
        return reduction
    old = "none" if reduce is False else "mean" if size_average is not False else "sum"
    warnings.warn(f"size_average and reduce args will be deprecated, please use reduction='{old}' instead.",
                  stacklevel=3)
    return old


def _compared(input: Any, target: Any) -> None:
    """A warning if the two have different shapes, which is more often a mistake than meant."""
    a, b = memory.peek(input).shape, memory.peek(target).shape
    if a != b:
        warnings.warn(f"Using a target size ({list(b)}) that is different to the input size ({list(a)}). This will "
                      "likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
                      stacklevel=3)


def _weighted(loss: Any, weight: Any, reduction: str, name: str) -> Any:
    """The reduced loss, its mean weighted."""
    if weight is None:
        return reduced(loss, reduction, name)
    if memory.peek(weight).shape != memory.peek(loss).shape:
        raise ShapeError(f"Inputs and weights must have the same size: {list(memory.peek(loss).shape)} and "
                         f"{list(memory.peek(weight).shape)}")
    loss = ar.multiply(loss, weight)
    return ar.divide(red.sum(loss), red.sum(weight)) if reduction == "mean" else reduced(loss, reduction, name)


def mse_loss(input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None,
             reduction: str = "mean", weight: Tensor | None = None) -> Tensor:
    """The squared differences, reduced; `weight` multiplies each (and its sum divides the mean).

    >>> import adjoint as ad
    >>> ad.nn.functional.mse_loss(ad.tensor([1., 2.]), ad.tensor([1., 4.]))
    tensor(2.)
    """
    reduction = legacy(size_average, reduce, reduction)
    _compared(input, target)
    return _weighted(ops.squared_error(input, target), weight, reduction, "MseLoss")


def l1_loss(input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None,
            reduction: str = "mean", weight: Tensor | None = None) -> Tensor:
    """The absolute differences, reduced; `weight` multiplies each (and its sum divides the mean).

    >>> import adjoint as ad
    >>> ad.nn.functional.l1_loss(ad.tensor([1., 2.]), ad.tensor([1., 4.]))
    tensor(1.)
    """
    reduction = legacy(size_average, reduce, reduction)
    _compared(input, target)
    return _weighted(ar.absolute(ar.subtract(input, target)), weight, reduction, "Mean")


def smooth_l1_loss(input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None,
                   reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """d^2 / (2 beta) for differences |d| < beta and |d| - beta / 2 beyond, reduced; beta = 0 is l1_loss.

    >>> import adjoint as ad
    >>> ad.nn.functional.smooth_l1_loss(ad.tensor([1., 2.]), ad.tensor([1.5, 4.]), reduction="none")
    tensor([0.1250, 1.5000])
    """
    reduction = legacy(size_average, reduce, reduction)
    _compared(input, target)
    if beta < 0:
        raise RangeError(f"smooth_l1_loss does not support negative values for beta: {beta}")
    difference = ar.subtract(input, target)
    if beta == 0:
        return reduced(ar.absolute(difference), reduction)
    return reduced(ops.smooth_absolute(difference, beta=float(beta)), reduction, "SmoothL1Loss")


def huber_loss(input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0,
               weight: Tensor | None = None) -> Tensor:
    """d^2 / 2 for differences |d| < delta and delta (|d| - delta / 2) beyond, reduced.

    >>> import adjoint as ad
    >>> ad.nn.functional.huber_loss(ad.tensor([1., 2.]), ad.tensor([1.5, 5.]), reduction="none", delta=2.)
    tensor([0.1250, 4.0000])
    """
    _compared(input, target)
    if delta <= 0:
        raise RangeError(f"huber_loss does not support non-positive values for delta: {delta}")
    loss = ar.multiply(ops.smooth_absolute(ar.subtract(input, target), beta=float(delta)), float(delta))
    return _weighted(loss, weight, reduction, "HuberLoss")


def binary_cross_entropy(input: Tensor, target: Tensor, weight: Tensor | None = None,
                         size_average: bool | None = None, reduce: bool | None = None,
                         reduction: str = "mean") -> Tensor:
    """-(target log input + (1 - target) log(1 - input)) of probabilities, reduced; logarithms stop at -100.

    >>> import adjoint as ad
    >>> ad.nn.functional.binary_cross_entropy(ad.tensor([0.5, 1.]), ad.tensor([1., 0.]), reduction="none")
    tensor([  0.6931, 100.0000])
    """
    reduction = legacy(size_average, reduce, reduction)
    a, b = memory.peek(input), memory.peek(target)
    if a.shape != b.shape:
        raise ShapeError(f"Using a target size ({list(b.shape)}) that is different to the input size "
                         f"({list(a.shape)}) is deprecated. Please ensure they have the same size.")
    if a.size and not ((numbers := memory.everything(input)).min() >= 0 and numbers.max() <= 1):
        raise RangeError("all elements of input should be between 0 and 1; for scores there is "
                         "binary_cross_entropy_with_logits")
    loss = ops.binary(input, target)
    if weight is not None:
        loss = ar.multiply(loss, weight)
    return reduced(loss, reduction, "BinaryCrossEntropy")


def binary_cross_entropy_with_logits(input: Tensor, target: Tensor, weight: Tensor | None = None,
                                     size_average: bool | None = None, reduce: bool | None = None,
                                     reduction: str = "mean", pos_weight: Tensor | None = None) -> Tensor:
    """The binary cross-entropy of sigmoid(input), accurate in both tails; `pos_weight` multiplies the positive part.

    >>> import adjoint as ad
    >>> ad.nn.functional.binary_cross_entropy_with_logits(ad.tensor([0., -200.]), ad.tensor([1., 1.]), reduction="none")
    tensor([  0.6931, 200.0000])
    """
    reduction = legacy(size_average, reduce, reduction)
    a, b = memory.peek(input).shape, memory.peek(target).shape
    if a != b:
        raise ShapeError(f"Target size ({list(b)}) must be the same as input size ({list(a)})")
    if pos_weight is None:
        loss = ops.binary_logits(input, target)
    else:
        positive = ex.softplus(ar.negative(input), beta=1.0, threshold=None)
        negative = ex.softplus(input, beta=1.0, threshold=None)
        loss = ar.add(ar.annihilate(ar.multiply(pos_weight, target), positive),
                      ar.annihilate(ar.subtract(1, target), negative))
    if weight is not None:
        loss = ar.multiply(loss, weight)
    return reduced(loss, reduction, "BinaryCrossEntropyWithLogits")


def kl_div(input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None,
           reduction: str = "mean", log_target: bool = False) -> Tensor:
    """target (log target - input), 0 where target is 0, reduced; the input holds log-probabilities.

    With `log_target` so does the target. "batchmean" divides the sum by the length of the first dimension, which is the
    mean of the divergences.

    >>> import adjoint as ad
    >>> p = ad.tensor([[0.5, 0.5]])
    >>> ad.nn.functional.kl_div(ad.tensor([[0.25, 0.75]]).log(), p, reduction="batchmean")
    tensor(0.1438)
    """
    reduction = legacy(size_average, reduce, reduction)
    if reduction == "mean":
        warnings.warn("reduction: 'mean' divides the total loss by both the batch size and the support size."
                      "'batchmean' divides only by the batch size, and aligns with the KL div math definition."
                      "'mean' will be changed to behave the same as 'batchmean' in the next major release.",
                      stacklevel=2)
    if log_target:
        loss = ar.multiply(ex.exp(target), ar.subtract(target, input))
    else:
        loss = ar.subtract(ex.xlogy(target, target), ar.annihilate(target, input))
    if reduction == "batchmean":
        total = red.sum(loss)
        return total if memory.peek(input).ndim == 0 else ar.divide(total, float(input.shape[0]))
    return reduced(loss, reduction)


def poisson_nll_loss(input: Tensor, target: Tensor, log_input: bool = True, full: bool = False,
                     size_average: bool | None = None, eps: float = 1e-8, reduce: bool | None = None,
                     reduction: str = "mean") -> Tensor:
    """exp(input) - target input, the negative log-likelihood of counts without log(target!), reduced.

    Without `log_input` the input is the rate itself: input - target log(input + eps). `full` adds Stirling's formula
    for log(target!) where target > 1.

    >>> import adjoint as ad
    >>> ad.nn.functional.poisson_nll_loss(ad.tensor([0., 1.]), ad.tensor([2., 1.]), reduction="none")
    tensor([1.0000, 1.7183])
    """
    reduction = legacy(size_average, reduce, reduction)
    if log_input:
        loss = ar.subtract(ex.exp(input), ar.multiply(target, input))
    else:
        loss = ar.subtract(input, ar.multiply(target, ex.log(ar.add(input, eps))))
    if full:
        stirling = ar.add(ar.subtract(ex.xlogy(target, target), target), ar.multiply(
            ex.log(ar.multiply(target, 2 * math.pi)), 0.5))
        loss = ar.add(loss, select(stirling, 0.0, condition=memory.load(target) > 1))
    return reduced(loss, reduction)


def gaussian_nll_loss(input: Tensor, target: Tensor, var: Tensor | float, full: bool = False, eps: float = 1e-6,
                      reduction: str = "mean") -> Tensor:
    """(log var + (input - target)^2 / var) / 2, reduced; var is held above eps, `full` adds log(2 pi) / 2.

    `var` is a number, or has the shape of the input, or that shape without its last dimension or with 1 there.

    >>> import adjoint as ad
    >>> ad.nn.functional.gaussian_nll_loss(ad.tensor([1., 2.]), ad.tensor([1., 4.]), 1.0)
    tensor(1.)
    """
    shape = memory.peek(input).shape
    variance: Any = var
    if not isinstance(variance, TensorBase):
        if variance < 0:
            raise ValueError(f"var has negative entry/entries: {variance}")
        variance = st.full_like(input, fill_value=float(variance))
    own = memory.peek(variance).shape
    if own != shape:
        if own == shape[:-1]:
            variance = st.expand_dims(variance, axis=-1)
        elif own[:-1] != shape[:-1] or own[-1:] != (1,):
            raise ShapeError(f"var is of incorrect size: {list(own)} for an input of {list(shape)}; expected the "
                             "same, or the same without the last dimension, or with 1 there")
    if np.any(memory.everything(variance) < 0):
        raise ValueError("var has negative entry/entries")
    variance = ops.held_above(variance, least=eps)
    square = ops.squared_error(input, target)
    loss = ar.multiply(ar.add(ex.log(variance), ar.divide(square, variance)), 0.5)
    if full:
        loss = ar.add(loss, 0.5 * math.log(2 * math.pi))
    return reduced(loss, reduction)
