"""Making tensors from data: numbers, lists, arrays, buffers, other libraries' arrays."""

from __future__ import annotations

import math
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes, exposure, levels, memory, modes
from ..core.tensor import TensorBase, faces, leaf_node, new, wrap
from .placement import check_place

if TYPE_CHECKING:
    from .._tensor import Tensor
    from ..core.dtypes import DType

__all__ = ["tensor", "as_tensor", "asarray", "from_numpy", "frombuffer", "from_dlpack", "to_dlpack"]


def require(t: Tensor, requires_grad: bool) -> Tensor:
    """`t`, made a leaf that requires grad if asked."""
    if requires_grad:
        if t._a.dtype.kind not in "fcV":
            raise errors.GradientError("Only Tensors of floating point and complex dtype can require gradients")
        levels.enter(t)
        t._n = leaf_node(t)
    return t


def created(array: np.ndarray[Any, Any], requires_grad: bool) -> Tensor:
    """A new tensor of the array, which values of the transforms that are open now may be written into."""
    t = wrap(array)
    if modes.word:
        levels.made(t)
    return require(t, True) if requires_grad else t


def array_of(data: Any, dtype: DType | None) -> np.ndarray[Any, Any]:
    """The data as a new array: Python floats become the default dtype, Python ints int64, arrays keep their own."""
    if isinstance(data, TensorBase):
        modes.notice("tensor", (data,))
        a = memory.load(data).copy()
    elif isinstance(data, (np.ndarray, np.generic)):
        a = dtypes.canonical(np.array(data))
    else:
        a = _nested(data)
        if dtype is None and a.dtype != np.uint64 and not hasattr(data, "__array__"):
            dtype = _meeting(data if isinstance(data, (list, tuple)) else (data,))
            if dtype is None and (a.size == 0 or a.dtype == np.float64):
                dtype = dtypes.default()
    if dtype is not None and a.dtype != dtype.numpy:
        if a.dtype.kind == "c" and dtype.category < dtypes.COMPLEX:
            raise errors.DtypeError(f"can't convert complex values to {dtype!r}")
        with np.errstate(all="ignore"):
            a = a.astype(dtype.numpy)
    dtypes.of(a.dtype)
    return a


def number_as(value: Any, target: DType) -> np.ndarray[Any, Any]:
    """The Python number as a 0-d array of a dtype; DtypeError where it does not fit, as PyTorch has it."""
    number = value.item() if isinstance(value, np.generic) else value
    fits = True
    if isinstance(number, complex):
        fits = target.category == dtypes.COMPLEX or target is dtypes.bool_
    elif target.category == dtypes.INT:
        limits = np.iinfo(target.numpy)
        lowest = int(limits.min) or -int(limits.max)  # -1 may be written into unsigned tensors, and becomes the largest
        fits = math.isfinite(number) and lowest <= int(number) <= int(limits.max)
        if fits:
            return np.asarray(int(number) % (int(limits.max) + 1) if limits.min == 0 else int(number)).astype(
                target.numpy
            )
    with np.errstate(all="ignore"):
        array = np.asarray(number).astype(target.numpy) if fits else None
    if array is not None and target.category == dtypes.FLOAT and math.isfinite(number):
        fits = bool(np.isfinite(array.astype(np.float64)))
    if array is None or not fits:
        raise errors.DtypeError(f"value {number!r} cannot be converted to {target!r} without overflow")
    return array


def _nested(data: Any) -> np.ndarray[Any, Any]:
    if isinstance(data, (list, tuple)) and _has_tensor(data):
        data = _values(data)
    elif hasattr(data, "__array__"):
        return np.array(data)
    try:
        a = np.array(data)
    except ValueError as e:
        raise errors.ShapeError(_uneven(data) or f"expected sequences of equal length at each depth: {e}") from None
    if a.dtype.kind in "OUSMm":
        raise errors.DtypeError(f"could not infer dtype of {type(data).__name__}: {data!s:.80}")
    return a


def _uneven(data: Any, depth: int = 1) -> str | None:
    """Where nested sequences have different lengths."""
    first = data[0]
    if not isinstance(first, (list, tuple)):
        return None
    for row in data:
        if not isinstance(row, (list, tuple)):
            return f"expected a sequence of length {len(first)} at dim {depth} (got {row!r:.40})"
        if len(row) != len(first):
            return f"expected sequence of length {len(first)} at dim {depth} (got {len(row)})"
    return next((told for row in data if row and (told := _uneven(row, depth + 1))), None)


def _has_tensor(data: Any) -> bool:
    return any([isinstance(v, TensorBase) or (type(v) in (list, tuple) and _has_tensor(v)) for v in data])


def _meeting(elements: Any) -> DType | None:
    """The dtype in which the elements of nested lists meet: tensors, arrays and NumPy's scalars have their own."""
    numbers = {bool: dtypes.bool_, int: dtypes.int64, float: dtypes.default(), complex: dtypes.default().to_complex()}
    kinds = set(map(type, elements))
    found = [d for kind, d in numbers.items() if kind in kinds]
    if not kinds <= numbers.keys():
        for v in elements:
            if isinstance(v, (list, tuple)):
                found += [d for d in (_meeting(v),) if d is not None]
            elif isinstance(v, TensorBase):
                found.append(dtypes.of(memory.peek(v).dtype))
            elif isinstance(v, (np.ndarray, np.generic)) or hasattr(v, "__array__"):
                found.append(dtypes.of(np.asarray(v).dtype))
    return reduce(dtypes.promote, found) if found else None


