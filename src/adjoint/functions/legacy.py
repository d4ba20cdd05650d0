"""PyTorch's old tensor types, `FloatTensor(data)`, `LongTensor(2, 3)`; `tensor(data, dtype=...)` is the newer way."""

from __future__ import annotations

from typing import Any

from ..core import dtypes, memory
from ..core.tensor import TensorBase
from .creation import tensor
from .filled import zeros

__all__ = [
    "FloatTensor",
    "DoubleTensor",
    "HalfTensor",
    "BFloat16Tensor",
    "LongTensor",
    "IntTensor",
    "ShortTensor",
    "CharTensor",
    "ByteTensor",
    "BoolTensor",
]


class _OfDtype(type):
    """isinstance(x, FloatTensor) asks for a tensor of that dtype."""

    dtype: dtypes.DType

    def __instancecheck__(cls, x: Any) -> bool:
        return isinstance(x, TensorBase) and memory.peek(x).dtype == cls.dtype.numpy


class _Typed(metaclass=_OfDtype):
    dtype = dtypes.float32

    def __new__(cls, *data: Any, device: Any = None) -> Any:
        if not data or all([isinstance(n, int) for n in data]):
            return zeros(*(data or (0,)), dtype=cls.dtype, device=device)
        return tensor(data[0], dtype=cls.dtype, device=device)


class FloatTensor(_Typed):
    """A float32 tensor from data, or of zeros of a size.

    >>> import adjoint as ad
    >>> ad.FloatTensor([1, 2])
    tensor([1., 2.])
    """

    dtype = dtypes.float32


class DoubleTensor(_Typed):
    """A float64 tensor from data, or of zeros of a size.

    >>> import adjoint as ad
    >>> ad.DoubleTensor([1])
    tensor([1.], dtype=adjoint.float64)
    """

    dtype = dtypes.float64


class HalfTensor(_Typed):
    """A float16 tensor from data, or of zeros of a size.

    >>> import adjoint as ad
    >>> ad.HalfTensor([1])
    tensor([1.], dtype=adjoint.float16)
    """

    dtype = dtypes.float16


class BFloat16Tensor(_Typed):
    """A bfloat16 tensor from data, or of zeros of a size.

    >>> import adjoint as ad
    >>> ad.BFloat16Tensor([1])
    tensor([1.], dtype=adjoint.bfloat16)
    """

    dtype = dtypes.bfloat16


class LongTensor(_Typed):
    """An int64 tensor from data, or of zeros of a size.

    >>> import adjoint as ad
    >>> ad.LongTensor([1])
    tensor([1])
    """

    dtype = dtypes.int64


class IntTensor(_Typed):
    """An int32 tensor from data, or of zeros of a size.

    >>> import adjoint as ad
    >>> ad.IntTensor([1])
    tensor([1], dtype=adjoint.int32)
    """

    dtype = dtypes.int32


class ShortTensor(_Typed):
    """An int16 tensor from data, or of zeros of a size.

    >>> import adjoint as ad
    >>> ad.ShortTensor([1])
    tensor([1], dtype=adjoint.int16)
    """

    dtype = dtypes.int16


class CharTensor(_Typed):
    """An int8 tensor from data, or of zeros of a size.

    >>> import adjoint as ad
    >>> ad.CharTensor([1])
    tensor([1], dtype=adjoint.int8)
    """

    dtype = dtypes.int8


class ByteTensor(_Typed):
    """A uint8 tensor from data, or of zeros of a size.

    >>> import adjoint as ad
    >>> ad.ByteTensor([1])
    tensor([1], dtype=adjoint.uint8)
    """

    dtype = dtypes.uint8


class BoolTensor(_Typed):
    """A bool tensor from data, or of zeros of a size.

    >>> import adjoint as ad
    >>> ad.BoolTensor([1])
    tensor([True])
    """

    dtype = dtypes.bool_
