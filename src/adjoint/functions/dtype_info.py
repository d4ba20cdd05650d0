"""Questions about dtypes and tensors: promotion, limits, defaults, `is_tensor`, `numel`, `equal`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import dispatch, dtypes, memory
from ..core.dtypes import DType
from ..core.tensor import TensorBase
from ..errors import DtypeError, GradientError

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "finfo",
    "iinfo",
    "result_type",
    "promote_types",
    "can_cast",
    "get_default_dtype",
    "set_default_dtype",
    "is_tensor",
    "is_floating_point",
    "is_complex",
    "is_signed",
    "is_conj",
    "is_neg",
    "is_nonzero",
    "numel",
    "equal",
    "is_storage",
    "is_same_size",
    "set_default_tensor_type",
    "typename",
    "get_device",
    "is_inference",
]


class finfo:
    """The limits of a floating-point dtype, or of a complex one's parts; of the default dtype if none is given.

    >>> import adjoint as ad
    >>> ad.finfo(ad.float32).eps
    1.1920928955078125e-07
    """

    __slots__ = ("dtype", "bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution")

    def __init__(self, type: Any = None) -> None:
        d = (dtypes.default() if type is None else dtypes.as_dtype(type)).to_real()
        if d.category != dtypes.FLOAT:
            raise TypeError(f"finfo() requires a floating point input type. Use iinfo to handle '{d!r}'")
        if d is dtypes.bfloat16:
            import ml_dtypes

            info: Any = ml_dtypes.finfo(d.numpy)
        else:
            info = np.finfo(d.numpy)
        self.dtype = d.name
        self.bits = int(info.bits)
        self.eps, self.max, self.min = float(info.eps), float(info.max), float(info.min)
        self.tiny = self.smallest_normal = float(info.tiny)
        self.resolution = float(info.resolution)

    def __repr__(self) -> str:
        return (
            f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, eps={self.eps:g}, "
            f"smallest_normal={self.smallest_normal:g}, tiny={self.tiny:g}, dtype={self.dtype})"
        )


class iinfo:
    """The limits of an integer dtype.

    >>> import adjoint as ad
    >>> ad.iinfo(ad.int8).max
    127
    """

    __slots__ = ("dtype", "bits", "max", "min")

    def __init__(self, type: Any) -> None:
        d = dtypes.as_dtype(type)
        if d.category != dtypes.INT:
            raise TypeError(f"iinfo() requires an integer input type. Use finfo to handle '{d!r}'")
        info = np.iinfo(d.numpy)
        self.dtype, self.bits, self.max, self.min = d.name, info.bits, int(info.max), int(info.min)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"


def result_type(tensor1: Any, tensor2: Any) -> DType:
    """The dtype in which these two tensors or numbers meet.

    >>> import adjoint as ad
    >>> ad.result_type(ad.tensor([1, 2]), 1.0)
    adjoint.float32
    """
    return dispatch.result_dtype((tensor1, tensor2))


def promote_types(type1: Any, type2: Any) -> DType:
    """The smallest dtype that both can become.

    >>> import adjoint as ad
    >>> ad.promote_types(ad.int32, ad.float16)
    adjoint.float16
    """
    return dtypes.promote(dtypes.as_dtype(type1), dtypes.as_dtype(type2))


def can_cast(from_: Any, to: Any) -> bool:
    """Whether a value of the first dtype may be written into a tensor of the second.

    >>> import adjoint as ad
    >>> ad.can_cast(ad.float64, ad.float32), ad.can_cast(ad.float32, ad.int64)
    (True, False)
    """
    return dtypes.can_cast(dtypes.as_dtype(from_), dtypes.as_dtype(to))


def get_default_dtype() -> DType:
    """The dtype that Python floats and creation functions get.

    >>> import adjoint as ad
    >>> ad.get_default_dtype()
    adjoint.float32
    """
    return dtypes.default()


def set_default_dtype(d: Any) -> None:
    """Nothing; from now on Python floats and creation functions get this floating-point dtype, in this thread.

    >>> import adjoint as ad
    >>> ad.set_default_dtype(ad.float32)
    """
    dtypes.set_default(d)


def set_default_tensor_type(t: Any) -> None:
    """Nothing; the dtype of this old tensor type becomes the default.

    >>> import adjoint as ad
    >>> ad.set_default_tensor_type(ad.FloatTensor)
    """
    if isinstance(t, str):
        name = t.rpartition(".")[2]
        found = {
            "FloatTensor": "float32",
            "DoubleTensor": "float64",
            "HalfTensor": "float16",
            "BFloat16Tensor": "bfloat16",
        }.get(name)
        if found is None:
            raise DtypeError(f"the default tensor type must be a floating-point one, not {t!r}")
        dtypes.set_default(found)
    else:
        dtypes.set_default(t.dtype)


def is_tensor(obj: Any) -> bool:
    """Whether the object is a tensor.

    >>> import adjoint as ad
    >>> ad.is_tensor(ad.ones(1)), ad.is_tensor(1.0)
    (True, False)
    """
    return isinstance(obj, TensorBase)


def is_storage(obj: Any) -> bool:
    """False: there are no storage objects here.

    >>> import adjoint as ad
    >>> ad.is_storage(ad.ones(1))
    False
    """
    return False


def is_floating_point(input: Tensor) -> bool:
    """Whether the dtype is a real floating-point one.

    >>> import adjoint as ad
    >>> ad.is_floating_point(ad.ones(1))
    True
    """
    return dtypes.of(memory.peek(input).dtype).is_floating_point


def is_complex(input: Tensor) -> bool:
    """Whether the dtype is complex.

    >>> import adjoint as ad
    >>> ad.is_complex(ad.tensor(1j))
    True
    """
    return dtypes.of(memory.peek(input).dtype).is_complex


def is_signed(input: Tensor) -> bool:
    """Whether the dtype has negative values.

    >>> import adjoint as ad
    >>> ad.is_signed(ad.ones(1))
    True
    """
    return dtypes.of(memory.peek(input).dtype).is_signed


def is_conj(input: Tensor) -> bool:
    """False: conjugates are computed at once here, never marked for later.

    >>> import adjoint as ad
    >>> ad.is_conj(ad.tensor(1j))
    False
    """
    return False


def is_neg(input: Tensor) -> bool:
    """False: negatives are computed at once here, never marked for later.

    >>> import adjoint as ad
    >>> ad.is_neg(ad.ones(1))
    False
    """
    return False


def is_nonzero(input: Tensor) -> bool:
    """Whether the only element is not zero; GradientError if there is not exactly one.

    >>> import adjoint as ad
    >>> ad.is_nonzero(ad.tensor([0.0]))
    False
    """
    a = memory.peek(input)
    if a.size != 1:
        raise GradientError(
            "Boolean value of Tensor with "
            + ("no values is ambiguous" if a.size == 0 else "more than one value is ambiguous")
        )
    return bool(a.item() != 0)


def numel(input: Tensor) -> int:
    """The number of elements.

    >>> import adjoint as ad
    >>> ad.numel(ad.ones(2, 3))
    6
    """
    return memory.peek(input).size


def equal(input: Tensor, other: Tensor) -> bool:
    """Whether both have the same shape and the same elements.

    >>> import adjoint as ad
    >>> ad.equal(ad.tensor([1, 2]), ad.tensor([1, 2]))
    True
    """
    a, b = memory.load(input), memory.load(other)
    return a.shape == b.shape and bool(np.all(a == b))


def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Whether both have the same shape.

    >>> import adjoint as ad
    >>> ad.is_same_size(ad.ones(2), ad.ones(3))
    False
    """
    return memory.peek(input).shape == memory.peek(other).shape


def typename(obj: Any) -> str:
    """The name of the object's type, of a tensor the old name of its type and dtype.

    >>> import adjoint as ad
    >>> ad.typename(ad.ones(1))
    'adjoint.FloatTensor'
    """
    return obj.type() if isinstance(obj, TensorBase) else f"{type(obj).__module__}.{type(obj).__qualname__}"  # type: ignore[attr-defined]


def get_device(input: Tensor) -> int:
    """-1, the number of the CPU, on which every tensor is here.

    >>> import adjoint as ad
    >>> ad.get_device(ad.ones(1))
    -1
    """
    return -1


def is_inference(input: Tensor) -> bool:
    """Whether the tensor was computed under inference_mode, so that nothing may save it for a derivative.

    >>> import adjoint as ad
    >>> ad.is_inference(ad.ones(1))
    False
    """
    return memory.is_inference(input)
