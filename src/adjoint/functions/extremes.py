"""Largest and smallest, medians, modes and order statistics, by PyTorch's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import errors
from ..core import memory
from ..core.tensor import TensorBase
from ..ops import arithmetic, extremes
from ..ops import structure as st
from . import return_types
from .arguments import axis_keepdims, dimension
from .reduction import reduced
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["amax", "amin", "aminmax", "argmax", "argmin", "kthvalue", "max", "median", "min", "mode", "nanmedian"]


def along(op: Callable[..., Any], input: Any, dim: int, **params: Any) -> Any:
    """op(input, axis=dim, ...), a 0-d tensor being treated as one with a single element."""
    a = memory.peek(input)
    axis = dimension(dim, a.ndim)
    if a.ndim:
        return op(input, axis=axis, **params)
    result = op(st.reshape(input, shape=(1,)), axis=0, **params)
    if not isinstance(result, tuple):
        return st.reshape(result, shape=())
    return tuple([st.reshape(r, shape=()) for r in result])


def not_empty(input: Any, axes: Any, function: str) -> None:
    """ShapeError if there is nothing to choose from."""
    shape = memory.peek(input).shape
    if 0 in shape:
        if axes is None:
            raise errors.ShapeError(f"{function}(): Expected reduction dim to be specified for input.numel() == 0. "
                                    "Specify the reduction dim with the 'dim' argument.")
        for d in (axes,) if isinstance(axes, int) else axes:
            if shape[d] == 0:
                raise errors.DimensionError(f"{function}(): Expected reduction dim {d} to have non-zero size.")


def amax(input: Tensor, dim: int | tuple[int, ...] = (), keepdim: bool = False, *, out: Tensor | None = None,
         **numpy_names: Any) -> Tensor:
    """The largest element over `dim` (all by default). Equals share the gradient.

    >>> import adjoint as ad
    >>> ad.amax(ad.tensor([[1., 5.], [3., 2.]]), dim=1)
    tensor([5., 3.])
    """
    where = reduced(input, dim, keepdim, numpy_names, "amax")
    not_empty(input, where["axis"], "amax")
    return deliver(extremes.amax(input, **where), out)


def amin(input: Tensor, dim: int | tuple[int, ...] = (), keepdim: bool = False, *, out: Tensor | None = None,
         **numpy_names: Any) -> Tensor:
    """The smallest element over `dim` (all by default). Equals share the gradient.

    >>> import adjoint as ad
    >>> ad.amin(ad.tensor([[1., 5.], [3., 2.]]), dim=1)
    tensor([1., 2.])
    """
    where = reduced(input, dim, keepdim, numpy_names, "amin")
    not_empty(input, where["axis"], "amin")
    return deliver(extremes.amin(input, **where), out)


def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False,
            out: tuple[Tensor, Tensor] | None = None, **numpy_names: Any) -> return_types.aminmax:
    """The smallest and the largest element over `dim`, or of all.

    >>> import adjoint as ad
    >>> low, high = ad.aminmax(ad.tensor([3., 1., 2.]))
    >>> low, high
    (tensor(1.), tensor(3.))
    """
    where = reduced(input, dim, keepdim, numpy_names, "aminmax")
    not_empty(input, where["axis"], "aminmax")
    result = return_types.aminmax(extremes.amin(input, **where), extremes.amax(input, **where))
    return deliver(result, out) if out is not None else result


def max(input: Tensor, dim: int | Tensor | None = None, keepdim: bool = False, *, other: Tensor | None = None,
        out: Any = None, **numpy_names: Any) -> Any:
    """The largest of all elements; with `dim` the largest along it and where each stands; with a tensor, `maximum`.

    Of equals, all share the gradient of `max(input)`; `max(input, dim)` finds the first, which gets it all.

    >>> import adjoint as ad
    >>> x = ad.tensor([[1., 5.], [3., 2.]])
    >>> ad.max(x)
    tensor(5.)
    >>> values, indices = ad.max(x, dim=1)
    >>> values, indices
    (tensor([5., 3.]), tensor([1, 0]))
    """
    return _extreme("max", input, dim, keepdim, other, out, numpy_names)


def min(input: Tensor, dim: int | Tensor | None = None, keepdim: bool = False, *, other: Tensor | None = None,
        out: Any = None, **numpy_names: Any) -> Any:
    """The smallest of all elements; with `dim` the smallest along it and where each stands; with a tensor, `minimum`.

    >>> import adjoint as ad
    >>> ad.min(ad.tensor([3., 1., 2.]))
    tensor(1.)
    """
    return _extreme("min", input, dim, keepdim, other, out, numpy_names)


def _extreme(name: str, input: Any, dim: Any, keepdim: bool, other: Any, out: Any, names: dict[str, Any]) -> Any:
    if names:
        dim, keepdim = axis_keepdims(names, dim, keepdim, name)
    if isinstance(dim, TensorBase) or other is not None:
        binary = arithmetic.maximum if name == "max" else arithmetic.minimum
        return deliver(binary(input, dim if other is None else other), out)
    if memory.peek(input).dtype.kind == "c":
        raise errors.DtypeError(f"{name} is not defined for complex numbers, which have no order; take .abs() first")
    if dim is None:
        not_empty(input, None, name)
        return deliver((extremes.largest if name == "max" else extremes.smallest)(input), out)
    return _positioned(name, getattr(extremes, name + "_along"), input, dim, keepdim, out)


def _positioned(name: str, op: Any, input: Any, dim: Any, keepdim: bool, out: Any, **params: Any) -> Any:
    """(values, indices) along one dimension, by the name of the function."""
    dim = dimension(dim, memory.peek(input).ndim)
    not_empty(input, dim, name)
    result = getattr(return_types, name)(*along(op, input, dim, keepdims=bool(keepdim), **params))
    return deliver(result, out) if out is not None else result


def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False, *, out: Tensor | None = None,
           **numpy_names: Any) -> Tensor:
    """Where the largest element stands: along `dim`, or in the flattened tensor. The first of equals.

    >>> import adjoint as ad
    >>> ad.argmax(ad.tensor([[1., 5.], [3., 2.]]), dim=1)
    tensor([1, 0])
    """
    return _position("argmax", extremes.argmax, input, dim, keepdim, out, numpy_names)


def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False, *, out: Tensor | None = None,
           **numpy_names: Any) -> Tensor:
    """Where the smallest element stands: along `dim`, or in the flattened tensor. The first of equals.

    >>> import adjoint as ad
    >>> ad.argmin(ad.tensor([[1., 5.], [3., 2.]]))
    tensor(0)
    """
    return _position("argmin", extremes.argmin, input, dim, keepdim, out, numpy_names)


def _position(name: str, op: Any, input: Any, dim: Any, keepdim: bool, out: Any, names: dict[str, Any]) -> Any:
    if names:
        dim, keepdim = axis_keepdims(names, dim, keepdim, name)
    if dim is not None:
        dim = dimension(dim, memory.peek(input).ndim)
    not_empty(input, dim, name)
    if dim is None or memory.peek(input).ndim == 0:
        return deliver(op(input, axis=None, keepdims=bool(keepdim)), out)
    return deliver(op(input, axis=dim, keepdims=bool(keepdim)), out)


def median(input: Tensor, dim: int | None = None, keepdim: bool = False, *, out: Any = None, **numpy_names: Any) -> Any:
    """The median of all elements (the lower of two), or along `dim` with where each stands. NaN if there is a NaN.

    >>> import adjoint as ad
    >>> ad.median(ad.tensor([4., 1., 3., 2.]))
    tensor(2.)
    """
    if numpy_names:
        dim, keepdim = axis_keepdims(numpy_names, dim, keepdim, "median")
    if dim is None:
        return deliver(extremes.median(input), out)
    return _positioned("median", extremes.median_along, input, dim, keepdim, out)


def nanmedian(input: Tensor, dim: int | None = None, keepdim: bool = False, *, out: Any = None,
              **numpy_names: Any) -> Any:
    """The median (the lower of two) of the elements that are not NaN, or along `dim` with where each stands.

    >>> import adjoint as ad
    >>> ad.nanmedian(ad.tensor([4., float("nan"), 3., 2.]))
    tensor(3.)
    """
    if numpy_names:
        dim, keepdim = axis_keepdims(numpy_names, dim, keepdim, "nanmedian")
    if dim is None:
        return deliver(extremes.nanmedian(input), out)
    return _positioned("nanmedian", extremes.nanmedian_along, input, dim, keepdim, out)


def mode(input: Tensor, dim: int = -1, keepdim: bool = False, *, out: Any = None,
         **numpy_names: Any) -> return_types.mode:
    """The most frequent element along `dim` (the smallest of several) and where it stands last.

    >>> import adjoint as ad
    >>> ad.mode(ad.tensor([3., 1., 3., 2.])).values
    tensor(3.)
    """
    if numpy_names:
        dim, keepdim = axis_keepdims(numpy_names, dim, keepdim, "mode")
    return _positioned("mode", extremes.mode_along, input, dim, keepdim, out)


def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False, *, out: Any = None,
             **numpy_names: Any) -> return_types.kthvalue:
    """The `k`-th smallest element along `dim` (k counts from 1) and where it stands.

    >>> import adjoint as ad
    >>> ad.kthvalue(ad.tensor([4., 1., 3.]), 2).values
    tensor(3.)
    """
    if numpy_names:
        dim, keepdim = axis_keepdims(numpy_names, dim, keepdim, "kthvalue")
    a = memory.peek(input)
    dim = dimension(dim, a.ndim)
    n = a.shape[dim] if a.ndim else 1
    if not 1 <= k <= n:
        raise errors.RangeError(f"kthvalue(): selected number k out of range for dimension {dim}: k is {k}, and there "
                                f"are {n} elements")
    return _positioned("kthvalue", extremes.kth_along, input, dim, keepdim, out, k=int(k))


class ExtremesMethods:
    __slots__ = ()
    amax = amax
    amin = amin
    aminmax = aminmax
    max = max
    min = min
    argmax = argmax
    argmin = argmin
    median = median
    nanmedian = nanmedian
    mode = mode
    kthvalue = kthvalue
