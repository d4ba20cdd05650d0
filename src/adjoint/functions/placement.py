"""Where a tensor is and how it lies in memory: devices, layouts, memory formats, and the checks of such arguments.

There is one device, the CPU, and one layout, strided; other values may be named, and are refused where a tensor would
have to be there.
"""

from __future__ import annotations

from typing import Any

from ..errors import DeviceError, DtypeError

__all__ = [
    "device",
    "layout",
    "memory_format",
    "strided",
    "sparse_coo",
    "sparse_csr",
    "preserve_format",
    "contiguous_format",
    "channels_last",
    "channels_last_3d",
    "set_default_device",
    "get_default_device",
]

_KINDS = ("cpu", "cuda", "mps", "xpu", "meta", "hip", "xla", "mtia", "hpu", "privateuseone")


class device:
    """A device by its name: `device("cpu")`, `device("cuda:0")`, `device("cuda", 0)`.

    >>> import adjoint as ad
    >>> ad.device("cpu").type
    'cpu'
    """

    __slots__ = ("type", "index")
    type: str
    index: int | None

    def __init__(self, type: Any, index: int | None = None) -> None:
        if isinstance(type, device):
            type, index = type.type, type.index
        elif isinstance(type, int) and not isinstance(type, bool):
            type, index = "cuda", type
        kind, colon, number = str(type).partition(":")
        if colon:
            if index is not None or not number.isdigit():
                raise RuntimeError(f"Invalid device string: '{type}'")
            index = int(number)
        if kind not in _KINDS:
            raise RuntimeError(f"Expected one of {', '.join(_KINDS)} device type at start of device string: {kind}")
        self.type = kind
        self.index = index

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __repr__(self) -> str:
        index = "" if self.index is None else f", index={self.index}"
        return f"device(type='{self.type}'{index})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __reduce__(self) -> tuple[Any, ...]:
        return device, (self.type, self.index)

    def __enter__(self) -> device:
        here(self, "with device")
        return self

    def __exit__(self, *raised: object) -> None:
        return None


class _Word:
    """A constant that prints as its name."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"adjoint.{self.name}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _word, (self.name,)


def _word(name: str) -> Any:
    return globals()[name]


class layout(_Word):
    """How the elements of a tensor are kept; tensors here are `adjoint.strided`.

    >>> import adjoint as ad
    >>> ad.ones(2).layout
    adjoint.strided
    """

    __slots__ = ()


class memory_format(_Word):
    """In which order a tensor's dimensions lie in memory.

    >>> import adjoint as ad
    >>> ad.ones(2).contiguous(memory_format=ad.contiguous_format)
    tensor([1., 1.])
    """

    __slots__ = ()


strided, sparse_coo, sparse_csr = layout("strided"), layout("sparse_coo"), layout("sparse_csr")
preserve_format, contiguous_format = memory_format("preserve_format"), memory_format("contiguous_format")
channels_last, channels_last_3d = memory_format("channels_last"), memory_format("channels_last_3d")

CPU = device("cpu")


def here(place: Any, name: str) -> device:
    """The device, which must be the CPU."""
    d = place if isinstance(place, device) else device(place)
    if d.type != "cpu":
        raise DeviceError(f"{name}: there is no device '{d}' here; tensors are on 'cpu'")
    return d


def check_place(name: str, layout: Any = None, device: Any = None, pin_memory: Any = False) -> None:
    """Refuse what a tensor here cannot be."""
    if device is not None:
        here(device, name)
    if layout is not None and layout is not strided:
        raise DtypeError(f"{name}: tensors here have the layout adjoint.strided, not {layout}")
    if pin_memory:
        raise DeviceError(f"{name}: pin_memory needs an accelerator, and there is none")


def set_default_device(device: Any) -> None:
    """Nothing; new tensors are made on this device, which must be the CPU.

    >>> import adjoint as ad
    >>> ad.set_default_device("cpu")
    """
    if device is not None:
        here(device, "set_default_device")


def get_default_device() -> device:
    """The device on which new tensors are made.

    >>> import adjoint as ad
    >>> ad.get_default_device()
    device(type='cpu')
    """
    return CPU
