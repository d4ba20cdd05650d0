"""Other shapes for the same elements, views where strides allow: view, reshape, squeeze, flatten and siblings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes, memory
from ..ops import casting as cast_ops
from ..ops import structure as st
from .arguments import dimension, integers

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["reshape", "squeeze", "unsqueeze", "flatten", "unflatten", "ravel", "atleast_1d", "atleast_2d", "atleast_3d"]


def reshape(input: Tensor, shape: Sequence[int]) -> Tensor:
    """The elements in another shape, in the same order; one length may be -1. A view where the strides allow it.

    >>> import adjoint as ad
    >>> ad.reshape(ad.arange(4), (2, -1))
    tensor([[0, 1],
            [2, 3]])
    """
    shape = tuple([int(n) for n in shape])
    try:
        return st.reshape(input, shape=shape)
    except errors.ShapeError:
        raise errors.ShapeError(_misfit(shape, memory.peek(input).size)) from None


def _misfit(shape: tuple[int, ...], size: int) -> str:
    if any([n < -1 for n in shape]):
        return f"invalid shape dimension {min(shape)}"
    if shape.count(-1) > 1:
        return "only one dimension can be inferred"
    if size == 0 and 0 in shape and -1 in shape:
        return (
            f"cannot reshape tensor of 0 elements into shape {list(shape)} because the unspecified dimension size -1 "
            "can be any value and is ambiguous"
        )
    return f"shape '{list(shape)}' is invalid for input of size {size}"


def view(input: Tensor, shape: tuple[int, ...]) -> Tensor:
    """`reshape` that never copies: ShapeError if the strides do not allow a view."""
    a = memory.peek(input)
    if type(a) is np.ndarray and not a.flags.c_contiguous:  # a value of a transform lies in no memory
        try:
            np.reshape(a, shape, copy=False)
        except ValueError as e:
            if "without creating a copy" in str(e) or "copy" in str(e):
                raise errors.ShapeError(
                    "view size is not compatible with input tensor's size and stride (at least one dimension spans "
                    "across two contiguous subspaces). Use .reshape(...) instead."
                ) from None
            raise errors.ShapeError(_misfit(shape, a.size)) from None
    return reshape(input, shape)


def view_dtype(input: Tensor, dtype: Any) -> Tensor:
    """The bits of the tensor read as another dtype; untracked, on the same memory."""
    wanted = dtypes.as_dtype(dtype).numpy
    a = memory.peek(input)
    if a.ndim == 0 and wanted.itemsize != a.itemsize:
        raise errors.ShapeError(
            f"self.dim() cannot be 0 to view {dtypes.of(a.dtype)!r} as {dtypes.of(wanted)!r} (different element sizes)"
        )
    result = cast_ops.reinterpret(input, dtype=wanted)
    memory.adopt(result, input, cast_ops.reinterpret.op, {"dtype": wanted}, True)  # type: ignore[attr-defined]
    return result


def squeeze(input: Tensor, dim: int | Sequence[int] | None = None) -> Tensor:
    """A view without the dimensions of length 1, or without those of `dim` that have it.

    >>> import adjoint as ad
    >>> ad.squeeze(ad.ones(1, 2, 1)).shape, ad.squeeze(ad.ones(1, 2, 1), 0).shape
    (adjoint.Size([2]), adjoint.Size([2, 1]))
    """
    shape = memory.peek(input).shape
    if dim is None:
        return st.squeeze(input)
    dims = [dimension(d, len(shape)) for d in integers((dim,))]
    if len(set(dims)) != len(dims):
        raise errors.ShapeError(f"dim appears multiple times in the list of dims: {list(dims)}")
    return st.squeeze(input, axis=tuple([d for d in dims if shape and shape[d] == 1]))


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """A view with a new dimension of length 1 at `dim`.

    >>> import adjoint as ad
    >>> ad.unsqueeze(ad.ones(2), 0).shape
    adjoint.Size([1, 2])
    """
    return st.expand_dims(input, axis=dimension(dim, memory.peek(input).ndim + 1))


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The tensor with the dimensions from `start_dim` to `end_dim` made one; the tensor itself if that is one already.

    >>> import adjoint as ad
    >>> ad.flatten(ad.ones(2, 3, 4), 1).shape
    adjoint.Size([2, 12])
    """
    shape = memory.peek(input).shape
    if not shape:
        dimension(start_dim, 0), dimension(end_dim, 0)
        return st.reshape(input, shape=(1,))
    first, last = dimension(start_dim, len(shape)), dimension(end_dim, len(shape))
    if first > last:
        raise errors.ShapeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if first == last:
        return input
    joined = st.size(shape[first : last + 1])
    return st.reshape(input, shape=(*shape[:first], joined, *shape[last + 1 :]))


