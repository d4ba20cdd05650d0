"""Losses by the names of torch.nn.functional."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ..core import memory
from ..errors import ShapeError
from ..ops import arithmetic as ar
from ..ops import reduction as red
from ..ops.losses import class_losses

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["cross_entropy", "mse_loss"]


def reduced(loss: Tensor, reduction: str) -> Tensor:
    """The loss of each element, or their mean or sum, as `reduction` says."""
    if reduction == "mean":
        return red.mean(loss)
    if reduction == "sum":
        return red.sum(loss)
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


def mse_loss(input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None,
             reduction: str = "mean", weight: Tensor | None = None) -> Tensor:
    """The squared differences, reduced; `weight` multiplies each (and its sum divides the mean).

    >>> import adjoint as ad
    >>> ad.nn.functional.mse_loss(ad.tensor([1., 2.]), ad.tensor([1., 4.]))
    tensor(2.)
    """
    reduction = legacy(size_average, reduce, reduction)
    loss = ar.square(ar.subtract(input, target))
    if weight is None:
        return reduced(loss, reduction)
    loss = ar.multiply(loss, weight)
    return ar.divide(red.sum(loss), red.sum(weight)) if reduction == "mean" else reduced(loss, reduction)


def cross_entropy(input: Tensor, target: Tensor, weight: Tensor | None = None, size_average: bool | None = None,
                  ignore_index: int = -100, reduce: bool | None = None, reduction: str = "mean",
                  label_smoothing: float = 0.0) -> Tensor:
    """The negative log-likelihood of the targets under softmax of the scores along dimension 1 (0 if 1-D).

    Targets are classes (integers, of the scores' shape without the class dimension; `ignore_index` is left out) or
    probabilities (of the scores' shape). The mean over classes is weighted by `weight`.

    >>> import adjoint as ad
    >>> ad.nn.functional.cross_entropy(ad.tensor([[0., 0.]]), ad.tensor([1]))
    tensor(0.6931)
    """
    reduction = legacy(size_average, reduce, reduction)
    classes = memory.load(target)
    if classes.dtype.kind in "iu" and input.ndim == 2 and weight is None and label_smoothing == 0.0:
        n, c = input.shape
        if classes.shape != (n,):
            raise ShapeError(f"Expected input batch_size ({n}) to match target batch_size ({classes.shape}).")
        if ignore_index < 0 and classes.size and 0 <= classes.min() and classes.max() < c:
            return reduced(class_losses(input, target=classes), reduction)
    raise NotImplementedError

