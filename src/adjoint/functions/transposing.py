"""The dimensions in another order, all views: permute, transpose, movedim, T, mT, H."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import errors
from ..core import memory
from ..ops import arithmetic
from ..ops import structure as st
from .arguments import dimension, integers

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["permute", "transpose", "swapaxes", "swapdims", "t", "movedim", "moveaxis", "adjoint"]


def permute(input: Tensor, dims: Sequence[int]) -> Tensor:
    """A view with the dimensions in this order.

    >>> import adjoint as ad
    >>> ad.permute(ad.ones(2, 3, 4), (2, 0, 1)).shape
    adjoint.Size([4, 2, 3])
    """
    n = memory.peek(input).ndim
    if len(dims) != n:
        raise errors.ShapeError(
            f"permute: number of dimensions in the tensor input does not match the length "
            f"of the desired ordering of dimensions i.e. input.dim() = {n} is not equal to "
            f"len(dims) = {len(dims)}"
        )
    axes = tuple([dimension(d, n) for d in dims])
    if len(set(axes)) != n:
        raise errors.ShapeError(f"permute(): duplicate dims are not allowed: {list(dims)}")
    return st.transpose(input, axes=axes)


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """A view with these two dimensions exchanged.

    >>> import adjoint as ad
    >>> ad.transpose(ad.tensor([[1, 2], [3, 4]]), 0, 1)
    tensor([[1, 3],
            [2, 4]])
    """
    n = memory.peek(input).ndim
    dim0, dim1 = dimension(dim0, n), dimension(dim1, n)
    if n == 0:
        return st.alias(input)
    return st.swapaxes(input, axis1=dim0, axis2=dim1)


def swapaxes(input: Tensor, axis0: int, axis1: int) -> Tensor:
    """`transpose` by NumPy's name.

    >>> import adjoint as ad
    >>> ad.swapaxes(ad.ones(2, 3), 0, 1).shape
    adjoint.Size([3, 2])
    """
    return transpose(input, axis0, axis1)


def swapdims(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """`transpose` by another name.

    >>> import adjoint as ad
    >>> ad.swapdims(ad.ones(2, 3), 0, 1).shape
    adjoint.Size([3, 2])
    """
    return transpose(input, dim0, dim1)


def t(input: Tensor) -> Tensor:
    """The transpose of a matrix; a vector or a number as it is.

    >>> import adjoint as ad
    >>> ad.t(ad.ones(2, 3)).shape
    adjoint.Size([3, 2])
    """
    n = memory.peek(input).ndim
    if n > 2:
        raise errors.ShapeError(f"t() expects a tensor with <= 2 dimensions, but self is {n}D")
    return st.alias(input) if n < 2 else st.swapaxes(input, axis1=0, axis2=1)


def adjoint(input: Tensor) -> Tensor:
    """The conjugate transpose of the last two dimensions.

    >>> import adjoint as ad
    >>> ad.adjoint(ad.tensor([[1 + 1j, 2]])).shape
    adjoint.Size([2, 1])
    """
    a = memory.peek(input)
    if a.ndim < 2:
        raise errors.ShapeError(f"tensor.adjoint() is only supported on matrices or batches of matrices, got {a.ndim}D")
    swapped = st.mT(input)
    return arithmetic.conjugate(swapped) if a.dtype.kind == "c" else swapped


def movedim(input: Tensor, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """A view with the dimensions `source` moved to `destination`, the others in their order.

    >>> import adjoint as ad
    >>> ad.movedim(ad.ones(2, 3, 4), 0, -1).shape
    adjoint.Size([3, 4, 2])
    """
    n = memory.peek(input).ndim
    whence = tuple([dimension(d, n) for d in integers((source,))])
    whither = tuple([dimension(d, n) for d in integers((destination,))])
    if len(whence) != len(whither):
        raise errors.ShapeError(
            "movedim: Invalid source or destination dims: source should have the same number of "
            f"elements as destination: {list(whence)} and {list(whither)}"
        )
    for name, dims in (("source", whence), ("destination", whither)):
        if len(set(dims)) != len(dims):
            raise errors.ShapeError(f"movedim: repeated dim in `{name}` ({list(dims)})")
    if n == 0:
        return st.alias(input)
    rest = iter([d for d in range(n) if d not in whence])
    place = dict(zip(whither, whence, strict=True))
    return st.transpose(input, axes=tuple([place[d] if d in place else next(rest) for d in range(n)]))


def moveaxis(input: Tensor, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """`movedim` by NumPy's name.

    >>> import adjoint as ad
    >>> ad.moveaxis(ad.ones(2, 3), 0, 1).shape
    adjoint.Size([3, 2])
    """
    return movedim(input, source, destination)


class TransposingMethods:
    """The functions above as methods, and the transposes that are attributes."""

    __slots__ = ()
    transpose = transpose
    swapaxes = swapaxes
    swapdims = swapdims
    t = t
    adjoint = adjoint
    movedim = movedim
    moveaxis = moveaxis

    def permute(self: Any, *args: Any, dims: Any = None) -> Tensor:
        """A view with the dimensions in this order: `permute(2, 0, 1)`. See `adjoint.permute`."""
        return permute(self, integers(args, dims))

    @property
    def T(self: Any) -> Tensor:
        """A view with the dimensions in reverse order."""
        n = memory.peek(self).ndim
        return st.transpose(self, axes=tuple(range(n - 1, -1, -1)))

    @property
    def mT(self: Any) -> Tensor:
        """A view with the last two dimensions exchanged."""
        n = memory.peek(self).ndim
        if n < 2:
            raise errors.ShapeError(
                f"tensor.mT is only supported on matrices or batches of matrices. Got {n}-D tensor."
            )
        return st.mT(self)

    @property
    def H(self: Any) -> Tensor:
        """The conjugate transpose of a matrix."""
        n = memory.peek(self).ndim
        if n not in (0, 2):
            raise errors.ShapeError(f"tensor.H is only supported on matrices (2-D tensors). Got {n}-D tensor.")
        return adjoint(self) if n else arithmetic.conjugate(self)

    @property
    def mH(self: Any) -> Tensor:
        """The conjugate transpose of the last two dimensions."""
        return adjoint(self)
