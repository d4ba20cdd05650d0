"""softmax, log_softmax and softmin as nn.functional has them: the dimension may be left out, with a warning."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ..core import memory
from ..ops.arithmetic import negative
from . import softmax as plain

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["log_softmax", "softmax", "softmin"]


def _implicit(input: Any, dim: int | None, function: str, stacklevel: int) -> int:
    """`dim`, or the one that PyTorch has always chosen: 0 for 0, 1 and 3 dimensions, else 1."""
    if dim is not None:
        return dim
    warnings.warn(f"Implicit dimension choice for {function} has been deprecated. Change the call to include dim=X as "
                  "an argument.", stacklevel=stacklevel)
    return 0 if memory.peek(input).ndim in (0, 1, 3) else 1


def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """exp(input) scaled so that it sums to 1 along `dim`; see adjoint.softmax.

    >>> import adjoint as ad
    >>> ad.nn.functional.softmax(ad.zeros(2), dim=0)
    tensor([0.5000, 0.5000])
    """
    return plain.softmax(input, _implicit(input, dim, "softmax", _stacklevel), dtype)


def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """The logarithm of the softmax along `dim`; see adjoint.log_softmax.

    >>> import adjoint as ad
    >>> ad.nn.functional.log_softmax(ad.zeros(2), dim=0)
    tensor([-0.6931, -0.6931])
    """
    return plain.log_softmax(input, _implicit(input, dim, "log_softmax", _stacklevel), dtype)


def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """The softmax of -input along `dim`.

    >>> import adjoint as ad
    >>> ad.nn.functional.softmin(ad.tensor([0., float("inf")]), dim=0)
    tensor([1., 0.])
    """
    return plain.softmax(negative(input), _implicit(input, dim, "softmin", _stacklevel), dtype)
