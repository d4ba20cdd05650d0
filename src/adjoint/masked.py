"""`adjoint.masked`: reductions and normalizations of the elements where a mask is true, by the names of torch.masked.

A masked-out element is replaced by what changes nothing (0 in a sum, 1 in a product, -inf in a maximum), so gradients
flow only to elements where the mask is true. Where it is true nowhere the result is that value, or NaN for a mean.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .functions import casting, extremes, reduction, scans
from .functions import softmax as soft
from .functions.broadcasting import broadcast_to
from .functions.comparison import maximum
from .functions.dtype_info import iinfo
from .functions.exponential import logaddexp as _logaddexp
from .functions.filled import ones_like, zeros_like
from .functions.indexing import where
from .functions.linalg_norms import vector_norm
from .functions.powers import sqrt

if TYPE_CHECKING:
    from ._tensor import Tensor

__all__ = [
    "amax",
    "amin",
    "argmax",
    "argmin",
    "cumprod",
    "cumsum",
    "log_softmax",
    "logaddexp",
    "logsumexp",
    "mean",
    "median",
    "norm",
    "normalize",
    "prod",
    "softmax",
    "softmin",
    "std",
    "sum",
    "var",
]

Dims = int | tuple[int, ...] | None


def _with(input: Any, mask: Any, value: float) -> Any:
    """The input with `value` where the mask is false; infinities become the limits of an integer dtype."""
    if mask is None:
        return input
    if not (input.dtype.is_floating_point or input.dtype.is_complex) and math.isinf(value):
        value = iinfo(input.dtype).max if value > 0 else iinfo(input.dtype).min
    return where(_input_mask(input, mask=mask), input, value)


def _summed_dtype(input: Any, dtype: Any) -> Any:
    """The dtype of a sum: that given, or int64 for integers."""
    if dtype is not None or input.dtype.is_floating_point or input.dtype.is_complex:
        return dtype
    return casting.dtypes.int64


def _in(result: Any, dtype: Any) -> Any:
    return result if dtype is None else result.to(dtype)


def sum(
    input: Tensor, dim: Dims = None, *, keepdim: bool | None = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The sum of the elements where the mask is true.

    >>> import adjoint as ad
    >>> ad.masked.sum(ad.tensor([1., 2., 3.]), mask=ad.tensor([True, False, True]))
    tensor(4.)
    """
    return reduction.sum(_with(input, mask, 0), dim, bool(keepdim), dtype=_summed_dtype(input, dtype))


