"""Parameter: a leaf tensor that a module counts as its own. It is a Tensor with a mark, so layers stay fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._tensor import Tensor
from ..core import memory
from ..core.tensor import TensorBase, attributes
from ..ops.structure import alias

_MARK = "is_parameter"


class _ParameterType(type(Tensor)):  # type: ignore[misc]
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, TensorBase) and hasattr(instance, "_s") and bool(
            instance._s.attributes and instance._s.attributes.get(_MARK))

    def __call__(cls, data: Any = None, requires_grad: bool = True) -> Tensor:
        t: Any
        if data is None:
            t = Tensor()
        elif memory.view_info(data)[1] is None and memory.load_node(data) is None:
            # The root of its memory, not a view of data: an optimiser's step then writes without looking further.
            t = memory.crown(object.__new__(Tensor), data, alias.op)  # type: ignore[attr-defined]
        else:
            t = data.detach()
        attributes(t)[_MARK] = True
        return t.requires_grad_(requires_grad)


class Parameter(Tensor, metaclass=_ParameterType):
    """A tensor on the memory of `data` that requires grad and that modules register when it is assigned to them.

    >>> import adjoint as ad
    >>> ad.nn.Parameter(ad.zeros(2))
    Parameter containing:
    tensor([0., 0.], requires_grad=True)
    """

    if TYPE_CHECKING:

        def __init__(self, data: Any = None, requires_grad: bool = True) -> None: ...
