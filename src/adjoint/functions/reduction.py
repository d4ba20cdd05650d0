"""Sums, means, products, tests and moments over dimensions, by PyTorch's names."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes, memory
from ..ops import moments, scans
from ..ops import reduction as red
from ..ops import structure as st
from .arguments import axis_keepdims, dimension, dimensions
from .casting import in_dtype
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["all", "any", "count_nonzero", "mean", "nanmean", "nansum", "prod", "std", "std_mean", "sum", "var",
           "var_mean"]


def reduced(input: Any, dim: Any, keepdim: bool, names: dict[str, Any], function: str) -> dict[str, Any]:
    """The op's axis and keepdims for these arguments."""
    if names:
        dim, keepdim = axis_keepdims(names, dim, keepdim, function)
    a = memory.peek(input)
    axes = dimensions(dim, a.ndim)
    return {"axis": axes if a.ndim else None, "keepdims": bool(keepdim)}


def sum(input: Tensor, dim: int | tuple[int, ...] | None = None, keepdim: bool = False, *, dtype: Any = None,
        out: Tensor | None = None, **numpy_names: Any) -> Tensor:
    """The sum of the elements over `dim` (one, several, or all); integers and bools add up to int64.

    >>> import adjoint as ad
    >>> ad.tensor([[1., 2.], [3., 4.]]).sum(dim=0)
    tensor([4., 6.])
    """
    if dim is None and dtype is None and out is None and not keepdim and not numpy_names:
        return red.total(input)
    where = reduced(input, dim, keepdim, numpy_names, "sum")
    result = in_dtype(red.sum(in_dtype(input, dtype), **where), dtype)
    return deliver(result, out) if out is not None else result


def mean(input: Tensor, dim: int | tuple[int, ...] | None = None, keepdim: bool = False, *, dtype: Any = None,
         out: Tensor | None = None, **numpy_names: Any) -> Tensor:
    """The mean of the elements over `dim` (one, several, or all); DtypeError for integers.

    >>> import adjoint as ad
    >>> ad.tensor([[1., 2.], [3., 4.]]).mean(dim=1, keepdim=True)
    tensor([[1.5000],
            [3.5000]])
    """
    if dim is None and dtype is None and out is None and not keepdim and not numpy_names:
        return red.mean(input)
    where = reduced(input, dim, keepdim, numpy_names, "mean")
    result = red.mean(in_dtype(input, dtype), **where)
    return deliver(result, out) if out is not None else result


def nansum(input: Tensor, dim: int | tuple[int, ...] | None = None, keepdim: bool = False, *, dtype: Any = None,
           out: Tensor | None = None, **numpy_names: Any) -> Tensor:
    """The sum over `dim` of the elements that are not NaN, which alone get a gradient.

    >>> import adjoint as ad
    >>> ad.nansum(ad.tensor([1., float("nan"), 2.]))
    tensor(3.)
    """
    where = reduced(input, dim, keepdim, numpy_names, "nansum")
    input = in_dtype(input, dtype)
    kind = memory.peek(input).dtype.kind
    if kind == "c":
        raise errors.DtypeError("nansum does not support complex inputs")
    return deliver(in_dtype((red.sum if kind in "biu" else red.nansum)(input, **where), dtype), out)


def nanmean(input: Tensor, dim: int | tuple[int, ...] | None = None, keepdim: bool = False, *, dtype: Any = None,
            out: Tensor | None = None, **numpy_names: Any) -> Tensor:
    """The mean over `dim` of the elements that are not NaN, which alone get a gradient.

    >>> import adjoint as ad
    >>> ad.nanmean(ad.tensor([1., float("nan"), 2.]))
    tensor(1.5000)
    """
    where = reduced(input, dim, keepdim, numpy_names, "nanmean")
    input = in_dtype(input, dtype)
    a = memory.peek(input)
    if a.dtype.kind in "biu":
        raise errors.DtypeError(f"nanmean(): expected input to have floating point or complex dtype but got "
                                f"{dtypes.of(a.dtype)!r}")
    there = np.logical_not(np.isnan(input))
    total = red.sum(np.where(there, input, 0), **where)
    return deliver(total / st.astype(red.sum(there, **where), dtype=a.dtype), out)


