"""`adjoint.cuda`: what programs ask before they use a GPU. There is none here."""

from __future__ import annotations

from .errors import DeviceError

__all__ = [
    "current_device",
    "device_count",
    "empty_cache",
    "is_available",
    "is_initialized",
    "manual_seed",
    "manual_seed_all",
    "synchronize",
]


def is_available() -> bool:
    """False: tensors are on the CPU.

    >>> import adjoint as ad
    >>> "cuda" if ad.cuda.is_available() else "cpu"
    'cpu'
    """
    return False


def device_count() -> int:
    """0, the number of CUDA devices.

    >>> import adjoint as ad
    >>> ad.cuda.device_count()
    0
    """
    return 0


def is_initialized() -> bool:
    """False: there is nothing to initialize.

    >>> import adjoint as ad
    >>> ad.cuda.is_initialized()
    False
    """
    return False


def manual_seed(seed: int) -> None:
    """Nothing: no device has a generator. `adjoint.manual_seed` seeds the CPU's.

    >>> import adjoint as ad
    >>> ad.cuda.manual_seed(0)
    """


def manual_seed_all(seed: int) -> None:
    """Nothing: no device has a generator.

    >>> import adjoint as ad
    >>> ad.cuda.manual_seed_all(0)
    """


def empty_cache() -> None:
    """Nothing: no device has a cache.

    >>> import adjoint as ad
    >>> ad.cuda.empty_cache()
    """


def current_device() -> int:
    """DeviceError: there is none.

    >>> import adjoint as ad
    >>> ad.cuda.current_device()
    Traceback (most recent call last):
    adjoint.errors.DeviceError: there is no CUDA device here; ask adjoint.cuda.is_available() first
    """
    raise DeviceError("there is no CUDA device here; ask adjoint.cuda.is_available() first")


def synchronize(device: object = None) -> None:
    """DeviceError: there is no device to wait for.

    >>> import adjoint as ad
    >>> ad.cuda.synchronize()
    Traceback (most recent call last):
    adjoint.errors.DeviceError: there is no CUDA device here; ask adjoint.cuda.is_available() first
    """
    raise DeviceError("there is no CUDA device here; ask adjoint.cuda.is_available() first")
