"""`adjoint.accelerator`: what programs ask for whatever accelerator there is. There is none here."""

from __future__ import annotations

__all__ = ["current_accelerator", "device_count", "is_available"]


def is_available() -> bool:
    """False: tensors are on the CPU.

    >>> import adjoint as ad
    >>> ad.accelerator.current_accelerator().type if ad.accelerator.is_available() else "cpu"
    'cpu'
    """
    return False


def current_accelerator(check_available: bool = False) -> None:
    """None, in the place of a device.

    >>> import adjoint as ad
    >>> ad.accelerator.current_accelerator()
    """


def device_count() -> int:
    """0, the number of accelerators.

    >>> import adjoint as ad
    >>> ad.accelerator.device_count()
    0
    """
    return 0