def prod(
    input: Tensor, dim: Dims = None, *, keepdim: bool | None = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The product of the elements where the mask is true.

    >>> import adjoint as ad
    >>> ad.masked.prod(ad.tensor([2., 0., 3.]), mask=ad.tensor([True, False, True]))
    tensor(6.)
    """
    result = _in(_with(input, mask, 1), _summed_dtype(input, dtype))
    for d in sorted(_dims(dim, input.ndim), reverse=True):
        result = reduction.prod(result, d, keepdim=bool(keepdim))
    return result


def _dims(dim: Dims, ndim: int) -> tuple[int, ...]:
    if dim is None or dim == ():
        return tuple(range(ndim))
    return tuple([d % max(1, ndim) for d in ((dim,) if isinstance(dim, int) else dim)])


def cumsum(input: Tensor, dim: int, *, dtype: Any = None, mask: Tensor | None = None) -> Tensor:
    """The sums up to each element, masked-out ones left out.

    >>> import adjoint as ad
    >>> ad.masked.cumsum(ad.tensor([1., 2., 3.]), 0, mask=ad.tensor([True, False, True]))
    tensor([1., 1., 4.])
    """
    return _in(scans.cumsum(_with(input, mask, 0), dim), dtype)


def cumprod(input: Tensor, dim: int, *, dtype: Any = None, mask: Tensor | None = None) -> Tensor:
    """The products up to each element, masked-out ones left out.

    >>> import adjoint as ad
    >>> ad.masked.cumprod(ad.tensor([2., 0., 3.]), 0, mask=ad.tensor([True, False, True]))
    tensor([2., 2., 6.])
    """
    return _in(scans.cumprod(_with(input, mask, 1), dim), dtype)


def amax(
    input: Tensor, dim: Dims = None, *, keepdim: bool | None = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The largest of the elements where the mask is true.

    >>> import adjoint as ad
    >>> ad.masked.amax(ad.tensor([1., 9., 3.]), mask=ad.tensor([True, False, True]))
    tensor(3.)
    """
    dims = _dims(dim, input.ndim)
    return _in(extremes.amax(_with(input, mask, -math.inf), dims, bool(keepdim)), dtype)


def amin(
    input: Tensor, dim: Dims = None, *, keepdim: bool | None = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The smallest of the elements where the mask is true.

    >>> import adjoint as ad
    >>> ad.masked.amin(ad.tensor([1., 0., 3.]), mask=ad.tensor([True, False, True]))
    tensor(1.)
    """
    dims = _dims(dim, input.ndim)
    return _in(extremes.amin(_with(input, mask, math.inf), dims, bool(keepdim)), dtype)


def argmax(
    input: Tensor, dim: int | None = None, *, keepdim: bool | None = False, dtype: Any = None, mask: Any = None
) -> Tensor:
    """The position of the largest element where the mask is true, in the input's dtype unless another is given.

    >>> import adjoint as ad
    >>> ad.masked.argmax(ad.tensor([1., 9., 3.]), 0, dtype=ad.int64, mask=ad.tensor([True, False, True]))
    tensor(2)
    """
    return extremes.argmax(_with(input, mask, -math.inf), dim, bool(keepdim)).to(dtype or input.dtype)


def argmin(
    input: Tensor, dim: int | None = None, *, keepdim: bool | None = False, dtype: Any = None, mask: Any = None
) -> Tensor:
    """The position of the smallest element where the mask is true, in the input's dtype unless another is given.

    >>> import adjoint as ad
    >>> ad.masked.argmin(ad.tensor([1., 0., 3.]), 0, dtype=ad.int64, mask=ad.tensor([True, False, True]))
    tensor(0)
    """
    return extremes.argmin(_with(input, mask, math.inf), dim, bool(keepdim)).to(dtype or input.dtype)


def _count(input: Any, dim: Dims, keepdim: bool, mask: Any) -> Any:
    """How many elements the mask lets through along the dimensions."""
    return reduction.sum(_input_mask(input, mask=mask), dim, keepdim)


def mean(
    input: Tensor, dim: Dims = None, *, keepdim: bool | None = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The mean of the elements where the mask is true; NaN if there are none.

    >>> import adjoint as ad
    >>> ad.masked.mean(ad.tensor([1., 9., 3.]), mask=ad.tensor([True, False, True]))
    tensor(2.)
    """
    wanted = input.dtype if dtype is None else dtype
    if not (wanted.is_floating_point or wanted.is_complex):
        raise ValueError(f"mean(): the dtype must be either a floating point or complex dtype. Got: {wanted}")
    return sum(input, dim, keepdim=keepdim, dtype=wanted, mask=mask) / _count(input, dim, bool(keepdim), mask)


def var(
    input: Tensor,
    dim: Dims = None,
    unbiased: bool | None = None,
    *,
    correction: float | None = None,
    keepdim: bool | None = False,
    dtype: Any = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The variance of the elements where the mask is true: squares over their number less `correction`.

    `correction` is 1 unless given, or 0 if `unbiased` is False.

    >>> import adjoint as ad
    >>> ad.masked.var(ad.tensor([1., 9., 3.]), 0, mask=ad.tensor([True, False, True]))
    tensor(2.)
    """
    if unbiased is not None and correction is not None:
        raise ValueError("give either unbiased or correction")
    less = (0 if unbiased is False else 1) if correction is None else correction
    wanted = dtype
    if wanted is None:
        wanted = input.dtype if input.dtype.is_floating_point or input.dtype.is_complex else casting.dtypes.default()
    x = input.to(wanted)
    centered = x - sum(x, dim, keepdim=True, mask=mask) / _count(x, dim, True, mask)
    total = sum(centered * centered.conj(), dim, keepdim=keepdim, mask=mask)
    number = _count(x, dim, bool(keepdim), mask) - less
    return total / maximum(number, zeros_like(number))


def std(
    input: Tensor,
    dim: Dims = None,
    unbiased: bool | None = None,
    *,
    correction: float | None = None,
    keepdim: bool | None = False,
    dtype: Any = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The standard deviation of the elements where the mask is true. See `var`.

    >>> import adjoint as ad
    >>> ad.masked.std(ad.tensor([1., 9., 3.]), 0, mask=ad.tensor([True, False, True]))
    tensor(1.4142)
    """
    return sqrt(var(input, dim, unbiased, correction=correction, keepdim=keepdim, dtype=dtype, mask=mask))


def median(
    input: Tensor, dim: int = -1, *, keepdim: bool = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The median along a dimension of the elements where the mask is true, the lower of two; NaN if there are none.

    >>> import adjoint as ad
    >>> ad.masked.median(ad.tensor([1., 9., 3., 5.]), mask=ad.tensor([True, False, True, True]))
    tensor(3.)
    """
    exact = input.dtype.is_floating_point
    x = input if exact else input.float()
    result = extremes.nanmedian(_with(x, mask, math.nan), dim, keepdim).values
    if exact:
        return result
    if bool(result.isnan().any()):
        raise ValueError("masked median expects no fully masked out rows if dtype is not floating point")
    return result.to(dtype or input.dtype)


def norm(
    input: Tensor,
    ord: float | None = 2.0,
    dim: Dims = None,
    *,
    keepdim: bool | None = False,
    dtype: Any = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The vector norm of order `ord` of the elements where the mask is true.

    >>> import adjoint as ad
    >>> ad.masked.norm(ad.tensor([3., 9., 4.]), 2, 0, mask=ad.tensor([True, False, True]))
    tensor(5.)
    """
    order = 2.0 if ord is None else ord
    neutral = math.inf if order == -math.inf else 0
    return vector_norm(_with(input, mask, neutral), order, _dims(dim, input.ndim), bool(keepdim), dtype=dtype)


def normalize(
    input: Tensor, ord: float, dim: int, *, eps: float = 1e-12, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The input over its norm along a dimension (at least `eps`); zero where the mask is false.

    >>> import adjoint as ad
    >>> ad.masked.normalize(ad.tensor([3., 9., 4.]), 2, 0, mask=ad.tensor([True, False, True]))
    tensor([0.6000, 0.0000, 0.8000])
    """
    length = norm(input, ord, dim, keepdim=True, dtype=dtype, mask=mask)
    return _with(input, mask, 0) / length.clamp_min(eps)


def logsumexp(
    input: Tensor, dim: Dims = None, *, keepdim: bool = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """log of the sum of exp of the elements where the mask is true; -inf if there are none.

    >>> import adjoint as ad
    >>> ad.masked.logsumexp(ad.tensor([0., 9., 0.]), 0, mask=ad.tensor([True, False, True]))
    tensor(0.6931)
    """
    x = _with(input, mask, -math.inf)
    return soft.logsumexp(x, _dims(dim, input.ndim), bool(keepdim)).to(dtype or input.dtype)


def logaddexp(
    input: Tensor,
    other: Tensor,
    *,
    dtype: Any = None,
    input_mask: Tensor | None = None,
    other_mask: Tensor | None = None,
) -> Tensor:
    """log(exp(x) + exp(y)), without the term whose mask is false.

    >>> import adjoint as ad
    >>> ad.masked.logaddexp(ad.tensor([1.]), ad.tensor([5.]), other_mask=ad.tensor([False]))
    tensor([1.])
    """
    x, y = _with(input, input_mask, -math.inf), _with(other, other_mask, -math.inf)
    return _logaddexp(x, y).to(dtype or input.dtype)


def _normalized(function: Callable[..., Any], input: Any, dim: int, dtype: Any, mask: Any, lowest: float) -> Any:
    return function(_with(input.to(input.dtype if dtype is None else dtype), mask, lowest), dim)


def softmax(input: Tensor, dim: int, *, dtype: Any = None, mask: Tensor | None = None) -> Tensor:
    """exp(x) over its sum along `dim`, both only where the mask is true, and zero elsewhere.

    >>> import adjoint as ad
    >>> ad.masked.softmax(ad.tensor([1., 9., 1.]), 0, mask=ad.tensor([True, False, True]))
    tensor([0.5000, 0.0000, 0.5000])
    """
    return _normalized(soft.softmax, input, dim, dtype, mask, -math.inf)


def log_softmax(input: Tensor, dim: int, *, dtype: Any = None, mask: Tensor | None = None) -> Tensor:
    """The logarithm of `softmax`: -inf where the mask is false.

    >>> import adjoint as ad
    >>> ad.masked.log_softmax(ad.tensor([1., 9., 1.]), 0, mask=ad.tensor([True, False, True]))
    tensor([-0.6931,    -inf, -0.6931])
    """
    return _normalized(soft.log_softmax, input, dim, dtype, mask, -math.inf)


def softmin(input: Tensor, dim: int, *, dtype: Any = None, mask: Tensor | None = None) -> Tensor:
    """`softmax` of the negative.

    >>> import adjoint as ad
    >>> ad.masked.softmin(ad.tensor([1., 0., 1.]), 0, mask=ad.tensor([True, False, True]))
    tensor([0.5000, 0.0000, 0.5000])
    """
    return _normalized(lambda x, dim: soft.softmax(-x, dim), input, dim, dtype, mask, math.inf)


def _input_mask(input: Tensor, *args: Any, mask: Tensor | None = None, **kwargs: Any) -> Tensor:
    """The mask in the input's shape; all true if there is none."""
    full = ones_like(input, dtype=casting.dtypes.bool_) if mask is None else mask
    return broadcast_to(full, input.shape).bool()


def _output_mask(op: Callable[..., Any], input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """Which elements of op(input, *args, **kwargs) have a value: of a reduction, those for which any element is let
    through; of a scan or a normalization, those that are let through themselves.
    """
    inside = _input_mask(input, mask=kwargs.get("mask"))
    if op.__name__ in ("softmax", "log_softmax", "softmin", "normalize", "cumsum", "cumprod"):
        return inside
    at = 1 if op.__name__ == "norm" else 0
    dim = args[at] if len(args) > at else kwargs.get("dim", -1 if op.__name__ == "median" else None)
    for d in sorted(_dims(dim, input.ndim), reverse=True):
        inside = reduction.any(inside, d, bool(kwargs.get("keepdim", False)))
    return inside
