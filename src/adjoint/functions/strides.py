"""How a tensor lies in memory: contiguous, stride, storage_offset; views by strides; complex as pairs of reals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import memory, modes
from ..core.writes import WHOLE
from ..ops import strides as ops
from ..ops import structure as st
from .arguments import dimension, integers
from .part_writing import write_part
from .placement import channels_last, channels_last_3d, contiguous_format, preserve_format

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "clone",
    "as_strided",
    "as_strided_scatter",
    "view_as_real",
    "view_as_complex",
    "real",
    "imag",
    "resolve_conj",
    "resolve_neg",
    "detach",
]


def clone(input: Tensor, *, memory_format: Any = None) -> Tensor:
    """A copy of the tensor; gradients flow through it.

    >>> import adjoint as ad
    >>> ad.clone(ad.ones(2))
    tensor([1., 1.])
    """
    if memory_format is None or memory_format is preserve_format:
        return st.copy(input)
    return _ordered(st.copy(input), memory_format)


def _ordered(input: Any, wanted: Any) -> Any:
    """The tensor, or a copy whose dimensions lie in memory as the format has them."""
    a = memory.peek(input)
    if _lies(a, wanted):
        return input
    return ops.in_order(input, order=_order(a.ndim, wanted))


def _order(n: int, wanted: Any) -> tuple[int, ...] | None:
    if (wanted is channels_last and n == 4) or (wanted is channels_last_3d and n == 5):
        return (0, *range(2, n), 1)
    if wanted is contiguous_format or wanted is preserve_format:
        return None
    raise errors.ShapeError(
        f"required rank {5 if wanted is channels_last_3d else 4} tensor to use {wanted!r} format, got {n} dimensions"
    )


def _lies(a: Any, wanted: Any) -> bool:
    order = _order(a.ndim, wanted)
    return type(a) is not np.ndarray or bool((a if order is None else a.transpose(order)).flags.c_contiguous)


def detach(input: Tensor) -> Tensor:
    """An untracked tensor on the same memory.

    >>> import adjoint as ad
    >>> ad.detach(ad.ones(2, requires_grad=True))
    tensor([1., 1.])
    """
    return input.detach()


def as_strided(input: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None) -> Tensor:
    """A view of the memory of `input` by sizes, strides and an offset, counted in elements.

    The tensor must lie contiguously; what the view reaches must be in it.

    >>> import adjoint as ad
    >>> ad.as_strided(ad.arange(4), (2, 2), (1, 1))
    tensor([[0, 1],
            [1, 2]])
    """
    return ops.as_strided(input, **_strided(input, size, stride, storage_offset))


def _strided(input: Any, size: Any, stride: Any, offset: Any) -> dict[str, Any]:
    a = memory.peek(input)
    size, stride = integers((size,)), integers((stride,))
    if len(size) != len(stride):
        raise errors.ShapeError(f"mismatch in length of strides and shape: {list(stride)} and {list(size)}")
    if any([n < 0 for n in (*size, *stride)]):
        raise errors.ShapeError(
            f"as_strided: sizes and strides must not be negative, got {list(size)} and {list(stride)}"
        )
    if type(a) is np.ndarray and not a.flags.c_contiguous:
        raise errors.ShapeError("as_strided here needs a contiguous tensor; use input.contiguous()")
    own = storage_offset(input)
    offset = 0 if offset is None else int(offset) - own
    last = offset + sum([(n - 1) * s for n, s in zip(size, stride, strict=True)])
    if 0 not in size and not (0 <= offset and last < a.size):
        raise errors.ShapeError(
            f"setStorage: sizes {list(size)}, strides {list(stride)}, storage offset {offset + own} are "
            f"out of bounds for a tensor of {a.size} elements at offset {own}"
        )
    return {"size": size, "stride": stride, "offset": offset}


def as_strided_scatter(
    input: Tensor, src: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None
) -> Tensor:
    """A copy of `input` in which the view `as_strided(size, stride, storage_offset)` is `src`; differentiable in `src`.

    PyTorch's derivative in `input` keeps just the elements that were overwritten. Rather than disagree in silence, this
    raises MissingRule where `input` is tracked, and says how to write it.

    >>> import adjoint as ad
    >>> ad.as_strided_scatter(ad.zeros(4), ad.ones(2), (2,), (2,))
    tensor([1., 0., 1., 0.])
    """
    if modes.state.grad and memory.load_node(input) is not None:
        raise errors.MissingRule("as_strided_scatter has no derivative with respect to input; write "
                                 "y = input.clone(); y.as_strided(size, stride, storage_offset).copy_(src)")
    params = _strided(input, size, stride, storage_offset)
    op = ops.as_strided.op  # type: ignore[attr-defined]
    reached = op.fn(np.arange(memory.peek(input).size), **params)
    if np.unique(reached).size != reached.size:
        raise errors.RangeError("as_strided_scatter: elements of the view overlap, so that src would be written twice")
    return write_part(
        input,
        src,
        [(op, params)],
        WHOLE,
        params["size"],
        "as_strided_scatter",
    )


def storage_offset(input: Tensor) -> int:
    """How many elements of the memory lie before the first one of the tensor."""
    first = memory.peek(input)
    if type(first) is not np.ndarray:
        return 0
    root = memory.region(memory.lineage(input)[0]) if hasattr(input, "_v") else first
    if not np.may_share_memory(first, root):  # a small tracked view is kept as a copy
        first = memory.region(input)
    difference = first.__array_interface__["data"][0] - root.__array_interface__["data"][0]
    return int(difference // first.itemsize) if first.size else 0


def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """A view of the windows of `size` along a dimension, one every `step`; a window's elements are the last dimension.

    >>> import adjoint as ad
    >>> ad.arange(5).unfold(0, 3, 2)
    tensor([[0, 1, 2],
            [2, 3, 4]])
    """
    shape = memory.peek(input).shape
    axis = _dimension(dimension, len(shape))
    length = shape[axis] if shape else 1
    if size < 0 or size > length:
        raise errors.RangeError(f"maximum size for tensor at dimension {axis} is {length} but size is {size}")
    if step <= 0:
        raise errors.RangeError(f"step is {step} but must be > 0")
    return ops.unfold(input, axis=axis, size=int(size), step=int(step))


_dimension = dimension


def view_as_real(input: Tensor) -> Tensor:
    """A real view of a complex tensor; the last dimension, of length 2, holds real and imaginary part.

    >>> import adjoint as ad
    >>> ad.view_as_real(ad.tensor([1 + 2j]))
    tensor([[1., 2.]])
    """
    if memory.peek(input).dtype.kind != "c":
        raise errors.DtypeError("view_as_real is only supported for complex tensors")
    return ops.as_real(input)


def view_as_complex(input: Tensor) -> Tensor:
    """A complex view of a float tensor whose last dimension, of length 2, holds real and imaginary part.

    >>> import adjoint as ad
    >>> ad.view_as_complex(ad.tensor([[1., 2.]]))
    tensor([1.+2.j])
    """
    a = memory.peek(input)
    if a.dtype.kind != "f" or a.dtype.itemsize < 4:
        raise errors.DtypeError(
            f"view_as_complex is only supported for float and double tensors, but got a tensor of dtype {a.dtype}"
        )
    if a.ndim == 0 or a.shape[-1] != 2:
        raise errors.ShapeError(f"Tensor must have a last dimension of size 2, got shape {list(a.shape)}")
    if type(a) is not np.ndarray:  # a value of a transform lies in no memory
        return ops.as_complex(input)
    if a.size and a.strides[-1] != a.itemsize:
        raise errors.ShapeError("Tensor must have a last dimension with stride 1")
    if any([s % (2 * a.itemsize) for n, s in zip(a.shape[:-1], a.strides[:-1], strict=True) if n > 1]):
        raise errors.ShapeError("Tensor must have a stride divisible by 2 for all but last dimension")
    return ops.as_complex(input)


def real(input: Tensor) -> Tensor:
    """The real part, a view; a real tensor itself.

    >>> import adjoint as ad
    >>> ad.real(ad.tensor([1 + 2j]))
    tensor([1.])
    """
    return st.real(input) if memory.peek(input).dtype.kind == "c" else input


def imag(input: Tensor) -> Tensor:
    """The imaginary part of a complex tensor, a view.

    >>> import adjoint as ad
    >>> ad.imag(ad.tensor([1 + 2j]))
    tensor([2.])
    """
    if memory.peek(input).dtype.kind != "c":
        raise errors.DtypeError("imag is not implemented for tensors with non-complex dtypes.")
    return st.imag(input)


def resolve_conj(input: Tensor) -> Tensor:
    """The tensor itself: conjugates are computed at once here, never marked for later.

    >>> import adjoint as ad
    >>> ad.resolve_conj(ad.ones(1))
    tensor([1.])
    """
    return input


def resolve_neg(input: Tensor) -> Tensor:
    """The tensor itself: negatives are computed at once here, never marked for later.

    >>> import adjoint as ad
    >>> ad.resolve_neg(ad.ones(1))
    tensor([1.])
    """
    return input


class StrideMethods:
    """The functions above as methods, and those that PyTorch has only as methods."""

    __slots__ = ()
    clone = clone
    as_strided = as_strided
    as_strided_scatter = as_strided_scatter
    unfold = unfold
    storage_offset = storage_offset
    resolve_conj = resolve_conj
    resolve_neg = resolve_neg

    def contiguous(self: Any, memory_format: Any = contiguous_format) -> Tensor:
        """This tensor, or a copy whose elements lie in memory in their order.

        >>> import adjoint as ad
        >>> ad.ones(2, 3).T.contiguous().stride()
        (2, 1)
        """
        return _ordered(self, memory_format)

    def is_contiguous(self: Any, memory_format: Any = contiguous_format) -> bool:
        """Whether the elements lie in memory in their order.

        >>> import adjoint as ad
        >>> ad.ones(2, 3).T.is_contiguous()
        False
        """
        a = memory.peek(self)
        return _lies(a, memory_format) if memory_format is contiguous_format or a.ndim in (4, 5) else False

    def stride(self: Any, dim: int | None = None) -> Any:
        """The step in memory from one element to the next along each dimension, in elements.

        >>> import adjoint as ad
        >>> ad.ones(2, 3).stride(), ad.ones(2, 3).stride(0)
        ((3, 1), 3)
        """
        a = memory.peek(self)
        if type(a) is not np.ndarray:  # a value of a transform lies in no memory: as if in its elements' order
            steps = [math.prod(a.shape[i + 1:]) for i in range(a.ndim)]
        else:
            steps = [s // a.itemsize for s in a.strides]
        for i in range(a.ndim - 1, -1, -1):
            if a.shape[i] == 1 and steps[i] == 0:  # NumPy leaves the step of a new dimension at zero
                steps[i] = steps[i + 1] * a.shape[i + 1] if i + 1 < a.ndim else 1
        return tuple(steps) if dim is None else steps[dimension(dim, a.ndim)]

    @property
    def real(self: Any) -> Tensor:
        """The real part, a view; a real tensor itself. May be written."""
        return real(self)

    @real.setter
    def real(self: Any, value: Any) -> None:
        real(self)[...] = value

    @property
    def imag(self: Any) -> Tensor:
        """The imaginary part of a complex tensor, a view. May be written."""
        return imag(self)

    @imag.setter
    def imag(self: Any, value: Any) -> None:
        imag(self)[...] = value
