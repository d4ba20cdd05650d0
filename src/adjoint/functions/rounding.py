"""Rounding by PyTorch's names: piecewise constant, so their derivative is zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ops import arithmetic as ar
from .writing import deliver, inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["ceil", "floor", "trunc"]


def floor(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The largest integer not above each element.

    >>> import adjoint as ad
    >>> ad.floor(ad.tensor([-1.5, 2.3]))
    tensor([-2.,  2.])
    """
    return ar.floor(input) if out is None else deliver(ar.floor(input), out)


def ceil(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The smallest integer not below each element.

    >>> import adjoint as ad
    >>> ad.ceil(ad.tensor([-1.5, 2.3]))
    tensor([-1.,  3.])
    """
    return ar.ceil(input) if out is None else deliver(ar.ceil(input), out)


def trunc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The integer part of each element.

    >>> import adjoint as ad
    >>> ad.trunc(ad.tensor([-1.5, 2.3]))
    tensor([-1.,  2.])
    """
    return ar.trunc(input) if out is None else deliver(ar.trunc(input), out)


class RoundingMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    floor = floor
    floor_ = inplace(floor)
    ceil = ceil
    ceil_ = inplace(ceil)
    trunc = trunc
    trunc_ = inplace(trunc)