def prod(input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None,
         out: Tensor | None = None, **numpy_names: Any) -> Tensor:
    """The product of the elements over `dim`, or of all; its derivatives are exact where elements are zero.

    >>> import adjoint as ad
    >>> x = ad.tensor([0., 2., 3.], requires_grad=True)
    >>> x.prod().backward()
    >>> x.grad
    tensor([6., 0., 0.])
    """
    if numpy_names:
        dim, keepdim = axis_keepdims(numpy_names, dim, keepdim, "prod")
    input = in_dtype(input, dtype)
    a = memory.peek(input)
    if dtype is None and a.dtype.kind in "biu":
        input = in_dtype(input, dtypes.int64)
    if dim is not None:
        dim = dimension(dim, a.ndim)
    return deliver(in_dtype(scans.prod(input, axis=dim if a.ndim else None, keepdims=bool(keepdim)), dtype), out)


def all(input: Tensor, dim: int | tuple[int, ...] | None = None, keepdim: bool = False, *, out: Tensor | None = None,
        **numpy_names: Any) -> Tensor:
    """Whether all elements over `dim` are non-zero: bool, or uint8 for uint8.

    >>> import adjoint as ad
    >>> ad.all(ad.tensor([[True, False], [True, True]]), dim=1)
    tensor([False,  True])
    """
    return _test(red.all, "all", input, dim, keepdim, out, numpy_names)


def any(input: Tensor, dim: int | tuple[int, ...] | None = None, keepdim: bool = False, *, out: Tensor | None = None,
        **numpy_names: Any) -> Tensor:
    """Whether some element over `dim` is non-zero: bool, or uint8 for uint8.

    >>> import adjoint as ad
    >>> ad.any(ad.tensor([0., 2.]))
    tensor(True)
    """
    return _test(red.any, "any", input, dim, keepdim, out, numpy_names)


def _test(op: Any, name: str, input: Any, dim: Any, keepdim: bool, out: Any, names: dict[str, Any]) -> Any:
    where = reduced(input, dim, keepdim, names, name)
    if dim is not None and not isinstance(dim, int) and len(dim) == 0:  # no dimension, not every one
        where["axis"] = ()
    result = op(input, **where)
    if memory.peek(input).dtype == np.uint8:
        result = in_dtype(result, dtypes.uint8)
    return deliver(result, out)


def count_nonzero(input: Tensor, dim: int | tuple[int, ...] | None = None, **numpy_names: Any) -> Tensor:
    """The number of elements over `dim` that are not zero, as int64.

    >>> import adjoint as ad
    >>> ad.count_nonzero(ad.tensor([[0., 1.], [2., 3.]]), dim=1)
    tensor([1, 2])
    """
    return red.count_nonzero(input, **reduced(input, dim, False, numpy_names, "count_nonzero"))


# Moments -------------------------------------------------------------------------------------------------------------


def var(input: Tensor, dim: int | tuple[int, ...] | None = None, unbiased: bool | None = None, keepdim: bool = False, *,
        correction: float | None = None, out: Tensor | None = None, **numpy_names: Any) -> Tensor:
    """The variance over `dim`: squared distances from the mean, summed and divided by their number less `correction`.

    `correction` is 1 unless given; `unbiased` True and False are 1 and 0. `var(input, unbiased)` is accepted too.

    >>> import adjoint as ad
    >>> ad.var(ad.tensor([1., 2., 3., 4.])), ad.var(ad.tensor([1., 2., 3., 4.]), correction=0)
    (tensor(1.6667), tensor(1.2500))
    """
    return deliver(moments.var(input, **_moment(input, dim, unbiased, keepdim, correction, numpy_names, "var")), out)