def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """A view in which the dimension `dim` becomes several, of these lengths; one may be -1.

    >>> import adjoint as ad
    >>> ad.unflatten(ad.ones(2, 6), 1, (3, -1)).shape
    adjoint.Size([2, 3, 2])
    """
    shape = memory.peek(input).shape
    dim = dimension(dim, len(shape))
    parts = integers((sizes,))
    if not parts:
        raise errors.ShapeError("unflatten: sizes must be non-empty")
    known = st.size(tuple([n for n in parts if n != -1]))
    if parts.count(-1) == 1 and known and shape[dim] % known == 0:
        parts = tuple([shape[dim] // known if n == -1 else n for n in parts])
    elif -1 in parts or known != shape[dim]:
        raise errors.ShapeError(
            f"unflatten: Provided sizes {list(parts)} don't multiply up to the size of dim {dim} "
            f"({shape[dim]}) in the input tensor"
        )
    return view(input, (*shape[:dim], *parts, *shape[dim + 1 :]))


def ravel(input: Tensor) -> Tensor:
    """The elements as one dimension; a view where that is possible.

    >>> import adjoint as ad
    >>> ad.ravel(ad.ones(2, 3)).shape
    adjoint.Size([6])
    """
    return st.reshape(input, shape=(-1,)) if memory.peek(input).ndim != 1 else input


def _at_least(n: int, tensors: tuple[Any, ...]) -> Any:
    several = len(tensors) != 1 or isinstance(tensors[0], (list, tuple))
    given = tensors[0] if len(tensors) == 1 and several else tensors
    made = tuple([_raised(x, n) for x in given])
    return made if several else made[0]


def _raised(x: Any, n: int) -> Any:
    shape = memory.peek(x).shape
    if len(shape) >= n:
        return x
    if n == 3 and shape:
        return st.reshape(x, shape=(1, *shape, 1) if len(shape) == 1 else (*shape, 1))
    return st.reshape(x, shape=(1,) * (n - len(shape)) + shape)


def atleast_1d(*tensors: Any) -> Any:
    """The tensor, or a tuple of the tensors, with numbers seen as of one dimension.

    >>> import adjoint as ad
    >>> ad.atleast_1d(ad.tensor(1.))
    tensor([1.])
    """
    return _at_least(1, tensors)


def atleast_2d(*tensors: Any) -> Any:
    """The tensor, or a tuple of the tensors, seen with at least two dimensions, new ones in front.

    >>> import adjoint as ad
    >>> ad.atleast_2d(ad.tensor([1., 2.]))
    tensor([[1., 2.]])
    """
    return _at_least(2, tensors)


def atleast_3d(*tensors: Any) -> Any:
    """The tensor, or a tuple of the tensors, seen with at least three dimensions; a matrix gets a new one at its end.

    >>> import adjoint as ad
    >>> ad.atleast_3d(ad.ones(2, 3)).shape
    adjoint.Size([2, 3, 1])
    """
    return _at_least(3, tensors)


class ShapeMethods:
    """The functions above as methods, and those that PyTorch has only as methods."""

    __slots__ = ()
    squeeze = squeeze
    unsqueeze = unsqueeze
    flatten = flatten
    ravel = ravel

    def view(self: Any, *shape: Any, dtype: Any = None, size: Any = None) -> Tensor:
        """The elements in another shape on the same memory, or its bits as another dtype: `view(2, 3)`, `view(dtype)`.

        >>> import adjoint as ad
        >>> ad.arange(4).view(2, -1)
        tensor([[0, 1],
                [2, 3]])
        """
        if len(shape) == 1 and isinstance(shape[0], dtypes.DType):
            dtype = shape[0]
        return view(self, integers(shape, size)) if dtype is None else view_dtype(self, dtype)

    def reshape(self: Any, *args: Any, shape: Any = None) -> Tensor:
        """The elements in another shape: `reshape(2, 3)`. See `adjoint.reshape`."""
        return reshape(self, integers(args, shape))

    def view_as(self: Any, other: Tensor) -> Tensor:
        """A view in the shape of `other`."""
        return view(self, memory.peek(other).shape)

    def reshape_as(self: Any, other: Tensor) -> Tensor:
        """The elements in the shape of `other`."""
        return reshape(self, memory.peek(other).shape)

    def unflatten(self: Any, dim: int, *args: Any, sizes: Any = None) -> Tensor:
        """A view in which the dimension `dim` becomes several. See `adjoint.unflatten`."""
        return unflatten(self, dim, integers(args, sizes))
