"""Running sums, products and extremes; differences, slopes and areas along a dimension. PyTorch's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import errors
from ..core import dtypes, memory
from ..core.tensor import TensorBase
from ..ops import arithmetic, comparison, scans
from ..ops import structure as st
from ..ops.reduction import sum as total
from . import return_types
from .arguments import dimension, the_dim
from .casting import in_dtype
from .extremes import along
from .writing import deliver, inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["cummax", "cummin", "cumprod", "cumsum", "cumulative_trapezoid", "diff", "gradient", "logcumsumexp",
           "trapezoid", "trapz"]


def _wide(input: Any, dtype: Any) -> Any:
    """The tensor in `dtype`; integers and bools, if none is given, in int64."""
    return in_dtype(input, dtypes.int64 if dtype is None and memory.peek(input).dtype.kind in "biu" else dtype)


def cumsum(input: Tensor, dim: int | None = None, *, dtype: Any = None, out: Tensor | None = None,
           **numpy_names: Any) -> Tensor:
    """The running sums along `dim`.

    >>> import adjoint as ad
    >>> ad.cumsum(ad.tensor([1., 2., 3.]), dim=0)
    tensor([1., 3., 6.])
    """
    result = along(scans.cumsum, _wide(input, dtype), the_dim(dim, numpy_names, "cumsum"))
    return deliver(in_dtype(result, dtype), out)


def cumprod(input: Tensor, dim: int | None = None, *, dtype: Any = None, out: Tensor | None = None,
            **numpy_names: Any) -> Tensor:
    """The running products along `dim`; the derivatives are exact where elements are zero.

    >>> import adjoint as ad
    >>> ad.cumprod(ad.tensor([1., 2., 3.]), dim=0)
    tensor([1., 2., 6.])
    """
    result = along(scans.cumprod, _wide(input, dtype), the_dim(dim, numpy_names, "cumprod"))
    return deliver(in_dtype(result, dtype), out)


def logcumsumexp(input: Tensor, dim: int | None = None, *, out: Tensor | None = None, **numpy_names: Any) -> Tensor:
    """The logarithm of the running sums of the exponentials along `dim`.

    >>> import adjoint as ad
    >>> ad.logcumsumexp(ad.tensor([0., 0., 0.]), dim=0)
    tensor([0.0000, 0.6931, 1.0986])
    """
    dim = the_dim(dim, numpy_names, "logcumsumexp")
    if memory.peek(input).dtype.kind in "biu":
        raise errors.DtypeError(f"logcumsumexp is for floating-point and complex tensors, not {input.dtype!r}")
    return deliver(along(scans.logcumsumexp, input, dim), out)


def cummax(input: Tensor, dim: int | None = None, *, out: Any = None, **numpy_names: Any) -> return_types.cummax:
    """The running maxima along `dim` and where each stands (the last of equals).

    >>> import adjoint as ad
    >>> ad.cummax(ad.tensor([1., 3., 2.]), dim=0).values
    tensor([1., 3., 3.])
    """
    result = return_types.cummax(*along(scans.cummax, input, the_dim(dim, numpy_names, "cummax")))
    return deliver(result, out) if out is not None else result


def cummin(input: Tensor, dim: int | None = None, *, out: Any = None, **numpy_names: Any) -> return_types.cummin:
    """The running minima along `dim` and where each stands (the last of equals).

    >>> import adjoint as ad
    >>> ad.cummin(ad.tensor([3., 1., 2.]), dim=0).indices
    tensor([0, 1, 1])
    """
    result = return_types.cummin(*along(scans.cummin, input, the_dim(dim, numpy_names, "cummin")))
    return deliver(result, out) if out is not None else result


# Differences ---------------------------------------------------------------------------------------------------------


def _part(x: Any, axis: int, start: int, length: int) -> Any:
    return st.narrow(x, axis=axis, start=start, length=length)


def diff(input: Tensor, n: int = 1, dim: int = -1, prepend: Tensor | None = None, append: Tensor | None = None, *,
         out: Tensor | None = None, **numpy_names: Any) -> Tensor:
    """The `n`-th differences between neighbours along `dim`, after joining `prepend` and `append` to its ends.

    >>> import adjoint as ad
    >>> ad.diff(ad.tensor([1., 4., 9.]))
    tensor([3., 5.])
    """
    axis = dimension(the_dim(dim, numpy_names, "diff"), memory.peek(input).ndim)
    if memory.peek(input).ndim == 0:
        raise errors.ShapeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise errors.RangeError(f"order must be non-negative but got {n}")
    if n == 0:
        return deliver(st.copy(input), out)
    parts = [p for p in (prepend, input, append) if p is not None]
    x: Any = st.concatenate(tuple(parts), axis=axis) if len(parts) > 1 else input
    boolean = memory.peek(x).dtype.kind == "b"
    for _ in range(min(n, x.shape[axis])):
        m = max(x.shape[axis] - 1, 0)
        after, before = _part(x, axis, min(1, x.shape[axis]), m), _part(x, axis, 0, m)
        x = comparison.logical_xor(after, before) if boolean else arithmetic.subtract(after, before)
    return deliver(x, out)


def gradient(input: Tensor, *, spacing: Any = 1, dim: int | Sequence[int] | None = None, edge_order: int = 1
             ) -> list[Tensor]:
    """Estimates of the partial derivatives of samples on a grid: second-order differences inside, `edge_order` at ends.

    `spacing` is the distance of samples (one number, or one for each dimension), or a list of coordinate tensors.

    >>> import adjoint as ad
    >>> ad.gradient(ad.tensor([1., 4., 9., 16.]))
    (tensor([3., 4., 6., 7.]),)
    """
    ndim = memory.peek(input).ndim
    dims = list(range(ndim)) if dim is None else [dimension(d, ndim) for d in ([dim] if isinstance(dim, int) else dim)]
    if spacing is None:
        spacing = 1
    if isinstance(spacing, (TensorBase, int, float, complex)):
        if isinstance(spacing, TensorBase) and memory.peek(spacing).ndim:
            spacing = [spacing]
        else:
            spacing = [spacing] * len(dims)
    if len(spacing) != len(dims):
        raise errors.ShapeError("gradient expected spacing to be unspecified, a scalar, or a list of length "
                                f"{len(dims)}, one for each dimension, but got {len(spacing)}")
    if edge_order not in (1, 2):
        raise errors.RangeError(f"gradient: edge_order is 1 or 2, not {edge_order}")
    for d in dims:
        if input.shape[d] < edge_order + 1:
            raise errors.ShapeError("gradient expected each dimension size to be at least edge_order+1")
    return tuple([_slope(input, d, s, edge_order) for d, s in zip(dims, spacing, strict=True)])  # type: ignore[return-value]


def _slope(x: Any, axis: int, spacing: Any, edge_order: int) -> Any:
    """The derivative along one axis: exact for parabolas inside; at the ends for lines or, with order 2, parabolas."""
    n = x.shape[axis]
    if isinstance(spacing, TensorBase) and memory.peek(spacing).ndim:
        places = memory.peek(spacing)
        if places.shape != (n,):
            raise errors.ShapeError(f"gradient expected a coordinate for each of the {n} elements of dimension {axis}, "
                                    f"got shape {list(places.shape)}")
        steps: Any = arithmetic.subtract(_part(spacing, 0, 1, n - 1), _part(spacing, 0, 0, n - 1))
        steps = st.reshape(steps, shape=(n - 1,) + (1,) * (x.ndim - axis - 1))
        rises = arithmetic.divide(arithmetic.subtract(_part(x, axis, 1, n - 1), _part(x, axis, 0, n - 1)), steps)
        first = -steps.ndim
        before, after = _part(steps, first, 0, n - 2), _part(steps, first, 1, n - 2)
        span = arithmetic.add(before, after)
        inside = arithmetic.add(
            arithmetic.multiply(_part(rises, axis, 0, n - 2), arithmetic.divide(after, span)),
            arithmetic.multiply(_part(rises, axis, 1, n - 2), arithmetic.divide(before, span)))
        bend = [(_part(steps, first, i, 1), arithmetic.add(_part(steps, first, i, 1), _part(steps, first, j, 1)))
                for i, j in ((0, 1), (n - 2, n - 3))] if edge_order == 2 else None
    else:
        rises = arithmetic.divide(arithmetic.subtract(_part(x, axis, 1, n - 1), _part(x, axis, 0, n - 1)), spacing)
        inside = arithmetic.multiply(arithmetic.add(_part(rises, axis, 0, n - 2), _part(rises, axis, 1, n - 2)), 0.5)
        bend = [(1, 2), (1, 2)] if edge_order == 2 else None
    left, right = _part(rises, axis, 0, 1), _part(rises, axis, n - 2, 1)
    if bend is not None:
        (h, span0), (k, span1) = bend
        left, right = (arithmetic.add(left, _bend(left, _part(rises, axis, 1, 1), h, span0)),
                       arithmetic.add(right, _bend(right, _part(rises, axis, n - 3, 1), k, span1)))
    return st.concatenate((left, inside, right), axis=axis)


def _bend(outer: Any, inner: Any, step: Any, span: Any) -> Any:
    """How much steeper the parabola through three points is at its end than the line through the outer two."""
    return arithmetic.divide(arithmetic.multiply(arithmetic.subtract(outer, inner), step), span)


# Areas ---------------------------------------------------------------------------------------------------------------


def _areas(y: Any, x: Any, dx: Any, dim: int, function: str) -> tuple[Any, int]:
    """The areas of the trapezoids between neighbours along a dimension of y, and the axis, from the end."""
    ndim = memory.peek(y).ndim
    axis = dimension(dim, ndim)
    if ndim == 0:
        raise errors.ShapeError(f"{function} expects y to be at least one-dimensional")
    n = y.shape[axis]
    m = max(n - 1, 0)
    heights = arithmetic.add(_part(y, axis, min(n, 1), m), _part(y, axis, 0, m))
    if x is None:
        width = dx if dx is not None else 1
    else:
        if memory.peek(x).ndim == 1:
            if x.shape[0] != n:
                raise errors.ShapeError(f"{function}: there must be one `x` value for each sample point, {n}, not "
                                        f"{x.shape[0]}")
            width = arithmetic.subtract(_part(x, 0, 1, m), _part(x, 0, 0, m))
            width = st.reshape(width, shape=(m,) + (1,) * (ndim - axis - 1))
        else:
            at = axis - ndim + memory.peek(x).ndim
            k = x.shape[at]
            width = arithmetic.subtract(_part(x, at, min(k, 1), max(k - 1, 0)), _part(x, at, 0, max(k - 1, 0)))
    return arithmetic.multiply(arithmetic.divide(heights, 2.0), width), axis - ndim


def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float | None = None, dim: int = -1) -> Tensor:
    """The area under the samples `y` along `dim` by the trapezoidal rule, at places `x` or at distance `dx`.

    >>> import adjoint as ad
    >>> ad.trapezoid(ad.tensor([1., 2., 3.])), ad.trapezoid(ad.tensor([1., 2., 3.]), ad.tensor([0., 2., 4.]))
    (tensor(4.), tensor(8.))
    """
    areas, axis = _areas(y, x, dx, dim, "trapezoid")
    return total(areas, axis=axis)


def trapz(y: Tensor, x: Tensor | None = None, *, dx: float | None = None, dim: int = -1) -> Tensor:
    """The area under the samples `y`: another name of `trapezoid`.

    >>> import adjoint as ad
    >>> ad.trapz(ad.tensor([1., 2., 3.]), dx=2.)
    tensor(8.)
    """
    return trapezoid(y, x, dx=dx, dim=dim)


def cumulative_trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float | None = None, dim: int = -1) -> Tensor:
    """The running area under the samples `y` along `dim` by the trapezoidal rule; one element fewer than y.

    >>> import adjoint as ad
    >>> ad.cumulative_trapezoid(ad.tensor([1., 2., 3.]))
    tensor([1.5000, 4.0000])
    """
    areas, axis = _areas(y, x, dx, dim, "cumulative_trapezoid")
    return scans.cumsum(areas, axis=axis)


class ScanMethods:
    __slots__ = ()
    cumsum = cumsum
    cumsum_ = inplace(cumsum)
    cumprod = cumprod
    cumprod_ = inplace(cumprod)
    logcumsumexp = logcumsumexp
    cummax = cummax
    cummin = cummin
    diff = diff
