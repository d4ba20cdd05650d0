"""Dropout by the names and arguments that PyTorch has at its root: p and train are always given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core import memory
from . import dropout as dr
from .writing import inplaces

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["alpha_dropout", "alpha_dropout_", "dropout", "dropout_", "feature_alpha_dropout",
           "feature_alpha_dropout_", "feature_dropout", "feature_dropout_"]


def dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """The input with each element put to 0 with probability p and the others divided by 1 - p; itself unless `train`.

    >>> import adjoint as ad
    >>> ad.dropout(ad.tensor([1., 2.]), 0.5, False)
    tensor([1., 2.])
    """
    return dr.dropout(input, p, train)


def feature_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """dropout of whole channels (dimension 1).

    >>> import adjoint as ad
    >>> ad.feature_dropout(ad.ones(1, 2, 3), 0.5, True).shape
    adjoint.Size([1, 2, 3])
    """
    dr.check_probability(p)
    if not train or p == 0:
        return input
    return dr.dropped(input, dr.channels(memory.peek(input).shape), p, False)


def alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """Dropout that keeps mean 0 and variance 1, for networks of selu.

    >>> import adjoint as ad
    >>> ad.alpha_dropout(ad.tensor([1., 2.]), 0.5, False)
    tensor([1., 2.])
    """
    return dr.alpha_dropout(input, p, train)


def feature_alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """alpha_dropout of whole channels (dimension 1).

    >>> import adjoint as ad
    >>> ad.feature_alpha_dropout(ad.ones(1, 2, 3), 0.5, True).shape
    adjoint.Size([1, 2, 3])
    """
    return dr.feature_alpha_dropout(input, p, train)


dropout_, feature_dropout_ = inplaces(dropout, feature_dropout, example="function")
alpha_dropout_, feature_alpha_dropout_ = inplaces(alpha_dropout, feature_alpha_dropout, example="function")
