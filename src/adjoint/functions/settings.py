"""Settings of how numbers are computed that PyTorch's programs make: determinism, precision of products, denormals.

What is computed here does not depend on them: it is deterministic, and products are as precise as their dtype.
"""

from __future__ import annotations

import threading

from ..errors import RangeError

__all__ = [
    "are_deterministic_algorithms_enabled",
    "get_deterministic_debug_mode",
    "get_float32_matmul_precision",
    "is_deterministic_algorithms_warn_only_enabled",
    "set_deterministic_debug_mode",
    "set_float32_matmul_precision",
    "set_flush_denormal",
    "use_deterministic_algorithms",
]

_DEBUG_MODES = ("default", "warn", "error")
_PRECISIONS = ("highest", "high", "medium")


class _Settings:
    lock = threading.Lock()
    deterministic = 0  # a place in _DEBUG_MODES
    precision = "highest"


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Nothing: what is computed here is deterministic anyway. The answers of the functions below follow.

    >>> import adjoint as ad
    >>> ad.use_deterministic_algorithms(True)
    >>> ad.are_deterministic_algorithms_enabled()
    True
    >>> ad.use_deterministic_algorithms(False)
    """
    set_deterministic_debug_mode(0 if not mode else 1 if warn_only else 2)


def are_deterministic_algorithms_enabled() -> bool:
    """Whether `use_deterministic_algorithms` asked for them.

    >>> import adjoint as ad
    >>> ad.are_deterministic_algorithms_enabled()
    False
    """
    return _Settings.deterministic > 0


def is_deterministic_algorithms_warn_only_enabled() -> bool:
    """Whether `use_deterministic_algorithms` asked for warnings only.

    >>> import adjoint as ad
    >>> ad.is_deterministic_algorithms_warn_only_enabled()
    False
    """
    return _Settings.deterministic == 1


def set_deterministic_debug_mode(debug_mode: int | str) -> None:
    """Nothing; the same by number or name: 0 "default", 1 "warn", 2 "error".

    >>> import adjoint as ad
    >>> ad.set_deterministic_debug_mode("default")
    """
    if isinstance(debug_mode, str):
        if debug_mode not in _DEBUG_MODES:
            known = ", ".join(_DEBUG_MODES)
            raise RangeError(f"invalid value of debug_mode, expected one of {known}, but got {debug_mode}")
        debug_mode = _DEBUG_MODES.index(debug_mode)
    if debug_mode not in (0, 1, 2):
        raise RangeError(f"invalid value of debug_mode, expected 0, 1, or 2, but got {debug_mode}")
    with _Settings.lock:
        _Settings.deterministic = debug_mode


def get_deterministic_debug_mode() -> int:
    """The number that `set_deterministic_debug_mode` set.

    >>> import adjoint as ad
    >>> ad.get_deterministic_debug_mode()
    0
    """
    return _Settings.deterministic


def set_float32_matmul_precision(precision: str) -> None:
    """Nothing; "high" and "medium" permit products of lower precision, of which no use is made here.

    >>> import adjoint as ad
    >>> ad.set_float32_matmul_precision("highest")
    """
    if precision not in _PRECISIONS:
        raise RangeError(f"set_float32_matmul_precision: expected one of {', '.join(_PRECISIONS)}, got {precision!r}")
    with _Settings.lock:
        _Settings.precision = precision


def get_float32_matmul_precision() -> str:
    """The precision that `set_float32_matmul_precision` permitted.

    >>> import adjoint as ad
    >>> ad.get_float32_matmul_precision()
    'highest'
    """
    return _Settings.precision


def set_flush_denormal(mode: bool) -> bool:
    """Whether the processor now treats denormal numbers in the way asked for: they are never flushed to zero here.

    >>> import adjoint as ad
    >>> ad.set_flush_denormal(True)
    False
    """
    return not mode
