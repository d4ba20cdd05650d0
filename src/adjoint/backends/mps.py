"""What programs ask before they use the GPU of a Mac. There is none here."""

from __future__ import annotations


def is_available() -> bool:
    """False: tensors are on the CPU.

    >>> import adjoint as ad
    >>> "mps" if ad.backends.mps.is_available() else "cpu"
    'cpu'
    """
    return False


def is_built() -> bool:
    """False: this library is without MPS.

    >>> import adjoint as ad
    >>> ad.backends.mps.is_built()
    False
    """
    return False
