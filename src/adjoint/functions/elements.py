"""Python functions of single elements, written into a tensor: apply_, map_. Slow, and never differentiated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import memory
from ..core.tensor import wrap
from ..errors import GradientError
from .broadcasting import broadcast_to
from .writing import assign

if TYPE_CHECKING:
    from .._tensor import Tensor


def _computed(name: str, function: Callable[..., Any], target: Any, *operands: Any) -> Any:
    """The target, whose elements have become function of the operands' elements."""
    for x in operands:
        if x.requires_grad:
            raise GradientError(f"Can't call {name}() on Variable that requires grad. Use var.detach().{name}() "
                                "instead.")
    shape = memory.peek(target).shape
    columns = [memory.load(broadcast_to(x, shape)).reshape(-1).tolist() for x in operands]
    values = [function(*row) for row in zip(*columns, strict=True)]
    return assign(target, wrap(np.array(values).astype(memory.peek(target).dtype).reshape(shape)))


class ElementMethods:
    """The methods of the module."""

    __slots__ = ()

    def apply_(self: Any, callable: Callable[[Any], Any]) -> Tensor:
        """This tensor, in place: each element x has become callable(x).

        >>> import adjoint as ad
        >>> ad.tensor([1., 2.]).apply_(lambda x: x + 1)
        tensor([2., 3.])
        """
        return _computed("apply_", callable, self, self)

    def map_(self: Any, tensor: Tensor, callable: Callable[[Any, Any], Any]) -> Tensor:
        """This tensor, in place: each element x has become callable(x, y), y that of the other tensor.

        >>> import adjoint as ad
        >>> ad.tensor([1., 2.]).map_(ad.tensor([3., 4.]), lambda x, y: x * y)
        tensor([3., 8.])
        """
        return _computed("map_", callable, self, self, tensor)

    def map2_(self: Any, x: Tensor, y: Tensor, callable: Callable[[Any, Any, Any], Any]) -> Tensor:
        """This tensor, in place: each element s has become callable(s, x, y).

        >>> import adjoint as ad
        >>> ad.zeros(2).map2_(ad.ones(2), ad.ones(2), lambda s, x, y: s + x + y)
        tensor([2., 2.])
        """
        return _computed("map2_", callable, self, self, x, y)
