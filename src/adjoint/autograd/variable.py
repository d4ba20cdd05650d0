"""`Variable`, the wrapper of PyTorch before 0.4: today simply a tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.tensor import TensorBase, faces

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["Variable"]


class _Any(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, TensorBase)


class Variable(metaclass=_Any):
    """A tensor on the data of `data`, which requires grad if asked: what old programs wrap their tensors in.

    >>> import adjoint as ad
    >>> ad.autograd.Variable(ad.tensor([1., 2.]), requires_grad=True)
    tensor([1., 2.], requires_grad=True)
    """

    def __new__(cls, data: Any = None, requires_grad: bool = False, volatile: bool | None = None) -> Tensor:  # type: ignore[misc]
        """See the class."""
        if not isinstance(data, TensorBase):
            if data is not None:
                raise TypeError(f"Variable data has to be a tensor, but got {type(data).__name__}")
            data = faces.tensor()
        t = data.detach()
        if requires_grad:
            t.requires_grad_()
        return t
