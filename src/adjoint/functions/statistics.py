"""Quantiles, covariance and correlation, distances and renormalised parts, by PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes, memory
from ..core.tensor import TensorBase, wrap
from ..ops import arithmetic, sorting
from ..ops import reduction as red
from ..ops import structure as st
from ..ops.along import take_along
from ..ops.complexes import from_parts
from ..ops.contraction import matmul
from .arguments import axis_keepdims, dimension
from .linalg_norms import vector_norm
from .writing import deliver, inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["corrcoef", "cov", "dist", "nanquantile", "quantile", "renorm"]


def quantile(input: Tensor, q: float | Tensor, dim: int | None = None, keepdim: bool = False, *,
             interpolation: str = "linear", out: Tensor | None = None, **numpy_names: Any) -> Tensor:
    """The `q`-th quantiles (0 to 1) of all elements or along `dim`; NaN where there is a NaN.

    Several q make a first dimension. Between two elements `interpolation` takes "linear", "lower", "higher", "midpoint"
    or "nearest". Differentiable in both.

    >>> import adjoint as ad
    >>> ad.quantile(ad.tensor([0., 1., 2., 3.]), 0.5)
    tensor(1.5000)
    """
    return deliver(_quantile("quantile", input, q, dim, keepdim, interpolation, numpy_names), out)


def nanquantile(input: Tensor, q: float | Tensor, dim: int | None = None, keepdim: bool = False, *,
                interpolation: str = "linear", out: Tensor | None = None, **numpy_names: Any) -> Tensor:
    """The `q`-th quantiles of the elements that are not NaN; arguments as for `quantile`.

    >>> import adjoint as ad
    >>> ad.nanquantile(ad.tensor([0., float("nan"), 2.]), 0.5)
    tensor(1.)
    """
    return deliver(_quantile("nanquantile", input, q, dim, keepdim, interpolation, numpy_names), out)


def _quantile(name: str, input: Any, q: Any, dim: Any, keepdim: bool, interpolation: str, names: dict[str, Any]) -> Any:
    if names:
        dim, keepdim = axis_keepdims(names, dim, keepdim, name)
    a = memory.peek(input)
    if a.dtype not in (np.float32, np.float64):
        raise errors.DtypeError(f"{name}() input tensor must be either float or double dtype, not "
                                f"{dtypes.of(a.dtype)!r}")
    if interpolation not in ("linear", "lower", "higher", "midpoint", "nearest"):
        raise errors.RangeError(f"{name}() interpolation must be one of linear, lower, higher, midpoint or nearest, "
                                f"but got {interpolation}")
    if not isinstance(q, TensorBase):
        q = wrap(np.asarray(q, a.dtype))
    levels = memory.load(q)
    if levels.ndim > 1:
        raise errors.ShapeError(f"{name}() q must be a scalar or 1D tensor")
    if levels.dtype != a.dtype:
        raise errors.DtypeError(f"{name}() q tensor must be same dtype as the input tensor")
    if not ((numbers := memory.everything(q)) >= 0).all() or not (numbers <= 1).all():
        raise errors.RangeError(f"{name}() q values must be in the range [0, 1]")
    if a.size == 0 or (dim is not None and a.ndim and a.shape[dimension(dim, a.ndim)] == 0):
        raise errors.ShapeError(f"{name}() input tensor must be non-empty")

    # Rows along the last axis, in order; then two neighbours for each level, and a point between them.
    if dim is None or not a.ndim:
        kept = (1,) * a.ndim
        rows = st.reshape(input, shape=(1, a.size))
    else:
        axis = dimension(dim, a.ndim)
        kept = tuple([1 if i == axis else n for i, n in enumerate(a.shape)])
        moved = st.moveaxis(input, source=axis, destination=-1)
        rows = st.reshape(moved, shape=(a.size // a.shape[axis], a.shape[axis]))
    rows = sorting.sort(rows, axis=-1)[0]
    values = memory.concrete(rows)
    last = values.shape[-1] - 1
    level = st.reshape(q, shape=(1, levels.size))
    nans = np.sum(np.isnan(values), axis=-1, keepdims=True)
    if name == "nanquantile":
        top = wrap(np.maximum(last - nans, 0).astype(a.dtype))
        rank = arithmetic.multiply(level, top)
    else:
        rank = arithmetic.multiply(level, wrap(np.full_like(nans, last, dtype=a.dtype)))
        if memory.everything(nans).any():  # a row with a NaN: its last element
            rank = np.where(nans > 0, last, rank)
    place = memory.concrete(rank)
    where = {"lower": np.floor, "higher": np.ceil, "nearest": np.rint}.get(interpolation, np.floor)(place)
    result = take_along(rows, wrap(where.astype(np.int64)), axis=-1)
    if interpolation in ("linear", "midpoint"):
        above = take_along(rows, wrap(np.ceil(place).astype(np.int64)), axis=-1)
        weight: Any = 0.5 if interpolation == "midpoint" else arithmetic.subtract(rank, wrap(where))
        result = arithmetic.lerp(result, above, weight)
    result = st.reshape(st.transpose(result, axes=(1, 0)), shape=(levels.size, *kept))
    if not keepdim:
        result = st.reshape(result, shape=(levels.size, *(() if dim is None else _without(kept, dim))))
    return result if levels.ndim else st.reshape(result, shape=tuple(result.shape[1:]))


def _without(shape: tuple[int, ...], dim: int) -> tuple[int, ...]:
    if not shape:
        return ()
    axis = dimension(dim, len(shape))
    return shape[:axis] + shape[axis + 1:]


def cov(input: Tensor, *, correction: int = 1, fweights: Tensor | None = None,
        aweights: Tensor | None = None) -> Tensor:
    """The covariances of the rows of `input` (variables), whose columns are observations.

    `fweights` are counts, `aweights` weights of the observations; `correction` is taken off their number.

    >>> import adjoint as ad
    >>> ad.cov(ad.tensor([[1., 2., 3.], [3., 2., 1.]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    a = memory.peek(input)
    if a.ndim > 2:
        raise errors.ShapeError(f"cov(): expected input to have two or fewer dimensions but got an input with {a.ndim} "
                                f"dimensions")
    if a.dtype.kind == "b":
        raise errors.DtypeError("cov(): bool dtype is not supported for input")
    x: Any = st.astype(input, dtype=dtypes.default().numpy) if a.dtype.kind in "iu" else input
    x = x if a.ndim == 2 else st.reshape(x, shape=(1, a.size))
    n = x.shape[1]
    weights: Any = None
    for given, kind, told in ((fweights, "iu", "fweights to have integral dtype"),
                              (aweights, "f", "aweights to have floating point dtype")):
        if given is not None:
            w = memory.load(given)
            if w.ndim > 1 or w.size != n:
                raise errors.ShapeError(f"cov(): expected a weight for each of the {n} observations, got shape "
                                        f"{list(w.shape)}")
            if w.dtype.kind not in kind:
                raise errors.DtypeError(f"cov(): expected {told} but got {dtypes.of(w.dtype)!r}")
            if w.size and memory.everything(given).min() < 0:
                raise errors.RangeError("cov(): weights cannot be negative")
            weights = given if weights is None else arithmetic.multiply(weights, given)
    if weights is None:
        mean = red.mean(x, axis=1, keepdims=True)
        freedom: Any = max(0, n - correction)
        centred = arithmetic.subtract(x, mean)
        weighted = centred
    else:
        total = red.sum(weights)
        if (memory.everything(total) == 0).any():
            raise errors.RangeError("cov(): weights sum to zero, can't be normalized")
        mean = arithmetic.divide(red.sum(arithmetic.multiply(x, weights), axis=1, keepdims=True), total)
        if correction and aweights is not None:
            by_counts = red.sum(arithmetic.multiply(weights, aweights))
            freedom = arithmetic.subtract(total, arithmetic.divide(arithmetic.multiply(by_counts, correction), total))
        else:
            freedom = arithmetic.subtract(total, correction)
        freedom = np.maximum(freedom, 0)
        centred = arithmetic.subtract(x, mean)
        weighted = arithmetic.multiply(centred, weights)
    result = arithmetic.divide(matmul(weighted, np.conjugate(st.mT(centred))), freedom)
    return st.reshape(result, shape=()) if result.shape == (1, 1) else result


def corrcoef(input: Tensor) -> Tensor:
    """The correlations of the rows of `input`, whose columns are observations.

    >>> import adjoint as ad
    >>> ad.corrcoef(ad.tensor([[1., 2., 3.], [3., 2., 1.]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    c: Any = cov(input)
    if c.ndim == 0:
        return arithmetic.divide(c, c)
    spread = np.sqrt(np.real(st.diagonal(c)))
    result = arithmetic.divide(c, st.reshape(spread, shape=(-1, 1)))
    result = arithmetic.divide(result, st.reshape(spread, shape=(1, -1)))
    if memory.peek(result).dtype.kind == "c":
        return from_parts(np.clip(np.real(result), -1, 1), np.clip(np.imag(result), -1, 1))
    return arithmetic.clamp(result, min=-1, max=1)


def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """The p-norm of `input - other`; its gradient is zero where the two are equal.

    >>> import adjoint as ad
    >>> ad.dist(ad.tensor([1., 2.]), ad.tensor([4., 6.]))
    tensor(5.)
    """
    return vector_norm(arithmetic.subtract(input, other), p)


def renorm(input: Tensor, p: float, dim: int, maxnorm: float, *, out: Tensor | None = None) -> Tensor:
    """`input` with each part input[..., i, ...] along `dim` whose p-norm exceeds `maxnorm` scaled down to it.

    >>> import adjoint as ad
    >>> ad.renorm(ad.tensor([[3., 4.], [0.3, 0.4]]), p=2, dim=0, maxnorm=1)
    tensor([[0.6000, 0.8000],
            [0.3000, 0.4000]])
    """
    ndim = memory.peek(input).ndim
    if ndim < 2:
        raise errors.ShapeError(f"renorm: input needs at least 2 dimensions, got {ndim} dimensions")
    if p <= 0 or maxnorm < 0:
        raise errors.RangeError(f"renorm: expected p > 0 and maxnorm >= 0, got {p} and {maxnorm}")
    axis = dimension(dim, ndim)
    norms = vector_norm(input, p, dim=tuple([i for i in range(ndim) if i != axis]), keepdim=True)
    over = np.greater(norms, float(maxnorm))
    scale = np.where(over, arithmetic.divide(float(maxnorm), arithmetic.add(np.where(over, norms, 1.0), 1e-7)), 1.0)
    return deliver(arithmetic.multiply(input, scale), out)


class StatisticsMethods:
    __slots__ = ()
    quantile = quantile
    nanquantile = nanquantile
    cov = cov
    corrcoef = corrcoef
    dist = dist
    renorm = renorm
    renorm_ = inplace(renorm)