def _values(data: Any) -> Any:
    if isinstance(data, TensorBase):
        return memory.load(data).tolist()
    return [_values(v) for v in data] if isinstance(data, (list, tuple)) else data


def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """A new tensor that holds a copy of the data (a number, nested lists, an array).

    Python floats become the default dtype (float32), Python ints int64; arrays keep their dtype. DtypeError for what is
    not numeric, ShapeError for ragged lists.

    >>> import adjoint as ad
    >>> ad.tensor([[1, 2], [3, 4]])
    tensor([[1, 2],
            [3, 4]])
    """
    if device is not None or pin_memory:
        check_place("tensor", None, device, pin_memory)
    return created(array_of(data, None if dtype is None else dtypes.as_dtype(dtype)), requires_grad)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """The data as a tensor: a tensor of this dtype itself, an array shared, anything else copied.

    >>> import adjoint as ad
    >>> ad.as_tensor([1, 2])
    tensor([1, 2])
    """
    if device is not None:
        check_place("as_tensor", None, device)
    if isinstance(data, TensorBase):
        return data if dtype is None else data.to(dtype)  # type: ignore[return-value, attr-defined]
    target = None if dtype is None else dtypes.as_dtype(dtype)
    if isinstance(data, np.ndarray) and (target is None or data.dtype == target.numpy) and data.dtype.isnative:
        return from_numpy(data)
    return tensor(data, dtype=target)


def asarray(
    obj: Any, *, dtype: Any = None, device: Any = None, copy: bool | None = None, requires_grad: bool = False
) -> Tensor:
    """The object as a tensor, sharing memory where it can; `copy=True` never shares, `copy=False` raises if it must.

    >>> import adjoint as ad, numpy as np
    >>> ad.asarray(np.arange(3))
    tensor([0, 1, 2])
    """
    check_place("asarray", None, device)
    if isinstance(obj, TensorBase):
        if copy is False and dtype is not None and dtypes.of(memory.peek(obj).dtype) is not dtypes.as_dtype(dtype):
            raise ValueError("can't alias a tensor of another dtype; drop copy=False")
        t: Any = obj
        if t.requires_grad and not requires_grad:
            t = t.detach()
        if dtype is not None:
            t = t.to(dtype)
        return t.clone() if copy else t
    if copy or not isinstance(obj, np.ndarray):
        if copy is False:
            raise ValueError(f"can't alias the memory of {type(obj).__name__}; drop copy=False")
        t = tensor(obj, dtype=dtype)
    else:
        t = as_tensor(obj, dtype=dtype)
        if copy is False and dtype is not None and obj.dtype != dtypes.as_dtype(dtype).numpy:
            raise ValueError("can't alias an array of another dtype; drop copy=False")
    return t.requires_grad_() if requires_grad else t


def frombuffer(buffer: Any, *, dtype: Any, count: int = -1, offset: int = 0, requires_grad: bool = False) -> Tensor:
    """A 1-d tensor of the bytes of an object with Python's buffer interface, whose memory it shares.

    >>> import adjoint as ad
    >>> ad.frombuffer(bytearray([1, 2, 3]), dtype=ad.uint8)
    tensor([1, 2, 3], dtype=adjoint.uint8)
    """
    target = dtypes.as_dtype(dtype).numpy
    raw = target if target.kind in "biufc" else np.dtype(np.uint16)
    t = from_numpy(np.frombuffer(buffer, raw, count, offset).view(target))
    return t.requires_grad_() if requires_grad else t


def from_dlpack(ext_tensor: Any, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """A tensor on the memory of another library's array, by the DLPack protocol.

    >>> import adjoint as ad, numpy as np
    >>> ad.from_dlpack(np.arange(3))
    tensor([0, 1, 2])
    """
    if device is not None:
        check_place("from_dlpack", None, device)
    if isinstance(ext_tensor, TensorBase):
        return ext_tensor.clone() if copy else ext_tensor.detach()  # type: ignore[attr-defined]
    array = np.from_dlpack(ext_tensor, copy=copy)
    return wrap(array) if copy else from_numpy(array)


def to_dlpack(tensor: Tensor) -> Any:
    """A DLPack capsule of the tensor's memory; `from_dlpack(x)` of another library is the newer way.

    >>> import adjoint as ad
    >>> type(ad.to_dlpack(ad.ones(2))).__name__
    'PyCapsule'
    """
    return tensor.__dlpack__()


def from_numpy(array: np.ndarray[Any, Any]) -> Tensor:
    """A tensor on the memory of the array: a write to either is seen by the other.

    While the array is held elsewhere, each read takes a snapshot, so that a write through NumPy never changes a value
    that a derivative needs.

    >>> import adjoint as ad, numpy as np
    >>> ad.from_numpy(np.arange(3.))
    tensor([0., 1., 2.], dtype=adjoint.float64)
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(array).__name__})")
    dtypes.of(array.dtype)
    if array.dtype.byteorder == ">":
        raise errors.DtypeError(
            "the array's bytes are in the other order; use array.astype(array.dtype.newbyteorder('='))"
        )
    t = new(faces.tensor)
    exposure.from_foreign(t, array)
    return t  # type: ignore[return-value]
