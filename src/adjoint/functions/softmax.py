"""logsumexp, softmax and log_softmax, of the module and of tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import errors
from ..core import memory
from ..ops import softmax as ops
from .arguments import axis_keepdims, the_dim
from .casting import in_dtype
from .extremes import along
from .reduction import reduced
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["log_softmax", "logsumexp", "softmax"]


def logsumexp(input: Tensor, dim: int | tuple[int, ...] | None = None, keepdim: bool = False, *,
              out: Tensor | None = None, **numpy_names: Any) -> Tensor:
    """log(sum(exp(input))) over `dim`, without overflow; entries of -inf count for nothing.

    >>> import adjoint as ad
    >>> ad.logsumexp(ad.tensor([1000., 1000.]), dim=0)
    tensor(1000.6932)
    """
    if numpy_names:
        dim, keepdim = axis_keepdims(numpy_names, dim, keepdim, "logsumexp")
    if dim is None:
        raise TypeError("logsumexp() missing 1 required argument: 'dim'")
    return deliver(ops.logsumexp(input, **reduced(input, dim, keepdim, {}, "logsumexp")), out)


def _floating(input: Any, dtype: Any, function: str) -> Any:
    input = in_dtype(input, dtype)
    if memory.peek(input).dtype.kind in "biu":
        raise errors.DtypeError(f"{function} is for floating-point tensors, not {input.dtype!r}; give dtype=")
    return input


def softmax(input: Tensor, dim: int | None = None, dtype: Any = None, *, out: Tensor | None = None,
            **numpy_names: Any) -> Tensor:
    """exp(input) scaled so that it sums to 1 along `dim`; entries of -inf become 0.

    >>> import adjoint as ad
    >>> ad.softmax(ad.tensor([0., 0., float("-inf")]), dim=0)
    tensor([0.5000, 0.5000, 0.0000])
    """
    return deliver(along(ops.softmax, _floating(input, dtype, "softmax"), the_dim(dim, numpy_names, "softmax")), out)


def log_softmax(input: Tensor, dim: int | None = None, dtype: Any = None, *, out: Tensor | None = None,
                **numpy_names: Any) -> Tensor:
    """The logarithm of `softmax(input, dim)`, accurate where that underflows or is nearly 1.

    >>> import adjoint as ad
    >>> ad.log_softmax(ad.tensor([0., 1000.]), dim=0)
    tensor([-1000.,     0.])
    """
    return deliver(along(ops.log_softmax, _floating(input, dtype, "log_softmax"),
                         the_dim(dim, numpy_names, "log_softmax")), out)


class SoftmaxMethods:
    __slots__ = ()
    logsumexp = logsumexp
    softmax = softmax
    log_softmax = log_softmax
