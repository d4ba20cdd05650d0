"""Tensors of a size, filled with a value: zeros, ones, full, eye, empty, and their `_like` forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes, memory
from ..core.tensor import TensorBase, wrap
from ..ops import strides
from .arguments import size_of
from .creation import array_of, created, number_as
from .placement import check_place
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "zeros", "ones", "empty", "full", "eye", "empty_strided", "empty_permuted", "scalar_tensor", "zeros_like",
    "ones_like", "empty_like", "full_like",
]


Size = int | Sequence[int]


def _made(array: np.ndarray[Any, Any], out: Any, requires_grad: bool) -> Any:
    return created(array, requires_grad) if out is None else deliver(wrap(array), out)


def _dtype(dtype: Any, out: Any) -> np.dtype[Any]:
    if dtype is not None:
        return dtypes.as_dtype(dtype).numpy
    return memory.peek(out).dtype if out is not None else dtypes.default().numpy


def zeros(
    *shape: Size,
    size: Size | None = None,
    out: Tensor | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of this size, all zeros.

    >>> import adjoint as ad
    >>> ad.zeros(2, 3)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    check_place("zeros", layout, device, pin_memory)
    return _made(np.zeros(size_of("zeros", shape, size), _dtype(dtype, out)), out, requires_grad)


def ones(
    *shape: Size,
    size: Size | None = None,
    out: Tensor | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of this size, all ones.

    >>> import adjoint as ad
    >>> ad.ones(2)
    tensor([1., 1.])
    """
    check_place("ones", layout, device, pin_memory)
    return _made(np.ones(size_of("ones", shape, size), _dtype(dtype, out)), out, requires_grad)


def empty(
    *shape: Size,
    size: Size | None = None,
    out: Tensor | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """A tensor of this size whose values are whatever the memory held.

    >>> import adjoint as ad
    >>> ad.empty(2, 3).shape
    adjoint.Size([2, 3])
    """
    check_place("empty", layout, device, pin_memory)
    return _made(_blank(size_of("empty", shape, size), _dtype(dtype, out)), out, requires_grad)


def _blank(shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    return np.zeros(shape, dtype) if dtype.kind == "b" else np.empty(shape, dtype)


def empty_strided(
    size: Sequence[int],
    stride: Sequence[int],
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor of this size with arbitrary values and these strides, counted in elements.

    >>> import adjoint as ad
    >>> ad.empty_strided((2, 3), (1, 2)).stride()
    (1, 2)
    """
    check_place("empty_strided", layout, device, pin_memory)
    shape, steps = tuple([int(n) for n in size]), tuple([int(s) for s in stride])
    if len(shape) != len(steps):
        raise errors.ShapeError(f"mismatch in length of strides and shape: {list(steps)} and {list(shape)}")
    if any([n < 0 for n in (*shape, *steps)]):
        raise errors.ShapeError(f"sizes and strides must not be negative, got {list(shape)} and {list(steps)}")
    reach = sum([(n - 1) * k for n, k in zip(shape, steps, strict=True)]) + 1 if 0 not in shape else 0
    base = _blank((reach,), _dtype(dtype, None))
    array = strides.as_strided(base, size=shape, stride=steps, offset=0) if reach else base.reshape(shape)
    return _made(array, None, requires_grad)


def empty_permuted(
    size: Sequence[int],
    physical_layout: Sequence[int],
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor of this size with arbitrary values, whose dimensions lie in memory in the order `physical_layout`.

    >>> import adjoint as ad
    >>> ad.empty_permuted((2, 3, 4), (0, 2, 1)).stride()
    (12, 1, 3)
    """
    check_place("empty_permuted", layout, device, pin_memory)
    if sorted(physical_layout) != list(range(len(size))):
        raise errors.ShapeError(f"physical_layout must be a permutation of the dimensions, got {list(physical_layout)}")
    base = _blank(tuple([size[i] for i in physical_layout]), _dtype(dtype, None))
    return _made(base.transpose([list(physical_layout).index(i) for i in range(len(size))]), None, requires_grad)


def full(
    size: Size,
    fill_value: Any,
    *,
    out: Tensor | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of this size, all `fill_value`, whose kind (bool, int, float, complex) decides a dtype not given.

    >>> import adjoint as ad
    >>> ad.full((2,), 7)
    tensor([7, 7])
    """
    check_place("full", layout, device, pin_memory)
    value = fill_value.item() if isinstance(fill_value, TensorBase) else fill_value  # type: ignore[attr-defined]
    if dtype is None and out is None:
        dtype = dtypes.of_category(dtypes.scalar_category(value))
    shape = size_of("full", (), size)
    return _made(_filled(shape, value, _dtype(dtype, out)), out, requires_grad)


def _filled(shape: tuple[int, ...], value: Any, dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    return np.full(shape, number_as(value, dtypes.of(dtype)))


def eye(
    n: int,
    m: int | None = None,
    *,
    out: Tensor | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """The n x m (n x n) matrix with ones on the diagonal.

    >>> import adjoint as ad
    >>> ad.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    check_place("eye", layout, device, pin_memory)
    if n < 0 or (m is not None and m < 0):
        raise errors.ShapeError(f"n must be greater or equal to 0, and m too, got {n} and {m}")
    return _made(np.eye(n, m, dtype=_dtype(dtype, out)), out, requires_grad)


def scalar_tensor(
    s: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """The number as a 0-d tensor of the default dtype, or the one given.

    >>> import adjoint as ad
    >>> ad.scalar_tensor(3)
    tensor(3.)
    """
    check_place("scalar_tensor", layout, device, pin_memory)
    return _made(array_of(s, dtypes.of(_dtype(dtype, None))), None, requires_grad)


def _like(input: Any, dtype: Any) -> tuple[tuple[int, ...], np.dtype[Any]]:
    a = memory.peek(input)
    return a.shape, a.dtype if dtype is None else dtypes.as_dtype(dtype).numpy


def zeros_like(
    input: Tensor,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """Zeros of the shape and dtype of `input`.

    >>> import adjoint as ad
    >>> ad.zeros_like(ad.tensor([1, 2]))
    tensor([0, 0])
    """
    check_place("zeros_like", layout, device, pin_memory)
    return _made(np.zeros(*_like(input, dtype)), None, requires_grad)


def ones_like(
    input: Tensor,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """Ones of the shape and dtype of `input`.

    >>> import adjoint as ad
    >>> ad.ones_like(ad.tensor([1., 2.]))
    tensor([1., 1.])
    """
    check_place("ones_like", layout, device, pin_memory)
    return _made(np.ones(*_like(input, dtype)), None, requires_grad)


def empty_like(
    input: Tensor,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """A tensor of the shape and dtype of `input` whose values are whatever the memory held.

    >>> import adjoint as ad
    >>> ad.empty_like(ad.ones(2)).shape
    adjoint.Size([2])
    """
    check_place("empty_like", layout, device, pin_memory)
    return _made(_blank(*_like(input, dtype)), None, requires_grad)


def full_like(
    input: Tensor,
    fill_value: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """A tensor of the shape and dtype of `input`, all `fill_value`.

    >>> import adjoint as ad
    >>> ad.full_like(ad.ones(2), 7)
    tensor([7., 7.])
    """
    check_place("full_like", layout, device, pin_memory)
    shape, own = _like(input, dtype)
    value = fill_value.item() if isinstance(fill_value, TensorBase) else fill_value  # type: ignore[attr-defined]
    return _made(_filled(shape, value, own), None, requires_grad)
