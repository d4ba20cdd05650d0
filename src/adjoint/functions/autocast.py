"""autocast, as far as programs name it on a machine without an accelerator: switched off."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any

from .placement import device

__all__ = ["autocast", "is_autocast_enabled"]


class autocast:
    """A context (or decorator) of mixed precision, which is not offered: only `enabled=False` may be meant.

    As in PyTorch, asking for it on a device that is not there warns and does nothing. On the CPU it is an error, since
    a program that expects bfloat16 would silently compute in float32.

    >>> import adjoint as ad
    >>> with ad.autocast("cpu", enabled=False):
    ...     (ad.ones(2, 2) @ ad.ones(2, 2)).dtype
    adjoint.float32
    """

    def __init__(self, device_type: str, dtype: Any = None, enabled: bool = True, cache_enabled: bool | None = None):
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        kind = device(device_type).type
        if enabled and kind == "cpu":
            raise NotImplementedError("autocast is not offered on the CPU; cast with .to(adjoint.bfloat16) where it is "
                                      "meant, or give enabled=False")
        if enabled:
            warnings.warn(f"User provided device_type of '{kind}', but there is no such device. Disabling", UserWarning,
                          stacklevel=2)

    def __enter__(self) -> autocast:
        return self

    def __exit__(self, *raised: object) -> None:
        return None

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def same(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return same


def is_autocast_enabled(device_type: str | None = None) -> bool:
    """False. See `autocast`.

    >>> import adjoint as ad
    >>> ad.is_autocast_enabled()
    False
    """
    return False
