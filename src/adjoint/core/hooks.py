"""The handle that registering a hook gives back."""

from __future__ import annotations

from itertools import count
from typing import Any

_number = count().__next__


class RemovableHandle:
    """Removes its hook by `.remove()`, or on leaving a `with` block.

    >>> import adjoint as ad
    >>> x = ad.ones(1, requires_grad=True)
    >>> with x.register_hook(lambda grad: 2 * grad):
    ...     (3 * x).backward()
    >>> x.grad
    tensor([6.])
    """

    def __init__(self, hooks: dict[int, Any], hook: Any) -> None:
        self.hooks: dict[int, Any] | None = hooks
        self.id = _number()
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook away; a second call does nothing."""
        if self.hooks is not None:
            self.hooks.pop(self.id, None)
            self.hooks = None

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exc: object) -> None:
        self.remove()
