"""Parameter and Buffer: leaf tensors that a module counts as its own: Tensors with a mark, so layers stay fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._tensor import Tensor
from ..core import aliases, memory
from ..core.tensor import TensorBase, attributes
from ..ops.structure import alias


class _Marked(type(Tensor)):  # type: ignore[misc]
    """A class whose instances are the tensors with its mark."""

    mark: str

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, TensorBase) and hasattr(instance, "_s") and bool(
            instance._s.attributes and instance._s.attributes.get(cls.mark))

    def _mark(cls, data: Any) -> Tensor:
        """A new tensor on the memory of data, with the mark."""
        t: Any
        if data is None:
            t = Tensor()
        elif not isinstance(data, TensorBase):
            raise TypeError(f"{cls.__name__} expects a tensor, not {type(data).__name__}; make one by "
                            "adjoint.tensor(data)")
        elif memory.view_info(data)[1] is None and memory.load_node(data) is None:
            # The root of its memory, not a view of data: an optimiser's step then writes without looking further.
            t = aliases.crown(object.__new__(Tensor), data, alias.op)  # type: ignore[attr-defined]
        else:
            t = data.detach()  # type: ignore[attr-defined]
        attributes(t)[cls.mark] = True
        return t


class _ParameterType(_Marked):
    mark = "is_parameter"

    def __call__(cls, data: Any = None, requires_grad: bool = True) -> Tensor:
        return cls._mark(data).requires_grad_(requires_grad)


class _BufferType(_Marked):
    mark = "is_buffer"

    def __call__(cls, data: Any = None, *, persistent: bool = True) -> Tensor:
        t = cls._mark(data)
        attributes(t)["persistent"] = persistent
        return t if data is None else t.requires_grad_(data.requires_grad)


class Parameter(Tensor, metaclass=_ParameterType):
    """A tensor on the memory of `data` that requires grad and that modules register when it is assigned to them.

    >>> import adjoint as ad
    >>> ad.nn.Parameter(ad.zeros(2))
    Parameter containing:
    tensor([0., 0.], requires_grad=True)
    """

    if TYPE_CHECKING:

        def __init__(self, data: Any = None, requires_grad: bool = True) -> None: ...


class Buffer(Tensor, metaclass=_BufferType):
    """A tensor on the memory of `data` that modules register as a buffer when it is assigned to them.

    >>> import adjoint as ad
    >>> m = ad.nn.Module()
    >>> m.mean = ad.nn.Buffer(ad.zeros(2))
    >>> dict(m.named_buffers())
    {'mean': tensor([0., 0.])}
    """

    if TYPE_CHECKING:

        def __init__(self, data: Any = None, *, persistent: bool = True) -> None: ...
