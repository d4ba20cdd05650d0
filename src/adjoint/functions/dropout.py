"""Dropout in its forms, and samples of one-hot choices that can be differentiated (Gumbel softmax).

A mask is drawn from the default generator; outside training the input itself comes back.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import memory
from ..core.tensor import wrap
from ..errors import RangeError, ShapeError
from ..ops import arithmetic as ar
from ..ops import random as rnd
from ..ops.exponential import log
from .extremes import argmax
from .filled import zeros_like
from .random_arguments import next_position
from .softmax import softmax
from .writing import overwritten

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["alpha_dropout", "dropout", "dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout",
           "gumbel_softmax"]

SELU_LIMIT = -1.7580993408473766  # of selu far below 0: what alpha dropout puts in place of a dropped element


def check_probability(p: float) -> None:
    if not 0 <= p <= 1:
        raise RangeError(f"dropout probability has to be between 0 and 1, but got {p}")


def _kept(input: Any, shape: tuple[int, ...], p: float) -> Any:
    """A tensor of this shape and the input's dtype: 0 with probability p, else 1."""
    dtype = memory.peek(input).dtype
    return wrap((rnd.uniform(next_position(None), shape=shape, dtype=np.dtype(np.float32)) >= p).astype(dtype))


def dropped(input: Any, shape: tuple[int, ...], p: float, inplace: bool) -> Any:
    """The input times a mask of this shape over 1 - p."""
    kept = _kept(input, shape, p)
    result = ar.multiply(input, kept if p == 1 else ar.divide(kept, 1 - p))
    return overwritten(input, result) if inplace else result


def _alpha_dropped(input: Any, shape: tuple[int, ...], p: float, inplace: bool) -> Any:
    """Dropped elements become the limit of selu, and all is moved and scaled to keep mean 0 and variance 1."""
    kept = _kept(input, shape, p)
    if p == 1:
        result = ar.multiply(input, kept)
    else:
        scale = 1 / math.sqrt((1 - p) * (1 + p * SELU_LIMIT**2))
        shift = ar.multiply(ar.subtract(ar.multiply(ar.rsub(kept, 1), SELU_LIMIT), p * SELU_LIMIT), scale)
        result = ar.add(ar.multiply(input, ar.multiply(kept, scale)), shift)
    return overwritten(input, result) if inplace else result


def channels(shape: tuple[int, ...], batched: bool = True) -> tuple[int, ...]:
    """One mask element for each channel."""
    kept = 2 if batched else 1
    if len(shape) < 2:
        raise ShapeError("Feature dropout requires at least 2 dimensions in the input")
    return shape[:kept] + (1,) * (len(shape) - kept)


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """The input with each element put to 0 with probability p and the others divided by 1 - p; itself unless training.

    >>> import adjoint as ad
    >>> ad.nn.functional.dropout(ad.tensor([1., 2.]), 0.5, training=False)
    tensor([1., 2.])
    """
    check_probability(p)
    if not training or p == 0:
        return input
    return dropped(input, memory.peek(input).shape, p, inplace)


def alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Dropout that keeps mean 0 and variance 1, for networks of selu (Klambauer and others, 2017).

    >>> import adjoint as ad
    >>> ad.nn.functional.alpha_dropout(ad.tensor([1., 2.]))
    tensor([1., 2.])
    """
    check_probability(p)
    if not training or p == 0:
        return input
    return _alpha_dropped(input, memory.peek(input).shape, p, inplace)


def feature_alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """alpha_dropout of whole channels (dimension 1).

    >>> import adjoint as ad
    >>> ad.nn.functional.feature_alpha_dropout(ad.ones(2, 3, 4)).shape
    adjoint.Size([2, 3, 4])
    """
    check_probability(p)
    if not training or p == 0:
        return input
    shape = memory.peek(input).shape
    return _alpha_dropped(input, channels(shape), p, inplace)


def dropout1d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Dropout of whole channels of (N, C, L) or (C, L).

    >>> import adjoint as ad
    >>> ad.nn.functional.dropout1d(ad.ones(2, 3), training=False).shape
    adjoint.Size([2, 3])
    """
    check_probability(p)
    shape = memory.peek(input).shape
    if len(shape) not in (2, 3):
        raise ShapeError(f"dropout1d: Expected 2D or 3D input, but received a {len(shape)}D input; give (N, C, L) or "
                         "(C, L), or use dropout to drop single elements")
    if not training or p == 0:
        return input
    return dropped(input, channels(shape, len(shape) == 3), p, inplace)


def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Dropout of whole channels of (N, C, H, W).

    >>> import adjoint as ad
    >>> ad.nn.functional.dropout2d(ad.ones(1, 2, 3, 3), training=False).shape
    adjoint.Size([1, 2, 3, 3])
    """
    check_probability(p)
    shape = memory.peek(input).shape
    if len(shape) not in (3, 4):
        warnings.warn(f"dropout2d: Received a {len(shape)}-D input to dropout2d, which is for (N, C, H, W); its second "
                      "dimension is taken for the channels. Use dropout to drop single elements.", stacklevel=2)
    if len(shape) == 3:
        warnings.warn("dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior "
                      "is desired: the input is taken for (N, C, L), as dropout1d takes it.", stacklevel=2)
    if not training or p == 0:
        return input
    return dropped(input, channels(shape), p, inplace)


def dropout3d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Dropout of whole channels of (N, C, D, H, W) or (C, D, H, W).

    >>> import adjoint as ad
    >>> ad.nn.functional.dropout3d(ad.ones(2, 3, 3, 3), training=False).shape
    adjoint.Size([2, 3, 3, 3])
    """
    check_probability(p)
    shape = memory.peek(input).shape
    if len(shape) not in (4, 5):
        warnings.warn(f"dropout3d: Received a {len(shape)}-D input to dropout3d, which is for (N, C, D, H, W); its "
                      "second dimension is taken for the channels. Use dropout to drop single elements.", stacklevel=2)
    if not training or p == 0:
        return input
    return dropped(input, channels(shape, len(shape) != 4), p, inplace)


def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    """A sample along `dim` from softmax((logits + Gumbel noise) / tau).

    With hard=True it is one-hot, and has the derivative of the soft one.

    Jang and others, Categorical reparameterization with Gumbel-softmax, 2017.

    >>> import adjoint as ad
    >>> ad.nn.functional.gumbel_softmax(ad.tensor([0., 1000.]))
    tensor([0., 1.])
    """
    if eps != 1e-10:
        warnings.warn("`eps` parameter is deprecated and has no effect.", stacklevel=2)
    a = memory.peek(logits)
    noise = log(wrap(rnd.exponential(next_position(None), shape=a.shape, dtype=a.dtype)))
    soft = softmax(ar.divide(ar.subtract(logits, noise), tau), dim)
    if not hard:
        return soft
    one = zeros_like(soft).scatter_(dim, argmax(soft, dim, keepdim=True), 1.0)
    return ar.add(ar.subtract(one, soft.detach()), soft)


