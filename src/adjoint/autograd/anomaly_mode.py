"""Anomaly mode: a NaN that backward makes is an error that names the op, and the line that computed it forwards."""

from __future__ import annotations

from typing import Any

from ..core import modes

__all__ = ["detect_anomaly", "is_anomaly_check_nan_enabled", "is_anomaly_enabled", "set_detect_anomaly"]


class set_detect_anomaly:
    """Anomaly mode on or off from this call on; as a context manager until the block's end.

    While it is on, each op remembers the lines of the program that led to it, and backward checks what every op's
    derivative returns: NonFiniteError at the first NaN (unless `check_nan=False`). It is slow.

    >>> import adjoint as ad
    >>> x = ad.tensor(-1., requires_grad=True)
    >>> with ad.autograd.set_detect_anomaly(True):
    ...     x.sqrt().backward()  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    adjoint.errors.NonFiniteError: Function 'SqrtBackward0' returned nan values in its 0th output.
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._changes = {"anomaly": bool(mode), "anomaly_check_nan": bool(check_nan)}
        self._before = modes.set_mode(**self._changes)

    def __enter__(self) -> None:
        modes.set_mode(**self._changes)

    def __exit__(self, *exc: object) -> None:
        modes.set_mode(**self._before)


class detect_anomaly:
    """A context in which anomaly mode is on: `set_detect_anomaly` says what that means.

    >>> import adjoint as ad
    >>> with ad.autograd.detect_anomaly():
    ...     ad.is_anomaly_enabled()
    True
    """

    def __init__(self, check_nan: bool = True) -> None:
        self._changes = {"anomaly": True, "anomaly_check_nan": bool(check_nan)}
        self._before: list[dict[str, Any]] = []

    def __enter__(self) -> None:
        self._before.append(modes.set_mode(**self._changes))

    def __exit__(self, *exc: object) -> None:
        modes.set_mode(**self._before.pop())


def is_anomaly_enabled() -> bool:
    """True while anomaly mode is on in this thread.

    >>> import adjoint as ad
    >>> ad.is_anomaly_enabled()
    False
    """
    return modes.state.anomaly


def is_anomaly_check_nan_enabled() -> bool:
    """True if anomaly mode, when on, looks for NaN.

    >>> import adjoint as ad
    >>> ad.is_anomaly_check_nan_enabled()
    True
    """
    return modes.state.anomaly_check_nan
