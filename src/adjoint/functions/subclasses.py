"""Subclasses of Tensor: how results keep the subclass, and tensors become one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core import overrides
from ..core.tensor import TensorBase
from ..ops import structure as st

__all__: list[str] = []


class SubclassMethods:
    """Part of Tensor; see the module."""

    __slots__ = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__torch_function__" in cls.__dict__ and issubclass(cls, TensorBase):
            overrides.install()

    @classmethod
    def __torch_function__(cls, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """What func(*args, **kwargs) gives, tensors in it as tensors of this class. A subclass may override this."""
        if not all([issubclass(cls, t) for t in types]):
            return NotImplemented
        with overrides.disabled():
            result = func(*args, **(kwargs or {}))
        return overrides.converted(result, cls)

    def as_subclass(self, cls: Any) -> Any:
        """This tensor's values and history as a tensor of the subclass `cls`.

        >>> import adjoint as ad
        >>> class Named(ad.Tensor):
        ...     pass
        >>> type(ad.ones(2).as_subclass(Named) * 2).__name__
        'Named'
        """
        if not issubclass(cls, TensorBase):
            raise TypeError(f"as_subclass: {cls!r} is not a subclass of Tensor")
        with overrides.disabled():
            result = st.alias(self)
        return overrides.converted(result, cls)
