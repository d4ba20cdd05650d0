"""Losses with a margin: of pairs, of triplets, and of the scores of classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import memory
from ..core.tensor import wrap
from ..errors import DimensionError, RangeError, ShapeError
from ..ops import activations as act
from ..ops import arithmetic as ar
from ..ops import exponential as ex
from ..ops import losses as ops
from ..ops import reduction as red
from ..ops import structure as st
from ..ops.along import take_along
from ..ops.indexing import get
from ..ops.selection import select
from .distances import pairwise_distance
from .losses import legacy, reduced

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "hinge_embedding_loss",
    "margin_ranking_loss",
    "cosine_embedding_loss",
    "soft_margin_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]


def _either(target: Any, positive: Any, negative: Any) -> Any:
    """`positive` where the target is 1, `negative` where it is -1, and their sum elsewhere, as PyTorch has it."""
    y = memory.load(target)
    return ar.add(select(0.0, positive, condition=y == -1), select(0.0, negative, condition=y == 1))


def hinge_embedding_loss(input: Tensor, target: Tensor, margin: float = 1.0, size_average: bool | None = None,
                         reduce: bool | None = None, reduction: str = "mean") -> Tensor:
    """The distance where the target is 1 and max(0, margin - distance) where it is -1, reduced.

    >>> import adjoint as ad
    >>> ad.nn.functional.hinge_embedding_loss(ad.tensor([0.2, 0.2]), ad.tensor([1, -1]), reduction="none")
    tensor([0.2000, 0.8000])
    """
    reduction = legacy(size_average, reduce, reduction)
    apart = ar.clamp_min(ar.subtract(float(margin), input), 0.0)
    return reduced(_either(target, input, apart), reduction)


def margin_ranking_loss(input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0,
                        size_average: bool | None = None, reduce: bool | None = None,
                        reduction: str = "mean") -> Tensor:
    """max(0, margin - target (input1 - input2)), reduced: target 1 wants the first to be larger, -1 the second.

    >>> import adjoint as ad
    >>> ad.nn.functional.margin_ranking_loss(ad.tensor([1., 1.]), ad.tensor([3., 3.]), ad.tensor([1, -1]))
    tensor(1.)
    """
    reduction = legacy(size_average, reduce, reduction)
    dims = {memory.peek(t).ndim for t in (input1, input2, target)}
    if len(dims) != 1:
        raise ShapeError(f"margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: "
                         f"{list(input1.shape)}, input2: {list(input2.shape)}, target: {list(target.shape)}")
    gap = ar.multiply(ar.negative(target), ar.subtract(input1, input2))
    return reduced(ar.clamp_min(ar.add(gap, float(margin)), 0.0), reduction)


def cosine_embedding_loss(input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0,
                          size_average: bool | None = None, reduce: bool | None = None,
                          reduction: str = "mean") -> Tensor:
    """1 - cos where the target is 1 and max(0, cos - margin) where it is -1, reduced; cos over the last dimension.

    >>> import adjoint as ad
    >>> x, y = ad.tensor([[1., 0.], [1., 0.]]), ad.tensor([[1., 1.], [1., 1.]])
    >>> ad.nn.functional.cosine_embedding_loss(x, y, ad.tensor([1, -1]), reduction="none")
    tensor([0.2929, 0.7071])
    """
    reduction = legacy(size_average, reduce, reduction)
    ndim = memory.peek(target).ndim
    if ndim > 1:
        raise ShapeError(f"0D or 1D target tensor expected, multi-target not supported; got {list(target.shape)}")
    if memory.peek(input1).ndim != ndim + 1 or memory.peek(input2).ndim != ndim + 1:
        raise ShapeError(f"{ndim}D target tensor expects {ndim + 1}D input tensors, but found inputs with sizes "
                         f"{list(input1.shape)} and {list(input2.shape)}.")
    lengths = ar.multiply(_square(input1), _square(input2))
    cosine = ar.divide(red.sum(ar.multiply(input1, input2), axis=-1), ar.sqrt(lengths))
    apart = ar.clamp_min(ar.subtract(cosine, float(margin)), 0.0)
    return reduced(_either(target, ar.subtract(1.0, cosine), apart), reduction)


def _square(x: Any) -> Any:
    return ar.add(red.sum(ar.multiply(x, x), axis=-1), 1e-12)


def soft_margin_loss(input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None,
                     reduction: str = "mean") -> Tensor:
    """log(1 + exp(-target input)), reduced; targets are 1 and -1. It neither overflows nor loses its tail.

    >>> import adjoint as ad
    >>> ad.nn.functional.soft_margin_loss(ad.tensor([0., 100.]), ad.tensor([1., -1.]), reduction="none")
    tensor([  0.6931, 100.0000])
    """
    reduction = legacy(size_average, reduce, reduction)
    loss = ex.softplus(ar.negative(ar.multiply(target, input)), beta=1.0, threshold=None)
    return reduced(loss, reduction, "SoftMarginLoss")


def _rows(input: Any, target: Any, per_row: int, function: str) -> tuple[Any, Any, bool]:
    """Scores as (N, C) and an integer target with `per_row` dimensions more than (N,); whether there was a batch."""
    x, y = memory.peek(input), memory.concrete(target)
    if y.dtype.kind not in "iu":
        raise ShapeError(f"{function}: expected integer targets, got {y.dtype}")
    batched = x.ndim == 2
    expected = (x.shape if per_row else x.shape[:1]) if batched else x.shape if per_row else ()
    if x.ndim not in (0, 1, 2) or (y.shape != expected and not (not batched and y.size == (x.size if per_row else 1))):
        raise ShapeError(f"{function}: inconsistent target size {list(y.shape)} for input of size {list(x.shape)}")
    if batched:
        return input, y, True
    return st.reshape(input, shape=(1, x.size)), np.reshape(y, (1, x.size) if per_row else (1,)), False


def multi_margin_loss(input: Tensor, target: Tensor, p: int = 1, margin: float = 1.0, weight: Tensor | None = None,
                      size_average: bool | None = None, reduce: bool | None = None,
                      reduction: str = "mean") -> Tensor:
    """sum_i max(0, margin - x[target] + x[i])^p / C over the classes i but the target's, reduced.

    `weight` has a factor for each target class.

    >>> import adjoint as ad
    >>> ad.nn.functional.multi_margin_loss(ad.tensor([[0.1, 0.5, 0.9]]), ad.tensor([2]))
    tensor(0.2667)
    """
    reduction = legacy(size_average, reduce, reduction)
    if p not in (1, 2):
        raise RangeError(f"only p == 1 and p == 2 supported, got p={p}")
    rows, y, batched = _rows(input, target, 0, "multi_margin_loss")
    c = memory.peek(rows).shape[1]
    _in_range(y, c, "multi_margin_loss")
    score = take_along(rows, wrap(y[:, None]), axis=1)
    short = act.relu(ar.add(ar.subtract(rows, score), float(margin)))
    loss = short if p == 1 else ar.square(short)
    if weight is not None:
        if memory.peek(weight).shape != (c,):
            raise ShapeError(f"multi_margin_loss: expected a weight for each of {c} classes, got {list(weight.shape)}")
        loss = ar.multiply(loss, st.expand_dims(get(weight, key=y), axis=1))
    loss = select(0.0, loss, condition=np.arange(c) == y[:, None])
    loss = ar.divide(red.sum(loss, axis=1), float(max(1, c)))
    return reduced(loss if batched else st.reshape(loss, shape=()), reduction, "MultiMarginLoss")


def _in_range(classes: Any, c: int, function: str) -> None:
    classes = memory.everything(classes)
    if classes.size and not (classes.min() >= 0 and classes.max() < c):
        raise DimensionError(f"{function}: a target is out of range: classes are 0 to {c - 1}, got {classes.min()} to "
                             f"{classes.max()}")


def multilabel_margin_loss(input: Tensor, target: Tensor, size_average: bool | None = None,
                           reduce: bool | None = None, reduction: str = "mean") -> Tensor:
    """sum_ij max(0, 1 - x[target j] + x[i]) / C over target classes j and the other classes i, reduced.

    A row of targets lists classes up to the first -1.

    >>> import adjoint as ad
    >>> ad.nn.functional.multilabel_margin_loss(ad.tensor([0.1, 0.2, 0.4, 0.8]), ad.tensor([3, 0, -1, 1]))
    tensor(0.8500)
    """
    reduction = legacy(size_average, reduce, reduction)
    rows, y, batched = _rows(input, target, 1, "multilabel_margin_loss")
    c = memory.peek(rows).shape[1]
    listed = np.logical_and.accumulate(y >= 0, axis=1)
    index = np.where(listed, y, 0)
    _in_range(index, c, "multilabel_margin_loss")
    chosen = np.any(np.equal(index[:, :, None], np.arange(c)) & listed[:, :, None], axis=1)
    scores = st.expand_dims(take_along(rows, wrap(index), axis=1), axis=2)
    short = act.relu(ar.add(ar.subtract(st.expand_dims(rows, axis=1), scores), 1.0))
    loss = select(short, 0.0, condition=listed[:, :, None] & ~chosen[:, None, :])
    loss = ar.divide(red.sum(loss, axis=(1, 2)), float(max(1, c)))
    return reduced(loss if batched else st.reshape(loss, shape=()), reduction, "MultilabelMarginLoss")


def multilabel_soft_margin_loss(input: Tensor, target: Tensor, weight: Tensor | None = None,
                                size_average: bool | None = None, reduce: bool | None = None,
                                reduction: str = "mean") -> Tensor:
    """The binary cross-entropy of sigmoid(input) with targets 0 and 1, averaged over the last dimension, reduced.

    >>> import adjoint as ad
    >>> ad.nn.functional.multilabel_soft_margin_loss(ad.tensor([[0., 0.]]), ad.tensor([[1., 0.]]))
    tensor(0.6931)
    """
    reduction = legacy(size_average, reduce, reduction)
    loss = ops.binary_logits(input, target)
    if weight is not None:
        loss = ar.multiply(loss, weight)
    return reduced(red.mean(loss, axis=-1) if memory.peek(loss).ndim else loss, reduction)


def triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin: float = 1.0, p: float = 2,
                        eps: float = 1e-6, swap: bool = False, size_average: bool | None = None,
                        reduce: bool | None = None, reduction: str = "mean") -> Tensor:
    """max(0, margin + distance to positive - distance to negative) of the anchor, reduced; distances are p-norms.

    With `swap` the negative may be nearer to the positive than to the anchor: the smaller distance counts.

    >>> import adjoint as ad
    >>> a, p, n = ad.tensor([[0., 0.]]), ad.tensor([[0., 1.]]), ad.tensor([[1.5, 0.]])
    >>> ad.nn.functional.triplet_margin_loss(a, p, n)
    tensor(0.5000)
    """
    reduction = legacy(size_average, reduce, reduction)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    dims = [memory.peek(t).ndim for t in (anchor, positive, negative)]
    if len(set(dims)) != 1:
        raise ShapeError("The anchor, positive, and negative tensors are expected to have the same number of "
                         f"dimensions, but got: anchor {dims[0]}D, positive {dims[1]}D, and negative {dims[2]}D inputs")
    return _triplet(anchor, positive, negative, lambda x, y: pairwise_distance(x, y, p, eps), margin, swap, reduction)


def _triplet(anchor: Any, positive: Any, negative: Any, distance: Callable[[Any, Any], Any], margin: float, swap: bool,
             reduction: str) -> Any:
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = ar.minimum(far, distance(positive, negative))
    return reduced(ar.clamp_min(ar.add(ar.subtract(near, far), float(margin)), 0.0), reduction)


def triplet_margin_with_distance_loss(anchor: Tensor, positive: Tensor, negative: Tensor, *,
                                      distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
                                      margin: float = 1.0, swap: bool = False, reduction: str = "mean") -> Tensor:
    """triplet_margin_loss with a distance of one's own; without one, the Euclidean distance.

    >>> import adjoint as ad
    >>> a, p, n = ad.tensor([[0., 0.]]), ad.tensor([[0., 1.]]), ad.tensor([[1.5, 0.]])
    >>> manhattan = lambda x, y: (x - y).abs().sum(-1)
    >>> ad.nn.functional.triplet_margin_with_distance_loss(a, p, n, distance_function=manhattan)
    tensor(0.5000)
    """
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    return _triplet(anchor, positive, negative, distance_function or pairwise_distance, margin, swap, reduction)
