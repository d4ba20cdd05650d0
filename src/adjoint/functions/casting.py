"""Other dtypes and places for the same values: `Tensor.to`, `.double()`, `.type()`, `.cpu()`."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ..core import dtypes, memory
from ..core.tensor import TensorBase
from ..errors import DeviceError
from ..ops import casting as ops
from ..ops import structure as st
from .dtype_info import equal, is_nonzero
from .placement import CPU, device, here, layout, memory_format, strided

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__: list[str] = []


def cast(input: Tensor, target: dtypes.DType) -> Tensor:
    """`input` in this dtype: itself if it has it already."""
    own = memory.peek(input).dtype
    wanted = target.numpy
    if own is wanted or own == wanted:
        return input
    if own.kind == "c" and target.category < dtypes.COMPLEX:
        if target is not dtypes.bool_:
            warnings.warn("Casting complex values to real discards the imaginary part", UserWarning, stacklevel=3)
            input = st.real(input)
            if memory.peek(input).dtype == wanted:
                return st.copy(input)
    if target.category < dtypes.FLOAT:
        return ops.to_integer(input, dtype=wanted)
    return st.astype(input, dtype=wanted)


def in_dtype(input: Tensor, dtype: Any) -> Tensor:
    """`input` in the dtype that an argument `dtype=` names; as it is if that is None."""
    return input if dtype is None else cast(input, dtypes.as_dtype(dtype))


class CastingMethods:
    """Casts of a tensor; each gives the tensor itself where nothing has to change."""

    __slots__ = ()

    def to(
        self: Any,
        *args: Any,
        dtype: Any = None,
        device: Any = None,
        other: Any = None,
        non_blocking: bool = False,
        copy: bool = False,
        memory_format: Any = None,
    ) -> Tensor:
        """This tensor in another dtype or place: `to(dtype)`, `to(device)`, `to(device, dtype)`, `to(other)`.

        The tensor itself if it is so already, unless `copy`.

        >>> import adjoint as ad
        >>> ad.tensor([1, 2]).to(ad.float64)
        tensor([1., 2.], dtype=adjoint.float64)
        """
        dtype, device, copy = _target(args, dtype, device, other, copy)
        if device is not None:
            here(device, "to")
        result = self if dtype is None else cast(self, dtypes.as_dtype(dtype))
        return st.copy(self) if copy and result is self else result

    def type(self: Any, dtype: Any = None, non_blocking: bool = False) -> Any:
        """This tensor in another dtype; without one, the name of the old tensor type of this dtype.

        >>> import adjoint as ad
        >>> ad.ones(2).type(), ad.ones(2).type(ad.int64)
        ('adjoint.FloatTensor', tensor([1, 1]))
        """
        if dtype is None:
            return "adjoint." + _OLD_NAMES[self.dtype.name]
        if isinstance(dtype, str):
            name = dtype.rpartition(".")[2]
            dtype = next((d for d, old in _OLD_NAMES.items() if old == name), dtype)
        elif isinstance(getattr(dtype, "dtype", None), dtypes.DType):
            dtype = dtype.dtype
        return cast(self, dtypes.as_dtype(dtype))

    def type_as(self: Any, other: Tensor) -> Tensor:
        """This tensor in the dtype of `other`.

        >>> import adjoint as ad
        >>> ad.tensor([1, 2]).type_as(ad.ones(1))
        tensor([1., 2.])
        """
        return cast(self, other.dtype)

    def float(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor in float32."""
        return cast(self, dtypes.float32)

    def double(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor in float64."""
        return cast(self, dtypes.float64)

    def half(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor in float16."""
        return cast(self, dtypes.float16)

    def bfloat16(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor in bfloat16."""
        return cast(self, dtypes.bfloat16)

    def int(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor in int32, cut towards zero."""
        return cast(self, dtypes.int32)

    def long(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor in int64, cut towards zero."""
        return cast(self, dtypes.int64)

    def short(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor in int16, cut towards zero."""
        return cast(self, dtypes.int16)

    def char(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor in int8, cut towards zero."""
        return cast(self, dtypes.int8)

    def byte(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor in uint8, cut towards zero."""
        return cast(self, dtypes.uint8)

    def bool(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor in bool: whether each element is not zero."""
        return cast(self, dtypes.bool_)

    def cfloat(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor in complex64."""
        return cast(self, dtypes.complex64)

    def cdouble(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor in complex128."""
        return cast(self, dtypes.complex128)

    def cpu(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor on the CPU, where it is."""
        return self

    def cuda(self: Any, device: Any = None, non_blocking: Any = False, memory_format: Any = None) -> Tensor:
        """DeviceError: there is no CUDA device here."""
        raise DeviceError("cuda(): there is no CUDA device here; tensors are on 'cpu'")

    def pin_memory(self: Any, device: Any = None) -> Tensor:
        """DeviceError: pinned memory needs an accelerator."""
        raise DeviceError("pin_memory() needs an accelerator, and there is none")

    def is_pinned(self: Any, device: Any = None) -> Any:
        """False: no memory is pinned here."""
        return False

    def get_device(self: Any) -> Any:
        """-1, the number of the CPU."""
        return -1

    def is_floating_point(self: Any) -> Any:
        """Whether the dtype is a real floating-point one."""
        return self.dtype.is_floating_point

    def is_complex(self: Any) -> Any:
        """Whether the dtype is complex."""
        return self.dtype.is_complex

    def is_signed(self: Any) -> Any:
        """Whether the dtype has negative values."""
        return self.dtype.is_signed

    def element_size(self: Any) -> Any:
        """Bytes per element."""
        return memory.peek(self).itemsize

    def is_nonzero(self: Any) -> Any:
        """Whether the only element is not zero."""
        return is_nonzero(self)

    def equal(self: Any, other: Tensor) -> Any:
        """Whether `other` has this shape and these elements."""
        return equal(self, other)

    def is_conj(self: Any) -> Any:
        """False: conjugates are computed at once here, never marked for later."""
        return False

    def is_neg(self: Any) -> Any:
        """False: negatives are computed at once here, never marked for later."""
        return False

    def is_inference(self: Any) -> Any:
        """Whether this tensor was computed under inference_mode, so that nothing may save it for a derivative."""
        return memory.is_inference(self)

    def is_same_size(self: Any, other: Tensor) -> Any:
        """Whether `other` has this shape."""
        return memory.peek(self).shape == memory.peek(other).shape

    def ndimension(self: Any) -> Any:
        """The number of dimensions."""
        return memory.peek(self).ndim

    def to_dense(self: Any, dtype: Any = None, *, masked_grad: Any = None) -> Tensor:
        """This tensor, which is dense."""
        return self if dtype is None else cast(self, dtypes.as_dtype(dtype))

    def data_ptr(self: Any) -> Any:
        """The address of the first element now; a write may move the tensor to other memory."""
        return memory.peek(self).__array_interface__["data"][0]

    def is_set_to(self: Any, tensor: Tensor) -> Any:
        """Whether `tensor` is on the same memory with the same shape and strides."""
        a, b = memory.peek(self), memory.peek(tensor)
        return a.__array_interface__["data"] == b.__array_interface__["data"] and (a.shape, a.strides, a.dtype) == (
            b.shape,
            b.strides,
            b.dtype,
        )

    @property
    def device(self: Any) -> device:
        """The device on which the tensor is."""
        return CPU

    @property
    def layout(self: Any) -> layout:
        """How the elements are kept: adjoint.strided."""
        return strided

    @property
    def itemsize(self: Any) -> Any:
        """Bytes per element."""
        return memory.peek(self).itemsize

    @property
    def nbytes(self: Any) -> Any:
        """Bytes of all elements."""
        a = memory.peek(self)
        return a.itemsize * a.size

    is_cpu = property(lambda self: True, doc="True: the tensor is on the CPU.")
    is_cuda = property(lambda self: False, doc="False: no tensor is on a CUDA device here.")
    is_mps = property(lambda self: False, doc="False: no tensor is on an MPS device here.")
    is_xpu = property(lambda self: False, doc="False: no tensor is on an XPU device here.")
    is_meta = property(lambda self: False, doc="False: every tensor has data here.")
    is_sparse = property(lambda self: False, doc="False: every tensor is dense here.")
    is_sparse_csr = property(lambda self: False, doc="False: every tensor is dense here.")
    is_quantized = property(lambda self: False, doc="False: no tensor is quantized here.")
    is_nested = property(lambda self: False, doc="False: no tensor is nested here.")
    is_mkldnn = property(lambda self: False, doc="False: no tensor has an opaque layout here.")


def _target(args: tuple[Any, ...], dtype: Any, place: Any, other: Any, copy: bool) -> tuple[Any, Any, bool]:
    """What the positional arguments of `to` mean, by their types: dtype, device, copy."""
    flags = []
    for a in args:
        if isinstance(a, TensorBase):
            other = a
        elif isinstance(a, (device, str)) or type(a) is int:
            place = a
        elif isinstance(a, bool):
            flags.append(a)
        elif isinstance(a, memory_format) or a is None:
            continue
        else:
            dtype = a
    if len(flags) > 2:
        raise TypeError(f"to() takes non_blocking and copy as flags, got {len(flags)} of them")
    if other is not None:
        dtype = other.dtype
    return dtype, place, copy or (len(flags) == 2 and flags[1])


_OLD_NAMES = {
    "float32": "FloatTensor",
    "float64": "DoubleTensor",
    "float16": "HalfTensor",
    "bfloat16": "BFloat16Tensor",
    "int64": "LongTensor",
    "int32": "IntTensor",
    "int16": "ShortTensor",
    "int8": "CharTensor",
    "uint8": "ByteTensor",
    "bool": "BoolTensor",
    "complex64": "ComplexFloatTensor",
    "complex128": "ComplexDoubleTensor",
    "uint16": "UInt16Tensor",
    "uint32": "UInt32Tensor",
    "uint64": "UInt64Tensor",
}
