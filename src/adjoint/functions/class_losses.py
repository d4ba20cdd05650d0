"""cross_entropy and nll_loss: the loss of classes, or of their probabilities, from scores or log-probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import dtypes, memory
from ..core.tensor import wrap
from ..errors import DimensionError, DtypeError, RangeError, ShapeError
from ..ops import arithmetic as ar
from ..ops import losses as ops
from ..ops import reduction as red
from ..ops import structure as st
from ..ops.along import take_along
from ..ops.indexing import get
from ..ops.selection import select
from ..ops.softmax import log_softmax
from .linear import linear
from .losses import legacy, reduced

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["cross_entropy", "linear_cross_entropy", "nll_loss"]


def cross_entropy(input: Tensor, target: Tensor, weight: Tensor | None = None, size_average: bool | None = None,
                  ignore_index: int = -100, reduce: bool | None = None, reduction: str = "mean",
                  label_smoothing: float = 0.0) -> Tensor:
    """The negative log-likelihood of the targets under softmax of the scores along dimension 1 (0 if 1-D).

    Targets are classes (integers, of the scores' shape without the class dimension; `ignore_index` is left out) or
    probabilities (of the scores' shape). The mean over classes is weighted by `weight`. `label_smoothing` mixes that
    much of the uniform distribution into the targets.

    >>> import adjoint as ad
    >>> ad.nn.functional.cross_entropy(ad.tensor([[0., 0.]]), ad.tensor([1]))
    tensor(0.6931)
    """
    if size_average is not None or reduce is not None:
        reduction = legacy(size_average, reduce, reduction)
    scores = memory.peek(input)
    classes = memory.concrete(target) if hasattr(target, "__array__") else memory.peek(target)  # which refuses it
    if (weight is None and label_smoothing == 0.0 and classes.dtype == np.int64 and scores.ndim == 2
            and classes.shape == scores.shape[:1] and classes.size and reduction in ("mean", "sum", "none")
            # negative classes, and with them ignored ones, are large as unsigned numbers
            and np.maximum.reduce(memory.everything(classes).view(np.uint64), axis=None) < scores.shape[1]
            and ignore_index < 0):
        return ops.class_losses(input, target=classes, reduction=reduction)
    if not 0 <= label_smoothing <= 1:
        raise RangeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    if scores.ndim == 0:
        raise ShapeError("cross_entropy expects scores of at least one dimension, got a 0-d tensor")
    logs = log_softmax(input, axis=min(1, scores.ndim - 1))
    if classes.shape == scores.shape and classes.dtype.kind in "fV":
        return _of_probabilities(logs, target, weight, reduction, label_smoothing)
    return _of_classes(logs, target, weight, ignore_index, reduction, label_smoothing)


def nll_loss(input: Tensor, target: Tensor, weight: Tensor | None = None, size_average: bool | None = None,
             ignore_index: int = -100, reduce: bool | None = None, reduction: str = "mean") -> Tensor:
    """The negative of the log-probabilities at the target classes, along dimension 1 (0 if 1-D), reduced.

    `weight` has a factor for each class, by which the mean is weighted; targets of `ignore_index` are left out.

    >>> import adjoint as ad
    >>> ad.nn.functional.nll_loss(ad.tensor([[-1., -2.]]), ad.tensor([1]))
    tensor(2.)
    """
    reduction = legacy(size_average, reduce, reduction)
    if memory.peek(input).ndim == 0:
        raise ShapeError("nll_loss expects log-probabilities of at least one dimension, got a 0-d tensor")
    return _of_classes(input, target, weight, ignore_index, reduction, 0.0)


def _of_probabilities(logs: Any, target: Any, weight: Any, reduction: str, smoothing: float) -> Any:
    axis, n = min(1, logs.ndim - 1), logs.shape[min(1, logs.ndim - 1)]
    if smoothing > 0:
        target = ar.add(ar.multiply(target, 1 - smoothing), smoothing / n)
    if weight is not None:
        target = ar.multiply(target, _by_class(weight, logs.ndim, n))
    loss = ar.negative(red.sum(ar.annihilate(target, logs), axis=axis))
    if reduction == "mean":  # over what is not a class
        return ar.divide(red.sum(loss), float(max(1, st.size(logs.shape) // max(1, n))))
    return reduced(loss, reduction)


def _by_class(weight: Any, ndim: int, n: int) -> Any:
    """The weights of the classes, to be multiplied with tensors of so many dimensions."""
    if memory.peek(weight).shape != (n,):
        raise ShapeError(f"weight tensor should be defined either for all {n} classes or no classes but got weight "
                         f"tensor of shape: {list(memory.peek(weight).shape)}")
    return weight if ndim == 1 else st.reshape(weight, shape=(n,) + (1,) * (ndim - 2))


def _of_classes(logs: Any, target: Any, weight: Any, ignored: int, reduction: str, smoothing: float) -> Any:
    """Elements that are ignored are chosen away, not multiplied by zero."""
    shape = memory.peek(logs).shape
    axis = min(1, len(shape) - 1)
    n = shape[axis]
    classes, kept, index = _classes(shape, target, ignored, n)
    losses = ar.negative(st.squeeze(take_along(logs, wrap(index), axis=axis), axis=axis))
    if weight is not None:
        _by_class(weight, 1, n)
        factors = get(weight, key=classes)
        losses = ar.multiply(losses, factors)
    every = bool(memory.everything(kept).all())
    if not every:
        losses = select(losses, 0.0, condition=kept)
    name = "NllLoss" if len(shape) <= 2 else "NllLoss2D"
    if reduction != "mean" or (every and weight is None):
        out = reduced(losses, reduction, name)
    else:
        ones = wrap(kept.astype(memory.peek(logs).dtype))
        total = red.sum(ones) if weight is None else red.sum(factors if every else select(factors, 0.0, condition=kept))
        out = ar.divide(ops.reduced(losses, how="sum", name=name), total)
    if smoothing == 0:
        return out
    uniform = logs if weight is None else ar.multiply(logs, _by_class(weight, len(shape), n))
    uniform = ar.negative(red.sum(uniform, axis=axis))
    if not every:
        uniform = select(uniform, 0.0, condition=kept)
    if reduction == "mean" and not (every and weight is None):
        uniform = ar.divide(red.sum(uniform), total)
    else:
        uniform = reduced(uniform, reduction)
    return ar.add(ar.multiply(out, 1 - smoothing), ar.multiply(uniform, smoothing / n))


def _classes(shape: tuple[int, ...], target: Any, ignored: int, n: int) -> tuple[Any, Any, Any]:
    """The classes with 0 for ignored ones, which are not ignored, and the classes as an index along their dimension."""
    classes = memory.concrete(target)
    if classes.dtype.kind not in "iu":
        raise DtypeError(f"expected target classes of an integer dtype (int64), or probabilities of the input's shape "
                         f"{list(shape)}; got {dtypes.of(classes.dtype)!r} of shape {list(classes.shape)}")
    expected = shape[:1] + shape[2:] if len(shape) > 1 else ()
    if classes.shape != expected:
        if len(shape) == 2 and classes.ndim == 1:
            raise ShapeError(f"Expected input batch_size ({shape[0]}) to match target batch_size ({len(classes)}).")
        raise ShapeError(f"Expected target size {list(expected)}, got {list(classes.shape)}")
    kept = classes != ignored
    classes = np.where(kept, classes, 0).astype(np.intp)  # a copy: the target may be written before backward
    numbers = memory.everything(classes)
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < n):
        bad = numbers[(numbers < 0) | (numbers >= n)].flat[0]
        raise DimensionError(f"Target {bad} is out of bounds: there are {n} classes (and {ignored} is ignored)")
    return classes, kept, np.expand_dims(classes, 1) if len(shape) > 1 else np.expand_dims(classes, 0)


def linear_cross_entropy(input: Tensor, linear_weight: Tensor, target: Tensor, *, linear_bias: Tensor | None = None,
                         weight: Tensor | None = None, reduction: str = "mean", ignore_index: int | None = None,
                         label_smoothing: float = 0.0, options: Any = None) -> Tensor:
    """cross_entropy of the scores linear(input, linear_weight, linear_bias).

    The weight is (C, features), or (C, d1, ..., features) for scores (N, C, d1, ...). `options`, which in PyTorch cut
    the work into pieces at the price of higher derivatives, must be None.

    >>> import adjoint as ad
    >>> ad.nn.functional.linear_cross_entropy(ad.ones(1, 3), ad.zeros(2, 3), ad.tensor([1]))
    tensor(0.6931)
    """
    if options is not None:
        raise NotImplementedError("linear_cross_entropy computes all scores at once: leave options out")
    x, w = memory.peek(input).shape, memory.peek(linear_weight).shape
    if len(x) not in (1, 2) or len(w) < 2 or x[-1] != w[-1] or (len(w) > 2 and len(x) == 1):
        raise ShapeError(f"linear_cross_entropy expects an input (N, features) or (features,) and a weight (C, "
                         f"features), or (C, d1, ..., features) with a batch; got {list(x)} and {list(w)}")
    if linear_bias is not None and memory.peek(linear_bias).shape != w[:-1]:
        raise ShapeError(f"expected linear_bias shape {w[:-1]}, got {memory.peek(linear_bias).shape}")
    if ignore_index is not None and memory.peek(target).shape == (*x[:-1], *w[:-1]):
        raise RangeError("ignore_index cannot be specified when target contains probabilities")
    if len(w) > 2:
        linear_weight = st.reshape(linear_weight, shape=(st.size(w[:-1]), w[-1]))
        if linear_bias is not None:
            linear_bias = st.reshape(linear_bias, shape=(st.size(w[:-1]),))
    scores = linear(input, linear_weight, linear_bias)
    if len(w) > 2:
        scores = st.reshape(scores, shape=(x[0], *w[:-1]))
    return cross_entropy(scores, target, weight, ignore_index=-100 if ignore_index is None else ignore_index,
                         reduction=reduction, label_smoothing=label_smoothing)