def std(input: Tensor, dim: int | tuple[int, ...] | None = None, unbiased: bool | None = None, keepdim: bool = False, *,
        correction: float | None = None, out: Tensor | None = None, **numpy_names: Any) -> Tensor:
    """The standard deviation over `dim`; arguments as for `var`. Where it is zero, so is its gradient.

    >>> import adjoint as ad
    >>> ad.std(ad.tensor([[1., 3.], [2., 2.]]), dim=1)
    tensor([1.4142, 0.0000])
    """
    return deliver(moments.std(input, **_moment(input, dim, unbiased, keepdim, correction, numpy_names, "std")), out)


def var_mean(input: Tensor, dim: int | tuple[int, ...] | None = None, unbiased: bool | None = None,
             keepdim: bool = False, *, correction: float | None = None, **numpy_names: Any) -> tuple[Tensor, Tensor]:
    """The variance and the mean over `dim`; arguments as for `var`.

    >>> import adjoint as ad
    >>> ad.var_mean(ad.tensor([1., 3.]))
    (tensor(2.), tensor(2.))
    """
    where = _moment(input, dim, unbiased, keepdim, correction, numpy_names, "var_mean")
    return moments.var(input, **where), red.mean(input, axis=where["axis"], keepdims=where["keepdims"])


def std_mean(input: Tensor, dim: int | tuple[int, ...] | None = None, unbiased: bool | None = None,
             keepdim: bool = False, *, correction: float | None = None, **numpy_names: Any) -> tuple[Tensor, Tensor]:
    """The standard deviation and the mean over `dim`; arguments as for `var`.

    >>> import adjoint as ad
    >>> ad.std_mean(ad.tensor([1., 3.]))
    (tensor(1.4142), tensor(2.))
    """
    where = _moment(input, dim, unbiased, keepdim, correction, numpy_names, "std_mean")
    return moments.std(input, **where), red.mean(input, axis=where["axis"], keepdims=where["keepdims"])


def _moment(input: Any, dim: Any, unbiased: Any, keepdim: bool, correction: Any, names: dict[str, Any],
            function: str) -> dict[str, Any]:
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if unbiased is not None and correction is not None:
        raise TypeError(f"{function}() takes unbiased or correction, not both")
    if correction is None:
        correction = 1 if unbiased is None or unbiased else 0
    a = memory.peek(input)
    if a.dtype.kind in "biu":
        raise errors.DtypeError(f"{function} only supports floating point and complex dtypes, not "
                                f"{dtypes.of(a.dtype)!r}; try input.float()")
    where = reduced(input, dim, keepdim, names, function)
    if red.group_size(a.shape, where["axis"]) <= correction:
        warnings.warn(f"{function}(): degrees of freedom is <= 0. Correction should be strictly less than the "
                      f"reduction factor (input numel divided by output numel).", UserWarning, stacklevel=3)
    return {**where, "correction": correction}


def sum_to_size(self: Tensor, *size: int | tuple[int, ...]) -> Tensor:
    """This tensor summed to a shape that broadcasts to its own.

    >>> import adjoint as ad
    >>> ad.ones(3, 2).sum_to_size(1, 2)
    tensor([[3., 3.]])
    """
    shape = tuple(size[0]) if len(size) == 1 and not isinstance(size[0], int) else size
    own = memory.peek(self).shape
    lead = len(own) - len(shape)
    if lead < 0 or not np.all([n in (1, m) for n, m in zip(shape, own[lead:], strict=True)]):
        raise errors.ShapeError(f"size {list(shape)} is not expandable to size {list(own)}")
    axes = (*range(lead), *[lead + i for i, n in enumerate(shape) if n == 1 and own[lead + i] != 1])
    if not axes and shape:
        return self
    return st.reshape(red.sum(self, axis=axes, keepdims=True), shape=shape)


class ReductionMethods:
    __slots__ = ()
    sum = sum
    mean = mean
    nansum = nansum
    nanmean = nanmean
    prod = prod
    all = all
    any = any
    count_nonzero = count_nonzero
    var = var
    std = std
    sum_to_size = sum_to_size
