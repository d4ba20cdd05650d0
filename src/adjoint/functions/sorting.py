"""Sorting, top elements and distinct values, by PyTorch's names. Sorting is always stable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import errors
from ..core import memory
from ..ops import sorting as ops
from . import return_types
from .arguments import dimension, the_dim
from .extremes import along
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["argsort", "msort", "sort", "topk", "unique", "unique_consecutive"]


def _ordered(input: Any, function: str) -> None:
    if memory.peek(input).dtype.kind == "c":
        raise errors.DtypeError(f"{function} is not defined for complex numbers, which have no order")


def sort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False, *, out: Any = None,
         **numpy_names: Any) -> return_types.sort:
    """The elements in order along `dim`, and where each stood. NaN counts as the largest.

    >>> import adjoint as ad
    >>> values, indices = ad.sort(ad.tensor([3., 1., 2.]), descending=True)
    >>> values, indices
    (tensor([3., 2., 1.]), tensor([0, 2, 1]))
    """
    _ordered(input, "sort")
    dim = the_dim(dim, numpy_names, "sort")
    result = return_types.sort(*along(ops.sort, input, dim, descending=bool(descending)))
    return deliver(result, out) if out is not None else result


def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False, *, out: Any = None,
            **numpy_names: Any) -> Tensor:
    """The indices that put the elements in order along `dim`.

    >>> import adjoint as ad
    >>> ad.argsort(ad.tensor([3., 1., 2.]))
    tensor([1, 2, 0])
    """
    _ordered(input, "argsort")
    return deliver(along(ops.argsort, input, the_dim(dim, numpy_names, "argsort"), descending=bool(descending)), out)


def msort(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The elements in order along the first dimension.

    >>> import adjoint as ad
    >>> ad.msort(ad.tensor([[3., 1.], [2., 5.]]))
    tensor([[2., 1.],
            [3., 5.]])
    """
    return deliver(sort(input, 0)[0], out)


def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True, *, out: Any = None,
         **numpy_names: Any) -> return_types.topk:
    """The `k` largest (or smallest) elements along `dim`, in order, and where they stood.

    >>> import adjoint as ad
    >>> values, indices = ad.topk(ad.tensor([3., 1., 4., 1., 5.]), 2)
    >>> values, indices
    (tensor([5., 4.]), tensor([4, 2]))
    """
    _ordered(input, "topk")
    a = memory.peek(input)
    dim = dimension(the_dim(dim, numpy_names, "topk"), a.ndim)
    n = a.shape[dim] if a.ndim else 1
    if not 0 <= k <= n:
        raise errors.RangeError(f"selected index k out of range: k is {k}, and dimension {dim} has {n} elements")
    if a.ndim == 0 and k == 0:
        raise errors.RangeError("topk of a 0-d tensor: k is 1")
    result = return_types.topk(*along(ops.topk, input, dim, k=int(k), largest=bool(largest)))
    return deliver(result, out) if out is not None else result


def unique(input: Tensor, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False,
           dim: int | None = None) -> Any:
    """The distinct elements in order; on request the place of each element among them, and their counts.

    With `dim`, the distinct slices along it. No derivative is defined.

    >>> import adjoint as ad
    >>> ad.unique(ad.tensor([3, 1, 3, 2]), return_counts=True)
    (tensor([1, 2, 3]), tensor([1, 1, 2]))
    """
    return _distinct(ops.unique, input, return_inverse, return_counts, dim)


def unique_consecutive(input: Tensor, return_inverse: bool = False, return_counts: bool = False,
                       dim: int | None = None) -> Any:
    """One of each run of equal elements; on request the run of each element, and the runs' lengths.

    >>> import adjoint as ad
    >>> ad.unique_consecutive(ad.tensor([1, 1, 2, 1]))
    tensor([1, 2, 1])
    """
    return _distinct(ops.unique_runs, input, return_inverse, return_counts, dim)


def _distinct(op: Any, input: Any, inverse: bool, counts: bool, dim: int | None) -> Any:
    if dim is not None:
        dim = dimension(dim, memory.peek(input).ndim)
    values, places, numbers = op(input, axis=dim if memory.peek(input).ndim else None)
    wanted = [values] + [places] * bool(inverse) + [numbers] * bool(counts)
    return wanted[0] if len(wanted) == 1 else tuple(wanted)


class SortingMethods:
    __slots__ = ()
    sort = sort
    argsort = argsort
    msort = msort
    topk = topk
    unique = unique
    unique_consecutive = unique_consecutive
