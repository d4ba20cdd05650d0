"""Losses element by element, the class loss that ends nearly every classifier, and their mean or sum under one name.

All are written so that a loss keeps its digits where it is small: log1p of what the other classes have, softplus of
both signs, never a difference of two large numbers.
"""

from __future__ import annotations

from operator import mul
from typing import Any

import numpy as np

from ..core import memory
from ..core.batch_rules import batched, pointwise, spread, takes
from ..core.kinds import custom, elementwise, linear
from ..core.op import Saved
from ..core.payloads import shape_of
from ..native import kernels
from ..native.sizes import FEW
from . import reduction as red
from . import structure as st
from .activations import hardtanh
from .arithmetic import _annihilate
from .exponential import _softplus, sigmoid
from .selection import unless_zero
from .softmax import residue, softmax

# The mean or sum of the elements' losses. `name` is the loss: what its grad_fn shows.


def _reduced(x: Any, *, how: str, name: str) -> Any:
    total = np.add.reduce(x, axis=None)
    return total if how == "sum" else np.true_divide(total, x.size, dtype=x.dtype)


def _spread(ct: Any, x: Any, how: str, name: str) -> Any:
    return st.broadcast_to(ct if how == "sum" else ct / max(1, st.size(x.shape)), shape=x.shape)


def _reduced_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    axes = tuple(range(1, len(shape_of(payloads[0]))))
    return (red.mean if params["how"] == "mean" else red.sum)(payloads[0], axis=axes)


reduced = linear(_reduced, _spread, widens=True, batch=_reduced_batch)
reduced.op.node_name = lambda node: node[3]["name"] + "Backward0"  # type: ignore[attr-defined]

# Distances of numbers


def _squared_error(x: Any, y: Any) -> Any:
    d = x - y
    return d * d


def _smooth_absolute(x: Any, beta: float) -> Any:
    """x^2 / (2 beta) for |x| < beta, |x| - beta / 2 beyond."""
    size = np.absolute(x)
    return np.where(size < beta, x * x * (0.5 / beta), size - 0.5 * beta)


squared_error = elementwise(_squared_error, lambda x, y: 2 * (x - y), lambda x, y: 2 * (y - x), name="MseLoss")
smooth_absolute = elementwise(
    _smooth_absolute, lambda x, *, beta: hardtanh(x / beta, min_val=-1.0, max_val=1.0), name="SmoothL1Loss")

# Of a probability x that the answer is 1, or of its logit, when the answer is y

_LOG_FLOOR, _FLOOR = -100.0, 1e-12  # PyTorch's: no logarithm below the first, no division by less than the second


def _binary(x: Any, y: Any) -> Any:
    return -(y * np.maximum(np.log(x), _LOG_FLOOR) + (1 - y) * np.maximum(np.log1p(-x), _LOG_FLOOR))


def _binary_logits(x: Any, y: Any) -> Any:
    out = y * np.maximum(-x, 0) + (1 - y) * np.maximum(x, 0) + np.log1p(np.exp(-np.absolute(x)))
    if isinstance(out, (np.ndarray, np.generic)) and np.isfinite(out).all():
        return out
    return _annihilate(y, _softplus(-x, 1.0, None)) + _annihilate(1 - y, _softplus(x, 1.0, None))


binary = elementwise(
    _binary,
    lambda x, y: (1 - y) / np.maximum(1 - x, _FLOOR) - y / np.maximum(x, _FLOOR),
    lambda x: np.maximum(np.log1p(-x), _LOG_FLOOR) - np.maximum(np.log(x), _LOG_FLOOR),
    name="BinaryCrossEntropy",
)
binary_logits = elementwise(
    _binary_logits,
    lambda x, y: (1 - y) * sigmoid(x) - y * sigmoid(-x),
    lambda x: -x,
    name="BinaryCrossEntropyWithLogits",
)

# A variance held above a bound without its derivative being cut there, as PyTorch has it in gaussian_nll_loss


def _held_above(x: Any, *, least: float) -> Any:
    return np.maximum(x, least)


held_above = custom(_held_above, lambda ct, s: ct, name="Clamp", batch=pointwise)

# Classes: rows of scores and the row's class, to -log softmax(row)[class]


def _by_class(x: Any) -> Any:
    """A copy of the rows in which the axis of classes comes first: few classes reduce fast (x 3 at 512 x 10)."""
    return x.T.copy("C" if x.shape[1] <= 64 else "F")


def _class_losses(x: Any, *, target: Any, reduction: str) -> Any:
    if reduction != "none":
        out = kernels.of(x, FEW).class_loss(1.0 if reduction == "sum" else 1 / max(1, len(x)), x, target)
        if out is not None:
            return out
    shifted, rows = _by_class(x), np.arange(len(x))
    shifted -= np.maximum.reduce(shifted, axis=0)
    picked = shifted[target, rows]
    np.exp(shifted, out=shifted)
    shifted[target, rows] = 0  # the others' share: log1p of it, though it be far below 1
    out = np.log1p(np.add.reduce(shifted, axis=0) + np.expm1(picked))
    out -= picked
    return out if reduction == "none" else _reduced(out, how=reduction, name="")


def _class_slopes(ct: Any, x: Any, target: Any) -> Any:
    """ct (softmax(x) - one-hot(target)) for arrays.

    The class's own entry is minus the sum of the others, since p - 1 has no digits left where p is nearly 1.
    """
    if ct.ndim == 0:
        out = kernels.of(x, FEW).class_slopes(float(ct), x, target)
        if out is not None:
            return out
    p, rows = _by_class(x), np.arange(len(x))
    p -= np.maximum.reduce(p, axis=0)
    np.exp(p, out=p)
    p /= np.add.reduce(p, axis=0)
    p[target, rows] = 0
    p[target, rows] = -np.add.reduce(p, axis=0)
    p *= ct
    return p.T


def _class_losses_vjp(ct: Any, s: Saved) -> Any:
    target, reduction = s.params["target"], s.params["reduction"]
    shape = s.avals[0].shape
    if reduction == "mean":
        ct = ct / max(1, shape[0])
    if type(s.x) is np.ndarray and isinstance(ct, (np.ndarray, np.generic)) and s.times is mul:
        return _class_slopes(ct, s.x, target)
    p = softmax(s.x, axis=1)
    column = st.expand_dims(ct, axis=1) if reduction == "none" else ct
    chosen = np.where(np.equal(np.arange(shape[1]), target[:, None]), -column, 0)
    return unless_zero(chosen, residue(chosen, p, axis=1), s, 1)


@takes("target")
def _class_losses_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    """The rows of all examples one after another, each with its class."""
    x, target, how = spread(level, payloads[0], mapped[0]), params["target"], params["reduction"]
    shape = shape_of(x)
    target = memory.concrete(target.payload) if batched(level, target) else np.broadcast_to(target, shape[:2])
    losses = class_losses(st.reshape(x, shape=(shape[0] * shape[1], shape[2])), reduction="none",
                          target=st.reshape(target, shape=(shape[0] * shape[1],)))
    losses = st.reshape(losses, shape=shape[:2])
    return losses if how == "none" else (red.mean if how == "mean" else red.sum)(losses, axis=1)


class_losses = custom(_class_losses, _class_losses_vjp, saves=("x",), name="NllLoss", batch=_class_losses_batch)
